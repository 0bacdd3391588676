//! Stories of removing for good what was deleted.

use sutra_acl::{ObjectPermissions, Profile};
use sutra_audit::EntryFilter;
use sutra_engine::{Error, IdempotencyKey, ProfileEdit};
use sutra_kernel::{RecordId, Value};

use crate::company::{Company, edit, run};

async fn binned(company: &Company, name: &str) -> RecordId {
    let id = company.account(&company.rep, name).await;
    company.engine.records().delete(&company.rep, "account", id, None).await.unwrap();
    id
}

/// Gives the people of this profile one more permission on accounts.
async fn allow(company: &Company, profile: &str, more: ObjectPermissions) {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let object = viewing.metadata().object_named("account").unwrap().id;
    let found = viewing.profiles().await.unwrap().into_iter().find(|it| it.name == profile).unwrap();
    viewing.close().await.unwrap();
    let Profile { id, name, mut grants } = found;
    grants.objects.entry(object).and_modify(|known| *known = known.union(more)).or_insert(more);
    let edit = ProfileEdit { name, grants };
    company.engine.permissions().update_profile(&company.admin, id, &edit).await.unwrap();
}

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}

#[test]
fn what_is_purged_is_gone_for_everybody_and_stays_in_the_ledger() {
    run(async {
        let company = Company::found().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let id = binned(&company, "Acme").await;
        let contact = [("lastName", Value::text("Moss")), ("account", Value::Reference(id))];
        let purged = records.purge(admin, "account", id).await.unwrap();
        assert_eq!((purged.value.id, purged.value.version, purged.value.view.is_none()), (id, 3, true));
        assert!(purged.receipt.is_some());

        let gone = [
            ("restore", code(records.restore(admin, "account", id).await)),
            ("purge", code(records.purge(admin, "account", id).await)),
            ("update", code(records.update(admin, "account", id, &edit(&[])).await)),
            ("link", code(company.create(admin, "contact", &contact).await)),
        ];
        for (what, code) in gone {
            assert_eq!(code, Some("NOT_FOUND"), "{what}");
        }
        let viewing = company.engine.view(admin).await.unwrap();
        assert!(viewing.find_record("account", id).await.unwrap().is_none());
        assert!(viewing.record_history("account", id, 10).await.unwrap().is_none());
        let target = Some(("account".to_owned(), id.uuid()));
        let filter = EntryFilter { target, ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.stored.action.as_str()).collect();
        let saves = ["record.purge", "record.delete", "record.create"];
        assert_eq!(actions.iter().filter(|action| saves.contains(action)).count(), 3, "{actions:?}");
        assert!(entries.iter().any(|entry| !entry.changes.is_empty()), "what was written is still told");
        viewing.close().await.unwrap();
        let report = company.engine.ledger().verify(company.workspace).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
    });
}

#[test]
fn a_reference_to_what_is_purged_stays_and_reads_as_empty() {
    run(async {
        let company = Company::found().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let id = company.account(rep, "Acme").await;
        let contact = [("lastName", Value::text("Moss")), ("account", Value::Reference(id))];
        let contact = company.create(rep, "contact", &contact).await.unwrap();
        records.delete(rep, "account", id, None).await.unwrap();
        records.purge(&company.admin, "account", id).await.unwrap();
        let touched = records.update(rep, "contact", contact, &edit(&[("phone", Value::text("555"))])).await;
        assert_eq!(touched.unwrap().value.version, 2);
    });
}

#[test]
fn purging_needs_its_own_permission_and_a_record_in_the_bin() {
    run(async {
        let company = Company::found().await;
        let records = company.engine.records();
        let (id, live) = (binned(&company, "Acme").await, company.account(&company.rep, "Apex").await);
        assert_eq!(code(records.purge(&company.rep, "account", id).await), Some("FORBIDDEN"));
        assert_eq!(code(records.purge(&company.peer, "account", id).await), Some("NOT_FOUND"));
        allow(&company, "Standard User", ObjectPermissions::PURGE).await;
        assert_eq!(
            code(records.purge(&company.peer, "account", id).await),
            Some("NOT_FOUND"),
            "it is hidden"
        );
        assert_eq!(code(records.purge(&company.rep, "account", live).await), Some("BAD_USER_INPUT"));
        assert_eq!(code(records.purge(&company.rep, "account", id).await), None);
    });
}

#[test]
fn many_are_purged_all_or_none_and_told_of_in_one_entry_more() {
    run(async {
        let company = Company::found().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let ids = [binned(&company, "Acme").await, binned(&company, "Apex").await];
        let live = company.account(&company.rep, "Aqua").await;
        let refused = records.purge_all(admin, "account", &[ids[0], live]).await.unwrap_err();
        assert!(matches!(refused, Error::At { index: 1, .. }), "{refused}");
        let purged = records.purge_all(admin, "account", &ids).await.unwrap();
        assert_eq!(purged.iter().map(|it| it.value.id).collect::<Vec<_>>(), ids);
        let viewing = company.engine.view(admin).await.unwrap();
        let newest = viewing.ledger_entries(&EntryFilter::default(), 1).await.unwrap();
        assert_eq!((newest[0].stored.action.as_str(), newest[0].stored.target_id), ("mass.purge", None));
    });
}

#[test]
fn a_repeated_purge_answers_as_it_did() {
    run(async {
        let company = Company::found().await;
        let id = binned(&company, "Acme").await;
        let key = IdempotencyKey::parse("k1").unwrap();
        let caller = company.admin.repeating(&key, "purge", b"the request");
        let first = company.engine.records().purge(&caller, "account", id).await.unwrap();
        let again = company.engine.records().purge(&caller, "account", id).await.unwrap();
        assert_eq!((first.receipt, first.value.version), (again.receipt, again.value.version));
    });
}
