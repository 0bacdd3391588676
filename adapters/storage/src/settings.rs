//! What administrators decide about how people sign in and stay signed in.

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _};
use sutra_identity::{Setting, SettingReader, SettingScope, SettingWriter, Settings};
use sutra_kernel::{PortError, ProfileId, UserId, Uuid};

use crate::{
    entity::identity::setting::{Column, Entity, Model},
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
};

const WORKSPACE: &str = "workspace";
const PROFILE: &str = "profile";
const USER: &str = "user";

#[async_trait]
impl<M: Send> SettingReader for Open<M> {
    async fn settings(&mut self) -> Result<Settings, PortError> {
        let rows = self.transaction.find::<Entity>().all(&self.transaction).await.port()?;
        let stored: Vec<_> = rows.into_iter().map(setting_of).collect::<Result<_, _>>()?;
        Settings::collect(stored).map_err(PortError::corrupt)
    }
}

#[async_trait]
impl SettingWriter for Open<Writing> {
    async fn put_setting(&mut self, scope: SettingScope, setting: &Setting) -> Result<(), PortError> {
        let (kind, scope_id) = scope_of(scope);
        let row = Model {
            workspace_id: HERE,
            scope_kind: kind.to_owned(),
            scope_id,
            name: setting.name(),
            value: setting.value(),
        };
        self.transaction.upsert::<Entity, _>(row).await.port()
    }
}

impl Open<Writing> {
    /// Forgets what was decided about a profile or a user.
    pub(crate) async fn remove_settings(&self, scope: SettingScope) -> Result<(), PortError> {
        let (kind, id) = scope_of(scope);
        let remove = self.transaction.remove::<Entity>().filter(Column::ScopeKind.eq(kind));
        remove.filter(Column::ScopeId.eq(id)).exec(&self.transaction).await.port().map(drop)
    }
}

fn setting_of(row: Model) -> Result<(SettingScope, Setting), BadRow> {
    let at = Row::new("setting", row.scope_id);
    let scope = match row.scope_kind.as_str() {
        WORKSPACE => Some(SettingScope::Workspace),
        PROFILE => Some(SettingScope::Profile(ProfileId::from_uuid(row.scope_id))),
        USER => Some(SettingScope::User(UserId::from_uuid(row.scope_id))),
        _ => None,
    };
    Ok((at.known("scope_kind", scope)?, at.read("value", Setting::parse(&row.name, row.value))?))
}

fn scope_of(scope: SettingScope) -> (&'static str, Uuid) {
    match scope {
        SettingScope::Workspace => (WORKSPACE, Uuid::nil()),
        SettingScope::Profile(profile) => (PROFILE, profile.uuid()),
        SettingScope::User(user) => (USER, user.uuid()),
    }
}
