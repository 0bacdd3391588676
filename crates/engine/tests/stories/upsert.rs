//! Stories of records that are changed if they are there, and made if they are not.

use sutra_acl::FieldPermission;
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Changed, Edit, Error, IdempotencyKey, Written};
use sutra_kernel::{ApiName, Value};
use sutra_records::FieldEdit;

use crate::company::{Company, edit, run};

/// A company where no two accounts have the same industry.
async fn company() -> Company {
    let company = Company::found().await;
    let unique = FieldEdit { unique: Some(true), ..FieldEdit::default() };
    company.engine.objects().update_field(&company.admin, "account", "industry", &unique).await.unwrap();
    company
}

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn account(industry: &str, more: &[(&str, &str)]) -> Edit {
    let more = more.iter().map(|(field, text)| (*field, Value::text(*text)));
    edit(&[("industry", Value::text(industry))].into_iter().chain(more).collect::<Vec<_>>())
}

async fn upsert(company: &Company, by: &Caller, edit: &Edit) -> Result<Written<Changed>, Error> {
    company.engine.records().upsert(by, "account", &name("industry"), edit).await
}

/// Whether it was made, its version, and what changed.
fn told(changed: &Changed) -> (bool, u64, Vec<&str>) {
    (changed.is_creation(), changed.version, changed.changed.iter().map(ApiName::as_str).collect())
}

#[test]
fn a_record_is_made_once_and_changed_from_then_on() {
    run(async {
        let company = company().await;
        let rep = &company.rep;
        let made =
            upsert(&company, rep, &account("Straße", &[("name", "Acme"), ("fax", "12345")])).await.unwrap();
        assert_eq!(told(&made.value), (true, 1, vec!["fax", "industry", "name", "ownerId"]));
        let changed = upsert(&company, rep, &account("STRASSE", &[("name", "Apex")])).await.unwrap();
        assert_eq!((changed.value.id, told(&changed.value)), (made.value.id, (false, 2, vec!["name"])));
        let view = changed.value.view.unwrap();
        let seen = ["industry", "name", "fax"].map(|field| view.value(&name(field)).to_string());
        assert_eq!(seen, ["Straße", "Apex", "12345"], "what it was found by stays as it was written");
        let same = upsert(&company, rep, &account("strasse", &[("name", "Apex")])).await.unwrap();
        assert_eq!((told(&same.value), same.receipt), ((false, 2, vec![]), None));

        company.engine.records().delete(rep, "account", made.value.id, None).await.unwrap();
        let again = upsert(&company, rep, &account("Straße", &[("name", "Acme")])).await.unwrap();
        assert!(
            again.value.is_creation() && again.value.id != made.value.id,
            "a deleted record is not found"
        );
    });
}

/// l33: what an upsert answers about a hidden record is what making one answers.
#[test]
fn l33_a_hidden_record_answers_as_a_used_value_does() {
    run(async {
        let company = company().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        upsert(&company, &company.peer, &account("Hidden", &[("name", "Acme")])).await.unwrap();
        let cases = [
            ("good", account("hidden", &[("name", "Mine")])),
            ("without what is required", account("hidden", &[])),
            ("with a value that cannot be", account("hidden", &[("name", "Mine"), ("website", "nowhere")])),
            ("with an unknown field", account("hidden", &[("name", "Mine"), ("nothing", "x")])),
        ];
        for (case, edit) in cases {
            let upserted = upsert(&company, rep, &edit).await.unwrap_err();
            let created = records.create(rep, "account", &edit).await.unwrap_err();
            assert_eq!(
                (upserted.code(), upserted.to_string()),
                (created.code(), created.to_string()),
                "{case}"
            );
        }
        let used = upsert(&company, rep, &account("hidden", &[("name", "Mine")])).await.unwrap_err();
        assert_eq!(used.to_string(), "`industry`: This value is already used.");
        let seen = upsert(&company, &company.manager, &account("hidden", &[("name", "Ours")])).await.unwrap();
        assert!(!seen.value.is_creation(), "who may see and change it does");
    });
}

#[test]
fn it_is_found_by_a_unique_field_that_the_caller_may_read() {
    run(async {
        let company = company().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let by = async |field: &str, edit: &Edit| {
            let done = records.upsert(rep, "account", &name(field), edit).await;
            done.map(|written| written.value.is_creation()).map_err(|error| error.code())
        };
        let acme = account("Ore", &[("name", "Acme")]);
        assert_eq!(by("name", &acme).await, Err("BAD_USER_INPUT"), "not unique");
        assert_eq!(by("nothing", &acme).await, Err("BAD_USER_INPUT"), "not there");
        for empty in [edit(&[("name", Value::text("Acme"))]), account("", &[("name", "Acme")])] {
            assert_eq!(by("industry", &empty).await, Err("BAD_USER_INPUT"), "no value");
        }
        assert_eq!(by("industry", &acme).await, Ok(true));

        let restrict = async |left| company.restrict("Standard User", "account", "industry", left).await;
        restrict(FieldPermission::new(true, false)).await;
        assert_eq!(
            by("industry", &account("ore", &[("name", "Apex")])).await,
            Ok(false),
            "it is not written"
        );
        assert_eq!(by("industry", &account("Salt", &[("name", "Salt")])).await, Err("FORBIDDEN"));
        restrict(FieldPermission::new(false, false)).await;
        assert_eq!(by("industry", &acme).await, Err("FIELD_NOT_READABLE"));
    });
}

#[test]
fn many_are_changed_or_made_in_one_unit_or_none() {
    run(async {
        let company = company().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let all = async |edits: &[Edit]| records.upsert_all(admin, "account", &name("industry"), edits).await;
        let first =
            all(&[account("Ore", &[("name", "Ore")]), account("Salt", &[("name", "Salt")])]).await.unwrap();
        let edits = [
            account("ore", &[("name", "Ore 2")]),
            account("Tin", &[("name", "Tin")]),
            account("tin", &[("name", "Tin 2")]),
            account("salt", &[("name", "Salt")]),
        ];
        let done = all(&edits).await.unwrap();
        let done_told: Vec<_> = done.iter().map(|it| told(&it.value)).collect();
        let made = vec!["industry", "name", "ownerId"];
        let expected =
            [(false, 2, vec!["name"]), (true, 1, made), (false, 2, vec!["name"]), (false, 1, vec![])];
        assert_eq!(done_told, expected);
        assert_eq!(done[0].value.id, first[0].value.id);

        let viewing = company.engine.view(admin).await.unwrap();
        let mut entries = viewing.ledger_entries(&EntryFilter::default(), 4).await.unwrap();
        viewing.close().await.unwrap();
        entries.reverse();
        let actions: Vec<_> = entries.iter().map(|entry| entry.stored.action.as_str()).collect();
        assert_eq!(actions, ["record.update", "record.create", "record.update", "mass.upsert"]);
        assert_eq!(entries[3].entry.rows, Some(3));

        let wrong = [account("Zinc", &[("name", "Zinc")]), account("Lead", &[])];
        let error = all(&wrong).await.unwrap_err();
        assert!(
            matches!(error, Error::At { index: 1, .. }) && error.code() == "VALIDATION_FAILED",
            "{error:?}"
        );
        let zinc = upsert(&company, admin, &wrong[0]).await.unwrap();
        assert!(zinc.value.is_creation(), "nothing was made before");
    });
}

#[test]
fn the_same_request_again_is_answered_alike() {
    run(async {
        let company = company().await;
        let edit = account("Ore", &[("name", "Acme")]);
        let key = IdempotencyKey::parse("k1").unwrap();
        let caller = company.rep.repeating(&key, "upsertAccount", b"Acme");
        let first = upsert(&company, &caller, &edit).await.unwrap();
        upsert(&company, &company.rep, &account("Ore", &[("name", "Apex")])).await.unwrap();
        let again = upsert(&company, &caller, &edit).await.unwrap();
        assert_eq!((again.value.id, told(&again.value)), (first.value.id, told(&first.value)));
        assert_eq!(again.receipt, first.receipt);
        let view = again.value.view.unwrap();
        assert_eq!(view.value(&name("name")), Value::text("Apex"), "and shown as it is by now");
    });
}
