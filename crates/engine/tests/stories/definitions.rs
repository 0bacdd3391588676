//! Stories of definitions: what an administrator makes is there at once, and nothing half made ever is.

use crate::company::{Company, edit, run};
use sutra_audit::{EntryFilter, Opened, Shown};
use sutra_engine::{ListRequest, Part};
use sutra_kernel::{ApiName, Condition, Test, Value};
use sutra_privacy::DataCategory;
use sutra_records::{FieldEdit, FieldKind, NewField, NewObject, ObjectDef, ObjectEdit, PickEdit, PickValue};

fn invoice() -> NewObject {
    NewObject {
        name: "invoice".to_owned(),
        label: "Invoice".to_owned(),
        plural: "invoices".to_owned(),
        plural_label: "Invoices".to_owned(),
        help: String::new(),
        about_a_person: false,
        name_label: "Number".to_owned(),
        name_category: DataCategory::Business,
        needs_reason: false,
        subject: None,
    }
}

pub(crate) fn field(name: &str, kind: FieldKind) -> NewField {
    NewField {
        name: name.to_owned(),
        label: name.to_uppercase(),
        help: String::new(),
        kind,
        required: false,
        indexed: false,
        searchable: false,
        unique: false,
        category: DataCategory::Personal,
        default: None,
        encrypted: None,
    }
}

fn picks(values: &[&str]) -> FieldKind {
    FieldKind::Picklist { values: values.iter().map(|value| PickValue::plain(value)).collect() }
}

fn retire(value: &str) -> FieldEdit {
    let pick = PickEdit { value: value.to_owned(), label: None, active: Some(false) };
    FieldEdit { picks: vec![pick], ..FieldEdit::default() }
}

fn required(required: bool) -> FieldEdit {
    FieldEdit { required: Some(required), ..FieldEdit::default() }
}

async fn object(company: &Company, name: &str) -> Option<ObjectDef> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    viewing.metadata().object_named(name).map(|object| ObjectDef::clone(object))
}

async fn made(company: &Company, new: NewField) -> Result<ObjectDef, (&'static str, String)> {
    let made = company.engine.objects().create_field(&company.admin, "invoice", &new).await;
    made.map(|written| written.value).map_err(|error| (error.code(), error.to_string()))
}

#[test]
fn an_object_is_there_at_once_for_administrators_alone() {
    run(async {
        let company = Company::found().await;
        let (engine, admin) = (&company.engine, &company.admin);
        let written = engine.objects().create(admin, &invoice()).await.unwrap();
        assert!(written.receipt.is_some() && !written.value.standard);
        let due = NewField { indexed: true, ..field("due", FieldKind::Date) };
        engine.objects().create_field(admin, "invoice", &due).await.unwrap();
        let day = Value::Date("2026-03-01".parse().unwrap());
        let fields = [("name", Value::text("1")), ("due", day.clone())];
        let id = company.create(admin, "invoice", &fields).await.unwrap();
        company.create(admin, "invoice", &[("name", Value::text("2"))]).await.unwrap();

        let filter = Condition::test(ApiName::parse("due").unwrap(), Test::Eq(day));
        let object = ApiName::parse("invoice").unwrap();
        let list = ListRequest {
            object,
            filter: Some(filter),
            search: None,
            order: None,
            part: Part::first(10, None),
        };
        let viewing = engine.view(admin).await.unwrap();
        let found = viewing.list_records(&list).await.unwrap();
        assert_eq!(found.items.iter().map(|(view, _)| view.record.id).collect::<Vec<_>>(), [id]);
        viewing.close().await.unwrap();

        let refused = company.create(&company.rep, "invoice", &[("name", Value::text("3"))]).await;
        assert_eq!(refused.unwrap_err().code(), "FORBIDDEN");
        let error = engine.view(&company.rep).await.unwrap().list_records(&list).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
    });
}

#[test]
fn definitions_need_their_permission() {
    run(async {
        let company = Company::found().await;
        let (objects, rep) = (company.engine.objects(), &company.rep);
        let refused = [
            objects.create(rep, &invoice()).await.err(),
            objects.update(rep, "account", &ObjectEdit::default()).await.err(),
            objects.create_field(rep, "account", &field("grade", FieldKind::Integer)).await.err(),
            objects.update_field(rep, "account", "name", &required(false)).await.err(),
        ];
        for (place, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "case {place}");
        }
    });
}

#[test]
fn an_object_that_does_not_fit_is_refused_and_leaves_nothing() {
    run(async {
        let company = Company::found().await;
        let cases = [
            ("a name that is none", NewObject { name: "Invoice".to_owned(), ..invoice() }, "camelCase"),
            ("another object's name", NewObject { name: "account".to_owned(), ..invoice() }, "`account`"),
            ("another's list", NewObject { plural: "accounts".to_owned(), ..invoice() }, "`accounts`"),
            ("a word of the interface", NewObject { name: "money".to_owned(), ..invoice() }, "`Money`"),
            ("a query", NewObject { plural: "objects".to_owned(), ..invoice() }, "`objects`"),
            ("a word of the ledger", NewObject { name: "profile".to_owned(), ..invoice() }, "`profile`"),
            ("a made name", NewObject { name: "createAccount".to_owned(), ..invoice() }, "`createAccount`"),
            ("no label", NewObject { label: " ".to_owned(), ..invoice() }, "a label"),
            ("a hidden character", NewObject { help: "a\u{0}b".to_owned(), ..invoice() }, "a help text"),
        ];
        for (case, new, named) in cases {
            let error = company.engine.objects().create(&company.admin, &new).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
            assert!(error.to_string().contains(named), "{case}: {error}");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert_eq!(viewing.metadata().objects().len(), 9);
    });
}

#[test]
fn a_field_that_does_not_fit_is_refused_and_leaves_nothing() {
    run(async {
        let company = Company::found().await;
        company.engine.objects().create(&company.admin, &invoice()).await.unwrap();
        let text = || FieldKind::Text { max: 10 };
        let nowhere = FieldKind::Reference {
            target: ApiName::parse("nowhere").unwrap(),
            on_delete: sutra_records::OnDelete::Keep,
        };
        let cases = [
            ("a taken name", field("name", text()), "`name`"),
            ("a system field", field("ownerId", text()), "`ownerId`"),
            ("a word of filters", field("not", text()), "`not`"),
            ("a reference to nothing", field("where", nowhere), "`nowhere`"),
            ("a text of nothing", field("grade", FieldKind::Text { max: 0 }), "1 to 255"),
            ("too many digits", field("grade", FieldKind::Decimal { scale: 11 }), "0 to 10"),
            ("no values", field("grade", picks(&[])), "1 to 200"),
            ("two values alike", field("grade", picks(&["Open", "open"])), "`open`"),
            (
                "an indexed long text",
                NewField { indexed: true, ..field("grade", FieldKind::LongText) },
                "long text",
            ),
        ];
        for (case, new, named) in cases {
            let (code, message) = made(&company, new).await.unwrap_err();
            assert_eq!(code, "BAD_USER_INPUT", "{case}");
            assert!(message.contains(named), "{case}: {message}");
        }
        assert_eq!(object(&company, "invoice").await.unwrap().fields.len(), 1);
    });
}

#[test]
fn indexes_run_out_at_a_number_that_is_said() {
    run(async {
        let company = Company::found().await;
        company.engine.objects().create(&company.admin, &invoice()).await.unwrap();
        let number =
            |place: usize| NewField { indexed: true, ..field(&format!("number{place}"), FieldKind::Integer) };
        for place in 0..12 {
            made(&company, number(place)).await.unwrap();
        }
        let (code, message) = made(&company, number(12)).await.unwrap_err();
        assert_eq!(code, "BAD_USER_INPUT");
        assert!(message.contains("12"), "{message}");
        made(&company, NewField { indexed: false, ..number(12) }).await.unwrap();
    });
}

#[test]
fn what_becomes_required_must_be_there() {
    run(async {
        let company = Company::found().await;
        let (objects, admin) = (company.engine.objects(), &company.admin);
        objects.create(admin, &invoice()).await.unwrap();
        let at_first = NewField { required: true, ..field("currency", FieldKind::Text { max: 3 }) };
        made(&company, at_first).await.unwrap();
        made(&company, field("payer", FieldKind::Email)).await.unwrap();
        let fields = [("name", Value::text("1")), ("currency", Value::text("EUR"))];
        let id = company.create(admin, "invoice", &fields).await.unwrap();

        let late = NewField { required: true, ..field("late", FieldKind::Boolean) };
        assert_eq!(made(&company, late).await.unwrap_err().0, "BAD_USER_INPUT");
        let refused = objects.update_field(admin, "invoice", "payer", &required(true)).await.unwrap_err();
        assert!(refused.to_string().contains("there are records without it"), "{refused}");

        let payer = edit(&[("payer", Value::text("ann@example.com"))]);
        company.engine.records().update(admin, "invoice", id, &payer).await.unwrap();
        objects.update_field(admin, "invoice", "payer", &required(true)).await.unwrap();
        let error = company.create(admin, "invoice", &fields).await.unwrap_err();
        assert_eq!(error.code(), "VALIDATION_FAILED");
        objects.update_field(admin, "invoice", "payer", &required(false)).await.unwrap();
        company.create(admin, "invoice", &fields).await.unwrap();
    });
}

#[test]
fn a_retired_value_stays_readable_and_cannot_be_chosen_anew() {
    run(async {
        let company = Company::found().await;
        let (objects, admin) = (company.engine.objects(), &company.admin);
        objects.create(admin, &invoice()).await.unwrap();
        made(&company, field("state", picks(&["Open", "Paid"]))).await.unwrap();
        let fields = [("name", Value::text("1")), ("state", Value::text("Open"))];
        let id = company.create(admin, "invoice", &fields).await.unwrap();
        objects.update_field(admin, "invoice", "state", &retire("Open")).await.unwrap();

        let error = company.create(admin, "invoice", &fields).await.unwrap_err();
        assert_eq!(error.code(), "VALIDATION_FAILED");
        let same = edit(&[("name", Value::text("2")), ("state", Value::text("Open"))]);
        company.engine.records().update(admin, "invoice", id, &same).await.unwrap();
        let viewing = company.engine.view(admin).await.unwrap();
        let view = viewing.find_record("invoice", id).await.unwrap().unwrap();
        assert_eq!(view.value(&ApiName::parse("state").unwrap()), Value::text("Open"));
        viewing.close().await.unwrap();

        let add = |value: &str, label: &str| PickEdit {
            value: value.to_owned(),
            label: Some(label.to_owned()),
            active: None,
        };
        let edit =
            FieldEdit { picks: vec![add("Void", "Void"), add("Paid", "Settled")], ..FieldEdit::default() };
        let changed = objects.update_field(admin, "invoice", "state", &edit).await.unwrap().value;
        let FieldKind::Picklist { values } = &changed.field("state").unwrap().kind else { panic!("no list") };
        let values: Vec<_> =
            values.iter().map(|it| (it.value.as_str(), it.label.as_str(), it.active)).collect();
        assert_eq!(values, [("Open", "Open", false), ("Paid", "Settled", true), ("Void", "Void", true)]);
    });
}

#[test]
fn a_default_is_given_to_new_records_and_is_in_the_ledger() {
    run(async {
        let company = Company::found().await;
        let (objects, admin) = (company.engine.objects(), &company.admin);
        objects.create(admin, &invoice()).await.unwrap();
        let name = |text: &str| ("name", Value::text(text));
        let before = company.create(admin, "invoice", &[name("1")]).await.unwrap();
        let state =
            NewField { default: Some(Value::text("Open")), ..field("state", picks(&["Open", "Paid"])) };
        made(&company, state).await.unwrap();
        let left_out = company.create(admin, "invoice", &[name("2")]).await.unwrap();
        let empty = company.create(admin, "invoice", &[name("3"), ("state", Value::Null)]).await.unwrap();
        let given = [name("4"), ("state", Value::text("Paid"))];
        let given = company.create(admin, "invoice", &given).await.unwrap();
        let clear = FieldEdit { default: Some(Value::Null), ..FieldEdit::default() };
        objects.update_field(admin, "invoice", "state", &clear).await.unwrap();
        let after = company.create(admin, "invoice", &[name("5")]).await.unwrap();

        let viewing = company.engine.view(admin).await.unwrap();
        let cases = [
            ("made before", before, Value::Null),
            ("left out", left_out, Value::text("Open")),
            ("null", empty, Value::Null),
            ("given", given, Value::text("Paid")),
            ("made after", after, Value::Null),
        ];
        for (case, id, expected) in cases {
            let view = viewing.find_record("invoice", id).await.unwrap().unwrap();
            assert_eq!(view.value(&ApiName::parse("state").unwrap()), expected, "{case}");
        }
        let entries = viewing.ledger_entries(&EntryFilter::default(), 20).await.unwrap();
        let of_field = entries.iter().filter(|entry| entry.stored.action.starts_with("field."));
        let told: Vec<_> = of_field.flat_map(|it| &it.changes).filter(|it| it.field == "default").collect();
        let shown = |side: &Option<Shown<Opened>>| match side {
            Some(Shown::Value(opened)) => opened.raw.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(shown(&told[0].old), Value::text("Open"));
        assert_eq!(shown(&told[0].new), Value::Null);
        assert_eq!(shown(&told[1].new), Value::text("Open"));
    });
}

#[test]
fn changes_of_definitions_are_in_the_ledger_and_nothing_is_not() {
    run(async {
        let company = Company::found().await;
        let (objects, admin) = (company.engine.objects(), &company.admin);
        objects.create(admin, &invoice()).await.unwrap();
        made(&company, field("state", picks(&["Open"]))).await.unwrap();
        objects.update_field(admin, "invoice", "state", &retire("Open")).await.unwrap();
        let rename = ObjectEdit { label: Some("Bill".to_owned()), ..ObjectEdit::default() };
        objects.update(admin, "invoice", &rename).await.unwrap();
        assert_eq!(objects.update(admin, "invoice", &rename).await.unwrap().receipt, None);

        let viewing = company.engine.view(admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 7).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.stored.action.as_str()).collect();
        let expected = [
            "object.update",
            "field.update",
            "profile.update",
            "field.create",
            "profile.update",
            "field.create",
            "object.create",
        ];
        assert_eq!(actions, expected);
        let told =
            |place: usize| entries[place].changes.iter().map(|it| it.field.as_str()).collect::<Vec<_>>();
        assert_eq!((told(0), told(1)), (vec!["label"], vec!["value:Open"]));
    });
}
