//! Stories of the past: a record as it was, and an earlier version restored.

use sutra_acl::{Action, FieldPermission};
use sutra_engine::{Caller, Changed, Earlier, Error, Moment, Written};
use sutra_kernel::{ApiName, Decimal, Money, RecordId, Timestamp, Value};
use sutra_records::View;

use crate::company::{Company, edit, id_of, run};

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn money(cents: i64) -> Value {
    Value::Money(Money { amount: Decimal::new(cents, 2), currency: "EUR".parse().unwrap() })
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

fn earlier(version: u64, fields: &[&str]) -> Earlier {
    let names: Vec<ApiName> = fields.iter().map(|field| name(field)).collect();
    Earlier { version, fields: (!names.is_empty()).then_some(names), seen: None }
}

async fn present(company: &Company, caller: &Caller, object: &str, id: RecordId) -> View {
    company.engine.view(caller).await.unwrap().find_record(object, id).await.unwrap().unwrap()
}

async fn past(
    company: &Company,
    caller: &Caller,
    object: &str,
    id: RecordId,
    moment: Moment,
) -> Option<View> {
    company.engine.view(caller).await.unwrap().find_record_at(object, id, moment).await.unwrap()
}

async fn restore(
    company: &Company,
    object: &str,
    id: RecordId,
    earlier: &Earlier,
) -> Result<Written<Changed>, Error> {
    company.engine.records().restore_version(&company.rep, object, id, earlier).await
}

/// An opportunity with a version for each of some changes, and what it was in each.
async fn opportunity(company: &Company) -> (RecordId, Vec<(View, Timestamp)>) {
    let account = company.account(&company.rep, "Acme").await;
    let new = [
        ("name", Value::text("Deal")),
        ("stage", Value::text("Prospecting")),
        ("closeDate", day("2026-06-30")),
        ("amount", money(120_050)),
    ];
    let id = company.create(&company.rep, "opportunity", &new).await.unwrap();
    let changes: [&[(&str, Value)]; 4] = [
        &[("amount", money(-5)), ("account", Value::Reference(account))],
        &[("stage", Value::text("Closed Won")), ("amount", Value::Null)],
        &[("account", Value::Null), ("closeDate", day("2027-01-01"))],
        &[("amount", money(7)), ("name", Value::text("A deal"))],
    ];
    let mut versions = vec![(present(company, &company.rep, "opportunity", id).await, company.now())];
    for change in changes {
        company.pass(10);
        company.engine.records().update(&company.rep, "opportunity", id, &edit(change)).await.unwrap();
        let view = present(company, &company.rep, "opportunity", id).await;
        versions.push((view, company.now()));
    }
    (id, versions)
}

#[test]
fn s13_every_version_and_every_moment_reads_as_it_was() {
    run(async {
        let company = Company::found().await;
        let (id, versions) = opportunity(&company).await;
        for (number, (was, instant)) in (1..).zip(&versions) {
            for moment in [Moment::Version(number), Moment::At(*instant)] {
                let seen = past(&company, &company.rep, "opportunity", id, moment).await.unwrap();
                assert_eq!(seen.record.fields, was.record.fields, "{moment:?}");
                assert_eq!((seen.record.version, seen.record.owner), (number, was.record.owner));
                assert_eq!(seen.record.updated_at, was.record.updated_at);
                assert_eq!(seen.record.created_at, was.record.created_at);
                assert!(seen.hidden.is_empty());
            }
        }
        let before = Timestamp::from_micros(versions[0].0.record.created_at.as_micros() - 1);
        for moment in [Moment::At(before), Moment::Version(0), Moment::Version(6)] {
            assert_eq!(past(&company, &company.rep, "opportunity", id, moment).await, None, "{moment:?}");
        }
    });
}

#[test]
fn the_past_is_read_with_the_permissions_of_today() {
    run(async {
        let company = Company::found().await;
        let (id, _) = opportunity(&company).await;
        assert_eq!(past(&company, &company.peer, "opportunity", id, Moment::Version(1)).await, None);
        company.restrict("Standard User", "opportunity", "amount", FieldPermission::NONE).await;
        let seen = past(&company, &company.rep, "opportunity", id, Moment::Version(1)).await.unwrap();
        assert!(seen.hides(&name("amount")) && seen.value(&name("amount")).is_null());
        assert_eq!(seen.value(&name("stage")), Value::text("Prospecting"));

        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.peer).into());
        company.engine.records().update(&company.rep, "opportunity", id, &gift).await.unwrap();
        assert_eq!(past(&company, &company.rep, "opportunity", id, Moment::Version(1)).await, None);
        let seen = past(&company, &company.peer, "opportunity", id, Moment::Version(1)).await.unwrap();
        assert_eq!(seen.record.owner, id_of(&company.rep).into());
        let viewing = company.engine.view(&company.peer).await.unwrap();
        let rights = viewing.find_rights(seen.record.object, &[id]).await.unwrap();
        assert!(rights[&id].has(Action::Update), "it is his today");
    });
}

#[test]
fn what_was_in_the_bin_was_not_there() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "phoenix").await;
        let records = company.engine.records();
        records.delete(&company.rep, "account", id, None).await.unwrap();
        let seen = async |caller, version| {
            past(&company, caller, "account", id, Moment::Version(version)).await.is_some()
        };
        assert_eq!((seen(&company.rep, 1).await, seen(&company.rep, 2).await), (true, false));
        let error = restore(&company, "account", id, &earlier(1, &[])).await.unwrap_err();
        assert_eq!(error.code(), "NOT_FOUND", "what is in the bin is taken out first");
        records.restore(&company.rep, "account", id).await.unwrap();
        assert_eq!((seen(&company.rep, 2).await, seen(&company.rep, 3).await), (false, true));
        let error = restore(&company, "account", id, &earlier(2, &[])).await.unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT");
    });
}

#[test]
fn s13_restoring_an_earlier_version_makes_a_new_one_and_loses_nothing() {
    run(async {
        let company = Company::found().await;
        let (id, versions) = opportunity(&company).await;
        for (number, (was, _)) in (1..).zip(&versions) {
            let written = restore(&company, "opportunity", id, &earlier(number, &[])).await.unwrap();
            let now = present(&company, &company.rep, "opportunity", id).await;
            assert_eq!(now.record.fields, was.record.fields, "version {number}");
            assert_eq!((written.value.version, now.record.version), (5 + number, 5 + number));
        }
        for (number, (was, _)) in (1..).zip(&versions) {
            let seen =
                past(&company, &company.rep, "opportunity", id, Moment::Version(number)).await.unwrap();
            assert_eq!(seen.record.fields, was.record.fields, "version {number} is still there");
        }
        let again = restore(&company, "opportunity", id, &earlier(5, &[])).await.unwrap();
        assert_eq!((again.receipt, again.value.version), (None, 10), "nothing to change, nothing to write");
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let history = viewing.record_history("opportunity", id, 1).await.unwrap().unwrap();
        assert_eq!((history[0].action.as_str(), history[0].version), ("record.revert", Some(10)));
    });
}

#[test]
fn some_fields_can_be_restored_and_others_left() {
    run(async {
        let company = Company::found().await;
        let (id, versions) = opportunity(&company).await;
        let written = restore(&company, "opportunity", id, &earlier(1, &["stage"])).await.unwrap();
        assert_eq!(written.value.changed, [name("stage")]);
        let now = present(&company, &company.rep, "opportunity", id).await;
        assert_eq!(now.value(&name("stage")), Value::text("Prospecting"));
        assert_eq!(now.value(&name("amount")), versions[4].0.value(&name("amount")));
    });
}

#[test]
fn a_restoration_that_makes_no_sense_is_refused() {
    run(async {
        let company = Company::found().await;
        let (id, _) = opportunity(&company).await;
        let stale = Earlier { seen: Some(4), ..earlier(1, &[]) };
        let cases = [
            ("version 0", earlier(0, &[]), "BAD_USER_INPUT"),
            ("a version to come", earlier(6, &[]), "BAD_USER_INPUT"),
            ("an unknown field", earlier(1, &["colour"]), "BAD_USER_INPUT"),
            ("a stale version", stale, "VERSION_CONFLICT"),
        ];
        for (case, wish, code) in cases {
            let error = restore(&company, "opportunity", id, &wish).await.unwrap_err();
            assert_eq!(error.code(), code, "{case}");
        }
        let records = company.engine.records();
        let error =
            records.restore_version(&company.peer, "opportunity", id, &earlier(1, &[])).await.unwrap_err();
        assert_eq!(error.code(), "NOT_FOUND", "somebody else's");
        assert_eq!(present(&company, &company.rep, "opportunity", id).await.record.version, 5);
    });
}

#[test]
fn l32_nothing_is_restored_that_the_caller_may_not_read_or_change() {
    run(async {
        let company = Company::found().await;
        let fields = [("name", Value::text("Acme")), ("phone", Value::text("+49 30 1"))];
        let id = company.create(&company.rep, "account", &fields).await.unwrap();
        let quiet = company.create(&company.rep, "account", &fields).await.unwrap();
        let rename = edit(&[("name", Value::text("Acme 2")), ("phone", Value::text("+49 30 2"))]);
        company.engine.records().update(&company.rep, "account", id, &rename).await.unwrap();
        let rename = edit(&[("name", Value::text("Acme 2"))]);
        company.engine.records().update(&company.rep, "account", quiet, &rename).await.unwrap();

        company.restrict("Standard User", "account", "phone", FieldPermission::NONE).await;
        let refusal = async |id, fields: &[&str]| {
            let error = restore(&company, "account", id, &earlier(1, fields)).await.unwrap_err();
            (error.code(), error.to_string())
        };
        let (code, message) = refusal(id, &[]).await;
        assert!(
            code == "FORBIDDEN" && message.contains("`phone`") && !message.contains("`name`"),
            "{message}"
        );
        assert_eq!(refusal(quiet, &[]).await, (code, message), "whether it has changed is not told");

        company.restrict("Standard User", "account", "phone", FieldPermission::new(true, false)).await;
        assert_eq!(refusal(id, &[]).await.0, "FORBIDDEN", "it can be read, and not be changed");
        restore(&company, "account", quiet, &earlier(1, &[])).await.unwrap();
        restore(&company, "account", id, &earlier(1, &["name"])).await.unwrap();
        let now = present(&company, &company.rep, "account", id).await;
        assert_eq!(
            (now.value(&name("name")), now.value(&name("phone"))),
            (Value::text("Acme"), Value::text("+49 30 2"))
        );
    });
}

#[test]
fn l29_a_restored_reference_must_be_readable_today() {
    run(async {
        let company = Company::found().await;
        let gone = company.account(&company.rep, "gone").await;
        let fields = [("lastName", Value::text("Doe")), ("account", Value::Reference(gone))];
        let contact = company.create(&company.rep, "contact", &fields).await.unwrap();
        let untouched = company.create(&company.rep, "contact", &fields).await.unwrap();
        let change = edit(&[("account", Value::Null), ("lastName", Value::text("Roe"))]);
        company.engine.records().update(&company.rep, "contact", contact, &change).await.unwrap();
        let change = edit(&[("lastName", Value::text("Roe"))]);
        company.engine.records().update(&company.rep, "contact", untouched, &change).await.unwrap();
        company.engine.records().delete(&company.rep, "account", gone, None).await.unwrap();

        let error = restore(&company, "contact", contact, &earlier(1, &[])).await.unwrap_err();
        let Error::Validation(problems) = error else { panic!("{error}") };
        let named: Vec<_> = problems.iter().map(|it| (it.field.as_str(), it.code.as_str())).collect();
        assert_eq!(named, [("account", "NOT_RESTORABLE")]);
        restore(&company, "contact", contact, &earlier(1, &["lastName"])).await.unwrap();
        let written = restore(&company, "contact", untouched, &earlier(1, &[])).await.unwrap();
        assert_eq!(written.value.changed, [name("lastName")], "what was not changed needs no permission");
    });
}

#[test]
fn a_retired_value_is_not_restored() {
    run(async {
        let company = Company::found().await;
        let (id, _) = opportunity(&company).await;
        company.retire("opportunity", "stage", "Prospecting").await;
        let error = restore(&company, "opportunity", id, &earlier(1, &[])).await.unwrap_err();
        let Error::Validation(problems) = error else { panic!("{error}") };
        let named: Vec<_> = problems.iter().map(|it| (it.field.as_str(), it.code.as_str())).collect();
        assert_eq!(named, [("stage", "NOT_IN_PICKLIST")]);
        let seen = past(&company, &company.rep, "opportunity", id, Moment::Version(1)).await.unwrap();
        assert_eq!(seen.value(&name("stage")), Value::text("Prospecting"), "it is shown all the same");
    });
}
