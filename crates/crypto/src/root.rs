//! The local root keys and the text of their file.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sutra_kernel::Entropy;
use zeroize::Zeroizing;

use crate::{DataKey, KeyRef, SecretBytes};

const TITLE: &str = "sutra-root-keys 1";
const PRIMARY: &str = "primary";
const RETAINED: &str = "retained";

/// The root keys of an installation: one primary, which wraps, and those retained to unwrap what
/// was wrapped before.
///
/// The text of the key file is a title line, then a line per key; empty lines and lines that
/// start with `#` are skipped:
///
/// ```text
/// sutra-root-keys 1
/// primary 5b1d3e07a9c4f286 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE
/// retained 09a4e1c27733d0b8 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI
/// ```
///
/// # Security
///
/// Neither the type nor its errors show a key.
///
/// ```compile_fail,E0277
/// println!("{:?}", sutra_crypto::RootKeys::parse(""));
/// ```
pub struct RootKeys {
    primary: DataKey,
    retained: Vec<DataKey>,
}

/// Where and why a key file cannot be read. It never quotes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the key file: {problem}")]
pub struct RootKeysError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: RootKeysProblem,
}

/// What is wrong with a line of a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RootKeysProblem {
    /// The file does not begin as a key file.
    #[error("expected `{TITLE}`")]
    Title,
    /// Not the three words of a key.
    #[error("expected `{PRIMARY}` or `{RETAINED}`, a key id and a key")]
    Words,
    /// The second word is no key id.
    #[error("expected a key id of 16 lower-case hexadecimal digits")]
    KeyId,
    /// The third word is no key.
    #[error("expected a key of 43 base64url digits")]
    Key,
    /// Two keys have this id.
    #[error("the key id `{0}` is there already")]
    Twice(KeyRef),
    /// Two keys are primary.
    #[error("there is a primary key already")]
    SecondPrimary,
    /// No key is primary.
    #[error("the file ends without a primary key")]
    NoPrimary,
}

impl RootKeys {
    /// Makes the first root key of an installation.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self { primary: DataKey::generate(entropy), retained: Vec::new() }
    }

    /// Reads a key file.
    ///
    /// # Errors
    ///
    /// [`RootKeysError`] with the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, RootKeysError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| is_content(line));
        let end = text.lines().count() + 1;
        let (first, title) = lines.next().unwrap_or((end, ""));
        if title.trim_end() != TITLE {
            return Err(RootKeysProblem::Title.at(first));
        }
        let mut read = Reading::default();
        for (number, line) in lines {
            read.take(line).map_err(|problem| problem.at(number))?;
        }
        let primary = read.primary.ok_or(RootKeysProblem::NoPrimary.at(end))?;
        Ok(Self { primary, retained: read.retained })
    }

    /// Adds a new primary key and retains the present one.
    #[must_use]
    pub fn rotate(self, entropy: &dyn Entropy) -> Self {
        let mut retained = self.retained;
        retained.insert(0, self.primary);
        Self { primary: DataKey::generate(entropy), retained }
    }

    /// The text of the key file.
    #[must_use]
    pub fn render(&self) -> SecretBytes {
        let lines = self.retained.iter().map(|key| (RETAINED, key));
        let keys = std::iter::once((PRIMARY, &self.primary)).chain(lines);
        // Enough for every line, so that no outgrown copy stays behind.
        let mut text = Zeroizing::new(Vec::with_capacity(128 * (2 + self.retained.len())));
        text.extend_from_slice(TITLE.as_bytes());
        for (word, key) in keys {
            let mut digits = Zeroizing::new([0; KEY_DIGITS]);
            // INVARIANT: 32 bytes are 43 digits, so this always fills the buffer.
            let _ = BASE64_URL_SAFE_NO_PAD.encode_slice(key.expose(), digits.as_mut_slice());
            text.extend_from_slice(format!("\n{word} {} ", key.key_ref()).as_bytes());
            text.extend_from_slice(digits.as_slice());
        }
        text.push(b'\n');
        text.into()
    }

    /// The name of the key that wraps.
    #[must_use]
    pub fn primary_ref(&self) -> KeyRef {
        self.primary.key_ref()
    }

    pub(crate) fn primary(&self) -> &DataKey {
        &self.primary
    }

    pub(crate) fn find(&self, key_ref: KeyRef) -> Option<&DataKey> {
        std::iter::once(&self.primary).chain(&self.retained).find(|key| key.key_ref() == key_ref)
    }
}

const KEY_DIGITS: usize = 43;

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// The keys of the lines so far.
#[derive(Default)]
struct Reading {
    primary: Option<DataKey>,
    retained: Vec<DataKey>,
}

impl Reading {
    fn take(&mut self, line: &str) -> Result<(), RootKeysProblem> {
        let mut words = line.split_whitespace();
        let (Some(word), Some(id), Some(digits), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(RootKeysProblem::Words);
        };
        let key_ref = id.parse().map_err(|_| RootKeysProblem::KeyId)?;
        let key = decode(key_ref, digits).ok_or(RootKeysProblem::Key)?;
        if self.primary.iter().chain(&self.retained).any(|other| other.key_ref() == key_ref) {
            return Err(RootKeysProblem::Twice(key_ref));
        }
        match word {
            RETAINED => self.retained.push(key),
            PRIMARY if self.primary.is_some() => return Err(RootKeysProblem::SecondPrimary),
            PRIMARY => self.primary = Some(key),
            _ => return Err(RootKeysProblem::Words),
        }
        Ok(())
    }
}

fn decode(key_ref: KeyRef, digits: &str) -> Option<DataKey> {
    let mut secret = Zeroizing::new([0; 32]);
    let length = BASE64_URL_SAFE_NO_PAD.decode_slice(digits, secret.as_mut_slice()).ok()?;
    (length == secret.len()).then(|| DataKey::from_parts(key_ref, &secret))
}

impl RootKeysProblem {
    fn at(self, line: usize) -> RootKeysError {
        RootKeysError { line, problem: self }
    }
}
