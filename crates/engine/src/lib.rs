#![doc = include_str!("../README.md")]

mod access_rules;
mod access_tokens;
mod authority;
mod builder;
mod caller;
mod context;
mod engine;
mod error;
mod explain;
mod factors;
mod flows;
mod groups;
mod guard;
mod idempotency;
mod imports;
mod keys;
mod ledger;
mod members;
mod notices;
mod objects;
mod opening_keys;
mod outbox;
mod passwords;
mod permissions;
mod reason;
mod records;
mod refusal;
mod registry;
mod sealing;
mod sessions;
mod settings;
mod sharing;
mod sign_in;
mod simulate;
mod slate;
mod step_up;
mod tasks;
mod territories;
mod throttle;
mod touches;
mod unit;
mod viewing;
mod work;
mod workspaces;

#[cfg(feature = "memory")]
pub mod conformance;
#[cfg(feature = "memory")]
pub mod memory;

pub use access_rules::{
    AccessRules, MAX_RESTRICTIONS, MAX_SHARING_RULES, Restriction, RestrictionEdit, ShareRule, SharedRecords,
    SharingEdit,
};
pub use access_tokens::{AccessTokens, IssuedAccessToken, MAX_ACCESS_TOKENS, NewAccessToken};
pub use builder::{EngineBuilder, Ports};
pub use caller::{Caller, Origin};
pub use engine::Engine;
pub use error::Error;
pub use explain::{AccessExplanation, AccessQuestion, FieldExplanation, Witness, Witnesses};
pub use factors::{
    CodeSent, FactorAnswer, FactorShown, Factors, MAX_FACTORS, NewFactor, PasskeyChallenge, PasskeyShown,
    TotpOffer,
};
pub use groups::{GroupEdit, Groups, MAX_MEMBERS};
pub use idempotency::{IdempotencyClaim, IdempotencyKey, IdempotencyWriter, KeptAnswer, Outcome};
pub use imports::{ImportFile, ImportOutcome, Imports, RowOutcome, RowProblem, RunningImport};
pub use ledger::{Ledger, LedgerEntry};
pub use members::{Invited, MemberEdit, Members, NewMember, Recovered, Recovery, subject_of};
pub use notices::Notices;
pub use objects::Objects;
pub use outbox::{OutboxTask, OutboxTasks, OutboxWriter};
pub use passwords::{PasswordStep, Passwords};
pub use permissions::{Assignment, PermissionSetEdit, PermissionSetGroupEdit, Permissions, ProfileEdit};
pub use reason::Reason;
pub use records::{
    AggregateRequest, Aggregated, COUNT_CAP, Changed, Count, Cursor, Earlier, Edit, ListRequest, Listed,
    MAX_AGGREGATED, MAX_GROUPS, MAX_PAGE, MAX_RECORDS, MAX_RELATIONS, MAX_STEPS, Moment, Part, Records,
    Related, Rights, Save, Summary, check_count,
};
pub use refusal::{RefusalCount, RefusalCounter, RefusalReader};
pub use registry::{Registry, Workspace, WorkspaceState};
pub use sealing::Revealed;
pub use sessions::Sessions;
pub use settings::SecuritySettings;
pub use sharing::{MAX_NAMED, MAX_SHARES, MAX_TEAM, MAX_TERRITORIES, NewShare, Shared, Sharing, TeamMember};
pub use sign_in::{Challenge, Credentials, SignIn, SignInStep, SignedIn};
pub use simulate::{AccessChange, AccessDifference, AccessDifferences, ObjectDifference, RecordDifference};
pub use step_up::{StepUp, StepUpStep};
pub use tasks::Tasks;
pub use territories::{StaffedTerritory, Territories};
pub use unit::{Bookkeeping, Reads, Store, Unit};
pub use viewing::Viewing;
pub use work::Written;
pub use workspaces::{FirstAdministrator, Upgraded, Workspaces};
