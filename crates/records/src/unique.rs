//! Unique values: what is compared to tell whether another record has a value already.

use std::fmt;

use sutra_crypto::sha256;
use sutra_kernel::{FieldId, RecordId, Value, fold};

use crate::{Change, FieldDef, FieldKind, ObjectDef, Record};

/// What stands for a value of a unique field: two values are the same if their keys are.
///
/// Texts are the same whatever their case and spelling, as in filters, but in their whole length; numbers whatever
/// zeros follow them; amounts in their currency. It is a hash, so that all keys have one length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueKey([u8; 32]);

/// That a record has a unique value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UniqueClaim {
    /// The unique field.
    pub field: FieldId,
    /// What stands for the value.
    pub key: UniqueKey,
    /// The record.
    pub record: RecordId,
}

impl UniqueKey {
    /// What stands for this value of the field; nothing for no value or an empty text, which any number of records may
    /// have, and for a value of another kind.
    #[must_use]
    pub fn of(field: &FieldDef, value: &Value) -> Option<Self> {
        let of_kind = value.kind() == Some(field.kind.value_kind());
        let is_empty = matches!(value, Value::Text(text) if text.is_empty());
        (of_kind && !is_empty).then(|| Self(sha256(normal(value).as_bytes())))
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

fn normal(value: &Value) -> String {
    match value {
        Value::Text(text) => fold(text),
        Value::Decimal(number) => number.normalize().to_string(),
        Value::Money(money) => format!("{} {}", money.amount.normalize(), money.currency),
        other => other.to_string(),
    }
}

impl UniqueClaim {
    /// The unique values that a record has. A deleted one has none, so that others may have them meanwhile.
    #[must_use]
    pub fn all_of(def: &ObjectDef, record: &Record) -> Vec<Self> {
        if record.deleted_at.is_some() {
            return Vec::new();
        }
        let claim = |field: &FieldDef| {
            let key = UniqueKey::of(field, record.fields.get(&field.name)?)?;
            Some(Self { field: field.id, key, record: record.id })
        };
        def.fields.iter().filter(|field| field.unique).filter_map(claim).collect()
    }
}

impl Change {
    /// The unique values that the change takes from the record.
    #[must_use]
    pub fn freed(&self, def: &ObjectDef) -> Vec<UniqueClaim> {
        let after = UniqueClaim::all_of(def, self.after());
        let before = self.before().map(|before| UniqueClaim::all_of(def, before));
        before.unwrap_or_default().into_iter().filter(|claim| !after.contains(claim)).collect()
    }

    /// The unique values that the change gives to the record.
    #[must_use]
    pub fn claimed(&self, def: &ObjectDef) -> Vec<UniqueClaim> {
        let before = self.before().map(|before| UniqueClaim::all_of(def, before)).unwrap_or_default();
        UniqueClaim::all_of(def, self.after()).into_iter().filter(|claim| !before.contains(claim)).collect()
    }
}

impl FieldKind {
    /// What such a field is called where it cannot be unique; nothing if it can.
    pub(crate) fn never_unique(&self) -> Option<&'static str> {
        match self {
            Self::LongText => Some("a long text"),
            Self::Boolean => Some("a boolean"),
            Self::Picklist { .. } => Some("a picklist"),
            Self::MultiPicklist { .. } => Some("a multi-picklist"),
            _ => None,
        }
    }
}

/// The hash of a value that is easily guessed is not for logs.
impl fmt::Debug for UniqueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UniqueKey")
    }
}
