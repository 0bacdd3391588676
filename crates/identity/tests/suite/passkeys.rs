//! Passkeys: made, used with and without a name, and everything for which an answer is refused.

mod input;

use std::slice::from_ref;

use serde_json::Value;
use sutra_identity::{
    Passkey, PasskeyAnswer, PasskeyAuthentication, PasskeyError, PasskeyUsed, RelyingParty,
    RelyingPartyError, UserState,
};
use sutra_kernel::{UserId, Uuid};

use sutra_testkit::{Failure, Manner, PRESENT, PasskeyDevice, VERIFIED, spoil};

use crate::world::user;

fn site() -> Result<RelyingParty, RelyingPartyError> {
    RelyingParty::new("https://crm.example.com/app?x=1", "Acme")
}

/// A device with a passkey, and what is stored of it.
fn registered(seed: u8) -> Result<(PasskeyDevice, Passkey), Failure> {
    let mut device = PasskeyDevice::new(seed)?;
    let (challenge, ceremony) = site()?.begin_registration(&user(UserState::Active)?, &[])?;
    let answer = device.register(&challenge, &Manner::default())?;
    let passkey = site()?.finish_registration(ceremony, &answer.to_string())?;
    Ok((device, passkey))
}

fn finish(
    ceremony: PasskeyAuthentication,
    answer: &Value,
    passkey: &Passkey,
) -> Result<PasskeyUsed, PasskeyError> {
    let site = site().map_err(|_| PasskeyError::NotBegun)?;
    site.finish_authentication(ceremony, &PasskeyAnswer::parse(&answer.to_string())?, passkey)
}

/// The ways in which a ceremony goes wrong on the other side, and how each is refused.
fn wrong_manners() -> Vec<(&'static str, Manner, PasskeyError)> {
    let right = Manner::default;
    let site = |origin| Manner { origin, ..right() };
    vec![
        ("another site", site("https://crm.example.org"), PasskeyError::WrongOrigin),
        ("a site below it", site("https://evil.crm.example.com"), PasskeyError::WrongOrigin),
        ("a site above it", site("https://example.com"), PasskeyError::WrongOrigin),
        ("another port", site("https://crm.example.com:8443"), PasskeyError::WrongOrigin),
        ("no TLS", site("http://crm.example.com"), PasskeyError::WrongOrigin),
        ("an app", site("android:apk-key-hash:AAAA"), PasskeyError::WrongOrigin),
        ("within another page", Manner { framed: true, ..right() }, PasskeyError::WrongOrigin),
        ("another party", Manner { site: "example.com", ..right() }, PasskeyError::WrongRelyingParty),
        ("not verified", Manner { flags: PRESENT, ..right() }, PasskeyError::NotVerified),
        ("not present", Manner { flags: VERIFIED, ..right() }, PasskeyError::NotVerified),
        ("not said for what", Manner { kind: Some(""), ..right() }, PasskeyError::WrongCeremony),
    ]
}

#[test]
fn a_passkey_signs_in_with_a_name_and_without() {
    let (mut device, passkey) = registered(1).unwrap();
    let (challenge, ceremony) = site().unwrap().begin_authentication(from_ref(&passkey)).unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    assert!(answer["response"]["userHandle"].is_null());
    let used = finish(ceremony, &answer, &passkey).unwrap();

    let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    assert_eq!(PasskeyAnswer::parse(&answer.to_string()).unwrap().lookup(), passkey.lookup());
    let again = finish(ceremony, &answer, used.passkey()).unwrap();
    assert_eq!(again.passkey().lookup(), passkey.lookup());
}

#[test]
fn the_browser_is_asked_for_what_is_needed() {
    let (_, passkey) = registered(1).unwrap();
    let site = site().unwrap();
    let mut asa = user(UserState::Active).unwrap();
    asa.name.clear();
    let read = |challenge: &str| serde_json::from_str::<Value>(challenge).unwrap();

    let asked = read(&site.begin_registration(&asa, from_ref(&passkey)).unwrap().0);
    let asked = &asked["publicKey"];
    assert_eq!(asked["rp"]["id"], "crm.example.com");
    assert_eq!(asked["rp"]["name"], "Acme");
    assert_eq!(asked["user"]["displayName"], "asa@example.com", "who has no name is shown by the address");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(asked["authenticatorSelection"]["requireResidentKey"], true);
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["attestation"], "none");
    assert_eq!(asked["excludeCredentials"].as_array().unwrap().len(), 1);

    let named = read(&site.begin_authentication(&[passkey.clone(), passkey]).unwrap().0);
    assert_eq!(named["publicKey"]["allowCredentials"].as_array().unwrap().len(), 2);
    assert_eq!(named["publicKey"]["userVerification"], "required");
    assert!(named.get("mediation").is_none());
    let open = read(&site.begin_discoverable().unwrap().0);
    assert_eq!(open["publicKey"]["allowCredentials"].as_array().unwrap().len(), 0);
    assert_eq!(open["publicKey"]["userVerification"], "required");
    assert_eq!(open["mediation"], "conditional");
    assert_ne!(named["publicKey"]["challenge"], open["publicKey"]["challenge"]);
}

#[test]
fn the_user_is_known_to_devices_by_what_tells_nothing() {
    let site = site().unwrap();
    let handle = |user: &_| {
        let challenge: Value = serde_json::from_str(&site.begin_registration(user, &[]).unwrap().0).unwrap();
        challenge["publicKey"]["user"]["id"].as_str().unwrap().to_owned()
    };
    let asa = user(UserState::Active).unwrap();
    let mut other = asa.clone();
    other.id = UserId::from_uuid(Uuid::from_u128(12));
    assert_eq!(handle(&asa), handle(&asa));
    assert_eq!(handle(&asa).len(), 22, "16 bytes");
    let common = handle(&asa).bytes().zip(handle(&other).bytes()).filter(|(one, two)| one == two).count();
    assert!(common < 11, "the ids differ in three bits, and what is made of them nearly everywhere");
}

#[test]
fn an_answer_from_elsewhere_makes_no_passkey() {
    for (name, manner, expected) in wrong_manners() {
        let (challenge, ceremony) =
            site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
        let answer = PasskeyDevice::new(1).unwrap().register(&challenge, &manner).unwrap();
        let made = site().unwrap().finish_registration(ceremony, &answer.to_string());
        assert_eq!(made.err(), Some(expected), "{name}");
    }
}

#[test]
fn an_answer_from_elsewhere_signs_nobody_in() {
    let (mut device, passkey) = registered(1).unwrap();
    for (name, manner, expected) in wrong_manners() {
        let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
        let answer = device.sign(&challenge, &manner).unwrap();
        assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(expected), "{name}");

        let (challenge, ceremony) = site().unwrap().begin_authentication(from_ref(&passkey)).unwrap();
        let answer = device.sign(&challenge, &manner).unwrap();
        assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(expected), "{name}, asked by name");
    }
}

#[test]
fn an_answer_is_to_its_own_challenge() {
    let (mut device, passkey) = registered(1).unwrap();
    let site = site().unwrap();
    let (challenge, ceremony) = site.begin_discoverable().unwrap();
    let (_, other) = site.begin_discoverable().unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    assert_eq!(finish(other, &answer, &passkey).err(), Some(PasskeyError::WrongChallenge));
    let used = finish(ceremony, &answer, &passkey).unwrap();
    let (_, next) = site.begin_discoverable().unwrap();
    assert_eq!(finish(next, &answer, used.passkey()).err(), Some(PasskeyError::WrongChallenge), "replayed");

    let asa = user(UserState::Active).unwrap();
    let (challenge, _) = site.begin_registration(&asa, &[]).unwrap();
    let (_, other) = site.begin_registration(&asa, &[]).unwrap();
    let answer = device.register(&challenge, &Manner::default()).unwrap();
    let made = site.finish_registration(other, &answer.to_string());
    assert_eq!(made.err(), Some(PasskeyError::WrongChallenge));
}

#[test]
fn the_answer_of_one_ceremony_is_none_of_another() {
    let (mut device, passkey) = registered(1).unwrap();
    let site = site().unwrap();
    let as_created = Manner { kind: Some("webauthn.create"), ..Manner::default() };
    let (challenge, ceremony) = site.begin_discoverable().unwrap();
    let answer = device.sign(&challenge, &as_created).unwrap();
    assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(PasskeyError::WrongCeremony));

    let (challenge, ceremony) = site.begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
    let as_signed = Manner { kind: Some("webauthn.get"), ..Manner::default() };
    let answer = device.register(&challenge, &as_signed).unwrap();
    let made = site.finish_registration(ceremony, &answer.to_string());
    assert_eq!(made.err(), Some(PasskeyError::WrongCeremony));
}

#[test]
fn a_copy_is_noticed_by_its_counter() {
    let (mut device, passkey) = registered(1).unwrap();
    device.counter = 9;
    let (challenge, ceremony) = site().unwrap().begin_authentication(from_ref(&passkey)).unwrap();
    let (challenge_of_copy, ceremony_of_copy) =
        site().unwrap().begin_authentication(from_ref(&passkey)).unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    let used = finish(ceremony, &answer, &passkey).unwrap();

    // The copy was asked before the counter went up, and is checked against what it is now.
    device.counter = 9;
    let answer = device.sign(&challenge_of_copy, &Manner::default()).unwrap();
    assert_eq!(finish(ceremony_of_copy, &answer, used.passkey()).err(), Some(PasskeyError::Cloned));

    for (counter, expected) in [(0, Some(PasskeyError::Cloned)), (10, None)] {
        device.counter = counter;
        let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
        let answer = device.sign(&challenge, &Manner::default()).unwrap();
        assert_eq!(finish(ceremony, &answer, used.passkey()).err(), expected, "after {counter}");
    }
}

#[test]
fn what_was_not_signed_is_refused() {
    let (mut device, passkey) = registered(1).unwrap();
    // The last byte of what the signature is over is the counter's.
    let cases = [("signature", 20), ("authenticatorData", 36)];
    for (part, byte) in cases {
        let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
        let mut answer = device.sign(&challenge, &Manner::default()).unwrap();
        spoil(&mut answer, part, byte).unwrap();
        assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(PasskeyError::WrongSignature), "{part}");
    }

    let mut forger = PasskeyDevice::new(2).unwrap();
    (forger.id, forger.user) = (device.id.clone(), device.user.clone());
    let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
    let answer = forger.sign(&challenge, &Manner::default()).unwrap();
    assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(PasskeyError::WrongSignature), "another key");
}

#[test]
fn a_passkey_that_was_not_asked_for_is_refused() {
    let (_, asked) = registered(1).unwrap();
    let (mut device, passkey) = registered(2).unwrap();
    let site = site().unwrap();
    let (challenge, ceremony) = site.begin_authentication(from_ref(&asked)).unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(PasskeyError::AnotherPasskey));

    let (challenge, ceremony) = site.begin_authentication(from_ref(&asked)).unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    assert_eq!(finish(ceremony, &answer, &asked).err(), Some(PasskeyError::AnotherPasskey), "its neighbour");
    assert_eq!(site.begin_authentication(&[]).err(), Some(PasskeyError::NotBegun));
}

#[test]
fn a_passkey_names_its_own_user() {
    let (mut device, passkey) = registered(1).unwrap();
    let right = device.user.clone();
    for (name, named) in [("another", Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned())), ("nobody", None)] {
        device.user = named;
        let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
        let answer = device.sign(&challenge, &Manner::default()).unwrap();
        assert_eq!(finish(ceremony, &answer, &passkey).err(), Some(PasskeyError::AnotherPasskey), "{name}");
    }
    device.user = right;
    let (challenge, ceremony) = site().unwrap().begin_discoverable().unwrap();
    let answer = device.sign(&challenge, &Manner::default()).unwrap();
    assert!(finish(ceremony, &answer, &passkey).is_ok());
}

#[test]
fn one_device_makes_one_passkey() {
    let (mut device, passkey) = registered(1).unwrap();
    let (challenge, ceremony) =
        site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[passkey]).unwrap();
    let answer = device.register(&challenge, &Manner::default()).unwrap();
    let made = site().unwrap().finish_registration(ceremony, &answer.to_string());
    assert_eq!(made.err(), Some(PasskeyError::NotAccepted));
}

#[test]
fn an_id_is_no_longer_than_the_standard_allows() {
    for (length, is_accepted) in [(1, true), (1023, true), (1024, false), (0, false)] {
        let (challenge, ceremony) =
            site().unwrap().begin_registration(&user(UserState::Active).unwrap(), &[]).unwrap();
        let mut device = PasskeyDevice::new(1).unwrap();
        device.id = vec![1; length];
        let answer = device.register(&challenge, &Manner::default()).unwrap();
        let made = site().unwrap().finish_registration(ceremony, &answer.to_string());
        assert_eq!(made.is_ok(), is_accepted, "{length}");
    }
}

#[test]
fn a_site_has_a_name_and_is_secure() {
    let cases = [
        ("https://crm.example.com", "Acme", None),
        ("https://crm.example.com:8443/deep/path?q#f", "Acme", None),
        ("http://localhost:8080", "Acme", None),
        ("http://crm.localhost", "Acme", None),
        ("http://crm.example.com", "Acme", Some(RelyingPartyError::Insecure)),
        ("http://notlocalhost", "Acme", Some(RelyingPartyError::Insecure)),
        ("https://10.0.0.1", "Acme", Some(RelyingPartyError::NoName)),
        ("http://127.0.0.1:8080", "Acme", Some(RelyingPartyError::NoName)),
        ("http://[::1]:8080", "Acme", Some(RelyingPartyError::NoName)),
        ("ftp://crm.example.com", "Acme", Some(RelyingPartyError::NoSite)),
        ("mailto:asa@example.com", "Acme", Some(RelyingPartyError::NoSite)),
        ("crm.example.com", "Acme", Some(RelyingPartyError::NoSite)),
        ("", "Acme", Some(RelyingPartyError::NoSite)),
        ("https://crm.example.com", " ", Some(RelyingPartyError::NotNamed)),
    ];
    for (url, name, expected) in cases {
        assert_eq!(RelyingParty::new(url, name).err(), expected, "{url}");
    }
}
