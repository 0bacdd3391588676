//! The history of a record: its ledger entries, read through the viewer's present permissions.

use sutra_acl::AccessPlan;
use sutra_audit::{
    Disclosure, Entry, EntryFilter, HistoryChange, Opened, Shown, StoredEntry, receipt_text, rendered,
};
use sutra_kernel::{RecordId, Timestamp, UserId, Value};
use sutra_records::{ObjectDef, Record, SealedValue};

use crate::{Error, Reads, Revealed, Viewing, guard, opening_keys::OpeningKeys};

/// One save of a record.
#[derive(Debug, Clone)]
pub struct Save {
    /// The event's code, such as `record.update`.
    pub action: String,
    /// The version that it made.
    pub version: Option<u64>,
    /// When.
    pub at: Timestamp,
    /// By whom, if by a user.
    pub by: Option<UserId>,
    /// The fields it changed, as far as the viewer may read them now.
    pub changes: Vec<HistoryChange>,
    /// The ledger's receipt for it.
    pub receipt: String,
}

/// Whether an entry about a record is one of its saves, and not of a refusal.
pub(super) fn is_save(entry: &StoredEntry) -> bool {
    entry.action.starts_with("record.")
}

/// A record whose past the caller may see. That of a deleted one is for those who could bring it back.
pub(super) async fn find_with_past(
    reads: &mut dyn Reads,
    plan: &AccessPlan,
    object: &ObjectDef,
    id: RecordId,
) -> Result<Option<Record>, Error> {
    let asked = |record: &Record| Some(guard::to_see(record));
    Ok(guard::allowed(reads, plan, object.id, &[id], asked).await?.pop())
}

impl Viewing {
    /// The newest saves of a record, newest first; nothing if it is absent or hidden.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object, [`Error::Internal`] if the ledger does not match
    /// its openings.
    pub async fn record_history(
        &self,
        object: &str,
        id: RecordId,
        limit: usize,
    ) -> Result<Option<Vec<Save>>, Error> {
        let (object, plan) = self.readable(object)?;
        let mut reads = self.reads().await;
        let Some(record) = find_with_past(reads.as_mut(), plan, &object, id).await? else { return Ok(None) };
        let target = Some((object.name.to_string(), id.uuid()));
        let filter = EntryFilter { target, ..EntryFilter::default() };
        let mut keys = OpeningKeys::new(self.caller().workspace());
        let mut saves = Vec::new();
        for stored in reads.entries(&filter, limit).await? {
            if is_save(&stored) {
                saves.push(self.save(reads.as_mut(), &object, &record, stored, &mut keys).await?);
            }
        }
        Ok(Some(saves))
    }

    async fn save(
        &self,
        reads: &mut dyn Reads,
        object: &ObjectDef,
        record: &Record,
        stored: StoredEntry,
        keys: &mut OpeningKeys,
    ) -> Result<Save, Error> {
        let plan = self.plan().object(object.id);
        let entry = Entry::decode(&stored.bytes).map_err(Error::internal)?;
        let openings = reads.openings(stored.unit, stored.ordinal).await?;
        keys.load(self.engine.parts(), reads, &openings).await?;
        let mut changes = rendered(&openings, &entry, |opening| keys.of(opening));
        changes.retain(|change| object.field(&change.field).is_none_or(|field| plan.field(field.id).read));
        for change in &mut changes {
            self.unveil(reads, (object, record.id), change).await?;
        }
        Ok(Save {
            version: stored.target_version,
            at: stored.at,
            by: stored.actor_id.map(UserId::from_uuid),
            changes,
            receipt: receipt_text(&stored.leaf),
            action: stored.action,
        })
    }
    /// Shows the values of an encrypted field, or their mask, as those of today.
    async fn unveil(
        &self,
        reads: &mut dyn Reads,
        (object, record): (&ObjectDef, RecordId),
        change: &mut HistoryChange,
    ) -> Result<(), Error> {
        if change.disclosure != Disclosure::Masked {
            return Ok(());
        }
        for side in [&mut change.old, &mut change.new].into_iter().flatten() {
            let Shown::Value(opened) = side else { continue };
            let sealed = match &opened.raw {
                Value::Text(text) => Some(SealedValue::from_stored(text)),
                _ => None,
            };
            let revealed = match object.field(&change.field) {
                Some(field) => self.reveal_through(reads, (object, field), record, sealed.as_ref()).await?,
                None => Revealed::Hidden,
            };
            *side = match revealed {
                Revealed::Value(value) => Shown::Value(Opened::value(value)),
                Revealed::Mask(mask) => Shown::Masked(Opened::value(Value::Text(mask))),
                Revealed::Hidden => Shown::Closed,
                Revealed::Damaged => Shown::Unproven,
            };
        }
        Ok(())
    }
}
