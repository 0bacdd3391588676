//! The objects of all worlds: things with a number, others that belong to them, and others that belong to those.

use sutra_kernel::{ApiName, FieldId, Uuid};
use sutra_privacy::DataSubject;
use sutra_records::{FieldDef, FieldKind, ObjectDef, OnDelete, Slot, SlotFamily, standard};

use super::world::id;

/// All three, with the identifiers that they have in a world. Each but the first belongs to the one before it.
pub(super) fn definitions() -> [ObjectDef; 3] {
    [object(0, None), object(1, Some(0)), object(3, Some(1))]
}

fn parent_field(number: usize, parent: usize) -> FieldDef {
    let target = name(&format!("thing{parent}"));
    let kind = FieldKind::Reference { target, on_delete: OnDelete::Cascade };
    field(10 * number + 3, "parent", kind, SlotFamily::Uuid)
}

fn own_fields(number: usize) -> [FieldDef; 2] {
    let text = FieldKind::Text { max: 80 };
    [
        field(10 * number + 1, "name", text, SlotFamily::Text),
        field(10 * number + 2, "x", FieldKind::Integer, SlotFamily::Integer),
    ]
}

fn object(number: usize, parent: Option<usize>) -> ObjectDef {
    let parent = parent.map(|parent| parent_field(number, parent));
    ObjectDef {
        id: id(number),
        name: name(&format!("thing{number}")),
        label: format!("Thing {number}"),
        plural: name(&format!("things{number}")),
        plural_label: format!("Things {number}"),
        name_field: name("name"),
        subject: DataSubject::None,
        standard: false,
        fields: own_fields(number).into_iter().chain(parent).collect(),
        ..model()
    }
}

fn field(number: usize, called: &str, kind: FieldKind, slots: SlotFamily) -> FieldDef {
    FieldDef {
        id: FieldId::from_uuid(Uuid::from_u128(number as u128)),
        name: name(called),
        label: called.to_owned(),
        kind,
        required: false,
        searchable: false,
        slot: Some(Slot::new(slots, 0)),
        ..model().field("title").expect("a title").clone()
    }
}

/// What the product ships, for all that does not matter here.
fn model() -> ObjectDef {
    let objects = standard::objects().into_iter();
    objects.into_iter().find(|object| object.name.as_str() == "note").expect("notes")
}

pub(super) fn name(text: &str) -> ApiName {
    ApiName::parse(text).expect("a name")
}
