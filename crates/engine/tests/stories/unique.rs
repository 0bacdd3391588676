//! Stories of unique values: no two records have one, and nobody learns more than that.

use std::time::Duration;

use sutra_acl::FieldPermission;
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Earlier, Edit, Error, ImportFile, RowOutcome};
use sutra_kernel::{RecordId, Value};
use sutra_records::{FieldEdit, FieldKind, NewField, ProblemCode};

use crate::{
    company::{Company, edit, run},
    definitions::field,
};

/// A company whose accounts have a unique code that everybody may write, and grades that are not unique yet.
async fn company() -> Company {
    let company = Company::found().await;
    let code = NewField { unique: true, ..field("code", FieldKind::Text { max: 255 }) };
    for new in [code, field("grade", FieldKind::Decimal { scale: 4 })] {
        company.engine.objects().create_field(&company.admin, "account", &new).await.unwrap();
        let everything = FieldPermission::new(true, true);
        company.restrict("Standard User", "account", &new.name, everything).await;
    }
    company
}

fn coded(name: &str, code: &str) -> Edit {
    edit(&[("name", Value::text(name)), ("code", Value::text(code))])
}

async fn make(company: &Company, by: &Caller, code: &str) -> Result<RecordId, Error> {
    Ok(company.engine.records().create(by, "account", &coded("An account", code)).await?.value.id)
}

async fn set(company: &Company, by: &Caller, id: RecordId, fields: &[(&str, Value)]) -> Result<(), Error> {
    company.engine.records().update(by, "account", id, &edit(fields)).await.map(drop)
}

async fn make_unique(company: &Company, field: &str, unique: bool) -> Result<(), Error> {
    let edit = FieldEdit { unique: Some(unique), ..FieldEdit::default() };
    company.engine.objects().update_field(&company.admin, "account", field, &edit).await.map(drop)
}

/// The words of a collision; anything else is a failure.
fn collision<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.code(), "VALIDATION_FAILED");
    let inner = if let Error::At { error, .. } = &error { error.as_ref() } else { &error };
    let Error::Validation(problems) = inner else { panic!("{error:?}") };
    assert!(problems.iter().all(|problem| problem.code == ProblemCode::AlreadyUsed), "{problems:?}");
    error.to_string()
}

#[test]
fn a_used_value_is_refused_in_the_same_words_whoever_has_it() {
    run(async {
        let company = company().await;
        let (rep, peer) = (&company.rep, &company.peer);
        make(&company, rep, "MINE-1").await.unwrap();
        make(&company, peer, "Straße 1").await.unwrap();
        let other = make(&company, rep, "MINE-2").await.unwrap();
        let words = [
            collision(make(&company, rep, "MINE-1").await),
            collision(make(&company, rep, "mine-1").await),
            collision(make(&company, rep, "STRASSE 1").await),
            collision(set(&company, rep, other, &[("code", Value::text("mine-1"))]).await),
            collision(set(&company, rep, other, &[("code", Value::text("straße 1"))]).await),
        ];
        assert!(words.iter().all(|said| said == "`code`: This value is already used."), "{words:?}");
        set(&company, rep, other, &[("code", Value::text("Mine-2"))]).await.unwrap();
        make(&company, rep, "MINE-3").await.unwrap();
    });
}

#[test]
fn what_is_the_same_is_judged_in_full_and_nothing_is_never_the_same() {
    run(async {
        let company = company().await;
        let rep = &company.rep;
        make_unique(&company, "grade", true).await.unwrap();
        let long = |end: &str| format!("{}{end}", "x".repeat(250));
        for code in [long("one"), long("two")] {
            make(&company, rep, &code).await.unwrap();
        }
        let grade = |text: &str| ("grade", Value::Decimal(text.parse().unwrap()));
        let first = company.account(rep, "First").await;
        let second = company.account(rep, "Second").await;
        set(&company, rep, first, &[grade("1.5")]).await.unwrap();
        collision(set(&company, rep, second, &[grade("1.5000")]).await);
        set(&company, rep, second, &[grade("1.5001")]).await.unwrap();
        for empty in [Value::Null, Value::text("")] {
            set(&company, rep, first, &[("code", empty.clone()), ("grade", Value::Null)]).await.unwrap();
            set(&company, rep, second, &[("code", empty), ("grade", Value::Null)]).await.unwrap();
        }
    });
}

#[test]
fn a_deleted_record_gives_its_values_up_and_comes_back_only_if_they_are_free() {
    run(async {
        let company = company().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let first = make(&company, rep, "A").await.unwrap();
        records.delete(rep, "account", first, None).await.unwrap();
        let second = make(&company, &company.peer, "a").await.unwrap();
        collision(records.restore(rep, "account", first).await);
        records.delete(&company.peer, "account", second, None).await.unwrap();
        records.restore(rep, "account", first).await.unwrap();
        collision(make(&company, rep, "A").await);
        collision(records.restore(&company.peer, "account", second).await);
    });
}

#[test]
fn a_value_given_up_is_free_and_cannot_be_restored_once_it_is_taken() {
    run(async {
        let company = company().await;
        let rep = &company.rep;
        let first = make(&company, rep, "A").await.unwrap();
        set(&company, rep, first, &[("code", Value::text("B"))]).await.unwrap();
        let revert = async || {
            let earlier = Earlier { version: 1, ..Earlier::default() };
            company.engine.records().restore_version(rep, "account", first, &earlier).await
        };
        let second = make(&company, &company.peer, "A").await.unwrap();
        collision(revert().await);
        set(&company, &company.peer, second, &[("code", Value::Null)]).await.unwrap();
        revert().await.unwrap();
        collision(make(&company, rep, "A").await);
        make(&company, rep, "B").await.unwrap();
    });
}

#[test]
fn many_at_once_collide_with_each_other_and_then_none_is_made() {
    run(async {
        let company = company().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let edits = [coded("One", "A"), coded("Two", "B"), coded("Three", "a")];
        let error = records.create_all(admin, "account", &edits).await.unwrap_err();
        assert!(matches!(error, Error::At { index: 2, .. }), "{error:?}");
        collision::<()>(Err(error));
        make(&company, admin, "A").await.unwrap();
        records.create_all(admin, "account", &[coded("Two", "B"), coded("Three", "C")]).await.unwrap();
    });
}

#[test]
fn a_row_of_an_import_is_refused_by_its_column() {
    run(async {
        let company = company().await;
        let words = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let file = ImportFile {
            object: "account".to_owned(),
            digest: [7; 32],
            headers: words("Name,Code"),
            map: Vec::new(),
            currency: "EUR".parse().unwrap(),
        };
        let mut running = company.engine.imports().begin(&company.rep, file).await.unwrap();
        let mut rows = Vec::new();
        for (number, line) in (1..).zip(["One,A", "Two,a", "Three,", "Four,"]) {
            rows.push(running.row(number, &words(line)).await.unwrap());
        }
        assert!(matches!(&rows[1], RowOutcome::Refused(why) if why[0].column.as_deref() == Some("Code")));
        let outcome = running.finish().await.unwrap();
        assert_eq!((outcome.created, outcome.refused), (3, 1));
    });
}

#[test]
fn a_field_becomes_unique_only_if_its_values_differ() {
    run(async {
        let company = company().await;
        let admin = &company.admin;
        let [one, two] =
            [company.account(&company.rep, "1").await, company.account(&company.peer, "2").await];
        let grade = |text: &str| [("grade", Value::Decimal(text.parse().unwrap()))];
        set(&company, admin, one, &grade("2")).await.unwrap();
        set(&company, admin, two, &grade("2.0")).await.unwrap();
        let refused = make_unique(&company, "grade", true).await.unwrap_err();
        assert_eq!(refused.code(), "BAD_USER_INPUT");
        assert!(refused.to_string().contains("there are records with the same value"), "{refused}");
        set(&company, admin, two, &grade("2")).await.unwrap();

        company.engine.records().delete(admin, "account", two, None).await.unwrap();
        make_unique(&company, "grade", true).await.unwrap();
        collision(company.engine.records().restore(admin, "account", two).await);
        let three = company.account(admin, "3").await;
        collision(set(&company, admin, three, &grade("2.00")).await);
        make_unique(&company, "grade", false).await.unwrap();
        set(&company, admin, three, &grade("2")).await.unwrap();
    });
}

#[test]
fn what_cannot_be_unique_is_refused_with_a_sentence() {
    run(async {
        let company = company().await;
        let picks = FieldKind::Picklist { values: vec![sutra_records::PickValue::plain("x")] };
        let default = Some(Value::Integer(1));
        let cases = [
            (field("some", FieldKind::LongText), "a long text cannot be unique"),
            (field("some", FieldKind::Boolean), "a boolean cannot be unique"),
            (field("some", picks), "a picklist cannot be unique"),
            (
                NewField { default, ..field("some", FieldKind::Integer) },
                "a field with a default cannot be unique",
            ),
        ];
        for (new, said) in cases {
            let new = NewField { unique: true, ..new };
            let made = company.engine.objects().create_field(&company.admin, "account", &new).await;
            assert_eq!(made.unwrap_err().to_string(), said);
        }
        let default = FieldEdit { default: Some(Value::text("x")), ..FieldEdit::default() };
        let edited = company.engine.objects().update_field(&company.admin, "account", "code", &default).await;
        assert_eq!(edited.unwrap_err().to_string(), "a field with a default cannot be unique");
    });
}

/// l24: inside a workspace a unique field is the one declared oracle, and it is slow and audited.
#[test]
fn l24_whoever_tries_many_used_values_is_told_nothing_for_a_minute() {
    run(async {
        let company = company().await;
        make(&company, &company.peer, "A").await.unwrap();
        for _ in 0..60 {
            collision(make(&company, &company.rep, "A").await);
        }
        for code in ["A", "free"] {
            let error = make(&company, &company.rep, code).await.unwrap_err();
            let Error::RateLimited { retry_after } = error else { panic!("used or free: {error}") };
            assert!(!retry_after.is_zero() && retry_after <= Duration::from_secs(60), "{retry_after:?}");
        }
        company.account(&company.rep, "Without a code").await;
        make(&company, &company.peer, "B").await.unwrap();

        let viewing = company.engine.view(&company.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 100).await.unwrap();
        let refused: Vec<_> = entries.iter().filter(|it| it.stored.action == "access.refuse").collect();
        assert_eq!(refused.iter().filter_map(|it| it.entry.rows).sum::<u64>(), 60);
        let answer = ("answer".to_owned(), "VALIDATION_FAILED".to_owned());
        assert!(refused.iter().all(|entry| entry.detail.contains(&answer)));
        viewing.close().await.unwrap();
        company.pass(1);
        make(&company, &company.rep, "free").await.unwrap();
    });
}
