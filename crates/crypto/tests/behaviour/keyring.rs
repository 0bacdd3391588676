//! The cache of unwrapped keys: short, bounded, and per workspace.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use proptest::prelude::*;
use sutra_crypto::{KeyRef, KeySlot, Keyring, Purpose};
use sutra_kernel::Timestamp;

use crate::support::{key, workspace};

const TTL: Duration = Duration::from_secs(60);
const SLOT: KeySlot = KeySlot::Purpose(Purpose::Audit);

fn at(seconds: u64) -> Timestamp {
    Timestamp::default().plus(Duration::from_secs(seconds))
}

#[test]
fn a_key_is_found_by_name_and_by_slot_in_its_own_workspace() {
    let ring = Keyring::new(10, TTL);
    ring.put(workspace(1), Some(&SLOT), Arc::new(key(5)), at(0));
    let name = key(5).key_ref();
    assert!(ring.get(workspace(1), name, at(1)).is_some());
    assert!(ring.current(workspace(1), &SLOT, at(1)).is_some());
    assert!(ring.get(workspace(2), name, at(1)).is_none());
    assert!(ring.current(workspace(2), &SLOT, at(1)).is_none());
    assert!(ring.current(workspace(1), &KeySlot::Workspace, at(1)).is_none());
}

#[test]
fn a_key_is_gone_when_its_time_is_over() {
    let ring = Keyring::new(10, TTL);
    let cases = [("at once", 100, true), ("just in time", 159, true), ("to the second", 160, false)];
    for (name, now, found) in cases {
        ring.put(workspace(1), Some(&SLOT), Arc::new(key(5)), at(100));
        assert_eq!(ring.get(workspace(1), key(5).key_ref(), at(now)).is_some(), found, "{name}");
        assert_eq!(ring.current(workspace(1), &SLOT, at(now)).is_some(), found, "{name}");
    }
}

#[test]
fn setting_the_clock_back_keeps_no_key_alive() {
    let ring = Keyring::new(10, TTL);
    ring.put(workspace(1), None, Arc::new(key(5)), at(1_000));
    assert!(ring.get(workspace(1), key(5).key_ref(), at(100)).is_none());
}

#[test]
fn no_key_is_kept_longer_than_five_minutes() {
    let ring = Keyring::new(10, Duration::MAX);
    ring.put(workspace(1), None, Arc::new(key(5)), at(0));
    assert!(ring.get(workspace(1), key(5).key_ref(), at(299)).is_some());
    assert!(ring.get(workspace(1), key(5).key_ref(), at(300)).is_none());
}

#[test]
fn a_key_that_is_dropped_is_let_go() {
    let ring = Keyring::new(10, TTL);
    let (mine, theirs) = (Arc::new(key(5)), Arc::new(key(6)));
    ring.put(workspace(1), Some(&SLOT), Arc::clone(&mine), at(0));
    ring.put(workspace(2), Some(&SLOT), Arc::clone(&theirs), at(0));
    ring.forget(workspace(1));
    assert_eq!((Arc::strong_count(&mine), Arc::strong_count(&theirs)), (1, 2));
    assert!(ring.current(workspace(2), &SLOT, at(0)).is_some());
}

#[test]
fn a_new_version_takes_the_slot_and_the_old_one_still_opens() {
    let ring = Keyring::new(10, TTL);
    ring.put(workspace(1), Some(&SLOT), Arc::new(key(5)), at(0));
    ring.put(workspace(1), Some(&SLOT), Arc::new(key(6)), at(0));
    assert_eq!(ring.current(workspace(1), &SLOT, at(0)).unwrap().key_ref(), key(6).key_ref());
    assert!(ring.get(workspace(1), key(5).key_ref(), at(0)).is_some());
}

#[test]
fn a_ring_of_no_capacity_keeps_nothing() {
    let ring = Keyring::new(0, TTL);
    ring.put(workspace(1), Some(&SLOT), Arc::new(key(5)), at(0));
    assert!(ring.get(workspace(1), key(5).key_ref(), at(0)).is_none());
}

proptest! {
    /// The twin remembers everything and looks at the rules only when asked.
    #[test]
    fn it_holds_the_newest_keys_that_are_fresh(puts in prop::collection::vec((0..8_u64, 0..40_u64), 0..40)) {
        const CAPACITY: usize = 4;
        let ring = Keyring::new(CAPACITY, TTL);
        let mut twin = BTreeMap::new();
        let mut now = 0;
        for (number, (name, pause)) in puts.into_iter().enumerate() {
            now += pause + 1;
            ring.put(workspace(1), None, Arc::new(key(name)), at(now));
            twin.insert(name, (number, now));
            for name in 0..8 {
                let newer = |number| twin.values().filter(|(other, _)| *other > number).count();
                let expected = twin
                    .get(&name)
                    .is_some_and(|(number, put)| at(now).since(at(*put)) < TTL && newer(*number) < CAPACITY);
                let found = ring.get(workspace(1), KeyRef::from_u64(name), at(now)).is_some();
                prop_assert_eq!(found, expected, "key {} at {}", name, now);
            }
        }
    }
}
