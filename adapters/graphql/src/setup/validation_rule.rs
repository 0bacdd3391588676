//! Validation rules: what must be true of the records of an object.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use sutra_engine::Written;
use sutra_records::{NewRule, RuleEdit, ValidationRule as StoredRule};

use super::{
    object::find_object,
    request::{Result, engine, parse, repeating, repeating_with_metadata, viewing},
};

/// What must be true of every record of an object that is created, changed, transferred or brought back. Whoever writes a
/// record that does not comply gets VALIDATION_FAILED, with every rule that is broken in `extensions.rules`.
#[derive(SimpleObject)]
struct ValidationRule {
    /// Identifies the rule.
    id: ID,
    /// What programs call it. It never changes.
    name: String,
    /// What must be true, in the Common Expression Language, such as `amount == null || amount.amount > 0`.
    expression: String,
    /// What people are told whose record does not comply.
    message: String,
    /// Whether it judges.
    active: bool,
}

/// A validation rule to be made.
#[derive(InputObject)]
struct CreateValidationRuleInput {
    /// What programs will call it: `camelCase`, 1 to 64 ASCII letters and digits. No two rules of an object have the same
    /// name, and it never changes.
    name: String,
    /// What must be true, in the Common Expression Language: at most 1,000 characters. It reads fields by their API
    /// names, but no references and no encrypted fields.
    expression: String,
    /// What to tell people whose record does not comply, 1 to 255 characters.
    message: String,
    /// Whether it will judge.
    #[graphql(default = true)]
    active: bool,
}

/// What to change about a validation rule. What is left out stays.
#[derive(InputObject)]
struct UpdateValidationRuleInput {
    /// What must be true, in the Common Expression Language: at most 1,000 characters.
    expression: Option<String>,
    /// What to tell people whose record does not comply, 1 to 255 characters.
    message: Option<String>,
    /// Whether it judges.
    active: Option<bool>,
}

/// The validation rule that was written.
#[derive(SimpleObject)]
struct ValidationRulePayload {
    /// The rule as it is now.
    validation_rule: ValidationRule,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct ValidationRuleQuery;

#[derive(Default)]
pub(super) struct ValidationRuleMutation;

#[Object]
impl ValidationRuleQuery {
    /// The validation rules of an object, those that are off included, by name. Needs Manage Objects.
    async fn validation_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
    ) -> Result<Vec<ValidationRule>> {
        let viewing = viewing(ctx).await?;
        let name = find_object(viewing.metadata(), &object)?.name.as_str();
        Ok(viewing.rules(name)?.into_iter().map(ValidationRule::from).collect())
    }
}

#[Object]
impl ValidationRuleMutation {
    /// Gives an object one more validation rule, of at most 50. Needs Manage Objects. The records that there are need not
    /// comply with it; each is judged when it is written next.
    async fn create_validation_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The rule to make.")] input: CreateValidationRuleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<ValidationRulePayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let name = find_object(metadata, &object)?.name.as_str();
        Ok(engine(ctx)?.objects().create_rule(caller, name, &input.into()).await?.into())
    }

    /// Changes a validation rule, or turns it off and on. Needs Manage Objects.
    async fn update_validation_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to change.")] id: ID,
        #[graphql(desc = "What to change: what is left out stays.")] input: UpdateValidationRuleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<ValidationRulePayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.objects().update_rule(caller, id, &input.into()).await?.into())
    }
}

impl From<StoredRule> for ValidationRule {
    fn from(rule: StoredRule) -> Self {
        Self {
            id: rule.id.into(),
            name: rule.name.to_string(),
            expression: rule.expression,
            message: rule.message,
            active: rule.active,
        }
    }
}

impl From<Written<StoredRule>> for ValidationRulePayload {
    fn from(written: Written<StoredRule>) -> Self {
        Self { validation_rule: written.value.into(), receipt: written.receipt }
    }
}

impl From<CreateValidationRuleInput> for NewRule {
    fn from(input: CreateValidationRuleInput) -> Self {
        Self { name: input.name, expression: input.expression, message: input.message, active: input.active }
    }
}

impl From<UpdateValidationRuleInput> for RuleEdit {
    fn from(input: UpdateValidationRuleInput) -> Self {
        Self { expression: input.expression, message: input.message, active: input.active }
    }
}
