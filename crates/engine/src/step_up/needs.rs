//! What needs a fresh proof: a closed list, printed to `step-up.txt` and reviewed as a diff.

use sutra_audit::Event;

/// What something asks of the session it is asked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// That its user has shown lately who they are; or a token that was made for it.
    FreshProof,
    /// That its user has shown lately who they are, and no token: it is about how somebody signs in.
    OwnProof,
    /// No more than that it is live, and why.
    Nothing(&'static str),
}

const ENTRY: &str = "there is no session yet, or it is the proof itself";
const LESS: &str = "it only takes access away, and must never wait";
const RECORDS: &str = "daily work on single records and lists, which permissions and reasons guard";
const PRODUCT: &str = "the product or an operator does it, never a session";

/// What an event needs before it may happen.
///
/// # Security
/// There is no arm for the rest: what is new is decided here before it compiles.
#[expect(clippy::too_many_lines, reason = "it is a list of every event, and says one thing of each")]
pub(super) const fn needs(event: Event) -> Needs {
    match event {
        Event::UserCreate
        | Event::UserReinvite
        | Event::UserUpdate
        | Event::UserAssign
        | Event::UserDeactivate
        | Event::AccountUnlock
        | Event::ProfileCreate
        | Event::ProfileUpdate
        | Event::ProfileDelete
        | Event::PermissionSetCreate
        | Event::PermissionSetUpdate
        | Event::PermissionSetDelete
        | Event::PermissionSetGroupCreate
        | Event::PermissionSetGroupUpdate
        | Event::PermissionSetGroupDelete
        | Event::GroupCreate
        | Event::GroupUpdate
        | Event::GroupDelete
        | Event::TerritoryCreate
        | Event::TerritoryUpdate
        | Event::TerritoryDelete
        | Event::TerritoryAssign
        | Event::TerritoryLevels
        | Event::RoleCreate
        | Event::RoleUpdate
        | Event::RoleDelete
        | Event::DefaultUpdate
        | Event::SettingUpdate
        | Event::ScopesUpdate
        | Event::RestrictionCreate
        | Event::RestrictionUpdate
        | Event::RestrictionDelete
        | Event::SharingRuleCreate
        | Event::SharingRuleUpdate
        | Event::SharingRuleDelete
        | Event::ObjectCreate
        | Event::ObjectUpdate
        | Event::FieldCreate
        | Event::FieldUpdate
        | Event::RuleCreate
        | Event::RuleUpdate
        | Event::PasswordResetOffer
        | Event::ExportRun => Needs::FreshProof,

        Event::FactorAdd
        | Event::FactorUpdate
        | Event::FactorRemove
        | Event::RecoveryCodesIssue
        | Event::AccessTokenCreate => Needs::OwnProof,

        Event::SignInSucceed
        | Event::SignInRefuse
        | Event::StepUpSucceed
        | Event::StepUpRefuse
        | Event::FactorChallenge
        | Event::PasswordChange
        | Event::PasswordReset
        | Event::CodeSend
        | Event::SetupComplete
        | Event::UserActivate => Needs::Nothing(ENTRY),

        Event::SignOut | Event::SessionRevoke | Event::AccessTokenRevoke | Event::DeviceForget => {
            Needs::Nothing(LESS)
        }

        Event::RecordShare
        | Event::RecordUnshare
        | Event::RecordTeam
        | Event::RecordAssign
        | Event::RecordUnassign
        | Event::RecordCreate
        | Event::RecordUpdate
        | Event::RecordDelete
        | Event::RecordRestore
        | Event::RecordPurge
        | Event::RecordRevert
        | Event::ImportRun
        | Event::MassCreate
        | Event::MassUpdate
        | Event::MassUpsert
        | Event::MassDelete
        | Event::MassRestore
        | Event::MassPurge
        | Event::MassTransfer
        | Event::MassShare
        | Event::MassUnshare
        | Event::MassAssign
        | Event::MassUnassign => Needs::Nothing(RECORDS),

        Event::SetupLinkCreate
        | Event::AccountRecover
        | Event::AccessRefuse
        | Event::AccountLock
        | Event::SharingRecalculate
        | Event::WorkspaceCreate
        | Event::WorkspaceUpgrade
        | Event::ObjectPrepare
        | Event::SchemaMigrate
        | Event::ClockSkew => Needs::Nothing(PRODUCT),
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test rewrites its own expectation when asked to")]
    fn the_printed_list_is_the_list() {
        let line = |event: &Event| {
            let needs = match needs(*event) {
                Needs::FreshProof => "a fresh proof".to_owned(),
                Needs::OwnProof => "a fresh proof, and no token".to_owned(),
                Needs::Nothing(reason) => format!("nothing: {reason}"),
            };
            format!("{:<28} {needs}\n", event.code())
        };
        let printed: String = Event::ALL.iter().map(line).collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("step-up.txt");
        if env::var_os("SUTRA_BLESS").is_some() {
            fs::write(&path, &printed).unwrap();
        }
        let reviewed = fs::read_to_string(&path).unwrap_or_default();
        assert!(printed == reviewed, "run this test with SUTRA_BLESS=1, and review the difference");
    }
}
