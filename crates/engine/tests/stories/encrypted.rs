//! Encrypted fields: who sees them, who writes them, and where they are not.

use proptest::{
    prop_assert_eq,
    test_runner::{Config, TestRunner},
};
use sutra_acl::FieldPermission;
use sutra_audit::{EntryFilter, HistoryChange, Shown};
use sutra_engine::{
    Caller, Earlier, Edit, Error, ImportFile, ListRequest, Moment, Part, Related, Revealed, RowOutcome, Save,
};
use sutra_kernel::{ApiName, Condition, Direction, RecordId, Test, Value};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, Mask, NewField, OnDelete, ProblemCode, Protected};

use crate::company::{Company, edit, id_of, run};

const ID: &str = "nationalId";
const HEALTH: &str = "diagnosis";
const PLAIN: &str = "19811218-9876";
const SHOWN: &str = "••••9876";
const COVERED: &str = "••••••••";

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn field(name: &str, protected: Protected) -> NewField {
    NewField {
        name: name.to_owned(),
        label: "A secret".to_owned(),
        help: String::new(),
        kind: FieldKind::Text { max: 40 },
        required: false,
        indexed: false,
        searchable: false,
        unique: false,
        category: DataCategory::Sensitive,
        default: None,
        encrypted: Some(protected),
    }
}

/// A company whose contacts have two encrypted fields, which its people may edit but not see.
async fn company() -> Company {
    let company = Company::found().await;
    for field in [field(ID, Protected::NationalId), field(HEALTH, Protected::Health)] {
        company.engine.objects().create_field(&company.admin, "contact", &field).await.unwrap();
    }
    let edit = FieldPermission::new(true, true);
    company.restrict("Standard User", "contact", ID, edit).await;
    company.restrict("Standard User", "contact", HEALTH, edit).await;
    company
}

async fn allow_blind_writes(company: &Company) {
    company.restrict("Standard User", "contact", ID, FieldPermission::WRITE_ONLY).await;
}

/// A contact of the rep, with this national id.
async fn contact(company: &Company, id: Option<&str>) -> RecordId {
    let id = id.map_or(Value::Null, Value::text);
    let fields = edit(&[("lastName", Value::text("Lovelace")), (ID, id)]);
    let owned = Edit { owner: Some(id_of(&company.rep)), ..fields };
    company.engine.records().create(&company.admin, "contact", &owned).await.unwrap().value.id
}

async fn write(company: &Company, by: &Caller, id: RecordId, value: Value) -> Result<Option<String>, Error> {
    let written = company.engine.records().update(by, "contact", id, &edit(&[(ID, value)])).await?;
    Ok(written.receipt)
}

/// What somebody is shown, in words.
fn words(revealed: &Revealed) -> String {
    match revealed {
        Revealed::Value(Value::Null) => "empty".to_owned(),
        Revealed::Value(value) => value.to_string(),
        Revealed::Mask(mask) => format!("masked: {mask}"),
        Revealed::Hidden => "hidden".to_owned(),
        Revealed::Damaged => "damaged".to_owned(),
    }
}

async fn seen(company: &Company, by: &Caller, id: RecordId, field: &str) -> String {
    let viewing = company.engine.view(by).await.unwrap();
    let view = viewing.find_record("contact", id).await.unwrap().unwrap();
    let revealed = viewing.reveal(&view, &name(field)).await.unwrap();
    viewing.close().await.unwrap();
    words(&revealed)
}

async fn history(company: &Company, by: &Caller, id: RecordId) -> Vec<Save> {
    let viewing = company.engine.view(by).await.unwrap();
    let saves = viewing.record_history("contact", id, 10).await.unwrap().unwrap();
    viewing.close().await.unwrap();
    saves
}

/// Both sides of the change of the field in each save.
fn sides(saves: &[Save]) -> Vec<String> {
    let side = |side: &Option<Shown<_>>| match side {
        None => "-".to_owned(),
        Some(Shown::Value(sutra_audit::Opened { raw, .. })) => raw.to_string(),
        Some(Shown::Masked(sutra_audit::Opened { raw, .. })) => format!("masked: {raw}"),
        Some(_) => "closed".to_owned(),
    };
    let changes = saves.iter().flat_map(|save| &save.changes).filter(|change| change.field == ID);
    changes.map(|HistoryChange { old, new, .. }| format!("{} > {}", side(old), side(new))).collect()
}

#[test]
fn a_value_is_shown_to_whoever_may_see_it_and_masked_to_others() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        let bare = contact(&company, None).await;
        let cases = [
            ("an administrator", &company.admin, id, ID, PLAIN.to_owned()),
            ("a rep", &company.rep, id, ID, format!("masked: {SHOWN}")),
            ("an administrator, of none", &company.admin, bare, ID, "empty".to_owned()),
            ("a rep, of none that would be shown in part", &company.rep, bare, ID, "empty".to_owned()),
            ("an administrator, of none that is covered", &company.admin, bare, HEALTH, "empty".to_owned()),
            ("a rep, of none that is covered", &company.rep, bare, HEALTH, format!("masked: {COVERED}")),
        ];
        for (case, by, id, field, expected) in cases {
            assert_eq!(seen(&company, by, id, field).await, expected, "{case}");
        }
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let view = viewing.find_record("contact", id).await.unwrap().unwrap();
        assert_eq!(view.masked, [name(ID), name(HEALTH)]);
        assert_eq!(view.value(&name(ID)), Value::Null, "no plain value is at hand");
        viewing.close().await.unwrap();
        company.restrict("Standard User", "contact", ID, FieldPermission::NONE).await;
        assert_eq!(seen(&company, &company.rep, id, ID).await, "hidden");
    });
}

#[test]
fn whatever_is_written_is_read_again_and_its_end_is_the_mask() {
    let company = run(company());
    let id = run(contact(&company, None));
    let mut runner = TestRunner::new(Config { cases: 64, ..Config::default() });
    let checked = runner.run(&"[^\\x00•]{8,40}", |text| {
        run(async {
            write(&company, &company.admin, id, Value::text(&text)).await.unwrap();
            prop_assert_eq!(seen(&company, &company.admin, id, ID).await, text.clone());
            let end: String = text.chars().skip(text.chars().count() - 4).collect();
            prop_assert_eq!(seen(&company, &company.rep, id, ID).await, format!("masked: ••••{end}"));
            Ok(())
        })
    });
    checked.unwrap();
}

#[test]
fn what_is_there_and_what_is_not_look_alike_under_a_cover() {
    run(async {
        let company = company().await;
        let (ill, well) = (contact(&company, None).await, contact(&company, None).await);
        let diagnosis = edit(&[(HEALTH, Value::text("a cold"))]);
        company.engine.records().update(&company.admin, "contact", ill, &diagnosis).await.unwrap();
        let mut same = Vec::new();
        for id in [ill, well] {
            let saves = history(&company, &company.rep, id).await;
            let made = saves.last().unwrap().changes.iter().filter(|change| change.field == HEALTH);
            same.push((seen(&company, &company.rep, id, HEALTH).await, made.cloned().collect::<Vec<_>>()));
        }
        assert_eq!(same[0], same[1]);
        assert_eq!(same[0].1.len(), 1, "a new record says of each that it is masked");
    });
}

#[test]
fn nothing_is_found_or_ordered_by_an_encrypted_field() {
    run(async {
        let company = company().await;
        contact(&company, Some(PLAIN)).await;
        let here = |test| Condition::test(name(ID), test);
        let there =
            |test| Condition::Related(Related { field: name("contact"), condition: Box::new(here(test)) });
        let request = |object: &str, filter: Option<Condition<Related>>| ListRequest {
            object: name(object),
            filter,
            search: None,
            order: None,
            part: Part::first(10, None),
        };
        let ordered =
            ListRequest { order: Some((name(ID), Direction::Ascending)), ..request("contact", None) };
        let is = |text: &str| Test::Eq(Value::text(text));
        let requests = [
            ("equal to what is there", request("contact", Some(here(is(PLAIN))))),
            ("equal to what is not", request("contact", Some(here(is("12345678"))))),
            ("empty", request("contact", Some(here(Test::IsNull(true))))),
            ("begins so", request("contact", Some(here(Test::StartsWith("1981".to_owned()))))),
            ("in a record that is referred to", request("case", Some(there(is(PLAIN))))),
            ("in order", ordered),
        ];
        for by in [&company.admin, &company.rep] {
            let viewing = company.engine.view(by).await.unwrap();
            let mut refusals = Vec::new();
            for (case, request) in &requests {
                let error = viewing.list_records(request).await.unwrap_err();
                assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
                assert!(!error.to_string().contains("1981"), "{case}: {error}");
                refusals.push(error.to_string());
                assert_eq!(viewing.count_records(request).await.unwrap_err().code(), "BAD_USER_INPUT");
            }
            refusals.dedup();
            assert_eq!(refusals.len(), 1, "they depend on the definition alone: {refusals:?}");
            viewing.close().await.unwrap();
        }
    });
}

#[test]
fn writing_needs_sight_or_the_permission_to_write_blindly() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        let new = || Value::text("20001224-1111");
        let error = write(&company, &company.rep, id, new()).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
        let fields = [("lastName", Value::text("Byron")), (ID, new())];
        let error = company.create(&company.rep, "contact", &fields).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
        allow_blind_writes(&company).await;
        assert!(write(&company, &company.rep, id, new()).await.unwrap().is_some());
        assert_eq!(seen(&company, &company.rep, id, ID).await, "masked: ••••1111");
        assert_eq!(seen(&company, &company.admin, id, ID).await, "20001224-1111");
        write(&company, &company.rep, id, Value::Null).await.unwrap();
        assert_eq!(seen(&company, &company.admin, id, ID).await, "empty");
    });
}

#[test]
fn a_guess_is_answered_alike_whether_it_is_right_or_wrong() {
    run(async {
        let company = company().await;
        allow_blind_writes(&company).await;
        let id = contact(&company, Some(PLAIN)).await;
        for (case, guess) in [("right", Value::text(PLAIN)), ("wrong", Value::text("00000000"))] {
            let receipt = write(&company, &company.rep, id, guess).await.unwrap();
            assert!(receipt.is_some(), "{case}: always a change");
        }
        for (case, empty) in [("what was there", Value::Null), ("what was not", Value::text(""))] {
            assert!(write(&company, &company.rep, id, empty).await.unwrap().is_some(), "{case}");
        }
        write(&company, &company.admin, id, Value::text(PLAIN)).await.unwrap();
        let again = write(&company, &company.admin, id, Value::text(PLAIN)).await.unwrap();
        assert_eq!(again, None, "whoever sees it is told that nothing changes");
    });
}

#[test]
fn a_mask_and_a_value_too_short_for_one_are_refused() {
    run(async {
        let company = company().await;
        allow_blind_writes(&company).await;
        let id = contact(&company, Some(PLAIN)).await;
        let cases = [
            ("its mask", SHOWN, ProblemCode::IsMask),
            ("another's mask", "••••0000", ProblemCode::IsMask),
            ("seven characters", "1234567", ProblemCode::TooShort),
            ("too many characters", &"1".repeat(41), ProblemCode::TooLong),
        ];
        for (case, value, expected) in cases {
            for by in [&company.admin, &company.rep] {
                let error = write(&company, by, id, Value::text(value)).await.unwrap_err();
                assert!(!error.to_string().contains(value), "{case}: {error}");
                let Error::Validation(problems) = error else { panic!("{case}: {error}") };
                assert_eq!(problems.iter().map(|it| it.code).collect::<Vec<_>>(), [expected], "{case}");
            }
        }
        assert_eq!(seen(&company, &company.admin, id, ID).await, PLAIN, "as it was");
    });
}

#[test]
fn the_past_is_shown_as_the_present_is() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        write(&company, &company.admin, id, Value::text("20001224-1111")).await.unwrap();
        write(&company, &company.admin, id, Value::Null).await.unwrap();
        let told = ["20001224-1111 > ", "19811218-9876 > 20001224-1111", "- > 19811218-9876"];
        assert_eq!(sides(&history(&company, &company.admin, id).await), told);
        let masked = ["masked: ••••1111 > ", "masked: ••••9876 > masked: ••••1111", "- > masked: ••••9876"];
        assert_eq!(sides(&history(&company, &company.rep, id).await), masked);
        for (by, expected) in [(&company.admin, PLAIN), (&company.rep, "masked: ••••9876")] {
            let viewing = company.engine.view(by).await.unwrap();
            let was = viewing.find_record_at("contact", id, Moment::Version(1)).await.unwrap().unwrap();
            let revealed = viewing.reveal(&was, &name(ID)).await.unwrap();
            assert_eq!(words(&revealed), expected);
            assert!(!was.hides(&name(ID)));
            viewing.close().await.unwrap();
        }
        company.restrict("Standard User", "contact", ID, FieldPermission::NONE).await;
        assert_eq!(sides(&history(&company, &company.rep, id).await), [""; 0]);
    });
}

#[test]
fn the_ledger_shows_a_mask_to_everybody_and_verifies() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        write(&company, &company.admin, id, Value::text("20001224-1111")).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 20).await.unwrap();
        viewing.close().await.unwrap();
        let text = format!("{entries:?}");
        assert!(!text.contains(PLAIN) && !text.contains("20001224"), "{text}");
        let changes = entries.iter().flat_map(|entry| &entry.changes).filter(|change| change.field == ID);
        let masked = changes.flat_map(|change| [&change.old, &change.new]).flatten();
        let all: Vec<_> = masked.collect();
        assert_eq!(all.len(), 3);
        for side in all {
            let Shown::Masked(opened) = side else { panic!("not masked: {side:?}") };
            assert_eq!(opened.raw, Value::text(Mask::over(None)));
        }
        let report = company.engine.ledger().verify(company.workspace).await.unwrap();
        assert!(report.first_bad.is_none(), "{report:?}");
    });
}

#[test]
fn an_earlier_value_is_restored_by_whoever_may_see_it() {
    run(async {
        let company = company().await;
        let id = contact(&company, Some(PLAIN)).await;
        write(&company, &company.admin, id, Value::text("20001224-1111")).await.unwrap();
        let restore = async |by: &Caller| {
            let earlier = Earlier { version: 1, fields: None, seen: None };
            company.engine.records().restore_version(by, "contact", id, &earlier).await
        };
        let error = restore(&company.rep).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN", "{error}");
        allow_blind_writes(&company).await;
        let Error::Validation(problems) = restore(&company.rep).await.unwrap_err() else { panic!("refused") };
        assert_eq!(problems[0].code, ProblemCode::NotRestorable);
        let written = restore(&company.admin).await.unwrap();
        assert_eq!(written.value.changed, [name(ID)]);
        assert_eq!(seen(&company, &company.admin, id, ID).await, PLAIN);
    });
}

#[test]
fn an_import_seals_what_it_takes_in() {
    run(async {
        let company = company().await;
        let file = ImportFile {
            object: "contact".to_owned(),
            digest: [7; 32],
            headers: vec!["Last Name".to_owned(), ID.to_owned()],
            map: Vec::new(),
            currency: "EUR".parse().unwrap(),
        };
        let mut import = company.engine.imports().begin(&company.admin, file).await.unwrap();
        let row = ["Lovelace".to_owned(), PLAIN.to_owned()];
        let RowOutcome::Created(id) = import.row(1, &row).await.unwrap() else { panic!("not taken in") };
        let refused = import.row(2, &["Byron".to_owned(), SHOWN.to_owned()]).await.unwrap();
        assert!(matches!(&refused, RowOutcome::Refused(problems) if !problems[0].reason.contains("9876")));
        assert_eq!(seen(&company, &company.admin, id, ID).await, PLAIN);
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let view = viewing.find_record("contact", id).await.unwrap().unwrap();
        assert!(!view.record.fields.contains_key(&name(ID)) && view.record.sealed.contains_key(&name(ID)));
        viewing.close().await.unwrap();
    });
}

#[test]
fn an_encrypted_field_that_would_be_found_by_its_value_is_not_made() {
    run(async {
        let company = Company::found().await;
        let new = |kind| NewField { kind, ..field(ID, Protected::NationalId) };
        let reference = FieldKind::Reference { target: name("account"), on_delete: OnDelete::Keep };
        let cases = [
            ("indexed", NewField { indexed: true, ..field(ID, Protected::Other) }, "cannot be indexed"),
            (
                "with a default",
                NewField { default: Some(Value::text("12345678")), ..field(ID, Protected::Other) },
                "has no default",
            ),
            (
                "searchable",
                NewField { searchable: true, ..field(ID, Protected::Other) },
                "cannot be searched",
            ),
            ("unique", NewField { unique: true, ..field(ID, Protected::Other) }, "an encrypted field"),
            ("a number", new(FieldKind::Integer), "is a text"),
            ("a reference", new(reference), "is a text"),
            ("shorter than its mask", new(FieldKind::Text { max: 7 }), "room for 8"),
        ];
        for (case, new, expected) in cases {
            let error =
                company.engine.objects().create_field(&company.admin, "contact", &new).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
            assert!(error.to_string().contains(expected), "{case}: {error}");
        }
    });
}

#[test]
fn what_is_encrypted_can_be_required() {
    run(async {
        let company = company().await;
        let required = sutra_records::FieldEdit { required: Some(true), ..Default::default() };
        let objects = company.engine.objects();
        let id = contact(&company, None).await;
        let error = objects.update_field(&company.admin, "contact", ID, &required).await.unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT", "a record lacks it");
        write(&company, &company.admin, id, Value::text(PLAIN)).await.unwrap();
        objects.update_field(&company.admin, "contact", ID, &required).await.unwrap();
        let error = write(&company, &company.admin, id, Value::Null).await.unwrap_err();
        assert_eq!(error.code(), "VALIDATION_FAILED");
    });
}

#[test]
fn nothing_that_is_printed_has_the_value() {
    run(async {
        let company = company().await;
        let edit = edit(&[("lastName", Value::text("Lovelace")), (ID, Value::text(PLAIN))]);
        let written = company.engine.records().create(&company.admin, "contact", &edit).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let view = viewing.find_record("contact", written.value.id).await.unwrap();
        viewing.close().await.unwrap();
        let printed = format!("{edit:?} {written:?} {view:?}");
        assert!(!printed.contains(PLAIN) && printed.contains(ID), "{printed}");
    });
}
