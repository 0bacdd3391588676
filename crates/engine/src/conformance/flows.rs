//! Ceremonies that are under way.

use sutra_crypto::TokenDigest;
use sutra_identity::{Beginning, Delivery, Flow, FlowPurpose, Method, User};
use sutra_kernel::{FlowId, PortErrorKind, SessionId};

use super::{
    home::{Home, at, expect_kind},
    together::{pause, together},
};
use crate::Store;

/// How many try at the same time.
const HOLDERS: usize = 100;

pub(super) async fn a_flow_is_found_by_its_digest_alone(store: &dyn Store) {
    let home = Home::found(store, "flow digests").await;
    let bare = flow(&home, &home.seller);
    let full = Flow {
        session: Some(session(&home).await),
        passed: vec![Method::Totp, Method::RecoveryCode],
        attempts: 3,
        ..flow(&home, &home.admin).delivering(Delivery::Cookie)
    };
    for written in [&bare, &full] {
        put(&home, written).await;
        assert_eq!(find(&home, &written.digest).await.as_ref(), Some(written));
    }
    let mut almost = *full.digest.as_bytes();
    almost[31] ^= 1;
    assert_eq!(find(&home, &TokenDigest::from_bytes(almost)).await, None);
}

pub(super) async fn a_flow_goes_on_from_where_it_was_seen(store: &dyn Store) {
    let home = Home::found(store, "advancing flows").await;
    let begun = flow(&home, &home.admin);
    put(&home, &begun).await;
    let first = Flow { attempts: 1, passed: vec![Method::EmailCode], ..begun.clone() };
    for (name, flow, seen, expected) in [
        ("what was seen", &first, 0, true),
        ("what was seen before", &Flow { attempts: 1, ..begun.clone() }, 0, false),
        ("another flow", &Flow { id: FlowId::generate(at(1), &home.dice), ..begun.clone() }, 0, false),
    ] {
        assert_eq!(advance(&home, flow, seen).await, expected, "{name}");
        assert_eq!(find(&home, &begun.digest).await.as_ref(), Some(&first), "{name}");
    }
}

pub(super) async fn a_flow_ends_once(store: &dyn Store) {
    let home = Home::found(store, "ended flows").await;
    let begun = flow(&home, &home.admin);
    put(&home, &begun).await;
    let mut work = home.begin().await;
    assert!(work.unit.end_flow(begun.id).await.unwrap());
    work.cancel().await;
    assert!(end(&home, begun.id).await, "a cancelled end is none");
    assert!(!end(&home, begun.id).await);
    assert_eq!(find(&home, &begun.digest).await, None);
    assert!(!advance(&home, &Flow { attempts: 1, ..begun }, 0).await);
}

pub(super) async fn many_holders_of_a_flow_share_one_success(store: &dyn Store) {
    let home = Home::found(store, "many holders").await;
    let begun = flow(&home, &home.admin);
    put(&home, &begun).await;
    let next = Flow { attempts: 1, ..begun.clone() };
    let advanced = together((0..HOLDERS).map(|_| advance(&home, &next, 0))).await;
    assert_eq!(advanced.into_iter().filter(|done| *done).count(), 1, "to go on");
    let ended = together((0..HOLDERS).map(|_| end(&home, begun.id))).await;
    assert_eq!(ended.into_iter().filter(|done| *done).count(), 1, "to end");
}

pub(super) async fn a_new_flow_forgets_the_expired_ones_of_its_user(store: &dyn Store) {
    let home = Home::found(store, "expired flows").await;
    let [old, live, others] =
        [(&home.admin, 100), (&home.admin, 101), (&home.seller, 100)].map(|(user, until)| {
            let begun = flow(&home, user);
            Flow { expires_at: at(until), ..begun }
        });
    for flow in [&old, &live, &others] {
        put(&home, flow).await;
    }
    let mut book = home.book().await;
    book.put_flow(&Flow { expires_at: at(700), ..flow(&home, &home.admin) }, at(100)).await.unwrap();
    book.commit().await.unwrap();
    assert_eq!(find(&home, &old.digest).await, None);
    for kept in [live, others] {
        assert_eq!(find(&home, &kept.digest).await, Some(kept));
    }
}

pub(super) async fn the_flows_of_a_user_end_together(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "flows of a user").await;
    let (one, two) = (flow(&home, &home.admin), flow(&home, &home.admin));
    let others = flow(&home, &home.seller);
    let next_door = flow(&neighbour, &neighbour.admin);
    for flow in [&one, &two, &others] {
        put(&home, flow).await;
    }
    put(&neighbour, &next_door).await;
    let mut work = home.begin().await;
    work.unit.end_flows_of(home.admin.id).await.unwrap();
    work.commit().await;
    for ended in [one, two] {
        assert_eq!(find(&home, &ended.digest).await, None);
    }
    assert!(find(&home, &others.digest).await.is_some());
    assert!(find(&neighbour, &next_door.digest).await.is_some());
}

pub(super) async fn flows_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "flows next door").await;
    let begun = flow(&home, &home.admin);
    put(&home, &begun).await;
    assert_eq!(find(&neighbour, &begun.digest).await, None);
    assert!(!advance(&neighbour, &Flow { attempts: 1, ..begun.clone() }, 0).await);
    assert!(!end(&neighbour, begun.id).await);
    let mut work = neighbour.begin().await;
    expect_kind(work.unit.put_flow(&begun, at(1)).await, PortErrorKind::Refused, "a flow from elsewhere");
    work.cancel().await;
    assert_eq!(find(&home, &begun.digest).await, Some(begun));
}

/// A flow of the user that is not stored yet.
fn flow(home: &Home<'_>, user: &User) -> Flow {
    Flow::begin(user, FlowPurpose::SignIn, Beginning::Password, at(1), &home.dice).0
}

async fn session(home: &Home<'_>) -> SessionId {
    let session = home.session(&home.admin, at(1)).0;
    let mut work = home.begin().await;
    work.unit.put_session(&session).await.unwrap();
    work.commit().await;
    session.id
}

async fn put(home: &Home<'_>, flow: &Flow) {
    let mut work = home.begin().await;
    work.unit.put_flow(flow, at(1)).await.unwrap();
    work.commit().await;
}

async fn find(home: &Home<'_>, digest: &TokenDigest) -> Option<Flow> {
    let mut reads = home.reads().await;
    let found = reads.find_flow(digest).await.unwrap();
    reads.finish().await.unwrap();
    found
}

async fn advance(home: &Home<'_>, flow: &Flow, seen: u32) -> bool {
    let mut book = home.book().await;
    pause().await;
    let advanced = book.advance_flow(flow, seen).await.unwrap();
    pause().await;
    book.commit().await.unwrap();
    advanced
}

async fn end(home: &Home<'_>, flow: FlowId) -> bool {
    let mut book = home.book().await;
    pause().await;
    let ended = book.end_flow(flow).await.unwrap();
    pause().await;
    book.commit().await.unwrap();
    ended
}
