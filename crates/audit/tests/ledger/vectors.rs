//! Frozen vectors, derived a second time by hand: CBOR from JSON, HMAC from SHA-256.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use sutra_audit::{Actor, Batch, Entry, EntryDraft, Event, Opening, Side, commitment, rendered};
use sutra_kernel::SessionId;

use crate::common::{Ledger, all_keys, batch, created, updated};

/// What the vectors are made from. A change of it, or of what comes of it, breaks every ledger there is.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    let mut actor = batch().actor;
    actor.session = Some(SessionId::from_uuid(sutra_kernel::Uuid::from_u128(0xE0)).uuid());
    let signed_in = Batch { actor, ..batch() }.entry(EntryDraft::new(Event::SignInSucceed));
    let export = EntryDraft::new(Event::ExportRun).rows(70_000).bytes(5_000_000_000);
    let batches = [
        Batch::new(Actor::system()).entry(EntryDraft::new(Event::WorkspaceCreate)),
        signed_in,
        batch().entry(created()).entry(updated(2)),
        batch().entry(export.detail("format", "csv")),
    ];
    for (batch, number) in batches.into_iter().zip(1..) {
        let _ = ledger.append(number, batch).unwrap();
    }
    ledger
}

fn vectors(file: &str) -> Vec<Json> {
    let file: Json = serde_json::from_str(file).unwrap();
    let vectors = file["vectors"].as_array().unwrap().clone();
    assert!(!vectors.is_empty());
    vectors
}

fn entries() -> Vec<Json> {
    vectors(include_str!("../vectors/entries.json"))
}

fn commitments() -> Vec<Json> {
    vectors(include_str!("../vectors/commitments.json"))
}

#[test]
fn the_entries_are_those_of_the_vectors() {
    let ledger = ledger();
    let made: Vec<Json> = ledger
        .entries
        .iter()
        .map(|entry| json!({ "entry": hex(&entry.bytes), "leaf": hex(&entry.leaf) }))
        .collect();
    let frozen: Vec<Json> =
        entries().iter().map(|v| json!({ "entry": v["entry"], "leaf": v["leaf"] })).collect();
    assert_eq!(Json::Array(made), Json::Array(frozen));
}

#[test]
fn the_entries_follow_from_the_documented_encoding_alone() {
    let mut prev = [0; 32];
    for (vector, seq) in entries().iter().zip(1_u64..) {
        let bytes = cbor(&vector["parts"]);
        let leaf = sha256(&[&[0], &bytes]);
        assert_eq!((hex(&bytes), hex(&leaf)), (text(&vector["entry"]), text(&vector["leaf"])), "{seq}");
        assert_eq!(vector["parts"][2], format!("hex:{seq:016x}"));
        assert_eq!(vector["parts"][3], format!("hex:{}", hex(&prev)));
        prev = leaf;
    }
}

#[test]
fn the_commitments_are_those_of_the_vectors_and_of_a_derivation_by_hand() {
    let ledger = ledger();
    for vector in commitments() {
        let salt: [u8; 32] = unhex(&text(&vector["salt"])).try_into().unwrap();
        let value = cbor(&vector["value"]);
        let (field, side) = (text(&vector["field"]), Side::parse(&text(&vector["side"])).unwrap());
        let ordinal = u32::try_from(vector["ordinal"].as_u64().unwrap()).unwrap();
        let unit = ledger.entries.iter().map(|e| e.unit).find(|u| hex(u.as_bytes()) == text(&vector["unit"]));
        let unit = unit.unwrap();

        let by_library = commitment(&salt, ledger.workspace, (unit, ordinal), (&field, side), &value);
        let mut message = b"sutra/audit/value/1\0".to_vec();
        let parts: [&[u8]; 6] = [
            ledger.workspace.as_bytes(),
            unit.as_bytes(),
            &ordinal.to_be_bytes(),
            field.as_bytes(),
            side.as_str().as_bytes(),
            &value,
        ];
        for part in parts {
            message.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
            message.extend(part);
        }
        let expected = text(&vector["commitment"]);
        assert_eq!(hex(&by_library), expected, "{field} {side}");
        assert_eq!(hex(&hmac(&salt, &message)), expected, "{field} {side}");
        let entry = ledger.entries.iter().find(|e| (e.unit, e.ordinal) == (unit, ordinal)).unwrap();
        assert!(hex(&entry.bytes).contains(&expected), "{field} {side} is in its entry");
    }
}

#[test]
fn the_sealed_openings_of_the_vectors_still_open() {
    let ledger = ledger();
    let sealed = |opening: &Opening| opening.body.sealed().map(|sealed| hex(sealed.as_bytes()));
    let made: Vec<String> = ledger.openings.iter().filter_map(sealed).collect();
    let frozen: Vec<String> =
        commitments().iter().filter(|v| v["sealed"].is_string()).map(|v| text(&v["sealed"])).collect();
    assert_eq!(made, frozen);
    let entry = Entry::decode(&ledger.entries[2].bytes).unwrap();
    let shown = rendered(&ledger.openings, &entry, all_keys);
    assert!(shown.iter().all(|change| matches!(change.new, Some(sutra_audit::Shown::Value(_)))));
}

/// Deterministic CBOR of JSON, where `hex:` marks a byte string.
fn cbor(json: &Json) -> Vec<u8> {
    match json {
        Json::Null => vec![0xf6],
        Json::Bool(value) => vec![if *value { 0xf5 } else { 0xf4 }],
        Json::Number(number) => item(0, number.as_u64().unwrap(), &[]),
        Json::String(text) => match text.strip_prefix("hex:") {
            Some(digits) => item(0x40, digits.len() as u64 / 2, &unhex(digits)),
            None => item(0x60, text.len() as u64, text.as_bytes()),
        },
        Json::Array(items) => {
            item(0x80, items.len() as u64, &items.iter().flat_map(cbor).collect::<Vec<_>>())
        }
        Json::Object(_) => panic!("the ledger has no maps"),
    }
}

fn item(major: u8, number: u64, content: &[u8]) -> Vec<u8> {
    let (info, width) = match number {
        0..24 => (u8::try_from(number).unwrap(), 0),
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    [&[major | info], &number.to_be_bytes()[8 - width..], content].concat()
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let padded = |pad: u8| [key.map(|byte| byte ^ pad), [pad; 32]].concat();
    sha256(&[&padded(0x5c), &sha256(&[&padded(0x36), message])])
}

fn text(json: &Json) -> String {
    json.as_str().unwrap().to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    let digit = |byte: &u8| u8::try_from(char::from(*byte).to_digit(16).unwrap()).unwrap();
    digits.as_bytes().chunks(2).map(|pair| digit(&pair[0]) << 4 | digit(&pair[1])).collect()
}
