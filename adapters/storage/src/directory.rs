//! Groups and queues, and what the directory knows of people.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use sutra_acl::{
    Directory, DirectoryReader, DirectoryWriter, Group, Owner, People, Principal, TerritoryReader as _,
    TerritoryTree, Use,
};
use sutra_kernel::{GroupId, PortError, RoleId, UserId, Uuid};

use crate::{
    entity::{
        directory::{group_member, territory_user, user_group},
        identity::user_account,
        records::{record, record_share},
    },
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
    shares::{principal_from, principal_of},
};

#[async_trait]
impl<M: Send> DirectoryReader for Open<M> {
    async fn groups(&mut self) -> Result<Vec<Group>, PortError> {
        let find = self.transaction.find::<user_group::Entity>().order_by_asc(user_group::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        let mut members = self.transaction.all_parts::<group_member::Entity>().await.port()?;
        let whole = |row: user_group::Model| {
            let at = Row::new("group_member", row.id);
            let members = members.remove(&row.id).into_iter().flatten();
            let member = |(kind, id): (String, Uuid)| at.known("principal_kind", principal_from(&kind, id));
            Ok(Group {
                id: GroupId::from_uuid(row.id),
                name: row.name,
                queue: row.queue,
                members: members.map(member).collect::<Result<_, _>>()?,
            })
        };
        Ok(rows.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }

    async fn find_use(&mut self, principal: Principal) -> Result<Option<Use>, PortError> {
        let (kind, id) = principal_of(principal);
        let member = self.transaction.find::<group_member::Entity>();
        let member = member.filter(group_member::Column::PrincipalId.eq(id));
        let member = member.filter(group_member::Column::PrincipalKind.eq(kind));
        if let Some(member) = member.one(&self.transaction).await.port()? {
            return Ok(Some(Use::Member(GroupId::from_uuid(member.group_id))));
        }
        let share = self.transaction.find::<record_share::Entity>();
        let share = share.filter(record_share::Column::PrincipalId.eq(id));
        let share = share.filter(record_share::Column::PrincipalKind.eq(kind));
        if share.one(&self.transaction).await.port()?.is_some() {
            return Ok(Some(Use::Share));
        }
        let Some(owner) = Owner::of(principal) else { return Ok(None) };
        let owned = self.transaction.find::<record::Entity>();
        let owned = owned.filter(record::Column::OwnerId.eq(owner.uuid())).select_only();
        let owned = owned.column(record::Column::Id).limit(1).into_tuple::<Uuid>();
        Ok(owned.one(&self.transaction).await.port()?.map(|_| Use::Owner))
    }
}

impl<M: Send> Open<M> {
    /// Everything that the policy knows of groups and people.
    pub(crate) async fn directory(&mut self) -> Result<Directory, PortError> {
        let people = People {
            roles: self.roles_of_members().await?,
            territories: self.territory_users().await?,
            inhabited: self.inhabited().await?,
        };
        let territories = TerritoryTree::compile(&self.territories().await?).map_err(PortError::corrupt)?;
        Directory::compile(self.groups().await?, territories, people).map_err(PortError::corrupt)
    }

    /// The roles of the users that are members of a group themselves, or assigned to a territory.
    async fn roles_of_members(&mut self) -> Result<BTreeMap<UserId, RoleId>, PortError> {
        let (kind, _) = principal_of(Principal::User(UserId::from_uuid(Uuid::nil())));
        let members = self.transaction.find::<group_member::Entity>().select_only();
        let members = members.column(group_member::Column::PrincipalId);
        let members = members.filter(group_member::Column::PrincipalKind.eq(kind));
        let find = self.transaction.find::<user_account::Entity>().select_only();
        let find = find.columns([user_account::Column::Id, user_account::Column::RoleId]);
        let find = find.filter(user_account::Column::RoleId.is_not_null());
        let assigned = self.transaction.find::<territory_user::Entity>().select_only();
        let assigned = assigned.column(territory_user::Column::Part);
        let is_member = user_account::Column::Id.in_subquery(members.into_query());
        let find = find.filter(is_member.or(user_account::Column::Id.in_subquery(assigned.into_query())));
        let rows: Vec<(Uuid, Uuid)> = find.into_tuple().all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(|(user, role)| (UserId::from_uuid(user), RoleId::from_uuid(role))).collect())
    }

    /// The roles that somebody has.
    async fn inhabited(&mut self) -> Result<BTreeSet<RoleId>, PortError> {
        let find = self.transaction.find::<user_account::Entity>().select_only();
        let find = find.column(user_account::Column::RoleId).distinct();
        let find = find.filter(user_account::Column::RoleId.is_not_null());
        let rows: Vec<Uuid> = find.into_tuple().all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(RoleId::from_uuid).collect())
    }
}

#[async_trait]
impl DirectoryWriter for Open<Writing> {
    async fn put_group(&mut self, group: &Group) -> Result<(), PortError> {
        let id = group.id.uuid();
        let same_name = user_group::Column::Name.eq(&group.name);
        self.require_free::<user_group::Entity>(same_name, user_group::Column::Id.ne(id)).await?;
        let row = user_group::Model { workspace_id: HERE, id, name: group.name.clone(), queue: group.queue };
        self.transaction.upsert::<user_group::Entity, _>(row).await.port()?;
        let members = group.members.iter().map(|member| {
            let (kind, id) = principal_of(*member);
            (kind.to_owned(), id)
        });
        self.transaction.put_parts::<group_member::Entity>(id, members).await.port()
    }

    async fn remove_group(&mut self, group: GroupId) -> Result<(), PortError> {
        self.transaction.remove_parts::<group_member::Entity>(group.uuid()).await.port()?;
        let remove = self.transaction.remove::<user_group::Entity>();
        let remove = remove.filter(user_group::Column::Id.eq(group.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}
