//! What belongs to a record: which definitions there can be, and what goes along.

use sutra_acl::Action;
use sutra_kernel::{FieldId, ObjectId, Timestamp, Uuid, Value};
use sutra_privacy::DataCategory;
use sutra_records::{
    Along, Change, DefinitionError, FieldDef, FieldEdit, FieldKind, Metadata, MetadataError, Misuse,
    NewField, NewObject, ObjectDef, OnDelete, Record,
};

use crate::company::{confirm, fields, id, later, name, now, object, permit, plan, stored};

/// A field through which records belong to those of this object.
fn parent(field: &str, target: &str) -> NewField {
    NewField {
        name: field.to_owned(),
        label: field.to_owned(),
        help: String::new(),
        kind: FieldKind::Reference { target: name(target), on_delete: OnDelete::Cascade },
        required: true,
        indexed: false,
        unique: false,
        searchable: false,
        category: DataCategory::Business,
        default: None,
        encrypted: None,
    }
}

/// The object `node<number>`, whose records belong to those of these objects.
fn node(number: u128, parents: &[&str]) -> ObjectDef {
    let new = NewObject {
        name: format!("node{number}"),
        label: "Node".to_owned(),
        plural: format!("nodes{number}"),
        plural_label: "Nodes".to_owned(),
        help: String::new(),
        about_a_person: false,
        name_label: "Name".to_owned(),
        name_category: DataCategory::Business,
        needs_reason: false,
        subject: None,
    };
    let field = |place: usize| FieldId::from_uuid(Uuid::from_u128(number * 100 + place as u128));
    let node = ObjectDef::define(ObjectId::from_uuid(Uuid::from_u128(number)), field(0), new).unwrap();
    parents.iter().enumerate().fold(node, |node, (place, target)| {
        node.with_field(field(place + 1), parent(&format!("parent{place}"), target)).unwrap()
    })
}

#[test]
fn objects_belong_to_each_other_as_a_tree_that_is_not_too_deep() {
    let chain = |length: u128| -> Vec<_> {
        let above = |number: u128| format!("node{}", number - 1);
        let below = (2..=length).map(|number| node(number, &[&above(number)]));
        [node(1, &[])].into_iter().chain(below).collect()
    };
    let depth = |number: u128| Some(MetadataError::ParentDepth(name(&format!("node{number}"))));
    let cases = [
        ("six levels", chain(6), None),
        ("seven levels", chain(7), depth(7)),
        ("itself", vec![node(1, &["node1"])], depth(1)),
        ("a circle", vec![node(1, &["node2"]), node(2, &["node1"])], depth(1)),
        ("two children", vec![node(1, &[]), node(2, &["node1"]), node(3, &["node1"])], None),
        (
            "two parents",
            vec![node(1, &[]), node(2, &[]), node(3, &["node1", "node2"])],
            Some(MetadataError::TwoParents(name("node3"))),
        ),
    ];
    for (case, objects, expected) in cases {
        assert_eq!(Metadata::new(1, objects).err(), expected, "{case}");
    }
    let metadata = Metadata::new(1, vec![node(1, &[]), node(3, &["node1"]), node(2, &["node1"])]).unwrap();
    let children = metadata.children(metadata.object_named("node1").unwrap());
    assert_eq!(children.map(|child| child.name.as_str()).collect::<Vec<_>>(), ["node3", "node2"]);
}

#[test]
fn a_record_that_belongs_to_another_belongs_to_one_for_sure() {
    let optional = NewField { required: false, ..parent("parent", "account") };
    let field = FieldId::from_uuid(Uuid::from_u128(1));
    let refused = object("task").with_field(field, optional);
    assert_eq!(refused, Err(DefinitionError::ParentRequired));
    let made = object("task").with_field(field, parent("parent", "account")).unwrap();
    let edit = FieldEdit { required: Some(false), ..FieldEdit::default() };
    assert_eq!(made.with_field_edited("parent", edit), Err(DefinitionError::ParentRequired));
}

/// Contacts that belong to their accounts.
fn contacts() -> ObjectDef {
    let mut def = object("contact");
    let belongs = |field: &&mut FieldDef| field.name.as_str() == "account";
    let field = def.fields.iter_mut().find(belongs).unwrap();
    field.kind = FieldKind::Reference { target: name("account"), on_delete: OnDelete::Cascade };
    field.required = true;
    def
}

fn contact_of(account: u128, deleted_at: Option<Timestamp>) -> Record {
    let values = [("lastName", Value::text("Moss")), ("account", Value::Reference(id(account)))];
    Record { deleted_at, ..stored(&contacts(), 20, fields(values)) }
}

fn account(deleted_at: Option<Timestamp>) -> Record {
    Record { deleted_at, ..stored(&object("account"), 10, fields([("name", Value::text("Acme"))])) }
}

fn deletion() -> Change {
    let record = account(None);
    let permit = permit(&plan(), Action::Delete, &record);
    confirm(record.delete(permit, later()).unwrap()).unwrap()
}

fn restoration(deleted_at: Timestamp) -> Change {
    let record = account(Some(deleted_at));
    let permit = permit(&plan(), Action::Restore, &record);
    confirm(record.restore(permit, later()).unwrap()).unwrap()
}

#[test]
fn what_is_deleted_with_a_record_comes_back_with_it_and_nothing_else_does() {
    let long_ago = "2020-01-01T00:00:00Z".parse().unwrap();
    let cases = [
        ("deleted along", deletion(), None, Some(Some(later()))),
        ("deleted before", deletion(), Some(long_ago), None),
        ("back along", restoration(now()), Some(now()), Some(None)),
        ("deleted by itself", restoration(now()), Some(long_ago), None),
        ("never deleted", restoration(now()), None, None),
    ];
    for (case, change, deleted_at, expected) in cases {
        let record = contact_of(10, deleted_at);
        let along = change.along(&contacts(), record.clone()).unwrap();
        assert_eq!(along.as_ref().map(|along| along.after().deleted_at), expected, "{case}");
        let Some(along) = along else { continue };
        let after = along.after();
        assert_eq!((after.version, after.updated_at), (record.version + 1, later()), "{case}");
        assert_eq!((along.action(), along.before()), (change.action(), Some(&record)), "{case}");
        assert!(along.changed().is_empty() && after.fields == record.fields, "{case}");
    }
}

#[test]
fn what_is_removed_for_good_takes_along_all_that_is_in_the_bin() {
    let purge = || {
        let record = account(Some(now()));
        let permit = permit(&plan(), Action::Purge, &record);
        record.purge(permit).unwrap()
    };
    let long_ago = "2020-01-01T00:00:00Z".parse().unwrap();
    for (deleted_at, goes) in [(Some(now()), true), (Some(long_ago), true), (None, false)] {
        let along = purge().along(&contacts(), contact_of(10, deleted_at)).unwrap();
        assert_eq!(along.map(|along| along.id()), goes.then_some(id(20)), "{deleted_at:?}");
    }
}

#[test]
fn what_does_not_belong_to_a_record_does_not_go_along() {
    let stranger = Record {
        workspace: sutra_kernel::WorkspaceId::from_uuid(Uuid::from_u128(77)),
        ..contact_of(10, None)
    };
    let cases = [
        ("another's", contacts(), contact_of(11, None)),
        ("one that only refers to it", object("contact"), contact_of(10, None)),
        ("one of another object", object("task"), contact_of(10, None)),
        ("one of another workspace", contacts(), stranger),
    ];
    for (case, def, record) in cases {
        assert_eq!(deletion().along(&def, record).err(), Some(Misuse::Parent), "{case}");
    }
}
