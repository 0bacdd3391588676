//! Objects and fields: what there are records of.

mod input;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use sutra_engine::Written;
use sutra_privacy::DataCategory as Category;
use sutra_records::{
    FieldDef, FieldKind, Mask as StoredMask, ObjectDef, OnDelete as StoredOnDelete, PickValue, Protected,
};

use self::input::{CreateFieldInput, CreateObjectInput, UpdateFieldInput, UpdateObjectInput};
use super::{
    object::{find_field, find_object},
    request::{Result, engine, repeating, repeating_with_metadata, viewing},
    scalar::FieldValue,
};

/// A kind of record, such as Account. Objects that the product ships and those of a workspace differ in nothing
/// but `standard`.
#[derive(SimpleObject)]
struct ObjectDefinition {
    /// Identifies the object.
    id: ID,
    /// What programs call it, such as `account`. It never changes.
    name: String,
    /// What people call one.
    label: String,
    /// What programs call its lists, such as `accounts`. It never changes.
    plural: String,
    /// What people call several.
    plural_label: String,
    /// What it is, in a sentence; may be empty.
    help: String,
    /// The field that names a record where it is referred to.
    name_field: String,
    /// Whose personal data a record holds: `none`, `self`, or `reference:` and the field that says whose.
    data_subject: String,
    /// Whether the product shipped it.
    standard: bool,
    /// Whether its records are changed for a stated reason only.
    needs_reason: bool,
    /// Its fields, in the order they are shown.
    fields: Vec<FieldDefinition>,
}

/// A field of an object.
#[derive(SimpleObject)]
struct FieldDefinition {
    /// Identifies the field.
    id: ID,
    /// What programs call it, such as `annualRevenue`. It never changes.
    name: String,
    /// What people call it.
    label: String,
    /// What it is, in a sentence; may be empty.
    help: String,
    /// What it holds.
    #[graphql(name = "type")]
    kind: FieldType,
    /// Whether a record without it is refused.
    required: bool,
    /// Whether no two records that are not deleted may have the same value. That a value is used is told to whoever may
    /// write the field, also if they may not see the record that has it.
    unique: bool,
    /// Whether lists can be filtered and ordered by it.
    indexed: bool,
    /// Whether lists can be searched by its words.
    searchable: bool,
    /// Whether records that are there are still being brought in line with what it was given last, an index or being
    /// searchable. Lists can use that when it is done; `preparations` tells how far it has come.
    preparing: bool,
    /// How personal its values are.
    category: DataCategory,
    /// What a new record has in it if nothing is said; null if nothing.
    default_value: Option<FieldValue>,
    /// What those without View Encrypted Data see of its values; null if it is not encrypted.
    mask: Option<FieldMask>,
    /// How many characters a TEXT may have; null for other fields.
    max_length: Option<u32>,
    /// How many digits a DECIMAL may have after the point; null for other fields.
    scale: Option<u8>,
    /// The object that a REFERENCE refers to; null for other fields.
    target: Option<String>,
    /// What happens when the record that a REFERENCE refers to is deleted; null for other fields.
    on_delete: Option<OnDelete>,
    /// The values of a PICKLIST or MULTI_PICKLIST, retired ones included; empty for other fields.
    picklist: Vec<PicklistValue>,
}

/// A value to choose from.
#[derive(SimpleObject)]
struct PicklistValue {
    /// What is stored. It never changes.
    value: String,
    /// What people see.
    label: String,
    /// Whether it can still be chosen. A retired value stays on the records that have it.
    active: bool,
}

/// What a field holds.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum FieldType {
    /// One line of text.
    Text,
    /// Text of many lines.
    LongText,
    /// A whole number.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// An amount of money in its currency.
    Money,
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant.
    DateTime,
    /// One of a list of values.
    Picklist,
    /// Any of a list of values.
    MultiPicklist,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// Another record.
    Reference,
}

/// What happens to the record with a REFERENCE when the one that it refers to is deleted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "StoredOnDelete")]
enum OnDelete {
    /// Nothing; the REFERENCE reads as null for as long as the other is deleted.
    Keep,
    /// It belongs to the other: it is deleted, brought back and removed for good along with it, by whoever may do so
    /// with the other, whether or not they may see it. At most 1,000 records go along at a time, those that belong to them
    /// included; BAD_USER_INPUT tells that there are more.
    Cascade,
}

/// How personal the values of a field are, and so how they are kept.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Category")]
enum DataCategory {
    /// About the business and not about a person: an amount, a stage.
    Business,
    /// About a person: a name, a telephone number. In the ledger such values are sealed.
    Personal,
    /// Of a special category, such as health or religion. In the ledger such values are sealed.
    Sensitive,
}

/// How the values of an encrypted field are masked for those without View Encrypted Data.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "StoredMask")]
enum FieldMask {
    /// As `••••••••`, whatever the value, and whether or not there is one.
    Whole,
    /// As `••••6789`: the last four characters. No value is shown as none.
    LastFour,
}

/// What kind of data an encrypted field is for, and so how it is masked.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Protected")]
enum ProtectedData {
    /// Numbers of identity cards, passports, social insurance. Masked but for the last four characters; a value has
    /// at least 8.
    NationalId,
    /// Numbers of cards and bank accounts. Masked but for the last four characters; a value has at least 8.
    Payment,
    /// Diagnoses and other data about health. Masked whole.
    Health,
    /// Anything else. Masked whole.
    Other,
}

/// The object that was written.
#[derive(SimpleObject)]
struct ObjectPayload {
    /// The object as it is now.
    object: ObjectDefinition,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

/// The field that was written.
#[derive(SimpleObject)]
struct FieldPayload {
    /// The field as it is now.
    field: FieldDefinition,
    /// The hash of the ledger's entry about this change, or null if nothing changed.
    receipt: Option<String>,
}

#[derive(Default)]
pub(super) struct DefinitionQuery;

#[derive(Default)]
pub(super) struct DefinitionMutation;

#[Object]
impl DefinitionQuery {
    /// The objects of the workspace, in the order they are shown. Every member may know them.
    async fn objects(&self, ctx: &Context<'_>) -> Result<Vec<ObjectDefinition>> {
        let viewing = viewing(ctx).await?;
        Ok(viewing.metadata().objects().iter().map(|object| ObjectDefinition::of(object)).collect())
    }

    /// One object. Every member may know it.
    async fn object(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] name: String,
    ) -> Result<ObjectDefinition> {
        let viewing = viewing(ctx).await?;
        Ok(ObjectDefinition::of(find_object(viewing.metadata(), &name)?))
    }
}

#[Object]
impl DefinitionMutation {
    /// Makes an object, with nothing but the field `name`. Needs Manage Objects. It is there at `/graphql` from the
    /// next request on, for those whose profile has every system permission; others get it with their profile.
    /// Its org-wide default is PRIVATE.
    async fn create_object(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object to make.")] input: CreateObjectInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<ObjectPayload> {
        let caller = &repeating(ctx, idempotency_key.as_deref()).await?;
        Ok(engine(ctx)?.objects().create(caller, &input.into()).await?.into())
    }

    /// Changes what people call an object, and whether changes of its records need a reason. Needs Manage Objects.
    async fn update_object(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "What to change: what is left out stays.")] input: UpdateObjectInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<ObjectPayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let name = find_object(metadata, &object)?.name.as_str();
        Ok(engine(ctx)?.objects().update(caller, name, &input.into()).await?.into())
    }

    /// Gives an object one more field. Needs Manage Objects. An object has at most 500 fields, and of the indexed
    /// ones 12 that are texts, picklists or addresses, 12 that are numbers, money, dates or truth, and 8
    /// references. A required field needs an object without records.
    async fn create_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The field to make.")] input: CreateFieldInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<FieldPayload> {
        let new = input.resolve()?;
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let name = find_object(metadata, &object)?.name.as_str();
        let written = engine(ctx)?.objects().create_field(caller, name, &new).await?;
        FieldPayload::of(written, &new.name)
    }

    /// Changes a field. Needs Manage Objects. What becomes required must be there on every record that is not
    /// deleted; what becomes unique must differ on all of them, and there may be 10,000 of them at most. An index that a
    /// field gets, or its words, cannot be used before all records that are there have been brought in line: see
    /// `preparations`. What it holds stays.
    async fn update_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The field's API name, such as `website`, or its id.")] field: String,
        #[graphql(desc = "What to change: what is left out stays.")] input: UpdateFieldInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<FieldPayload> {
        let (caller, metadata) = &repeating_with_metadata(ctx, idempotency_key.as_deref()).await?;
        let object = find_object(metadata, &object)?;
        let field = find_field(object, &field)?;
        let (name, edit) = (field.name.as_str(), input.resolve(&field.kind)?);
        let written = engine(ctx)?.objects().update_field(caller, object.name.as_str(), name, &edit).await?;
        FieldPayload::of(written, name)
    }
}

impl From<Written<ObjectDef>> for ObjectPayload {
    fn from(written: Written<ObjectDef>) -> Self {
        Self { object: ObjectDefinition::of(&written.value), receipt: written.receipt }
    }
}

impl FieldPayload {
    fn of(written: Written<ObjectDef>, field: &str) -> Result<Self> {
        let field = find_field(&written.value, field)?;
        Ok(Self { field: FieldDefinition::of(field), receipt: written.receipt })
    }
}

impl ObjectDefinition {
    fn of(object: &ObjectDef) -> Self {
        Self {
            id: object.id.into(),
            name: object.name.to_string(),
            label: object.label.clone(),
            plural: object.plural.to_string(),
            plural_label: object.plural_label.clone(),
            help: object.help.clone(),
            name_field: object.name_field.to_string(),
            data_subject: object.subject.to_string(),
            standard: object.standard,
            needs_reason: object.needs_reason,
            fields: object.fields.iter().map(FieldDefinition::of).collect(),
        }
    }
}

impl FieldDefinition {
    fn of(field: &FieldDef) -> Self {
        let (max_length, scale, picks) = match &field.kind {
            FieldKind::Text { max } => (Some(*max), None, &[][..]),
            FieldKind::Decimal { scale } => (None, Some(*scale), &[][..]),
            kind => (None, None, kind.picks()),
        };
        Self {
            id: field.id.into(),
            name: field.name.to_string(),
            label: field.label.clone(),
            help: field.help.clone(),
            kind: FieldType::of(&field.kind),
            required: field.required,
            unique: field.unique,
            indexed: field.slot.is_some(),
            searchable: field.searchable,
            preparing: field.preparing.is_under_way(),
            category: field.category.into(),
            default_value: field.default.as_ref().map(FieldValue::of),
            mask: field.encrypted.then(|| field.mask.into()),
            max_length,
            scale,
            target: field.target().map(ToString::to_string),
            on_delete: OnDelete::of(&field.kind),
            picklist: picks.iter().map(PicklistValue::of).collect(),
        }
    }
}

impl OnDelete {
    fn of(kind: &FieldKind) -> Option<Self> {
        match kind {
            FieldKind::Reference { on_delete, .. } => Some((*on_delete).into()),
            _ => None,
        }
    }
}

impl PicklistValue {
    fn of(pick: &PickValue) -> Self {
        Self { value: pick.value.clone(), label: pick.label.clone(), active: pick.active }
    }
}

impl FieldType {
    fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Text { .. } => Self::Text,
            FieldKind::LongText => Self::LongText,
            FieldKind::Integer => Self::Integer,
            FieldKind::Decimal { .. } => Self::Decimal,
            FieldKind::Currency => Self::Money,
            FieldKind::Boolean => Self::Boolean,
            FieldKind::Date => Self::Date,
            FieldKind::DateTime => Self::DateTime,
            FieldKind::Picklist { .. } => Self::Picklist,
            FieldKind::MultiPicklist { .. } => Self::MultiPicklist,
            FieldKind::Email => Self::Email,
            FieldKind::Phone => Self::Phone,
            FieldKind::Url => Self::Url,
            FieldKind::Reference { .. } => Self::Reference,
        }
    }
}
