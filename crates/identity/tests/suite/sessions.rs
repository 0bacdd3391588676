//! How long a session counts, and for whom.

use std::time::Duration;

use sutra_crypto::{Token, TokenKind};
use sutra_identity::{Delivery, Session, SessionEnded, SessionPolicy, SetupLink};
use sutra_kernel::{Timestamp, Uuid, WorkspaceId};

use crate::world::{Counting, NOON, signed_in};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

fn open(delivery: Delivery) -> Option<(Session, Token)> {
    let entropy = Counting::default();
    let (opened, token) = Session::open(signed_in()?, delivery, SessionPolicy::default(), NOON, &entropy);
    Some((opened.into_session(), token))
}

fn after(micros: i64) -> Timestamp {
    Timestamp::from_micros(NOON.as_micros() + micros)
}

#[test]
fn a_session_is_bound_to_its_user_and_keeps_only_the_digest_of_its_token() {
    let proof = signed_in().unwrap();
    let (user, workspace) = (proof.user(), proof.workspace());
    let entropy = Counting::default();
    let (session, token) = Session::open(proof, Delivery::Cookie, SessionPolicy::default(), NOON, &entropy);

    assert_eq!((session.user, session.workspace), (user, workspace));
    assert_eq!((token.kind(), token.workspace()), (TokenKind::Session, workspace));
    let presented = Token::parse(token.expose()).ok().unwrap();
    assert_eq!(presented.digest(), session.digest);
}

#[test]
fn time_limits_are_exact_to_the_microsecond() {
    use SessionEnded::{Expired, Idle};
    let cases = [
        ("at once", 0, 0, Ok(())),
        ("just within idle", 0, 30 * MINUTE - 1, Ok(())),
        ("idle", 0, 30 * MINUTE, Err(Idle)),
        ("past idle", 0, 30 * MINUTE + 1, Err(Idle)),
        ("used, just within idle", 5 * HOUR, 5 * HOUR + 30 * MINUTE - 1, Ok(())),
        ("used, idle", 5 * HOUR, 5 * HOUR + 30 * MINUTE, Err(Idle)),
        ("just within absolute", 12 * HOUR - 2, 12 * HOUR - 1, Ok(())),
        ("absolute", 12 * HOUR - 1, 12 * HOUR, Err(Expired)),
        ("past absolute", 12 * HOUR - 1, 12 * HOUR + 1, Err(Expired)),
        ("both", 0, 12 * HOUR, Err(Expired)),
        ("a clock that lags behind", 0, -1, Ok(())),
    ];
    for (name, seen, now, expected) in cases {
        let (mut session, _) = open(Delivery::Cookie).unwrap();
        session.last_seen_at = after(seen);
        assert_eq!(session.check(Delivery::Cookie, after(now)), expected, "{name}");
        assert_eq!(session.is_live(after(now)), expected.is_ok(), "{name}");
    }
}

#[test]
fn a_revoked_session_is_over_whenever_it_was_revoked() {
    for (name, ended) in [("before", -1), ("now", 0), ("by a clock that runs ahead", 1)] {
        let (mut session, _) = open(Delivery::Bearer).unwrap();
        session.ended_at = Some(after(ended));
        assert_eq!(session.check(Delivery::Bearer, NOON), Err(SessionEnded::Revoked), "{name}");
    }
}

#[test]
fn a_token_is_taken_only_the_way_it_was_handed_out() {
    let wrong = Err(SessionEnded::WrongTransport);
    let cases = [
        (Delivery::Cookie, Delivery::Cookie, Ok(())),
        (Delivery::Cookie, Delivery::Bearer, wrong),
        (Delivery::Bearer, Delivery::Bearer, Ok(())),
        (Delivery::Bearer, Delivery::Cookie, wrong),
    ];
    for (handed_out, presented, expected) in cases {
        let (session, _) = open(handed_out).unwrap();
        assert_eq!(session.check(presented, NOON), expected, "{handed_out} by {presented}");
    }
    for delivery in Delivery::ALL {
        assert_eq!(delivery.to_string().parse(), Ok(delivery));
    }
    assert!("Cookie".parse::<Delivery>().is_err());
}

#[test]
fn what_a_client_says_of_itself_is_made_printable_and_short() {
    let entropy = Counting::default();
    let proof = signed_in().unwrap();
    let (session, _) = Session::open(proof, Delivery::Cookie, SessionPolicy::default(), NOON, &entropy);
    let noisy = format!("Browser\u{1b}[31m\r\n{}", "é".repeat(1_000));
    let session = session.opened_from(Some("2001:db8::1"), Some(&noisy)).into_session();
    assert_eq!(session.address.as_deref(), Some("2001:db8::1"));
    let agent = session.user_agent.clone().unwrap();
    assert!(agent.starts_with("Browser[31mé") && agent.chars().count() == 256, "{agent}");
    assert!(!format!("{session:?}").contains("2001"), "an address is in the debug form");
}

#[test]
fn a_setup_link_opens_its_workspace_for_half_an_hour() {
    let workspace = WorkspaceId::from_uuid(Uuid::from_u128(7));
    let entropy = Counting::default();
    let (link, token) = SetupLink::issue(workspace, NOON, &entropy);
    let (other, _) = SetupLink::issue(workspace, NOON, &entropy);
    assert_eq!(
        (link.workspace, token.workspace(), token.kind()),
        (workspace, workspace, TokenKind::SetupLink)
    );
    assert_eq!(link.digest, token.digest());
    assert_ne!(link.digest, other.digest);
    assert_eq!(link.expires_at.since(NOON), Duration::from_secs(1_800));
}
