//! What is read of passkeys: answers of any form, and what was kept.

use std::slice::from_ref;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use proptest::prelude::*;
use serde_json::Value;
use sutra_identity::{
    Passkey, PasskeyAnswer, PasskeyAuthentication, PasskeyBytesError, PasskeyError, PasskeyRegistration,
    UserState,
};

use super::{finish, registered, site};
use sutra_testkit::{Failure, Manner, PasskeyDevice, spoil};

use crate::world::user;

#[test]
fn what_is_kept_is_read_as_it_was_written() {
    let site = site().unwrap();
    let mut device = PasskeyDevice::new(1).unwrap();
    let (challenge, ceremony) = site.begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
    let kept = ceremony.to_bytes().unwrap();
    let ceremony = PasskeyRegistration::from_bytes(kept.expose()).unwrap();
    let answer = device.register(&challenge, &Manner::default()).unwrap();
    let passkey = site.finish_registration(ceremony, &answer.to_string()).unwrap();
    let passkey = Passkey::from_bytes(passkey.to_bytes().unwrap().expose()).unwrap();

    device.counter = 4;
    let (challenge, ceremony) = site.begin_authentication(from_ref(&passkey)).unwrap();
    let kept = ceremony.to_bytes().unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    let ceremony = PasskeyAuthentication::from_bytes(kept.expose()).unwrap();
    let used = finish(ceremony, &answer, &passkey).unwrap();
    let stored = Passkey::from_bytes(used.passkey().to_bytes().unwrap().expose()).unwrap();
    let ceremony = PasskeyAuthentication::from_bytes(kept.expose()).unwrap();
    assert_eq!(finish(ceremony, &answer, &stored).err(), Some(PasskeyError::Cloned), "the counter is kept");
}

#[test]
fn what_was_not_written_here_is_not_read() {
    let (_, passkey) = registered(1).unwrap();
    let bytes = passkey.to_bytes().unwrap();
    let bytes = bytes.expose();
    let mut another_version = bytes.to_vec();
    another_version[0] = 2;
    let mut padded = bytes.to_vec();
    padded.resize(1 << 20, b' ');
    let (_, ceremony) = site().unwrap().begin_discoverable().unwrap();
    let ceremony = ceremony.to_bytes().unwrap();
    let cases = [
        ("nothing", &[][..]),
        ("a version alone", &[1]),
        ("another version", &another_version),
        ("cut short", &bytes[..bytes.len() - 1]),
        ("too large", &padded),
        ("a ceremony", ceremony.expose()),
    ];
    for (name, bytes) in cases {
        assert_eq!(Passkey::from_bytes(bytes).err(), Some(PasskeyBytesError), "{name}");
        assert!(PasskeyRegistration::from_bytes(bytes).is_err(), "{name}");
    }
    assert!(PasskeyAuthentication::from_bytes(bytes).is_err());
}

#[test]
fn a_large_answer_is_not_looked_at() {
    let padded = |answer: &Value, length: usize| {
        let text = answer.to_string();
        [text.as_str(), &" ".repeat(length - text.len())].concat()
    };
    let (mut device, passkey) = registered(1).unwrap();
    let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    let largest = PasskeyAnswer::parse(&padded(&answer, PasskeyAnswer::MAX_BYTES)).unwrap();
    assert!(site().unwrap().finish_authentication(ceremony, &largest, &passkey).is_ok());
    let larger = PasskeyAnswer::parse(&padded(&answer, PasskeyAnswer::MAX_BYTES + 1));
    assert_eq!(larger.err(), Some(PasskeyError::TooLarge));

    let (challenge, ceremony) =
        site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
    let answer = device.register(&challenge, &Manner::default()).unwrap();
    let larger = padded(&answer, PasskeyAnswer::MAX_BYTES + 1);
    let made = site().unwrap().finish_registration(ceremony, &larger);
    assert_eq!(made.err(), Some(PasskeyError::TooLarge));
}

#[test]
fn nothing_is_shown_of_what_is_kept() {
    let (mut device, passkey) = registered(1).unwrap();
    let (challenge, authentication) = site().unwrap().begin_authentication(from_ref(&passkey)).unwrap();
    let (_, registration) =
        site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap().to_string();
    let answer = PasskeyAnswer::parse(&answer).unwrap();
    assert_eq!(format!("{passkey:?}"), "Passkey { .. }");
    assert_eq!(format!("{registration:?}"), "PasskeyRegistration { .. }");
    assert_eq!(format!("{authentication:?}"), "PasskeyAuthentication { .. }");
    assert_eq!(format!("{answer:?}"), "PasskeyAnswer { .. }");
}

/// Answers that are right but for what a hostile browser may do to them.
#[derive(Debug, Clone)]
enum Damage {
    Cut(usize),
    Spoil(&'static str, usize),
    Replace(&'static str, Vec<u8>),
}

fn damage(parts: &'static [&'static str]) -> impl Strategy<Value = Damage> {
    let part = proptest::sample::select(parts);
    prop_oneof![
        (0..2_000_usize).prop_map(Damage::Cut),
        (part.clone(), 0..400_usize).prop_map(|(part, byte)| Damage::Spoil(part, byte)),
        (part, proptest::collection::vec(any::<u8>(), 0..400))
            .prop_map(|(part, bytes)| Damage::Replace(part, bytes)),
    ]
}

impl Damage {
    /// The damaged answer, or nothing if the damage leaves it as it is.
    fn to(&self, mut answer: Value) -> Result<Option<String>, Failure> {
        match self {
            Self::Cut(length) => {
                let text = answer.to_string();
                return Ok(text.get(..*length).filter(|_| *length < text.len()).map(str::to_owned));
            }
            Self::Spoil(part, byte) => spoil(&mut answer, part, *byte)?,
            Self::Replace(part, bytes) => {
                let part = answer.pointer_mut(&format!("/response/{part}")).ok_or("no such part")?;
                *part = Value::String(BASE64.encode(bytes));
            }
        }
        Ok(Some(answer.to_string()))
    }
}

proptest! {
    #[test]
    fn a_damaged_answer_signs_nobody_in(damage in damage(&["authenticatorData", "clientDataJSON", "signature"])) {
        let (mut device, passkey) = registered(1).unwrap();
        let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
        let answer = device.sign(&challenge, &Manner::default()).unwrap();
        if let Some(text) = damage.to(answer).unwrap() {
            let used = PasskeyAnswer::parse(&text)
                .and_then(|answer| site().unwrap().finish_authentication(ceremony, &answer, &passkey));
            prop_assert!(used.is_err());
        }
    }

    #[test]
    fn a_damaged_registration_never_panics(damage in damage(&["attestationObject", "clientDataJSON"])) {
        let (challenge, ceremony) =
            site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
        let answer = PasskeyDevice::new(1).unwrap().register(&challenge, &Manner::default()).unwrap();
        if let Some(text) = damage.to(answer).unwrap() {
            // Nothing signs all of it: another id or another key may come of it, and that is then the passkey.
            let _ = site().unwrap().finish_registration(ceremony, &text);
        }
    }

    #[test]
    fn a_random_text_is_no_answer(text in ".{0,300}") {
        prop_assert!(PasskeyAnswer::parse(&text).is_err());
        let (_, ceremony) = site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
        prop_assert!(site().unwrap().finish_registration(ceremony, &text).is_err());
    }

    #[test]
    fn random_bytes_are_not_what_is_kept(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let versioned = [&[1], bytes.as_slice()].concat();
        for bytes in [bytes, versioned] {
            prop_assert!(Passkey::from_bytes(&bytes).is_err());
            prop_assert!(PasskeyRegistration::from_bytes(&bytes).is_err());
            prop_assert!(PasskeyAuthentication::from_bytes(&bytes).is_err());
        }
    }
}
