//! Definitions of objects and fields.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::Arc,
};

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde_json::Value as Json;
use sutra_kernel::{ApiName, FieldId, ObjectId, PortError, Uuid, Value};
use sutra_records::{
    FieldDef, FieldKind, MetadataReader, MetadataWriter, ObjectDef, Preparing, Slot, ValidationRule,
};

use crate::{
    entity::records::{field_definition, object_definition},
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
    scoped::HERE,
};

#[async_trait]
impl<M: Send> MetadataReader for Open<M> {
    async fn objects(&mut self) -> Result<Vec<ObjectDef>, PortError> {
        let find = self.transaction.find::<object_definition::Entity>();
        let find = find.order_by_asc(object_definition::Column::Position);
        let objects = find.order_by_asc(object_definition::Column::Id).all(&self.transaction).await.port()?;
        let find = self.transaction.find::<field_definition::Entity>();
        let fields =
            find.order_by_asc(field_definition::Column::Position).all(&self.transaction).await.port()?;
        let mut by_object = BTreeMap::<Uuid, Vec<_>>::new();
        for field in fields {
            by_object.entry(field.object_id).or_default().push(field);
        }
        let whole = |object: object_definition::Model| {
            let fields = by_object.remove(&object.id).unwrap_or_default();
            definition_of(object, fields)
        };
        Ok(objects.into_iter().map(whole).collect::<Result<_, _>>()?)
    }

    async fn rules(&mut self) -> Result<Vec<ValidationRule>, PortError> {
        self.all_rules().await
    }
}

impl<M: Send> Open<M> {
    /// The definition of an object, by which its records are read and written.
    pub(crate) async fn definition(&mut self, object: ObjectId) -> Result<Option<Arc<ObjectDef>>, PortError> {
        if let Some(known) = self.known.find(object) {
            return Ok(Some(known));
        }
        let find = self.transaction.find::<object_definition::Entity>();
        let find = find.filter(object_definition::Column::Id.eq(object.uuid()));
        let Some(row) = find.one(&self.transaction).await.port()? else { return Ok(None) };
        let find = self.transaction.find::<field_definition::Entity>();
        let find = find.filter(field_definition::Column::ObjectId.eq(object.uuid()));
        let fields =
            find.order_by_asc(field_definition::Column::Position).all(&self.transaction).await.port()?;
        let definition = Arc::new(definition_of(row, fields)?);
        self.known.keep(&definition);
        Ok(Some(definition))
    }
}

#[async_trait]
impl MetadataWriter for Open<Writing> {
    async fn put_object(&mut self, object: &ObjectDef) -> Result<(), PortError> {
        self.known.change();
        let same_name = object_definition::Column::Name.eq(object.name.as_str());
        let other = object_definition::Column::Id.ne(object.id.uuid());
        self.require_free::<object_definition::Entity>(same_name, other).await?;
        let row = object_row(object, self.position_of(object.id).await?);
        self.transaction.upsert::<object_definition::Entity, _>(row).await.port()?;
        let remove = self.transaction.remove::<field_definition::Entity>();
        let remove = remove.filter(field_definition::Column::ObjectId.eq(object.id.uuid()));
        remove.exec(&self.transaction).await.port()?;
        let fields = (0..).zip(&object.fields).map(|(position, field)| field_row(object.id, field, position));
        let fields: Vec<_> = fields.collect::<Result<_, _>>().map_err(PortError::refused)?;
        self.transaction.insert::<field_definition::Entity, _>(fields).await.port()
    }

    async fn put_rule(&mut self, rule: &ValidationRule) -> Result<(), PortError> {
        self.write_rule(rule).await
    }

    async fn bump_metadata_version(&mut self) -> Result<(), PortError> {
        self.mode.bumps.metadata = self.mode.bumps.metadata.saturating_add(1);
        Ok(())
    }
}

impl Open<Writing> {
    /// Where the object is in the list: where it was, or at the end.
    async fn position_of(&self, object: ObjectId) -> Result<i64, PortError> {
        let places = self.transaction.find::<object_definition::Entity>().select_only();
        let places = places.columns([object_definition::Column::Id, object_definition::Column::Position]);
        let places: Vec<(Uuid, i64)> = places.into_tuple().all(&self.transaction).await.port()?;
        let known = places.iter().find(|(id, _)| *id == object.uuid()).map(|(_, position)| *position);
        let after = places.iter().map(|(_, position)| position.saturating_add(1)).max().unwrap_or(0);
        Ok(known.unwrap_or(after))
    }
}

fn object_row(object: &ObjectDef, position: i64) -> object_definition::Model {
    object_definition::Model {
        workspace_id: HERE,
        id: object.id.uuid(),
        name: object.name.to_string(),
        label: object.label.clone(),
        plural: object.plural.to_string(),
        plural_label: object.plural_label.clone(),
        name_field: object.name_field.to_string(),
        subject: object.subject.to_string(),
        standard: object.standard,
        help: object.help.clone(),
        position,
        needs_reason: object.needs_reason,
        emptying: (!object.emptying.is_empty())
            .then(|| object.emptying.iter().map(|slot| Json::from(slot.column())).collect()),
    }
}

fn field_row(
    object: ObjectId,
    field: &FieldDef,
    position: i64,
) -> Result<field_definition::Model, serde_json::Error> {
    Ok(field_definition::Model {
        workspace_id: HERE,
        id: field.id.uuid(),
        object_id: object.uuid(),
        name: field.name.to_string(),
        label: field.label.clone(),
        kind: serde_json::to_value(&field.kind)?,
        required: field.required,
        slot: field.slot.map(Slot::column),
        category: field.category.to_string(),
        help: field.help.clone(),
        position,
        default_value: field.default.as_ref().map(Value::to_json),
        unique: field.unique,
        searchable: field.searchable,
        encrypted: field.encrypted,
        mask: field.encrypted.then(|| field.mask.as_str().to_owned()),
        preparing_index: field.preparing.index,
        preparing_search: field.preparing.search,
    })
}

fn definition_of(
    row: object_definition::Model,
    fields: Vec<field_definition::Model>,
) -> Result<ObjectDef, BadRow> {
    let at = Row::new("object_definition", row.id);
    Ok(ObjectDef {
        id: ObjectId::from_uuid(row.id),
        name: at.read("name", ApiName::parse(&row.name))?,
        label: row.label,
        plural: at.read("plural", ApiName::parse(&row.plural))?,
        plural_label: row.plural_label,
        name_field: at.read("name_field", ApiName::parse(&row.name_field))?,
        subject: at.read("subject", row.subject.parse())?,
        standard: row.standard,
        needs_reason: row.needs_reason,
        emptying: at.read("emptying", slots_of(row.emptying))?,
        fields: fields.into_iter().map(FieldDef::try_from).collect::<Result<_, _>>()?,
        help: row.help,
    })
}

/// The slots of a list of their names; there are none if there is no list.
fn slots_of(names: Option<Json>) -> Result<BTreeSet<Slot>, Box<dyn Error + Send + Sync>> {
    let names: Vec<String> = names.map(serde_json::from_value).transpose()?.unwrap_or_default();
    Ok(names.iter().map(|name| name.parse()).collect::<Result<_, _>>()?)
}

impl TryFrom<field_definition::Model> for FieldDef {
    type Error = BadRow;

    fn try_from(row: field_definition::Model) -> Result<Self, BadRow> {
        let at = Row::new("field_definition", row.id);
        let kind: FieldKind = at.read("kind", serde_json::from_value(row.kind))?;
        let default = row.default_value.map(|value| Value::from_json(kind.value_kind(), &value));
        let mask = row.mask.map(|mask| at.read("mask", mask.parse())).transpose()?;
        Ok(Self {
            id: FieldId::from_uuid(row.id),
            name: at.read("name", ApiName::parse(&row.name))?,
            label: row.label,
            kind,
            required: row.required,
            default: default.map(|value| at.read("default_value", value)).transpose()?,
            unique: row.unique,
            searchable: row.searchable,
            encrypted: row.encrypted,
            mask: mask.unwrap_or_default(),
            preparing: Preparing { index: row.preparing_index, search: row.preparing_search },
            slot: row.slot.map(|slot| at.read("slot", slot.parse())).transpose()?,
            category: at.read("category", row.category.parse())?,
            help: row.help,
        })
    }
}
