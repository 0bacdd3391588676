//! What administrators decide about how people sign in.

use std::time::Duration;

use sutra_acl::Profile;
use sutra_identity::{SessionPolicy, Setting, SettingScope, Settings};
use sutra_kernel::{PortErrorKind::Corrupt, ProfileId};

use super::home::{Home, at, expect_kind};
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

/// How long sessions last is nothing to decide about a profile: as long as it stands there, nothing else is read either.
pub(super) async fn what_was_decided_about_a_profile_goes_with_it(store: &dyn Store) {
    let home = Home::found(store, "settings of a profile").await;
    let profile = Profile {
        id: ProfileId::generate(at(1), &home.dice),
        name: "Interns".to_owned(),
        ..home.profile.clone()
    };
    let mut work = home.begin().await;
    work.unit.put_profile(&profile).await.unwrap();
    work.unit.put_setting(SettingScope::Profile(profile.id), &session(5)).await.unwrap();
    work.unit.bump_policy_epoch().await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    expect_kind(reads.settings().await, Corrupt, "about somebody that it cannot be about");
    reads.finish().await.unwrap();

    let mut work = home.begin().await;
    work.unit.remove_profile(profile.id).await.unwrap();
    work.unit.bump_policy_epoch().await.unwrap();
    work.commit().await;
    assert_eq!(home.settings().await, Settings::default());
}

pub(super) async fn another_workspace_decides_for_itself(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "settings of twins").await;
    home.decide(SettingScope::Workspace, &session(5)).await;
    assert_eq!(neighbour.settings().await, Settings::default());
}

fn session(minutes: u64) -> Setting {
    let idle = Duration::from_secs(60 * minutes);
    Setting::Session(SessionPolicy { idle, absolute: 2 * idle, ..SessionPolicy::default() })
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
