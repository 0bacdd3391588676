//! The one place where decisions of `acl` become permits or refusals.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use sutra_acl::{AccessPlan, Action, Decision, Denial, Facts, Permit};
use sutra_audit::EntryDraft;
use sutra_kernel::{ApiName, ObjectId, PortError, RecordId};
use sutra_records::{Change, Draft, FieldDef, Link, ObjectDef, Record, RecordReader, Standing};

use crate::{Error, work::Work};

/// Decides, for a permit or the error that the caller may see.
pub(crate) fn require(plan: &AccessPlan, action: Action, facts: &Facts<'_>) -> Result<Permit, Error> {
    permit(plan.decide(action, facts))
}

/// A permit, or the error that the caller may see.
pub(crate) fn permit(decision: Decision) -> Result<Permit, Error> {
    match decision {
        Decision::Allow(permit) => Ok(permit),
        Decision::Deny(denial) => Err(refusal(denial)),
    }
}

/// Those of the records of an object of which the plan allows what is asked; of one that counts as absent, nothing is.
///
/// # Security
/// Shares only widen, so that what is open without them needs no look at them. They are looked up for all the rest, and
/// for what is absent too: what is out of sight costs what an absent record does.
pub(crate) async fn allowed(
    reads: &mut dyn RecordReader,
    plan: &AccessPlan,
    object: ObjectId,
    ids: &[RecordId],
    asked: impl Fn(&Record) -> Option<Action> + Send + Sync,
) -> Result<Vec<Record>, PortError> {
    let may = |record: &Record, standing: &Standing| {
        asked(record).is_some_and(|action| plan.decide(action, &record.facts(standing)).is_allow())
    };
    let found = reads.find_records(object, ids).await?;
    let (mut open, closed): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|record| may(record, Standing::NONE));
    let settled: HashSet<RecordId> = open.iter().map(|record| record.id).collect();
    let unsettled: Vec<RecordId> = ids.iter().copied().filter(|id| !settled.contains(id)).collect();
    let mut standings = standings(reads, object, &unsettled).await?;
    if plan.reads_root() {
        add_roots(reads, &closed, &mut standings).await?;
    }
    let standing = |record: &Record| standings.get(&record.id).unwrap_or(Standing::NONE);
    open.extend(closed.into_iter().filter(|record| may(record, standing(record))));
    Ok(open)
}

/// Asks for a record that is there: that of a deleted one is for those who could bring it back.
pub(crate) fn to_see(record: &Record) -> Action {
    if record.deleted_at.is_some() { Action::Restore } else { Action::Read }
}

/// Asks for a record that is there and not deleted.
pub(crate) fn to_read(record: &Record) -> Option<Action> {
    record.deleted_at.is_none().then_some(Action::Read)
}

/// Adds the records that control these, for decisions that depend on their fields.
pub(crate) async fn add_roots(
    reads: &mut dyn RecordReader,
    records: &[Record],
    standings: &mut BTreeMap<RecordId, Standing>,
) -> Result<(), PortError> {
    let mut wanted: BTreeMap<ObjectId, BTreeSet<RecordId>> = BTreeMap::new();
    for control in records.iter().filter_map(|record| record.control) {
        wanted.entry(control.object).or_default().insert(control.root);
    }
    let mut roots = BTreeMap::new();
    for (object, ids) in wanted {
        let ids: Vec<RecordId> = ids.into_iter().collect();
        roots.extend(reads.find_records(object, &ids).await?.into_iter().map(|root| (root.id, root)));
    }
    for record in records {
        let root = record.control.and_then(|control| roots.get(&control.root));
        if let Some(root) = root {
            standings.entry(record.id).or_default().root = Some(Box::new(root.clone()));
        }
    }
    Ok(())
}

async fn standings(
    reads: &mut dyn RecordReader,
    object: ObjectId,
    ids: &[RecordId],
) -> Result<BTreeMap<RecordId, Standing>, PortError> {
    if ids.is_empty() { Ok(BTreeMap::new()) } else { reads.standings(object, ids).await }
}

impl Work<'_> {
    /// Loads a record to be changed. One that is absent, one that is deleted and one that is hidden fail alike;
    /// only who wants to restore it, or to remove it for good, finds a deleted one.
    pub(crate) async fn load(
        &mut self,
        object: &ObjectDef,
        id: RecordId,
        action: Action,
    ) -> Result<(Record, Permit), Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        let in_bin = matches!(action, Action::Restore | Action::Purge);
        let found = self.find(object.id, id).await?;
        let found = found.filter(|record| record.deleted_at.is_none() || in_bin);
        let standing = self.standing(plan, action, object.id, id, found.as_ref()).await?;
        let record = found.ok_or_else(|| refusal(plan.deny_absent()))?;
        let permit = require(plan, action, &record.facts(&standing))?;
        self.require_reason(object)?;
        Ok((record, permit))
    }

    /// A permit to do something else to a record that is loaded.
    pub(crate) async fn permit(&mut self, record: &Record, action: Action) -> Result<Permit, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(record.object);
        let standing = self.standing(plan, action, record.object, record.id, Some(record)).await?;
        require(plan, action, &record.facts(&standing))
    }

    /// Whether the caller may do this to a record.
    pub(crate) async fn may(&mut self, record: &Record, action: Action) -> Result<bool, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(record.object);
        let standing = self.standing(plan, action, record.object, record.id, Some(record)).await?;
        Ok(plan.decide(action, &record.facts(&standing)).is_allow())
    }

    /// Looks up at once what decisions about these records will need, each in its turn.
    pub(crate) async fn prepare_decisions(
        &mut self,
        object: ObjectId,
        ids: &[RecordId],
    ) -> Result<(), Error> {
        self.fetch(object, ids).await?;
        let plan = Arc::clone(self.plan());
        if plan.object(object).reads_root() {
            self.fetch_roots(object, ids).await?;
        }
        let mut found = standings(self.unit.as_mut(), object, ids).await?;
        for id in ids {
            let version = self.known(object, *id).map_or(0, |record| record.version);
            self.standings.insert(*id, (version, found.remove(id).unwrap_or_default()));
        }
        Ok(())
    }

    async fn fetch_roots(&mut self, object: ObjectId, ids: &[RecordId]) -> Result<(), Error> {
        let mut roots: BTreeMap<ObjectId, Vec<RecordId>> = BTreeMap::new();
        let records = ids.iter().filter_map(|id| self.known(object, *id));
        for control in records.filter_map(|record| record.control) {
            roots.entry(control.object).or_default().push(control.root);
        }
        for (object, mut ids) in roots {
            ids.sort_unstable();
            ids.dedup();
            self.fetch(object, &ids).await?;
        }
        Ok(())
    }

    /// The standing of a record, as far as it matters to a decision: see [`allowed`].
    async fn standing(
        &mut self,
        plan: &AccessPlan,
        action: Action,
        object: ObjectId,
        id: RecordId,
        found: Option<&Record>,
    ) -> Result<Standing, Error> {
        let is_open = |record: &Record| plan.decide(action, &record.facts(Standing::NONE)).is_allow();
        if found.is_some_and(is_open) {
            return Ok(Standing::default());
        }
        let standing = self.standing_of(object, id, found.map_or(0, |record| record.version)).await?;
        let root = self.root_of(plan, found).await?;
        Ok(Standing { root, ..standing })
    }

    /// The record that controls this one, if its fields matter to decisions of the plan.
    pub(crate) async fn root_of(
        &mut self,
        plan: &AccessPlan,
        record: Option<&Record>,
    ) -> Result<Option<Box<Record>>, Error> {
        let control = record.and_then(|record| record.control).filter(|_| plan.reads_root());
        let Some(control) = control else { return Ok(None) };
        Ok(self.find(control.object, control.root).await?.map(Box::new))
    }

    /// The whole standing of a record that has been read in this version, or as absent with version 0.
    // INVARIANT: a standing is looked up after its record was read. To share is to make a version, so that what is written
    // on the strength of a share that has changed meanwhile is of a version that has changed too, and a conflict.
    pub(crate) async fn standing_of(
        &mut self,
        object: ObjectId,
        id: RecordId,
        version: u64,
    ) -> Result<Standing, Error> {
        if let Some((_, known)) = self.standings.get(&id).filter(|(read, _)| *read == version) {
            return Ok(known.clone());
        }
        self.flush_shares(id).await?;
        let found = standings(self.unit.as_mut(), object, &[id]).await?.remove(&id).unwrap_or_default();
        self.standings.insert(id, (version, found.clone()));
        Ok(found)
    }

    /// A permit to read a record that is to be linked to; deleted, hidden and absent ones fail alike.
    pub(crate) async fn readable(&mut self, target: &ApiName, id: RecordId) -> Result<Permit, Error> {
        let target = self.object(target.as_str())?;
        let found = self.find(target.id, id).await?;
        let record = found.filter(|record| record.deleted_at.is_none());
        let plan = Arc::clone(self.plan());
        let plan = plan.object(target.id);
        let standing = self.standing(plan, Action::Read, target.id, id, record.as_ref()).await?;
        let record = record.ok_or(Error::NotFound("linked record"))?;
        let permit = require(plan, Action::Read, &record.facts(&standing));
        permit.map_err(|_| Error::NotFound("linked record"))
    }

    /// A permit to read what is newly linked to. Whom a record is to belong to, the caller must be able to change: others
    /// would hang on it what goes when it goes.
    async fn linkable(&mut self, object: &ObjectDef, link: &Link) -> Result<Permit, Error> {
        let permit = self.readable(&link.target, link.record).await?;
        if object.field(link.field.as_str()).is_some_and(FieldDef::is_parent) {
            let target = self.object(link.target.as_str())?;
            let parent = self.find(target.id, link.record).await?;
            let parent = parent.ok_or(Error::NotFound("linked record"))?;
            drop(self.permit(&parent, Action::Update).await?);
        }
        Ok(permit)
    }

    /// The entry of what is done to a record, flagged if a restriction would have kept the caller from it: only who may
    /// modify all data gets past one.
    pub(crate) async fn flagged(
        &mut self,
        entry: EntryDraft,
        object: &ObjectDef,
        images: &[&Record],
    ) -> Result<EntryDraft, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        for image in images {
            let root = self.root_of(plan, Some(image)).await?;
            let standing = Standing { root, ..Standing::default() };
            if let Some(rule) = plan.passed_restriction(&image.facts(&standing)) {
                return Ok(entry.detail("past_restriction", rule.to_string()));
            }
        }
        Ok(entry)
    }

    /// Judges every record that is newly linked to, and the image after; then seals what is to be sealed.
    // INVARIANT: links come first. What the image after is judged by may be a record that controls it, and of one that is
    // hidden nothing is said but that it is not there.
    pub(crate) async fn confirm(&mut self, object: &ObjectDef, draft: Draft) -> Result<Change, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        let mut links = Vec::new();
        for link in draft.new_links() {
            links.push(self.linkable(object, link).await?);
        }
        let draft = self.under_parent(object, draft).await?;
        let root = self.root_of(plan, Some(draft.after())).await?;
        let standing = Standing { root, ..Standing::default() };
        let permit = permit(plan.confirm(draft.action(), &draft.after().facts(&standing)))?;
        let rules = self.metadata().rules(object.id);
        Ok(self.seal(object, draft).await?.confirm(plan, &rules, permit, links)?)
    }
}

/// What a denial means to the caller: something hidden is not there.
pub(crate) fn refusal(denial: Denial) -> Error {
    match denial {
        Denial::Hidden => Error::NotFound("record"),
        Denial::Forbidden(reason) => Error::Forbidden(reason.to_string()),
    }
}
