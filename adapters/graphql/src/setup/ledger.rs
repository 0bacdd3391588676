//! The ledger, for those who may view the audit log.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_audit::{Actor, ActorKind, Category, EntryFilter, HistoryChange, Opened, Shown, receipt_text};
use sutra_engine::LedgerEntry as Entry;
use sutra_kernel::{SessionId, UserId};

use super::{
    request::{Result, page_size, parse_optional, viewing},
    scalar::{DateTime, Long},
    target::{LedgerTarget, LedgerTargetInput},
};

/// Something that happened. Entries are chained by hashes and never change.
#[derive(SimpleObject)]
pub(super) struct LedgerEntry {
    /// Its place in the workspace's chain, from 1.
    seq: Long,
    /// When it happened.
    at: DateTime,
    /// What happened, as a code such as `sign_in.succeed` or `profile.update`.
    action: String,
    /// What kind of thing happened.
    category: LedgerCategory,
    /// Who did it.
    actor: LedgerActor,
    /// To what it was done, if to something in particular.
    target: Option<LedgerTarget>,
    /// Its circumstances, such as the reason of a refusal.
    detail: Vec<LedgerDetail>,
    /// The fields that changed.
    changes: Vec<LedgerChange>,
    /// The entry's hash, as the mutation that caused it answered. One mutation can make several entries and
    /// answers the last one's.
    receipt: String,
}

/// What kind of thing happened.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Category")]
pub(super) enum LedgerCategory {
    /// Who signed in, from where and how, and who was refused.
    Authentication,
    /// Who may do what: users, profiles, roles, defaults, refused access.
    Authorization,
    /// Records made, changed, deleted and restored.
    Record,
    /// Workspaces, objects, fields and settings.
    Configuration,
    /// Data that left.
    Export,
    /// Use of an AI model.
    Ai,
    /// Other systems.
    Integration,
    /// One action over many records.
    MassAction,
}

/// Who did something.
#[derive(SimpleObject)]
pub(super) struct LedgerActor {
    /// What kind of actor it was.
    kind: LedgerActorKind,
    /// The user, if it was one.
    id: Option<ID>,
    /// The session they did it in, if they did it in one.
    session_id: Option<ID>,
}

/// What kind of actor did something.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "ActorKind")]
pub(super) enum LedgerActorKind {
    /// Somebody who had not signed in.
    Anonymous,
    /// A user of the workspace.
    User,
    /// The program itself.
    System,
    /// An operator of the installation, at the server's own machine.
    Operator,
}

/// One circumstance.
#[derive(SimpleObject)]
pub(super) struct LedgerDetail {
    /// What it is, such as `reason` or `address`.
    key: String,
    /// How it was.
    value: String,
}

/// The change of one field.
#[derive(SimpleObject)]
pub(super) struct LedgerChange {
    /// The field's API name; for a profile's permissions, the id of the object or the field.
    field: String,
    /// What it was, or null if there was no before.
    old: Option<LedgerValue>,
    /// What it is, or null if there is no after.
    new: Option<LedgerValue>,
}

/// One side of a change.
#[derive(SimpleObject)]
pub(super) struct LedgerValue {
    /// Whether the value can be shown.
    status: LedgerValueStatus,
    /// The value as text, or its mask; null if it was empty or cannot be shown.
    value: Option<String>,
    /// What people saw instead of the value, such as the label of a picklist's value.
    label: Option<String>,
}

/// Whether a value of the ledger can be shown.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(super) enum LedgerValueStatus {
    /// It is shown, and is what the entry's hash commits to.
    Shown,
    /// It is of an encrypted field: a mask is shown in its place.
    Masked,
    /// It is sealed, and its key is withheld or was destroyed.
    Closed,
    /// It was removed.
    Missing,
    /// What is stored is not what the entry's hash commits to.
    Unproven,
}

/// Which entries to list. Everything that is given has to hold.
#[derive(InputObject, Default)]
struct LedgerFilter {
    /// Only what has this code, such as `sign_in.refuse`.
    action: Option<String>,
    /// Only what this user did.
    actor_id: Option<ID>,
    /// Only what was done to this thing.
    target: Option<LedgerTargetInput>,
}

#[derive(Default)]
pub(super) struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// Entries of the workspace's ledger, newest first. Needs View Audit Log.
    async fn ledger_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries; all of them if left out.", default)] filter: LedgerFilter,
        #[graphql(desc = "How many to answer at most, 1 to 200.", default = 50)] first: i32,
        #[graphql(desc = "Only entries before this place: to read on, the last `seq` you have.")]
        before_seq: Option<Long>,
    ) -> Result<Vec<LedgerEntry>> {
        let (filter, limit) = (filter.resolve(before_seq)?, page_size(first)?);
        let entries = viewing(ctx).await?.ledger_entries(&filter, limit).await?;
        Ok(entries.into_iter().map(LedgerEntry::from).collect())
    }
}

impl LedgerFilter {
    fn resolve(self, before_seq: Option<Long>) -> Result<EntryFilter> {
        Ok(EntryFilter {
            target: self.target.map(LedgerTargetInput::resolve).transpose()?,
            action: self.action,
            actor: parse_optional(self.actor_id.as_ref())?.map(UserId::uuid),
            before_seq: before_seq.map(u64::from),
        })
    }
}

impl From<Entry> for LedgerEntry {
    fn from(read: Entry) -> Self {
        let Entry { stored, entry, detail, changes } = read;
        Self {
            seq: stored.seq.into(),
            at: stored.at.into(),
            category: entry.category.into(),
            actor: entry.actor.into(),
            target: entry.target.map(|target| LedgerTarget::of(target, &entry.action)),
            action: entry.action,
            detail: detail.into_iter().map(|(key, value)| LedgerDetail { key, value }).collect(),
            changes: changes.into_iter().map(LedgerChange::from).collect(),
            receipt: receipt_text(&stored.leaf),
        }
    }
}

impl From<Actor> for LedgerActor {
    fn from(actor: Actor) -> Self {
        Self {
            kind: actor.kind.into(),
            id: actor.id.map(|id| UserId::from_uuid(id).into()),
            session_id: actor.session.map(|id| SessionId::from_uuid(id).into()),
        }
    }
}

impl From<HistoryChange> for LedgerChange {
    fn from(change: HistoryChange) -> Self {
        Self {
            field: change.field,
            old: change.old.map(LedgerValue::from),
            new: change.new.map(LedgerValue::from),
        }
    }
}

impl From<Shown<Opened>> for LedgerValue {
    fn from(side: Shown<Opened>) -> Self {
        let unseen = |status| Self { status, value: None, label: None };
        let seen = |status, opened: Opened| Self {
            status,
            value: (!opened.raw.is_null()).then(|| opened.raw.to_string()),
            label: opened.label,
        };
        match side {
            Shown::Value(opened) => seen(LedgerValueStatus::Shown, opened),
            Shown::Masked(mask) => seen(LedgerValueStatus::Masked, mask),
            Shown::Closed => unseen(LedgerValueStatus::Closed),
            Shown::Missing => unseen(LedgerValueStatus::Missing),
            Shown::Unproven => unseen(LedgerValueStatus::Unproven),
        }
    }
}
