//! Changes that are made once, however often they are asked for.
//!
//! A client that does not know whether its request arrived sends it again under the same key. The key is claimed in the
//! very unit of work that makes the change, so that there is never a claim without its effect or the reverse; whoever comes
//! second waits for the first. What is kept is the outcome, not the answer: that is made again, of what the caller may
//! see by then.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sutra_acl::Action;
use sutra_crypto::{Branch, KeySlot, MacKey, sha256};
use sutra_kernel::{ApiName, PortError, RecordId, Timestamp, UserId, Uuid};
use sutra_records::{Record, View};

use crate::{Changed, Error, guard, work::Work};

/// How long an answer can be asked for again.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest key, in characters.
const LONGEST: usize = 255;

/// What a client calls one change, to be able to ask for it again: 1 to 255 printable ASCII characters.
///
/// ```
/// use sutra_engine::IdempotencyKey;
///
/// assert!(IdempotencyKey::parse("8e03978e-40d5-43e8-bc93-6894a57f9324").is_ok());
/// assert!(IdempotencyKey::parse("").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`Error::BadInput`] if it is empty, too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fits =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if fits {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::BadInput(format!("an idempotency key has 1 to {LONGEST} printable ASCII characters")))
    }
}

/// A request that may be repeated.
pub(crate) struct Repeatable {
    digest: [u8; 32],
    request: Vec<u8>,
}

impl Repeatable {
    pub(crate) fn new(key: &IdempotencyKey, place: &str, request: &[u8]) -> Self {
        // A key has no line breaks, so no two pairs run into the same text.
        let digest = sha256(format!("{}\n{place}", key.0).as_bytes());
        Self { digest, request: request.to_owned() }
    }
}

/// What the request says is personal.
impl fmt::Debug for Repeatable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Repeatable")
    }
}

/// What is kept of a change: enough to answer for it again, and nothing that it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// A record has a new version.
    Record {
        /// Which record.
        id: RecordId,
        /// The version that the change made.
        version: u64,
        /// The fields that it changed.
        changed: Vec<ApiName>,
    },
    /// Many changes were made as one: what each came to, and whether it was entered into the ledger.
    Each(Vec<(Outcome, bool)>),
    /// Something else was written, such as a user or a role.
    Thing(Uuid),
    /// So many things were changed.
    Count(u64),
    /// It was done, and there is no more to say.
    Done,
}

/// A key that a unit of work claims for its change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Who claims it; the same key of somebody else is another.
    pub user: UserId,
    /// The digest of the key and of the change's place in its request.
    pub digest: [u8; 32],
    /// The keyed fingerprint of the request.
    pub fingerprint: [u8; 32],
    /// From when on it may be claimed anew.
    pub expires_at: Timestamp,
}

/// How a request was answered that claimed a key before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The keyed fingerprint of that request.
    pub fingerprint: [u8; 32],
    /// What it came to.
    pub outcome: Outcome,
    /// The ledger's receipt for it.
    pub receipt: String,
}

/// Remembers which requests were answered, in the unit of work that answers them.
#[async_trait]
pub trait IdempotencyWriter: Send {
    /// Claims a key: nothing if this unit has it now, or else what was answered under it before. While another unit
    /// has the key, it waits until that one ends. What has expired by now is forgotten along the way.
    async fn claim(
        &mut self,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<Option<KeptAnswer>, PortError>;

    /// Keeps the answer to a claim of this unit.
    async fn keep(
        &mut self,
        claim: &IdempotencyClaim,
        outcome: &Outcome,
        receipt: &str,
    ) -> Result<(), PortError>;
}

impl Work<'_> {
    /// Claims the key that the caller's request has, if any, or finds how the request was answered before.
    pub(crate) async fn claim(&mut self) -> Result<Option<KeptAnswer>, Error> {
        let Some(repeatable) = self.caller.repeatable().cloned() else { return Ok(None) };
        let key = self.key(&KeySlot::Branch(Branch::Idempotency)).await?;
        let (mac, request) = (MacKey::derive(&key, "idempotency"), [repeatable.request.as_slice()]);
        let claim = IdempotencyClaim {
            user: self.user()?,
            digest: repeatable.digest,
            fingerprint: mac.tag(&request),
            expires_at: self.now.plus(KEPT_FOR),
        };
        let before = self.unit.claim(&claim, self.now).await?;
        self.claim = Some(claim);
        let Some(before) = before else { return Ok(None) };
        if !mac.verify(&request, &before.fingerprint) {
            return Err(Error::IdempotencyConflict);
        }
        // The first may have changed what the caller may see, while this one waited for it.
        if self.unit.epochs().await? != self.seen {
            return Err(PortError::conflict("the policy has changed meanwhile").into());
        }
        Ok(Some(before))
    }

    /// Keeps what the change came to, if its request has a key.
    pub(crate) async fn keep(&mut self, outcome: Outcome, receipt: String) -> Result<(), Error> {
        match &self.claim {
            Some(claim) => Ok(self.unit.keep(claim, &outcome, &receipt).await?),
            None => Ok(()),
        }
    }

    /// A record that was changed before, as the caller may see it now. Who may no longer do this to any record of the
    /// object is refused.
    pub(crate) async fn changed_before(
        &mut self,
        object: &str,
        action: Action,
        before: Outcome,
    ) -> Result<Changed, Error> {
        let Outcome::Record { id, version, changed } = before else { return Err(misplaced()) };
        let object = self.object(object)?;
        let plan = self.plan().clone();
        let plan = plan.object(object.id);
        plan.permits(action).map_err(guard::refusal)?;
        let asked = |record: &Record| Some(guard::to_see(record));
        let mut visible = guard::allowed(self.unit.as_mut(), plan, object.id, &[id], asked).await?;
        let view = visible.pop().map(|record| View::of(record, &object, plan));
        Ok(Changed { object, view, id, version, changed })
    }
}

impl Changed {
    /// Whether the change made the record.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        self.outcome().is_creation()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::Record { id: self.id, version: self.version, changed: self.changed.clone() }
    }
}

impl Outcome {
    /// Whether a record was made. Only that makes version 1, and it always changes something: the owner.
    pub(crate) fn is_creation(&self) -> bool {
        matches!(self, Self::Record { version: 1, changed, .. } if !changed.is_empty())
    }

    /// The identifier of what was written.
    pub(crate) fn thing(&self) -> Result<Uuid, Error> {
        match self {
            Self::Thing(id) => Ok(*id),
            _ => Err(misplaced()),
        }
    }

    /// What each of many changes came to.
    pub(crate) fn each(self) -> Result<Vec<(Self, bool)>, Error> {
        match self {
            Self::Each(outcomes) => Ok(outcomes),
            _ => Err(misplaced()),
        }
    }

    /// How many things were changed.
    pub(crate) fn count(&self) -> Result<u64, Error> {
        match self {
            Self::Count(count) => Ok(*count),
            _ => Err(misplaced()),
        }
    }
}

/// The fingerprint covers which change was asked for, so that an outcome comes back to its own use case.
fn misplaced() -> Error {
    Error::internal("an answer was kept for another use case")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_printable() {
        let cases = [
            ("one character", "a".to_owned(), true),
            ("a blank and a tilde", " ~".to_owned(), true),
            ("255 characters", "k".repeat(255), true),
            ("256 characters", "k".repeat(256), false),
            ("nothing", String::new(), false),
            ("a line break", "a\nb".to_owned(), false),
            ("another alphabet", "ключ".to_owned(), false),
            ("a delete", "\u{7f}".to_owned(), false),
        ];
        for (name, text, expected) in cases {
            assert_eq!(IdempotencyKey::parse(&text).is_ok(), expected, "{name}");
        }
    }
}
