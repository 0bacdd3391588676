//! What exists outside every workspace. Other cases may be at work in the same store.

use sutra_audit::{Actor, Batch, EntryDraft, Event, append};
use sutra_crypto::{KeyRef, RootCheck};
use sutra_kernel::{PortErrorKind::Refused, UnitId, WorkspaceId};

use super::{
    dice::Dice,
    home::{Home, at, entry_of, expect_kind},
    traces::sealed,
};
use crate::{Store, Workspace, WorkspaceState};

pub(super) async fn a_workspace_is_found_by_id_and_slug(store: &dyn Store) {
    let registry = store.registry();
    let entry = Workspace { state: WorkspaceState::Closed, ..fresh("found workspaces") };
    registry.create_workspace(&entry).await.unwrap();
    assert_eq!(registry.workspace(entry.id).await.unwrap().as_ref(), Some(&entry));
    assert_eq!(registry.workspace_by_slug(&entry.slug).await.unwrap(), Some(entry));
    let unknown = fresh("no workspace");
    assert_eq!(registry.workspace(unknown.id).await.unwrap(), None);
    assert_eq!(registry.workspace_by_slug(&unknown.slug).await.unwrap(), None);
}

pub(super) async fn workspaces_are_listed_as_they_were_made(store: &dyn Store) {
    let registry = store.registry();
    let made: Vec<_> =
        (0..3).map(|n| Workspace { created_at: at(n), ..fresh(&format!("listed workspaces {n}")) }).collect();
    for workspace in &made {
        registry.create_workspace(workspace).await.unwrap();
    }
    let mut listed = registry.workspaces().await.unwrap();
    listed.retain(|workspace| made.iter().any(|one| one.id == workspace.id));
    assert_eq!(listed, made);
}

pub(super) async fn a_taken_slug_or_id_is_refused(store: &dyn Store) {
    let registry = store.registry();
    let (one, two) = (fresh("taken workspace"), fresh("another workspace"));
    registry.create_workspace(&one).await.unwrap();
    let same_slug = Workspace { slug: one.slug.clone(), ..two.clone() };
    let same_id = Workspace { id: one.id, ..two };
    for (name, workspace) in [("slug", same_slug), ("id", same_id)] {
        expect_kind(registry.create_workspace(&workspace).await, Refused, name);
    }
    assert_eq!(registry.workspace(one.id).await.unwrap(), Some(one));
}

pub(super) async fn the_instance_has_a_ledger_and_is_no_workspace(store: &dyn Store) {
    let registry = store.registry();
    registry.ensure_instance().await.unwrap();
    registry.ensure_instance().await.unwrap();
    let id = UnitId::generate(at(0), &Dice::named("the instance"));
    let mut unit = store.begin(WorkspaceId::INSTANCE, id).await.unwrap();
    let before = unit.head().await.unwrap();
    let batch = Batch::new(Actor::operator()).entry(EntryDraft::new(Event::SchemaMigrate));
    let dice = Dice::named("the ledger of the instance");
    let receipt = append(unit.as_mut(), batch, before.epochs, at(0), &dice).await.unwrap();
    unit.commit(receipt).await.unwrap();
    let mut reads = store.reads(WorkspaceId::INSTANCE).await.unwrap();
    assert_eq!(reads.head().await.unwrap().seq, before.seq + 1);
    reads.finish().await.unwrap();
    registry.ensure_instance().await.unwrap();
    let mut reads = store.reads(WorkspaceId::INSTANCE).await.unwrap();
    assert_eq!(reads.head().await.unwrap().seq, before.seq + 1, "what is there stays");
    reads.finish().await.unwrap();
    assert_eq!(registry.workspace(WorkspaceId::INSTANCE).await.unwrap(), None);
    let listed = registry.workspaces().await.unwrap();
    assert!(listed.iter().all(|workspace| workspace.id != WorkspaceId::INSTANCE));
}

pub(super) async fn the_first_check_value_of_a_root_key_stays(store: &dyn Store) {
    let home = Home::found(store, "root keys").await;
    let registry = store.registry();
    let key_ref = KeyRef::generate(&home.dice);
    let [first, second] = [(); 2].map(|()| RootCheck { key_ref, blob: sealed(&home) });
    for check in [&first, &second] {
        registry.put_root_check(check).await.unwrap();
    }
    let mut checks = registry.root_checks().await.unwrap();
    checks.retain(|check| check.key_ref == key_ref);
    assert_eq!(checks, [first]);
}

pub(super) async fn the_earliest_wake_counts_and_is_taken_once(store: &dyn Store) {
    let registry = store.registry();
    let entry = fresh("woken workspace");
    registry.create_workspace(&entry).await.unwrap();
    for due in [30, 20, 40] {
        registry.wake(entry.id, at(due)).await.unwrap();
    }
    let mut taken = Vec::new();
    for now in [19, 20, 99] {
        let due = registry.take_due(at(now)).await.unwrap();
        taken.push(due.contains(&entry.id));
    }
    assert_eq!(taken, [false, true, false]);
}

pub(super) async fn nothing_is_written_where_there_is_no_workspace(store: &dyn Store) {
    let nowhere = fresh("nowhere").id;
    let dice = Dice::named("a unit nowhere");
    // A store may refuse at once, or when the ledger has no head to append to.
    let Ok(mut unit) = store.begin(nowhere, UnitId::generate(at(0), &dice)).await else { return };
    let batch = Batch::new(Actor::system()).entry(EntryDraft::new(Event::WorkspaceCreate));
    let appended = append(unit.as_mut(), batch, sutra_audit::Epochs::default(), at(0), &dice).await;
    assert!(appended.is_err());
    unit.cancel().await.unwrap();
}

pub(super) async fn a_store_that_works_answers(store: &dyn Store) {
    store.registry().ping().await.unwrap();
}

fn fresh(name: &str) -> Workspace {
    entry_of(WorkspaceId::generate(at(0), &Dice::named(name)))
}
