//! Restriction rules: what hides records from people, whatever else opens them.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_engine::{Restriction, RestrictionEdit, Written};
use sutra_kernel::Condition;
use sutra_records::ObjectDef;

use super::{
    audience::Audience,
    object::find_object,
    request::{Result, engine, parse, repeating, repeating_with_metadata, viewing},
    scalar::RecordCondition,
};

/// Hides from those whom it binds every record of an object that does not meet its condition, whatever else opens the
/// record to them, on every way there is. It binds those who may view all records too, and only those who have Modify All
/// Data not: what they do with a record that it would hide is flagged in the ledger. Who is bound by several sees what
/// meets all of them.
#[derive(SimpleObject)]
struct RestrictionRule {
    /// Identifies the rule.
    id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// What people call it; no two restriction rules of an object have the same name.
    name: String,
    /// Whom it binds.
    binds: Audience,
    /// What a record must meet to be seen by them.
    condition: RecordCondition,
}

/// A restriction rule as it should be.
#[derive(InputObject)]
pub(super) struct RestrictionRuleInput {
    /// What people call it, 1 to 120 characters; no two restriction rules of an object have the same name.
    name: String,
    /// Whom it binds.
    binds: Audience,
    /// What a record must meet to be seen by them. It reads fields that lists can be filtered by.
    condition: RecordCondition,
}

/// The restriction rule that was written.
#[derive(SimpleObject)]
struct RestrictionRulePayload {
    /// The rule as it is now.
    restriction_rule: RestrictionRule,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The restriction rule that was removed.
#[derive(SimpleObject)]
struct DeleteRestrictionRulePayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct RestrictionRuleQuery;

#[derive(Default)]
pub(super) struct RestrictionRuleMutation;

#[Object]
impl RestrictionRuleQuery {
    /// The restriction rules of an object, by name. Needs Manage Sharing.
    async fn restriction_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
    ) -> Result<Vec<RestrictionRule>> {
        let viewing = viewing(ctx).await?;
        let name = find_object(viewing.metadata(), &object)?.name.as_str();
        Ok(viewing.restrictions(name)?.into_iter().map(RestrictionRule::from).collect())
    }
}

#[Object]
impl RestrictionRuleMutation {
    /// Gives an object one more restriction rule, of at most 20. Needs Manage Sharing. It holds from the next request on,
    /// for the records that there are as for those to come.
    async fn create_restriction_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The rule to make.")] input: RestrictionRuleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<RestrictionRulePayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let object = find_object(metadata, &object)?;
        let edit = input.resolve(Some(object))?;
        Ok(engine(ctx)?.access_rules().create_restriction(caller, object.name.as_str(), &edit).await?.into())
    }

    /// Replaces what a restriction rule says. Needs Manage Sharing. Nobody changes a rule that binds them.
    async fn update_restriction_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to change.")] id: ID,
        #[graphql(desc = "The whole rule as it should be.")] input: RestrictionRuleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<RestrictionRulePayload> {
        let id = parse(&id)?;
        // Who may not find it is refused by the use case, so that the ledger has it.
        let found = viewing(ctx).await?.restriction(id).ok();
        let edit = input.resolve(found.as_ref().map(|found| found.object.as_ref()))?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.access_rules().update_restriction(caller, id, &edit).await?.into())
    }

    /// Removes a restriction rule. Needs Manage Sharing. Nobody removes a rule that binds them.
    async fn delete_restriction_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeleteRestrictionRulePayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.access_rules().delete_restriction(caller, id).await?;
        Ok(DeleteRestrictionRulePayload { id: value.into(), receipt })
    }
}

impl RestrictionRuleInput {
    /// Finds what the input names; of an object that is not known, it has no condition.
    pub(super) fn resolve(self, object: Option<&ObjectDef>) -> Result<RestrictionEdit> {
        let condition = object.map(|object| self.condition.read(object)).transpose()?;
        let condition = condition.unwrap_or(Condition::All(Vec::new()));
        Ok(RestrictionEdit { name: self.name, binds: self.binds.resolve()?, condition })
    }
}

impl From<Restriction> for RestrictionRule {
    fn from(Restriction { object, rule }: Restriction) -> Self {
        Self {
            id: rule.id.into(),
            object: object.name.to_string(),
            name: rule.name.clone(),
            binds: (&rule.binds).into(),
            condition: RecordCondition::of(&object, &rule.condition),
        }
    }
}

impl From<Written<Restriction>> for RestrictionRulePayload {
    fn from(written: Written<Restriction>) -> Self {
        Self { restriction_rule: written.value.into(), receipt: written.receipt }
    }
}
