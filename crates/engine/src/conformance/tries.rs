//! What was tried in vain.

use sutra_identity::{Tries, TryKind};

use super::{
    gadget,
    home::{Home, at},
    together::{pause, together},
};
use crate::Store;

/// How many try at the same time.
const MANY: usize = 40;

pub(super) async fn tries_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "tries").await;
    let key = gadget::digest(&home.dice);
    let mut book = home.book().await;
    let fresh = book.hold_tries(TryKind::Password, &key, at(7)).await.unwrap();
    assert_eq!(fresh, Tries::none(at(7)));
    let tries =
        Tries { failures: 3, locks: 2, identifiers: 1, locked_until: Some(at(9)), expires_at: at(11) };
    book.put_tries(TryKind::Password, &key, &tries).await.unwrap();
    book.commit().await.unwrap();
    let mut work = home.begin().await;
    assert_eq!(work.unit.hold_tries(TryKind::Password, &key, at(8)).await.unwrap(), tries);
    let other = work.unit.hold_tries(TryKind::Network, &key, at(8)).await.unwrap();
    assert_eq!(other, Tries::none(at(8)), "each kind is counted apart");
    assert!(work.unit.forget_tries(TryKind::Password, &key).await.unwrap());
    assert!(!work.unit.forget_tries(TryKind::Password, &key).await.unwrap());
    work.commit().await;
}

pub(super) async fn tries_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, other) = (Home::found(store, "tries here").await, Home::found(store, "tries there").await);
    let key = gadget::digest(&home.dice);
    let mut book = home.book().await;
    let tries = Tries { failures: 4, expires_at: at(100), ..Tries::none(at(1)) };
    book.put_tries(TryKind::Password, &key, &tries).await.unwrap();
    book.commit().await.unwrap();
    let mut book = other.book().await;
    assert_eq!(book.hold_tries(TryKind::Password, &key, at(2)).await.unwrap(), Tries::none(at(2)));
    assert!(book.forget_tries(TryKind::Password, &key).await.unwrap());
    book.commit().await.unwrap();
    let mut book = home.book().await;
    assert_eq!(book.hold_tries(TryKind::Password, &key, at(2)).await.unwrap(), tries);
}

pub(super) async fn what_is_over_is_forgotten(store: &dyn Store) {
    let home = Home::found(store, "old tries").await;
    let keys = [at(10), at(20)].map(|expires_at| (gadget::digest(&home.dice), expires_at));
    let mut book = home.book().await;
    for (key, expires_at) in &keys {
        let tries = Tries { failures: 1, expires_at: *expires_at, ..Tries::none(at(1)) };
        book.put_tries(TryKind::Password, key, &tries).await.unwrap();
    }
    book.forget_tries_over(at(10)).await.unwrap();
    assert!(!book.forget_tries(TryKind::Password, &keys[0].0).await.unwrap());
    assert!(book.forget_tries(TryKind::Password, &keys[1].0).await.unwrap());
    book.commit().await.unwrap();
}

pub(super) async fn of_many_tries_at_once_so_many_are_granted_as_one_after_the_other(store: &dyn Store) {
    let home = &Home::found(store, "tries at once").await;
    let key = gadget::digest(&home.dice);
    let granted = together((0..MANY).map(|_| reserve(home, &key))).await;
    assert_eq!(granted.into_iter().filter(|granted| *granted).count(), 5);
}

async fn reserve(home: &Home<'_>, key: &[u8; 32]) -> bool {
    let mut book = home.book().await;
    let known = book.hold_tries(TryKind::Password, key, at(1)).await.unwrap();
    pause().await;
    let reserved = known.reserve(at(1));
    book.put_tries(TryKind::Password, key, reserved.as_ref().unwrap_or(&known)).await.unwrap();
    book.commit().await.unwrap();
    reserved.is_ok()
}
