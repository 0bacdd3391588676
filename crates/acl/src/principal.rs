//! People, as shares and rules name them.

use std::{collections::BTreeSet, fmt};

use sutra_kernel::{GroupId, RoleId, TerritoryId, UserId, Uuid};

/// One user, or all users of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// This user.
    User(UserId),
    /// Every member of this group or queue, and of the groups in it.
    Group(GroupId),
    /// Everybody with this role.
    Role(RoleId),
    /// Everybody with this role or one below it.
    RoleAndSubordinates(RoleId),
    /// Everybody assigned to this territory or to one above it.
    TerritoryAndAbove(TerritoryId),
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A user's.
    User(UserId),
    /// A queue's: it is as much every member's as if he owned it.
    Queue(GroupId),
}

/// Several people under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Which group it is.
    pub id: GroupId,
    /// What people call it.
    pub name: String,
    /// Whether it can own records.
    pub queue: bool,
    /// Who is in it.
    pub members: BTreeSet<Principal>,
}

/// Something that names people, and so keeps them from being removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// They are in this group.
    Member(GroupId),
    /// A record is shared with them.
    Share,
    /// They own a record.
    Owner,
}

impl Owner {
    /// Who owns the records of this principal; nobody, if it is none that owns any.
    #[must_use]
    pub const fn of(principal: Principal) -> Option<Self> {
        match principal {
            Principal::User(user) => Some(Self::User(user)),
            Principal::Group(group) => Some(Self::Queue(group)),
            Principal::Role(_) | Principal::RoleAndSubordinates(_) | Principal::TerritoryAndAbove(_) => None,
        }
    }

    /// The identifier of the user or the queue.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::User(user) => user.uuid(),
            Self::Queue(queue) => queue.uuid(),
        }
    }
}

impl From<UserId> for Owner {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

/// The typed identifier of the user or the queue.
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::Queue(queue) => queue.fmt(f),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "user `{user}`"),
            Self::Group(group) => write!(f, "group `{group}`"),
            Self::Role(role) => write!(f, "role `{role}`"),
            Self::RoleAndSubordinates(role) => write!(f, "role `{role}` and those below"),
            Self::TerritoryAndAbove(territory) => write!(f, "territory `{territory}` and those above"),
        }
    }
}
