//! Codes: of apps against the standards and another program, and those that are sent or printed.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sutra_crypto::{DataKey, KeyRef, MacKey};
use sutra_identity::{EmailAddress, RecoveryCode, RecoveryCodes, SentCode, TotpSecret};
use sutra_kernel::Timestamp;

use crate::world::{Counting, NOON};

/// The key of the examples of both standards.
const STANDARD: &[u8] = b"12345678901234567890";

/// Made with the program `pyotp`.
const VECTORS: &str = include_str!("../vectors/totp.txt");

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

#[test]
fn codes_are_those_of_the_standards() {
    let secret = TotpSecret::from_bytes(STANDARD).unwrap();
    // RFC 4226, appendix D: the codes of the counters 0 to 9.
    let counted =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (step, code) in (0..).zip(counted) {
        assert_eq!(secret.check(code, seconds(30 * step), None), u64::try_from(step).ok(), "counter {step}");
    }
    // RFC 6238, appendix B: the last six of its eight digits.
    let timed = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    for (at, code) in timed {
        assert_eq!(secret.check(code, seconds(at), None), u64::try_from(at / 30).ok(), "second {at}");
    }
}

#[test]
fn codes_are_those_of_another_program() {
    let lines = VECTORS.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let [base32, at, code] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let at: i64 = at.parse().unwrap();
        let secret = TotpSecret::from_bytes(&from_base32(base32).unwrap()).unwrap();
        assert_eq!(*secret.to_text(), base32);
        assert_eq!(secret.check(code, seconds(at), None), u64::try_from(at / 30).ok(), "{line}");
        count += 1;
    }
    assert_eq!(count, 200);
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|c| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c));
    let bits = digits.map(|digit| Some(format!("{:05b}", digit?))).collect::<Option<String>>()?;
    let bytes = bits.as_bytes().chunks(8).map(|bits| u8::from_str_radix(str::from_utf8(bits).ok()?, 2).ok());
    bytes.collect()
}

#[test]
fn a_code_counts_for_one_step_to_either_side() {
    let secret = TotpSecret::from_bytes(STANDARD).unwrap();
    // The code of step 5, which lasts from second 150 to second 179.
    let cases = [(119, false), (120, true), (149, true), (150, true), (179, true), (209, true), (210, false)];
    for (at, counts) in cases {
        assert_eq!(secret.check("254676", seconds(at), None).is_some(), counts, "second {at}");
    }
}

#[test]
fn a_used_step_is_refused_and_so_are_those_before() {
    let secret = TotpSecret::from_bytes(STANDARD).unwrap();
    let now = seconds(160);
    let cases = [(Some(3), Some(5)), (Some(4), Some(5)), (Some(5), None), (Some(6), None), (None, Some(5))];
    for (last, step) in cases {
        assert_eq!(secret.check("254676", now, last), step, "after {last:?}");
    }
    assert_eq!(secret.check("338314", now, Some(5)), None, "the code of the step before");
}

#[test]
fn what_is_no_code_is_refused() {
    let secret = TotpSecret::from_bytes(STANDARD).unwrap();
    let cases = [
        ("as it is shown", "254 676", true),
        ("blanks around it", " 254676\n", true),
        ("too short", "25467", false),
        ("too long", "2546760", false),
        ("a sign", "+54676", false),
        ("digits of another script", "٢٥٤٦٧٦", false),
        ("letters", "abcdef", false),
        ("nothing", "", false),
    ];
    for (name, code, counts) in cases {
        assert_eq!(secret.check(code, seconds(160), None).is_some(), counts, "{name}");
    }
    assert_eq!(secret.check("254676", Timestamp::from_micros(-1), None), None, "before all steps");
    assert!(TotpSecret::from_bytes(&STANDARD[1..]).is_err());
}

#[test]
fn an_app_reads_the_secret_from_the_picture() {
    let secret = TotpSecret::from_bytes(STANDARD).unwrap();
    let email = EmailAddress::parse("asa+crm@example.com").unwrap();
    let uri = secret.to_uri("Acme: Sales", &email).unwrap();
    let expected = "otpauth://totp/Acme%20%20Sales:asa%2Bcrm%40example.com\
        ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%20Sales";
    assert_eq!(*uri, expected);
}

#[test]
fn a_sent_code_has_eight_digits_and_a_recovery_code_sixteen() {
    let entropy = Counting::default();
    for _ in 0..1_000 {
        let code = SentCode::generate(&entropy);
        assert!(code.expose().len() == 8 && code.expose().bytes().all(|byte| byte.is_ascii_digit()));
        let code = RecoveryCode::generate(&entropy);
        let groups: Vec<_> = code.expose().split('-').map(str::len).collect();
        assert_eq!(groups, [4; 4], "{}", code.expose());
    }
}

#[test]
fn what_is_no_sent_code_is_refused() {
    let cases = [
        ("plain", "01234567", true),
        ("in groups", " 0123-4567 ", true),
        ("too short", "0123456", false),
        ("too long", "012345678", false),
        ("letters", "0123456a", false),
        ("digits of another script", "٠١٢٣٤٥٦٧", false),
        ("nothing", "", false),
    ];
    for (name, typed, expected) in cases {
        assert_eq!(SentCode::parse(typed).is_some(), expected, "{name}");
    }
}

#[test]
fn the_digest_of_a_sent_code_is_of_its_key_and_its_use() {
    let key = |byte| MacKey::derive(&DataKey::from_parts(KeyRef::from_u64(1), &[byte; 32]), "code");
    let code = SentCode::parse("01234567").unwrap();
    let digests = [
        code.digest(&key(1), "one"),
        code.digest(&key(1), "another"),
        code.digest(&key(2), "one"),
        SentCode::parse("01234568").unwrap().digest(&key(1), "one"),
    ];
    assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), digests.len());
    assert_eq!(code.digest(&key(1), "one"), digests[0]);
}

#[test]
fn a_sent_code_expires_with_its_flow() {
    let ten_minutes = NOON.plus(SentCode::LIFETIME);
    let (sooner, later) =
        (Timestamp::from_micros(ten_minutes.as_micros() - 1), ten_minutes.plus(SentCode::LIFETIME));
    for (flow, expected) in [(sooner, sooner), (ten_minutes, ten_minutes), (later, ten_minutes)] {
        assert_eq!(SentCode::expires_at(NOON, flow), expected);
    }
}

#[test]
fn a_recovery_code_is_read_as_people_write_it() {
    let cases = [
        ("as shown", "0a1b-2c3d-4e5f-6g7h", true),
        ("without dashes", "0a1b2c3d4e5f6g7h", true),
        ("in capitals and with letters for digits", "OA I B 2C3D4E5F6G7H", true),
        ("too short", "0a1b-2c3d-4e5f-6g7", false),
        ("too long", "0a1b-2c3d-4e5f-6g7h0", false),
        ("a letter that none has", "0a1b-2c3d-4e5f-6g7u", false),
        ("nothing", "", false),
    ];
    for (name, typed, expected) in cases {
        let code = RecoveryCode::parse(typed);
        assert_eq!(
            code.as_ref().map(RecoveryCode::expose),
            expected.then_some("0a1b-2c3d-4e5f-6g7h"),
            "{name}"
        );
    }
}

#[test]
fn bytes_that_are_no_recovery_codes_are_refused() {
    for (length, expected) in [(0, None), (31, None), (32, Some(0)), (33, None), (352, Some(10))] {
        let read = RecoveryCodes::from_bytes(&vec![7; length]);
        assert_eq!(read.ok().map(|codes| codes.left()), expected, "{length} bytes");
    }
}

proptest! {
    /// The obvious twin is the set of the codes themselves.
    #[test]
    fn each_recovery_code_works_once(tries in prop::collection::vec(0_usize..12, 0..40)) {
        let entropy = Counting::default();
        let (mut kept, mut codes) = RecoveryCodes::issue(&entropy);
        codes.extend([(); 2].map(|()| RecoveryCode::generate(&entropy)));
        let mut left: BTreeSet<usize> = (0..RecoveryCodes::COUNT).collect();
        for number in tries {
            let after = kept.without(&codes[number]);
            prop_assert_eq!(after.is_some(), left.remove(&number));
            kept = RecoveryCodes::from_bytes(after.unwrap_or(kept).to_bytes().expose()).unwrap();
            prop_assert_eq!(kept.left(), left.len());
        }
    }
}
