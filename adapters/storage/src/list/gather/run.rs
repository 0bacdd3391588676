//! The ways in which single records are open to somebody.

use std::borrow::Cow;

use sutra_acl::Runs;
use sutra_kernel::Uuid;

use crate::{list::scope::owner_id, shares::principal_of};

/// One way: the records of one owner or role, what is shared with one principal or role, or what records of one object
/// control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) way: Way,
    /// The kind of the principal, if it is one.
    pub(super) kind: Cow<'static, str>,
    pub(super) id: Uuid,
}

/// What a run goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Owner,
    Role,
    Principal,
    GranteeRole,
    Root,
}

impl Way {
    pub(super) const ALL: [Self; 5] =
        [Self::Owner, Self::Role, Self::Principal, Self::GranteeRole, Self::Root];

    /// Its number in a statement.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Owner => 1,
            Self::Role => 2,
            Self::Principal => 3,
            Self::GranteeRole => 4,
            Self::Root => 5,
        }
    }

    /// The table that has the run, and the column with its records.
    pub(super) fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Owner | Self::Role | Self::Root => ("record", "id"),
            Self::Principal | Self::GranteeRole => ("record_share", "record_id"),
        }
    }

    /// What picks the run `k` of rows of this name.
    pub(super) fn picked(self, rows: &str) -> String {
        match self {
            Self::Owner => format!("{rows}.access_owner_id = k.id"),
            Self::Role => format!("{rows}.access_role_id = k.id"),
            Self::Principal => format!("{rows}.principal_kind = k.kind AND {rows}.principal_id = k.id"),
            Self::GranteeRole => format!("{rows}.grantee_role_id = k.id"),
            Self::Root => format!("{rows}.root_object_id = k.id"),
        }
    }

    /// The column of the user whose role it goes by.
    pub(super) fn led(self) -> Option<&'static str> {
        match self {
            Self::Role => Some("access_owner_id"),
            Self::GranteeRole => Some("principal_id"),
            Self::Owner | Self::Principal | Self::Root => None,
        }
    }
}

/// Every way in which records are open.
pub(super) fn every(runs: &Runs) -> Vec<Run> {
    let plain = |way, id| Run { way, kind: Cow::Borrowed(""), id };
    let owners = runs.owners.iter().map(|owner| plain(Way::Owner, owner_id(owner)));
    let rooted = runs.rooted.as_ref();
    let by_root =
        rooted.into_iter().flat_map(|rooted| &rooted.roles).filter(|role| !runs.roles.contains(role));
    let roles = runs.roles.iter().chain(by_root).map(|role| plain(Way::Role, role.uuid()));
    let all = rooted.filter(|rooted| rooted.all).map(|rooted| plain(Way::Root, rooted.object.uuid()));
    let principals = runs.principals.iter().map(|principal| {
        let (kind, id) = principal_of(*principal);
        Run { way: Way::Principal, kind: Cow::Borrowed(kind), id }
    });
    let grantees = runs.grantee_roles.iter().map(|role| plain(Way::GranteeRole, role.uuid()));
    owners.chain(roles).chain(principals).chain(grantees).chain(all).collect()
}
