//! Stories of records that belong to others: folders to accounts, and pages to folders.

use sutra_acl::{ObjectPermissions, OrgWideDefault, Profile};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Error, MAX_RECORDS, ProfileEdit, Reason};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, NewField, NewObject, ObjectEdit, OnDelete};

use crate::{
    company::{Company, edit, run},
    definitions::field,
};

pub(crate) fn new_object(name: &str) -> NewObject {
    NewObject {
        name: name.to_owned(),
        label: name.to_uppercase(),
        plural: format!("{name}s"),
        plural_label: format!("{name}s"),
        help: String::new(),
        about_a_person: false,
        name_label: "Name".to_owned(),
        name_category: DataCategory::Business,
        needs_reason: false,
        subject: None,
    }
}

fn parent(target: &str) -> NewField {
    let target = ApiName::parse(target).unwrap();
    let kind = FieldKind::Reference { target, on_delete: OnDelete::Cascade };
    NewField { required: true, ..field("parent", kind) }
}

/// A company with folders and pages, of which nobody but the administrator knows anything.
async fn found() -> Company {
    let company = Company::found().await;
    for (name, target) in [("folder", "account"), ("page", "folder")] {
        company.engine.objects().create(&company.admin, &new_object(name)).await.unwrap();
        company.engine.objects().create_field(&company.admin, name, &parent(target)).await.unwrap();
    }
    company
}

async fn under(company: &Company, object: &str, parent: RecordId, name: &str) -> RecordId {
    let fields = [("name", Value::text(name)), ("parent", Value::Reference(parent))];
    company.create(&company.admin, object, &fields).await.unwrap()
}

/// Whether a record is there, in the bin, or gone.
async fn fate(company: &Company, object: &str, id: RecordId) -> &'static str {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let object = viewing.metadata().object_named(object).unwrap().id;
    viewing.close().await.unwrap();
    let mut reads = company.reads().await;
    let found = reads.find_record(object, id).await.unwrap();
    reads.finish().await.unwrap();
    match found.map(|record| record.deleted_at) {
        None => "gone",
        Some(None) => "there",
        Some(Some(_)) => "deleted",
    }
}

/// What the ledger says was done last, newest first.
async fn actions(company: &Company, count: usize) -> Vec<String> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let entries = viewing.ledger_entries(&EntryFilter::default(), count).await.unwrap();
    viewing.close().await.unwrap();
    entries.into_iter().map(|entry| entry.stored.action).collect()
}

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}

#[test]
fn what_belongs_to_a_record_is_deleted_and_comes_back_with_it() {
    run(async {
        let company = found().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let account = company.account(rep, "Acme").await;
        let [first, second, old] = [
            under(&company, "folder", account, "1").await,
            under(&company, "folder", account, "2").await,
            under(&company, "folder", account, "3").await,
        ];
        let page = under(&company, "page", second, "1").await;
        let elsewhere = under(&company, "folder", company.account(rep, "Bolt").await, "1").await;
        records.delete(&company.admin, "folder", old, None).await.unwrap();
        company.pass(1);
        let all = [("account", account), ("folder", first), ("folder", second), ("page", page)];

        let deleted = records.delete(rep, "account", account, None).await.unwrap();
        assert_eq!(deleted.value.version, 2, "he need not know of what goes along");
        for (object, id) in all {
            assert_eq!(fate(&company, object, id).await, "deleted", "{object}");
        }
        let newest = [
            "record.delete",
            "mass.delete",
            "record.delete",
            "mass.delete",
            "record.delete",
            "record.delete",
        ];
        assert_eq!(actions(&company, 6).await, newest);

        company.pass(1);
        records.restore(rep, "account", account).await.unwrap();
        for (object, id) in all {
            assert_eq!(fate(&company, object, id).await, "there", "{object}");
        }
        let newest = [
            "record.restore",
            "mass.restore",
            "record.restore",
            "mass.restore",
            "record.restore",
            "record.restore",
        ];
        assert_eq!(actions(&company, 6).await, newest);
        assert_eq!(fate(&company, "folder", old).await, "deleted", "it went by itself");
        assert_eq!(fate(&company, "folder", elsewhere).await, "there");
        let report = company.engine.ledger().verify(company.workspace).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
    });
}

#[test]
fn what_belongs_to_a_record_is_removed_for_good_with_it() {
    run(async {
        let company = found().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let account = company.account(admin, "Acme").await;
        let [first, alone] =
            [under(&company, "folder", account, "1").await, under(&company, "folder", account, "2").await];
        let page = under(&company, "page", first, "1").await;
        records.delete(admin, "account", account, None).await.unwrap();
        records.restore(admin, "folder", alone).await.unwrap();
        records.purge(admin, "account", account).await.unwrap();
        let fates = [
            ("account", account, "gone"),
            ("folder", first, "gone"),
            ("page", page, "gone"),
            ("folder", alone, "there"),
        ];
        for (object, id, expected) in fates {
            assert_eq!(fate(&company, object, id).await, expected, "{object}");
        }
        let newest = ["record.purge", "mass.purge", "record.purge", "mass.purge", "record.purge"];
        assert_eq!(actions(&company, 5).await, newest);
    });
}

#[test]
fn more_than_a_thousand_do_not_go_along() {
    run(async {
        let company = found().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let (acme, bolt) = (company.account(admin, "Acme").await, company.account(admin, "Bolt").await);
        let of = |account| edit(&[("name", Value::text("x")), ("parent", Value::Reference(account))]);
        records.create_all(admin, "folder", &vec![of(acme); MAX_RECORDS]).await.unwrap();
        under(&company, "folder", bolt, "1").await;
        assert_eq!(code(records.delete_all(admin, "account", &[acme, bolt]).await), Some("BAD_USER_INPUT"));
        records.delete(admin, "account", acme, None).await.unwrap();
        records.restore(admin, "account", acme).await.unwrap();
        let last = under(&company, "folder", acme, "1").await;
        assert_eq!(code(records.delete(admin, "account", acme, None).await), Some("BAD_USER_INPUT"));
        assert_eq!(fate(&company, "account", acme).await, "there");
        assert_eq!(fate(&company, "folder", last).await, "there");
    });
}

#[test]
fn a_record_is_hung_only_on_one_that_can_be_changed() {
    run(async {
        let company = found().await;
        let account = company.account(&company.rep, "Acme").await;
        allow(&company, "Standard User", "folder").await;
        let fields = [("name", Value::text("1")), ("parent", Value::Reference(account))];
        let make = async |by: &Caller| code(company.create(by, "folder", &fields).await);
        assert_eq!(make(&company.peer).await, Some("NOT_FOUND"), "he cannot see it");
        company
            .engine
            .permissions()
            .set_default(&company.admin, "account", OrgWideDefault::Read, true)
            .await
            .unwrap();
        assert_eq!(make(&company.peer).await, Some("FORBIDDEN"), "he can see it and not change it");
        assert_eq!(make(&company.manager).await, None);
    });
}

/// Lets the people of this profile make records of an object.
async fn allow(company: &Company, profile: &str, object: &str) {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let object = viewing.metadata().object_named(object).unwrap().clone();
    let found = viewing.profiles().await.unwrap().into_iter().find(|it| it.name == profile).unwrap();
    viewing.close().await.unwrap();
    let Profile { id, name, mut grants } = found;
    grants.objects.insert(object.id, ObjectPermissions::CREATE);
    let fields = object.fields.iter().map(|field| (field.id, sutra_acl::FieldPermission::new(true, true)));
    grants.fields.extend(fields);
    company
        .engine
        .permissions()
        .update_profile(&company.admin, id, &ProfileEdit { name, grants })
        .await
        .unwrap();
}

#[test]
fn whether_a_reason_is_needed_tells_nothing_of_what_is_there() {
    run(async {
        let company = found().await;
        let needs_reason = ObjectEdit { needs_reason: Some(true), ..ObjectEdit::default() };
        company.engine.objects().update(&company.admin, "page", &needs_reason).await.unwrap();
        let account = company.account(&company.rep, "Acme").await;
        let refused = company.engine.records().delete(&company.rep, "account", account, None).await;
        assert_eq!(code(refused), Some("VALIDATION_FAILED"));
        let caller = company.rep.because(Reason::parse("It was a duplicate.").unwrap().unwrap());
        company.engine.records().delete(&caller, "account", account, None).await.unwrap();
    });
}
