//! Reading history: an entry together with its openings, as people are shown it.

use crate::{
    Disclosure, Entry, Hash, Opened, Opening, OpeningKey, Side,
    opening::{Bared, Openings},
    value::detail_from_cbor,
};

/// The change of one field, as it was shown at the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryChange {
    /// The field's API name.
    pub field: String,
    /// What it was; nothing if there was no before.
    pub old: Option<Shown<Opened>>,
    /// What it is; nothing if there is no after.
    pub new: Option<Shown<Opened>>,
    /// How the values are kept. Those of encrypted fields are what the record keeps: sealed, and not to be shown so.
    pub disclosure: Disclosure,
}

/// What can be shown of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown<T> {
    /// The value, which is what the entry committed to.
    Value(T),
    /// It is of an encrypted field: this is shown in its place.
    Masked(T),
    /// It is sealed, and its key was withheld or is gone.
    Closed,
    /// There is no opening for it.
    Missing,
    /// What is there is not what the entry committed to: it is not shown, and the verifier names it.
    Unproven,
}

/// The changes of an entry, in its order, with the values from its openings.
///
/// `keys` is asked for the key of each sealed opening; answering nothing withholds the value. Load the keys
/// first: [`Opening::key_ref`] names them.
#[must_use]
pub fn rendered(
    openings: &[Opening],
    entry: &Entry,
    mut keys: impl FnMut(&Opening) -> Option<OpeningKey>,
) -> Vec<HistoryChange> {
    let openings = Openings::of(entry, openings);
    let mut show = |field: &str, side: Side, committed: Option<Hash>| {
        let opening = openings.find(field, side);
        committed.map(|hash| shown(entry, opening, &hash, &mut keys, Opened::from_cbor))
    };
    let changes = entry.changes.iter();
    let changes = changes.map(|change| HistoryChange {
        field: change.field.clone(),
        old: show(&change.field, Side::Old, change.old),
        new: show(&change.field, Side::New, change.new),
        disclosure: change.disclosure,
    });
    changes.collect()
}

/// The circumstances of an entry, as pairs in their order; nothing if there are none.
#[must_use]
pub fn rendered_detail(
    openings: &[Opening],
    entry: &Entry,
    mut keys: impl FnMut(&Opening) -> Option<OpeningKey>,
) -> Option<Shown<Vec<(String, String)>>> {
    let opening = Openings::of(entry, openings).find(Side::DETAIL_FIELD, Side::Detail);
    entry.detail.map(|hash| shown(entry, opening, &hash, &mut keys, detail_from_cbor))
}

impl HistoryChange {
    /// The same with `mask` in place of every value, if they are of an encrypted field.
    #[must_use]
    pub fn masked_as(mut self, mask: &Opened) -> Self {
        if self.disclosure == Disclosure::Masked {
            for side in [&mut self.old, &mut self.new].into_iter().flatten() {
                if let Shown::Value(_) = side {
                    *side = Shown::Masked(mask.clone());
                }
            }
        }
        self
    }
}

fn shown<T>(
    entry: &Entry,
    opening: Option<&Opening>,
    committed: &Hash,
    keys: &mut dyn FnMut(&Opening) -> Option<OpeningKey>,
    read: fn(&[u8]) -> Option<T>,
) -> Shown<T> {
    let Some(opening) = opening else {
        return Shown::Missing;
    };
    match opening.bare(entry.workspace, committed, keys) {
        Bared::Proven(value) => read(&value).map_or(Shown::Unproven, Shown::Value),
        Bared::Closed => Shown::Closed,
        Bared::Unproven => Shown::Unproven,
    }
}
