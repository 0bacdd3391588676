//! Personal access tokens.

use sutra_crypto::TokenDigest;
use sutra_identity::{AccessScope, AccessToken, User};
use sutra_kernel::PortErrorKind;

use super::home::{Home, at, expect_kind};
use crate::Store;

pub(super) async fn a_token_is_read_as_written_until_it_is_removed(store: &dyn Store) {
    let home = Home::found(store, "access tokens").await;
    let [old, new, others] =
        [(&home.admin, 1), (&home.admin, 2), (&home.seller, 3)].map(|(user, made)| token(&home, user, made));
    for token in [&old, &new, &others] {
        put(&home, token).await;
    }
    let mut reads = home.reads().await;
    assert_eq!(reads.find_access_token(&old.digest).await.unwrap().as_ref(), Some(&old));
    assert_eq!(reads.access_tokens_of(home.admin.id).await.unwrap(), [new.clone(), old.clone()]);
    let mut almost = *old.digest.as_bytes();
    almost[31] ^= 1;
    assert_eq!(reads.find_access_token(&TokenDigest::from_bytes(almost)).await.unwrap(), None);
    reads.finish().await.unwrap();
    let mut work = home.begin().await;
    assert!(work.unit.remove_access_token(old.id).await.unwrap());
    assert!(!work.unit.remove_access_token(old.id).await.unwrap());
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.find_access_token(&old.digest).await.unwrap(), None);
    assert_eq!(reads.access_tokens_of(home.admin.id).await.unwrap(), [new]);
    reads.finish().await.unwrap();
}

pub(super) async fn the_last_use_of_a_token_moves_forward_only(store: &dyn Store) {
    let home = Home::found(store, "uses of access tokens").await;
    let token = token(&home, &home.admin, 1);
    put(&home, &token).await;
    for (seen, expected) in [(5, 5), (9, 9), (7, 9)] {
        let mut book = home.book().await;
        book.touch_access_token(token.id, at(seen)).await.unwrap();
        book.commit().await.unwrap();
        let mut reads = home.reads().await;
        let found = reads.find_access_token(&token.digest).await.unwrap().unwrap();
        assert_eq!(found.last_used_at, Some(at(expected)));
        reads.finish().await.unwrap();
    }
}

pub(super) async fn tokens_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "access tokens next door").await;
    let token = token(&home, &home.admin, 1);
    put(&home, &token).await;
    let mut reads = neighbour.reads().await;
    assert_eq!(reads.find_access_token(&token.digest).await.unwrap(), None);
    assert_eq!(reads.access_tokens_of(home.admin.id).await.unwrap(), []);
    reads.finish().await.unwrap();
    let mut work = neighbour.begin().await;
    assert!(!work.unit.remove_access_token(token.id).await.unwrap());
    expect_kind(work.unit.put_access_token(&token).await, PortErrorKind::Refused, "a token from elsewhere");
    work.cancel().await;
}

fn token(home: &Home<'_>, user: &User, made: u64) -> AccessToken {
    let scopes = AccessScope::ALL.into_iter().take(2).collect();
    let times = (at(made), at(made + 1_000));
    AccessToken::issue(user, "Nightly".to_owned(), scopes, times, &home.dice).0
}

async fn put(home: &Home<'_>, token: &AccessToken) {
    let mut work = home.begin().await;
    work.unit.put_access_token(token).await.unwrap();
    work.commit().await;
}
