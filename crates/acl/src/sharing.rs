//! What rules share: the records of an owner, and those that meet a condition.

use sutra_kernel::{ObjectId, RoleId, SharingRuleId, UserId};

use crate::{Cause, CriteriaRule, Facts, Level, Owner, OwnerRule, Policy, Principal, Share, Staff};

/// A rule that shares records of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharingRule {
    /// For whose they are.
    Owner(OwnerRule),
    /// For what is in them.
    Criteria(CriteriaRule),
}

impl SharingRule {
    /// Which rule it is.
    #[must_use]
    pub fn id(&self) -> SharingRuleId {
        match self {
            Self::Owner(rule) => rule.id,
            Self::Criteria(rule) => rule.id,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Owner(rule) => &rule.name,
            Self::Criteria(rule) => &rule.name,
        }
    }

    /// With whom it shares.
    #[must_use]
    pub fn target(&self) -> Principal {
        match self {
            Self::Owner(rule) => rule.target,
            Self::Criteria(rule) => rule.target,
        }
    }

    /// How far.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::Owner(rule) => rule.level,
            Self::Criteria(rule) => rule.level,
        }
    }

    /// Whether it shares with these people, or what they own.
    #[must_use]
    pub fn names(&self, people: Principal) -> bool {
        let is_source = matches!(self, Self::Owner(rule) if rule.source == people);
        is_source || self.target() == people
    }

    /// Whether what it shares is written down: see [`OwnerRule::is_written`].
    #[must_use]
    pub fn is_written(&self) -> bool {
        match self {
            Self::Owner(rule) => rule.is_written(),
            Self::Criteria(_) => true,
        }
    }
}

impl OwnerRule {
    /// Whether what it shares is written down, record by record. A rule for the roles of owners is not: it is part of
    /// the plans of those with whom it shares.
    #[must_use]
    pub fn is_written(&self) -> bool {
        !matches!(self.source, Principal::Role(_) | Principal::RoleAndSubordinates(_))
    }
}

impl Share {
    /// Whether a rule has made it.
    #[must_use]
    pub fn is_by_rule(&self) -> bool {
        matches!(self.cause, Cause::OwnerRule(_) | Cause::CriteriaRule(_))
    }
}

impl Policy {
    /// What is to be written down for a record because of the rules of its object. A record that another controls has no
    /// rules of its own.
    ///
    /// The owner's role must be the one he has, also while his records have another. The role of a single user with whom
    /// something is shared is left for the caller to fill in.
    #[must_use]
    pub fn shares_by_rule(&self, facts: &Facts<'_>) -> Vec<Share> {
        let Some(of) = self.objects.get(&facts.object).filter(|of| !of.is_controlled()) else {
            return Vec::new();
        };
        let share = |principal, level, cause| Share { principal, role: None, level, cause };
        let meets = |rule: &&CriteriaRule| rule.condition.holds(&|field| facts.values.value(field));
        let criteria = of.criteria_rules.iter().filter(meets);
        let criteria = criteria.map(|rule| share(rule.target, rule.level, Cause::CriteriaRule(rule.id)));
        let owned = self.written_for(facts.object, facts.owner, facts.owner_role);
        let owned = owned.into_iter().map(|rule| share(rule.target, rule.level, Cause::OwnerRule(rule.id)));
        criteria.chain(owned).collect()
    }

    /// The owner rules, of every object, that are written down.
    pub fn written_rules(&self) -> impl Iterator<Item = (ObjectId, &OwnerRule)> {
        let rules = |object: ObjectId| move |rule| (object, rule);
        let written = self.objects.values().filter(|of| !of.is_controlled());
        written
            .flat_map(move |of| of.owner_rules.iter().filter(|rule| rule.is_written()).map(rules(of.object)))
    }

    /// Those of them that name a user who has this role.
    #[must_use]
    pub fn written_rules_of(&self, user: UserId, role: Option<RoleId>) -> Vec<(ObjectId, &OwnerRule)> {
        let mut rules = self.written_rules().peekable();
        if rules.peek().is_none() {
            return Vec::new();
        }
        let names = self.directory.principals_of(user, role, &self.roles);
        let names_user = |rule: &OwnerRule| names.contains(&rule.source) && !self.is_of_queue(rule);
        rules.filter(|(_, rule)| names_user(rule)).collect()
    }

    /// Whose records a rule shares that names owners, if it does not name a queue.
    #[must_use]
    pub fn staff_of(&self, rule: &OwnerRule) -> Staff {
        if self.is_of_queue(rule) {
            return Staff::default();
        }
        self.directory.staff(rule.source, &self.roles)
    }

    /// What a queue owns is a queue's, and what its members own is not.
    fn is_of_queue(&self, rule: &OwnerRule) -> bool {
        matches!(rule.source, Principal::Group(group) if self.directory.is_queue(group))
    }

    /// The rules of an object that name an owner and are written down.
    fn written_for(&self, object: ObjectId, owner: Owner, role: Option<RoleId>) -> Vec<&OwnerRule> {
        let rules = match owner {
            Owner::User(user) => self.written_rules_of(user, role),
            Owner::Queue(queue) => {
                let is_its = |(_, rule): &(_, &OwnerRule)| rule.source == Principal::Group(queue);
                self.written_rules().filter(is_its).collect()
            }
        };
        rules.into_iter().filter(|(of, _)| *of == object).map(|(_, rule)| rule).collect()
    }
}
