//! The standard objects.

use std::{collections::BTreeSet, fmt::Write};

use sutra_kernel::Value;
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, standard};

use crate::company::object;

/// Ids and slots are in databases: a line of the file may be added, and never changed.
#[test]
fn ids_slots_and_categories_are_as_released() {
    let mut printed = String::new();
    for object in standard::objects() {
        writeln!(printed, "{} {} {}", object.name, object.id, object.subject).unwrap();
        for field in &object.fields {
            let slot = field.slot.map_or_else(|| "-".to_owned(), |slot| slot.column());
            writeln!(printed, "  {} {} {slot} {}", field.name, field.id, field.category).unwrap();
        }
    }
    let released = include_str!("../vectors/standard.txt");
    for (now, then) in printed.lines().zip(released.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(printed.lines().count(), released.lines().count(), "is now:\n{printed}");
}

#[test]
fn together_they_use_every_kind_of_field() {
    let objects = standard::objects();
    let kinds: BTreeSet<_> = objects
        .iter()
        .flat_map(|object| &object.fields)
        .map(|field| serde_json::to_value(&field.kind).unwrap()["type"].as_str().unwrap().to_owned())
        .collect();
    let every = [
        "boolean",
        "currency",
        "date",
        "date_time",
        "decimal",
        "email",
        "integer",
        "long_text",
        "phone",
        "picklist",
        "reference",
        "text",
        "url",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), every);
}

#[test]
fn what_people_write_freely_is_personal() {
    for object in standard::objects() {
        for field in &object.fields {
            let free = matches!(field.kind, FieldKind::LongText | FieldKind::Email | FieldKind::Phone);
            assert!(!free || field.category == DataCategory::Personal, "{}.{}", object.name, field.name);
        }
    }
}

#[test]
fn a_picklist_knows_what_people_call_its_values() {
    let def = object("opportunity");
    let stage = def.field("stage").unwrap();
    assert_eq!(stage.label_of(&Value::text("Closed Won")).as_deref(), Some("Closed Won"));
    assert_eq!(stage.label_of(&Value::text("closed won")), None);
    assert_eq!(stage.label_of(&Value::Null), None);
    assert_eq!(def.field("name").unwrap().label_of(&Value::text("Closed Won")), None);
}
