//! Encrypted fields: who sees them, who writes them, and where they are not.

mod written;

use proptest::{
    prop_assert_eq,
    test_runner::{Config, TestRunner},
};
use sutra_acl::{FieldPermission, Level, Principal};
use sutra_audit::{EntryFilter, HistoryChange, Shown};
use sutra_engine::{
    Caller, Edit, Error, ListRequest, Moment, Part, Related, Revealed, Save, SharedRecords, SharingEdit,
};
use sutra_kernel::{ApiName, Condition, Direction, RecordId, Test, Value};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, Mask, NewField, Protected};

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
    let owned = Edit { owner: Some(id_of(&company.rep).into()), ..fields };
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
fn no_rule_shares_for_what_is_in_an_encrypted_field() {
    run(async {
        let company = company().await;
        let edit = SharingEdit {
            name: "With a number".to_owned(),
            records: SharedRecords::Meeting(Condition::test(name(ID), Test::IsNull(false))),
            target: Principal::User(id_of(&company.peer)),
            level: Level::Read,
        };
        let made = company.engine.access_rules().create_sharing(&company.admin, "contact", &edit).await;
        let error = made.unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().contains("encrypted")),
            ("BAD_USER_INPUT", true),
            "{error}"
        );
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
