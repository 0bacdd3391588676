//! What a sealed value belongs to.

use std::{fmt, str::FromStr};

use sutra_kernel::{Uuid, WorkspaceId};

use crate::SlotError;

/// What a key is for, and what a value is sealed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Settings that are secrets, such as a mail password.
    Settings,
    /// Tokens of connected organisations.
    Oauth,
    /// Encrypted fields of records.
    Field,
    /// Attached files.
    File,
    /// Secrets that sign webhooks.
    Webhook,
    /// Ledger openings that are not for every auditor.
    Audit,
    /// Payloads that wait to be sent.
    Outbox,
    /// Finished exports.
    Export,
    /// Personal values, under the key of the person they are about.
    Subject,
    /// Other keys.
    Key,
}

impl Purpose {
    /// Every purpose, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Settings,
        Self::Oauth,
        Self::Field,
        Self::File,
        Self::Webhook,
        Self::Audit,
        Self::Outbox,
        Self::Export,
        Self::Subject,
        Self::Key,
    ];

    /// The word for it in contexts, slots and command lines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Oauth => "oauth",
            Self::Field => "field",
            Self::File => "file",
            Self::Webhook => "webhook",
            Self::Audit => "audit",
            Self::Outbox => "outbox",
            Self::Export => "export",
            Self::Subject => "subject",
            Self::Key => "key",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Purpose {
    type Err = SlotError;

    fn from_str(text: &str) -> Result<Self, SlotError> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text).ok_or(SlotError)
    }
}

/// Says where a sealed value lives. It is rebuilt from the row on opening and never stored, so a
/// blob that was moved to another place does not open there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    /// The workspace whose value it is.
    pub workspace: WorkspaceId,
    /// The connected organisation, if the value belongs to one.
    pub org: Option<Uuid>,
    /// What it is sealed as.
    pub purpose: Purpose,
    /// The kind of thing that holds it.
    pub entity: &'a str,
    /// The thing that holds it, if it has an identifier.
    pub record: Option<Uuid>,
    /// The field or kind within that thing.
    pub field: Option<&'a str>,
}

const VERSION: &str = "sutra/ctx/1";
const ARRAY_OF_SEVEN: u8 = 0x87;
const NULL: u8 = 0xf6;
const BYTES: u8 = 0x40;
const TEXT: u8 = 0x60;

impl Context<'_> {
    /// The deterministic CBOR of it ([RFC 8949, section 4.2](https://www.rfc-editor.org/rfc/rfc8949#section-4.2)).
    ///
    /// Written out here because, into memory and with two kinds of item, it cannot fail.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.push(ARRAY_OF_SEVEN);
        put(&mut out, TEXT, VERSION.as_bytes());
        put(&mut out, BYTES, self.workspace.as_bytes());
        put_or_null(&mut out, BYTES, self.org.as_ref().map(|org| org.as_bytes().as_slice()));
        put(&mut out, TEXT, self.purpose.as_str().as_bytes());
        put(&mut out, TEXT, self.entity.as_bytes());
        put_or_null(&mut out, BYTES, self.record.as_ref().map(|record| record.as_bytes().as_slice()));
        put_or_null(&mut out, TEXT, self.field.map(str::as_bytes));
        out
    }
}

fn put_or_null(out: &mut Vec<u8>, kind: u8, content: Option<&[u8]>) {
    match content {
        Some(content) => put(out, kind, content),
        None => out.push(NULL),
    }
}

/// One string: its kind and length in the shortest form, then its content.
fn put(out: &mut Vec<u8>, kind: u8, content: &[u8]) {
    let length = content.len() as u64;
    if let Ok(length @ 0..=23) = u8::try_from(length) {
        out.push(kind | length);
    } else if let Ok(length) = u8::try_from(length) {
        out.extend([kind | 24, length]);
    } else if let Ok(length) = u16::try_from(length) {
        out.push(kind | 25);
        out.extend(length.to_be_bytes());
    } else if let Ok(length) = u32::try_from(length) {
        out.push(kind | 26);
        out.extend(length.to_be_bytes());
    } else {
        out.push(kind | 27);
        out.extend(length.to_be_bytes());
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use minicbor::Encoder;
    use proptest::prelude::*;

    use super::*;

    fn by_the_library(context: &Context<'_>) -> Vec<u8> {
        let mut cbor = Encoder::new(Vec::new());
        cbor.array(7).unwrap().str("sutra/ctx/1").unwrap().bytes(context.workspace.as_bytes()).unwrap();
        match context.org {
            Some(org) => cbor.bytes(org.as_bytes()).unwrap(),
            None => cbor.null().unwrap(),
        };
        cbor.str(context.purpose.as_str()).unwrap().str(context.entity).unwrap();
        match context.record {
            Some(record) => cbor.bytes(record.as_bytes()).unwrap(),
            None => cbor.null().unwrap(),
        };
        match context.field {
            Some(field) => cbor.str(field).unwrap(),
            None => cbor.null().unwrap(),
        };
        cbor.into_writer()
    }

    proptest! {
        #[test]
        fn a_context_is_written_as_a_cbor_library_writes_it(
            workspace: u128, org: Option<u128>, purpose in 0..Purpose::ALL.len(), entity: String,
            record: Option<u128>, field: Option<String>,
        ) {
            let context = Context {
                workspace: WorkspaceId::from_uuid(Uuid::from_u128(workspace)),
                org: org.map(Uuid::from_u128),
                purpose: Purpose::ALL[purpose],
                entity: &entity,
                record: record.map(Uuid::from_u128),
                field: field.as_deref(),
            };
            prop_assert_eq!(context.encode(), by_the_library(&context));
        }
    }

    #[test]
    fn lengths_take_their_shortest_form() {
        for length in [0, 1, 23, 24, 255, 256, 65_535, 65_536] {
            let field = "x".repeat(length);
            let context = Context {
                workspace: WorkspaceId::INSTANCE,
                org: None,
                purpose: Purpose::Field,
                entity: "contact",
                record: None,
                field: Some(&field),
            };
            assert_eq!(context.encode(), by_the_library(&context), "{length}");
        }
    }

    #[test]
    fn every_purpose_is_read_as_it_is_written() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.to_string().parse(), Ok(purpose));
        }
    }
}
