//! Permission sets, permission set groups, and who has them.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _};
use sutra_acl::{
    Assigned, Bundle, PermissionSet, PermissionSetGroup, PermissionSetReader, PermissionSetWriter,
};
use sutra_kernel::{PermissionSetGroupId, PermissionSetId, PortError, UserId, Uuid};

use crate::{
    entity::principals::{
        grouped_permission_set, muted_field, muted_object, permission_set, permission_set_field,
        permission_set_group, permission_set_object, user_permission_set, user_permission_set_group,
    },
    error::{BadRow, OrPort as _, Row},
    grants::{self, field_bits, object_bits},
    open::{Open, Writing},
    scoped::HERE,
};

#[async_trait]
impl<M: Send> PermissionSetReader for Open<M> {
    async fn permission_sets(&mut self) -> Result<Vec<PermissionSet>, PortError> {
        let transaction = &self.transaction;
        let find = transaction.find::<permission_set::Entity>().order_by_asc(permission_set::Column::Id);
        let rows = find.all(transaction).await.port()?;
        let mut objects = transaction.all_parts::<permission_set_object::Entity>().await.port()?;
        let mut fields = transaction.all_parts::<permission_set_field::Entity>().await.port()?;
        let whole = |row: permission_set::Model| {
            let at = Row::new("permission_set", row.id);
            let (objects, fields) = (objects.remove(&row.id), fields.remove(&row.id));
            let grants = grants::grants(&at, row.system, objects, fields)?;
            Ok(PermissionSet { id: PermissionSetId::from_uuid(row.id), name: row.name, grants })
        };
        Ok(rows.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }

    async fn permission_set_groups(&mut self) -> Result<Vec<PermissionSetGroup>, PortError> {
        let transaction = &self.transaction;
        let find = transaction.find::<permission_set_group::Entity>();
        let find = find.order_by_asc(permission_set_group::Column::Id);
        let rows = find.all(transaction).await.port()?;
        let mut sets = transaction.all_parts::<grouped_permission_set::Entity>().await.port()?;
        let mut objects = transaction.all_parts::<muted_object::Entity>().await.port()?;
        let mut fields = transaction.all_parts::<muted_field::Entity>().await.port()?;
        let whole = |row: permission_set_group::Model| {
            let at = Row::new("permission_set_group", row.id);
            let (objects, fields) = (objects.remove(&row.id), fields.remove(&row.id));
            Ok(PermissionSetGroup {
                id: PermissionSetGroupId::from_uuid(row.id),
                sets: ids(sets.remove(&row.id), PermissionSetId::from_uuid),
                muting: grants::muting(&at, &row.muted_system, objects, fields)?,
                name: row.name,
            })
        };
        Ok(rows.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }

    async fn assigned_to(&mut self, users: &[UserId]) -> Result<BTreeMap<UserId, Assigned>, PortError> {
        let users = || users.iter().map(|user| user.uuid());
        let sets = user_permission_set::Column::Whole.is_in(users());
        let sets = self.transaction.parts::<user_permission_set::Entity>(sets).await.port()?;
        let groups = user_permission_set_group::Column::Whole.is_in(users());
        let groups = self.transaction.parts::<user_permission_set_group::Entity>(groups).await.port()?;
        let mut assigned = BTreeMap::<_, Assigned>::new();
        for (user, sets) in sets {
            let of_user = assigned.entry(UserId::from_uuid(user)).or_default();
            of_user.permission_sets = ids(Some(sets), PermissionSetId::from_uuid);
        }
        for (user, groups) in groups {
            let of_user = assigned.entry(UserId::from_uuid(user)).or_default();
            of_user.permission_set_groups = ids(Some(groups), PermissionSetGroupId::from_uuid);
        }
        Ok(assigned)
    }

    async fn holders(&mut self, bundle: Bundle) -> Result<Vec<UserId>, PortError> {
        let transaction = &self.transaction;
        let users: Vec<Uuid> = match bundle {
            Bundle::Set(set) => {
                let has = user_permission_set::Column::Part.eq(set.uuid());
                transaction.parts::<user_permission_set::Entity>(has).await.port()?.into_keys().collect()
            }
            Bundle::Group(group) => {
                let has = user_permission_set_group::Column::Part.eq(group.uuid());
                let parts = transaction.parts::<user_permission_set_group::Entity>(has).await.port()?;
                parts.into_keys().collect()
            }
        };
        Ok(users.into_iter().map(UserId::from_uuid).collect())
    }
}

#[async_trait]
impl PermissionSetWriter for Open<Writing> {
    async fn put_permission_set(&mut self, set: &PermissionSet) -> Result<(), PortError> {
        let (id, transaction) = (set.id.uuid(), &self.transaction);
        let same_name = permission_set::Column::Name.eq(&set.name);
        self.require_free::<permission_set::Entity>(same_name, permission_set::Column::Id.ne(id)).await?;
        let (name, system) = (set.name.clone(), i64::from(set.grants.system.bits()));
        let row = permission_set::Model { workspace_id: HERE, id, name, system };
        transaction.upsert::<permission_set::Entity, _>(row).await.port()?;
        transaction.put_parts::<permission_set_object::Entity>(id, object_bits(&set.grants)).await.port()?;
        transaction.put_parts::<permission_set_field::Entity>(id, field_bits(&set.grants)).await.port()
    }

    async fn remove_permission_set(&mut self, set: PermissionSetId) -> Result<(), PortError> {
        let (id, transaction) = (set.uuid(), &self.transaction);
        transaction.remove_parts::<permission_set_object::Entity>(id).await.port()?;
        transaction.remove_parts::<permission_set_field::Entity>(id).await.port()?;
        let remove = transaction.remove::<permission_set::Entity>();
        remove.filter(permission_set::Column::Id.eq(id)).exec(transaction).await.port().map(drop)
    }

    async fn put_permission_set_group(&mut self, group: &PermissionSetGroup) -> Result<(), PortError> {
        let (id, transaction) = (group.id.uuid(), &self.transaction);
        let same_name = permission_set_group::Column::Name.eq(&group.name);
        let other = permission_set_group::Column::Id.ne(id);
        self.require_free::<permission_set_group::Entity>(same_name, other).await?;
        let muted_system = grants::muted_system(&group.muting);
        let row =
            permission_set_group::Model { workspace_id: HERE, id, name: group.name.clone(), muted_system };
        transaction.upsert::<permission_set_group::Entity, _>(row).await.port()?;
        let sets = group.sets.iter().map(|set| set.uuid());
        transaction.put_parts::<grouped_permission_set::Entity>(id, sets).await.port()?;
        let objects = grants::muted_objects(&group.muting);
        transaction.put_parts::<muted_object::Entity>(id, objects).await.port()?;
        transaction.put_parts::<muted_field::Entity>(id, grants::muted_fields(&group.muting)).await.port()
    }

    async fn remove_permission_set_group(&mut self, group: PermissionSetGroupId) -> Result<(), PortError> {
        let (id, transaction) = (group.uuid(), &self.transaction);
        transaction.remove_parts::<grouped_permission_set::Entity>(id).await.port()?;
        transaction.remove_parts::<muted_object::Entity>(id).await.port()?;
        transaction.remove_parts::<muted_field::Entity>(id).await.port()?;
        let remove = transaction.remove::<permission_set_group::Entity>();
        remove.filter(permission_set_group::Column::Id.eq(id)).exec(transaction).await.port().map(drop)
    }

    async fn assign(&mut self, user: UserId, assigned: &Assigned) -> Result<(), PortError> {
        let (user, transaction) = (user.uuid(), &self.transaction);
        let sets = assigned.permission_sets.iter().map(|set| set.uuid());
        transaction.put_parts::<user_permission_set::Entity>(user, sets).await.port()?;
        let groups = assigned.permission_set_groups.iter().map(|group| group.uuid());
        transaction.put_parts::<user_permission_set_group::Entity>(user, groups).await.port()
    }
}

fn ids<I: Ord>(parts: Option<Vec<Uuid>>, id: fn(Uuid) -> I) -> BTreeSet<I> {
    parts.into_iter().flatten().map(id).collect()
}
