//! Why a decision is as it is.

use sutra_kernel::{FieldId, PermissionSetGroupId, PermissionSetId, ProfileId, RestrictionRuleId};

use crate::{AccessPlan, Action, Denial, Facts, FieldPermission, Grants, Ground, Level};

/// A decision with every rule that spoke for or against it.
///
/// It is for administrators: it tells what the decision itself keeps secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What was to be done.
    pub action: Action,
    /// The decision, as [`AccessPlan::decide`] makes it.
    pub verdict: Result<(), Denial>,
    /// Who gives the permission that the object must give; nobody, if it is missing.
    pub permitted_by: Vec<Source>,
    /// How far access to the record must go.
    pub needed: Level,
    /// How far it goes, restrictions counted.
    pub level: Level,
    /// Everything that opens the record, and how far.
    pub grounds: Vec<(Ground, Level)>,
    /// Every restriction that binds the user, and whether the record meets it.
    pub restrictions: Vec<(RestrictionRuleId, bool)>,
}

/// What gives a permission to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// His profile.
    Profile(ProfileId),
    /// A permission set of his.
    PermissionSet(PermissionSetId),
    /// A group of permission sets, less what it mutes.
    PermissionSetGroup(PermissionSetGroupId),
}

impl AccessPlan {
    /// Judges an action as [`decide`](Self::decide) does, and says why.
    #[must_use]
    pub fn explain(&self, action: Action, facts: &Facts<'_>) -> Explanation {
        let mut grounds = Vec::new();
        self.grounds(facts, &mut |ground, level| {
            if level > Level::None {
                grounds.push((ground, level));
            }
        });
        let met = self.restrictions.iter().map(|bound| (bound.rule.id, bound.admits(facts)));
        Explanation {
            action,
            verdict: self.judge(action, facts),
            permitted_by: self.sources(|grants| grants.object(self.object).has(action.permission())),
            needed: action.level(),
            level: self.level(facts),
            grounds,
            restrictions: met.collect(),
        }
    }

    /// Who gives the user this permission on a field; nobody, if it is missing.
    #[must_use]
    pub fn explain_field(&self, field: FieldId, wanted: FieldPermission) -> Vec<Source> {
        self.sources(|grants| grants.field(field).has(wanted))
    }

    fn sources(&self, gives: impl Fn(&Grants) -> bool) -> Vec<Source> {
        self.holder.sources().filter(|(_, grants)| gives(grants)).map(|(source, _)| source).collect()
    }
}
