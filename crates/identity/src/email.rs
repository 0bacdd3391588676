//! E-mail addresses, which users sign in with.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sutra_kernel::fold;

/// An e-mail address, as its owner wrote it.
///
/// Two spellings are one address if their [keys](EmailAddress::key) are equal. Quoted local parts and
/// numeric domains are not accepted: nobody's mailbox needs them, and much software gets them wrong.
///
/// # Security
/// Send mail to the address that is stored, never to the one that was typed at sign-in: two different
/// mailboxes can share a key. `Debug` shows the domain only.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// A text that is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as `asa@example.com`")]
pub struct EmailError;

const MAX_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;

impl EmailAddress {
    /// Accepts a local part and a domain around one `@`, in any script, without surrounding space.
    ///
    /// # Errors
    /// Whitespace, control and invisible characters, and the punctuation of mail headers are refused,
    /// also where only the folded form has them.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        if text.len() <= MAX_BYTES && is_address(text) && is_address(&fold(text)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(EmailError)
        }
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared: [folded](fold), hence without regard to case.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
    }

    /// What follows the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let whole_labels = domain.split('.').all(|label| !label.is_empty());
    let length_fits = text.len() <= MAX_BYTES && (1..=MAX_LOCAL_BYTES).contains(&local.len());
    length_fits && whole_labels && local.chars().chain(domain.chars()).all(is_plain)
}

fn is_plain(c: char) -> bool {
    // A second `@`, the "specials" of RFC 5322 section 3.2.3, and the characters that hide or reorder text.
    let special = "@()<>[]:;,\\\"".contains(c);
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !(special || invisible || c.is_control() || c.is_whitespace())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…@{}", self.domain())
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_domain = format!("asa@{}", "a.".repeat(125) + "b");
        let cases = [
            ("plain", "asa@example.com", true),
            ("tag and dots", "asa.lind+crm@mail.example.co.uk", true),
            ("any script", "用户@例え.テスト", true),
            ("one label", "root@localhost", true),
            ("apostrophe", "o'neill@example.com", true),
            ("64 bytes of local part", &format!("{}@example.com", "a".repeat(64)), true),
            ("254 bytes", &format!("asa@{}", "a.".repeat(124) + "bc"), true),
            ("empty", "", false),
            ("no at sign", "asa.example.com", false),
            ("no local part", "@example.com", false),
            ("no domain", "asa@", false),
            ("two at signs", "asa@b@example.com", false),
            ("a hidden second at sign", "asa＠b@example.com", false),
            ("a hidden bracket", "asa﹤b@example.com", false),
            ("space", "asa @example.com", false),
            ("space around", " asa@example.com", false),
            ("line break", "asa@example.com\r\nBcc: eve@example.com", false),
            ("nul", "asa\0@example.com", false),
            ("zero-width space", "asa\u{200b}@example.com", false),
            ("right-to-left override", "asa\u{202e}@example.com", false),
            ("display name", "Asa<asa@example.com>", false),
            ("list", "asa,bo@example.com", false),
            ("quoted", "\"asa\"@example.com", false),
            ("numeric domain", "asa@[127.0.0.1]", false),
            ("empty label", "asa@example..com", false),
            ("trailing dot", "asa@example.com.", false),
            ("65 bytes of local part", &long_local, false),
            ("255 bytes", &long_domain, false),
        ];
        for (name, text, expected) in cases {
            assert_eq!(EmailAddress::parse(text).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn spellings_of_one_address_share_a_key_and_stay_as_typed() {
        let typed = EmailAddress::parse("Asa.Lind@Example.COM").unwrap();
        assert_eq!(typed.to_string(), "Asa.Lind@Example.COM");
        assert_eq!(typed.key(), "asa.lind@example.com");
        assert_eq!(typed.key(), EmailAddress::parse("asa.lind@example.com").unwrap().key());
    }

    #[test]
    fn debug_does_not_tell_who_it_is() {
        let address = EmailAddress::parse("asa@example.com").unwrap();
        assert_eq!(format!("{address:?}"), "…@example.com");
    }
}
