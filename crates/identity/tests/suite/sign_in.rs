//! Who gets through a sign-in, and what is said to the others.

use sutra_identity::{
    Beginning, Delivery, DenialReason, FactorRequired, Flow, FlowPurpose, Method, PasswordHash,
    PasswordVerdict, Proof, ProvedBy, SecondFactor, SignIn, SignInProgress, User, UserState,
};
use sutra_kernel::{UserId, Uuid, WorkspaceId};

use crate::world::{Counting, NOON, signed_in, user};

const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g";

fn denial(candidate: Option<&User>, verdict: PasswordVerdict) -> Option<DenialReason> {
    match SignIn::begin(candidate).password(verdict, SecondFactor::NotSetUp, NOON) {
        SignInProgress::Complete(_) | SignInProgress::FactorRequired(_) => None,
        SignInProgress::Denied(reason) => Some(reason),
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
        (DenialReason::WrongFactor, "wrong_factor"),
        (DenialReason::FlowEnded, "flow_ended"),
        (DenialReason::Locked, "locked"),
        (DenialReason::TooManySessions, "too_many_sessions"),
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
    let outcome = SignIn::begin(Some(&active)).password(
        PasswordVerdict::YesButRehash(stronger),
        SecondFactor::NotSetUp,
        NOON,
    );
    let SignInProgress::Complete(proof) = outcome else { panic!("the password was right") };
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

/// A flow of a sign-in of an active user, of which one answer was taken.
fn waiting(required: &FactorRequired) -> Option<Flow> {
    let begun = required.begin_flow(
        user(UserState::Active).ok().as_ref(),
        Delivery::Bearer,
        NOON,
        &Counting::default(),
    );
    begun.ok()?.0.attempt(FlowPurpose::SignIn, NOON).ok()
}

#[test]
fn whoever_may_not_sign_in_any_more_begins_no_flow() {
    let required = required().unwrap();
    assert_eq!(required.methods(), [Method::EmailCode]);
    let gone = user(UserState::Deactivated).ok();
    let begun = required.begin_flow(gone.as_ref(), Delivery::Bearer, NOON, &Counting::default());
    assert_eq!(begun.err(), Some(DenialReason::Deactivated));
}

/// A sign-in of an active user that asks for a code by mail.
fn required() -> Option<FactorRequired> {
    let active = user(UserState::Active).ok()?;
    let second = SecondFactor::of([Method::EmailCode], false, false);
    match SignIn::begin(Some(&active)).password(PasswordVerdict::Yes, second, NOON) {
        SignInProgress::FactorRequired(required) => Some(required),
        SignInProgress::Complete(_) | SignInProgress::Denied(_) => None,
    }
}

#[test]
fn a_second_factor_counts_in_a_flow_that_has_taken_the_answer() {
    let flow = waiting(&required().unwrap()).unwrap();
    let active = user(UserState::Active).unwrap();
    let after = |flow: &Flow, who: Option<&User>, shown, now| {
        SignIn::factor(flow, who, shown, now).map(|authenticated| authenticated.proof())
    };
    let (some, code) = (Some(&active), Ok(Method::EmailCode));
    let proof = Proof { at: NOON, by: ProvedBy::Method(Method::EmailCode) };
    assert_eq!(after(&flow, some, code, NOON), Ok(proof));
    let cases = [
        ("wrong", flow.clone(), some, Err(DenialReason::WrongFactor), DenialReason::WrongFactor),
        ("not counted", Flow { attempts: 0, ..flow.clone() }, some, code, DenialReason::FlowEnded),
        ("one too many", Flow { attempts: 6, ..flow.clone() }, some, code, DenialReason::FlowEnded),
        (
            "for a step-up",
            Flow { purpose: FlowPurpose::StepUp, ..flow.clone() },
            some,
            code,
            DenialReason::FlowEnded,
        ),
        (
            "begun by mail",
            Flow { began_with: Beginning::ResetMail, ..flow.clone() },
            some,
            code,
            DenialReason::WrongFactor,
        ),
        ("nobody", flow.clone(), None, code, DenialReason::Unknown),
    ];
    for (name, flow, who, shown, expected) in cases {
        assert_eq!(after(&flow, who, shown, NOON), Err(expected), "{name}");
    }
    let late = NOON.plus(Flow::LIFETIME);
    assert_eq!(after(&flow, some, code, late), Err(DenialReason::FlowEnded));
    let gone = user(UserState::Deactivated).ok();
    assert_eq!(after(&flow, gone.as_ref(), code, NOON), Err(DenialReason::Deactivated));
}

#[test]
fn recovery_codes_alone_are_no_second_factor_and_a_device_stands_in_for_one() {
    let (codes, app) = (&[Method::RecoveryCode][..], &[Method::RecoveryCode, Method::Totp][..]);
    let by_app = SecondFactor::Required(vec![Method::Totp, Method::RecoveryCode]);
    let by_mail = SecondFactor::Required(vec![Method::EmailCode, Method::RecoveryCode]);
    let cases = [
        (&[][..], false, false, SecondFactor::NotSetUp),
        (codes, false, false, SecondFactor::NotSetUp),
        (codes, false, true, SecondFactor::NotSetUp),
        (codes, true, false, by_mail),
        (codes, true, true, SecondFactor::Remembered),
        (app, false, true, SecondFactor::Remembered),
        (app, false, false, by_app.clone()),
        (app, true, false, by_app),
    ];
    for (set_up, is_required, is_remembered, expected) in cases {
        let asked = SecondFactor::of(set_up.iter().copied(), is_required, is_remembered);
        assert_eq!(asked, expected, "{set_up:?} {is_required} {is_remembered}");
    }
}

#[test]
fn another_password_needs_a_code_always_and_mail_is_none_after_mail() {
    let active = user(UserState::Active).unwrap();
    let flow = |purpose, began_with| Flow::begin(&active, purpose, began_with, NOON, &Counting::default()).0;
    let change = flow(FlowPurpose::PasswordChange, Beginning::Password);
    let reset = flow(FlowPurpose::PasswordReset, Beginning::ResetMail);
    let shown = Flow { passed: vec![Method::Totp], ..change.clone() };
    let (none, mail) = (&[][..], &[Method::EmailCode, Method::RecoveryCode][..]);
    let cases = [
        ("change", &change, none, false, vec![Method::EmailCode]),
        ("change by mail", &change, mail, false, mail.to_vec()),
        ("change after a second factor", &shown, mail, true, vec![]),
        ("reset", &reset, none, false, vec![]),
        ("reset where a second factor is required", &reset, none, true, vec![]),
        ("reset by mail", &reset, mail, false, vec![Method::RecoveryCode]),
    ];
    for (name, flow, set_up, is_required, expected) in cases {
        assert_eq!(flow.asks_for(set_up.iter().copied(), is_required), expected, "{name}");
    }
}
