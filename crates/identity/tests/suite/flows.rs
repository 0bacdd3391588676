//! How long a flow goes on, and for what.

use sutra_crypto::{Token, TokenKind};
use sutra_identity::{
    Beginning, BeginningError, Delivery, Flow, FlowEnded, FlowPurpose, FlowPurposeError, Method, UserState,
};
use sutra_kernel::{SessionId, Timestamp, Uuid};

use crate::world::{Counting, NOON, user};

fn begin(began_with: Beginning) -> Option<(Flow, Token)> {
    let user = user(UserState::Active).ok()?;
    Some(Flow::begin(&user, FlowPurpose::SignIn, began_with, NOON, &Counting::default()))
}

fn after(micros: i64) -> Timestamp {
    Timestamp::from_micros(NOON.as_micros() + micros)
}

#[test]
fn a_flow_is_bound_to_its_user_and_keeps_only_the_digest_of_its_token() {
    let (flow, token) = begin(Beginning::Password).unwrap();
    let user = user(UserState::Active).unwrap();
    assert_eq!((flow.user, flow.workspace), (user.id, user.workspace));
    assert_eq!((token.kind(), token.workspace()), (TokenKind::Flow, user.workspace));
    assert_eq!(Token::parse(token.expose()).ok().unwrap().digest(), flow.digest);
    assert!(token.expose().starts_with("sutra_flow_"));

    let session = SessionId::from_uuid(Uuid::from_u128(17));
    let flow = flow.delivering(Delivery::Cookie).within(session);
    assert_eq!((flow.delivery, flow.session), (Some(Delivery::Cookie), Some(session)));
}

#[test]
fn a_flow_takes_five_answers_in_ten_minutes_for_one_purpose() {
    use FlowEnded::{AnotherPurpose, Exhausted, Expired};
    let limit = 600_000_000;
    let cases = [
        ("at once", FlowPurpose::SignIn, 0, 0, Ok(1)),
        ("the fifth, just in time", FlowPurpose::SignIn, limit - 1, 4, Ok(5)),
        ("the sixth", FlowPurpose::SignIn, 0, 5, Err(Exhausted)),
        ("too late", FlowPurpose::SignIn, limit, 0, Err(Expired)),
        ("for something else", FlowPurpose::StepUp, 0, 0, Err(AnotherPurpose)),
        ("all of it", FlowPurpose::PasswordReset, limit, 5, Err(AnotherPurpose)),
    ];
    for (name, purpose, micros, attempts, expected) in cases {
        let flow = Flow { attempts, ..begin(Beginning::Password).unwrap().0 };
        let attempted = flow.attempt(purpose, after(micros));
        assert_eq!(
            attempted.as_ref().map(|after| after.attempts).map_err(|ended| *ended),
            expected,
            "{name}"
        );
        if let Ok(attempted) = attempted {
            assert_eq!(Flow { attempts, ..attempted }, flow, "{name}: and nothing else changes");
        }
    }
}

#[test]
fn mail_is_no_second_proof_after_mail() {
    for began_with in Beginning::ALL {
        let (flow, _) = begin(began_with).unwrap();
        for method in Method::ALL {
            let expected = (began_with, method) != (Beginning::ResetMail, Method::EmailCode);
            assert_eq!(flow.counts(method), expected, "{method} after {began_with}");
        }
    }
}

#[test]
fn purposes_and_beginnings_are_read_as_they_are_written() {
    for purpose in FlowPurpose::ALL {
        assert_eq!(purpose.to_string().parse(), Ok(purpose));
    }
    for beginning in Beginning::ALL {
        assert_eq!(beginning.to_string().parse(), Ok(beginning));
    }
    assert_eq!("SignIn".parse::<FlowPurpose>(), Err(FlowPurposeError));
    assert_eq!("Password".parse::<Beginning>(), Err(BeginningError));
}
