//! Bearer tokens and keyed hashes.

use proptest::prelude::*;
use sutra_crypto::{MacKey, Token, TokenKind};

use crate::support::{Stream, key, workspace};

#[test]
fn a_token_is_read_as_it_was_handed_out() {
    for kind in [TokenKind::Session, TokenKind::SetupLink] {
        let made = Token::generate(kind, workspace(1), &Stream::default());
        let read = Token::parse(made.expose()).unwrap();
        assert_eq!((read.kind(), read.workspace(), read.digest()), (kind, workspace(1), made.digest()));
        assert_eq!(read.expose(), made.expose());
    }
}

#[test]
fn a_token_changed_in_any_place_is_no_token_or_another_one() {
    let made = Token::generate(TokenKind::Session, workspace(1), &Stream::default());
    let text = made.expose();
    for at in 0..text.len() {
        for byte in "AZaz09-_!".chars().filter(|other| !text[at..].starts_with(*other)) {
            let changed = format!("{}{byte}{}", &text[..at], &text[at + 1..]);
            let digest = Token::parse(&changed).map(|token| token.digest());
            assert_ne!(digest, Ok(made.digest()), "{byte} at {at}");
        }
    }
}

#[test]
fn a_token_of_another_kind_or_workspace_is_another_token() {
    // The same 256 bits each time.
    let made = |kind, number| Token::generate(kind, workspace(number), &Stream::default()).digest();
    let session = made(TokenKind::Session, 1);
    assert_eq!(session, made(TokenKind::Session, 1));
    assert_ne!(session, made(TokenKind::SetupLink, 1));
    assert_ne!(session, made(TokenKind::Session, 2));
}

#[test]
fn what_is_no_token_is_refused() {
    let made = Token::generate(TokenKind::Session, workspace(1), &Stream::default());
    let text = made.expose();
    let cases = [
        ("empty", String::new()),
        ("too short", text[..text.len() - 1].to_owned()),
        ("too long", format!("{text}A")),
        ("padded", format!("{text}=")),
        ("a space before it", format!(" {text}")),
        ("another prefix", text.replacen("sutra", "other", 1)),
        ("an unknown kind", text.replacen("ses", "xyz", 1)),
        ("an upper-case workspace", text.replacen("ses_0", "ses_O", 1)),
        ("a workspace with its prefix", text.replacen("ses_", "ses_ws_", 1)),
        ("no secret", text[..text.len() - 43].to_owned()),
    ];
    for (name, text) in cases {
        assert!(Token::parse(&text).is_err(), "{name}");
    }
}

#[test]
fn a_digest_does_not_show_itself() {
    let token = Token::generate(TokenKind::Session, workspace(1), &Stream::default());
    assert_eq!(format!("{:?}", token.digest()), "TokenDigest(..)");
}

#[test]
fn a_tag_is_verified_whole_or_cut_to_no_less_than_16_bytes() {
    let mac = MacKey::derive(&key(1), "cursor");
    let parts: [&[u8]; 2] = [b"viewer", b"payload"];
    let tag = mac.tag(&parts);
    for length in 0..=32 {
        assert_eq!(mac.verify(&parts, &tag[..length]), length >= 16, "{length}");
    }
    assert!(!mac.verify(&parts, &[tag.as_slice(), &[0]].concat()));
    for bit in 0..16 * 8 {
        let mut flipped = tag;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!mac.verify(&parts, &flipped[..16]), "bit {bit}");
    }
}

#[test]
fn a_tag_is_good_for_one_key_and_one_label() {
    let parts: [&[u8]; 1] = [b"payload"];
    let tag = MacKey::derive(&key(1), "cursor").tag(&parts);
    assert!(!MacKey::derive(&key(1), "index").verify(&parts, &tag));
    assert!(!MacKey::derive(&key(2), "cursor").verify(&parts, &tag));
}

proptest! {
    #[test]
    fn no_two_lists_of_parts_have_the_same_tag(
        one in prop::collection::vec("[ab]{0,2}", 0..4), other in prop::collection::vec("[ab]{0,2}", 0..4),
    ) {
        let mac = MacKey::derive(&key(1), "cursor");
        let tag = |parts: &[String]| mac.tag(&parts.iter().map(String::as_bytes).collect::<Vec<_>>());
        prop_assert_eq!(tag(&one) == tag(&other), one == other);
    }

    #[test]
    fn reading_a_token_never_fails_otherwise_than_with_an_error(text: String) {
        prop_assert!(Token::parse(&text).is_err());
        let begun_well = format!("sutra_ses_{text}");
        prop_assert!(Token::parse(&begun_well).is_err());
    }
}
