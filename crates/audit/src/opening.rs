//! Openings: the salts and values behind an entry's commitments.

use std::collections::BTreeMap;

use sutra_crypto::{
    Context, DataKey, KeyRef, OpenError, Purpose, SealError, Sealed, SecretBytes, open, seal,
};
use sutra_kernel::{Entropy, UnitId, WorkspaceId};

use crate::{Disclosure, Entry, Hash, OpeningKey, Salt, Side, Visibility, commitment::Slot};

/// What a commitment was made from, kept apart from the entry so that it can be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The unit of work of the entry.
    pub unit: UnitId,
    /// The entry's place in the unit.
    pub ordinal: u32,
    /// The field's API name, or [`Side::DETAIL_FIELD`].
    pub field: String,
    /// Which value of the field.
    pub side: Side,
    /// The salt of a plain opening. That of a sealed one is sealed with the value: whoever has the salt can
    /// try values, so that a destroyed key must take it along.
    pub salt: Option<Salt>,
    /// The value.
    pub body: OpeningBody,
}

/// How the value of an opening is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpeningBody {
    /// The deterministic CBOR of `[raw, label, locale]`.
    Plain(Vec<u8>),
    /// The 32 bytes of the salt and that CBOR, sealed.
    Sealed(Sealed),
    /// The same, of an encrypted field: masked when shown.
    Masked(Sealed),
}

impl OpeningBody {
    /// What the entry has to say about it.
    #[must_use]
    pub const fn disclosure(&self) -> Disclosure {
        match self {
            Self::Plain(_) => Disclosure::Plain,
            Self::Sealed(_) => Disclosure::Sealed,
            Self::Masked(_) => Disclosure::Masked,
        }
    }

    /// The sealed bytes, if it is sealed.
    #[must_use]
    pub const fn sealed(&self) -> Option<&Sealed> {
        match self {
            Self::Plain(_) => None,
            Self::Sealed(sealed) | Self::Masked(sealed) => Some(sealed),
        }
    }
}

/// What came of checking an opening against its commitment.
pub(crate) enum Bared {
    /// It is what was committed to; this is the value.
    Proven(Vec<u8>),
    /// Its key is not at hand.
    Closed,
    /// It is not what was committed to.
    Unproven,
}

impl Opening {
    /// Which key opens it; nothing if it is plain.
    #[must_use]
    pub fn key_ref(&self) -> Option<KeyRef> {
        self.body.sealed().map(Sealed::key_ref)
    }

    /// Commits to a value and keeps what the commitment was made from.
    pub(crate) fn make(
        slot: Slot<'_>,
        value: Vec<u8>,
        visibility: &Visibility,
        entropy: &dyn Entropy,
    ) -> Result<(Hash, Self), SealError> {
        let mut salt = Salt::default();
        entropy.fill(&mut salt);
        let hash = slot.commit(&salt, &value);
        let (salt, body) = match visibility {
            Visibility::Plain => (Some(salt), OpeningBody::Plain(value)),
            Visibility::Sealed { purpose, key } => {
                (None, OpeningBody::Sealed(slot.seal((*purpose, key), &salt, &value, entropy)?))
            }
            Visibility::Masked { purpose, key } => {
                (None, OpeningBody::Masked(slot.seal((*purpose, key), &salt, &value, entropy)?))
            }
        };
        let Slot { unit, ordinal, field, side, .. } = slot;
        Ok((hash, Self { unit, ordinal, field: field.to_owned(), side, salt, body }))
    }

    /// Opens it, with the key from `keys` if it is sealed, and compares it with its commitment.
    pub(crate) fn bare(
        &self,
        workspace: WorkspaceId,
        committed: &Hash,
        keys: &mut dyn FnMut(&Self) -> Option<OpeningKey>,
    ) -> Bared {
        let slot = self.slot(workspace);
        match (&self.body, self.salt) {
            (OpeningBody::Plain(value), Some(salt)) => prove(slot, &salt, value, committed),
            (OpeningBody::Sealed(sealed) | OpeningBody::Masked(sealed), None) => match keys(self) {
                None => Bared::Closed,
                Some(key) => match slot.open(&key, sealed) {
                    Ok(secret) => prove_sealed(slot, &secret, committed),
                    Err(_) => Bared::Unproven,
                },
            },
            _ => Bared::Unproven,
        }
    }

    fn slot(&self, workspace: WorkspaceId) -> Slot<'_> {
        Slot { workspace, unit: self.unit, ordinal: self.ordinal, field: &self.field, side: self.side }
    }
}

/// The openings of one entry, by what they open.
pub(crate) struct Openings<'a>(BTreeMap<(&'a str, Side), &'a Opening>);

impl<'a> Openings<'a> {
    /// Those among `openings` that belong to the entry.
    pub(crate) fn of(entry: &Entry, openings: &'a [Opening]) -> Self {
        let own =
            openings.iter().filter(|opening| (opening.unit, opening.ordinal) == (entry.unit, entry.ordinal));
        Self(own.map(|opening| ((opening.field.as_str(), opening.side), opening)).collect())
    }

    pub(crate) fn find(&self, field: &str, side: Side) -> Option<&'a Opening> {
        self.0.get(&(field, side)).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Slot<'_> {
    fn seal(
        &self,
        (purpose, key): (Purpose, &DataKey),
        salt: &Salt,
        value: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Sealed, SealError> {
        let secret = SecretBytes::new([salt.as_slice(), value].concat());
        seal(key, &self.context(purpose, &self.place()), secret.expose(), entropy)
    }

    fn open(&self, key: &OpeningKey, sealed: &Sealed) -> Result<SecretBytes, OpenError> {
        open(&key.key, &self.context(key.purpose, &self.place()), sealed)
    }

    fn context<'c>(&self, purpose: Purpose, place: &'c str) -> Context<'c> {
        Context {
            workspace: self.workspace,
            org: None,
            purpose,
            entity: "ledger_opening",
            record: Some(self.unit.uuid()),
            field: Some(place),
        }
    }

    fn place(&self) -> String {
        format!("{}/{}/{}", self.ordinal, self.field, self.side)
    }
}

fn prove_sealed(slot: Slot<'_>, secret: &SecretBytes, committed: &Hash) -> Bared {
    match secret.expose().split_first_chunk() {
        Some((salt, value)) => prove(slot, salt, value, committed),
        None => Bared::Unproven,
    }
}

fn prove(slot: Slot<'_>, salt: &Salt, value: &[u8], committed: &Hash) -> Bared {
    if slot.commit(salt, value) == *committed { Bared::Proven(value.to_vec()) } else { Bared::Unproven }
}
