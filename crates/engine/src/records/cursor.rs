//! Cursors: where a record is in a list, fit to be shown, worthless to anyone else and for any other list.

use std::{fmt, sync::Arc};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sutra_crypto::MacKey;
use sutra_kernel::{RecordId, UserId, Uuid, Value, ValueKind};
use sutra_records::{Position, Side};

use super::list::ListRequest;
use crate::Error;

/// How much of the tag a cursor carries: as little as is still checked.
const TAG: usize = MacKey::MIN_TAG;

/// Reads and writes the cursors of one viewer's one list.
pub(crate) struct Cursors {
    key: MacKey,
    list: String,
}

impl Cursors {
    pub(crate) fn new(key: MacKey, viewer: Option<UserId>, request: &ListRequest) -> Self {
        let ListRequest { object, filter, search, order, part: _ } = request;
        let list = format!("{viewer:?}\n{object}\n{order:?}\n{filter:?}\n{search:?}");
        Self { key, list }
    }

    /// The cursor of a position.
    pub(crate) fn cursor(self: &Arc<Self>, position: Position) -> Cursor {
        Cursor { cursors: Arc::clone(self), position }
    }

    /// Payload and a truncated tag over viewer, list and payload. Equal positions give equal cursors, whichever
    /// side of the record they are on.
    fn write(&self, position: &Position) -> String {
        let kind = position.value.kind().map_or("", kind_word);
        let payload = serde_json::json!([kind, position.value.to_json(), position.id.uuid()]).to_string();
        let tag = self.key.tag(&[self.list.as_bytes(), payload.as_bytes()]);
        let mut bytes = tag.iter().copied().take(TAG).collect::<Vec<u8>>();
        bytes.extend_from_slice(payload.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(&bytes)
    }

    /// The place on this side of the cursor's record.
    pub(crate) fn read(&self, text: &str, side: Side) -> Result<Position, Error> {
        self.try_read(text, side).ok_or_else(|| {
            Error::BadInput("this cursor is not of this list; take cursors from its pages".to_owned())
        })
    }

    fn try_read(&self, text: &str, side: Side) -> Option<Position> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, payload) = bytes.split_at_checked(TAG)?;
        if !self.key.verify(&[self.list.as_bytes(), payload], tag) {
            return None;
        }
        let (kind, json, id): (String, serde_json::Value, Uuid) = serde_json::from_slice(payload).ok()?;
        let value = match kind.as_str() {
            "" => Value::Null,
            word => {
                Value::from_json(ValueKind::ALL.into_iter().find(|kind| kind_word(*kind) == word)?, &json)
                    .ok()?
            }
        };
        Some(Position { value, id: RecordId::from_uuid(id), side })
    }
}

/// Where a record is in a list. It is written, and signed, when it is shown.
#[derive(Clone)]
pub struct Cursor {
    cursors: Arc<Cursors>,
    position: Position,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cursors.write(&self.position))
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({self})")
    }
}

fn kind_word(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "b",
        ValueKind::Integer => "i",
        ValueKind::Decimal => "d",
        ValueKind::Money => "m",
        ValueKind::Text => "t",
        ValueKind::Texts => "l",
        ValueKind::Date => "y",
        ValueKind::Timestamp => "s",
        ValueKind::Reference => "r",
    }
}
