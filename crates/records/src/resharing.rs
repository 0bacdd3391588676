//! Resharing: going through records after sharing rules have changed, or those whom they name; or a record that controls
//! them.
//!
//! What a rule shares is written with every record from the change on. What was shared before is taken away with the
//! change itself, so that meanwhile nothing is open that the rules of now do not open; the records that are there get
//! what the rules give them a step at a time.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sutra_acl::{Staff, Withheld};
use sutra_kernel::{ObjectId, PortError, RecordId, SharingRuleId, Timestamp, UserId, Uuid};

use crate::Record;

/// Which records of an object are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Everybodys,
    /// What this user owns.
    Users(UserId),
    /// What this record controls, or did when it began. Meanwhile something does not count of what it controls: see
    /// [`Policy::withheld`](sutra_acl::Policy::withheld).
    Under(RecordId, Withheld),
}

/// How far the records of an object have what its rules share, or what the record has that controls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resharing {
    /// The object.
    pub object: ObjectId,
    /// Whose records.
    pub whose: Whose,
    /// The last record that has.
    pub after: Option<RecordId>,
    /// How many records have.
    pub done: u64,
    /// How many there were when it began.
    pub total: u64,
    /// When it began; another change of that kind begins it anew.
    pub started_at: Timestamp,
}

impl Whose {
    /// The user or the record that it is about; nothing for everybody. An object has one resharing about each at a time.
    #[must_use]
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Everybodys => None,
            Self::Users(user) => Some(user.uuid()),
            Self::Under(root, _) => Some(root.uuid()),
        }
    }
}

impl Resharing {
    /// The records that control those of some of these, and what does not count meanwhile.
    #[must_use]
    pub fn withheld<'a>(all: impl IntoIterator<Item = &'a Self>) -> BTreeMap<RecordId, Withheld> {
        let mut roots = BTreeMap::new();
        for resharing in all {
            if let Whose::Under(root, withheld) = resharing.whose {
                let most = roots.entry(root).or_insert(withheld);
                *most = withheld.max(*most);
            }
        }
        roots
    }
}

/// Reads how far resharings are.
#[async_trait]
pub trait ResharingReader: Send {
    /// Those that are under way, in the order of their objects and [of what they are about](Whose::id).
    async fn resharings(&mut self) -> Result<Vec<Resharing>, PortError>;
}

/// Keeps what rules share, and how far that is.
#[async_trait]
pub trait ResharingWriter: Send {
    /// Enters that records of an object are to be gone through: from the first on, also if some have been. Whoever
    /// begins or ends one of what a record controls bumps the policy's epoch in the same unit.
    async fn begin_resharing(
        &mut self,
        object: ObjectId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<(), PortError>;

    /// Up to `limit` more records in the order of their ids, deleted ones included. Nobody else changes them until the
    /// unit ends: whoever is at it is waited for, and what he has made of them is what is read.
    async fn records_to_reshare(
        &mut self,
        resharing: &Resharing,
        limit: usize,
    ) -> Result<Vec<Record>, PortError>;

    /// Enters how far it has come.
    ///
    /// # Errors
    /// A conflict if it has come further, or begun anew, since it was read.
    async fn advance_resharing(&mut self, before: &Resharing, after: &Resharing) -> Result<(), PortError>;

    /// Takes it away.
    ///
    /// # Errors
    /// As [`advance_resharing`](Self::advance_resharing).
    async fn end_resharing(&mut self, before: &Resharing) -> Result<(), PortError>;

    /// Takes away all that a rule has shared, of deleted records too, and of what records control.
    async fn remove_shares_by(&mut self, rule: SharingRuleId) -> Result<(), PortError>;

    /// Takes away what a rule about owners has shared of what those who `leave` own, and none of those who `stay`; and of
    /// what that controls. Of roles, what counts is which one a record has.
    async fn remove_shares_of_owners(
        &mut self,
        rule: SharingRuleId,
        leave: &Staff,
        stay: &Staff,
    ) -> Result<(), PortError>;
}
