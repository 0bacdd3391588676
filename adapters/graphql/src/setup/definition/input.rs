//! What objects and fields are made from and changed by.

use async_graphql::{InputObject, MaybeUndefined};
use sutra_engine::Error;
use sutra_kernel::{ApiName, Value};
use sutra_records::{FieldEdit, FieldKind, NewField, NewObject, NewSubject, ObjectEdit, PickEdit, PickValue};

use super::{DataCategory, FieldType, OnDelete, ProtectedData};
use crate::setup::{request::Result, scalar::FieldValue};

/// An object to be made.
#[derive(InputObject)]
pub(super) struct CreateObjectInput {
    /// What programs will call it: `camelCase`, 1 to 64 ASCII letters and digits, such as `invoice`. It never changes.
    name: String,
    /// What people will call one, 1 to 120 characters.
    label: String,
    /// What programs will call its lists, such as `invoices`. It never changes.
    plural: String,
    /// What people will call several, 1 to 120 characters.
    plural_label: String,
    /// What it is, in a sentence of at most 500 characters.
    #[graphql(default)]
    help: String,
    /// Whether each of its records is about one person, as a contact is. Then what the ledger keeps of their personal
    /// fields is sealed under a key of that person.
    about_a_person: bool,
    /// What people will call its field `name`, which every record must have.
    #[graphql(default_with = "\"Name\".to_owned()")]
    name_label: String,
    /// How personal the names of its records are.
    #[graphql(default_with = "DataCategory::Personal")]
    name_category: DataCategory,
    /// Whether its records are to be changed for a stated reason only.
    #[graphql(default)]
    needs_reason: bool,
    /// The field that says whom each of its records is about, if they are about somebody else: as a case is about its
    /// contact. Then what the ledger keeps of their personal fields is sealed under a key of that person.
    subject: Option<SubjectInput>,
}

/// A field that refers to the person whom a record is about.
#[derive(InputObject)]
pub(super) struct SubjectInput {
    /// What programs will call it: `camelCase`, 1 to 64 ASCII letters and digits, such as `patient`. It never changes.
    field: String,
    /// What people will call it, 1 to 120 characters.
    label: String,
    /// The object it refers to, by its API name: one whose records are each about a person.
    target: String,
}

/// What to change about an object. What is left out stays.
#[derive(InputObject)]
pub(super) struct UpdateObjectInput {
    /// What people call one, 1 to 120 characters.
    label: Option<String>,
    /// What people call several, 1 to 120 characters.
    plural_label: Option<String>,
    /// What it is, in a sentence of at most 500 characters.
    help: Option<String>,
    /// Whether its records are changed for a stated reason only.
    needs_reason: Option<bool>,
}

/// A field to be made.
#[derive(InputObject)]
pub(super) struct CreateFieldInput {
    /// What programs will call it: `camelCase`, 1 to 64 ASCII letters and digits, such as `dueDate`. It never changes.
    name: String,
    /// What people will call it, 1 to 120 characters.
    label: String,
    /// What it is, in a sentence of at most 500 characters.
    #[graphql(default)]
    help: String,
    /// What it will hold. It never changes.
    #[graphql(name = "type")]
    kind: FieldType,
    /// How many characters a TEXT may have, 1 to 255; 255 if nothing is said. Not for other types.
    max_length: Option<u32>,
    /// How many digits a DECIMAL may have after the point, 0 to 10; 2 if nothing is said. Not for other types.
    scale: Option<u8>,
    /// The object that a REFERENCE refers to, by its API name. Not for other types.
    target: Option<String>,
    /// What happens when the record that a REFERENCE refers to is deleted; KEEP if nothing is said. CASCADE is for a
    /// required REFERENCE, one of an object at most, and objects belong to each other over 5 steps at most and never in
    /// a circle. It never changes. Not for other types.
    on_delete: Option<OnDelete>,
    /// The values of a PICKLIST or MULTI_PICKLIST, 1 to 200; those of a MULTI_PICKLIST without `;`. Not for other types.
    picklist: Option<Vec<PicklistValueInput>>,
    /// Whether a record without it is refused.
    #[graphql(default)]
    required: bool,
    /// Whether no two records that are not deleted may have the same value, whatever the case and spelling of texts.
    /// That a value is used is then told to whoever may write the field, also if they may not see the record that has
    /// it. Not for a LONG_TEXT, a BOOLEAN, a PICKLIST or MULTI_PICKLIST, and a field with a default.
    #[graphql(default)]
    unique: bool,
    /// Whether lists can be filtered and ordered by it. A REFERENCE always is; a LONG_TEXT and a MULTI_PICKLIST
    /// never, but lists can be filtered by the latter.
    #[graphql(default)]
    indexed: bool,
    /// Whether lists can be searched by its words. Only a TEXT, LONG_TEXT, EMAIL, PHONE or URL has words.
    #[graphql(default)]
    searchable: bool,
    /// How personal its values will be. What tells nothing about a person is called BUSINESS, and nothing is by
    /// itself.
    #[graphql(default_with = "DataCategory::Personal")]
    category: DataCategory,
    /// What a new record has in it if nothing is said, also if whoever makes the record may not edit the field. Not for
    /// a REFERENCE.
    default_value: Option<FieldValue>,
    /// What its values are to be protected as, if they are to be encrypted: sealed in the database, and masked to
    /// those without View Encrypted Data. It stays so. For a TEXT, LONG_TEXT, EMAIL, PHONE or URL that is not indexed.
    encrypted: Option<ProtectedData>,
}

/// What to change about a field. What is left out stays.
#[derive(InputObject)]
pub(super) struct UpdateFieldInput {
    /// What people call it, 1 to 120 characters.
    label: Option<String>,
    /// What it is, in a sentence of at most 500 characters.
    help: Option<String>,
    /// Whether a record without it is refused. Every record that is not deleted must have it already.
    required: Option<bool>,
    /// Whether no two records may have the same value. Of 10,000 records at most, none may have the same as another
    /// already.
    unique: Option<bool>,
    /// Whether lists can be filtered and ordered by it: once all records that are there have been brought in line. A
    /// REFERENCE always is; a LONG_TEXT and a MULTI_PICKLIST never.
    indexed: Option<bool>,
    /// Whether lists can be searched by its words: once all records that are there have been brought in line. Only a
    /// TEXT, LONG_TEXT, EMAIL, PHONE or URL has words.
    searchable: Option<bool>,
    /// How personal its values are. It holds for what is written from now on: what the ledger has stays as it was
    /// written.
    category: Option<DataCategory>,
    /// What a new record has in it if nothing is said; null takes the default away. Records that are there stay as they
    /// are.
    default_value: MaybeUndefined<FieldValue>,
    /// Values of a PICKLIST or MULTI_PICKLIST to add, to relabel, to retire and to take back. Values that are not here stay.
    #[graphql(default)]
    picklist: Vec<PicklistValueInput>,
}

/// One value of a picklist, as it should be.
#[derive(InputObject)]
pub(super) struct PicklistValueInput {
    /// What is stored, 1 to 255 characters. A value that is not in the list yet is added at its end.
    value: String,
    /// What people see. A new value without one is its own label; a known one keeps the one it has.
    label: Option<String>,
    /// Whether it can be chosen. A new value can, if nothing is said; a known one stays as it is.
    active: Option<bool>,
}

impl From<CreateObjectInput> for NewObject {
    fn from(input: CreateObjectInput) -> Self {
        Self {
            name: input.name,
            label: input.label,
            plural: input.plural,
            plural_label: input.plural_label,
            help: input.help,
            about_a_person: input.about_a_person,
            name_label: input.name_label,
            name_category: input.name_category.into(),
            needs_reason: input.needs_reason,
            subject: input.subject.map(NewSubject::from),
        }
    }
}

impl From<SubjectInput> for NewSubject {
    fn from(input: SubjectInput) -> Self {
        Self { field: input.field, label: input.label, target: input.target }
    }
}

impl From<UpdateObjectInput> for ObjectEdit {
    fn from(input: UpdateObjectInput) -> Self {
        Self {
            label: input.label,
            plural_label: input.plural_label,
            help: input.help,
            needs_reason: input.needs_reason,
        }
    }
}

impl CreateFieldInput {
    /// Reads the type with what belongs to it; what belongs to another type is refused.
    pub(super) fn resolve(self) -> Result<NewField> {
        let mut measures = Measures {
            max_length: self.max_length,
            scale: self.scale,
            target: self.target,
            on_delete: self.on_delete,
            picklist: self.picklist,
        };
        let kind = measures.kind(self.kind)?;
        measures.require_used()?;
        let default = self.default_value.map(|value| value.read(kind.value_kind())).transpose()?;
        Ok(NewField {
            name: self.name,
            label: self.label,
            help: self.help,
            kind,
            required: self.required,
            unique: self.unique,
            indexed: self.indexed,
            searchable: self.searchable,
            category: self.category.into(),
            default,
            encrypted: self.encrypted.map(Into::into),
        })
    }
}

/// What belongs to one type of field each.
struct Measures {
    max_length: Option<u32>,
    scale: Option<u8>,
    target: Option<String>,
    on_delete: Option<OnDelete>,
    picklist: Option<Vec<PicklistValueInput>>,
}

impl Measures {
    /// The type, with what belongs to it, which is used up.
    fn kind(&mut self, kind: FieldType) -> Result<FieldKind> {
        Ok(match kind {
            FieldType::Text => FieldKind::Text { max: self.max_length.take().unwrap_or(255) },
            FieldType::LongText => FieldKind::LongText,
            FieldType::Integer => FieldKind::Integer,
            FieldType::Decimal => FieldKind::Decimal { scale: self.scale.take().unwrap_or(2) },
            FieldType::Money => FieldKind::Currency,
            FieldType::Boolean => FieldKind::Boolean,
            FieldType::Date => FieldKind::Date,
            FieldType::DateTime => FieldKind::DateTime,
            FieldType::Picklist => FieldKind::Picklist { values: self.picks() },
            FieldType::MultiPicklist => FieldKind::MultiPicklist { values: self.picks() },
            FieldType::Email => FieldKind::Email,
            FieldType::Phone => FieldKind::Phone,
            FieldType::Url => FieldKind::Url,
            FieldType::Reference => {
                let target = self.target.take().unwrap_or_default();
                let target = ApiName::parse(&target).map_err(|_| bad("a REFERENCE needs its `target`"))?;
                FieldKind::Reference {
                    target,
                    on_delete: self.on_delete.take().unwrap_or(OnDelete::Keep).into(),
                }
            }
        })
    }

    fn picks(&mut self) -> Vec<PickValue> {
        self.picklist.take().unwrap_or_default().into_iter().map(PickValue::from).collect()
    }

    fn require_used(&self) -> Result<()> {
        let left = [
            (self.max_length.is_some(), "`maxLength` is for a TEXT alone"),
            (self.scale.is_some(), "`scale` is for a DECIMAL alone"),
            (self.target.is_some(), "`target` is for a REFERENCE alone"),
            (self.on_delete.is_some(), "`onDelete` is for a REFERENCE alone"),
            (self.picklist.is_some(), "`picklist` is for a PICKLIST or MULTI_PICKLIST alone"),
        ];
        left.into_iter().find(|(is_left, _)| *is_left).map_or(Ok(()), |(_, message)| Err(bad(message)))
    }
}

fn bad(message: &str) -> Error {
    Error::BadInput(message.to_owned())
}

impl UpdateFieldInput {
    /// Reads what is to change about a field of this kind.
    pub(super) fn resolve(self, kind: &FieldKind) -> Result<FieldEdit> {
        let default = match self.default_value {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(Value::Null),
            MaybeUndefined::Value(value) => Some(value.read(kind.value_kind())?),
        };
        Ok(FieldEdit {
            label: self.label,
            help: self.help,
            required: self.required,
            unique: self.unique,
            indexed: self.indexed,
            searchable: self.searchable,
            category: self.category.map(Into::into),
            default,
            picks: self.picklist.into_iter().map(PickEdit::from).collect(),
        })
    }
}

impl From<PicklistValueInput> for PickEdit {
    fn from(input: PicklistValueInput) -> Self {
        Self { value: input.value, label: input.label, active: input.active }
    }
}

impl From<PicklistValueInput> for PickValue {
    fn from(input: PicklistValueInput) -> Self {
        let label = input.label.unwrap_or_else(|| input.value.clone());
        Self { value: input.value, label, active: input.active.unwrap_or(true) }
    }
}
