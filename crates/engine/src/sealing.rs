//! Encrypted fields: sealed when they are written, opened for whoever may see them and for nobody else.
//!
//! A value is sealed for its place: this record, this field. Moved elsewhere it does not open, and that is the trouble of
//! the one field that it was moved to. What a mask shows is sealed beside the value, so that making the mask opens no
//! value.

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sutra_crypto::{
    Context, DataKey, KeyReader, KeySlot, Purpose, SealError, Sealed, SecretBytes, Suite, open, seal_with,
};
use sutra_kernel::{ApiName, Entropy, RecordId, Timestamp, Value, WorkspaceId};
use sutra_privacy::DataSubject;
use sutra_records::{Draft, FieldDef, Mask, ObjectDef, Record, SealedValue, Secret, View};

use crate::{Error, Viewing, engine::Parts, work::Work};

/// What is sealed is filled up to a multiple of this, so that a blob tells little of how long its value is.
const PADDED_TO: usize = 32;

/// Stands between the two blobs of a value whose mask shows some of it.
const AND: char = '.';

/// What a viewer is shown of an encrypted field.
#[derive(Clone, PartialEq, Eq)]
pub enum Revealed {
    /// The value, to whoever may see it. [`Value::Null`] also says that there is none where the mask would say so.
    Value(Value),
    /// What stands in its place for others.
    Mask(String),
    /// Nothing: it may not be read at all, or its key was destroyed.
    Hidden,
    /// Nothing: what is stored was not sealed for this place.
    Damaged,
}

/// Where a value is sealed for, and what it is opened with.
pub(crate) struct Place<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) workspace: WorkspaceId,
    pub(crate) object: &'a ObjectDef,
    pub(crate) record: RecordId,
    pub(crate) now: Timestamp,
}

/// What came of opening a blob.
pub(crate) enum Opened {
    Text(String),
    /// Its key was destroyed.
    Gone,
    /// It was not sealed for this place.
    Damaged,
}

impl Viewing {
    /// What the caller is shown of an encrypted field of a record.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; a value that does not open is no error.
    ///
    /// # Security
    /// It is decided here and now, by the permissions of this snapshot, and not by whoever made the view.
    pub async fn reveal(&self, view: &View, name: &ApiName) -> Result<Revealed, Error> {
        let object = self.metadata().object(view.record.object).cloned();
        let object = object.ok_or_else(|| Error::internal("a record without its object"))?;
        let Some(field) = object.field(name.as_str()) else { return Ok(Revealed::Hidden) };
        let mut reads = self.reads().await;
        self.reveal_through(reads.as_mut(), (&object, field), view.record.id, view.record.sealed.get(name))
            .await
    }

    /// The same for a value of the present or the past of this record.
    pub(crate) async fn reveal_through(
        &self,
        keys: &mut dyn KeyReader,
        (object, field): (&ObjectDef, &FieldDef),
        record: RecordId,
        sealed: Option<&SealedValue>,
    ) -> Result<Revealed, Error> {
        let plan = self.plan().object(object.id);
        if !plan.field(field.id).read {
            return Ok(Revealed::Hidden);
        }
        let is_masked = !plan.views_encrypted();
        if is_masked && field.mask == Mask::Whole {
            return Ok(Revealed::Mask(Mask::over(None)));
        }
        let Some(sealed) = sealed else { return Ok(Revealed::Value(Value::Null)) };
        let workspace = self.caller().workspace();
        let place = Place { parts: self.engine.parts(), workspace, object, record, now: self.now };
        let opened = if is_masked {
            place.open_shown(keys, &field.name, sealed).await?
        } else {
            place.open(keys, &field.name, sealed).await?
        };
        Ok(match opened {
            Opened::Text(text) if is_masked => Revealed::Mask(Mask::over(Some(&text))),
            Opened::Text(text) => Revealed::Value(Value::Text(text)),
            Opened::Gone => Revealed::Hidden,
            Opened::Damaged => Revealed::Damaged,
        })
    }
}

impl Place<'_> {
    fn seal(
        &self,
        key: &DataKey,
        name: &ApiName,
        secret: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<SealedValue, SealError> {
        let blob = |field: &str, bytes: &SecretBytes| {
            let padded = padded(bytes);
            let sealed = seal_with(Suite::Aes256Gcm, key, &self.context(field), padded.expose(), entropy)?;
            Ok(STANDARD.encode(sealed.as_bytes()))
        };
        let value = blob(name.as_str(), secret.value())?;
        let text = match secret.shown() {
            Some(shown) => format!("{value}{AND}{}", blob(&shown_place(name), shown)?),
            None => value,
        };
        Ok(SealedValue::from_stored(text))
    }

    /// Opens a value.
    pub(crate) async fn open(
        &self,
        keys: &mut dyn KeyReader,
        name: &ApiName,
        sealed: &SealedValue,
    ) -> Result<Opened, Error> {
        let text = sealed.as_str();
        let blob = text.split_once(AND).map_or(text, |(value, _)| value);
        self.open_blob(keys, name.as_str(), blob).await
    }

    /// Opens what the mask shows of a value, and not the value.
    async fn open_shown(
        &self,
        keys: &mut dyn KeyReader,
        name: &ApiName,
        sealed: &SealedValue,
    ) -> Result<Opened, Error> {
        match sealed.as_str().split_once(AND) {
            Some((_, shown)) => self.open_blob(keys, &shown_place(name), shown).await,
            None => Ok(Opened::Damaged),
        }
    }

    async fn open_blob(&self, keys: &mut dyn KeyReader, field: &str, blob: &str) -> Result<Opened, Error> {
        let sealed = STANDARD.decode(blob).ok().and_then(|bytes| Sealed::parse(bytes).ok());
        let Some(sealed) = sealed else { return Ok(Opened::Damaged) };
        let key = self.parts.keys.named(keys, self.workspace, sealed.key_ref(), self.now).await?;
        let Some(key) = key else { return Ok(Opened::Gone) };
        let opened = open(&key, &self.context(field), &sealed).ok();
        let text = opened.and_then(|bytes| text_of(&bytes));
        Ok(text.map_or(Opened::Damaged, Opened::Text))
    }

    fn context<'c>(&'c self, field: &'c str) -> Context<'c> {
        Context {
            workspace: self.workspace,
            org: None,
            purpose: Purpose::Field,
            entity: self.object.name.as_str(),
            record: Some(self.record.uuid()),
            field: Some(field),
        }
    }
}

impl Work<'_> {
    pub(crate) fn place<'a>(&self, object: &'a ObjectDef, record: RecordId) -> Place<'a>
    where
        Self: 'a,
    {
        Place { parts: self.parts, workspace: self.caller.workspace(), object, record, now: self.now }
    }

    /// Seals what a draft newly sets of encrypted fields, under the key of the person that the record is about, or
    /// else the workspace's key for fields.
    pub(crate) async fn seal(&mut self, object: &ObjectDef, draft: Draft) -> Result<Draft, Error> {
        if !draft.has_secrets() {
            return Ok(draft);
        }
        let key = match self.subject_key(object, draft.after()).await? {
            Some(key) => key,
            None => self.key(&KeySlot::Purpose(Purpose::Field)).await?,
        };
        let place = self.place(object, draft.after().id);
        Ok(draft.seal(|name, secret| place.seal(&key, name, secret, self.entropy()))?)
    }

    /// The key of the person that a record is about, if it is about one.
    pub(crate) async fn subject_key(
        &mut self,
        object: &ObjectDef,
        record: &Record,
    ) -> Result<Option<Arc<DataKey>>, Error> {
        let person = match &object.subject {
            DataSubject::None => return Ok(None),
            DataSubject::ThisRecord => record.id,
            DataSubject::Reference(field) => match record.value(field) {
                Value::Reference(person) => person,
                _ => return Ok(None),
            },
        };
        if let Some(key) = self.new_keys.get(&person) {
            return Ok(Some(Arc::clone(key)));
        }
        let slot = KeySlot::Subject(person.uuid());
        let workspace = self.caller.workspace();
        self.parts.keys.current(self.unit.as_mut(), workspace, &slot, self.now).await
    }

    /// Reads the keys of people that records are about.
    pub(crate) async fn fetch_subject_keys(&mut self, people: Vec<RecordId>) -> Result<(), Error> {
        let slots: BTreeSet<_> = people.into_iter().map(|person| KeySlot::Subject(person.uuid())).collect();
        let slots: Vec<_> = slots.into_iter().collect();
        let workspace = self.caller.workspace();
        self.parts.keys.fetch(self.unit.as_mut(), workspace, &slots, self.now).await
    }

    /// Makes the workspace's key for fields, if it has none yet.
    pub(crate) async fn make_field_key(&mut self) -> Result<(), Error> {
        let slot = KeySlot::Purpose(Purpose::Field);
        if !self.unit.current_keys(&[slot]).await?.is_empty() {
            return Ok(());
        }
        let (row, _) = self.parts.keys.make(self.caller.workspace(), slot, 1, self.now)?;
        self.add_key(row);
        Ok(())
    }
}

/// What the mask shows of a field has a place of its own; no field has its name.
fn shown_place(name: &ApiName) -> String {
    format!("{name}/shown")
}

/// Filled up with zeros, which no text of a record has.
fn padded(bytes: &SecretBytes) -> SecretBytes {
    let length = bytes.expose().len().next_multiple_of(PADDED_TO);
    let mut padded = Vec::with_capacity(length);
    padded.extend_from_slice(bytes.expose());
    padded.resize(length, 0);
    SecretBytes::new(padded)
}

fn text_of(padded: &SecretBytes) -> Option<String> {
    let text = std::str::from_utf8(padded.expose()).ok()?;
    Some(text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_filled_up_is_read_as_it_was(text in "[^\\x00]{1,100}") {
            let padded = padded(&SecretBytes::new(text.clone().into_bytes()));
            prop_assert_eq!(padded.expose().len() % PADDED_TO, 0);
            prop_assert!(padded.expose().len() < text.len() + PADDED_TO);
            prop_assert_eq!(text_of(&padded), Some(text));
        }
    }
}
