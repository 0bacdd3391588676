//! The text in which keys are kept in a file beside the database.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sutra_kernel::Entropy;
use zeroize::Zeroizing;

use crate::{DataKey, KeyRef, SecretBytes};

const PRIMARY: &str = "primary";
const RETAINED: &str = "retained";

/// Keys of one use: one primary, which is used from now on, and those retained for what was made with them before.
///
/// The text is a title line, then a line per key; empty lines and lines that start with `#` are skipped.
pub(crate) struct KeyFile {
    primary: DataKey,
    retained: Vec<DataKey>,
}

/// Where and why a key file cannot be read. It never quotes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the key file: {problem}")]
pub struct KeyFileError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: KeyFileProblem,
}

/// What is wrong with a line of a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileProblem {
    /// The file does not begin as a file of such keys.
    #[error("expected `{0}`")]
    Title(&'static str),
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

impl KeyFile {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        Self { primary: DataKey::generate(entropy), retained: Vec::new() }
    }

    /// Reads a text of this title.
    pub(crate) fn parse(title: &'static str, text: &str) -> Result<Self, KeyFileError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| is_content(line));
        let end = text.lines().count() + 1;
        let (first, found) = lines.next().unwrap_or((end, ""));
        if found.trim_end() != title {
            return Err(KeyFileProblem::Title(title).at(first));
        }
        let mut read = Reading::default();
        for (number, line) in lines {
            read.take(line).map_err(|problem| problem.at(number))?;
        }
        let primary = read.primary.ok_or(KeyFileProblem::NoPrimary.at(end))?;
        Ok(Self { primary, retained: read.retained })
    }

    /// Adds a new primary key and retains the present one.
    pub(crate) fn rotate(self, entropy: &dyn Entropy) -> Self {
        let mut retained = self.retained;
        retained.insert(0, self.primary);
        Self { primary: DataKey::generate(entropy), retained }
    }

    pub(crate) fn render(&self, title: &str) -> SecretBytes {
        let lines = self.retained.iter().map(|key| (RETAINED, key));
        let keys = std::iter::once((PRIMARY, &self.primary)).chain(lines);
        // Enough for every line, so that no outgrown copy stays behind.
        let mut text = Zeroizing::new(Vec::with_capacity(128 * (2 + self.retained.len())));
        text.extend_from_slice(title.as_bytes());
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
    fn take(&mut self, line: &str) -> Result<(), KeyFileProblem> {
        let mut words = line.split_whitespace();
        let (Some(word), Some(id), Some(digits), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(KeyFileProblem::Words);
        };
        let key_ref = id.parse().map_err(|_| KeyFileProblem::KeyId)?;
        let key = decode(key_ref, digits).ok_or(KeyFileProblem::Key)?;
        if self.primary.iter().chain(&self.retained).any(|other| other.key_ref() == key_ref) {
            return Err(KeyFileProblem::Twice(key_ref));
        }
        match word {
            RETAINED => self.retained.push(key),
            PRIMARY if self.primary.is_some() => return Err(KeyFileProblem::SecondPrimary),
            PRIMARY => self.primary = Some(key),
            _ => return Err(KeyFileProblem::Words),
        }
        Ok(())
    }
}

fn decode(key_ref: KeyRef, digits: &str) -> Option<DataKey> {
    let mut secret = Zeroizing::new([0; 32]);
    let length = BASE64_URL_SAFE_NO_PAD.decode_slice(digits, secret.as_mut_slice()).ok()?;
    (length == secret.len()).then(|| DataKey::from_parts(key_ref, &secret))
}

impl KeyFileProblem {
    fn at(self, line: usize) -> KeyFileError {
        KeyFileError { line, problem: self }
    }
}
