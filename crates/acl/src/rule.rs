//! Rules: who gets to see more than the org-wide default, and who less.

use std::collections::BTreeSet;

use sutra_kernel::{Condition, ProfileId, RestrictionRuleId, SharingRuleId};

use crate::{Level, Principal};

/// Shares the records of some people with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRule {
    /// Which rule it is.
    pub id: SharingRuleId,
    /// What people call it.
    pub name: String,
    /// Whose records.
    pub source: Principal,
    /// With whom.
    pub target: Principal,
    /// How far.
    pub level: Level,
}

/// Shares the records that meet a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriteriaRule {
    /// Which rule it is.
    pub id: SharingRuleId,
    /// What people call it.
    pub name: String,
    /// Which records: a condition on stored fields of the record alone, none of them encrypted.
    pub condition: Condition,
    /// With whom.
    pub target: Principal,
    /// How far.
    pub level: Level,
}

/// Hides from some people every record that fails a condition, whatever else opens it.
///
/// It binds those who may view all records too, and only those who may modify all data not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestrictionRule {
    /// Which rule it is.
    pub id: RestrictionRuleId,
    /// What people call it.
    pub name: String,
    /// Whom it binds.
    pub binds: Audience,
    /// What a record must meet to be seen.
    pub condition: Condition,
}

/// Whom a restriction binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Every user.
    Everybody,
    /// Users with one of these profiles, or for whom one of these principals stands.
    Some {
        /// Their profiles.
        profiles: BTreeSet<ProfileId>,
        /// Other names for them.
        principals: BTreeSet<Principal>,
    },
}
