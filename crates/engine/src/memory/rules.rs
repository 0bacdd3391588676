//! Rules about access.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use sutra_acl::{ObjectPolicy, RestrictionRule, RuleWriter};
use sutra_kernel::{ObjectId, PortError, RestrictionRuleId};

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

    async fn remove_restriction(&mut self, rule: RestrictionRuleId) -> Result<(), PortError> {
        self.tables().restrictions.remove(&rule);
        Ok(())
    }
}
