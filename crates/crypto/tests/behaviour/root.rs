//! The root keys: their file, and the refusal of a wrong one.

use std::{error::Error, sync::Arc};

use sutra_crypto::{
    KeyFileError, KeyFileProblem, KeySlot, KeyVault, LocalVault, RootKeys, VaultError, WrappedKey, open, seal,
};
use sutra_kernel::{PortError, PortErrorKind, Timestamp};

use crate::support::{Stream, key, now_or_never, place, workspace};

const KEY_A: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
const KEY_B: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

fn vault(text: &str) -> LocalVault {
    LocalVault::new(RootKeys::parse(text).unwrap(), Arc::new(Stream::default()))
}

fn file(lines: &[(&str, &str, &str)]) -> String {
    let lines = lines.iter().map(|(word, id, key)| format!("{word} {id} {key}\n"));
    std::iter::once("sutra-root-keys 1\n".to_owned()).chain(lines).collect()
}

fn cause(error: &PortError) -> Option<VaultError> {
    error.source()?.downcast_ref().copied()
}

#[test]
fn a_key_file_is_read_as_it_is_written() {
    let written = file(&[("primary", "000000000000000a", KEY_A), ("retained", "000000000000000b", KEY_B)]);
    let with_remarks = written.replace('\n', "\r\n\n# a remark\n  # another\n");
    for text in [written.as_str(), &with_remarks] {
        let keys = RootKeys::parse(text).unwrap();
        assert_eq!(keys.primary_ref().to_string(), "000000000000000a");
        assert_eq!(keys.render().expose(), written.as_bytes());
    }
}

#[test]
fn a_rotated_file_keeps_the_old_keys() {
    let entropy = Stream::default();
    let first = RootKeys::generate(&entropy);
    let old = first.primary_ref();
    let rotated = first.rotate(&entropy);
    assert_ne!(rotated.primary_ref(), old);
    let text = String::from_utf8(rotated.render().expose().to_vec()).unwrap();
    assert!(text.contains(&format!("retained {old} ")));
    assert_eq!(RootKeys::parse(&text).unwrap().primary_ref(), rotated.primary_ref());
}

#[test]
fn a_broken_key_file_is_refused_by_line_and_reason() {
    use KeyFileProblem as Problem;
    let (a, b) = ("000000000000000a", "000000000000000b");
    let twice = Problem::Twice(a.parse().unwrap());
    let short = &KEY_A[1..];
    let uneven = format!("{}F", &KEY_A[1..]);
    let cases = [
        ("empty", String::new(), 1, Problem::Title("sutra-root-keys 1")),
        ("only remarks", "# nothing\n\n".into(), 3, Problem::Title("sutra-root-keys 1")),
        ("another title", "sutra-root-keys 2\n".into(), 1, Problem::Title("sutra-root-keys 1")),
        ("a key before the title", format!("primary {a} {KEY_A}\n"), 1, Problem::Title("sutra-root-keys 1")),
        ("no key", file(&[]), 2, Problem::NoPrimary),
        ("no primary", file(&[("retained", a, KEY_A)]), 3, Problem::NoPrimary),
        ("two primaries", file(&[("primary", a, KEY_A), ("primary", b, KEY_B)]), 3, Problem::SecondPrimary),
        ("an id twice", file(&[("primary", a, KEY_A), ("retained", a, KEY_B)]), 3, twice),
        ("an unknown word", file(&[("secondary", a, KEY_A)]), 2, Problem::Words),
        ("too few words", file(&[("primary", a, "")]), 2, Problem::Words),
        ("too many words", file(&[("primary", a, &format!("{KEY_A} x"))]), 2, Problem::Words),
        ("a bad id", file(&[("primary", "a", KEY_A)]), 2, Problem::KeyId),
        ("a short key", file(&[("primary", a, short)]), 2, Problem::Key),
        ("a long key", file(&[("primary", a, &format!("{KEY_A}AAAA"))]), 2, Problem::Key),
        ("a key with spare bits", file(&[("primary", a, &uneven)]), 2, Problem::Key),
        ("no base64", file(&[("primary", a, &KEY_A.replace('Q', "!"))]), 2, Problem::Key),
    ];
    for (name, text, line, problem) in cases {
        let refused = RootKeys::parse(&text).err();
        assert_eq!(refused, Some(KeyFileError { line, problem }), "{name}");
    }
}

#[test]
fn the_reason_never_quotes_the_file() {
    let secret = &KEY_A[..42];
    let texts = [
        file(&[("primary", "000000000000000a", secret)]),
        file(&[("primary", secret, KEY_A)]),
        file(&[(secret, "000000000000000a", KEY_A)]),
        secret.to_owned(),
    ];
    for text in texts {
        let error = RootKeys::parse(&text).err().unwrap();
        assert!(!format!("{error} {error:?}").contains(&secret[..8]), "{error}");
    }
}

#[test]
fn what_an_old_root_key_wrapped_unwraps_after_a_rotation() {
    let before = vault(&file(&[("primary", "000000000000000a", KEY_A)]));
    let row = now_or_never(before.wrap(workspace(1), 1, &key(5), Timestamp::default())).unwrap();
    assert_eq!((row.slot, row.wrapped_by.as_u64()), (KeySlot::Workspace, 0xa));

    let after =
        vault(&file(&[("primary", "000000000000000b", KEY_B), ("retained", "000000000000000a", KEY_A)]));
    let unwrapped = now_or_never(after.unwrap(&row)).unwrap();
    let blob = seal(&key(5), &place(), b"value", &Stream::default()).unwrap();
    assert_eq!(open(&unwrapped, &place(), &blob).unwrap().expose(), b"value");

    let rewrapped = now_or_never(after.wrap(workspace(1), 1, &unwrapped, Timestamp::default())).unwrap();
    assert_eq!(rewrapped.wrapped_by.as_u64(), 0xb);
}

#[test]
fn the_wrong_key_file_is_refused_by_the_name_of_the_missing_key() {
    let right = vault(&file(&[("primary", "000000000000000a", KEY_A)]));
    let known = [now_or_never(right.new_check()).unwrap()];
    now_or_never(right.check(&known)).unwrap();
    now_or_never(right.check(&[])).unwrap();

    let name = known[0].key_ref;
    let cases = [
        ("missing", file(&[("primary", "000000000000000b", KEY_A)]), VaultError::Missing(name)),
        ("different", file(&[("primary", "000000000000000a", KEY_B)]), VaultError::Different(name)),
    ];
    for (case, text, expected) in cases {
        let refused = now_or_never(vault(&text).check(&known)).unwrap_err();
        assert_eq!(refused.kind(), PortErrorKind::Refused, "{case}");
        assert_eq!(cause(&refused), Some(expected), "{case}");
        assert!(expected.to_string().contains("`000000000000000a`"), "{case}");
    }
}

#[test]
fn a_vault_says_why_it_does_not_unwrap() {
    let vault = vault(&file(&[("primary", "000000000000000a", KEY_A)]));
    let row = now_or_never(vault.wrap(workspace(1), 1, &key(5), Timestamp::default())).unwrap();

    let elsewhere = WrappedKey { wrapped_by: "000000000000000b".parse().unwrap(), ..row.clone() };
    let missing = now_or_never(vault.unwrap(&elsewhere)).err().unwrap();
    assert_eq!(cause(&missing), Some(VaultError::Missing(elsewhere.wrapped_by)));

    let lower = WrappedKey { slot: KeySlot::Purpose(sutra_crypto::Purpose::Audit), ..row.clone() };
    let slot = now_or_never(vault.unwrap(&lower)).err().unwrap();
    assert_eq!(cause(&slot), Some(VaultError::Slot));

    let moved = WrappedKey { workspace: workspace(2), ..row };
    let corrupt = now_or_never(vault.unwrap(&moved)).err().unwrap();
    assert_eq!(corrupt.kind(), PortErrorKind::Corrupt);
}
