//! What stands in the slot of a field that has no value.
//!
//! The index of a slot holds the rows in which its column is not null, so that a record takes no room in the indexes of
//! slots that its object does not use. A record that has no value in a field with a slot is to be found in that field's
//! order all the same, before those that have one. So its slot holds a mark: the least that the column can hold. One
//! index then has the whole list in its order, and also finds the records without a value.
//!
//! INVARIANT: no value comes to a mark. An empty text is no value, and folding empties none; [`slot_value`] keeps off
//! the least integer; no record's id is the nil UUID.
//!
//! [`slot_value`]: sutra_records::slot_value

use sutra_kernel::Uuid;
use sutra_records::SlotFamily;

/// The mark in a column of texts.
pub(crate) const TEXT: &str = "";
/// The mark in a column of integers.
pub(crate) const INTEGER: i64 = i64::MIN;
/// The mark in a column of identifiers.
pub(crate) const UUID: Uuid = Uuid::nil();

/// The mark in a column of this family.
pub(crate) fn mark(family: SlotFamily) -> sea_orm::Value {
    match family {
        SlotFamily::Text => TEXT.into(),
        SlotFamily::Integer => INTEGER.into(),
        SlotFamily::Uuid => UUID.into(),
    }
}
