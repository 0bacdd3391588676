//! Appending: from drafts to a place in the chain, and to the receipt.

use std::collections::BTreeSet;

use sutra_crypto::SealError;
use sutra_kernel::{Entropy, PortError, RequestId, Timestamp, UnitId, Uuid, WorkspaceId};

use crate::{
    Actor, Appended, Batch, CommittedChange, Entry, EntryDraft, Epochs, FieldChange, HEAD_LEN, Hash,
    LedgerWriter, MAX_ENTRY_LEN, NO_HASH, Opened, Opening, Receipt, Side, Tail, Visibility, commitment::Slot,
    leaf, splice, value::detail_to_cbor,
};

/// Why nothing was appended, or why what was appended must not be committed.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The store failed; a conflict means that the unit must be tried again.
    #[error(transparent)]
    Port(#[from] PortError),
    /// A value could not be sealed.
    #[error("a value could not be sealed for the ledger")]
    Seal(#[from] SealError),
    /// There was nothing to append, and nothing is no proof.
    #[error("a unit of work must enter something into the ledger")]
    Empty,
    /// A name is too long for any entry.
    #[error("a name is too long for a ledger entry")]
    TooLong,
    /// The store's chain is not the one that its answer should have made.
    #[error("the ledger does not continue as it must: `{0}`")]
    Broken(&'static str),
}

/// Enters everything that a unit of work has to say into the ledger, and returns the proof.
///
/// Call it once, as the last write of the unit: the end of the chain is locked from here to the commit.
/// `seen` is the pair of epochs that the unit's decisions were made on. What the store answers is not
/// believed but computed again.
///
/// # Errors
/// See [`AppendError`]; after any of them the unit must be cancelled.
pub async fn append(
    ledger: &mut dyn LedgerWriter,
    batch: Batch,
    seen: Epochs,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Receipt, AppendError> {
    let (workspace, unit) = (ledger.workspace(), ledger.unit());
    let covered = covered(&batch);
    let tails = Scribe::new(workspace, unit, &batch, now, entropy).write_all(batch.entries)?;
    if tails.is_empty() {
        return Err(AppendError::Empty);
    }
    // The store consumes the tails; what they must hash to is checked on what it answers.
    let bytes: Vec<Vec<u8>> = tails.iter().map(|tail| tail.bytes.clone()).collect();
    let places = ledger.append(seen, now, tails).await?;
    check(workspace, now, &bytes, &places)?;
    let entries = places.iter().map(|place| (place.seq, place.leaf)).collect();
    Ok(Receipt::new(unit, entries, covered))
}

fn covered(batch: &Batch) -> BTreeSet<(Uuid, u64)> {
    let targets = batch.entries.iter().filter_map(|entry| entry.target.as_ref());
    targets.filter_map(|target| Some((target.id?, target.version?))).collect()
}

/// Computes again what the store says it has done.
fn check(
    workspace: WorkspaceId,
    now: Timestamp,
    tails: &[Vec<u8>],
    places: &[Appended],
) -> Result<(), AppendError> {
    if tails.len() != places.len() {
        return Err(AppendError::Broken("count"));
    }
    let mut before: Option<Appended> = None;
    for (tail, place) in tails.iter().zip(places) {
        let follows = match before {
            Some(before) => Some(place.seq) == before.seq.checked_add(1) && place.prev == before.leaf,
            None => place.seq > 0 && (place.seq == 1) == (place.prev == NO_HASH),
        };
        if !follows {
            return Err(AppendError::Broken("link"));
        }
        if place.at < before.map_or(now, |before| before.at) {
            return Err(AppendError::Broken("instant"));
        }
        if leaf(&splice(workspace, place.seq, &place.prev, place.at, tail)) != place.leaf {
            return Err(AppendError::Broken("leaf"));
        }
        before = Some(*place);
    }
    Ok(())
}

/// Writes a unit's entries, as many as the drafts need.
struct Scribe<'a> {
    workspace: WorkspaceId,
    unit: UnitId,
    actor: Actor,
    request: Option<RequestId>,
    now: Timestamp,
    entropy: &'a dyn Entropy,
    tails: Vec<Tail>,
}

/// More than everything in an entry takes but its texts and changes.
const FIXED_ROOM: usize = HEAD_LEN + 256;

/// More than a change takes but its name.
const CHANGE_ROOM: usize = 80;

impl<'a> Scribe<'a> {
    fn new(
        workspace: WorkspaceId,
        unit: UnitId,
        batch: &Batch,
        now: Timestamp,
        entropy: &'a dyn Entropy,
    ) -> Self {
        let (actor, request) = (batch.actor, batch.request);
        Self { workspace, unit, actor, request, now, entropy, tails: Vec::new() }
    }

    fn write_all(mut self, drafts: Vec<EntryDraft>) -> Result<Vec<Tail>, AppendError> {
        for draft in drafts {
            self.write(draft)?;
        }
        Ok(self.tails)
    }

    /// One entry, or several if the changes do not fit: the first has the measures and the circumstances.
    fn write(&mut self, mut draft: EntryDraft) -> Result<(), AppendError> {
        loop {
            let rest = draft.changes.split_off(fitting(&draft));
            if draft.changes.is_empty() && !rest.is_empty() {
                return Err(AppendError::TooLong);
            }
            self.write_one(&draft)?;
            if rest.is_empty() {
                return Ok(());
            }
            draft = EntryDraft { target: draft.target, changes: rest, ..EntryDraft::new(draft.event) };
        }
    }

    fn write_one(&mut self, draft: &EntryDraft) -> Result<(), AppendError> {
        let ordinal = u32::try_from(self.tails.len()).map_err(|_| AppendError::TooLong)?;
        let mut openings = Vec::new();
        let detail = self.commit_detail(ordinal, draft, &mut openings)?;
        let mut changes = Vec::with_capacity(draft.changes.len());
        for change in &draft.changes {
            changes.push(self.commit_change(ordinal, change, &mut openings)?);
        }
        let entry = Entry {
            // The head is the store's; a tail has none of it.
            workspace: self.workspace,
            seq: 0,
            prev: NO_HASH,
            at: self.now,
            unit: self.unit,
            ordinal,
            category: draft.event.category(),
            action: draft.event.code().to_owned(),
            actor: self.actor,
            target: draft.target.clone(),
            request: self.request,
            changes,
            rows: draft.rows,
            bytes: draft.bytes,
            detail,
            signature: None,
        };
        self.push(entry, openings)
    }

    fn push(&mut self, entry: Entry, openings: Vec<Opening>) -> Result<(), AppendError> {
        let bytes = entry.encode_tail();
        if HEAD_LEN + bytes.len() > MAX_ENTRY_LEN {
            return Err(AppendError::TooLong);
        }
        self.tails.push(Tail {
            unit: entry.unit,
            ordinal: entry.ordinal,
            bytes,
            category: entry.category.code(),
            action: entry.action,
            actor_id: entry.actor.id,
            target: entry.target,
            request: entry.request.map(RequestId::uuid),
            openings,
        });
        Ok(())
    }

    fn commit_change(
        &self,
        ordinal: u32,
        change: &FieldChange,
        openings: &mut Vec<Opening>,
    ) -> Result<CommittedChange, AppendError> {
        let mut commit = |side: Side, value: &Option<Opened>| match value {
            None => Ok(None),
            Some(value) => {
                let (field, value) = (change.field.as_str(), value.to_cbor());
                self.commit((ordinal, field, side), value, &change.visibility, openings).map(Some)
            }
        };
        Ok(CommittedChange {
            field: change.field.clone(),
            old: commit(Side::Old, &change.old)?,
            new: commit(Side::New, &change.new)?,
            disclosure: change.visibility.disclosure(),
        })
    }

    fn commit_detail(
        &self,
        ordinal: u32,
        draft: &EntryDraft,
        openings: &mut Vec<Opening>,
    ) -> Result<Option<Hash>, AppendError> {
        if draft.detail.is_empty() {
            return Ok(None);
        }
        let place = (ordinal, Side::DETAIL_FIELD, Side::Detail);
        let value = detail_to_cbor(&draft.detail);
        self.commit(place, value, &draft.detail_visibility, openings).map(Some)
    }

    fn commit(
        &self,
        (ordinal, field, side): (u32, &str, Side),
        value: Vec<u8>,
        visibility: &Visibility,
        openings: &mut Vec<Opening>,
    ) -> Result<Hash, AppendError> {
        let slot = Slot { workspace: self.workspace, unit: self.unit, ordinal, field, side };
        let (hash, opening) = Opening::make(slot, value, visibility, self.entropy)?;
        openings.push(opening);
        Ok(hash)
    }
}

/// How many of the draft's changes certainly fit into one entry.
fn fitting(draft: &EntryDraft) -> usize {
    let object = draft.target.as_ref().map_or(0, |target| target.object.len());
    let mut room = MAX_ENTRY_LEN.saturating_sub(FIXED_ROOM + draft.event.code().len() + object);
    let fits = |change: &&FieldChange| match room.checked_sub(change.field.len() + CHANGE_ROOM) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    draft.changes.iter().take_while(fits).count()
}
