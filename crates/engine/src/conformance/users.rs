//! Users and their credentials.

use sutra_identity::{EmailAddress, User, UserState};
use sutra_kernel::PortErrorKind::{Conflict, Refused};

use super::{
    home::{Home, at, expect_kind},
    traces::sealed,
};
use crate::Store;

pub(super) async fn a_user_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "users").await;
    let invited = User { state: UserState::Invited, updated_at: at(7), ..home.newcomer("Åsa") };
    put(&home, &invited, None).await;
    let mut reads = home.reads().await;
    for user in [&home.admin, &home.seller, &invited] {
        assert_eq!(reads.find_user(user.id).await.unwrap().as_ref(), Some(user));
    }
    let mut found = reads.find_users(&[invited.id, home.newcomer("Nobody").id, home.admin.id]).await.unwrap();
    found.sort_by_key(|user| user.id != home.admin.id);
    assert_eq!(found, [home.admin.clone(), invited]);
    assert_eq!(reads.find_users(&[]).await.unwrap(), []);
    assert_eq!(reads.find_user(home.newcomer("Nobody").id).await.unwrap(), None);
    reads.finish().await.unwrap();
}

pub(super) async fn an_address_is_found_whatever_its_case(store: &dyn Store) {
    let home = Home::found(store, "addresses").await;
    let mut reads = home.reads().await;
    for (text, expected) in
        [("admin@EXAMPLE.com", Some(&home.admin)), ("ADMIN@example.com", Some(&home.admin)), ("a@b.c", None)]
    {
        let email = EmailAddress::parse(text).unwrap();
        assert_eq!(reads.find_user_by_email(&email).await.unwrap().as_ref(), expected, "{text}");
    }
    reads.finish().await.unwrap();
}

pub(super) async fn a_taken_address_is_refused(store: &dyn Store) {
    let home = Home::found(store, "taken addresses").await;
    let email = EmailAddress::parse("ADMIN@example.com").unwrap();
    let twin = User { email: email.clone(), ..home.newcomer("Twin") };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_user(&twin, None).await, Refused, "a new user");
    work.cancel().await;

    let renamed = User { email: email.clone(), version: 2, ..home.seller.clone() };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_user(&renamed, Some(1)).await, Refused, "another user");
    work.cancel().await;

    let respelled = User { email, version: 2, ..home.admin.clone() };
    put(&home, &respelled, Some(1)).await;
    let mut reads = home.reads().await;
    assert_eq!(reads.find_user(home.admin.id).await.unwrap(), Some(respelled));
    reads.finish().await.unwrap();
}

pub(super) async fn a_stale_user_is_a_conflict(store: &dyn Store) {
    let home = Home::found(store, "stale users").await;
    let second = User { name: "Second".to_owned(), version: 2, ..home.admin.clone() };
    put(&home, &second, Some(1)).await;
    let twin = User { email: home.newcomer("Twin").email, ..second.clone() };
    let cases = [
        ("an older version", second.clone(), Some(1)),
        ("a version to come", second.clone(), Some(3)),
        ("a user who is there already", twin, None),
        ("a user who is not there", home.newcomer("Nobody"), Some(1)),
    ];
    for (name, user, expected) in cases {
        let mut work = home.begin().await;
        expect_kind(work.unit.put_user(&user, expected).await, Conflict, name);
        work.cancel().await;
    }
    let mut reads = home.reads().await;
    assert_eq!(reads.find_user(home.admin.id).await.unwrap(), Some(second));
    reads.finish().await.unwrap();
}

pub(super) async fn users_are_paged_by_id(store: &dyn Store) {
    let home = Home::found(store, "pages of users").await;
    let mut ids = vec![home.admin.id, home.seller.id, home.loner.id];
    for name in ["Fourth", "Fifth"] {
        let user = home.newcomer(name);
        ids.push(user.id);
        put(&home, &user, None).await;
    }
    ids.sort();
    let mut reads = home.reads().await;
    let (mut seen, mut after) = (Vec::new(), None);
    for more in [true, true, false] {
        let page = reads.users(after, 2).await.unwrap();
        assert_eq!(page.more, more);
        seen.extend(page.items.iter().map(|user| user.id));
        after = seen.last().copied();
    }
    assert_eq!(seen, ids);
    let last = reads.users(Some(ids[2]), 2).await.unwrap();
    assert!(!last.more, "a full page is not a promise of more");
    assert_eq!(reads.users(Some(ids[4]), 2).await.unwrap().items, []);
    reads.finish().await.unwrap();
}

pub(super) async fn only_active_users_hold_a_profile(store: &dyn Store) {
    let home = Home::found(store, "holders").await;
    for state in [UserState::Invited, UserState::Deactivated] {
        let user = User { state, ..home.newcomer(state.as_str()) };
        put(&home, &user, None).await;
    }
    let mut reads = home.reads().await;
    let cases = [
        ("the admin's", vec![home.profile.id], 1),
        ("the others'", vec![home.limited.id], 2),
        ("both", vec![home.profile.id, home.limited.id], 3),
        ("none", vec![], 0),
    ];
    for (name, profiles, expected) in cases {
        assert_eq!(reads.count_active_holders(&profiles).await.unwrap(), expected, "{name}");
    }
    reads.finish().await.unwrap();
}

pub(super) async fn the_last_password_counts(store: &dyn Store) {
    let home = Home::found(store, "passwords").await;
    let mut reads = home.reads().await;
    assert!(reads.find_password(home.admin.id).await.unwrap().is_none());
    reads.finish().await.unwrap();
    for _ in 0..2 {
        let password = sealed(&home);
        let mut work = home.begin().await;
        work.unit.put_password(home.admin.id, password.clone()).await.unwrap();
        work.commit().await;
        let mut reads = home.reads().await;
        let found = reads.find_password(home.admin.id).await.unwrap().unwrap();
        assert_eq!(found.as_bytes(), password.as_bytes());
        assert!(reads.find_password(home.seller.id).await.unwrap().is_none());
        reads.finish().await.unwrap();
    }
}

async fn put(home: &Home<'_>, user: &User, expected: Option<u64>) {
    let mut work = home.begin().await;
    work.unit.put_user(user, expected).await.unwrap();
    work.commit().await;
}
