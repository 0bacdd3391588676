//! Profiles, roles, org-wide defaults and subjects.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};
use sutra_acl::{
    FieldPermission, Grants, ObjectPermissions, ObjectPolicy, Policy, PolicyReader, PolicyWriter, Profile,
    Role, RoleTree, Subject, SystemPermissions,
};
use sutra_audit::LedgerReader as _;
use sutra_identity::{UserReader as _, UserState};
use sutra_kernel::{FieldId, ObjectId, PortError, ProfileId, RoleId, UserId};

use crate::{
    entity::{
        access::{field_permission, object_permission, object_policy, profile, role},
        records::record,
    },
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::{HERE, Scoped},
};

#[async_trait]
impl<M: Send> PolicyReader for Open<M> {
    async fn policy(&mut self) -> Result<Policy, PortError> {
        let epoch = self.epochs().await?.policy;
        let profiles = self.profiles().await?.into_iter().map(|profile| (profile.id, Arc::new(profile)));
        Ok(Policy {
            roles: RoleTree::compile(&self.roles().await?).map_err(PortError::corrupt)?,
            profiles: profiles.collect(),
            objects: self.object_policies().await?,
            ..Policy::closed(self.transaction.workspace(), epoch)
        })
    }

    async fn subject(&mut self, user: UserId) -> Result<Option<Subject>, PortError> {
        Ok(self.find_user(user).await?.map(|user| Subject {
            role: user.role,
            active: user.state == UserState::Active,
            ..Subject::new(user.workspace, user.id, user.profile)
        }))
    }

    async fn profiles(&mut self) -> Result<Vec<Profile>, PortError> {
        let find = self.transaction.find::<profile::Entity>().order_by_asc(profile::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        let mut objects = self.object_permissions().await?;
        let mut fields = self.field_permissions().await?;
        let whole = |row: profile::Model| {
            let id = ProfileId::from_uuid(row.id);
            Ok(Profile {
                id,
                name: row.name,
                grants: Grants {
                    system: SystemPermissions::from_bits(
                        Row::new("profile", row.id).number("system", row.system)?,
                    ),
                    objects: objects.remove(&id).unwrap_or_default(),
                    fields: fields.remove(&id).unwrap_or_default(),
                },
            })
        };
        Ok(rows.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }

    async fn roles(&mut self) -> Result<Vec<Role>, PortError> {
        let find = self.transaction.find::<role::Entity>().order_by_asc(role::Column::Id);
        Ok(find.all(&self.transaction).await.port()?.into_iter().map(Role::from).collect())
    }
}

impl<M: Send> Open<M> {
    async fn object_policies(&mut self) -> Result<BTreeMap<ObjectId, ObjectPolicy>, PortError> {
        let rows = self.transaction.find::<object_policy::Entity>().all(&self.transaction).await.port()?;
        let policies = rows.into_iter().map(ObjectPolicy::try_from);
        Ok(policies.map(|policy| policy.map(|it| (it.object, it))).collect::<Result<_, _>>()?)
    }

    async fn object_permissions(
        &mut self,
    ) -> Result<BTreeMap<ProfileId, BTreeMap<ObjectId, ObjectPermissions>>, PortError> {
        let mut all = BTreeMap::<_, BTreeMap<_, _>>::new();
        for row in self.transaction.find::<object_permission::Entity>().all(&self.transaction).await.port()? {
            let bits = Row::new("object_permission", row.profile_id).number("bits", row.bits)?;
            let of_profile = all.entry(ProfileId::from_uuid(row.profile_id)).or_default();
            of_profile.insert(ObjectId::from_uuid(row.object_id), ObjectPermissions::from_bits(bits));
        }
        Ok(all)
    }

    async fn field_permissions(
        &mut self,
    ) -> Result<BTreeMap<ProfileId, BTreeMap<FieldId, FieldPermission>>, PortError> {
        let mut all = BTreeMap::<_, BTreeMap<_, _>>::new();
        for row in self.transaction.find::<field_permission::Entity>().all(&self.transaction).await.port()? {
            let permission = field_permission_of(row.bits);
            let of_profile = all.entry(ProfileId::from_uuid(row.profile_id)).or_default();
            of_profile.insert(FieldId::from_uuid(row.field_id), permission);
        }
        Ok(all)
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
        self.replace_permissions(profile).await
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

    async fn put_object_policy(&mut self, policy: &ObjectPolicy) -> Result<(), PortError> {
        let row = object_policy::Model {
            workspace_id: HERE,
            object_id: policy.object.uuid(),
            org_wide_default: policy.default.to_string(),
            hierarchy: policy.hierarchy,
        };
        self.transaction.upsert::<object_policy::Entity, _>(row).await.port()
    }

    async fn bump_policy_epoch(&mut self) -> Result<(), PortError> {
        self.mode.bumps.policy = self.mode.bumps.policy.saturating_add(1);
        Ok(())
    }

    async fn move_owned(&mut self, owner: UserId, role: Option<RoleId>) -> Result<u64, PortError> {
        self.move_shared(owner, role).await?;
        let change = self.transaction.change::<record::Entity>();
        let change = change.col_expr(record::Column::AccessRoleId, Expr::value(role.map(RoleId::uuid)));
        let change = change.filter(record::Column::OwnerId.eq(owner.uuid()));
        Ok(change.exec(&self.transaction).await.port()?.rows_affected)
    }
}

const FIELD_READ: i64 = 1;
const FIELD_EDIT: i64 = 2;
const FIELD_WRITE_ONLY: i64 = 4;

fn field_permission_of(bits: i64) -> FieldPermission {
    let has = |bit| bits & bit != 0;
    let blindly = if has(FIELD_WRITE_ONLY) { FieldPermission::WRITE_ONLY } else { FieldPermission::NONE };
    FieldPermission::new(has(FIELD_READ), has(FIELD_EDIT)).union(blindly)
}

fn field_bits(permission: FieldPermission) -> i64 {
    let FieldPermission { read, edit, write_only } = permission;
    let bits = [(read, FIELD_READ), (edit, FIELD_EDIT), (write_only, FIELD_WRITE_ONLY)];
    bits.into_iter().filter(|(is_given, _)| *is_given).map(|(_, bit)| bit).sum()
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

    async fn replace_permissions(&self, profile: &Profile) -> Result<(), PortError> {
        let (workspace_id, profile_id) = (HERE, profile.id.uuid());
        let remove = self.transaction.remove::<object_permission::Entity>();
        let remove = remove.filter(object_permission::Column::ProfileId.eq(profile_id));
        remove.exec(&self.transaction).await.port()?;
        let remove = self.transaction.remove::<field_permission::Entity>();
        let remove = remove.filter(field_permission::Column::ProfileId.eq(profile_id));
        remove.exec(&self.transaction).await.port()?;

        let objects = profile.grants.objects.iter().map(|(object, permissions)| object_permission::Model {
            workspace_id,
            profile_id,
            object_id: object.uuid(),
            bits: i64::from(permissions.bits()),
        });
        self.transaction.insert::<object_permission::Entity, _>(objects).await.port()?;
        let fields = profile.grants.fields.iter().map(|(field, permission)| field_permission::Model {
            workspace_id,
            profile_id,
            field_id: field.uuid(),
            bits: field_bits(*permission),
        });
        self.transaction.insert::<field_permission::Entity, _>(fields).await.port()
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
        Ok(Self::new(ObjectId::from_uuid(row.object_id), default, row.hierarchy))
    }
}
