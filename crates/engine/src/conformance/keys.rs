//! Wrapped keys.

use sutra_crypto::{Branch, KeyRef, KeySlot, Purpose, WrappedKey};
use sutra_kernel::{PortErrorKind::Conflict, UserId};

use super::home::{Home, at, expect_kind};
use crate::Store;

pub(super) async fn a_key_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "keys").await;
    let slots = [
        KeySlot::Workspace,
        KeySlot::Purpose(Purpose::Audit),
        KeySlot::Subject(home.admin.id.uuid()),
        KeySlot::Branch(Branch::Cursor),
    ];
    let keys: Vec<_> = slots.into_iter().flat_map(|slot| [2, 1].map(|v| home.key(slot, v))).collect();
    put(&home, &keys).await;
    let mut reads = home.reads().await;
    for key in &keys {
        assert_eq!(reads.find_key(key.key_ref).await.unwrap().as_ref(), Some(key));
    }
    assert_eq!(reads.find_key(KeyRef::generate(&home.dice)).await.unwrap(), None);
    let listed = reads.keys().await.unwrap();
    assert_eq!(listed.len(), keys.len());
    for pair in listed.chunks(2) {
        assert_eq!(pair[0].slot, pair[1].slot, "by slot");
        assert_eq!((pair[0].version, pair[1].version), (1, 2), "and version");
        assert!(keys.contains(&pair[0]) && keys.contains(&pair[1]));
    }
    reads.finish().await.unwrap();
}

pub(super) async fn the_highest_version_is_current(store: &dyn Store) {
    let home = Home::found(store, "current keys").await;
    let slot = KeySlot::Purpose(Purpose::Outbox);
    let keys = [2, 10, 9].map(|version| home.key(slot, version));
    put(&home, &keys).await;
    let mut work = home.begin().await;
    assert_eq!(work.unit.current_keys(&[slot, KeySlot::Workspace]).await.unwrap(), [keys[1].clone()]);
    assert_eq!(work.unit.current_keys(&[]).await.unwrap(), []);
    work.cancel().await;
}

pub(super) async fn the_current_keys_of_many_slots_are_read_at_once(store: &dyn Store) {
    let home = Home::found(store, "many keys").await;
    let slots: Vec<_> =
        (0..100).map(|_| KeySlot::Subject(UserId::generate(at(1), &home.dice).uuid())).collect();
    let keys: Vec<_> = slots.iter().flat_map(|slot| [1, 2].map(|version| home.key(*slot, version))).collect();
    put(&home, &keys).await;
    let mut reads = home.reads().await;
    let mut current = reads.current_keys(&slots).await.unwrap();
    reads.finish().await.unwrap();
    let mut expected: Vec<_> = keys.into_iter().filter(|key| key.version == 2).collect();
    current.sort_by_key(|key| key.slot);
    expected.sort_by_key(|key| key.slot);
    assert_eq!(current, expected);
}

pub(super) async fn a_version_is_taken_once(store: &dyn Store) {
    let home = Home::found(store, "taken keys").await;
    let key = home.audit_key();
    put(&home, std::slice::from_ref(&key)).await;
    let mut work = home.begin().await;
    let again = vec![home.key(KeySlot::Workspace, 1), home.key(key.slot, key.version)];
    expect_kind(work.unit.put_keys(again).await, Conflict, "the same version");
    work.cancel().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.current_keys(&[key.slot]).await.unwrap(), [key]);
    reads.finish().await.unwrap();
}

async fn put(home: &Home<'_>, keys: &[WrappedKey]) {
    let mut work = home.begin().await;
    work.unit.put_keys(keys.to_vec()).await.unwrap();
    work.commit().await;
}
