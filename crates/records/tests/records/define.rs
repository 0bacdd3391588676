//! Making and changing definitions.

use sutra_kernel::{FieldId, Uuid, Value};
use sutra_privacy::DataCategory;
use sutra_records::{
    DefinitionError, FieldEdit, FieldKind, NewField, ObjectDef, ObjectEdit, PickEdit, PickValue, Protected,
    Slot, SlotFamily,
};

use crate::company::{name, object};

fn field(kind: FieldKind, indexed: bool) -> NewField {
    NewField {
        name: "extra".to_owned(),
        label: " Extra ".to_owned(),
        help: String::new(),
        kind,
        required: false,
        indexed,
        searchable: false,
        unique: false,
        category: DataCategory::Personal,
        default: None,
        encrypted: None,
    }
}

fn id() -> FieldId {
    FieldId::from_uuid(Uuid::from_u128(1))
}

#[test]
fn a_field_gets_the_first_slot_that_is_free() {
    let reference =
        FieldKind::Reference { target: name("account"), on_delete: sutra_records::OnDelete::Keep };
    let cases = [
        ("the next one", FieldKind::Text { max: 10 }, true, Some(Slot::new(SlotFamily::Text, 7))),
        ("another family", FieldKind::Boolean, true, Some(Slot::new(SlotFamily::Integer, 2))),
        ("a reference always has one", reference, false, Some(Slot::new(SlotFamily::Uuid, 0))),
        ("not indexed", FieldKind::Boolean, false, None),
    ];
    for (case, kind, indexed, slot) in cases {
        let after = object("account").with_field(id(), field(kind, indexed)).unwrap();
        let last = after.fields.last().unwrap();
        assert_eq!((last.slot, last.label.as_str()), (slot, "Extra"), "{case}");
        assert_eq!(after.fields.len(), object("account").fields.len() + 1, "{case}");
    }
    let mut with_a_gap = object("account");
    with_a_gap.fields[0].slot = None;
    let after = with_a_gap.with_field(id(), field(FieldKind::Url, true)).unwrap();
    assert_eq!(after.fields.last().unwrap().slot, Some(Slot::new(SlotFamily::Text, 0)));
}

#[test]
fn a_default_is_a_value_that_the_field_takes_or_none() {
    let decimal = || Value::Decimal("1.50".parse().unwrap());
    let reference =
        FieldKind::Reference { target: name("account"), on_delete: sutra_records::OnDelete::Keep };
    let open = || FieldKind::Picklist { values: vec![PickValue::plain("Open")] };
    let several = || FieldKind::MultiPicklist { values: ["Open", "Shut"].map(PickValue::plain).to_vec() };
    let texts = |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect());
    let cases = [
        ("a value", FieldKind::Decimal { scale: 2 }, decimal(), Ok(Some(decimal()))),
        ("an empty text", FieldKind::Text { max: 5 }, Value::text(""), Ok(None)),
        ("no value", FieldKind::Boolean, Value::Null, Ok(None)),
        ("too many digits", FieldKind::Decimal { scale: 0 }, decimal(), Err("At most 0 digits")),
        ("another kind", FieldKind::Integer, decimal(), Err("Write a whole number")),
        ("several values", several(), texts(&["Shut", "Open"]), Ok(Some(texts(&["Open", "Shut"])))),
        ("no value of the list", open(), Value::text("Shut"), Err("Choose one of the values")),
        ("a reference's", reference, Value::Reference(crate::company::id(1)), Err("a reference")),
    ];
    for (case, kind, default, expected) in cases {
        let new = NewField { default: Some(default), ..field(kind, false) };
        let after = object("account").with_field(id(), new);
        let kept = after.map(|object| object.fields.last().unwrap().default.clone());
        match (kept, expected) {
            (Ok(kept), Ok(expected)) => assert_eq!(kept, expected, "{case}"),
            (Err(error), Err(said)) => assert!(error.to_string().contains(said), "{case}: {error}"),
            (kept, expected) => panic!("{case}: {kept:?} instead of {expected:?}"),
        }
    }
}

#[test]
fn a_value_that_is_a_default_is_not_retired() {
    let default = |value| FieldEdit { default: Some(value), ..FieldEdit::default() };
    let before = object("case").with_field_edited("status", default(Value::text("New"))).unwrap();
    let retire = PickEdit { value: "New".to_owned(), label: None, active: Some(false) };
    let retired = FieldEdit { picks: vec![retire], ..FieldEdit::default() };
    let refused = before.clone().with_field_edited("status", retired.clone());
    assert!(matches!(refused, Err(DefinitionError::Default { field, .. }) if field == name("status")));
    let together = FieldEdit { default: Some(Value::Null), ..retired };
    let after = before.with_field_edited("status", together).unwrap();
    assert_eq!(after.field("status").unwrap().default, None);
}

#[test]
fn what_is_absent_from_an_edit_stays() {
    let before = object("opportunity");
    assert_eq!(before.clone().edited(ObjectEdit::default()), Ok(before.clone()));
    assert_eq!(before.clone().with_field_edited("stage", FieldEdit::default()), Ok(before.clone()));
    let edit = FieldEdit { category: Some(DataCategory::Sensitive), ..FieldEdit::default() };
    let mut expected = before.clone();
    expected.fields.iter_mut().find(|field| field.name == name("amount")).unwrap().category =
        DataCategory::Sensitive;
    assert_eq!(before.clone().with_field_edited("amount", edit.clone()), Ok(expected));
    let unknown = DefinitionError::UnknownField { object: name("opportunity"), field: "nothing".to_owned() };
    assert_eq!(before.with_field_edited("nothing", edit), Err(unknown));
}

#[test]
fn a_value_is_added_relabelled_retired_and_taken_back_and_never_removed() {
    let pick = |value: &str, label: Option<&str>, active| PickEdit {
        value: value.to_owned(),
        label: label.map(str::to_owned),
        active,
    };
    let cases = [
        ("a new one", pick(" Spam ", None, None), ("Spam", "Spam", true)),
        ("a new one with a label", pick("Spam", Some("Junk"), Some(false)), ("Spam", "Junk", false)),
        ("another label", pick("New", Some("Fresh"), None), ("New", "Fresh", true)),
        ("retired", pick("New", None, Some(false)), ("New", "New", false)),
    ];
    let values_of = |kind: &FieldKind| match kind {
        FieldKind::Picklist { values } => values.clone(),
        _ => Vec::new(),
    };
    for (case, edit, expected) in cases {
        let before = object("case");
        let old: Vec<PickValue> = values_of(&before.field("status").unwrap().kind);
        let edit = FieldEdit { picks: vec![edit], ..FieldEdit::default() };
        let after = before.with_field_edited("status", edit).unwrap();
        let new = values_of(&after.field("status").unwrap().kind);
        assert!(old.iter().all(|old| new.iter().any(|new| new.value == old.value)), "{case}");
        let (value, label, active) = expected;
        let expected = PickValue { value: value.to_owned(), label: label.to_owned(), active };
        assert!(new.contains(&expected), "{case}: {new:?}");
    }
    let alike = FieldEdit { picks: vec![pick("NEW", None, None)], ..FieldEdit::default() };
    let error = object("case").with_field_edited("status", alike);
    assert_eq!(error, Err(DefinitionError::SameValue("NEW".to_owned())));
}

fn indexed(indexed: bool) -> FieldEdit {
    FieldEdit { indexed: Some(indexed), ..FieldEdit::default() }
}

#[test]
fn an_index_is_used_when_it_is_prepared_and_its_slot_when_it_is_empty() {
    let before = object("account");
    let website = before.clone().with_field_edited("website", indexed(true)).unwrap();
    let field = website.field("website").unwrap();
    assert_eq!(field.slot, Some(Slot::new(SlotFamily::Text, 7)));
    assert_eq!((field.index(), field.preparing.is_under_way()), (None, true));
    assert!(website.needs_preparation(&before));
    let website = website.prepared();
    assert_eq!(website.field("website").unwrap().index(), Some(Slot::new(SlotFamily::Text, 7)));

    let phone = Slot::new(SlotFamily::Text, 1);
    let without = before.clone().with_field_edited("phone", indexed(false)).unwrap();
    assert_eq!((without.field("phone").unwrap().slot, &without.emptying), (None, &[phone].into()));
    let slot_of_fax = |object: ObjectDef| {
        object.with_field_edited("fax", indexed(true)).unwrap().field("fax").unwrap().slot
    };
    assert_eq!(slot_of_fax(without.clone()), Some(Slot::new(SlotFamily::Text, 7)));
    assert_eq!(slot_of_fax(without.clone().prepared()), Some(phone));
    assert_eq!(without.clone().with_field_edited("phone", indexed(false)), Ok(without));
}

#[test]
fn what_needs_no_preparation_gets_none() {
    let account = object("account");
    let edits = [
        ("a label", FieldEdit { label: Some("Telephone".to_owned()), ..FieldEdit::default() }),
        ("an index that is there", indexed(true)),
        ("words that are there", FieldEdit { searchable: Some(true), ..FieldEdit::default() }),
    ];
    for (case, edit) in edits {
        let after = account.clone().with_field_edited("phone", edit).unwrap();
        assert!(!after.needs_preparation(&account), "{case}");
    }
    let more = account.clone().with_field(id(), field(FieldKind::Boolean, true)).unwrap();
    assert!(!more.needs_preparation(&account), "a new field");
    let words = FieldEdit { searchable: Some(false), ..FieldEdit::default() };
    assert!(account.clone().with_field_edited("phone", words).unwrap().needs_preparation(&account));
}

#[test]
fn an_index_that_cannot_be_given_or_taken_away_is_refused() {
    let cases = [
        ("a reference's", "contact", "account", false, DefinitionError::ReferenceIndex),
        ("a long text's", "contact", "description", true, DefinitionError::NotIndexable),
    ];
    for (case, object_name, field, wanted, error) in cases {
        let refused = object(object_name).with_field_edited(field, indexed(wanted));
        assert_eq!(refused, Err(error), "{case}");
    }
}

#[test]
fn a_multi_picklist_is_neither_indexed_nor_unique_nor_encrypted() {
    let several = |value: &str| FieldKind::MultiPicklist { values: vec![PickValue::plain(value)] };
    let plain = field(several("Red"), false);
    let encrypted = Some(Protected::Other);
    let cases = [
        ("indexed", NewField { indexed: true, ..plain.clone() }, "a multi-picklist cannot be indexed"),
        ("unique", NewField { unique: true, ..plain.clone() }, "a multi-picklist cannot be unique"),
        ("encrypted", NewField { encrypted, ..plain.clone() }, "an encrypted field is a text"),
        ("two values in one", NewField { kind: several("Red;Blue"), ..plain.clone() }, "`Red;Blue`"),
    ];
    for (case, new, said) in cases {
        let refused = object("account").with_field(id(), new).unwrap_err().to_string();
        assert!(refused.contains(said), "{case}: {refused}");
    }
    let pick = PickEdit { value: "Green;Blue".to_owned(), label: None, active: None };
    let edit = FieldEdit { picks: vec![pick], ..FieldEdit::default() };
    let refused = object("account").with_field(id(), plain).unwrap().with_field_edited("extra", edit);
    assert_eq!(refused, Err(DefinitionError::SeveralValues("Green;Blue".to_owned())));
}
