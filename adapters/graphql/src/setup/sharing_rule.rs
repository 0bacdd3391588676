//! Sharing rules: what opens records to people, for whose they are or for what is in them.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_acl::{Level, SharingRule as Rule};
use sutra_engine::{Error, ShareRule, SharedRecords, SharingEdit, Written};
use sutra_kernel::Condition;
use sutra_records::{self as records, ObjectDef, Whose};

use super::{
    object::find_object,
    principal::Principal,
    request::{Result, engine, parse, repeating, repeating_with_metadata, viewing},
    scalar::{DateTime, Long, RecordCondition},
};

/// Opens records of an object to people: those that some people own, or those that meet a condition. Everything else,
/// such as the org-wide default, stays as it is; what people may do is bounded by their permissions.
#[derive(SimpleObject)]
struct SharingRule {
    /// Identifies the rule.
    id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// What people call it; no two sharing rules of an object have the same name.
    name: String,
    /// Whose records it opens, or null if it opens those that meet its condition.
    source: Option<Principal>,
    /// What a record meets that it opens, or null if it opens those of some people.
    condition: Option<RecordCondition>,
    /// To whom it opens them.
    target: Principal,
    /// How far.
    level: SharingLevel,
}

/// How far a sharing rule opens records.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum SharingLevel {
    /// They may be seen.
    Read,
    /// They may be seen and changed.
    Edit,
}

/// A sharing rule as it should be: with a source or with a condition.
#[derive(InputObject)]
struct SharingRuleInput {
    /// What people call it, 1 to 120 characters; no two sharing rules of an object have the same name.
    name: String,
    /// Whose records it opens.
    source: Option<Principal>,
    /// What a record meets that it opens. It reads fields that are not encrypted, indexed or not.
    condition: Option<RecordCondition>,
    /// To whom it opens them.
    target: Principal,
    /// How far.
    level: SharingLevel,
}

/// Records that are being gone through because a sharing rule has changed, or those whom it names. What was shared before is
/// taken away with the change; what is shared now follows, record by record, and at once for records that are written. Or
/// because many follow a record that controls them, which was shared, given away or put elsewhere: until all of them have,
/// what they are open by does not count.
#[derive(SimpleObject)]
struct Resharing {
    /// Identifies the object.
    object_id: ID,
    /// The object's API name, such as `account`.
    object: String,
    /// Whose records of the object, or null for those of everybody, or of what a record controls.
    owner_id: Option<ID>,
    /// Whether they are those that one record controls.
    controlled: bool,
    /// How many records have been gone through.
    done: Long,
    /// How many records there were when it began.
    total: Long,
    /// When it began; another change of that kind begins it anew.
    started_at: DateTime,
}

/// The sharing rule that was written.
#[derive(SimpleObject)]
struct SharingRulePayload {
    /// The rule as it is now.
    sharing_rule: SharingRule,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The sharing rule that was removed.
#[derive(SimpleObject)]
struct DeleteSharingRulePayload {
    /// Which one it was.
    id: ID,
    /// The hash of the ledger's entry about this change.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct SharingRuleQuery;

#[derive(Default)]
pub(super) struct SharingRuleMutation;

#[Object]
impl SharingRuleQuery {
    /// The sharing rules of an object, by name. Needs Manage Sharing.
    async fn sharing_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
    ) -> Result<Vec<SharingRule>> {
        let viewing = viewing(ctx).await?;
        let name = find_object(viewing.metadata(), &object)?.name.as_str();
        Ok(viewing.sharing_rules(name)?.into_iter().map(SharingRule::from).collect())
    }

    /// What is being gone through. Needs Manage Sharing.
    async fn resharings(&self, ctx: &Context<'_>) -> Result<Vec<Resharing>> {
        let viewing = viewing(ctx).await?;
        let under_way = viewing.resharings().await?;
        let object = |it: &records::Resharing| viewing.metadata().object(it.object).cloned();
        Ok(under_way.iter().filter_map(|it| Some(Resharing::of(it, &*object(it)?))).collect())
    }
}

#[Object]
impl SharingRuleMutation {
    /// Gives an object one more sharing rule, of at most 50. Needs Manage Sharing. For records that are written from now on
    /// it holds at once; those that are there follow, as `resharings` tells.
    async fn create_sharing_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The rule to make.")] input: SharingRuleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SharingRulePayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let object = find_object(metadata, &object)?;
        let edit = input.resolve(Some(object))?;
        Ok(engine(ctx)?.access_rules().create_sharing(caller, object.name.as_str(), &edit).await?.into())
    }

    /// Replaces what a sharing rule says. Needs Manage Sharing. What it opened before is closed at once, unless it is only
    /// renamed.
    async fn update_sharing_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to change.")] id: ID,
        #[graphql(desc = "The whole rule as it should be.")] input: SharingRuleInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SharingRulePayload> {
        let id = parse(&id)?;
        // Who may not find it is refused by the use case, so that the ledger has it.
        let found = viewing(ctx).await?.sharing_rule(id).ok();
        let edit = input.resolve(found.as_ref().map(|found| found.object.as_ref()))?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.access_rules().update_sharing(caller, id, &edit).await?.into())
    }

    /// Removes a sharing rule. Needs Manage Sharing. What it opened is closed at once.
    async fn delete_sharing_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule to remove.")] id: ID,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<DeleteSharingRulePayload> {
        let id = parse(&id)?;
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        let Written { value, receipt } = engine(ctx)?.access_rules().delete_sharing(caller, id).await?;
        Ok(DeleteSharingRulePayload { id: value.into(), receipt })
    }
}

impl SharingRuleInput {
    /// Finds what the input names; of an object that is not known, a condition has nothing.
    fn resolve(self, object: Option<&ObjectDef>) -> Result<SharingEdit> {
        let records = match (self.source, self.condition) {
            (Some(source), None) => SharedRecords::OwnedBy(source.resolve()?),
            (None, Some(condition)) => {
                let condition = object.map(|object| condition.read(object)).transpose()?;
                SharedRecords::Meeting(condition.unwrap_or(Condition::All(Vec::new())))
            }
            _ => return Err(Error::BadInput("a sharing rule has a source or a condition".to_owned())),
        };
        let level = match self.level {
            SharingLevel::Read => Level::Read,
            SharingLevel::Edit => Level::Edit,
        };
        Ok(SharingEdit { name: self.name, records, target: self.target.resolve()?, level })
    }
}

impl Resharing {
    fn of(resharing: &records::Resharing, object: &ObjectDef) -> Self {
        let owner_id = match resharing.whose {
            Whose::Users(owner) => Some(ID::from(owner)),
            Whose::Everybodys | Whose::Under(..) => None,
        };
        Self {
            object_id: object.id.into(),
            object: object.name.to_string(),
            owner_id,
            controlled: matches!(resharing.whose, Whose::Under(..)),
            done: resharing.done.min(resharing.total).into(),
            total: resharing.total.into(),
            started_at: resharing.started_at.into(),
        }
    }
}

impl From<ShareRule> for SharingRule {
    fn from(ShareRule { object, rule }: ShareRule) -> Self {
        let (source, condition) = match &rule {
            Rule::Owner(rule) => (Some(Principal::from(rule.source)), None),
            Rule::Criteria(rule) => (None, Some(RecordCondition::of(&object, &rule.condition))),
        };
        let level = if rule.level() == Level::Read { SharingLevel::Read } else { SharingLevel::Edit };
        Self {
            id: rule.id().into(),
            object: object.name.to_string(),
            name: rule.name().to_owned(),
            source,
            condition,
            target: rule.target().into(),
            level,
        }
    }
}

impl From<Written<ShareRule>> for SharingRulePayload {
    fn from(written: Written<ShareRule>) -> Self {
        Self { sharing_rule: written.value.into(), receipt: written.receipt }
    }
}
