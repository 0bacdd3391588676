//! To whom records are shared.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait as _, Condition, QueryFilter as _, QuerySelect as _, sea_query::Expr};
use sutra_acl::{Cause, Level, Principal, Share};
use sutra_kernel::{
    GroupId, ObjectId, PortError, RecordId, RoleId, SharingRuleId, TerritoryId, UserId, Uuid,
};
use sutra_records::{RecordShare, ShareWriter, Standing, TeamRole};

use crate::{
    entity::records::record_share::{Column, Entity, Model},
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::{HERE, portions, rows},
};

/// How many shares one statement takes away: databases bound the depth of a condition.
const REMOVED_AT_ONCE: usize = 100;

/// In place of the cause's identifier, where a cause has none.
const NO_CAUSE: Uuid = Uuid::nil();

impl<M: Send> Open<M> {
    pub(crate) async fn standings_of(
        &mut self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<BTreeMap<RecordId, Standing>, PortError> {
        let mut standings: BTreeMap<_, Standing> = BTreeMap::new();
        for ids in portions(ids) {
            let find = self.transaction.find::<Entity>().filter(Column::ObjectId.eq(object.uuid()));
            let find = find.filter(Column::RecordId.is_in(ids.iter().map(|id| id.uuid())));
            for row in find.all(&self.transaction).await.port()? {
                let standing = standings.entry(RecordId::from_uuid(row.record_id)).or_default();
                standing.shares.push(row.try_into()?);
            }
        }
        standings.values_mut().for_each(|standing| standing.shares.sort());
        Ok(standings)
    }
}

#[async_trait::async_trait]
impl ShareWriter for Open<Writing> {
    async fn put_shares(&mut self, shares: &[RecordShare]) -> Result<(), PortError> {
        self.transaction.upsert_all::<Entity, _>(shares.iter().map(row_of)).await.port()
    }

    async fn remove_shares(&mut self, shares: &[RecordShare]) -> Result<(), PortError> {
        for shares in shares.chunks(REMOVED_AT_ONCE) {
            let any = shares.iter().map(row_of).fold(Condition::any(), |any, row| any.add(key_of(&row)));
            let remove = self.transaction.remove::<Entity>().filter(any);
            remove.exec(&self.transaction).await.port()?;
        }
        Ok(())
    }

    async fn assigned(
        &mut self,
        object: ObjectId,
        territory: TerritoryId,
        limit: usize,
    ) -> Result<Vec<RecordId>, PortError> {
        let find = self.transaction.find::<Entity>().select_only().column(Column::RecordId);
        let find = find.filter(is_assigned(object, territory)).limit(rows(limit));
        let found: Vec<Uuid> = find.into_tuple().all(&self.transaction).await.port()?;
        Ok(found.into_iter().map(RecordId::from_uuid).collect())
    }

    async fn level_assigned(
        &mut self,
        object: ObjectId,
        territory: TerritoryId,
        level: Option<Level>,
    ) -> Result<(), PortError> {
        let (transaction, assigned) = (&self.transaction, is_assigned(object, territory));
        let done = match level.map(level_number) {
            Some(level) => {
                let change = transaction.change::<Entity>().col_expr(Column::Level, Expr::value(level));
                change.filter(assigned).filter(Column::Level.ne(level)).exec(transaction).await.map(drop)
            }
            None => transaction.remove::<Entity>().filter(assigned).exec(transaction).await.map(drop),
        };
        done.port()
    }

    async fn put_team_roles(
        &mut self,
        record: RecordId,
        roles: &BTreeMap<UserId, Option<TeamRole>>,
    ) -> Result<(), PortError> {
        self.keep_team_roles(record, roles).await
    }
}

impl Open<Writing> {
    /// Forgets to whom a record is shared.
    pub(crate) async fn remove_shares_of(&self, record: RecordId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<Entity>().filter(Column::RecordId.eq(record.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}

fn row_of(shared: &RecordShare) -> Model {
    let Share { principal, role, level, cause } = shared.share;
    let (principal_kind, principal_id) = principal_of(principal);
    let (cause, cause_id) = cause_of(cause, principal_id);
    Model {
        workspace_id: HERE,
        object_id: shared.object.uuid(),
        record_id: shared.record.uuid(),
        principal_kind: principal_kind.to_owned(),
        principal_id,
        grantee_role_id: role.map(RoleId::uuid),
        level: level_number(level),
        cause: cause.to_owned(),
        cause_id,
    }
}

/// All of the primary key, but for the workspace.
fn key_of(row: &Model) -> Condition {
    Condition::all()
        .add(Column::RecordId.eq(row.record_id))
        .add(Column::Cause.eq(&row.cause))
        .add(Column::CauseId.eq(row.cause_id))
        .add(Column::PrincipalKind.eq(&row.principal_kind))
        .add(Column::PrincipalId.eq(row.principal_id))
}

/// That a record is assigned to a territory.
fn is_assigned(object: ObjectId, territory: TerritoryId) -> Condition {
    let (kind, id) = principal_of(Principal::TerritoryAndAbove(territory));
    let (cause, cause_id) = cause_of(Cause::Territory, id);
    Condition::all()
        .add(Column::ObjectId.eq(object.uuid()))
        .add(Column::PrincipalKind.eq(kind))
        .add(Column::PrincipalId.eq(id))
        .add(Column::Cause.eq(cause))
        .add(Column::CauseId.eq(cause_id))
}

/// The kind and the identifier that a principal is stored as.
pub(crate) fn principal_of(principal: Principal) -> (&'static str, Uuid) {
    match principal {
        Principal::User(user) => ("user", user.uuid()),
        Principal::Group(group) => ("group", group.uuid()),
        Principal::Role(role) => ("role", role.uuid()),
        Principal::RoleAndSubordinates(role) => ("role_and_subordinates", role.uuid()),
        Principal::TerritoryAndAbove(territory) => ("territory", territory.uuid()),
    }
}

/// The principal that is stored so; nothing for an unknown kind.
pub(crate) fn principal_from(kind: &str, id: Uuid) -> Option<Principal> {
    Some(match kind {
        "user" => Principal::User(UserId::from_uuid(id)),
        "group" => Principal::Group(GroupId::from_uuid(id)),
        "role" => Principal::Role(RoleId::from_uuid(id)),
        "role_and_subordinates" => Principal::RoleAndSubordinates(RoleId::from_uuid(id)),
        "territory" => Principal::TerritoryAndAbove(TerritoryId::from_uuid(id)),
        _ => return None,
    })
}

/// The cause and its identifier, for the cause that a rule is.
pub(crate) fn cause_of_rule(cause: Cause) -> (&'static str, Uuid) {
    cause_of(cause, NO_CAUSE)
}

/// A record is assigned to the very territory that it is shared with.
fn cause_of(cause: Cause, principal: Uuid) -> (&'static str, Uuid) {
    match cause {
        Cause::Manual => ("manual", NO_CAUSE),
        Cause::Team => ("team", NO_CAUSE),
        Cause::OwnerRule(rule) => ("owner_rule", rule.uuid()),
        Cause::CriteriaRule(rule) => ("criteria_rule", rule.uuid()),
        Cause::Territory => ("territory", principal),
        Cause::Parent(root) => ("parent", root.uuid()),
        Cause::Program => ("program", NO_CAUSE),
    }
}

fn cause_from(cause: &str, id: Uuid) -> Option<Cause> {
    Some(match cause {
        "manual" => Cause::Manual,
        "team" => Cause::Team,
        "owner_rule" => Cause::OwnerRule(SharingRuleId::from_uuid(id)),
        "criteria_rule" => Cause::CriteriaRule(SharingRuleId::from_uuid(id)),
        "territory" => Cause::Territory,
        "parent" => Cause::Parent(RecordId::from_uuid(id)),
        "program" => Cause::Program,
        _ => return None,
    })
}

pub(crate) fn level_number(level: Level) -> i64 {
    match level {
        Level::None => 0,
        Level::Read => 1,
        Level::Edit => 2,
        Level::Full => 3,
    }
}

pub(crate) fn level_from(number: i64) -> Option<Level> {
    [Level::Read, Level::Edit, Level::Full].into_iter().find(|level| level_number(*level) == number)
}

impl TryFrom<Model> for Share {
    type Error = BadRow;

    fn try_from(row: Model) -> Result<Self, BadRow> {
        let at = Row::new("record_share", row.record_id);
        Ok(Self {
            principal: at.known("principal_kind", principal_from(&row.principal_kind, row.principal_id))?,
            role: row.grantee_role_id.map(RoleId::from_uuid),
            level: at.known("level", level_from(row.level))?,
            cause: at.known("cause", cause_from(&row.cause, row.cause_id))?,
        })
    }
}
