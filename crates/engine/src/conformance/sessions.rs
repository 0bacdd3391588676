//! Sessions.

use sutra_crypto::TokenDigest;
use sutra_identity::{Method, OpenedSession, Proof, ProvedBy, Session};
use sutra_kernel::SessionId;

use super::home::{Home, at};
use crate::Store;

pub(super) async fn a_session_is_found_by_its_digest_alone(store: &dyn Store) {
    let home = Home::found(store, "session digests").await;
    let (session, token) = home.session(&home.admin, at(1));
    put(&home, &session).await;
    let mut reads = home.reads().await;
    let found = reads.find_session(&token.digest()).await.unwrap();
    assert!(found == Some(session.into_session()), "every part is read as it was written");
    let mut almost = *token.digest().as_bytes();
    almost[31] ^= 1;
    assert_eq!(reads.find_session(&TokenDigest::from_bytes(almost)).await.unwrap(), None);
    reads.finish().await.unwrap();
}

pub(super) async fn a_renewed_session_has_another_token(store: &dyn Store) {
    let home = Home::found(store, "renewed sessions").await;
    let (session, old) = home.session(&home.admin, at(1));
    put(&home, &session).await;
    let mut renewed = session.into_session();
    let proof = Proof { at: at(5), by: ProvedBy::Method(Method::Totp) };
    let new = renewed.prove(proof, &home.dice);
    let mut work = home.begin().await;
    assert!(work.unit.renew_session(&renewed).await.unwrap());
    work.commit().await;

    let mut reads = home.reads().await;
    assert_eq!(reads.find_session(&old.digest()).await.unwrap(), None, "the token before opens nothing");
    let found = reads.find_session(&new.digest()).await.unwrap();
    reads.finish().await.unwrap();
    assert!(found.as_ref() == Some(&renewed), "only its token and its proof are others");

    let mut work = home.begin().await;
    assert!(work.unit.end_session(renewed.id, at(6)).await.unwrap());
    let _ = renewed.prove(proof, &home.dice);
    assert!(!work.unit.renew_session(&renewed).await.unwrap(), "what has ended is not renewed");
    work.commit().await;
}

pub(super) async fn a_session_ends_once(store: &dyn Store) {
    let home = Home::found(store, "ended sessions").await;
    let session = home.session(&home.admin, at(1)).0;
    put(&home, &session).await;
    for (now, expected) in [(at(2), true), (at(3), false)] {
        let mut work = home.begin().await;
        assert_eq!(work.unit.end_session(session.id, now).await.unwrap(), expected);
        work.commit().await;
    }
    assert_eq!(find(&home, &session).await.ended_at, Some(at(2)));
    let unknown = home.session(&home.admin, at(1)).0;
    let mut work = home.begin().await;
    assert!(!work.unit.end_session(unknown.id, at(2)).await.unwrap());
    work.cancel().await;
}

pub(super) async fn ending_the_sessions_of_a_user_spares_one(store: &dyn Store) {
    let home = Home::found(store, "other sessions").await;
    let mine: Vec<_> = (1..=4).map(|n| home.session(&home.admin, at(n)).0).collect();
    let other = home.session(&home.seller, at(1)).0;
    for session in mine.iter().chain([&other]) {
        put(&home, session).await;
    }
    let mut work = home.begin().await;
    assert!(work.unit.end_session(mine[0].id, at(5)).await.unwrap());
    let ended = work.unit.end_sessions_of(home.admin.id, Some(mine[1].id), at(6)).await.unwrap();
    assert_eq!(ended, 2, "neither the spared one nor the one that was ended before");
    work.commit().await;

    let expected = [Some(at(5)), None, Some(at(6)), Some(at(6))];
    for (session, ended_at) in mine.iter().zip(expected) {
        assert_eq!(find(&home, session).await.ended_at, ended_at);
    }
    assert_eq!(find(&home, &other).await.ended_at, None);
    let mut work = home.begin().await;
    assert_eq!(work.unit.end_sessions_of(home.admin.id, None, at(7)).await.unwrap(), 1);
    work.commit().await;
}

pub(super) async fn sessions_are_listed_live_first_and_newest_first(store: &dyn Store) {
    let home = Home::found(store, "lists of sessions").await;
    let sessions: Vec<_> = (1..=4).map(|n| home.session(&home.admin, at(n)).0).collect();
    for session in &sessions {
        put(&home, session).await;
    }
    let mut work = home.begin().await;
    for ended in [1, 3] {
        assert!(work.unit.end_session(sessions[ended].id, at(9)).await.unwrap());
    }
    work.commit().await;
    let mut reads = home.reads().await;
    let listed: Vec<SessionId> =
        reads.sessions_of(home.admin.id).await.unwrap().iter().map(|session| session.id).collect();
    assert_eq!(listed, [2, 0, 3, 1].map(|n: usize| sessions[n].id));
    assert_eq!(reads.sessions_of(home.seller.id).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn a_touch_goes_forward_and_revives_nothing(store: &dyn Store) {
    let home = Home::found(store, "touches").await;
    let session = home.session(&home.admin, at(1)).0;
    put(&home, &session).await;
    let touch = async |now| {
        let mut book = home.book().await;
        book.touch_session(session.id, now).await.unwrap();
        book.commit().await.unwrap();
        find(&home, &session).await.last_seen_at
    };
    assert_eq!(touch(at(5)).await, at(5));
    assert_eq!(touch(at(3)).await, at(5), "never backward");
    let mut work = home.begin().await;
    assert!(work.unit.end_session(session.id, at(6)).await.unwrap());
    work.commit().await;
    assert_eq!(touch(at(7)).await, at(5), "never once it was ended");
    assert_eq!(find(&home, &session).await.ended_at, Some(at(6)));
}

async fn put(home: &Home<'_>, session: &OpenedSession) {
    let mut work = home.begin().await;
    work.unit.put_session(session).await.unwrap();
    work.commit().await;
}

async fn find(home: &Home<'_>, session: &OpenedSession) -> Session {
    let mut reads = home.reads().await;
    let found = reads.find_session(&session.digest).await.unwrap().unwrap();
    reads.finish().await.unwrap();
    found
}
