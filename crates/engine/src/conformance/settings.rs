//! What administrators decide about how people sign in.

use std::time::Duration;

use sutra_identity::{SessionPolicy, Setting, SettingScope, Settings};

use super::home::Home;
use crate::Store;

pub(super) async fn what_is_decided_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "settings").await;
    assert_eq!(home.settings().await, Settings::default());
    for minutes in [5, 10] {
        let setting = session(minutes);
        home.decide(SettingScope::Workspace, &setting).await;
        let expected = Settings::default().with(SettingScope::Workspace, setting).unwrap();
        assert_eq!(home.settings().await, expected);
    }
}

pub(super) async fn another_workspace_decides_for_itself(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "settings of twins").await;
    home.decide(SettingScope::Workspace, &session(5)).await;
    assert_eq!(neighbour.settings().await, Settings::default());
}

fn session(minutes: u64) -> Setting {
    let idle = Duration::from_secs(60 * minutes);
    Setting::Session(SessionPolicy { idle, absolute: 2 * idle })
}

impl Home<'_> {
    async fn settings(&self) -> Settings {
        let mut reads = self.reads().await;
        let settings = reads.settings().await.unwrap();
        reads.finish().await.unwrap();
        settings
    }

    async fn decide(&self, scope: SettingScope, setting: &Setting) {
        let mut work = self.begin().await;
        work.unit.put_setting(scope, setting).await.unwrap();
        work.unit.bump_policy_epoch().await.unwrap();
        work.commit().await;
    }
}
