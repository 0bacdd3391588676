use argon2::{
    AssociatedData,
    password_hash::{PasswordHasher, PasswordVerifier},
};

use super::*;

const HORSE: &[u8] = b"correct horse";
const SALT: [u8; SALT_BYTES] = [7; SALT_BYTES];

fn peppers(lines: &str) -> Option<PepperKeys> {
    Some(PepperKeys::parse(&format!("sutra-pepper-keys 1\n{lines}")).unwrap())
}

fn scheme(pepper: Option<PepperKeys>) -> Scheme {
    Scheme::new(&Passwords::default(), pepper).unwrap()
}

fn hashed(scheme: &Scheme) -> PasswordHash {
    scheme.hash(HORSE, &SALT, &mut Vec::new()).unwrap()
}

fn is_of(scheme: &Scheme, hash: &PasswordHash, password: &[u8]) -> bool {
    scheme.is_of(password, hash, &mut Vec::new()).unwrap()
}

const OLD: &str = "0000000000000001 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
const NEW: &str = "0000000000000002 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

#[test]
fn a_hash_is_what_the_library_makes_and_takes() {
    let scheme = scheme(None);
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, scheme.params.clone());
    let made = hashed(&scheme);
    let theirs: phc::PasswordHash = hasher.hash_password_with_salt(HORSE, &SALT).unwrap();
    assert_eq!(made.expose(), theirs.to_string());
    hasher.verify_password(HORSE, &phc::PasswordHash::new(made.expose()).unwrap()).unwrap();
}

#[test]
fn a_peppered_hash_names_its_key_and_needs_it() {
    let old = scheme(peppers(&format!("primary {OLD}")));
    let hash = hashed(&old);
    assert_eq!(hash.parameter("keyid"), Some("AAAAAAAAAAE"));
    let cases = [
        ("the same peppers", peppers(&format!("primary {OLD}")), true, true),
        ("a rotation later", peppers(&format!("primary {NEW}\nretained {OLD}")), true, false),
        ("the old one thrown away", peppers(&format!("primary {NEW}")), false, false),
        ("another under its name", peppers(&format!("primary {}", NEW.replace("002", "001"))), false, true),
        ("no peppers", None, false, false),
    ];
    for (name, pepper, is_right, is_of_today) in cases {
        let scheme = scheme(pepper);
        assert_eq!(is_of(&scheme, &hash, HORSE), is_right, "{name}");
        assert!(!is_of(&scheme, &hash, b"correct house"), "{name}");
        assert_eq!(scheme.is_of_today(&hash), is_of_today, "{name}");
    }
}

#[test]
fn a_hash_from_before_the_pepper_is_known_and_not_of_today() {
    let plain = hashed(&scheme(None));
    let peppered = scheme(peppers(&format!("primary {OLD}")));
    assert!(is_of(&peppered, &plain, HORSE));
    assert!(!peppered.is_of_today(&plain));
    assert!(scheme(None).is_of_today(&plain));
}

#[test]
fn the_pepper_changes_what_is_hashed() {
    let [plain, old, new] = [None, peppers(&format!("primary {OLD}")), peppers(&format!("primary {NEW}"))]
        .map(|pepper| hashed(&scheme(pepper)).expose().rsplit('$').next().unwrap_or_default().to_owned());
    assert!(plain != old && old != new && plain != new);
}

/// RFC 9106, section 5: the same inputs for each of the three variants.
#[test]
fn argon2_is_that_of_the_standard() {
    let cases = [
        (Algorithm::Argon2d, "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"),
        (Algorithm::Argon2i, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"),
        (Algorithm::Argon2id, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"),
    ];
    for (algorithm, expected) in cases {
        let mut params = ParamsBuilder::new();
        params.m_cost(32).t_cost(3).p_cost(4).data(AssociatedData::new(&[4; 12]).unwrap());
        let hasher = Argon2::new_with_secret(&[3; 8], algorithm, Version::V0x13, params.build().unwrap());
        let mut tag = [0; 32];
        hasher.unwrap().hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
        let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(tag, expected, "{algorithm}");
    }
}
