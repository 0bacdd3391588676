//! Ways to a first password: the set-up link and the invitation.

use serde_json::json;
use sutra_identity::Notice;

use crate::house::{ADMIN, House, PASSWORD, Who};

#[tokio::test]
async fn a_setup_link_makes_the_first_administrator_once() {
    let house = House::empty().await;
    let link = house.setup_link().await.unwrap();
    assert_eq!(
        house.complete_setup(&link, ADMIN).await.data(),
        json!({ "completeSetup": { "email": ADMIN } })
    );

    assert_eq!(house.complete_setup(&link, "eve@example.com").await.code(), "FORBIDDEN");
    assert_eq!(house.setup_link().await, None, "there is an administrator");
    let admin = house.sign_in(ADMIN, PASSWORD).await;
    assert_eq!(
        house.ask(&admin, "{ users { edges { node { email } } } }").await.data()["users"]["edges"],
        json!([{ "node": { "email": ADMIN } }])
    );
}

#[tokio::test]
async fn a_newer_setup_link_ends_the_older_and_both_end_by_time() {
    let house = House::empty().await;
    let older = house.setup_link().await.unwrap();
    let newer = house.setup_link().await.unwrap();
    assert_eq!(house.complete_setup(&older, ADMIN).await.code(), "FORBIDDEN");
    house.wait(30);
    assert_eq!(house.complete_setup(&newer, ADMIN).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn an_invited_user_chooses_a_password_and_signs_in() {
    let (house, admin) = House::with_administrator().await;
    let token = house.invite(&admin, "bob@example.com", "Standard User").await;
    assert_eq!(
        house.activate("bob@example.com", &token).await.data()["activate"]["email"],
        "bob@example.com"
    );

    let bob = house.sign_in("bob@example.com", PASSWORD).await;
    let me = house.ask(&bob, "{ me { email name state } }").await.data()["me"].take();
    assert_eq!(me, json!({ "email": "bob@example.com", "name": "New", "state": "ACTIVE" }));
    assert_eq!(house.activate("bob@example.com", &token).await.code(), "FORBIDDEN", "a second time");
}

#[tokio::test]
async fn an_invitation_is_good_for_its_own_address_and_three_days() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.invite(&admin, "bob@example.com", "Standard User").await;
    let cai = house.invite(&admin, "cai@example.com", "Standard User").await;
    assert_eq!(house.activate("bob@example.com", &cai).await.code(), "FORBIDDEN");
    house.wait(3 * 24 * 60);
    assert_eq!(house.activate("bob@example.com", &bob).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn a_token_of_another_kind_is_refused() {
    let (house, admin) = House::with_administrator().await;
    let Who::Bearer(session) = &admin else { panic!("the administrator carries a token") };
    let invitation = house.invite(&admin, "bob@example.com", "Standard User").await;

    assert_eq!(house.activate("bob@example.com", session).await.code(), "FORBIDDEN");
    assert_eq!(house.complete_setup(session, "eve@example.com").await.code(), "FORBIDDEN");
    assert_eq!(house.complete_setup(&invitation, "eve@example.com").await.code(), "FORBIDDEN");
    assert_eq!(house.ask(&Who::Bearer(invitation.clone()), "{ me { id } }").await.code(), "UNAUTHENTICATED");
    assert_eq!(house.ask(&Who::Cookie(invitation), "{ me { id } }").await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_weak_password_is_refused_and_the_invitation_stays_good() {
    let (house, admin) = House::with_administrator().await;
    let token = house.invite(&admin, "bob@example.com", "Standard User").await;
    let document = "mutation ($token: String!) {
        activate(email: \"bob@example.com\", token: $token, password: \"password\") { email } }";
    let weak = house.send(&Who::Stranger, document, json!({ "token": token })).await;
    assert_eq!(weak.code(), "BAD_USER_INPUT");
    house.activate("bob@example.com", &token).await.data();
}

#[tokio::test]
async fn a_locked_account_is_opened_by_the_mail_or_by_an_administrator() {
    let (house, admin) = House::with_administrator().await;
    let bob = "bob@example.com";
    let id = house.me(&house.join(&admin, bob, "Standard User").await).await;
    let lock = async || {
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(house.try_sign_in("main", bob, "a wrong guess, and a long one", "BEARER").await);
        }
        let locked = house.try_sign_in("main", bob, PASSWORD, "BEARER").await;
        assert_eq!(locked.body, answers[0].body, "whoever guesses does not see the lock");
        assert_eq!((locked.status, &locked.headers), (answers[0].status, &answers[0].headers));
    };
    let gets_in = async || {
        house.try_sign_in("main", bob, PASSWORD, "BEARER").await.data()["signIn"]["__typename"] == "SignedIn"
    };
    lock().await;
    let sent = house.mail().await;
    let [message] = sent.as_slice() else { panic!("{sent:?}") };
    let Notice::AccountLocked { token: Some(token), .. } = &message.notice else { panic!("{message:?}") };
    let open = "mutation ($email: String!, $token: String!) { unlockAccount(email: $email, token: $token) { email } }";
    let variables = json!({ "email": bob, "token": token.expose() });
    house.send(&Who::Stranger, open, variables.clone()).await.data();
    assert!(gets_in().await);
    lock().await;
    let again = house.send(&Who::Stranger, open, variables).await;
    assert_eq!(again.code(), "FORBIDDEN");
    let unlock = "mutation ($id: ID!) { unlockUser(id: $id) { user { email } receipt } }";
    let unlocked = house.send(&admin, unlock, json!({ "id": id })).await.data();
    assert_eq!(unlocked["unlockUser"]["user"]["email"], bob);
    assert!(gets_in().await);
}
