//! The decision: may this user do this to this record?

use std::fmt;

use crate::{AccessPlan, Facts, Level, ObjectPermissions, Permit, Stage};

/// What one may want to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Make it.
    Create,
    /// See it.
    Read,
    /// Change its fields.
    Update,
    /// Put it into the bin.
    Delete,
    /// Take it out of the bin.
    Restore,
    /// Give it to another owner.
    Transfer,
    /// Let others use it too.
    Share,
    /// Remove it from the bin for good.
    Purge,
}

/// Yes, with the proof to act on; or no, with what may be said about it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a decision that nobody looks at protects nothing"]
pub enum Decision {
    /// Yes. The permit is good for this action on this version.
    Allow(Permit),
    /// No.
    Deny(Denial),
}

/// What may be said about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Denial {
    /// The record must look as if it were not there.
    #[error("not found")]
    Hidden,
    /// That the record exists is no secret, or no record was looked at.
    #[error("{0}")]
    Forbidden(Reason),
}

/// Why an action is forbidden, where the reason is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The user is not active.
    Inactive,
    /// The user may not read records of this object at all.
    ObjectClosed,
    /// The user may not do this to any record of this object.
    NotPermitted,
    /// The user may see this record, but not do this to it.
    LevelTooLow,
    /// The record as it would be is one that a restriction hides from the user.
    Restricted,
    /// Other records control those of this object, and are shared in their place.
    Controlled,
}

impl AccessPlan {
    /// Judges an action on a record as it is stored, or on a new one with version 0.
    ///
    /// The object comes first: who may not read it, or not create, is told so. A record that is out of
    /// sight is hidden, and so is one of another workspace or object. Only what one can see is
    /// forbidden. Who will own a new record is not judged here.
    ///
    /// Allocates nothing.
    pub fn decide(&self, action: Action, facts: &Facts<'_>) -> Decision {
        self.decision(self.judge(action, facts), action, Stage::Before, facts)
    }

    /// Judges the record as it will be, after a change that [`decide`](Self::decide) allowed.
    ///
    /// The record must stay in its workspace and object, and meet every restriction that binds the user. One
    /// may lose one's own access by the change, as when giving a record away. Reading changes nothing, so
    /// there is nothing to confirm.
    pub fn confirm(&self, action: Action, after: &Facts<'_>) -> Decision {
        let changes = if action == Action::Read { Err(NOT_PERMITTED) } else { Ok(()) };
        let judged = changes
            .and_then(|()| self.gate())
            .and_then(|()| self.at_home(after))
            .and_then(|()| self.permitted(action))
            .and_then(|()| self.unrestricted(after));
        self.decision(judged, action, Stage::After, after)
    }

    /// What a record answers that is not there: the same as one out of sight, by the same steps.
    #[must_use]
    pub fn deny_absent(&self) -> Denial {
        self.gate().err().unwrap_or(Denial::Hidden)
    }

    /// Whether the object lets the user do this to some record; no record is looked at.
    ///
    /// # Errors
    /// The denial, which reveals nothing of any record.
    pub fn permits(&self, action: Action) -> Result<(), Denial> {
        self.gate().and_then(|()| self.permitted(action))
    }

    // INVARIANT: the order of these steps is what keeps a secret. Nothing that depends on the record
    // may answer before the record is known to be visible, except by hiding it.
    pub(crate) fn judge(&self, action: Action, facts: &Facts<'_>) -> Result<(), Denial> {
        self.gate()?;
        self.at_home(facts)?;
        let level = self.reach(action, facts);
        if level < Level::Read {
            return Err(Denial::Hidden);
        }
        self.permitted(action)?;
        if level < action.level() { Err(Denial::Forbidden(Reason::LevelTooLow)) } else { Ok(()) }
    }

    fn gate(&self) -> Result<(), Denial> {
        if !self.holder.subject.active {
            Err(Denial::Forbidden(Reason::Inactive))
        } else if !self.permissions().has(ObjectPermissions::READ) {
            Err(Denial::Forbidden(Reason::ObjectClosed))
        } else {
            Ok(())
        }
    }

    fn at_home(&self, facts: &Facts<'_>) -> Result<(), Denial> {
        let at_home = facts.workspace == self.holder.subject.workspace && facts.object == self.object;
        if at_home { Ok(()) } else { Err(Denial::Hidden) }
    }

    fn permitted(&self, action: Action) -> Result<(), Denial> {
        if !self.permissions().has(action.permission()) {
            return Err(NOT_PERMITTED);
        }
        if action == Action::Share && self.top().is_some() {
            return Err(Denial::Forbidden(Reason::Controlled));
        }
        Ok(())
    }

    fn unrestricted(&self, facts: &Facts<'_>) -> Result<(), Denial> {
        let failed = self.failed_restriction(facts);
        failed.map_or(Ok(()), |_| Err(Denial::Forbidden(Reason::Restricted)))
    }

    fn reach(&self, action: Action, facts: &Facts<'_>) -> Level {
        match action {
            // A record that is not there yet is nobody else's.
            Action::Create => Level::Full,
            _ => self.level(facts),
        }
    }

    fn decision(
        &self,
        judged: Result<(), Denial>,
        action: Action,
        stage: Stage,
        facts: &Facts<'_>,
    ) -> Decision {
        match judged {
            Ok(()) => Decision::Allow(Permit::issue(self.holder.subject.user, action, stage, facts)),
            Err(denial) => Decision::Deny(denial),
        }
    }
}

const NOT_PERMITTED: Denial = Denial::Forbidden(Reason::NotPermitted);

impl Action {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::Create,
        Self::Read,
        Self::Update,
        Self::Delete,
        Self::Restore,
        Self::Transfer,
        Self::Share,
        Self::Purge,
    ];

    /// The word for it in refusals and settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Transfer => "transfer",
            Self::Share => "share",
            Self::Purge => "purge",
        }
    }

    /// What the object must permit.
    pub(crate) const fn permission(self) -> ObjectPermissions {
        match self {
            Self::Create => ObjectPermissions::CREATE,
            Self::Read => ObjectPermissions::READ,
            Self::Update | Self::Transfer | Self::Share => ObjectPermissions::UPDATE,
            Self::Delete | Self::Restore => ObjectPermissions::DELETE,
            Self::Purge => ObjectPermissions::PURGE,
        }
    }

    /// How far access to the record must go.
    pub(crate) const fn level(self) -> Level {
        match self {
            Self::Read => Level::Read,
            Self::Update => Level::Edit,
            Self::Create | Self::Delete | Self::Restore | Self::Transfer | Self::Share | Self::Purge => {
                Level::Full
            }
        }
    }
}

impl Decision {
    /// The permit, or else what may be said.
    ///
    /// # Errors
    /// The denial, if it is one.
    pub fn permit(self) -> Result<Permit, Denial> {
        match self {
            Self::Allow(permit) => Ok(permit),
            Self::Deny(denial) => Err(denial),
        }
    }

    /// Whether it is a yes.
    #[must_use]
    pub const fn is_allow(&self) -> bool {
        matches!(self, Self::Allow(_))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inactive => "the user is not active",
            Self::ObjectClosed => "no permission to read this object",
            Self::NotPermitted => "no permission to do this with this object",
            Self::LevelTooLow => "access to this record does not go that far",
            Self::Restricted => "a restriction does not let you see a record with these values",
            Self::Controlled => "records of this object are shared through those that control them",
        })
    }
}
