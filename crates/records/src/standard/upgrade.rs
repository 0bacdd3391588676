//! What a workspace lacks of the standard definitions of today, because it was made by those of an earlier day.

use std::collections::BTreeSet;

use sutra_kernel::{FieldId, ObjectId, fold};

use crate::{FieldDef, FieldEdit, Metadata, ObjectDef, PickEdit, PickValue, names};

/// What a standard field can be given long after it was first shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// An index.
    Index,
    /// Words to be found by.
    Words,
}

/// A standard field that lacks what it is shipped with: it is older, or an administrator took that away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lacking {
    /// The field.
    pub field: FieldId,
    /// What it lacks.
    pub attribute: Attribute,
}

/// What standard definitions become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upgrade {
    /// The objects that are new or become others.
    pub objects: Vec<ObjectDef>,
    /// What stays as it is, such as `account.vatNumber`: its name is taken, or there is no room for it.
    pub left_out: Vec<String>,
}

/// What the standard fields of a workspace lack. Whether an administrator has taken it away is for the caller to find
/// out.
#[must_use]
pub fn lacking(known: &Metadata, shipped: &[ObjectDef]) -> Vec<Lacking> {
    let mut lacking = Vec::new();
    for (object, shipped) in shipped.iter().filter_map(|it| Some((known.object(it.id)?, it))) {
        for (field, shipped) in shipped.fields.iter().filter_map(|it| Some((same(object, it)?, it))) {
            let attributes = [
                (Attribute::Index, field.slot.is_none() && shipped.slot.is_some()),
                (Attribute::Words, !field.searchable && shipped.searchable),
            ];
            let missing = attributes.into_iter().filter(|(_, is_missing)| *is_missing);
            lacking.extend(missing.map(|(attribute, _)| Lacking { field: field.id, attribute }));
        }
    }
    lacking
}

/// Adds the objects, fields and values of picklists that are shipped and not there, and what the fields named as
/// `wanted` lack. Nothing that is there is changed otherwise, and a value that was retired stays so.
///
/// A field that an object gets is never required, because its records lack it.
#[must_use]
pub fn upgrade(known: &Metadata, shipped: &[ObjectDef], wanted: &[Lacking]) -> Upgrade {
    let objects = known.objects().iter().map(|object| ObjectDef::clone(object)).collect();
    let mut growth = Growth { objects, grown: BTreeSet::new(), left_out: Vec::new() };
    growth.add_objects(shipped.iter().filter(|object| known.object(object.id).is_none()).collect());
    for object in shipped.iter().filter(|object| known.object(object.id).is_some()) {
        for field in &object.fields {
            growth.bring_up(object.id, field, wanted);
        }
    }
    let Growth { mut objects, grown, left_out } = growth;
    objects.retain(|object| grown.contains(&object.id));
    Upgrade { objects, left_out }
}

/// The definitions as they become, which fit together at every moment.
struct Growth {
    objects: Vec<ObjectDef>,
    grown: BTreeSet<ObjectId>,
    left_out: Vec<String>,
}

impl Growth {
    /// Adds objects, those that refer to others after these.
    fn add_objects(&mut self, mut new: Vec<&ObjectDef>) {
        loop {
            let missing = new.len();
            new.retain(|object| !self.put(ObjectDef::clone(object)));
            if new.len() == missing {
                break;
            }
        }
        self.left_out.extend(new.into_iter().map(|object| object.name.to_string()));
    }

    /// Adds a field to an object that is there; or, if it has it, what that lacks.
    fn bring_up(&mut self, object: ObjectId, shipped: &FieldDef, wanted: &[Lacking]) {
        let Some(object) = self.objects.iter().find(|known| known.id == object).cloned() else { return };
        let path = format!("{}.{}", object.name, shipped.name);
        let is_up = match same(&object, shipped).cloned() {
            None => self.put(object.with_shipped(shipped.clone())),
            Some(field) => {
                let edits = edits(&field, shipped, wanted);
                edits.into_iter().all(|edit| self.edit(object.id, field.name.as_str(), edit))
            }
        };
        if !is_up {
            self.left_out.push(path);
        }
    }

    fn edit(&mut self, object: ObjectId, field: &str, edit: FieldEdit) -> bool {
        let object = self.objects.iter().find(|known| known.id == object).cloned();
        let edited = object.and_then(|object| object.with_field_edited(field, edit).ok());
        edited.is_some_and(|edited| self.put(edited))
    }

    /// Takes an object in, if it fits together with all others.
    fn put(&mut self, object: ObjectDef) -> bool {
        let id = object.id;
        let mut objects = self.objects.clone();
        match objects.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = object,
            None => objects.push(object),
        }
        let fits = Metadata::new(0, objects.clone()).is_ok_and(|metadata| names::check(&metadata).is_ok());
        if fits {
            self.objects = objects;
            self.grown.insert(id);
        }
        fits
    }
}

impl ObjectDef {
    /// The object with a field that is shipped, in the slot that it is shipped with unless that is another's.
    fn with_shipped(mut self, mut field: FieldDef) -> Self {
        let own = field.slot.filter(|slot| !self.taken_slots().contains(slot));
        field.slot = field.slot.and_then(|_| own.or_else(|| self.free_slot(&field.kind).ok()));
        field.required = false;
        self.fields.push(field);
        self
    }
}

/// What makes of a field what is shipped, one thing at a time.
fn edits(field: &FieldDef, shipped: &FieldDef, wanted: &[Lacking]) -> Vec<FieldEdit> {
    let wants = |attribute| wanted.contains(&Lacking { field: field.id, attribute }).then_some(true);
    let known: BTreeSet<_> = field.kind.picks().iter().map(|pick| fold(&pick.value)).collect();
    let new = shipped.kind.picks().iter().filter(|pick| !known.contains(&fold(&pick.value)));
    let picks: Vec<_> = new.map(added).collect();
    let edits = [
        wants(Attribute::Index).map(|indexed| FieldEdit { indexed: Some(indexed), ..FieldEdit::default() }),
        wants(Attribute::Words)
            .map(|searchable| FieldEdit { searchable: Some(searchable), ..FieldEdit::default() }),
        (!picks.is_empty()).then(|| FieldEdit { picks, ..FieldEdit::default() }),
    ];
    edits.into_iter().flatten().collect()
}

fn added(pick: &PickValue) -> PickEdit {
    PickEdit { value: pick.value.clone(), label: Some(pick.label.clone()), active: Some(pick.active) }
}

/// The field of an object that is the shipped one, whatever its object calls it.
fn same<'a>(object: &'a ObjectDef, shipped: &FieldDef) -> Option<&'a FieldDef> {
    object.fields.iter().find(|field| field.id == shipped.id)
}
