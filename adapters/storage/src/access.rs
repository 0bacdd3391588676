//! Profiles, roles, org-wide defaults and subjects.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};
use sutra_acl::{
    Move, ObjectPolicy, PermissionSetReader as _, Policy, PolicyReader, PolicyWriter, Profile, Role,
    RoleTree, Subject,
};
use sutra_audit::LedgerReader as _;
use sutra_engine::subject_of;
use sutra_identity::{SettingScope, UserReader as _};
use sutra_kernel::{ObjectId, PortError, ProfileId, RoleId, Timestamp, UserId};
use sutra_records::{Resharing, ResharingReader as _};

use crate::{
    entity::access::{field_permission, object_permission, object_policy, profile, role},
    error::{BadRow, OrPort as _, Row},
    grants::{field_bits, grants, object_bits},
    open::{Open, Writing},
    scoped::{HERE, Scoped},
};

#[async_trait]
impl<M: Send> PolicyReader for Open<M> {
    async fn policy(&mut self) -> Result<Policy, PortError> {
        let epoch = self.epochs().await?.policy;
        let profiles = self.profiles().await?.into_iter().map(|profile| (profile.id, Arc::new(profile)));
        let sets = self.permission_sets().await?.into_iter().map(|set| (set.id, Arc::new(set)));
        let groups = self.permission_set_groups().await?.into_iter().map(|group| (group.id, Arc::new(group)));
        let directory = self.directory().await?;
        Ok(Policy {
            roles: RoleTree::compile(&self.roles().await?).map_err(PortError::corrupt)?,
            profiles: profiles.collect(),
            permission_sets: sets.collect(),
            permission_set_groups: groups.collect(),
            directory,
            objects: self.object_policies().await?,
            territory_levels: Arc::new(self.territory_levels().await?),
            moving: Arc::new(self.moves().await?.into_iter().map(|it| it.user).collect()),
            withheld: Arc::new(Resharing::withheld(&self.resharings().await?)),
            ..Policy::closed(self.transaction.workspace(), epoch)
        })
    }

    async fn subject(&mut self, user: UserId) -> Result<Option<Subject>, PortError> {
        let Some(user) = self.find_user(user).await? else { return Ok(None) };
        let assigned = self.assigned_to(&[user.id]).await?.remove(&user.id).unwrap_or_default();
        Ok(Some(subject_of(&user, assigned)))
    }

    async fn profiles(&mut self) -> Result<Vec<Profile>, PortError> {
        let find = self.transaction.find::<profile::Entity>().order_by_asc(profile::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        let mut objects = self.transaction.all_parts::<object_permission::Entity>().await.port()?;
        let mut fields = self.transaction.all_parts::<field_permission::Entity>().await.port()?;
        let whole = |row: profile::Model| {
            let at = Row::new("profile", row.id);
            let (objects, fields) = (objects.remove(&row.id), fields.remove(&row.id));
            let grants = grants(&at, row.system, objects, fields)?;
            Ok(Profile { id: ProfileId::from_uuid(row.id), name: row.name, grants })
        };
        Ok(rows.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }

    async fn roles(&mut self) -> Result<Vec<Role>, PortError> {
        let find = self.transaction.find::<role::Entity>().order_by_asc(role::Column::Id);
        Ok(find.all(&self.transaction).await.port()?.into_iter().map(Role::from).collect())
    }

    async fn moves(&mut self) -> Result<Vec<Move>, PortError> {
        self.users_moving().await
    }
}

impl<M: Send> Open<M> {
    async fn object_policies(&mut self) -> Result<BTreeMap<ObjectId, ObjectPolicy>, PortError> {
        let rows = self.transaction.find::<object_policy::Entity>().all(&self.transaction).await.port()?;
        let policies = rows.into_iter().map(ObjectPolicy::try_from);
        let mut policies: BTreeMap<_, _> =
            policies.map(|policy| policy.map(|it| (it.object, it))).collect::<Result<_, _>>()?;
        for (object, rule) in self.restrictions().await? {
            if let Some(policy) = policies.get_mut(&object) {
                policy.restrictions.push(Arc::new(rule));
            }
        }
        for (object, rule) in self.sharing_rules().await? {
            if let Some(policy) = policies.get_mut(&object) {
                policy.add_sharing_rule(rule);
            }
        }
        Ok(policies)
    }
}

#[async_trait]
impl PolicyWriter for Open<Writing> {
    async fn put_profile(&mut self, profile: &Profile) -> Result<(), PortError> {
        let same_name = profile::Column::Name.eq(&profile.name);
        self.require_free::<profile::Entity>(same_name, profile::Column::Id.ne(profile.id.uuid())).await?;
        let (workspace_id, id) = (HERE, profile.id.uuid());
        let (name, system) = (profile.name.clone(), i64::from(profile.grants.system.bits()));
        self.transaction
            .upsert::<profile::Entity, _>(profile::Model { workspace_id, id, name, system })
            .await
            .port()?;
        let (objects, fields) = (object_bits(&profile.grants), field_bits(&profile.grants));
        self.transaction.put_parts::<object_permission::Entity>(id, objects).await.port()?;
        self.transaction.put_parts::<field_permission::Entity>(id, fields).await.port()
    }

    async fn remove_profile(&mut self, profile: ProfileId) -> Result<(), PortError> {
        let (id, transaction) = (profile.uuid(), &self.transaction);
        transaction.remove_parts::<object_permission::Entity>(id).await.port()?;
        transaction.remove_parts::<field_permission::Entity>(id).await.port()?;
        self.remove_settings(SettingScope::Profile(profile)).await?;
        let remove = transaction.remove::<profile::Entity>();
        remove.filter(profile::Column::Id.eq(id)).exec(transaction).await.port().map(drop)
    }

    async fn put_role(&mut self, role: &Role) -> Result<(), PortError> {
        let same_name = role::Column::Name.eq(&role.name);
        self.require_free::<role::Entity>(same_name, role::Column::Id.ne(role.id.uuid())).await?;
        let row = role::Model {
            workspace_id: HERE,
            id: role.id.uuid(),
            name: role.name.clone(),
            parent_id: role.parent.map(RoleId::uuid),
        };
        self.transaction.upsert::<role::Entity, _>(row).await.port()
    }

    async fn remove_role(&mut self, role: RoleId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<role::Entity>();
        remove.filter(role::Column::Id.eq(role.uuid())).exec(&self.transaction).await.port().map(drop)
    }

    async fn put_object_policy(&mut self, policy: &ObjectPolicy) -> Result<(), PortError> {
        let row = object_policy::Model {
            workspace_id: HERE,
            object_id: policy.object.uuid(),
            org_wide_default: policy.default.to_string(),
            hierarchy: policy.hierarchy,
            parent_id: policy.parent.map(ObjectId::uuid),
            settling: policy.settling,
        };
        self.transaction.upsert::<object_policy::Entity, _>(row).await.port()
    }

    async fn bump_policy_epoch(&mut self) -> Result<(), PortError> {
        self.mode.bumps.policy = self.mode.bumps.policy.saturating_add(1);
        Ok(())
    }

    async fn move_owned(
        &mut self,
        user: UserId,
        role: Option<RoleId>,
        limit: usize,
    ) -> Result<u64, PortError> {
        self.move_some(user, role, limit).await
    }

    async fn begin_moving(&mut self, user: UserId, now: Timestamp) -> Result<(), PortError> {
        self.mark(user, now).await
    }

    async fn end_moving(&mut self, user: UserId) -> Result<(), PortError> {
        self.unmark(user).await
    }
}

impl Open<Writing> {
    /// Refuses a name that another row has.
    pub(crate) async fn require_free<E: Scoped>(
        &self,
        same_name: Expr,
        other: Expr,
    ) -> Result<(), PortError> {
        let taken = self.transaction.find::<E>().filter(same_name).filter(other);
        match taken.one(&self.transaction).await.port()? {
            Some(_) => Err(PortError::refused("the name is taken")),
            None => Ok(()),
        }
    }
}

impl From<role::Model> for Role {
    fn from(row: role::Model) -> Self {
        Self { id: RoleId::from_uuid(row.id), name: row.name, parent: row.parent_id.map(RoleId::from_uuid) }
    }
}

impl TryFrom<object_policy::Model> for ObjectPolicy {
    type Error = BadRow;

    fn try_from(row: object_policy::Model) -> Result<Self, BadRow> {
        let at = Row::new("object_policy", row.object_id);
        let default = at.read("org_wide_default", row.org_wide_default.parse())?;
        let policy = Self::new(ObjectId::from_uuid(row.object_id), default, row.hierarchy);
        Ok(Self { parent: row.parent_id.map(ObjectId::from_uuid), settling: row.settling, ..policy })
    }
}
