//! Why somebody may or may not do something with a record, and who sees one.
//!
//! Both ask the very plan that decides, so that no answer can differ from the decision it explains.

mod word;

use std::sync::Arc;

use sutra_acl::{Action, FieldPermission, Ground, Level, Source, SystemPermission, UserPlan};
use sutra_identity::User;
use sutra_kernel::{ApiName, RecordId, UserId};
use sutra_records::{FieldDef, ObjectDef, Record, Standing};

use self::word::{Controller, Names};
use crate::{Error, Reads, Viewing, guard, members::subject_of};

/// How many users one question looks at: their plans are compiled for it.
const LOOKED_AT: usize = 1_000;

/// What is asked of somebody's access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessQuestion {
    /// Whose access.
    pub user: UserId,
    /// What he would do.
    pub action: Action,
    /// The object of the record.
    pub object: String,
    /// The record.
    pub record: RecordId,
    /// One of its fields, if that is asked of too.
    pub field: Option<ApiName>,
}

/// A decision about somebody, with every rule that spoke for or against it, as data and in sentences.
#[derive(Debug, Clone)]
pub struct AccessExplanation {
    /// Whose access it is about.
    pub user: User,
    /// The decision and everything that led to it.
    pub explanation: sutra_acl::Explanation,
    /// What may be done with the field, if it was asked of.
    pub field: Option<FieldExplanation>,
    /// The same in sentences: the decision first, then what spoke for it and against it.
    pub sentences: Vec<String>,
}

/// What somebody may do with a field of the records that he reaches, and who gives it to him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldExplanation {
    /// The field.
    pub name: ApiName,
    /// What he may do with it.
    pub permission: FieldPermission,
    /// Whether he sees a mask in place of the value.
    pub masked: bool,
    /// Who lets him read it.
    pub read_by: Vec<Source>,
    /// Who lets him edit it.
    pub edited_by: Vec<Source>,
}

/// Somebody who sees a record.
#[derive(Debug, Clone)]
pub struct Witness {
    /// The user.
    pub user: User,
    /// How far he reaches.
    pub level: Level,
    /// Everything that opens the record to him, and how far.
    pub grounds: Vec<(Ground, Level)>,
    /// The same in sentences.
    pub sentences: Vec<String>,
}

/// Some of those who see a record.
#[derive(Debug, Clone)]
pub struct Witnesses {
    /// Those who were found, in the order in which users were made.
    pub found: Vec<Witness>,
    /// Behind whom to go on; nothing if everybody was looked at. There may be nobody more.
    pub next: Option<UserId>,
}

impl Viewing {
    /// Why somebody may or may not do something with a record.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*, or read permission on the object; [`Error::NotFound`] for a record
    /// that the caller does not see, and for an unknown user; [`Error::BadInput`] for an unknown object or field.
    pub async fn explain_access(&self, question: &AccessQuestion) -> Result<AccessExplanation, Error> {
        let object = self.explainable(&question.object)?;
        let field = question.field.as_ref().map(|name| find_field(&object, name)).transpose()?;
        let mut reads = self.reads().await;
        let (record, standing) = self.explained(reads.as_mut(), &object, question.record).await?;
        let user = reads.find_user(question.user).await?.ok_or(Error::NotFound("user"))?;
        let subject = reads.subject(user.id).await?.ok_or(Error::NotFound("user"))?;
        let plan = UserPlan::compile(&self.authority.policy, &subject);
        let plan = plan.object(object.id);
        let explanation = plan.explain(question.action, &record.facts(&standing));
        let field = field.map(|field| {
            let permission =
                if field.encrypted { plan.encrypted_field(field.id) } else { plan.field(field.id) };
            FieldExplanation {
                name: field.name.clone(),
                permission,
                masked: field.encrypted && permission.read && !plan.views_encrypted(),
                read_by: plan.explain_field(field.id, FieldPermission::new(true, false)),
                edited_by: plan.explain_field(field.id, FieldPermission::new(true, true)),
            }
        });
        let names = Names::load(reads.as_mut(), &self.authority.policy, &standing).await?;
        let names = names.of_controlled(self.controller(reads.as_mut(), &record).await?);
        let sentences = names.explanation(&user, &object, &explanation, field.as_ref());
        Ok(AccessExplanation { user, explanation, field, sentences })
    }

    /// Those who see a record, and why: a few at a time, each time from those behind `after`.
    ///
    /// So many users are looked at for one answer and no more, so that an answer may have fewer than `limit` and yet not
    /// be the last.
    ///
    /// # Errors
    /// As [`explain_access`](Self::explain_access).
    pub async fn who_can_see(
        &self,
        object: &str,
        record: RecordId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Witnesses, Error> {
        let object = self.explainable(object)?;
        let mut reads = self.reads().await;
        let (record, standing) = self.explained(reads.as_mut(), &object, record).await?;
        let users = reads.users(after, LOOKED_AT).await?;
        let ids: Vec<UserId> = users.items.iter().map(|user| user.id).collect();
        let mut assigned = reads.assigned_to(&ids).await?;
        let names = Names::load(reads.as_mut(), &self.authority.policy, &standing).await?;
        let names = names.of_controlled(self.controller(reads.as_mut(), &record).await?);
        let (mut found, mut next) = (Vec::new(), users.more.then(|| ids.last().copied()).flatten());
        for user in users.items {
            let assigned = assigned.remove(&user.id).unwrap_or_default();
            let subject = subject_of(&user, assigned);
            let plan = UserPlan::compile(&self.authority.policy, &subject);
            let explanation = plan.object(object.id).explain(Action::Read, &record.facts(&standing));
            if explanation.verdict.is_err() {
                continue;
            }
            if found.len() == limit {
                next = found.last().map(|witness: &Witness| witness.user.id);
                break;
            }
            let sentences = names.grounds(&user, &object, &explanation.grounds);
            found.push(Witness { user, level: explanation.level, grounds: explanation.grounds, sentences });
        }
        Ok(Witnesses { found, next })
    }

    /// An object whose records the caller may read, and whose sharing he may look into.
    fn explainable(&self, object: &str) -> Result<Arc<ObjectDef>, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        Ok(self.readable(object)?.0)
    }

    /// A record that the caller sees himself: nobody learns of another one.
    async fn explained(
        &self,
        reads: &mut dyn Reads,
        object: &ObjectDef,
        id: RecordId,
    ) -> Result<(Record, Standing), Error> {
        let plan = self.plan().object(object.id);
        let mut found = guard::allowed(reads, plan, object.id, &[id], guard::to_read).await?;
        let record = found.pop().ok_or(Error::NotFound("record"))?;
        let mut standings = reads.standings(object.id, &[id]).await?;
        guard::add_roots(reads, std::slice::from_ref(&record), &mut standings).await?;
        Ok((record, standings.remove(&id).unwrap_or_default()))
    }

    /// The record that controls this one, as far as the caller may know of it.
    async fn controller(&self, reads: &mut dyn Reads, record: &Record) -> Result<Option<Controller>, Error> {
        let Some(control) = record.control else { return Ok(None) };
        let Some(object) = self.metadata().object(control.object) else { return Ok(None) };
        let plan = self.plan().object(object.id);
        let found = guard::allowed(reads, plan, object.id, &[control.root], guard::to_read).await?;
        let name = found.first().map(|root| root.value(&object.name_field).to_string());
        Ok(Some(Controller { label: object.label.to_lowercase(), name }))
    }
}

fn find_field<'o>(object: &'o ObjectDef, name: &ApiName) -> Result<&'o FieldDef, Error> {
    object.field(name.as_str()).ok_or_else(|| Error::BadInput(format!("there is no field `{name}`")))
}
