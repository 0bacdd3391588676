//! Stories of many records changed at once.

use sutra_acl::ObjectPermissions;
use sutra_audit::EntryFilter;
use sutra_engine::{Changed, Edit, Error, MAX_RECORDS, ProfileEdit, Written};
use sutra_kernel::{RecordId, Value};

use crate::company::{Company, edit, id_of, run};

fn named(name: &str) -> Edit {
    edit(&[("name", Value::text(name))])
}

/// A company whose standard users may act on many records at once.
async fn company() -> Company {
    let company = Company::found().await;
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let profiles = viewing.profiles().await.unwrap();
    viewing.close().await.unwrap();
    let profile = profiles.into_iter().find(|it| it.name == "Standard User").unwrap();
    let mut grants = profile.grants;
    grants.objects.values_mut().for_each(|may| *may = may.union(ObjectPermissions::MASS));
    let edit = ProfileEdit { name: profile.name, grants };
    company.engine.permissions().update_profile(&company.admin, profile.id, &edit).await.unwrap();
    company
}

async fn accounts(company: &Company, count: usize) -> Vec<RecordId> {
    let edits: Vec<Edit> = (0..count).map(|number| named(&format!("Account {number}"))).collect();
    let made = company.engine.records().create_all(&company.rep, "account", &edits).await.unwrap();
    made.into_iter().map(|it| it.value.id).collect()
}

/// What the caller is told, without what differs from call to call.
fn told(written: &Written<Changed>) -> (u64, Vec<String>, bool, Option<String>) {
    let changed = &written.value;
    let names = changed.changed.iter().map(ToString::to_string).collect();
    let view = changed.view.as_ref().map(|view| format!("{:?}", view.record.fields));
    (changed.version, names, written.receipt.is_some(), view)
}

/// Place and code of a refusal.
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> (Option<usize>, &'static str) {
    let error = result.unwrap_err();
    let place = if let Error::At { index, .. } = &error { Some(*index) } else { None };
    (place, error.code())
}

#[test]
fn many_at_once_are_as_many_one_by_one() {
    run(async {
        let company = company().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let peer = id_of(&company.peer);
        let new = [named("One"), edit(&[("name", Value::text("Two")), ("industry", Value::text("Steel"))])];
        let many = records.create_all(rep, "account", &new).await.unwrap();
        let mut single = Vec::new();
        for edit in &new {
            single.push(records.create(rep, "account", edit).await.unwrap());
        }
        let same = |many: &[Written<Changed>], single: &[Written<Changed>], what: &str| {
            let [many, single] = [many, single].map(|it| it.iter().map(told).collect::<Vec<_>>());
            assert_eq!(many, single, "{what}");
        };
        same(&many, &single, "created");
        let ids = |made: &[Written<Changed>]| made.iter().map(|it| it.value.id).collect::<Vec<_>>();
        let (many_ids, single_ids) = (ids(&many), ids(&single));

        // The second changes nothing, and so is not written.
        let changes =
            [edit(&[("industry", Value::text("Glass"))]), edit(&[("industry", Value::text("Steel"))])];
        let updates: Vec<_> = many_ids.iter().copied().zip(changes.clone()).collect();
        let many = records.update_all(rep, "account", &updates).await.unwrap();
        let mut single = Vec::new();
        for (id, change) in single_ids.iter().zip(&changes) {
            single.push(records.update(rep, "account", *id, change).await.unwrap());
        }
        same(&many, &single, "updated");

        let many = records.delete_all(rep, "account", &many_ids).await.unwrap();
        let mut single = Vec::new();
        for id in &single_ids {
            single.push(records.delete(rep, "account", *id, None).await.unwrap());
        }
        same(&many, &single, "deleted");

        let many = records.restore_all(rep, "account", &many_ids).await.unwrap();
        let mut single = Vec::new();
        for id in &single_ids {
            single.push(records.restore(rep, "account", *id).await.unwrap());
        }
        same(&many, &single, "restored");

        let many = records.transfer_all(rep, "account", &many_ids, peer.into()).await.unwrap();
        let mut single = Vec::new();
        let gift = Edit { owner: Some(peer.into()), ..Edit::default() };
        for id in &single_ids {
            single.push(records.update(rep, "account", *id, &gift).await.unwrap());
        }
        same(&many, &single, "given away");
        assert!(many.iter().all(|it| it.value.view.is_none()), "who gives away does not see");
    });
}

#[test]
fn one_unit_has_an_entry_for_each_record_and_one_for_the_whole() {
    run(async {
        let company = company().await;
        let ids = accounts(&company, 3).await;
        let transferred = company
            .engine
            .records()
            .transfer_all(&company.rep, "account", &ids, id_of(&company.peer).into())
            .await
            .unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let mut entries = viewing.ledger_entries(&EntryFilter::default(), 4).await.unwrap();
        entries.reverse();
        let found: Vec<_> = entries.iter().map(|it| (it.stored.action.as_str(), it.stored.ordinal)).collect();
        let update = "record.update";
        assert_eq!(found, [(update, 0), (update, 1), (update, 2), ("mass.transfer", 3)]);
        assert!(entries.iter().all(|it| it.stored.unit == entries[0].stored.unit));
        assert!(entries.iter().zip(&ids).all(|(entry, id)| entry.stored.target_id == Some(id.uuid())));
        let whole = &entries[3];
        assert_eq!((whole.entry.rows, whole.stored.target_object.as_deref()), (Some(3), Some("account")));
        let receipt = sutra_audit::receipt_text(&whole.stored.leaf);
        assert!(transferred.iter().all(|it| it.receipt.as_ref() == Some(&receipt)));
    });
}

#[test]
fn all_are_changed_or_none_and_the_error_says_which() {
    run(async {
        let company = company().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let hidden = company.account(&company.manager, "secret").await;
        let mut ids = accounts(&company, 2).await;
        ids.push(hidden);
        let count = async || {
            let viewing = company.engine.view(&company.admin).await.unwrap();
            viewing.ledger_entries(&EntryFilter::default(), 200).await.unwrap().len()
        };
        let before = count().await;
        assert_eq!(refusal(records.delete_all(rep, "account", &ids).await), (Some(2), "NOT_FOUND"));
        assert_eq!(count().await, before + 1, "the refusal, and nothing else");

        let edits = [named("fine"), named("")];
        assert_eq!(refusal(records.create_all(rep, "account", &edits).await), (Some(1), "VALIDATION_FAILED"));
        let stale = Edit { version: Some(7), ..named("late") };
        let updates = [(ids[0], stale), (ids[1], named("fine"))];
        assert_eq!(
            refusal(records.update_all(rep, "account", &updates).await),
            (Some(0), "VERSION_CONFLICT")
        );
        assert_eq!(refusal(records.restore_all(rep, "account", &ids).await), (Some(0), "BAD_USER_INPUT"));
        assert_eq!(count().await, before + 1);
        let viewing = company.engine.view(rep).await.unwrap();
        for (number, id) in ids.iter().take(2).enumerate() {
            let view = viewing.find_record("account", *id).await.unwrap().unwrap();
            let name = view.value(&sutra_kernel::ApiName::parse("name").unwrap());
            assert_eq!((view.record.version, name), (1, Value::text(format!("Account {number}"))));
        }
    });
}

#[test]
fn a_thousand_is_enough_and_none_is_too_few() {
    run(async {
        let company = company().await;
        let ids = accounts(&company, MAX_RECORDS).await;
        assert_eq!(ids.len(), MAX_RECORDS);
        let records = company.engine.records();
        let many = [ids.clone(), ids[..1].to_vec()].concat();
        for wrong in [many.as_slice(), &[]] {
            assert_eq!(
                refusal(records.delete_all(&company.rep, "account", wrong).await),
                (None, "BAD_USER_INPUT")
            );
            // Nobody is looked up either.
            let stranger = records.delete_all(&company.stranger(), "nonsense", wrong).await;
            assert_eq!(refusal(stranger), (None, "BAD_USER_INPUT"));
        }
    });
}

#[test]
fn l30_acting_on_many_needs_a_permission_of_its_own_and_all_the_others() {
    run(async {
        let plain = Company::found().await;
        let id = plain.account(&plain.rep, "mine").await;
        let records = plain.engine.records();
        let refused = records.delete_all(&plain.rep, "account", &[id]).await;
        assert_eq!(refusal(refused), (None, "FORBIDDEN"));
        records.delete_all(&plain.admin, "account", &[id]).await.unwrap();

        let company = company().await;
        let records = company.engine.records();
        let id = company.account(&company.rep, "mine").await;
        let none = sutra_acl::FieldPermission::new(true, false);
        company.restrict("Standard User", "account", "industry", none).await;
        let updates = [(id, named("fine")), (id, edit(&[("industry", Value::text("Steel"))]))];
        let refused = records.update_all(&company.rep, "account", &updates).await;
        assert_eq!(refusal(refused), (Some(1), "FORBIDDEN"));
        let refused =
            records.transfer_all(&company.peer, "account", &[id], id_of(&company.peer).into()).await;
        assert_eq!(refusal(refused), (Some(0), "NOT_FOUND"));
    });
}
