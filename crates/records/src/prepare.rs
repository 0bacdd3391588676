//! Preparing: bringing the records that are there in line with what has become of their fields.
//!
//! A field that gets an index or becomes searchable has its slot and its words written with every record from then
//! on, and lists cannot use them until the records of before have them too. A slot that a field gives up keeps its
//! values until they are taken away, and is nobody's until then.

use std::collections::BTreeSet;

use sutra_kernel::{ObjectId, Timestamp};

use crate::{DefinitionError, FieldDef, FieldKind, ObjectDef, Slot, SlotFamily};

/// What of a field lists cannot use yet, because records of before may lack it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preparing {
    /// Its slot.
    pub index: bool,
    /// Its words.
    pub search: bool,
}

/// How far the records of an object are in line with its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preparation {
    /// The object.
    pub object: ObjectId,
    /// How many records are.
    pub done: u64,
    /// How many there were when it began.
    pub total: u64,
    /// When it began; a change of another field begins it anew.
    pub started_at: Timestamp,
}

/// What one step of a preparation has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prepared {
    /// The object whose records it brought in line.
    pub object: ObjectId,
    /// Whether those were the last.
    pub all: bool,
}

impl Preparing {
    /// Whether there is anything.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        self.index || self.search
    }
}

impl FieldDef {
    /// The slot by which lists are filtered and ordered: nothing while it is being prepared.
    #[must_use]
    pub fn index(&self) -> Option<Slot> {
        self.slot.filter(|_| !self.preparing.index)
    }

    /// Whether lists are searched by its words: not while they are being prepared.
    #[must_use]
    pub fn is_searched(&self) -> bool {
        self.searchable && !self.preparing.search
    }
}

impl ObjectDef {
    /// Whether its records have to be brought in line if this is what it was before. Fields that are new need
    /// nothing: no record has a value in them.
    #[must_use]
    pub fn needs_preparation(&self, before: &Self) -> bool {
        self.fields.iter().any(|field| {
            let known = before.fields.iter().find(|known| known.id == field.id);
            known.is_some_and(|known| (known.slot, known.searchable) != (field.slot, field.searchable))
        })
    }

    /// The object when all of its records are in line.
    #[must_use]
    pub fn prepared(mut self) -> Self {
        for field in &mut self.fields {
            field.preparing = Preparing::default();
        }
        self.emptying.clear();
        self
    }

    /// The object with a field indexed, or no longer.
    pub(crate) fn with_index(mut self, field: &str, indexed: bool) -> Result<Self, DefinitionError> {
        let known = self.known(field)?;
        let slot = match (known.slot, indexed) {
            (None, true) => Some(self.free_slot(&known.kind)?),
            (Some(_), false) if known.target().is_some() => return Err(DefinitionError::ReferenceIndex),
            (Some(given_up), false) => {
                self.emptying.insert(given_up);
                None
            }
            _ => return Ok(self),
        };
        Ok(self.with(field, |field| (field.slot, field.preparing.index) = (slot, indexed)))
    }

    /// The object with a field searchable, or no longer.
    pub(crate) fn with_search(self, field: &str, searchable: bool) -> Result<Self, DefinitionError> {
        if self.known(field)?.searchable == searchable {
            return Ok(self);
        }
        Ok(self.with(field, |field| (field.searchable, field.preparing.search) = (searchable, searchable)))
    }

    /// The first slot for values of this kind that no field has and that is empty.
    pub(crate) fn free_slot(&self, kind: &FieldKind) -> Result<Slot, DefinitionError> {
        let family = SlotFamily::of(kind).ok_or(DefinitionError::NotIndexable)?;
        let taken = self.taken_slots();
        let mut slots = (0..).map(|number| Slot::new(family, number)).take_while(|slot| slot.exists());
        let none = || DefinitionError::NoSlot { object: self.name.clone(), count: family.count() };
        slots.find(|slot| !taken.contains(slot)).ok_or_else(none)
    }

    /// The slots that fields have, and those that are still being emptied.
    pub(crate) fn taken_slots(&self) -> BTreeSet<Slot> {
        self.fields.iter().filter_map(|field| field.slot).chain(self.emptying.iter().copied()).collect()
    }

    fn with(mut self, field: &str, change: impl Fn(&mut FieldDef)) -> Self {
        self.fields.iter_mut().filter(|known| known.name.as_str() == field).for_each(change);
        self
    }

    fn known(&self, field: &str) -> Result<&FieldDef, DefinitionError> {
        let unknown = || DefinitionError::UnknownField { object: self.name.clone(), field: field.to_owned() };
        self.field(field).ok_or_else(unknown)
    }
}
