//! One use case in one unit of work: begin, decide, change, append, commit; or cancel, and try again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use sutra_acl::{SystemPermission, UserPlan, Withheld};
use sutra_audit::{Batch, EntryDraft, Epochs, Event, Receipt, Target};
use sutra_crypto::{DataKey, KeySlot};
use sutra_kernel::{Entropy, PortError, RecordId, Timestamp, UnitId, UserId};
use sutra_records::{Fields, Metadata, ObjectDef, Standing};

use crate::{
    Caller, Engine, Error, IdempotencyClaim, KeptAnswer, Outcome, Unit, authority::Authority, engine::Parts,
    slate::Slate,
};

/// How often a use case that lost a race is tried again.
const RETRIES: u32 = 3;

/// What a use case wrote, and the proof of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// What the use case answers.
    pub value: T,
    /// The ledger's receipt; nothing if there was nothing to change.
    pub receipt: Option<String>,
}

/// A use case that changes something, with its arguments.
#[async_trait]
pub(crate) trait UseCase: Sync {
    type Output: Send;

    /// What is attempted on what, for the ledger if it is refused.
    fn attempt(&self) -> Attempt;

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Self::Output>, Error>;

    /// The values that it gives a record, if it gives any.
    fn gives(&self) -> Option<&Fields> {
        None
    }

    /// What is kept of an answer so that the same request can be answered again; nothing for what takes no
    /// idempotency key.
    fn outcome(_answer: &Self::Output) -> Option<Outcome> {
        None
    }

    /// Answers again what has been done before, as far as the caller may do and see it now. It changes nothing.
    async fn answer_again(&self, _work: &mut Work<'_>, _before: Outcome) -> Result<Self::Output, Error> {
        Err(Error::internal("an answer was kept that cannot be given again"))
    }
}

/// What somebody tried to do.
pub(crate) struct Attempt {
    pub(crate) event: Event,
    pub(crate) target: Option<Target>,
}

/// Why a use case that leaves work begins again: it is to be announced first.
#[derive(Debug, thiserror::Error)]
#[error("work that is left has to be announced first")]
pub(crate) struct Unannounced;

/// What a use case has done inside its unit. Without entries it has changed nothing.
pub(crate) struct Done<T> {
    pub(crate) value: T,
    pub(crate) entries: Vec<EntryDraft>,
}

impl<T> Done<T> {
    pub(crate) fn new(value: T, entry: EntryDraft) -> Self {
        Self { value, entries: vec![entry] }
    }

    /// The same, worded as this event in place of the usual one.
    pub(crate) fn worded_as(
        mut self,
        event: Event,
        details: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        for entry in &mut self.entries {
            entry.event = event;
        }
        if let Some(entry) = self.entries.first_mut() {
            entry.detail.extend(details);
        }
        self
    }

    pub(crate) fn unchanged(value: T) -> Self {
        Self { value, entries: Vec::new() }
    }
}

/// How a use case came to its answer.
enum Ran<T> {
    Now(Done<T>),
    Before(Written<T>),
}

/// An open unit of work and what its decisions are made from.
pub(crate) struct Work<'e> {
    pub(crate) parts: &'e Parts,
    pub(crate) unit: Box<dyn Unit>,
    pub(crate) caller: Caller,
    pub(crate) authority: Authority,
    pub(crate) seen: Epochs,
    pub(crate) now: Timestamp,
    /// The keys of people that this unit has made: they enter the ring only once they are stored for good.
    pub(crate) new_keys: HashMap<RecordId, Arc<DataKey>>,
    /// The standings that this unit has looked up, with the version of the record that was read before; 0 if there was
    /// none.
    pub(crate) standings: HashMap<RecordId, (u64, Standing)>,
    /// The idempotency key of the caller, claimed in this unit.
    pub(crate) claim: Option<IdempotencyClaim>,
    /// Whether the caller is known to have met few used values lately.
    pub(crate) few_collisions: bool,
    /// Whether it is noted that there may be work left that is done in steps.
    pub(crate) announced: bool,
    /// The records that this unit has marked: what they control follows in steps.
    pub(crate) followed: BTreeMap<RecordId, Withheld>,
    /// How many records have gone along with those that something was done to.
    pub(crate) gone_along: usize,
    /// What it has read of records, and is yet to write.
    pub(crate) slate: Slate,
}

impl Engine {
    /// Runs a use case: retries lost races, and enters refusals into the ledger. If it turns out to leave work to be done
    /// in steps, that is announced, and it begins again.
    pub(crate) async fn write<U: UseCase>(
        &self,
        caller: &Caller,
        case: &U,
    ) -> Result<Written<U::Output>, Error> {
        let (mut tries, mut announced) = (0, false);
        let result = loop {
            match self.attempt(caller, case, announced).await {
                Err(error) if error.is_unannounced() && !announced => {
                    self.announce_work(caller.workspace()).await?;
                    announced = true;
                }
                Err(error) if error.is_conflict() && tries < RETRIES => tries += 1,
                Err(error) if error.is_refusal() => {
                    break Err(self.enter_refusal(caller, case.attempt(), error).await);
                }
                result => break result,
            }
        };
        if announced {
            self.wake(caller.workspace(), self.now()).await?;
        }
        result
    }

    async fn attempt<U: UseCase>(
        &self,
        caller: &Caller,
        case: &U,
        announced: bool,
    ) -> Result<Written<U::Output>, Error> {
        self.admit(caller, case.attempt().event)?;
        let mut work = self.begin(caller).await?;
        work.announced = announced;
        match work.run(case).await {
            Ok(Ran::Now(done)) => work.finish::<U>(done).await,
            Ok(Ran::Before(written)) => {
                work.cancel().await?;
                Ok(written)
            }
            Err(error) => {
                work.cancel().await?;
                Err(error)
            }
        }
    }

    /// Begins a unit with everything at hand that its decisions need: if something is missing, the unit is
    /// cancelled, that is fetched, and another begins.
    pub(crate) async fn begin(&self, caller: &Caller) -> Result<Work<'_>, Error> {
        let (parts, workspace) = (self.parts(), caller.workspace());
        for _ in 0..=RETRIES {
            let now = parts.clock.now();
            parts.keys.warm(parts.store.as_ref(), workspace, now).await?;
            let id = UnitId::generate(now, parts.entropy.as_ref());
            let mut unit = parts.store.begin(workspace, id).await?;
            let seen = unit.epochs().await?;
            if let Some(authority) = parts.authorities.cached(caller, seen) {
                let caller = caller.clone();
                let (new_keys, standings, claim) = (HashMap::new(), HashMap::new(), None);
                return Ok(Work {
                    parts,
                    unit,
                    caller,
                    authority,
                    seen,
                    now,
                    new_keys,
                    standings,
                    claim,
                    few_collisions: false,
                    announced: false,
                    followed: BTreeMap::new(),
                    gone_along: 0,
                    slate: Slate::default(),
                });
            }
            unit.cancel().await?;
            self.refresh(caller).await?;
        }
        Err(PortError::conflict("the policy changes faster than it can be read").into())
    }

    async fn refresh(&self, caller: &Caller) -> Result<(), Error> {
        let parts = self.parts();
        let mut reads = parts.store.reads(caller.workspace()).await?;
        let epochs = reads.epochs().await?;
        parts.authorities.load(caller, reads.as_mut(), epochs).await?;
        Ok(reads.finish().await?)
    }
}

impl Work<'_> {
    /// Runs a use case, unless the same request was answered before: then that answer is given again.
    async fn run<U: UseCase>(&mut self, case: &U) -> Result<Ran<U::Output>, Error> {
        let Some(KeptAnswer { outcome, receipt, .. }) = self.claim().await? else {
            return Ok(Ran::Now(case.run(self).await?));
        };
        let value = case.answer_again(self, outcome).await?;
        Ok(Ran::Before(Written { value, receipt: Some(receipt) }))
    }

    /// Appends the entries and commits; without any, there is nothing to commit, and nothing to remember.
    async fn finish<U: UseCase>(self, done: Done<U::Output>) -> Result<Written<U::Output>, Error> {
        let Done { value, entries } = done;
        let outcome = U::outcome(&value);
        if self.claim.is_some() && outcome.is_none() {
            self.cancel().await?;
            return Err(Error::BadInput("this takes no idempotency key".to_owned()));
        }
        if entries.is_empty() {
            self.cancel().await?;
            return Ok(Written { value, receipt: None });
        }
        let receipt = self.commit_with(entries, outcome).await?;
        Ok(Written { value, receipt: Some(receipt) })
    }

    /// Commits what a use case has worded; or, if it failed, undoes what it did before.
    pub(crate) async fn conclude(self, worded: Result<Vec<EntryDraft>, Error>) -> Result<(), Error> {
        self.conclude_with(worded.map(|entries| ((), entries))).await
    }

    /// As [`conclude`](Self::conclude), with what is answered.
    pub(crate) async fn conclude_with<T>(
        self,
        worded: Result<(T, Vec<EntryDraft>), Error>,
    ) -> Result<T, Error> {
        match worded {
            Ok((value, entries)) => self.commit(entries).await.map(|_| value),
            Err(error) => {
                self.cancel().await?;
                Err(error)
            }
        }
    }

    pub(crate) async fn commit(self, entries: Vec<EntryDraft>) -> Result<String, Error> {
        self.commit_with(entries, None).await
    }

    async fn commit_with(
        mut self,
        entries: Vec<EntryDraft>,
        outcome: Option<Outcome>,
    ) -> Result<String, Error> {
        match self.append(entries, outcome).await {
            Ok(receipt) => {
                let text = receipt.text();
                self.unit.commit(receipt).await?;
                Ok(text)
            }
            Err(error) => {
                self.cancel().await?;
                Err(error)
            }
        }
    }

    async fn append(&mut self, entries: Vec<EntryDraft>, outcome: Option<Outcome>) -> Result<Receipt, Error> {
        self.flush().await?;
        let batch = Batch { actor: self.caller.actor(), request: Some(self.caller.request_id()), entries };
        let entropy = self.parts.entropy.as_ref();
        let receipt = sutra_audit::append(self.unit.as_mut(), batch, self.seen, self.now, entropy).await?;
        if let Some(outcome) = outcome {
            self.keep(outcome, receipt.text()).await?;
        }
        Ok(receipt)
    }

    /// Refuses to leave work that nobody would hear of if this process ended right behind it.
    pub(crate) fn require_announcement(&self) -> Result<(), Error> {
        if self.announced { Ok(()) } else { Err(PortError::conflict(Unannounced).into()) }
    }

    pub(crate) async fn cancel(self) -> Result<(), Error> {
        Ok(self.unit.cancel().await?)
    }

    pub(crate) fn plan(&self) -> &Arc<UserPlan> {
        &self.authority.plan
    }

    pub(crate) fn metadata(&self) -> &Arc<Metadata> {
        &self.authority.metadata
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.parts.entropy.as_ref()
    }

    /// The user who asks; an anonymous caller or an operator has no business with records.
    pub(crate) fn user(&self) -> Result<UserId, Error> {
        self.caller.user_id().ok_or(Error::Unauthenticated)
    }

    pub(crate) fn object(&self, name: &str) -> Result<Arc<ObjectDef>, Error> {
        find_object(self.metadata(), name)
    }

    /// Refuses a caller without this permission.
    pub(crate) fn require_permission(&self, permission: SystemPermission) -> Result<(), Error> {
        require_permission(self.plan(), permission)
    }

    pub(crate) async fn key(&mut self, slot: &KeySlot) -> Result<Arc<DataKey>, Error> {
        let workspace = self.caller.workspace();
        self.parts.keys.load(self.unit.as_mut(), workspace, slot, self.now).await
    }
}

pub(crate) fn find_object(metadata: &Metadata, name: &str) -> Result<Arc<ObjectDef>, Error> {
    let object = metadata.object_named(name).cloned();
    object.ok_or_else(|| Error::BadInput(format!("there is no object `{name}`")))
}

/// Refuses a version that the caller named and that is not the stored one.
pub(crate) fn check_version(named: Option<u64>, stored: u64) -> Result<(), Error> {
    match named {
        Some(named) if named != stored => Err(Error::VersionConflict { named }),
        _ => Ok(()),
    }
}

pub(crate) fn require_permission(plan: &UserPlan, permission: SystemPermission) -> Result<(), Error> {
    if plan.has(permission) {
        return Ok(());
    }
    Err(Error::Forbidden(format!("this needs the permission `{permission}`")))
}
