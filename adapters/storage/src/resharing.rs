//! Resharings: records gone through after rules have changed, a step at a time.
//!
//! Whoever begins or steps a resharing locks its row first, then records, then the ledger's head, as whoever writes
//! records does: in that order nobody waits in a circle.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, DbBackend, DeleteMany, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{ExprTrait as _, LockType},
};
use sutra_acl::{Cause, Staff, Withheld};
use sutra_kernel::{ObjectId, PortError, RecordId, SharingRuleId, Timestamp, UserId, Uuid};
use sutra_records::{Record, Resharing, ResharingReader, ResharingWriter, Whose};

use crate::{
    entity::records::{record, record_share, resharing},
    error::{BadRow, OrPort as _, Row, column_of},
    list::ids,
    open::{Open, Writing},
    records::count_of,
    scoped::{HERE, rows},
    shares::cause_of_rule,
};

#[async_trait]
impl<M: Send> ResharingReader for Open<M> {
    async fn resharings(&mut self) -> Result<Vec<Resharing>, PortError> {
        let find = self.transaction.find::<resharing::Entity>();
        let find = find.order_by_asc(resharing::Column::ObjectId).order_by_asc(resharing::Column::WhoseId);
        let rows = find.all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(Resharing::try_from).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl ResharingWriter for Open<Writing> {
    async fn begin_resharing(
        &mut self,
        object: ObjectId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let mut resharing = Resharing { object, whose, after: None, done: 0, total: 0, started_at: now };
        let ids = self.records_about(&resharing).select_only().column(record::Column::Id).into_query();
        resharing.total = count_of(&self.transaction, ids).await?;
        self.transaction.upsert::<resharing::Entity, _>(row_of(&resharing)).await.port()
    }

    async fn records_to_reshare(
        &mut self,
        resharing: &Resharing,
        limit: usize,
    ) -> Result<Vec<Record>, PortError> {
        let definition = self.definition(resharing.object).await?;
        let definition = definition.ok_or_else(|| PortError::corrupt("a resharing without its object"))?;
        let place = self.transaction.find::<resharing::Entity>().filter(key_of(resharing));
        let mut find = self.records_about(resharing);
        if let Some(after) = resharing.after {
            find = find.filter(record::Column::Id.gt(after.uuid()));
        }
        // SQLite has one writer at a time, and no locks on rows.
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            place.lock(LockType::Update).one(&self.transaction).await.port()?;
            find = find.lock(LockType::Update);
        }
        let find = find.order_by_asc(record::Column::Id).limit(rows(limit));
        self.transaction.records(find, &definition).await
    }

    async fn advance_resharing(&mut self, before: &Resharing, after: &Resharing) -> Result<(), PortError> {
        self.end_resharing(before).await?;
        self.transaction.insert::<resharing::Entity, _>([row_of(after)]).await.port()
    }

    async fn end_resharing(&mut self, before: &Resharing) -> Result<(), PortError> {
        let remove = self.transaction.remove::<resharing::Entity>();
        let remove = remove.filter(key_of(before));
        let remove = remove.filter(resharing::Column::Done.eq(column_of(before.done)));
        let remove = remove.filter(resharing::Column::StartedAt.eq(before.started_at.as_micros()));
        let removed = remove.exec(&self.transaction).await.port()?.rows_affected;
        if removed == 1 { Ok(()) } else { Err(PortError::conflict("the resharing has another place")) }
    }

    async fn remove_shares_by(&mut self, rule: SharingRuleId) -> Result<(), PortError> {
        for cause in [Cause::OwnerRule(rule), Cause::CriteriaRule(rule)] {
            self.shares_by(cause).exec(&self.transaction).await.port()?;
        }
        Ok(())
    }

    async fn remove_shares_of_owners(
        &mut self,
        rule: SharingRuleId,
        leave: &Staff,
        stay: &Staff,
    ) -> Result<(), PortError> {
        let backend = self.transaction.get_database_backend();
        let (owner, role) = (record::Column::AccessOwnerId, record::Column::AccessRoleId);
        let users = |staff: &Staff| ids(backend, staff.users.iter().map(|user| user.uuid()));
        let roles = |staff: &Staff| ids(backend, staff.roles.iter().map(|role| role.uuid()));
        let left = owner.in_subquery(users(leave)).or(role.in_subquery(roles(leave)));
        let without = role.is_null().or(role.not_in_subquery(roles(stay)));
        let records = self.transaction.find::<record::Entity>();
        let records = records.filter(record::Column::ObjectId.is_in(self.object_ids().await?)).filter(left);
        let records = records.filter(owner.not_in_subquery(users(stay))).filter(without);
        let records = records.select_only().column(record::Column::Id).into_query();
        let remove = self.shares_by(Cause::OwnerRule(rule));
        let remove = remove.filter(record_share::Column::RecordId.in_subquery(records));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}

impl Open<Writing> {
    fn records_about(&self, resharing: &Resharing) -> Select<record::Entity> {
        let find = self.transaction.find::<record::Entity>();
        let find = find.filter(record::Column::ObjectId.eq(resharing.object.uuid()));
        match resharing.whose {
            Whose::Everybodys => find,
            Whose::Users(owner) => find.filter(record::Column::AccessOwnerId.eq(owner.uuid())),
            Whose::Under(root, _) => find.filter(record::Column::RootId.eq(root.uuid())),
        }
    }

    fn shares_by(&self, cause: Cause) -> DeleteMany<record_share::Entity> {
        let (cause, id) = cause_of_rule(cause);
        let remove = self.transaction.remove::<record_share::Entity>();
        let remove = remove.filter(record_share::Column::CauseId.eq(id));
        remove.filter(record_share::Column::Cause.eq(cause))
    }
}

/// What it is about, if it is about everybody.
const EVERYBODY: Uuid = Uuid::nil();

const SHARES: &str = "shares";
const EVERYTHING: &str = "everything";

fn whose_id(resharing: &Resharing) -> Uuid {
    resharing.whose.id().unwrap_or(EVERYBODY)
}

fn whose_of(at: &Row, id: Uuid, withheld: Option<&str>) -> Result<Whose, BadRow> {
    let withheld = match withheld {
        None if id == EVERYBODY => return Ok(Whose::Everybodys),
        None => return Ok(Whose::Users(UserId::from_uuid(id))),
        Some(SHARES) => Some(Withheld::Shares),
        Some(EVERYTHING) => Some(Withheld::Everything),
        Some(_) => None,
    };
    Ok(Whose::Under(RecordId::from_uuid(id), at.known("withheld", withheld)?))
}

/// All of the primary key, but for the workspace.
fn key_of(resharing: &Resharing) -> Condition {
    let object = resharing::Column::ObjectId.eq(resharing.object.uuid());
    Condition::all().add(object).add(resharing::Column::WhoseId.eq(whose_id(resharing)))
}

fn row_of(resharing: &Resharing) -> resharing::Model {
    resharing::Model {
        workspace_id: HERE,
        object_id: resharing.object.uuid(),
        whose_id: whose_id(resharing),
        after: resharing.after.map(RecordId::uuid),
        done: column_of(resharing.done),
        total: column_of(resharing.total),
        started_at: resharing.started_at.as_micros(),
        withheld: match resharing.whose {
            Whose::Under(_, Withheld::Shares) => Some(SHARES.to_owned()),
            Whose::Under(_, Withheld::Everything) => Some(EVERYTHING.to_owned()),
            Whose::Everybodys | Whose::Users(_) => None,
        },
    }
}

impl TryFrom<resharing::Model> for Resharing {
    type Error = BadRow;

    fn try_from(row: resharing::Model) -> Result<Self, BadRow> {
        let at = Row::new("resharing", row.object_id);
        Ok(Self {
            object: ObjectId::from_uuid(row.object_id),
            whose: whose_of(&at, row.whose_id, row.withheld.as_deref())?,
            after: row.after.map(RecordId::from_uuid),
            done: at.number("done", row.done)?,
            total: at.number("total", row.total)?,
            started_at: Timestamp::from_micros(row.started_at),
        })
    }
}
