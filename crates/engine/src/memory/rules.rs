//! Rules about access.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, RestrictionRule, RuleWriter, SharingRule};
use sutra_kernel::{ObjectId, PortError, RestrictionRuleId, SharingRuleId};

use super::{
    open::{Open, Writing},
    policy::require_free,
    state::State,
};

impl State {
    /// How the records of each object are open, with the rules about them in the order of their ids.
    pub(super) fn policies_with_rules(&self) -> BTreeMap<ObjectId, ObjectPolicy> {
        let mut policies = self.object_policies.clone();
        for (object, rule) in self.restrictions.values() {
            if let Some(policy) = policies.get_mut(object) {
                policy.restrictions.push(Arc::clone(rule));
            }
        }
        for (object, rule) in self.sharing_rules.values() {
            if let Some(policy) = policies.get_mut(object) {
                policy.add_sharing_rule(rule.clone());
            }
        }
        policies
    }
}

#[async_trait]
impl RuleWriter for Open<Writing> {
    async fn put_restriction(&mut self, object: ObjectId, rule: &RestrictionRule) -> Result<(), PortError> {
        let restrictions = &mut self.tables().restrictions;
        let mut others = restrictions.values().filter(|(of, other)| *of == object && other.id != rule.id);
        require_free(!others.any(|(_, other)| other.name == rule.name))?;
        restrictions.insert(rule.id, (object, Arc::new(rule.clone())));
        Ok(())
    }

    async fn put_sharing_rule(&mut self, object: ObjectId, rule: &SharingRule) -> Result<(), PortError> {
        let rules = &mut self.tables().sharing_rules;
        let mut others = rules.values().filter(|(of, other)| *of == object && other.id() != rule.id());
        require_free(!others.any(|(_, other)| other.name() == rule.name()))?;
        rules.insert(rule.id(), (object, rule.clone()));
        Ok(())
    }

    async fn remove_sharing_rule(&mut self, rule: SharingRuleId) -> Result<(), PortError> {
        self.tables().sharing_rules.remove(&rule);
        Ok(())
    }

    async fn remove_restriction(&mut self, rule: RestrictionRuleId) -> Result<(), PortError> {
        self.tables().restrictions.remove(&rule);
        Ok(())
    }
}
