//! Every rule that opens a record to a user: the one place where levels come from.

use sutra_kernel::{GroupId, RestrictionRuleId, RoleId, SharingRuleId};

use crate::{AccessPlan, Bound, Facts, Level, ObjectPermissions, Owner, Root, Share, Withheld, plan::Opened};

/// Why a record is open to a user, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The object's org-wide default.
    OrgWideDefault,
    /// The record is his.
    Owner,
    /// It is the queue's, and he is in it.
    Queue(GroupId),
    /// The owner's role is strictly below his.
    Hierarchy(RoleId),
    /// It is shared with him, or with a group he belongs to.
    Share(Share),
    /// It is shared with somebody whose role is strictly below his.
    ShareBelow(Share),
    /// A rule opens what the owner's role has, to him or to somebody below him.
    OwnerRule(SharingRuleId),
    /// He may view every record of the object.
    ViewAll,
    /// He may do everything with every record of the object.
    ModifyAll,
}

impl AccessPlan {
    /// How far access to the record goes.
    pub(crate) fn level(&self, facts: &Facts<'_>) -> Level {
        if self.failed_restriction(facts).is_some() {
            return Level::None;
        }
        let mut best = Level::None;
        self.grounds(facts, &mut |_, level| best = best.max(level));
        best
    }

    /// Tells every ground there is, with the level it gives.
    pub(crate) fn grounds(&self, facts: &Facts<'_>, tell: &mut impl FnMut(Ground, Level)) {
        if self.permissions.has(ObjectPermissions::MODIFY_ALL) {
            tell(Ground::ModifyAll, Level::Full);
        }
        if self.permissions.has(ObjectPermissions::VIEW_ALL) {
            tell(Ground::ViewAll, Level::Read);
        }
        let withheld = self.holder.withheld(facts.root);
        if self.settling || !self.knows(facts.root) || withheld == Some(Withheld::Everything) {
            return;
        }
        if self.is_at_top(facts) {
            tell(Ground::OrgWideDefault, self.floor);
        }
        self.owner_grounds(facts, tell);
        let shares = if withheld.is_none() { facts.shares } else { &[] };
        for share in shares {
            let grantee = self.holder.grantee(share);
            if grantee.himself {
                tell(Ground::Share(*share), share.level);
            } else if self.hierarchy && grantee.below {
                tell(Ground::ShareBelow(*share), share.level);
            }
        }
    }

    fn owner_grounds(&self, facts: &Facts<'_>, tell: &mut impl FnMut(Ground, Level)) {
        let holder = &self.holder;
        if holder.owns(facts.owner) {
            let ground = match facts.owner {
                Owner::User(_) => Ground::Owner,
                Owner::Queue(queue) => Ground::Queue(queue),
            };
            tell(ground, Level::Full);
        }
        let Some(role) = holder.settled_role(facts.owner, facts.owner_role) else { return };
        if self.hierarchy && holder.leads(role) {
            tell(Ground::Hierarchy(role), Level::Full);
        }
        let by_rule = !self.opened.is_empty() && self.is_at_top(facts);
        let position = if by_rule { holder.roles.position(role) } else { None };
        let opens = |opened: &&Opened| position.is_some_and(|position| opened.roles.contains(&position));
        for opened in self.opened.iter().filter(opens) {
            tell(Ground::OwnerRule(opened.rule), opened.level);
        }
    }

    /// Whether the record can be controlled by one of that object; by none, any can.
    fn knows(&self, root: Option<Root<'_>>) -> bool {
        root.is_none_or(|root| self.above.contains(&root.object))
    }

    /// Whether the object's default and owner rules speak of the record. They do not of one that ought to be controlled
    /// and is not, nor of what such a one controls: these are private.
    fn is_at_top(&self, facts: &Facts<'_>) -> bool {
        facts.root.map(|root| root.object) == self.top()
    }

    /// The first restriction that hides the record from the user.
    pub(crate) fn failed_restriction(&self, facts: &Facts<'_>) -> Option<RestrictionRuleId> {
        first_failed(&self.restrictions, facts)
    }

    /// The first restriction that would hide the record from the user, if he could not modify all data. What he
    /// does with the record all the same ought to be told apart.
    #[must_use]
    pub fn passed_restriction(&self, facts: &Facts<'_>) -> Option<RestrictionRuleId> {
        first_failed(&self.passed, facts)
    }
}

fn first_failed(restrictions: &[Bound], facts: &Facts<'_>) -> Option<RestrictionRuleId> {
    restrictions.iter().find(|bound| !bound.admits(facts)).map(|bound| bound.rule.id)
}
