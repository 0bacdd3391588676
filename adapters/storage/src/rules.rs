//! Validation rules.

use sea_orm::{ColumnTrait as _, QueryOrder as _, sea_query::ExprTrait as _};
use sutra_kernel::{ApiName, ObjectId, PortError, RuleId};
use sutra_records::ValidationRule;

use crate::{
    entity::records::validation_rule,
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
};

impl<M: Send> Open<M> {
    pub(crate) async fn all_rules(&mut self) -> Result<Vec<ValidationRule>, PortError> {
        let find = self.transaction.find::<validation_rule::Entity>();
        let find = find.order_by_asc(validation_rule::Column::ObjectId);
        let rows = find.order_by_asc(validation_rule::Column::Name).all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(ValidationRule::try_from).collect::<Result<_, _>>()?)
    }
}

impl Open<Writing> {
    pub(crate) async fn write_rule(&mut self, rule: &ValidationRule) -> Result<(), PortError> {
        let same_object = validation_rule::Column::ObjectId.eq(rule.object.uuid());
        let same_name = same_object.and(validation_rule::Column::Name.eq(rule.name.as_str()));
        let other = validation_rule::Column::Id.ne(rule.id.uuid());
        self.require_free::<validation_rule::Entity>(same_name, other).await?;
        let row = validation_rule::Model {
            workspace_id: HERE,
            id: rule.id.uuid(),
            object_id: rule.object.uuid(),
            name: rule.name.to_string(),
            expression: rule.expression.clone(),
            message: rule.message.clone(),
            active: rule.active,
        };
        self.transaction.upsert::<validation_rule::Entity, _>(row).await.port()
    }
}

impl TryFrom<validation_rule::Model> for ValidationRule {
    type Error = BadRow;

    fn try_from(row: validation_rule::Model) -> Result<Self, BadRow> {
        let at = Row::new("validation_rule", row.id);
        Ok(Self {
            id: RuleId::from_uuid(row.id),
            object: ObjectId::from_uuid(row.object_id),
            name: at.read("name", ApiName::parse(&row.name))?,
            expression: row.expression,
            message: row.message,
            active: row.active,
        })
    }
}
