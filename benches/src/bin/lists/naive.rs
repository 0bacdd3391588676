//! The one query that comes to mind: whatever opens a record, in one condition.

use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Row as _};
use sutra_acl::{Owner, Principal, Reach, Scope};
use sutra_benches::Bare;
use sutra_kernel::{RecordId, Uuid};

use crate::company::{Company, digits};

/// The query of somebody who sees some records.
pub(crate) struct Naive {
    sql: String,
    ids: [Uuid; 2],
    /// Owners, their roles, principals, and the roles of those with whom something is shared.
    opened_by: [Json; 4],
}

impl Naive {
    /// Fifty records in this order, and one more. Nothing for somebody who sees all of them.
    pub(crate) fn of(company: &Company, bare: &Bare, scope: &Scope, order: &str) -> Option<Self> {
        let Reach::Runs(runs) = &scope.reach else { return None };
        let owners = runs.owners.iter().map(|owner| match owner {
            Owner::User(user) => user.uuid(),
            Owner::Queue(queue) => queue.uuid(),
        });
        let list = |ids: &mut dyn Iterator<Item = Uuid>| ids.map(digits).collect::<Vec<_>>();
        let opened_by = [
            json!(list(&mut owners.into_iter())),
            json!(list(&mut runs.roles.iter().map(|role| role.uuid()))),
            runs.principals.iter().map(|principal| pair(*principal)).collect(),
            json!(list(&mut runs.grantee_roles.iter().map(|role| role.uuid()))),
        ];
        let ids = [company.admin.workspace().uuid(), company.account.uuid()];
        Some(Self { sql: sql(bare, order), ids, opened_by })
    }

    /// Reads the page.
    pub(crate) async fn read(&self, bare: &mut Bare) -> Vec<RecordId> {
        let sql = AssertSqlSafe(self.sql.clone());
        let ids: Vec<Uuid> = match bare {
            Bare::Sqlite(connection) => {
                let query = self.ids.iter().fold(sqlx::query(sql), |query, id| query.bind(*id));
                let query = self.opened_by.iter().fold(query, |query, json| query.bind(json.to_string()));
                query.fetch_all(connection).await.unwrap().iter().map(|row| row.get(0)).collect()
            }
            Bare::Postgres(connection) => {
                let query = self.ids.iter().fold(sqlx::query(sql), |query, id| query.bind(*id));
                let query = self.opened_by.iter().fold(query, |query, json| query.bind(json.clone()));
                query.fetch_all(connection).await.unwrap().iter().map(|row| row.get(0)).collect()
            }
        };
        ids.into_iter().map(RecordId::from_uuid).collect()
    }
}

fn sql(bare: &Bare, order: &str) -> String {
    let [owners, roles, led] = [3, 4, 6].map(|number| match bare {
        Bare::Sqlite(_) => format!("SELECT unhex(value) FROM json_each(${number})"),
        Bare::Postgres(_) => format!("SELECT jsonb_array_elements_text(${number})::uuid"),
    });
    let principals = match bare {
        Bare::Sqlite(_) => "SELECT value ->> 'kind', unhex(value ->> 'id') FROM json_each($5)",
        Bare::Postgres(_) => {
            "SELECT one.value ->> 'kind', (one.value ->> 'id')::uuid FROM jsonb_array_elements($5) AS one"
        }
    };
    format!(
        "SELECT id, owner_id, version, created_at, updated_at, fields FROM record \
         WHERE workspace_id = $1 AND object_id = $2 AND deleted_at IS NULL \
         AND (access_owner_id IN ({owners}) OR access_role_id IN ({roles}) \
         OR EXISTS (SELECT 1 FROM record_share AS share WHERE share.workspace_id = $1 AND share.record_id = record.id \
         AND ((share.principal_kind, share.principal_id) IN ({principals}) OR share.grantee_role_id IN ({led})))) \
         ORDER BY {order} LIMIT 51"
    )
}

fn pair(principal: Principal) -> Json {
    let (kind, id) = match principal {
        Principal::User(user) => ("user", user.uuid()),
        Principal::Group(group) => ("group", group.uuid()),
        Principal::Role(role) => ("role", role.uuid()),
        Principal::RoleAndSubordinates(role) => ("role_and_subordinates", role.uuid()),
        Principal::TerritoryAndAbove(territory) => ("territory", territory.uuid()),
    };
    json!({ "kind": kind, "id": digits(id) })
}
