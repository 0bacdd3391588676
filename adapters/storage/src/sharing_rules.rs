//! Rules that share records.

use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, sea_query::ExprTrait as _};
use sutra_acl::{CriteriaRule, OwnerRule, SharingRule};
use sutra_kernel::{Condition, ObjectId, PortError, SharingRuleId};

use crate::{
    entity::access::sharing_rule,
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
    shares::{level_from, level_number, principal_from, principal_of},
};

impl<M: Send> Open<M> {
    /// Every rule with the object that it is about, in the order of their ids.
    pub(crate) async fn sharing_rules(&mut self) -> Result<Vec<(ObjectId, SharingRule)>, PortError> {
        let find = self.transaction.find::<sharing_rule::Entity>();
        let rows = find.order_by_asc(sharing_rule::Column::Id).all(&self.transaction).await.port()?;
        let whole = |row: sharing_rule::Model| Ok((ObjectId::from_uuid(row.object_id), rule_of(row)?));
        Ok(rows.into_iter().map(whole).collect::<Result<_, BadRow>>()?)
    }
}

impl Open<Writing> {
    pub(crate) async fn write_sharing_rule(
        &mut self,
        object: ObjectId,
        rule: &SharingRule,
    ) -> Result<(), PortError> {
        let same_object = sharing_rule::Column::ObjectId.eq(object.uuid());
        let same_name = same_object.and(sharing_rule::Column::Name.eq(rule.name()));
        let other = sharing_rule::Column::Id.ne(rule.id().uuid());
        self.require_free::<sharing_rule::Entity>(same_name, other).await?;
        let (source, condition) = match rule {
            SharingRule::Owner(rule) => (Some(principal_of(rule.source)), None),
            SharingRule::Criteria(rule) => (None, Some(rule.condition.to_json())),
        };
        let (target_kind, target_id) = principal_of(rule.target());
        let row = sharing_rule::Model {
            workspace_id: HERE,
            id: rule.id().uuid(),
            object_id: object.uuid(),
            name: rule.name().to_owned(),
            source_kind: source.map(|(kind, _)| kind.to_owned()),
            source_id: source.map(|(_, id)| id),
            condition,
            target_kind: target_kind.to_owned(),
            target_id,
            level: level_number(rule.level()),
        };
        self.transaction.upsert::<sharing_rule::Entity, _>(row).await.port()
    }

    pub(crate) async fn delete_sharing_rule(&mut self, rule: SharingRuleId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<sharing_rule::Entity>();
        let remove = remove.filter(sharing_rule::Column::Id.eq(rule.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}

fn rule_of(row: sharing_rule::Model) -> Result<SharingRule, BadRow> {
    let at = Row::new("sharing_rule", row.id);
    let (id, name) = (SharingRuleId::from_uuid(row.id), row.name);
    let target = at.known("target_kind", principal_from(&row.target_kind, row.target_id))?;
    let level = at.known("level", level_from(row.level))?;
    if let Some(condition) = row.condition {
        let condition = at.read("condition", Condition::from_json(&condition))?;
        return Ok(SharingRule::Criteria(CriteriaRule { id, name, condition, target, level }));
    }
    let source = row.source_kind.zip(row.source_id);
    let source = source.and_then(|(kind, id)| principal_from(&kind, id));
    let source = at.known("source_kind", source)?;
    Ok(SharingRule::Owner(OwnerRule { id, name, source, target, level }))
}
