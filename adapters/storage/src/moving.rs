//! Users who change their role, and what carries it: what they own, and what is shared with them.

use sea_orm::{
    ColumnTrait as _, Condition, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    Select,
    sea_query::{Expr, ExprTrait as _},
};
use sutra_acl::{Move, Principal};
use sutra_kernel::{PortError, RoleId, Timestamp, UserId, Uuid};

use crate::{
    entity::{
        access::moving_user,
        records::{object_definition, record, record_share},
    },
    error::OrPort as _,
    open::{Open, Writing},
    scoped::{HERE, rows},
    shares::principal_of,
};

impl<M: Send> Open<M> {
    pub(crate) async fn users_moving(&mut self) -> Result<Vec<Move>, PortError> {
        let find = self.transaction.find::<moving_user::Entity>();
        let marked = find.order_by_asc(moving_user::Column::UserId).all(&self.transaction).await.port()?;
        let whole = |row: moving_user::Model| Move {
            user: UserId::from_uuid(row.user_id),
            started_at: Timestamp::from_micros(row.started_at),
        };
        Ok(marked.into_iter().map(whole).collect())
    }

    /// The ids of what the user owns and has another role.
    async fn unmoved_records(
        &self,
        user: UserId,
        role: Option<RoleId>,
    ) -> Result<Select<record::Entity>, PortError> {
        let find = self.transaction.find::<record::Entity>().select_only().column(record::Column::Id);
        let find = find.filter(record::Column::ObjectId.is_in(self.object_ids().await?));
        let find = find.filter(record::Column::AccessOwnerId.eq(user.uuid()));
        Ok(find.filter(is_another(record::Column::AccessRoleId, role)))
    }

    /// Every object: by them indexes are of use that objects come first in.
    pub(crate) async fn object_ids(&self) -> Result<Vec<Uuid>, PortError> {
        let objects = self.transaction.find::<object_definition::Entity>().all(&self.transaction).await;
        Ok(objects.port()?.into_iter().map(|object| object.id).collect())
    }
}

impl Open<Writing> {
    pub(crate) async fn mark(&self, user: UserId, now: Timestamp) -> Result<(), PortError> {
        let find = self.transaction.find::<moving_user::Entity>();
        let find = find.filter(moving_user::Column::UserId.eq(user.uuid()));
        if find.one(&self.transaction).await.port()?.is_some() {
            return Ok(());
        }
        let row =
            moving_user::Model { workspace_id: HERE, user_id: user.uuid(), started_at: now.as_micros() };
        self.transaction.insert::<moving_user::Entity, _>([row]).await.port()
    }

    pub(crate) async fn unmark(&self, user: UserId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<moving_user::Entity>();
        let remove = remove.filter(moving_user::Column::UserId.eq(user.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }

    pub(crate) async fn move_some(
        &self,
        user: UserId,
        role: Option<RoleId>,
        limit: usize,
    ) -> Result<u64, PortError> {
        let owned = self.move_some_owned(user, role, limit).await?;
        Ok(owned.saturating_add(self.move_some_shared(user, role, limit).await?))
    }

    async fn move_some_owned(
        &self,
        user: UserId,
        role: Option<RoleId>,
        limit: usize,
    ) -> Result<u64, PortError> {
        let some = self.unmoved_records(user, role).await?.limit(rows(limit)).into_query();
        let change = self.transaction.change::<record::Entity>();
        let change = change.col_expr(record::Column::AccessRoleId, Expr::value(role.map(RoleId::uuid)));
        let change = change.filter(record::Column::Id.in_subquery(some));
        Ok(change.exec(&self.transaction).await.port()?.rows_affected)
    }

    /// A record may be shared with the user for several reasons: they all follow at once.
    async fn move_some_shared(
        &self,
        user: UserId,
        role: Option<RoleId>,
        limit: usize,
    ) -> Result<u64, PortError> {
        use record_share::Column;
        let (kind, id) = principal_of(Principal::User(user));
        let is_his = Condition::all().add(Column::PrincipalKind.eq(kind)).add(Column::PrincipalId.eq(id));
        let is_unmoved = is_his.add(is_another(Column::GranteeRoleId, role));
        let some = self.transaction.find::<record_share::Entity>().select_only().column(Column::RecordId);
        let some = some.filter(Column::ObjectId.is_in(self.object_ids().await?));
        let some = some.filter(is_unmoved.clone()).limit(rows(limit)).into_query();
        let change = self.transaction.change::<record_share::Entity>();
        let change = change.col_expr(Column::GranteeRoleId, Expr::value(role.map(RoleId::uuid)));
        let change = change.filter(Column::RecordId.in_subquery(some)).filter(is_unmoved);
        Ok(change.exec(&self.transaction).await.port()?.rows_affected)
    }
}

fn is_another(column: impl sea_orm::ColumnTrait, role: Option<RoleId>) -> Expr {
    match role {
        Some(role) => column.is_null().or(column.ne(role.uuid())),
        None => column.is_not_null(),
    }
}
