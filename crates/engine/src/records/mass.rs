//! Changing many records in one unit of work: all of them, or none.

use async_trait::async_trait;
use sutra_acl::{ObjectPermissions, Owner};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{ApiName, RecordId};

use super::{
    Changed, CreateRecord, Edit, Records,
    ahead::Named,
    delete::{DeleteRecord, RestoreRecord},
    purge::PurgeRecord,
    update::UpdateRecord,
    upsert::UpsertRecord,
};
use crate::{
    Caller, Error, Outcome, Written,
    work::{Attempt, Done, UseCase, Work},
};

/// How many records can be changed at once.
pub const MAX_RECORDS: usize = 1_000;

/// Refuses to change none, or more than [`MAX_RECORDS`].
///
/// # Errors
/// [`Error::BadInput`] naming the limit.
pub fn check_count(records: usize) -> Result<(), Error> {
    if (1..=MAX_RECORDS).contains(&records) {
        return Ok(());
    }
    Err(Error::BadInput(format!("name 1 to {MAX_RECORDS} records at a time")))
}

/// Many use cases of single records as one: in their order, in one unit.
struct Mass<'a, U> {
    object: &'a str,
    event: Event,
    cases: Vec<U>,
}

/// What became of a record, and whether anything was written of it.
type Became = (Changed, bool);

#[async_trait]
impl<U: UseCase<Output = Changed>> UseCase for Mass<'_, U> {
    type Output = Vec<Became>;

    fn attempt(&self) -> Attempt {
        Attempt { event: self.event, target: Some(Target::kind(self.object)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Vec<Became>>, Error> {
        work.require_mass(self.object)?;
        work.read_ahead(self.object, &self.named()).await?;
        let (mut outcomes, mut entries) = (Vec::with_capacity(self.cases.len()), Vec::new());
        for (index, case) in self.cases.iter().enumerate() {
            work.slate.place = Some(index);
            let done = case.run(work).await.map_err(|error| error.at(index))?;
            outcomes.push((done.value, !done.entries.is_empty()));
            entries.extend(done.entries);
        }
        let written = outcomes.iter().filter(|(_, is_written)| *is_written).map(|_| 1).sum::<u64>();
        if written > 0 {
            // Last, so that the receipt is that of the whole.
            let entry = EntryDraft::new(self.event).target(Target::kind(self.object)).rows(written);
            let seal = work.audit_seal().await?;
            entries.push(work.with_reason(entry, &seal));
        }
        Ok(Done { value: outcomes, entries })
    }

    fn outcome(answer: &Vec<Became>) -> Option<Outcome> {
        let each = answer.iter().map(|(changed, is_written)| Some((U::outcome(changed)?, *is_written)));
        Some(Outcome::Each(each.collect::<Option<_>>()?))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Vec<Became>, Error> {
        work.require_mass(self.object)?;
        let mut became = Vec::with_capacity(self.cases.len());
        for (case, (outcome, is_written)) in self.cases.iter().zip(before.each()?) {
            became.push((case.answer_again(work, outcome).await?, is_written));
        }
        Ok(became)
    }
}

impl<U: UseCase> Mass<'_, U> {
    /// What is named before anything is looked at.
    fn named(&self) -> Vec<Named<'_>> {
        let record = |case: &U| case.attempt().target?.id.map(RecordId::from_uuid);
        self.cases.iter().map(|case| Named { record: record(case), fields: case.gives() }).collect()
    }
}

impl Work<'_> {
    fn require_mass(&self, object: &str) -> Result<(), Error> {
        let object = self.object(object)?;
        if self.plan().object(object.id).permissions().has(ObjectPermissions::MASS) {
            return Ok(());
        }
        Err(Error::Forbidden(format!(
            "you may not change many {} at once",
            object.plural_label.to_lowercase()
        )))
    }
}

/// Many at once: at most [`MAX_RECORDS`], all or nothing, in the given order. It needs the permission for mass
/// actions, and for each record what the single use case needs. An error of one record is an [`Error::At`]. Each
/// answer is what the single use case would have answered; all share the receipt of the whole.
impl Records<'_> {
    /// [`create`](Self::create), many times.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn create_all(
        &self,
        caller: &Caller,
        object: &str,
        edits: &[Edit],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |edit| CreateRecord { object, edit, row: None };
        self.all(caller, object, Event::MassCreate, edits, case).await
    }

    /// [`update`](Self::update), many times.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn update_all(
        &self,
        caller: &Caller,
        object: &str,
        edits: &[(RecordId, Edit)],
    ) -> Result<Vec<Written<Changed>>, Error> {
        self.all(caller, object, Event::MassUpdate, edits, |(id, edit)| UpdateRecord {
            object,
            id: *id,
            edit,
        })
        .await
    }

    /// [`upsert`](Self::upsert), many times: the second of two with one value changes what the first has made.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn upsert_all(
        &self,
        caller: &Caller,
        object: &str,
        by: &ApiName,
        edits: &[Edit],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |edit| UpsertRecord { object, by, edit };
        self.all(caller, object, Event::MassUpsert, edits, case).await
    }

    /// [`delete`](Self::delete), many times.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn delete_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| DeleteRecord { object, id: *id, version: None };
        self.all(caller, object, Event::MassDelete, ids, case).await
    }

    /// [`restore`](Self::restore), many times.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn restore_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| RestoreRecord { object, id: *id };
        self.all(caller, object, Event::MassRestore, ids, case).await
    }

    /// [`purge`](Self::purge), many times.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn purge_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
    ) -> Result<Vec<Written<Changed>>, Error> {
        let case = |id: &RecordId| PurgeRecord { object, id: *id };
        self.all(caller, object, Event::MassPurge, ids, case).await
    }

    /// Gives many records to one owner: [`update`](Self::update) with nothing but the owner.
    ///
    /// # Errors
    /// As above, and [`Error::BadInput`] for none or too many.
    pub async fn transfer_all(
        &self,
        caller: &Caller,
        object: &str,
        ids: &[RecordId],
        owner: Owner,
    ) -> Result<Vec<Written<Changed>>, Error> {
        let edit = Edit { owner: Some(owner), ..Edit::default() };
        let case = |id: &RecordId| UpdateRecord { object, id: *id, edit: &edit };
        self.all(caller, object, Event::MassTransfer, ids, case).await
    }

    /// What is too much is refused before anything is looked at.
    pub(crate) async fn all<'a, T, U: UseCase<Output = Changed>>(
        &self,
        caller: &Caller,
        object: &'a str,
        event: Event,
        items: &'a [T],
        case: impl Fn(&'a T) -> U,
    ) -> Result<Vec<Written<Changed>>, Error> {
        check_count(items.len())?;
        let mass = Mass { object, event, cases: items.iter().map(case).collect() };
        let Written { value, receipt } = self.engine.write(caller, &mass).await?;
        let share = |(value, is_written)| Written { value, receipt: receipt.clone().filter(|_| is_written) };
        Ok(value.into_iter().map(share).collect())
    }
}
