//! What administrators decide about how people sign in and stay signed in.

use async_trait::async_trait;
use sutra_identity::{Setting, SettingReader, SettingScope, SettingWriter, Settings};
use sutra_kernel::PortError;

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> SettingReader for Open<M> {
    async fn settings(&mut self) -> Result<Settings, PortError> {
        let stored = self.state().settings.iter().map(|((scope, _), setting)| (*scope, setting.clone()));
        Settings::collect(stored).map_err(PortError::corrupt)
    }
}

#[async_trait]
impl SettingWriter for Open<Writing> {
    async fn put_setting(&mut self, scope: SettingScope, setting: &Setting) -> Result<(), PortError> {
        self.tables().settings.insert((scope, setting.name()), setting.clone());
        Ok(())
    }
}
