//! What the users do that are of the team of a record.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait as _, QueryFilter as _};
use sutra_kernel::{PortError, RecordId, UserId};
use sutra_records::TeamRole;

use crate::{
    entity::records::team_role::{Column, Entity, Model},
    error::{OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
};

impl<M: Send> Open<M> {
    pub(crate) async fn team_roles_of(
        &mut self,
        record: RecordId,
    ) -> Result<BTreeMap<UserId, TeamRole>, PortError> {
        let find = self.transaction.find::<Entity>().filter(Column::RecordId.eq(record.uuid()));
        let rows = find.all(&self.transaction).await.port()?.into_iter();
        let roles = rows.map(|row| {
            let at = Row::new("team_role", row.record_id);
            let role = at.known("role", TeamRole::parse(&row.role).ok())?;
            Ok((UserId::from_uuid(row.user_id), role))
        });
        roles.collect()
    }
}

impl Open<Writing> {
    pub(crate) async fn keep_team_roles(
        &self,
        record: RecordId,
        roles: &BTreeMap<UserId, Option<TeamRole>>,
    ) -> Result<(), PortError> {
        let rows = roles.iter().filter_map(|(user, role)| {
            let (record_id, user_id) = (record.uuid(), user.uuid());
            Some(Model { workspace_id: HERE, record_id, user_id, role: role.as_ref()?.to_string() })
        });
        self.transaction.upsert_all::<Entity, _>(rows).await.port()?;
        let leaving = roles.iter().filter(|(_, role)| role.is_none()).map(|(user, _)| user.uuid());
        let remove = self.transaction.remove::<Entity>().filter(Column::RecordId.eq(record.uuid()));
        let remove = remove.filter(Column::UserId.is_in(leaving));
        remove.exec(&self.transaction).await.port().map(drop)
    }

    /// Forgets the team of a record.
    pub(crate) async fn remove_team_of(&self, record: RecordId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<Entity>().filter(Column::RecordId.eq(record.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}
