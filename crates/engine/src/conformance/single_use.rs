//! Secrets that are used once.

use sutra_crypto::TokenDigest;
use sutra_kernel::Timestamp;

use super::{
    gadget,
    home::{Home, at},
    together::{pause, together},
    traces::KIND,
};
use crate::Store;

/// How many try at the same time.
const CONSUMERS: usize = 20;

pub(super) async fn a_secret_is_used_up_by_its_use(store: &dyn Store) {
    let home = Home::found(store, "single use").await;
    let secret = offer(&home).await;
    assert!(consume(&home, KIND, &secret, at(2)).await);
    assert!(!consume(&home, KIND, &secret, at(2)).await);

    let secret = offer(&home).await;
    let mut work = home.begin().await;
    assert!(work.unit.consume(KIND, &secret, at(2)).await.unwrap(), "a unit uses secrets, too");
    assert!(!work.unit.consume(KIND, &secret, at(2)).await.unwrap());
    work.commit().await;
    assert!(!consume(&home, KIND, &secret, at(2)).await);
}

pub(super) async fn an_expired_secret_is_useless(store: &dyn Store) {
    let home = Home::found(store, "expired secrets").await;
    let just_before = Timestamp::from_micros(at(100).as_micros() - 1);
    for (now, expected) in [(at(100), false), (at(101), false), (just_before, true)] {
        let secret = offer(&home).await;
        assert_eq!(consume(&home, KIND, &secret, now).await, expected, "{now}");
    }
}

pub(super) async fn a_secret_is_of_one_kind(store: &dyn Store) {
    let home = Home::found(store, "kinds of secrets").await;
    let secret = offer(&home).await;
    assert!(!consume(&home, "another", &secret, at(2)).await);
    let unknown = TokenDigest::from_bytes(gadget::digest(&home.dice));
    assert!(!consume(&home, KIND, &unknown, at(2)).await);
    assert!(consume(&home, KIND, &secret, at(2)).await);
}

pub(super) async fn withdrawn_secrets_are_useless(store: &dyn Store) {
    let home = Home::found(store, "withdrawn secrets").await;
    let secrets = [offer(&home).await, offer(&home).await];
    let mut book = home.book().await;
    book.withdraw("another").await.unwrap();
    book.commit().await.unwrap();
    assert!(consume(&home, KIND, &secrets[0], at(2)).await, "withdrawing concerns one kind");
    let mut book = home.book().await;
    book.withdraw(KIND).await.unwrap();
    book.commit().await.unwrap();
    assert!(!consume(&home, KIND, &secrets[1], at(2)).await);
}

pub(super) async fn many_consumers_share_one_success(store: &dyn Store) {
    let home = Home::found(store, "many consumers").await;
    let secret = offer(&home).await;
    let outcomes = together((0..CONSUMERS).map(|_| consume(&home, KIND, &secret, at(2)))).await;
    assert_eq!(outcomes.into_iter().filter(|used| *used).count(), 1);
}

pub(super) async fn what_was_never_offered_is_spent_once(store: &dyn Store) {
    let home = Home::found(store, "spent secrets").await;
    let digest = || TokenDigest::from_bytes(gadget::digest(&home.dice));
    let (secret, other) = (digest(), digest());
    let spend = async |kind: &str, secret: &TokenDigest| {
        let mut book = home.book().await;
        pause().await;
        let spent = book.spend(kind, secret, at(100)).await.unwrap();
        pause().await;
        book.commit().await.unwrap();
        spent
    };
    let outcomes = together((0..CONSUMERS).map(|_| spend(KIND, &secret))).await;
    assert_eq!(outcomes.into_iter().filter(|spent| *spent).count(), 1);
    assert!(spend("another", &secret).await, "of another kind");
    assert!(spend(KIND, &other).await);
    let mut work = home.begin().await;
    let third = digest();
    assert!(work.unit.spend(KIND, &third, at(100)).await.unwrap());
    assert!(!work.unit.spend(KIND, &third, at(100)).await.unwrap());
    work.cancel().await;
    assert!(spend(KIND, &third).await, "a cancelled use is no use");
}

pub(super) async fn what_has_expired_is_forgotten(store: &dyn Store) {
    let home = Home::found(store, "expired uses").await;
    let secrets =
        [at(10), at(20)].map(|expires_at| (TokenDigest::from_bytes(gadget::digest(&home.dice)), expires_at));
    let mut book = home.book().await;
    for (secret, expires_at) in &secrets {
        assert!(book.spend(KIND, secret, *expires_at).await.unwrap());
    }
    book.forget_expired_secrets(at(10)).await.unwrap();
    let remembered = [true, false];
    for ((secret, expires_at), is_new) in secrets.iter().zip(remembered) {
        assert_eq!(book.spend(KIND, secret, *expires_at).await.unwrap(), is_new, "until {expires_at}");
    }
    book.commit().await.unwrap();
}

pub(super) async fn a_cancelled_use_is_no_use(store: &dyn Store) {
    let home = Home::found(store, "cancelled use").await;
    let secret = offer(&home).await;
    let mut work = home.begin().await;
    assert!(work.unit.consume(KIND, &secret, at(2)).await.unwrap());
    work.cancel().await;
    assert!(consume(&home, KIND, &secret, at(2)).await);
}

/// Offers a new secret until 100 seconds have passed.
async fn offer(home: &Home<'_>) -> TokenDigest {
    let secret = TokenDigest::from_bytes(gadget::digest(&home.dice));
    let mut book = home.book().await;
    book.offer(KIND, &secret, at(100)).await.unwrap();
    book.commit().await.unwrap();
    secret
}

async fn consume(home: &Home<'_>, kind: &str, secret: &TokenDigest, now: Timestamp) -> bool {
    let mut book = home.book().await;
    pause().await;
    let used = book.consume(kind, secret, now).await.unwrap();
    pause().await;
    book.commit().await.unwrap();
    used
}
