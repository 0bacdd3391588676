//! What a use case says has happened, before it is an entry.

use std::sync::Arc;

use sutra_crypto::{DataKey, Purpose};
use sutra_kernel::{RecordId, RequestId, SessionId, UserId, Uuid, Value};

use crate::{Disclosure, Event};

/// Everything that one unit of work has to say: the argument of [`append`](crate::append).
pub struct Batch {
    /// Who did it.
    pub actor: Actor,
    /// The request that asked for it.
    pub request: Option<RequestId>,
    /// What was done, in order.
    pub entries: Vec<EntryDraft>,
}

impl Batch {
    /// A batch without a request and, so far, without entries.
    #[must_use]
    pub fn new(actor: Actor) -> Self {
        Self { actor, request: None, entries: Vec::new() }
    }

    /// The same, asked for by this request.
    #[must_use]
    pub fn request(mut self, request: RequestId) -> Self {
        self.request = Some(request);
        self
    }

    /// The same, with one more entry.
    #[must_use]
    pub fn entry(mut self, entry: EntryDraft) -> Self {
        self.entries.push(entry);
        self
    }
}

/// What kind of actor it was. The number is in the entry's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ActorKind {
    /// Nobody that is known.
    Anonymous = 0,
    /// A user of the workspace.
    User = 1,
    /// The program itself.
    System = 2,
    /// An operator of the installation.
    Operator = 3,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Who, if known.
    pub id: Option<Uuid>,
    /// In whose place, if in somebody else's.
    pub on_behalf_of: Option<Uuid>,
    /// In which session, if in one.
    pub session: Option<Uuid>,
}

impl Actor {
    /// A user, in a session if signed in.
    #[must_use]
    pub fn user(user: UserId, session: Option<SessionId>) -> Self {
        let session = session.map(SessionId::uuid);
        Self { id: Some(user.uuid()), session, ..Self::bare(ActorKind::User) }
    }

    /// The program itself.
    #[must_use]
    pub const fn system() -> Self {
        Self::bare(ActorKind::System)
    }

    /// Nobody that is known.
    #[must_use]
    pub const fn anonymous() -> Self {
        Self::bare(ActorKind::Anonymous)
    }

    /// An operator of the installation.
    #[must_use]
    pub const fn operator() -> Self {
        Self::bare(ActorKind::Operator)
    }

    const fn bare(kind: ActorKind) -> Self {
        Self { kind, id: None, on_behalf_of: None, session: None }
    }
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The API name of the object, or the kind of thing (`user`, `profile`, …).
    pub object: String,
    /// Which one.
    pub id: Option<Uuid>,
    /// The version it has afterwards.
    pub version: Option<u64>,
}

impl Target {
    /// A kind of thing as a whole.
    pub fn kind(object: impl Into<String>) -> Self {
        Self { object: object.into(), id: None, version: None }
    }

    /// One thing that has no version.
    pub fn thing(object: impl Into<String>, id: Uuid) -> Self {
        Self { object: object.into(), id: Some(id), version: None }
    }

    /// One record, in the version it has afterwards.
    pub fn record(object: impl Into<String>, id: RecordId, version: u64) -> Self {
        Self { object: object.into(), id: Some(id.uuid()), version: Some(version) }
    }
}

/// One side of a change, as it was shown at the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The value. Read back from an opening, it is null, a boolean, a whole number or a text.
    pub raw: Value,
    /// What people saw instead of the value, such as a picklist's label or a record's name.
    pub label: Option<String>,
    /// The language of the label.
    pub locale: Option<String>,
}

impl Opened {
    /// A value that is shown as it is.
    #[must_use]
    pub const fn value(raw: Value) -> Self {
        Self { raw, label: None, locale: None }
    }

    /// A value that was shown under a label.
    pub fn labelled(raw: Value, label: impl Into<String>, locale: Option<String>) -> Self {
        Self { raw, label: Some(label.into()), locale }
    }
}

/// How the values behind an entry are kept.
///
/// The key is the data subject's, with [`Purpose::Subject`], where there is one: destroying it erases the
/// person from the ledger, and every hash still holds. Otherwise it is the workspace's audit key, with
/// [`Purpose::Audit`].
#[derive(Clone)]
pub enum Visibility {
    /// In plain, to be queried: for business data only.
    Plain,
    /// Sealed, and shown to those who may read the field.
    Sealed {
        /// What the key is for; the seal is bound to it.
        purpose: Purpose,
        /// The key.
        key: Arc<DataKey>,
    },
    /// Sealed, and masked even to those who may read the field: for encrypted fields.
    Masked {
        /// What the key is for; the seal is bound to it.
        purpose: Purpose,
        /// The key.
        key: Arc<DataKey>,
    },
}

impl Visibility {
    /// What the entry says about it.
    #[must_use]
    pub const fn disclosure(&self) -> Disclosure {
        match self {
            Self::Plain => Disclosure::Plain,
            Self::Sealed { .. } => Disclosure::Sealed,
            Self::Masked { .. } => Disclosure::Masked,
        }
    }
}

/// The key that opens a sealed opening, and what it is for.
#[derive(Clone)]
pub struct OpeningKey {
    /// What the key is for.
    pub purpose: Purpose,
    /// The key.
    pub key: Arc<DataKey>,
}

/// The change of one field.
#[derive(Clone)]
pub struct FieldChange {
    /// The field's API name.
    pub field: String,
    /// What it was; nothing if there was no before. A field that was empty is `Some` of a null value.
    pub old: Option<Opened>,
    /// What it is; nothing if there is no after.
    pub new: Option<Opened>,
    /// How both are kept.
    pub visibility: Visibility,
}

/// One thing that happened.
#[derive(Clone)]
pub struct EntryDraft {
    /// What happened.
    pub event: Event,
    /// To what.
    pub target: Option<Target>,
    /// The fields that changed.
    pub changes: Vec<FieldChange>,
    /// How many rows were concerned, if that is known.
    pub rows: Option<u64>,
    /// How many bytes were concerned, if that is known.
    pub bytes: Option<u64>,
    /// Circumstances, in order: reason, address, user agent, …
    pub detail: Vec<(String, String)>,
    /// How the detail is kept.
    pub detail_visibility: Visibility,
}

impl EntryDraft {
    /// A bare event.
    #[must_use]
    pub const fn new(event: Event) -> Self {
        Self {
            event,
            target: None,
            changes: Vec::new(),
            rows: None,
            bytes: None,
            detail: Vec::new(),
            detail_visibility: Visibility::Plain,
        }
    }

    /// The same, done to this.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// The same, with one more changed field.
    #[must_use]
    pub fn change(mut self, change: FieldChange) -> Self {
        self.changes.push(change);
        self
    }

    /// The same, with the number of rows concerned.
    #[must_use]
    pub const fn rows(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self
    }

    /// The same, with the number of bytes concerned.
    #[must_use]
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// The same, with one more circumstance.
    #[must_use]
    pub fn detail(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.detail.push((key.into(), value.into()));
        self
    }

    /// The same, with the circumstances kept so.
    ///
    /// # Security
    /// Names, addresses and user agents are personal data: seal them.
    #[must_use]
    pub fn detail_visibility(mut self, visibility: Visibility) -> Self {
        self.detail_visibility = visibility;
        self
    }
}
