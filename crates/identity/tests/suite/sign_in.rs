//! Who gets through a sign-in, and what is said to the others.

use sutra_identity::{DenialReason, PasswordHash, PasswordVerdict, SignIn, SignInOutcome, User, UserState};
use sutra_kernel::{UserId, Uuid, WorkspaceId};

use crate::world::{NOON, signed_in, user};

const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g";

fn denial(candidate: Option<&User>, verdict: PasswordVerdict) -> Option<DenialReason> {
    match SignIn::begin(candidate).password(verdict, NOON) {
        SignInOutcome::Complete(_) => None,
        SignInOutcome::Denied(reason) => Some(reason),
    }
}

#[test]
fn only_an_active_user_with_the_right_password_gets_through() {
    use DenialReason::{Deactivated, NotActivated, Unknown, WrongPassword};
    let cases = [
        ("nobody", None, Some(Unknown), Some(Unknown)),
        ("invited", Some(UserState::Invited), Some(NotActivated), Some(NotActivated)),
        ("active", Some(UserState::Active), None, Some(WrongPassword)),
        ("deactivated", Some(UserState::Deactivated), Some(Deactivated), Some(Deactivated)),
    ];
    for (name, state, if_right, if_wrong) in cases {
        let candidate = state.map(|state| user(state).unwrap());
        let rehash = PasswordHash::from_phc(PHC.to_owned()).ok().unwrap();
        assert_eq!(denial(candidate.as_ref(), PasswordVerdict::Yes), if_right, "{name}, right");
        assert_eq!(
            denial(candidate.as_ref(), PasswordVerdict::YesButRehash(rehash)),
            if_right,
            "{name}, rehash"
        );
        assert_eq!(denial(candidate.as_ref(), PasswordVerdict::No), if_wrong, "{name}, wrong");
    }
}

#[test]
fn every_denial_gets_the_same_answer_and_its_own_word_in_the_ledger() {
    let cases = [
        (DenialReason::Unknown, "unknown"),
        (DenialReason::NotActivated, "not_activated"),
        (DenialReason::Deactivated, "deactivated"),
        (DenialReason::WrongPassword, "wrong_password"),
    ];
    for (reason, word) in cases {
        assert_eq!(reason.as_str(), word);
        assert_eq!(reason.answer().to_string(), "the e-mail address or the password is not right", "{word}");
    }
}

#[test]
fn a_weak_hash_is_replaced_only_after_a_complete_sign_in() {
    let active = user(UserState::Active).unwrap();
    let stronger = PasswordHash::from_phc(PHC.to_owned()).ok().unwrap();
    let outcome = SignIn::begin(Some(&active)).password(PasswordVerdict::YesButRehash(stronger), NOON);
    let SignInOutcome::Complete(proof) = outcome else { panic!("the password was right") };
    assert_eq!(proof.rehash().map(PasswordHash::expose), Some(PHC));
    assert_eq!((proof.user(), proof.workspace(), proof.at()), (active.id, active.workspace, NOON));
    assert!(signed_in().unwrap().rehash().is_none());
}

#[test]
fn whoever_may_not_sign_in_any_more_is_stopped_by_the_second_look() {
    let active = user(UserState::Active).unwrap();
    let stranger = User { id: UserId::from_uuid(Uuid::from_u128(1)), ..active.clone() };
    let elsewhere = User { workspace: WorkspaceId::from_uuid(Uuid::from_u128(1)), ..active.clone() };
    let cases = [
        ("unchanged", Some(active.clone()), None),
        ("renamed", Some(User { name: "Åsa Berg".to_owned(), version: 2, ..active }), None),
        ("gone", None, Some(DenialReason::Unknown)),
        ("deactivated", user(UserState::Deactivated).ok(), Some(DenialReason::Deactivated)),
        ("somebody else", Some(stranger), Some(DenialReason::Unknown)),
        ("another workspace", Some(elsewhere), Some(DenialReason::Unknown)),
    ];
    for (name, now, expected) in cases {
        let proof = signed_in().unwrap();
        assert_eq!(proof.recheck(now.as_ref()).err(), expected, "{name}");
    }
}
