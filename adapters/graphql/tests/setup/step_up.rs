//! Showing once more who one is, before what could hurt.

use serde_json::json;

use crate::house::{ADMIN, House, PASSWORD, Who};

const MAKE: &str = "mutation { createRole(input: { name: \"Clerk\" }, idempotencyKey: \"k1\") { receipt } }";

#[tokio::test]
async fn what_could_hurt_is_refused_after_ten_minutes_until_the_password_is_shown_again() {
    let (house, ada) = House::with_administrator().await;
    house.wait(9);
    let receipt = house.ask(&ada, MAKE).await.data();
    house.wait(1);
    assert_eq!(house.ask(&ada, MAKE).await.code(), "STEP_UP_REQUIRED", "nor is it answered again");
    let fresh = house.step_up(&ada).await;
    assert_eq!(house.ask(&fresh, MAKE).await.data(), receipt);
}

#[tokio::test]
async fn a_step_up_gives_the_session_another_token() {
    let (house, ada) = House::with_administrator().await;
    let document = "{ sessions { id current } }";
    let before = house.ask(&ada, document).await.data();
    let fresh = house.step_up(&ada).await;
    assert_eq!(
        house.ask(&ada, "{ me { id } }").await.code(),
        "UNAUTHENTICATED",
        "the token before is no more"
    );
    assert_eq!(house.ask(&fresh, document).await.data(), before, "and the session is the same");
}

#[tokio::test]
async fn a_step_up_of_a_cookie_s_session_sets_the_cookie() {
    let (house, _) = House::with_administrator().await;
    let token =
        |answer: &crate::house::Answer| answer.cookies()[0].split(['=', ';']).nth(1).unwrap().to_owned();
    let old = Who::Cookie(token(&house.try_sign_in("main", ADMIN, PASSWORD, "COOKIE").await));
    let answer = house.try_step_up(&old, PASSWORD).await;
    assert_eq!(answer.data()["stepUp"]["token"], json!(null));
    let new = token(&answer);
    assert!(!answer.body.contains(&new));
    house.ask(&Who::Cookie(new.clone()), "{ me { id } }").await.data();
    for refused in [old, Who::Bearer(new)] {
        assert_eq!(house.ask(&refused, "{ me { id } }").await.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_wrong_password_proves_nothing_and_is_in_the_ledger() {
    let (house, ada) = House::with_administrator().await;
    house.wait(10);
    for wrong in ["", "not the right password"] {
        let step = house.try_step_up(&ada, wrong).await.data()["stepUp"].take();
        assert_eq!(step["__typename"], "StepUpRefused");
    }
    assert_eq!(house.ask(&ada, MAKE).await.code(), "STEP_UP_REQUIRED");
    assert_eq!(house.try_step_up(&Who::Stranger, PASSWORD).await.code(), "UNAUTHENTICATED");
    house.step_up(&ada).await;
    let ada = house.sign_in(ADMIN, PASSWORD).await;
    for (action, count) in [("step_up.refuse", 2), ("step_up.succeed", 1), ("access.refuse", 1)] {
        let document = format!("{{ ledgerEntries(filter: {{ action: \"{action}\" }}) {{ seq }} }}");
        let entries = house.ask(&ada, &document).await.data()["ledgerEntries"].take();
        assert_eq!(entries.as_array().unwrap().len(), count, "{action}");
    }
}

#[tokio::test]
async fn daily_work_and_giving_up_access_need_no_fresh_proof() {
    let (house, ada) = House::with_administrator().await;
    house.wait(29);
    house.ask(&ada, "{ users { edges { cursor } } }").await.data();
    let me = house.me(&ada).await;
    house.ask(&ada, &format!("mutation {{ revokeAllSessions(userId: \"{me}\") {{ count }} }}")).await.data();
    house.ask(&ada, "mutation { signOut { sessionId } }").await.data();
}

#[tokio::test]
async fn whoever_has_found_a_session_guesses_no_more_often_than_others() {
    let (house, ada) = House::with_administrator().await;
    for _ in 0..5 {
        house.try_step_up(&ada, "not the right password").await.data();
    }
    let kind =
        async |password: &str| house.try_step_up(&ada, password).await.data()["stepUp"]["__typename"].take();
    assert_eq!(kind(PASSWORD).await, "StepUpRefused", "the account is locked");
    let signed_in = house.try_sign_in("main", ADMIN, PASSWORD, "BEARER").await.data();
    assert_eq!(signed_in["signIn"]["__typename"], "SignInRefused", "at the door, too");
    house.wait(15);
    assert_eq!(kind(PASSWORD).await, "SteppedUp");
}
