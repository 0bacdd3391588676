//! Slots: the indexed columns that values are projected into.

use std::{collections::BTreeMap, fmt, str::FromStr};

use sutra_kernel::{ApiName, Decimal, Timestamp, Uuid, Value, fold};

use crate::{FieldDef, FieldKind, ObjectDef};

/// How many text slots a record has.
pub const TEXT_SLOTS: usize = 12;
/// How many integer slots a record has.
pub const INTEGER_SLOTS: usize = 12;
/// How many UUID slots a record has.
pub const UUID_SLOTS: usize = 8;

/// How many bytes of a folded text a slot holds.
pub(crate) const TEXT_SLOT_BYTES: usize = 256;
/// How many digits after the point the amount of money keeps in a slot.
pub(crate) const MONEY_SCALE: u32 = 4;

/// One indexed column of the record table, such as `text_03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The type of the column.
    pub family: SlotFamily,
    /// Which of them, from 0.
    pub number: u8,
}

/// The type of a slot's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotFamily {
    /// Folded text, in binary order.
    Text,
    /// 64-bit integers: whole numbers, scaled decimals and amounts, truth, days and instants.
    Integer,
    /// References.
    Uuid,
}

/// A text that names no slot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a slot such as `text_03`")]
pub struct SlotError;

/// What a slot holds of one value.
///
/// The order of two scalars of one field is the order of lists: `Null` first, texts byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SlotScalar {
    /// No value.
    Null,
    /// A folded text, cut to 256 bytes.
    Text(String),
    /// A number of whatever the field counts.
    Integer(i64),
    /// An identifier.
    Uuid(Uuid),
}

/// What all the slots of one record hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlotValues {
    /// `text_00` and so on.
    pub text: [Option<String>; TEXT_SLOTS],
    /// `int_00` and so on.
    pub integer: [Option<i64>; INTEGER_SLOTS],
    /// `uuid_00` and so on.
    pub uuid: [Option<Uuid>; UUID_SLOTS],
}

/// Projects a record's values into its slots; stores write the result beside the values, in one statement.
#[must_use]
pub fn project(def: &ObjectDef, fields: &BTreeMap<ApiName, Value>) -> SlotValues {
    let mut slots = SlotValues::default();
    for field in &def.fields {
        if let (Some(slot), Some(value)) = (field.slot, fields.get(&field.name)) {
            slots.put(slot, slot_value(field, value));
        }
    }
    slots
}

/// What the field's slot holds of this value, stored or compared with.
///
/// A value the field could not have (of another kind, too large, too precise) has no slot form and is `Null`;
/// validation refuses to store it, and [`ListQuery::check`](crate::ListQuery::check) to compare with it.
/// Money is its amount alone. No text of a slot is empty, and no integer the least.
#[must_use]
pub fn slot_value(field: &FieldDef, value: &Value) -> SlotScalar {
    match (&field.kind, value) {
        (FieldKind::Decimal { scale }, Value::Decimal(number)) => integer(scaled(*number, u32::from(*scale))),
        (FieldKind::Currency, Value::Money(money)) => integer(scaled(money.amount, MONEY_SCALE)),
        (FieldKind::Currency, Value::Decimal(amount)) => integer(scaled(*amount, MONEY_SCALE)),
        (kind, value) if value.kind() == Some(kind.value_kind()) => plain_scalar(value),
        _ => SlotScalar::Null,
    }
}

/// The scalar of a value that needs no definition to be understood.
pub(crate) fn plain_scalar(value: &Value) -> SlotScalar {
    match value {
        Value::Text(text) => SlotScalar::Text(cut(fold(text), TEXT_SLOT_BYTES)),
        Value::Integer(number) => SlotScalar::Integer(*number),
        Value::Boolean(truth) => SlotScalar::Integer(i64::from(*truth)),
        Value::Date(day) => SlotScalar::Integer(day.start().as_micros()),
        Value::Timestamp(instant) => SlotScalar::Integer(instant.as_micros()),
        Value::Reference(id) => SlotScalar::Uuid(id.uuid()),
        Value::Null | Value::Decimal(_) | Value::Money(_) | Value::Texts(_) => SlotScalar::Null,
    }
}

/// The value that an integer slot of a field of this kind stands for; money without its currency.
pub(crate) fn value_of_slot(kind: &FieldKind, unit: i64) -> Value {
    match kind {
        FieldKind::Decimal { scale } => decimal(unit, u32::from(*scale)),
        FieldKind::Currency => decimal(unit, MONEY_SCALE),
        FieldKind::Boolean => Value::Boolean(unit != 0),
        FieldKind::Date => Value::Date(Timestamp::from_micros(unit).date()),
        FieldKind::DateTime => Value::Timestamp(Timestamp::from_micros(unit)),
        _ => Value::Integer(unit),
    }
}

fn decimal(unit: i64, scale: u32) -> Value {
    let number = Decimal::try_from_i128_with_scale(unit.into(), scale);
    number.map_or(Value::Null, |number| Value::Decimal(number.normalize()))
}

/// The number counted in units of its last allowed digit, if it is whole in them and fits. The least 64-bit integer is
/// left to stores, for what has no value.
pub(crate) fn scaled(number: Decimal, scale: u32) -> Option<i64> {
    let number = number.normalize();
    let missing = scale.checked_sub(number.scale())?;
    let units = number.mantissa().checked_mul(10_i128.checked_pow(missing)?)?;
    i64::try_from(units).ok().filter(|units| *units != i64::MIN)
}

fn integer(number: Option<i64>) -> SlotScalar {
    number.map_or(SlotScalar::Null, SlotScalar::Integer)
}

/// The text, cut between characters to at most so many bytes.
pub(crate) fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
}

impl Slot {
    /// The slot of this family and number.
    #[must_use]
    pub const fn new(family: SlotFamily, number: u8) -> Self {
        Self { family, number }
    }

    /// The name of its column: `text_03`.
    #[must_use]
    pub fn column(self) -> String {
        format!("{}_{:02}", self.family.as_str(), self.number)
    }

    /// Whether a record has such a slot.
    #[must_use]
    pub fn exists(self) -> bool {
        usize::from(self.number) < self.family.count()
    }
}

impl SlotFamily {
    /// The family that holds values of this kind; nothing for long texts and multi-picklists, which are not indexed.
    #[must_use]
    pub fn of(kind: &FieldKind) -> Option<Self> {
        match kind {
            FieldKind::LongText | FieldKind::MultiPicklist { .. } => None,
            FieldKind::Text { .. }
            | FieldKind::Picklist { .. }
            | FieldKind::Email
            | FieldKind::Phone
            | FieldKind::Url => Some(Self::Text),
            FieldKind::Integer
            | FieldKind::Decimal { .. }
            | FieldKind::Currency
            | FieldKind::Boolean
            | FieldKind::Date
            | FieldKind::DateTime => Some(Self::Integer),
            FieldKind::Reference { .. } => Some(Self::Uuid),
        }
    }

    /// How many slots of this family a record has.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Text => TEXT_SLOTS,
            Self::Integer => INTEGER_SLOTS,
            Self::Uuid => UUID_SLOTS,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "int",
            Self::Uuid => "uuid",
        }
    }
}

impl SlotValues {
    /// Sets one slot; a scalar of another family, or a slot that does not exist, changes nothing.
    fn put(&mut self, slot: Slot, scalar: SlotScalar) {
        let number = usize::from(slot.number);
        match (slot.family, scalar) {
            (SlotFamily::Text, SlotScalar::Text(text)) => set(&mut self.text, number, text),
            (SlotFamily::Integer, SlotScalar::Integer(integer)) => set(&mut self.integer, number, integer),
            (SlotFamily::Uuid, SlotScalar::Uuid(uuid)) => set(&mut self.uuid, number, uuid),
            _ => {}
        }
    }
}

fn set<T>(slots: &mut [Option<T>], number: usize, value: T) {
    if let Some(slot) = slots.get_mut(number) {
        *slot = Some(value);
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.column())
    }
}

impl FromStr for Slot {
    type Err = SlotError;

    fn from_str(text: &str) -> Result<Self, SlotError> {
        let (family, number) = text.split_once('_').ok_or(SlotError)?;
        let family = [SlotFamily::Text, SlotFamily::Integer, SlotFamily::Uuid]
            .into_iter()
            .find(|known| known.as_str() == family)
            .ok_or(SlotError)?;
        let slot = Self::new(family, number.parse().map_err(|_| SlotError)?);
        if slot.exists() && slot.column() == text { Ok(slot) } else { Err(SlotError) }
    }
}
