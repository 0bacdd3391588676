//! Encrypted fields: no record, draft or change has their values in plain.

use std::convert::Infallible;

use sutra_acl::Action;
use sutra_kernel::Value;
use sutra_records::{Draft, Mask, Misuse, ObjectDef, Patch, Record, RecordError, SealedValue, View};

use crate::company::{ANNA, confirm, draft, fields, later, name, object, permit, plan, plan_without};

const PLAIN: &str = "4111-1111-2222-3333";

/// A task whose description is encrypted.
fn task() -> ObjectDef {
    let mut def = object("task");
    let field = def.fields.iter_mut().find(|field| field.name.as_str() == "description").unwrap();
    (field.encrypted, field.mask) = (true, Mask::LastFour);
    def
}

fn new(description: Value) -> Draft {
    draft(&task(), 1, fields([("subject", Value::text("Call")), ("description", description)])).unwrap()
}

fn sealed(draft: Draft) -> Record {
    let seal = |_: &_, _: &_| Ok::<_, Infallible>(SealedValue::from_stored("sealed"));
    confirm(draft.seal(seal).unwrap()).unwrap().into_after()
}

fn update(record: Record, description: Value) -> Draft {
    let (plan, def) = (plan(), task());
    let permit = permit(&plan, Action::Update, &record);
    let patch = Patch { fields: fields([("description", description)]), owner: None };
    record.update(&def, plan.object(def.id), permit, patch, later()).unwrap()
}

#[test]
fn a_value_is_sealed_or_not_stored() {
    let refused = confirm(new(Value::text(PLAIN)));
    assert!(
        matches!(refused, Err(RecordError::Misuse(Misuse::NotSealed(field))) if field == name("description"))
    );
    let draft = new(Value::text(PLAIN));
    assert!(draft.has_secrets() && draft.changed().contains(&name("description")));
    assert_eq!(draft.after().value(&name("description")), Value::Null);
    let mut told = Vec::new();
    let draft = draft.seal(|field, secret| {
        let bytes = [Some(secret.value()), secret.shown()];
        told.push((field.clone(), bytes.map(|it| it.map(|it| it.expose().to_vec()))));
        Ok::<_, Infallible>(SealedValue::from_stored("sealed"))
    });
    let record = confirm(draft.unwrap()).unwrap().into_after();
    let parts = [PLAIN, "3333"].map(|part| Some(part.as_bytes().to_vec()));
    assert_eq!(told, [(name("description"), parts)]);
    assert_eq!(record.sealed[&name("description")].as_str(), "sealed");
}

#[test]
fn nothing_that_is_printed_has_the_value() {
    let draft = new(Value::text(PLAIN));
    let patch = Patch { fields: fields([("description", Value::text(PLAIN))]), owner: None };
    let printed = format!("{draft:?} {patch:?} {:?}", crate::company::new_record(1, patch.fields.clone()));
    assert!(!printed.contains("4111") && !printed.contains("3333"), "{printed}");
    assert!(printed.contains("description"), "{printed}");
}

#[test]
fn naming_an_encrypted_field_changes_it() {
    let bare = sealed(new(Value::Null));
    assert!(bare.sealed.is_empty());
    let cases = [
        ("a value where there is none", bare.clone(), Value::text(PLAIN), true),
        ("none where there is none", bare, Value::Null, false),
        ("the same again", sealed(new(Value::text(PLAIN))), Value::text(PLAIN), true),
        ("none", sealed(new(Value::text(PLAIN))), Value::text(""), false),
    ];
    for (case, before, value, is_there) in cases {
        let draft = update(before, value);
        assert_eq!(draft.changed(), [name("description")], "{case}");
        assert!(!draft.is_noop(), "{case}");
        assert_eq!(sealed(draft).sealed.contains_key(&name("description")), is_there, "{case}");
    }
}

#[test]
fn a_hidden_field_is_hidden_sealed_too() {
    let (def, record) = (task(), sealed(new(Value::text(PLAIN))));
    let view = View::of(record.clone(), &def, plan().object(def.id));
    assert_eq!(view.record.sealed, record.sealed);
    let hidden = View::of(record, &def, plan_without(ANNA, &["description"], &[]).object(def.id));
    assert!(hidden.record.sealed.is_empty() && hidden.hides(&name("description")));
}
