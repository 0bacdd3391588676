//! A passkey on its device, behind a browser: as small as they can be, and they do what tests tell them, right or wrong.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use minicbor::Encoder;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sutra_crypto::sha256;

/// The flag that somebody has touched the device.
pub const PRESENT: u8 = 1;
/// The flag that the device has verified who that was.
pub const VERIFIED: u8 = 1 << 2;
const HAS_KEY: u8 = 1 << 6;

/// What goes wrong in a test.
pub type Failure = Box<dyn std::error::Error>;

/// A passkey on its device.
pub struct PasskeyDevice {
    /// What names it.
    pub id: Vec<u8>,
    /// How often it was used. After the largest there is it counts from 0, as those do always that are synchronised.
    pub counter: u32,
    /// What it knows its user by, since a passkey was made.
    pub user: Option<String>,
    key: SigningKey,
}

/// How a ceremony goes. The default is as it should.
pub struct Manner {
    /// The origin of the page that asks.
    pub origin: &'static str,
    /// The relying party that the device answers for.
    pub site: &'static str,
    /// What the device says of whoever holds it.
    pub flags: u8,
    /// Whether the page is inside one of another site.
    pub framed: bool,
    /// Said in place of what the ceremony is for.
    pub kind: Option<&'static str>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            origin: "https://crm.example.com",
            site: "crm.example.com",
            flags: PRESENT | VERIFIED,
            framed: false,
            kind: None,
        }
    }
}

impl PasskeyDevice {
    /// Each seed makes another one.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn new(seed: u8) -> Result<Self, Failure> {
        let key = SigningKey::from_slice(&[seed; 32])?;
        Ok(Self { id: vec![seed; 20], counter: 0, user: None, key })
    }

    /// Makes a passkey.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn register(&mut self, challenge: &str, manner: &Manner) -> Result<Value, Failure> {
        let challenge: Value = serde_json::from_str(challenge)?;
        let asked = challenge.get("publicKey").ok_or("no options")?;
        self.user = Some(asked.pointer("/user/id").and_then(Value::as_str).ok_or("no user")?.to_owned());
        let page = page(asked, manner.kind.unwrap_or("webauthn.create"), manner);
        let mut data = self.data(manner, HAS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len())?.to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key()?);
        let mut object = Encoder::new(Vec::new());
        object.map(3)?.str("fmt")?.str("none")?.str("attStmt")?.map(0)?.str("authData")?.bytes(&data)?;
        Ok(json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "attestationObject": BASE64.encode(object.into_writer()),
                "clientDataJSON": BASE64.encode(page),
            },
            "clientExtensionResults": {},
        }))
    }

    /// Uses the passkey, and names its user if that was not done by whoever asks.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn sign(&mut self, challenge: &str, manner: &Manner) -> Result<Value, Failure> {
        let challenge: Value = serde_json::from_str(challenge)?;
        let asked = challenge.get("publicKey").ok_or("no options")?;
        let is_named = asked.pointer("/allowCredentials/0").is_some();
        let page = page(asked, manner.kind.unwrap_or("webauthn.get"), manner);
        self.counter = self.counter.wrapping_add(1);
        let data = self.data(manner, 0);
        let signature: Signature = self.key.sign(&[data.as_slice(), &sha256(page.as_bytes())].concat());
        Ok(json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(page),
                "signature": BASE64.encode(signature.to_der().as_bytes()),
                "userHandle": if is_named { None } else { self.user.as_deref() },
            },
            "clientExtensionResults": {},
        }))
    }

    fn data(&self, manner: &Manner, flags: u8) -> Vec<u8> {
        let mut data = sha256(manner.site.as_bytes()).to_vec();
        data.push(manner.flags | flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn public_key(&self) -> Result<Vec<u8>, Failure> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().ok_or("no x")?, point.y().ok_or("no y")?);
        let mut key = Encoder::new(Vec::new());
        key.map(5)?.u8(1)?.u8(2)?.u8(3)?.i8(-7)?;
        key.i8(-1)?.u8(1)?.i8(-2)?.bytes(x)?.i8(-3)?.bytes(y)?;
        Ok(key.into_writer())
    }
}

fn page(asked: &Value, kind: &str, manner: &Manner) -> String {
    json!({
        "type": kind,
        "challenge": asked.get("challenge"),
        "origin": manner.origin,
        "crossOrigin": manner.framed,
    })
    .to_string()
}

/// Turns one bit of a part of an answer.
///
/// # Errors
/// If there is no such part.
pub fn spoil(answer: &mut Value, part: &str, byte: usize) -> Result<(), Failure> {
    let part = answer.pointer_mut(&format!("/response/{part}")).ok_or("no such part")?;
    let mut bytes = BASE64.decode(part.as_str().ok_or("no text")?)?;
    let length = bytes.len();
    *bytes.get_mut(byte % length).ok_or("empty")? ^= 1;
    *part = Value::String(BASE64.encode(bytes));
    Ok(())
}
