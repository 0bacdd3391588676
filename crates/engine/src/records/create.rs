//! Creating a record.

use async_trait::async_trait;
use sutra_acl::{Action, Facts, Owner};
use sutra_audit::{Event, Target};
use sutra_crypto::KeySlot;
use sutra_kernel::{RecordId, RoleId, UserId};
use sutra_privacy::DataSubject;
use sutra_records::{
    Fields, NewRecord, Record,
    import::{Import, ImportRow},
};

use super::{Changed, Edit};
use crate::{
    Error, Outcome, guard,
    work::{Attempt, Done, UseCase, Work},
};

pub(crate) struct CreateRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) edit: &'a Edit,
    /// The row of an import that it comes from.
    pub(crate) row: Option<(&'a Import, u64)>,
}

#[async_trait]
impl UseCase for CreateRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordCreate, target: Some(Target::kind(self.object)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let id = RecordId::generate(work.now, work.entropy());
        let owner = self.edit.owner.map_or_else(|| work.user().map(Owner::User), Ok)?;
        // Who will own a new record is not judged, so that role is looked up only for those who may create.
        let facts = Facts::new(work.caller.workspace(), object.id, id, owner);
        let plan = work.plan().clone();
        let permit = guard::require(plan.object(object.id), Action::Create, &facts)?;
        let owner_role = work.assignable(owner).await?;
        let fields = self.edit.fields.clone();
        let new = NewRecord { workspace: work.caller.workspace(), id, owner, owner_role, fields };
        let draft = Record::create(&object, plan.object(object.id), permit, new, work.now)?;
        if object.subject == DataSubject::ThisRecord {
            work.make_subject_key(id)?;
        }
        let change = work.confirm(&object, draft).await?;
        if let Some((import, row)) = self.row {
            work.require_import(self.object)?;
            let Import { id: import, object, file_digest, .. } = *import;
            work.unit.put_import_row(&ImportRow { import, object, file_digest, row, record: id }).await?;
        }
        work.put(&object, change).await
    }

    fn gives(&self) -> Option<&Fields> {
        Some(&self.edit.fields)
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Create, before).await
    }
}

impl Work<'_> {
    /// The role of somebody who may be given records: an active user. A queue may be given them too, and has none.
    pub(crate) async fn assignable(&mut self, owner: Owner) -> Result<Option<RoleId>, Error> {
        match owner {
            Owner::User(user) => self.assignable_user(user).await,
            Owner::Queue(queue) if self.authority.policy.directory.is_queue(queue) => Ok(None),
            Owner::Queue(_) => Err(Error::BadInput("the owner is not a queue here".to_owned())),
        }
    }

    async fn assignable_user(&mut self, user: UserId) -> Result<Option<RoleId>, Error> {
        let own = self.plan().subject();
        // One's own place is in the plan already, and nothing is committed on a plan that is out of date.
        let subject = if own.user == user { Some(own.clone()) } else { self.subject(user).await? };
        let subject = subject.filter(|subject| subject.active);
        let subject =
            subject.ok_or_else(|| Error::BadInput("the owner is not an active user here".to_owned()))?;
        Ok(subject.role)
    }

    /// A key of the person that a new record is about.
    fn make_subject_key(&mut self, person: RecordId) -> Result<(), Error> {
        let slot = KeySlot::Subject(person.uuid());
        let (row, key) = self.parts.keys.make(self.caller.workspace(), slot, 1, self.now)?;
        self.add_key(row);
        self.new_keys.insert(person, key);
        Ok(())
    }
}
