//! Definitions: what an object is, and what its fields hold.

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};
use sutra_kernel::{ApiName, FieldId, ObjectId, Value, ValueKind};
use sutra_privacy::{DataCategory, DataSubject};

use crate::{Mask, Preparing, Slot};

/// What is between the labels of several values.
const LABEL_SEPARATOR: &str = "; ";

/// The definition of an object, such as Account. Standard and custom objects differ in nothing but `standard`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectDef {
    /// Its identifier; equal in every workspace for a standard object.
    pub id: ObjectId,
    /// What it is called in GraphQL and the ledger: `account`. It never changes.
    pub name: ApiName,
    /// What people call one: `Account`.
    pub label: String,
    /// The name of its lists: `accounts`.
    pub plural: ApiName,
    /// What people call several: `Accounts`.
    pub plural_label: String,
    /// The field that names a record when it is shown as a link.
    pub name_field: ApiName,
    /// Whose personal data a record holds.
    pub subject: DataSubject,
    /// Whether the product shipped it.
    pub standard: bool,
    /// Whether a record of it is changed for a stated reason only.
    pub needs_reason: bool,
    /// Its fields, in the order they are shown.
    pub fields: Vec<FieldDef>,
    /// The slots that fields have given up and that still hold their values. No field gets one of them.
    pub emptying: BTreeSet<Slot>,
    /// One sentence for somebody who has never seen it.
    pub help: String,
}

/// The definition of one field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDef {
    /// Its identifier; field permissions hang on it.
    pub id: FieldId,
    /// What it is called in GraphQL and the ledger: `annualRevenue`. It never changes.
    pub name: ApiName,
    /// What people call it: `Annual revenue`.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a record without it is refused. No record of the object lacks it then, deleted ones included.
    pub required: bool,
    /// What a new record has in it if nothing is said.
    pub default: Option<Value>,
    /// Whether no two records may have the same value.
    pub unique: bool,
    /// Whether records are found by its words: see [`tokens`](crate::tokens).
    pub searchable: bool,
    /// Whether its values are sealed, and shown to few.
    pub encrypted: bool,
    /// What the others see, if it is encrypted.
    pub mask: Mask,
    /// The indexed column its value is projected into. Lists can be filtered and ordered by a field that has one,
    /// once it is [prepared](FieldDef::index).
    pub slot: Option<Slot>,
    /// What of it lists cannot use yet.
    pub preparing: Preparing,
    /// How personal its values are.
    pub category: DataCategory,
    /// One sentence for somebody who has never seen it.
    pub help: String,
}

/// What a field holds. Stored as JSON, tagged by `type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text {
        /// How many characters at most.
        max: u32,
    },
    /// Text of many lines. It is never indexed.
    LongText,
    /// A whole number that every JSON reader can hold exactly.
    Integer,
    /// An exact decimal number.
    Decimal {
        /// How many digits may follow the point.
        scale: u8,
    },
    /// An amount of money: at most four digits after the point, and a currency.
    Currency,
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant.
    DateTime,
    /// One of a list of values.
    Picklist {
        /// The list, retired values included.
        values: Vec<PickValue>,
    },
    /// Any of a list of values. It is never indexed, but lists can be filtered by it.
    MultiPicklist {
        /// The list, retired values included. None has the character that separates them where they are one text.
        values: Vec<PickValue>,
    },
    /// An e-mail address.
    Email,
    /// A telephone number, as people write them.
    Phone,
    /// A web address: `http` or `https`.
    Url,
    /// Another record.
    Reference {
        /// The object the record is of.
        target: ApiName,
        /// What happens here when that record is deleted.
        on_delete: OnDelete,
    },
}

/// One value of a picklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickValue {
    /// What is stored. It never changes.
    pub value: String,
    /// What people see.
    pub label: String,
    /// Whether it can be chosen. A retired value stays on the records that have it.
    pub active: bool,
}

/// What happens to a reference when the record it points at is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// It stays, and reads as empty for as long as the record is deleted.
    Keep,
    /// The record that has it is deleted, brought back and removed for good with that record: it
    /// [belongs](ObjectDef::parent) to it.
    Cascade,
}

impl ObjectDef {
    /// The field of this name, if there is one.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.name.as_str() == name)
    }

    /// The field that names the record that each of its records belongs to; nothing if they stand alone.
    #[must_use]
    pub fn parent(&self) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.is_parent())
    }
}

impl FieldDef {
    /// What people see in place of a picklist's values; nothing for other kinds and for unknown values.
    #[must_use]
    pub fn label_of(&self, value: &Value) -> Option<Cow<'_, str>> {
        let label = |text: &String| {
            let pick = self.kind.picks().iter().find(|known| known.value == *text)?;
            Some(pick.label.as_str())
        };
        match value {
            Value::Text(text) => label(text).map(Cow::from),
            Value::Texts(texts) => {
                let labels: Vec<_> = texts.iter().map(label).collect::<Option<_>>()?;
                Some(labels.join(LABEL_SEPARATOR).into())
            }
            _ => None,
        }
    }

    /// Whether it names the record that the one with it belongs to.
    #[must_use]
    pub fn is_parent(&self) -> bool {
        matches!(self.kind, FieldKind::Reference { on_delete: OnDelete::Cascade, .. })
    }

    /// The object a reference points at; nothing for other kinds.
    #[must_use]
    pub fn target(&self) -> Option<&ApiName> {
        match &self.kind {
            FieldKind::Reference { target, .. } => Some(target),
            _ => None,
        }
    }
}

impl FieldKind {
    /// Whether its values have words that a record can be found by. The values of a picklist are asked for by
    /// filters.
    #[must_use]
    pub fn has_words(&self) -> bool {
        matches!(self, Self::Text { .. } | Self::LongText | Self::Email | Self::Phone | Self::Url)
    }

    /// The values of its list, retired ones included; none if it is no picklist.
    #[must_use]
    pub fn picks(&self) -> &[PickValue] {
        match self {
            Self::Picklist { values } | Self::MultiPicklist { values } => values,
            _ => &[],
        }
    }

    /// The kind of value it reads and compares as.
    #[must_use]
    pub fn value_kind(&self) -> ValueKind {
        match self {
            Self::Text { .. }
            | Self::LongText
            | Self::Picklist { .. }
            | Self::Email
            | Self::Phone
            | Self::Url => ValueKind::Text,
            Self::MultiPicklist { .. } => ValueKind::Texts,
            Self::Integer => ValueKind::Integer,
            Self::Decimal { .. } => ValueKind::Decimal,
            Self::Currency => ValueKind::Money,
            Self::Boolean => ValueKind::Boolean,
            Self::Date => ValueKind::Date,
            Self::DateTime => ValueKind::Timestamp,
            Self::Reference { .. } => ValueKind::Reference,
        }
    }
}

impl PickValue {
    /// A value that is its own label, and can be chosen.
    #[must_use]
    pub fn plain(value: &str) -> Self {
        Self { value: value.to_owned(), label: value.to_owned(), active: true }
    }
}
