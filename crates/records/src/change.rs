//! Changes: how a record becomes another, with proof that it may.

mod along;
mod control;
mod edit;
mod error;
mod purge;
mod share;

use std::{collections::BTreeMap, fmt};

use sutra_acl::{AccessPlan, Action, Facts, Permit, Share, Stage};
use sutra_kernel::{ApiName, UserId, WorkspaceId};

use crate::{Link, Record, Rules, SealedValue, Secret, Standing};

pub use along::Along;
pub use control::Shift;
pub use error::{Misuse, RecordError};
pub use purge::Purge;

/// A change that was permitted on what is, and not yet on what it leads to.
///
/// A draft is no [`Change`], and no store takes it:
///
/// ```compile_fail
/// fn smuggle(draft: sutra_records::Draft) -> sutra_records::Change {
///     draft
/// }
/// ```
#[must_use = "a draft changes nothing until it is confirmed and stored"]
pub struct Draft {
    action: Action,
    by: UserId,
    before: Option<Record>,
    after: Record,
    changed: Vec<ApiName>,
    links: Vec<Link>,
    secrets: BTreeMap<ApiName, Secret>,
    given: Vec<Share>,
    taken: Vec<Share>,
}

/// A change that was permitted before and after: the only thing a store writes.
///
/// # Security
/// It is made by [`Draft::confirm`], which takes a [`Permit`], and [out of another](Along), of a record that belongs to
/// its own:
///
/// ```compile_fail
/// fn forge(record: sutra_records::Record) -> sutra_records::Change {
///     let action = sutra_acl::Action::Update;
///     sutra_records::Change {
///         action,
///         before: None,
///         after: record,
///         changed: Vec::new(),
///         given: Vec::new(),
///         taken: Vec::new(),
///     }
/// }
/// ```
///
/// ```compile_fail
/// use {sutra_acl::AccessPlan, sutra_records::{Change, Draft, Rules}};
///
/// fn hurry(draft: Draft, plan: &AccessPlan, rules: &Rules) -> Change {
///     draft.confirm(plan, rules, Vec::new()).unwrap()
/// }
/// ```
#[derive(Debug)]
#[must_use = "a change is there to be stored"]
pub struct Change {
    action: Action,
    before: Option<Record>,
    after: Record,
    changed: Vec<ApiName>,
    given: Vec<Share>,
    taken: Vec<Share>,
}

impl Draft {
    /// Makes it a change, on the strength of a permit for the image after, of stage
    /// [`After`](Stage::After), and of one permit to read for each of the [new links](Self::new_links).
    ///
    /// The image after complies with the object's rules, unless it is that of a deletion or of sharing. What the rules say is said as
    /// far as the plan's user may know it.
    ///
    /// # Errors
    /// Refuses a permit for anything else or of another user, a link without its permit, a value that is yet to be
    /// sealed, rules of another object, and a record that does not comply with them.
    pub fn confirm(
        self,
        plan: &AccessPlan,
        rules: &Rules,
        permit: Permit,
        mut links: Vec<Permit>,
    ) -> Result<Change, RecordError> {
        if permit.user() != self.by {
            return Err(Misuse::User.into());
        }
        permit.spend(self.action, Stage::After, &self.after.facts(Standing::NONE)).map_err(Misuse::from)?;
        if let Some(name) = self.secrets.keys().next() {
            return Err(Misuse::NotSealed(name.clone()).into());
        }
        for link in &self.links {
            let found = links.iter().position(|permit| self.permits(permit, link));
            let place = found.ok_or_else(|| RecordError::LinkNotPermitted(link.field.clone()))?;
            drop(links.swap_remove(place));
        }
        self.require_compliance(plan, rules)?;
        let Self { action, before, after, changed, given, taken, .. } = self;
        Ok(Change { action, before, after, changed, given, taken })
    }

    /// Has the new values of encrypted fields sealed, each for its place: this record and its field.
    ///
    /// # Errors
    /// Those of `seal`.
    pub fn seal<E>(
        mut self,
        mut seal: impl FnMut(&ApiName, &Secret) -> Result<SealedValue, E>,
    ) -> Result<Self, E> {
        for (name, secret) in std::mem::take(&mut self.secrets) {
            let sealed = seal(&name, &secret)?;
            self.after.sealed.insert(name, sealed);
        }
        Ok(self)
    }

    /// Whether it has values that are yet to be sealed.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// What the image after is confirmed on, which does not depend on its shares. If another record controls it, it may
    /// depend on that too: then it is the [facts](Record::facts) of the [image](Self::after) with its root.
    #[must_use]
    pub fn after_facts(&self) -> Facts<'_> {
        self.after.facts(Standing::NONE)
    }

    /// The record as it was; nothing if it is new.
    #[must_use]
    pub fn before(&self) -> Option<&Record> {
        self.before.as_ref()
    }

    /// The record as it would be.
    #[must_use]
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// What is done: create, update, transfer, delete, restore or share.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The references it newly sets.
    #[must_use]
    pub fn new_links(&self) -> &[Link] {
        &self.links
    }

    /// The fields it changes, and `ownerId` if the owner changes.
    #[must_use]
    pub fn changed(&self) -> &[ApiName] {
        &self.changed
    }

    /// Whether it changes nothing but the version. It is legal all the same; the caller need not store it.
    #[must_use]
    pub fn is_noop(&self) -> bool {
        matches!(self.action, Action::Update | Action::Transfer | Action::Share)
            && self.changed.is_empty()
            && self.given.is_empty()
            && self.taken.is_empty()
            && self.before.as_ref().is_some_and(|before| before.owner_role == self.after.owner_role)
    }

    /// Last, so that nobody who may not make the change learns what a rule says.
    fn require_compliance(&self, plan: &AccessPlan, rules: &Rules) -> Result<(), RecordError> {
        if rules.object() != self.after.object {
            return Err(Misuse::Definition.into());
        }
        // Neither says anything new of the record.
        if matches!(self.action, Action::Delete | Action::Share) {
            return Ok(());
        }
        let violations = rules.violations(&self.after, plan);
        if violations.is_empty() { Ok(()) } else { Err(RecordError::Rules(violations)) }
    }

    fn permits(&self, permit: &Permit, link: &Link) -> bool {
        permit.action() == Action::Read
            && permit.user() == self.by
            && permit.workspace() == self.after.workspace
            && permit.record() == link.record
    }
}

/// Without the values that are yet to be sealed.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, by, before, after, changed, links, secrets: _, given, taken } = self;
        let mut debug = f.debug_struct("Draft");
        debug.field("action", action).field("by", by).field("before", before).field("after", after);
        debug.field("changed", changed).field("links", links);
        debug.field("given", given).field("taken", taken).finish_non_exhaustive()
    }
}

impl Change {
    /// What was done: create, update, transfer, delete, restore or share.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The workspace it belongs to.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.after.workspace
    }

    /// The record as it was; nothing if it is new. Its version is the one that must be stored.
    #[must_use]
    pub fn before(&self) -> Option<&Record> {
        self.before.as_ref()
    }

    /// The record as it is to be stored.
    #[must_use]
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// The record as it is to be stored, for keeps.
    #[must_use]
    pub fn into_after(self) -> Record {
        self.after
    }

    /// The fields it changes, and `ownerId` if the owner changes; a deletion and a restoration change none.
    #[must_use]
    pub fn changed(&self) -> &[ApiName] {
        &self.changed
    }
}
