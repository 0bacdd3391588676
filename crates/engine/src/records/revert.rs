//! Restoring an earlier version of a record.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{AccessPlan, Action, FieldPermission};
use sutra_audit::{Event, Target};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_records::{FieldDef, FieldProblem, Fields, ObjectDef, Patch, ProblemCode, Record};

use super::{
    Changed, Earlier,
    past::{Moment, Past, Walk},
};
use crate::{
    Error, Outcome,
    sealing::Opened,
    work::{Attempt, Done, UseCase, Work, check_version},
};

pub(crate) struct RevertRecord<'a> {
    pub(crate) object: &'a str,
    pub(crate) id: RecordId,
    pub(crate) earlier: &'a Earlier,
}

#[async_trait]
impl UseCase for RevertRecord<'_> {
    type Output = Changed;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::RecordRevert, target: Some(Target::thing(self.object, self.id.uuid())) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Changed>, Error> {
        let object = work.object(self.object)?;
        let (record, permit) = work.load(&object, self.id, Action::Update).await?;
        check_version(self.earlier.seen, record.version)?;
        let fields = work.earlier_values(&object, &record, self.earlier).await?;
        let done = work.amend(&object, (record, permit), Patch { fields, owner: None }).await?;
        Ok(done.worded_as(Event::RecordRevert, [("version".to_owned(), self.earlier.version.to_string())]))
    }

    fn outcome(answer: &Changed) -> Option<Outcome> {
        Some(answer.outcome())
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Changed, Error> {
        work.changed_before(self.object, Action::Update, before).await
    }
}

impl Work<'_> {
    /// The values that fields had in an earlier version, of those that were changed since.
    async fn earlier_values(
        &mut self,
        object: &Arc<ObjectDef>,
        record: &Record,
        earlier: &Earlier,
    ) -> Result<Fields, Error> {
        let plan = Arc::clone(self.plan());
        let plan = plan.object(object.id);
        let fields = wanted(object, earlier)?;
        // Whether a hidden field has changed is hidden too, so that it is refused in any case.
        require(plan, &fields, FieldPermission::new(true, false))?;
        let moment = Moment::Version(earlier.version);
        let walk = Walk::new(self.parts, object, record, moment, fields.iter().copied());
        let past = walk.run(self.unit.as_mut()).await?;
        let past = past.ok_or_else(|| no_version(earlier.version))?;
        let changed = |field: &&FieldDef| past.changed_since.contains(field.name.as_str());
        let changed: Vec<&FieldDef> = fields.into_iter().filter(changed).collect();
        require(plan, &changed, FieldPermission::new(true, true))?;
        self.values_of(object, &past, &changed).await
    }

    async fn values_of(
        &mut self,
        object: &ObjectDef,
        past: &Past,
        changed: &[&FieldDef],
    ) -> Result<Fields, Error> {
        let (mut values, mut problems) = (Fields::new(), Vec::new());
        for field in changed {
            let value = match field.encrypted {
                true => self.secret_of(object, past, field).await?,
                false => Some(past.record.value(&field.name)),
            };
            let value = value.filter(|_| !past.withheld.contains(&field.name));
            let Some(value) = value else {
                problems.push(gone(field, "What it was is no longer kept, or not shown to you."));
                continue;
            };
            if self.leads_nowhere(field, &value).await? {
                problems.push(gone(field, "It named a record that is not there, or that you may not see."));
            } else {
                values.insert(field.name.clone(), value);
            }
        }
        if problems.is_empty() { Ok(values) } else { Err(Error::Validation(problems)) }
    }

    /// What an encrypted field was; nothing if it does not open, or is masked to the caller.
    async fn secret_of(
        &mut self,
        object: &ObjectDef,
        past: &Past,
        field: &FieldDef,
    ) -> Result<Option<Value>, Error> {
        if !self.plan().object(object.id).views_encrypted() {
            return Ok(None);
        }
        let Some(sealed) = past.record.sealed.get(&field.name) else { return Ok(Some(Value::Null)) };
        let place = self.place(object, past.record.id);
        Ok(match place.open(self.unit.as_mut(), &field.name, sealed).await? {
            Opened::Text(text) => Some(Value::Text(text)),
            Opened::Gone | Opened::Damaged => None,
        })
    }

    async fn leads_nowhere(&mut self, field: &FieldDef, value: &Value) -> Result<bool, Error> {
        match (field.target(), value) {
            (Some(target), Value::Reference(id)) => self.is_hidden(target, *id).await,
            _ => Ok(false),
        }
    }
}

/// The fields to be restored: those that are named, or all.
fn wanted<'a>(object: &'a ObjectDef, earlier: &Earlier) -> Result<Vec<&'a FieldDef>, Error> {
    let Some(names) = &earlier.fields else { return Ok(object.fields.iter().collect()) };
    let find = |name: &ApiName| {
        let field = object.field(name.as_str());
        field.ok_or_else(|| Error::BadInput(format!("there is no field `{name}`")))
    };
    names.iter().map(find).collect()
}

/// Refuses all fields at once that the caller may not treat so.
fn require(plan: &AccessPlan, fields: &[&FieldDef], permission: FieldPermission) -> Result<(), Error> {
    let refused = fields.iter().filter(|field| !field.permission(plan).has(permission));
    let refused: Vec<String> = refused.map(|field| format!("`{}`", field.name)).collect();
    if refused.is_empty() {
        return Ok(());
    }
    let names = refused.join(", ");
    Err(Error::Forbidden(format!("you may not restore {names}; name the fields that you want to restore")))
}

fn gone(field: &FieldDef, message: &str) -> FieldProblem {
    FieldProblem { field: field.name.clone(), code: ProblemCode::NotRestorable, message: message.to_owned() }
}

fn no_version(version: u64) -> Error {
    Error::BadInput(format!("there is no version {version} to restore, or the record was deleted in it"))
}
