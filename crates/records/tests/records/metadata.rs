//! Definitions that do not fit together.

use sutra_privacy::DataSubject;
use sutra_records::{FieldKind, Metadata, MetadataError, ObjectDef, Slot, SlotFamily, standard};

use crate::company::{name, object};

#[test]
fn the_standard_objects_fit_together_and_are_found() {
    let metadata = Metadata::new(7, standard::objects()).unwrap();
    assert_eq!((metadata.version(), metadata.objects().len()), (7, 9));
    let task = metadata.object_named("task").unwrap();
    assert_eq!(metadata.object(task.id).unwrap(), task);
    assert!(metadata.object_named("tasks").is_none());
}

type Spoil = fn(&mut Vec<ObjectDef>);

#[test]
fn definitions_that_clash_are_refused() {
    let slot = |field: &str| MetadataError::Slot { object: name("account"), field: name(field) };
    let missing = |what: &str| MetadataError::Missing { object: name("account"), missing: name(what) };
    let cases: [(&str, Spoil, MetadataError); 12] = [
        ("two objects", |o| o.push(object("account")), MetadataError::NameTaken(name("account"))),
        ("a plural", |o| o[0].plural = name("task"), MetadataError::NameTaken(name("task"))),
        ("two fields", |o| o[0].fields[1].name = name("name"), MetadataError::NameTaken(name("name"))),
        (
            "a system field",
            |o| o[0].fields[1].name = name("ownerId"),
            MetadataError::NameTaken(name("ownerId")),
        ),
        (
            "a reference's id",
            |o| o[1].fields[0].name = name("accountId"),
            MetadataError::NameTaken(name("accountId")),
        ),
        ("one slot for two", |o| o[0].fields[1].slot = o[0].fields[0].slot, slot("phone")),
        ("a wrong slot", |o| o[0].fields[1].slot = Some(Slot::new(SlotFamily::Uuid, 0)), slot("phone")),
        ("no such slot", |o| o[0].fields[1].slot = Some(Slot::new(SlotFamily::Text, 12)), slot("phone")),
        ("an indexed long text", |o| o[0].fields[1].kind = FieldKind::LongText, slot("phone")),
        ("no name field", |o| o[0].name_field = name("title"), missing("title")),
        ("no subject", |o| o[0].subject = DataSubject::Reference(name("phone")), missing("phone")),
        (
            "too many fields",
            |o| o[0].fields = vec![o[0].fields[0].clone(); 501],
            MetadataError::TooManyFields(name("account")),
        ),
    ];
    for (case, spoil, expected) in cases {
        let mut objects = standard::objects();
        spoil(&mut objects);
        assert_eq!(Metadata::new(1, objects).unwrap_err(), expected, "{case}");
    }
}

#[test]
fn a_reference_needs_a_target_and_a_slot() {
    let without_target = standard::objects().split_off(1);
    assert!(matches!(Metadata::new(1, without_target), Err(MetadataError::Missing { .. })));
    let mut objects = standard::objects();
    objects[1].fields.iter_mut().find(|field| field.target().is_some()).unwrap().slot = None;
    assert!(matches!(Metadata::new(1, objects), Err(MetadataError::Slot { .. })));
}
