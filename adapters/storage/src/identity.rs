//! Users and their credentials.

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use sutra_crypto::Sealed;
use sutra_identity::{CredentialReader, EmailAddress, Held, User, UserReader, UserState, UserWriter};
use sutra_kernel::{Page, PortError, ProfileId, RoleId, Timestamp, UserId, WorkspaceId};

use crate::{
    entity::identity::{credential, user_account},
    error::{BadRow, OrPort as _, Row, column_of},
    open::{Open, Writing},
    scoped::{HERE, probe},
};

/// The one kind of credential there is so far.
const PASSWORD: &str = "password";

#[async_trait]
impl<M: Send> UserReader for Open<M> {
    async fn find_user(&mut self, user: UserId) -> Result<Option<User>, PortError> {
        let find = self.transaction.find::<user_account::Entity>();
        let row =
            find.filter(user_account::Column::Id.eq(user.uuid())).one(&self.transaction).await.port()?;
        Ok(row.map(User::try_from).transpose()?)
    }

    async fn find_user_by_email(&mut self, email: &EmailAddress) -> Result<Option<User>, PortError> {
        let find = self.transaction.find::<user_account::Entity>();
        let find = find.filter(user_account::Column::EmailKey.eq(email.key()));
        Ok(find.one(&self.transaction).await.port()?.map(User::try_from).transpose()?)
    }

    async fn find_users(&mut self, users: &[UserId]) -> Result<Vec<User>, PortError> {
        let find = self.transaction.find::<user_account::Entity>();
        let find = find.filter(user_account::Column::Id.is_in(users.iter().map(|user| user.uuid())));
        users_of(find.all(&self.transaction).await.port()?)
    }

    async fn users(&mut self, after: Option<UserId>, limit: usize) -> Result<Page<User>, PortError> {
        let mut find = self.transaction.find::<user_account::Entity>();
        if let Some(after) = after {
            find = find.filter(user_account::Column::Id.gt(after.uuid()));
        }
        let find = find.order_by_asc(user_account::Column::Id).limit(probe(limit));
        Ok(Page::from_probe(users_of(find.all(&self.transaction).await.port()?)?, limit))
    }

    async fn count_active_holders(&mut self, profiles: &[ProfileId]) -> Result<u64, PortError> {
        let find = self.transaction.find::<user_account::Entity>();
        find.filter(user_account::Column::State.eq(UserState::Active.as_str()))
            .filter(user_account::Column::ProfileId.is_in(profiles.iter().map(|profile| profile.uuid())))
            .count(&self.transaction)
            .await
            .port()
    }

    async fn count_holders(&mut self, held: Held) -> Result<u64, PortError> {
        let holds = match held {
            Held::Profile(profile) => user_account::Column::ProfileId.eq(profile.uuid()),
            Held::Role(role) => user_account::Column::RoleId.eq(role.uuid()),
        };
        let find = self.transaction.find::<user_account::Entity>().filter(holds);
        find.count(&self.transaction).await.port()
    }
}

#[async_trait]
impl UserWriter for Open<Writing> {
    async fn put_user(&mut self, user: &User, expected_version: Option<u64>) -> Result<(), PortError> {
        self.require_home(user.workspace)?;
        if self.find_user_by_email(&user.email).await?.is_some_and(|other| other.id != user.id) {
            return Err(PortError::refused("the e-mail address is taken"));
        }
        let row = user_account::Model::from(user);
        match expected_version {
            None => self.transaction.insert::<user_account::Entity, _>([row]).await.port(),
            Some(version) => self.replace_user(row, version).await,
        }
    }

    async fn put_password(&mut self, user: UserId, sealed: Sealed) -> Result<(), PortError> {
        let row = credential::Model {
            workspace_id: HERE,
            user_id: user.uuid(),
            kind: PASSWORD.to_owned(),
            sealed: sealed.into_bytes(),
        };
        self.transaction.upsert::<credential::Entity, _>(row).await.port()
    }
}

impl Open<Writing> {
    async fn replace_user(&self, row: user_account::Model, version: u64) -> Result<(), PortError> {
        let change = self.transaction.replace::<user_account::Entity, user_account::ActiveModel>(row);
        let change = change.filter(user_account::Column::Version.eq(column_of(version)));
        let changed = change.exec(&self.transaction).await.port()?;
        if changed.rows_affected == 1 {
            return Ok(());
        }
        Err(PortError::conflict("the user has another version"))
    }
}

#[async_trait]
impl<M: Send> CredentialReader for Open<M> {
    async fn find_password(&mut self, user: UserId) -> Result<Option<Sealed>, PortError> {
        let find = self.transaction.find::<credential::Entity>();
        let find = find.filter(credential::Column::UserId.eq(user.uuid()));
        let row = find.filter(credential::Column::Kind.eq(PASSWORD)).one(&self.transaction).await.port()?;
        let sealed =
            row.map(|row| Row::new("credential", row.user_id).read("sealed", Sealed::parse(row.sealed)));
        Ok(sealed.transpose()?)
    }
}

fn users_of(rows: Vec<user_account::Model>) -> Result<Vec<User>, PortError> {
    Ok(rows.into_iter().map(User::try_from).collect::<Result<_, _>>()?)
}

impl From<&User> for user_account::Model {
    fn from(user: &User) -> Self {
        Self {
            workspace_id: user.workspace.uuid(),
            id: user.id.uuid(),
            email: user.email.as_str().to_owned(),
            email_key: user.email.key(),
            name: user.name.clone(),
            profile_id: user.profile.uuid(),
            role_id: user.role.map(RoleId::uuid),
            state: user.state.as_str().to_owned(),
            version: column_of(user.version),
            created_at: user.created_at.as_micros(),
            updated_at: user.updated_at.as_micros(),
        }
    }
}

impl TryFrom<user_account::Model> for User {
    type Error = BadRow;

    fn try_from(row: user_account::Model) -> Result<Self, BadRow> {
        let at = Row::new("user_account", row.id);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: UserId::from_uuid(row.id),
            email: at.read("email", EmailAddress::parse(&row.email))?,
            name: row.name,
            profile: ProfileId::from_uuid(row.profile_id),
            role: row.role_id.map(RoleId::from_uuid),
            state: at.read("state", row.state.parse())?,
            version: at.number("version", row.version)?,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}
