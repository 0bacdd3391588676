//! Drafts and changes.

use proptest::prelude::*;
use sutra_acl::Action;
use sutra_kernel::{Value, WorkspaceId};
use sutra_records::{
    Change, Draft, FieldKind, Fields, Misuse, Patch, PickValue, Record, RecordError, Standing,
};

use crate::company::{
    ANNA, BORIS, blank, confirm, draft, fields, id, later, name, new_record, no_rules, now, object, permit,
    plan, plan_without, stored,
};

fn account() -> Record {
    stored(&object("account"), 10, fields([("name", Value::text("Acme")), ("type", Value::text("Customer"))]))
}

fn contact_at(account: u128) -> Record {
    let values = [("lastName", Value::text("Sivyer")), ("account", Value::Reference(id(account)))];
    stored(&object("contact"), 20, fields(values))
}

fn update(record: Record, fields: Fields) -> Result<Draft, RecordError> {
    let (plan, def) = (plan(), object("account"));
    let permit = permit(&plan, Action::Update, &record);
    record.update(&def, plan.object(def.id), permit, Patch { fields, owner: None }, later())
}

/// What history would say: field, old, new.
fn history(change: &Change) -> Vec<(String, Value, Value)> {
    let old = |field| change.before().map_or(Value::Null, |before| before.value(field));
    change.changed().iter().map(|it| (it.to_string(), old(it), change.after().value(it))).collect()
}

#[test]
fn a_new_record_is_version_one_and_its_history_begins_with_its_values() {
    let change =
        confirm(draft(&object("account"), 10, fields([("name", Value::text("Acme"))])).unwrap()).unwrap();
    assert_eq!(change.after().version, 1);
    assert_eq!((change.after().created_by, change.after().updated_at), (ANNA, now()));
    assert!(change.before().is_none());
    let words = history(&change);
    assert_eq!(words[0], ("name".into(), Value::Null, Value::text("Acme")));
    assert_eq!(words[1].0, "ownerId");
}

#[test]
fn what_is_left_out_has_its_default_also_where_the_creator_may_not_write() {
    let mut def = object("account");
    for field in def.fields.iter_mut().filter(|field| field.name.as_str() == "industry") {
        (field.default, field.required) = (Some(Value::text("Ore")), true);
    }
    let create = |more: &[(&str, Value)]| {
        let plan = plan_without(ANNA, &["industry"], &["industry"]);
        let permit = permit(&plan, Action::Create, &blank(&def, 11));
        let mut values = fields([("name", Value::text("Acme"))]);
        values.extend(more.iter().map(|(field, value)| (name(field), value.clone())));
        Record::create(&def, plan.object(def.id), permit, new_record(11, values), now())
    };
    assert_eq!(create(&[]).unwrap().after().value(&name("industry")), Value::text("Ore"));
    for value in [Value::Null, Value::text("Ore")] {
        let refused = create(&[("industry", value)]);
        assert!(matches!(refused, Err(RecordError::FieldNotEditable(it)) if it.as_str() == "industry"));
    }
    let empty = fields([("name", Value::text("Acme")), ("industry", Value::Null)]);
    let Err(RecordError::Validation(problems)) = draft(&def, 12, empty) else { panic!("accepted") };
    assert_eq!(problems[0].code.as_str(), "REQUIRED", "null is empty");
}

#[test]
fn an_update_counts_the_version_and_says_what_changed() {
    let patch =
        fields([("name", Value::text("Acme")), ("type", Value::Null), ("industry", Value::text("Ore"))]);
    let change = confirm(update(account(), patch).unwrap()).unwrap();
    assert_eq!((change.before().unwrap().version, change.after().version), (1, 2));
    assert_eq!(change.after().updated_at, later());
    assert_eq!(
        history(&change),
        [
            ("industry".into(), Value::Null, Value::text("Ore")),
            ("type".into(), Value::text("Customer"), Value::Null),
        ]
    );
}

#[test]
fn a_patch_that_changes_nothing_is_legal_and_says_so() {
    let mut record = account();
    // A value that was retired after it was chosen.
    record.fields.insert(name("type"), Value::text("Vassal"));
    let cases = [
        ("no field", Fields::new()),
        ("the same values", record.fields.clone()),
        ("an empty field emptied", fields([("website", Value::Null), ("industry", Value::text(""))])),
    ];
    for (case, patch) in cases {
        let draft = update(record.clone(), patch).unwrap();
        assert!(draft.is_noop(), "{case}");
        assert!(draft.changed().is_empty(), "{case}");
        assert!(confirm(draft).is_ok(), "{case}");
    }
    assert!(!update(record, fields([("industry", Value::text("Ore"))])).unwrap().is_noop());
}

#[test]
fn what_was_chosen_before_it_was_retired_stays_chosen_and_is_not_chosen_again() {
    let mut def = object("account");
    let retired = PickValue { active: false, ..PickValue::plain("Press") };
    let kind = FieldKind::MultiPicklist {
        values: vec![PickValue::plain("Customer"), retired, PickValue::plain("Partner")],
    };
    def.fields.iter_mut().find(|field| field.name.as_str() == "type").unwrap().kind = kind;
    let texts = |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect());
    let cases = [
        (&["Press"][..], &["Partner", "Press"][..], Some(&["Press", "Partner"][..])),
        (&["Press", "Partner"], &["Partner", "Press"], Some(&["Press", "Partner"])),
        (&["Press", "Partner"], &["Customer"], Some(&["Customer"])),
        (&["Partner"], &["Partner", "Press"], None),
    ];
    for (old, new, expected) in cases {
        let mut record = account();
        record.fields.insert(name("type"), texts(old));
        let permit = permit(&plan(), Action::Update, &record);
        let patch = Patch { fields: fields([("type", texts(new))]), owner: None };
        let drafted = record.update(&def, plan().object(def.id), permit, patch, later());
        let after = drafted.ok().map(|draft| draft.after().value(&name("type")));
        assert_eq!(after, expected.map(texts), "{old:?} to {new:?}");
    }
}

#[test]
fn every_supplied_field_must_be_editable_whatever_its_value() {
    let def = object("account");
    let plan = plan_without(ANNA, &["industry"], &["type"]);
    let cases = [
        ("a new value", "type", Value::text("Press")),
        ("the same value", "type", Value::text("Customer")),
        ("a value it could not have", "type", Value::Integer(1)),
        ("a hidden field", "industry", Value::text("Ore")),
        ("a hidden field's own value", "industry", Value::Null),
    ];
    for (case, field, value) in cases {
        let permit = permit(&plan, Action::Update, &account());
        let patch = Patch { fields: fields([(field, value)]), owner: None };
        let refused = account().update(&def, plan.object(def.id), permit, patch, later());
        assert!(matches!(refused, Err(RecordError::FieldNotEditable(it)) if it.as_str() == field), "{case}");
    }
    let permit = permit(&plan, Action::Create, &blank(&def, 11));
    let new = new_record(11, fields([("name", Value::text("Acme")), ("type", Value::text("Press"))]));
    let refused = Record::create(&def, plan.object(def.id), permit, new, now());
    assert!(matches!(refused, Err(RecordError::FieldNotEditable(_))));
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    for field in ["colour", "id", "ownerId"] {
        let refused = update(account(), fields([(field, Value::text("x"))]));
        assert!(matches!(refused, Err(RecordError::UnknownField(it)) if it == field), "{field}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let refused = draft(&object("opportunity"), 1, fields([("stage", Value::text("Wishful"))]));
    let Err(RecordError::Validation(problems)) = refused else { panic!("accepted") };
    let said: Vec<_> = problems.iter().map(|it| (it.field.as_str(), it.code.as_str())).collect();
    assert_eq!(said, [("closeDate", "REQUIRED"), ("name", "REQUIRED"), ("stage", "NOT_IN_PICKLIST")]);
}

#[test]
fn a_deleted_record_can_be_restored_and_nothing_else() {
    let plan = plan();
    let deleted =
        confirm(account().delete(permit(&plan, Action::Delete, &account()), later()).unwrap()).unwrap();
    assert!(deleted.changed().is_empty());
    let deleted = deleted.into_after();
    assert_eq!((deleted.version, deleted.deleted_at), (2, Some(later())));

    assert!(matches!(update(deleted.clone(), Fields::new()), Err(RecordError::Bin { is_deleted: true })));
    let again = deleted.clone().delete(permit(&plan, Action::Delete, &deleted), later());
    assert!(matches!(again, Err(RecordError::Bin { is_deleted: true })));

    let restored = deleted.clone().restore(permit(&plan, Action::Restore, &deleted), later()).unwrap();
    let restored = confirm(restored).unwrap().into_after();
    assert_eq!((restored.version, restored.deleted_at, &restored.fields), (3, None, &account().fields));
    let again = restored.clone().restore(permit(&plan, Action::Restore, &restored), later());
    assert!(matches!(again, Err(RecordError::Bin { is_deleted: false })));
}

#[test]
fn a_new_owner_needs_a_permit_to_transfer() {
    let (plan, def) = (plan(), object("account"));
    let patch = || Patch { fields: Fields::new(), owner: Some((BORIS.into(), None)) };
    let update = permit(&plan, Action::Update, &account());
    let refused = account().update(&def, plan.object(def.id), update, patch(), later());
    assert!(matches!(refused, Err(RecordError::Misuse(Misuse::Mismatch(it))) if it.part() == "action"));

    let transfer = permit(&plan, Action::Transfer, &account());
    let draft = account().update(&def, plan.object(def.id), transfer, patch(), later()).unwrap();
    assert!(!draft.is_noop());
    let change = confirm(draft).unwrap();
    assert_eq!((change.action(), change.after().owner), (Action::Transfer, BORIS.into()));
    assert_eq!(change.changed(), [name("ownerId")]);
}

#[test]
fn a_permit_for_something_else_drafts_nothing() {
    let (plan, def) = (plan(), object("account"));
    let other = Record { id: id(11), ..account() };
    let newer = Record { version: 2, ..account() };
    let cases = [
        ("another record", Action::Update, other, "record"),
        ("another version", Action::Update, newer, "version"),
        ("another action", Action::Delete, account(), "action"),
    ];
    for (case, action, record, part) in cases {
        let permit = permit(&plan, action, &record);
        let refused = account().update(&def, plan.object(def.id), permit, Patch::default(), later());
        let Err(RecordError::Misuse(Misuse::Mismatch(mismatch))) = refused else { panic!("{case}") };
        assert_eq!(mismatch.part(), part, "{case}");
    }
}

#[test]
fn a_definition_of_another_object_drafts_nothing() {
    let plan = plan();
    let (def, permit) = (object("campaign"), permit(&plan, Action::Update, &account()));
    let refused = account().update(&def, plan.object(def.id), permit, Patch::default(), later());
    assert!(matches!(refused, Err(RecordError::Misuse(Misuse::Definition))));
}

#[test]
fn a_draft_is_confirmed_by_its_own_user_on_its_own_image_after() {
    let (anna, boris) = (plan(), plan_without(BORIS, &[], &[]));
    let edit = || update(account(), fields([("name", Value::text("Apex"))])).unwrap();
    let object = account().object;

    let image = anna.object(object).decide(Action::Update, &edit().after_facts()).permit().unwrap();
    let refused = edit().confirm(anna.object(object), &no_rules(object), image, vec![]);
    assert!(matches!(refused, Err(RecordError::Misuse(Misuse::Mismatch(it))) if it.part() == "stage"));

    let image =
        anna.object(object).confirm(Action::Update, &account().facts(Standing::NONE)).permit().unwrap();
    let refused = edit().confirm(anna.object(object), &no_rules(object), image, vec![]);
    assert!(matches!(refused, Err(RecordError::Misuse(Misuse::Mismatch(it))) if it.part() == "version"));

    let image = boris.object(object).confirm(Action::Update, &edit().after_facts()).permit().unwrap();
    assert!(matches!(
        edit().confirm(anna.object(object), &no_rules(object), image, vec![]),
        Err(RecordError::Misuse(Misuse::User))
    ));
}

#[test]
fn a_new_link_needs_a_permit_to_read_what_it_names() {
    let (plan, def) = (plan(), object("contact"));
    let target = Record { id: id(11), ..account() };
    let relink = || {
        let record = contact_at(10);
        let permit = permit(&plan, Action::Update, &record);
        let fields = fields([("account", Value::Reference(id(11)))]);
        record.update(&def, plan.object(def.id), permit, Patch { fields, owner: None }, later()).unwrap()
    };
    let after = || plan.object(def.id).confirm(Action::Update, &relink().after_facts()).permit().unwrap();
    let boris = plan_without(BORIS, &[], &[]);
    let confirm = |links| relink().confirm(plan.object(def.id), &no_rules(def.id), after(), links);
    let cases = [
        ("none", vec![]),
        ("of the old target", vec![permit(&plan, Action::Read, &account())]),
        ("to do something else", vec![permit(&plan, Action::Delete, &target)]),
        ("of another user", vec![permit(&boris, Action::Read, &target)]),
    ];
    for (case, links) in cases {
        let refused = confirm(links);
        assert!(
            matches!(refused, Err(RecordError::LinkNotPermitted(it)) if it.as_str() == "account"),
            "{case}"
        );
    }
    assert!(confirm(vec![permit(&plan, Action::Read, &target)]).is_ok());
}

#[test]
fn an_old_link_needs_no_permit_and_neither_does_clearing_it() {
    let (plan, def) = (plan(), object("contact"));
    let cases = [
        ("kept", fields([("title", Value::text("Dr"))])),
        ("sent back", contact_at(10).fields),
        ("cleared", fields([("account", Value::Null)])),
    ];
    for (case, fields) in cases {
        let permit = permit(&plan, Action::Update, &contact_at(10));
        let patch = Patch { fields, owner: None };
        let draft = contact_at(10).update(&def, plan.object(def.id), permit, patch, later()).unwrap();
        assert!(draft.new_links().is_empty(), "{case}");
        assert!(confirm(draft).is_ok(), "{case}");
    }
}

#[test]
fn a_record_stays_in_its_workspace() {
    let plan = plan();
    let permit = permit(&plan, Action::Update, &account());
    let elsewhere = Record { workspace: WorkspaceId::INSTANCE, ..account() };
    let def = object("account");
    let refused = elsewhere.update(&def, plan.object(def.id), permit, Patch::default(), later());
    assert!(matches!(refused, Err(RecordError::Misuse(Misuse::Mismatch(it))) if it.part() == "workspace"));
}

prop_compose! {
    fn patches()(values in prop::collection::btree_map(
        prop::sample::select(vec!["name", "industry", "billingCity", "description"]),
        prop::option::of("[a-c]{0,2}"),
        0..4,
    )) -> Fields {
        values.into_iter().map(|(field, value)| (name(field), value.map_or(Value::Null, Value::Text))).collect()
    }
}

proptest! {
    /// Whatever is saved, the history played on the record before gives the record after.
    #[test]
    fn history_played_forward_is_the_record(patches in prop::collection::vec(patches(), 1..6)) {
        let mut record = account();
        for patch in patches {
            let Ok(draft) = update(record.clone(), patch) else { continue };
            let noop = draft.is_noop();
            let change = confirm(draft).unwrap();
            let mut played = record.fields.clone();
            for (field, old, new) in history(&change) {
                prop_assert_eq!(&old, played.get(field.as_str()).unwrap_or(&Value::Null));
                prop_assert_ne!(&old, &new);
                played.insert(name(&field), new);
            }
            played.retain(|_, value| !value.is_null());
            prop_assert_eq!(&played, &change.after().fields);
            prop_assert_eq!(noop, change.changed().is_empty());
            prop_assert_eq!(change.after().version, record.version + 1);
            record = change.into_after();
        }
    }
}
