//! The frozen formats. The vectors were made by an implementation in another language.

use aes_gcm::Aes256Gcm;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use minicbor::Encoder;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sutra_crypto::{
    Context, DataKey, KeyVault, LocalVault, MacKey, RootCheck, RootKeys, Sealed, Suite, Token, TokenKind,
    WrappedKey, open, seal_with,
};
use sutra_kernel::{Timestamp, Uuid, WorkspaceId};

use crate::support::{Replay, Stream, now_or_never};

fn read(file: &str) -> Value {
    serde_json::from_str(file).unwrap()
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap()
}

fn bytes(case: &Value, name: &str) -> Vec<u8> {
    unhex(text(case, name))
}

fn unhex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn uuid(case: &Value, name: &str) -> Option<Uuid> {
    case[name].as_str().map(|text| text.parse().unwrap())
}

fn workspace(case: &Value) -> WorkspaceId {
    WorkspaceId::from_uuid(uuid(case, "workspace").unwrap())
}

fn key(case: &Value, key_ref: &str, key: &str) -> DataKey {
    DataKey::from_parts(text(case, key_ref).parse().unwrap(), &bytes(case, key).try_into().unwrap())
}

fn context(case: &Value) -> Context<'_> {
    Context {
        workspace: workspace(case),
        org: uuid(case, "org"),
        purpose: text(case, "purpose").parse().unwrap(),
        entity: text(case, "entity"),
        record: uuid(case, "record"),
        field: case["field"].as_str(),
    }
}

#[test]
fn a_value_is_sealed_to_these_bytes_and_opened_from_them() {
    for case in read(include_str!("../vectors/sealed-v1.json")).as_array().unwrap() {
        let name = text(case, "name");
        let suite = if case["suite"] == 1 { Suite::XChaCha20Poly1305 } else { Suite::Aes256Gcm };
        let (key, context) = (key(case, "key_ref", "key"), context(&case["context"]));
        let (plaintext, blob) = (bytes(case, "plaintext"), bytes(case, "blob"));

        let nonce = Replay::new(bytes(case, "nonce"));
        let sealed = seal_with(suite, &key, &context, &plaintext, &nonce).unwrap();
        assert_eq!(sealed.as_bytes(), blob, "{name}");

        let opened = open(&key, &context, &Sealed::parse(blob).unwrap()).unwrap();
        assert_eq!(opened.expose(), plaintext, "{name}");
    }
}

#[test]
fn the_vectors_follow_from_the_description_step_by_step() {
    for case in read(include_str!("../vectors/sealed-v1.json")).as_array().unwrap() {
        let name = text(case, "name");
        let nonce = bytes(case, "nonce");
        let suite = case["suite"].as_u64().unwrap() as u8;
        let header = [&[1, suite], bytes(case, "key_ref").as_slice(), &nonce].concat();

        let ctx = described_context(&case["context"]);
        assert_eq!(ctx, bytes(case, "ctx"), "{name}");

        let mut okm = [0; 64];
        let info = [b"sutra/seal/1\0", header.as_slice(), &Sha256::digest(&ctx)].concat();
        Hkdf::<Sha256>::from_prk(&bytes(case, "key")).unwrap().expand(&info, &mut okm).unwrap();
        let (single_use_key, commit) = okm.split_at(32);
        assert_eq!(single_use_key, bytes(case, "single_use_key"), "{name}");
        assert_eq!(commit, bytes(case, "commit"), "{name}");

        let aad = [header.as_slice(), commit, &ctx].concat();
        let payload = Payload { msg: &bytes(case, "plaintext"), aad: &aad };
        let body = match suite {
            1 => XChaCha20Poly1305::new_from_slice(single_use_key)
                .unwrap()
                .encrypt(nonce.as_slice().try_into().unwrap(), payload),
            _ => Aes256Gcm::new_from_slice(single_use_key).unwrap().encrypt(&[0; 12].into(), payload),
        };
        assert_eq!([header.as_slice(), commit, &body.unwrap()].concat(), bytes(case, "blob"), "{name}");
    }
}

fn described_context(case: &Value) -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::new());
    let id = |name| uuid(case, name).map(|id| minicbor::bytes::ByteArray::from(id.into_bytes()));
    cbor.array(7).unwrap().str("sutra/ctx/1").unwrap();
    cbor.encode(id("workspace")).unwrap().encode(id("org")).unwrap();
    cbor.str(text(case, "purpose")).unwrap().str(text(case, "entity")).unwrap();
    cbor.encode(id("record")).unwrap().encode(case["field"].as_str()).unwrap();
    cbor.into_writer()
}

#[test]
fn a_key_is_wrapped_to_these_bytes() {
    for case in read(include_str!("../vectors/keys.json"))["wrapped"].as_array().unwrap() {
        let name = text(case, "name");
        let (inner, by) = (key(case, "key_ref", "key"), key(case, "wrapped_by", "wrapping_key"));
        let version = case["version"].as_u64().unwrap() as u32;
        let slot = text(case, "slot").parse().unwrap();
        let nonce = Replay::new(bytes(case, "nonce"));
        let row = WrappedKey::wrap(workspace(case), slot, version, &inner, &by, Timestamp::default(), &nonce)
            .unwrap();
        assert_eq!(row.blob.as_bytes(), bytes(case, "blob"), "{name}");
        assert_eq!(row.unwrap(&by).unwrap().key_ref(), inner.key_ref(), "{name}");
    }
}

#[test]
fn a_root_check_that_was_stored_long_ago_still_holds() {
    let file = read(include_str!("../vectors/keys.json"));
    let case = &file["root_check"];
    // The key of the vector, 00 01 02 … 1f, as a key file has it.
    let keys = RootKeys::parse(
        "sutra-root-keys 1\nprimary 00000000000000aa AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n",
    );
    let vault = LocalVault::new(keys.unwrap(), std::sync::Arc::new(Stream::default()));
    let known = RootCheck {
        key_ref: text(case, "key_ref").parse().unwrap(),
        blob: Sealed::parse(bytes(case, "blob")).unwrap(),
    };
    now_or_never(vault.check(&[known])).unwrap();
}

#[test]
fn tokens_have_these_texts_and_digests() {
    for case in read(include_str!("../vectors/tokens.json")).as_array().unwrap() {
        let kind = if text(case, "kind") == "session" { TokenKind::Session } else { TokenKind::SetupLink };
        let made = Token::generate(kind, workspace(case), &Replay::new(bytes(case, "secret")));
        assert_eq!(made.expose(), text(case, "text"));
        assert_eq!(made.digest().as_bytes().as_slice(), bytes(case, "digest"));
        assert_eq!(Token::parse(text(case, "text")).unwrap().digest(), made.digest());
    }
}

#[test]
fn keyed_hashes_have_these_tags() {
    for case in read(include_str!("../vectors/macs.json")).as_array().unwrap() {
        let label = text(case, "label");
        let branch =
            DataKey::from_parts(sutra_crypto::KeyRef::from_u64(1), &bytes(case, "key").try_into().unwrap());
        let parts: Vec<_> =
            case["parts"].as_array().unwrap().iter().map(|part| unhex(part.as_str().unwrap())).collect();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        assert_eq!(
            MacKey::derive(&branch, label).tag(&parts).as_slice(),
            bytes(case, "tag"),
            "{label} {parts:?}"
        );
    }
}
