//! Workspaces see nothing of each other, through any port.

use sutra_audit::EntryFilter;
use sutra_kernel::PortErrorKind::Refused;

use super::{
    gadget,
    home::{Home, at, expect_kind, nothing},
    traces::{KIND, leave, neighbours, sealed},
};
use crate::Store;

pub(super) async fn users_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, traces, other) = neighbours(store, "isolation of users").await;
    let mut work = home.begin().await;
    let newcomer = home.newcomer("Newcomer");
    work.unit.put_user(&newcomer, None).await.unwrap();
    work.commit().await;

    let mut reads = other.reads().await;
    assert_eq!(reads.find_user(newcomer.id).await.unwrap(), None);
    assert_eq!(reads.find_user_by_email(&newcomer.email).await.unwrap(), None);
    assert_eq!(reads.find_users(&[newcomer.id]).await.unwrap(), []);
    let users = reads.users(None, 10).await.unwrap().items;
    assert_eq!(users.len(), 3);
    assert!(users.iter().all(|user| user.workspace == other.workspace));
    assert_eq!(reads.count_active_holders(&[home.limited.id]).await.unwrap(), 2);
    assert!(reads.find_password(home.admin.id).await.unwrap().is_none());
    assert_eq!(reads.find_session(&traces.session.digest).await.unwrap(), None);
    assert_eq!(reads.sessions_of(home.admin.id).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn policy_of_another_workspace_is_not_there(store: &dyn Store) {
    let (home, _, other) = neighbours(store, "isolation of policy").await;
    let mut work = home.begin().await;
    let renamed = nothing(home.limited.id, "Renamed");
    work.unit.put_profile(&renamed).await.unwrap();
    work.unit.put_object(&gadget::define("widget")).await.unwrap();
    work.unit.put_rule(&home.rule("strict")).await.unwrap();
    work.unit.bump_policy_epoch().await.unwrap();
    work.unit.bump_metadata_version().await.unwrap();
    work.commit().await;

    let mut reads = other.reads().await;
    let policy = reads.policy().await.unwrap();
    assert_eq!((policy.workspace, policy.epoch), (other.workspace, 0));
    assert_eq!(policy.profiles[&home.limited.id].name, "Limited");
    assert_eq!(reads.profiles().await.unwrap().len(), 2);
    assert_eq!(reads.roles().await.unwrap().len(), 2);
    assert_eq!(reads.objects().await.unwrap().len(), 1);
    assert_eq!(reads.rules().await.unwrap(), []);
    assert_eq!(reads.subject(other.admin.id).await.unwrap().unwrap().workspace, other.workspace);
    assert_eq!(reads.epochs().await.unwrap().metadata, 0);
    reads.finish().await.unwrap();
}

pub(super) async fn records_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, traces, other) = neighbours(store, "isolation of records").await;
    let (object, id, import) = (home.object.id, traces.record.id, &traces.import);
    let mut reads = other.reads().await;
    assert_eq!(reads.find_record(object, id).await.unwrap(), None);
    assert_eq!(reads.find_records(object, &[id]).await.unwrap(), []);
    assert_eq!(reads.list_records(&other.everything()).await.unwrap().items, []);
    assert_eq!(reads.count_records(&other.everything(), 10).await.unwrap(), 0);
    assert_eq!(reads.find_import_row(object, &import.file_digest, 1).await.unwrap(), None);
    assert_eq!(reads.latest_import(object, home.admin.id).await.unwrap(), None);
    reads.finish().await.unwrap();
}

pub(super) async fn the_ledger_of_another_workspace_is_not_there(store: &dyn Store) {
    let (_, traces, other) = neighbours(store, "isolation of ledgers").await;
    let mut reads = other.reads().await;
    // What furnished the workspace is entered once.
    assert_eq!(reads.head().await.unwrap().seq, 1);
    assert_eq!(reads.entries(&EntryFilter::default(), 10).await.unwrap().len(), 1);
    assert_eq!(reads.entries_from(2, 10).await.unwrap(), []);
    for ordinal in 0..3 {
        assert_eq!(reads.openings(traces.unit, ordinal).await.unwrap(), []);
    }
    reads.finish().await.unwrap();
}

pub(super) async fn keys_of_another_workspace_are_not_there(store: &dyn Store) {
    let (_, traces, other) = neighbours(store, "isolation of keys").await;
    let mut reads = other.reads().await;
    assert_eq!(reads.find_key(traces.key.key_ref).await.unwrap(), None);
    assert_eq!(reads.current_keys(&[traces.key.slot]).await.unwrap(), []);
    assert_eq!(reads.keys().await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn bookkeeping_of_another_workspace_is_not_there(store: &dyn Store) {
    let (home, traces, other) = neighbours(store, "isolation of bookkeeping").await;
    let mut book = other.book().await;
    assert!(!book.consume(KIND, &traces.offered, at(2)).await.unwrap());
    assert!(book.claim_tasks(at(2), at(3), 10).await.unwrap().is_empty());
    assert_eq!(book.count_refusal(&traces.refused, 1).await.unwrap().count, 1);
    book.touch_session(traces.session.id, at(9)).await.unwrap();
    book.withdraw(KIND).await.unwrap();
    book.complete_task(traces.task.id).await.unwrap();
    book.commit().await.unwrap();

    let mut reads = home.reads().await;
    let session = reads.find_session(&traces.session.digest).await.unwrap().unwrap();
    assert_eq!(session.last_seen_at, at(1));
    reads.finish().await.unwrap();
    let mut book = home.book().await;
    assert!(book.consume(KIND, &traces.offered, at(2)).await.unwrap());
    assert_eq!(book.claim_tasks(at(2), at(3), 10).await.unwrap().len(), 1);
}

pub(super) async fn the_same_ids_serve_in_two_workspaces(store: &dyn Store) {
    let (home, traces, other) = neighbours(store, "the same ids").await;
    let twins = leave(&other).await;
    assert_eq!((traces.record.id, traces.session.id), (twins.record.id, twins.session.id));
    for (home, traces) in [(&home, &traces), (&other, &twins)] {
        let mut reads = home.reads().await;
        let found = reads.find_record(home.object.id, traces.record.id).await.unwrap().unwrap();
        assert_eq!(found.workspace, home.workspace);
        let found = reads.find_session(&traces.session.digest).await.unwrap().unwrap();
        assert_eq!(found.workspace, home.workspace);
        let found = reads.find_key(traces.key.key_ref).await.unwrap().unwrap();
        assert_eq!(found, traces.key);
        reads.finish().await.unwrap();
    }
}

pub(super) async fn a_change_reaches_its_own_workspace_alone(store: &dyn Store) {
    let (home, traces, other) = neighbours(store, "changes at home").await;
    let twins = leave(&other).await;
    change_everything(&home, &traces.record).await;

    let mut reads = other.reads().await;
    let record = reads.find_record(other.object.id, twins.record.id).await.unwrap().unwrap();
    assert_eq!(record, twins.record);
    assert_eq!(reads.find_user(other.admin.id).await.unwrap().as_ref(), Some(&other.admin));
    let session = reads.find_session(&twins.session.digest).await.unwrap().unwrap();
    assert_eq!(session.ended_at, None);
    assert_eq!(reads.roles().await.unwrap().len(), 2);
    assert_eq!(reads.policy().await.unwrap().profiles[&other.limited.id].name, "Limited");
    reads.finish().await.unwrap();
    let mut book = other.book().await;
    assert!(book.consume(KIND, &twins.offered, at(2)).await.unwrap());
}

/// Changes whatever has the same id in both workspaces.
async fn change_everything(home: &Home<'_>, record: &sutra_records::Record) {
    let mut work = home.begin().await;
    work.put(home.update(record, gadget::named("Changed"), at(2))).await.unwrap();
    let mut admin = home.admin.clone();
    admin.name = "Changed".to_owned();
    admin.version = 2;
    work.unit.put_user(&admin, Some(1)).await.unwrap();
    work.unit.put_password(home.admin.id, sealed(home)).await.unwrap();
    work.unit.end_sessions_of(home.admin.id, None, at(2)).await.unwrap();
    work.unit.move_owned(home.admin.id, Some(home.sales.id), 9).await.unwrap();
    work.unit.put_profile(&nothing(home.limited.id, "Changed")).await.unwrap();
    work.unit.withdraw(KIND).await.unwrap();
    work.commit().await;
}

pub(super) async fn what_belongs_to_another_workspace_is_refused(store: &dyn Store) {
    let (home, other) = Home::found_twins(store, "strangers").await;

    let mut work = other.begin().await;
    let result = work.put(home.create(&home.admin, gadget::named("Stranger"), at(1))).await;
    expect_kind(result, Refused, "a record");
    work.cancel().await;

    let mut work = other.begin().await;
    let result = work.unit.put_user(&home.newcomer("Stranger"), None).await;
    expect_kind(result, Refused, "a user");
    work.cancel().await;

    let mut work = other.begin().await;
    let result = work.unit.put_session(&home.session(&home.admin, at(1)).0).await;
    expect_kind(result, Refused, "a session");
    work.cancel().await;

    let mut work = other.begin().await;
    let result = work.unit.put_keys(vec![home.audit_key()]).await;
    expect_kind(result, Refused, "a key");
    work.cancel().await;
}
