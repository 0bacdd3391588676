//! Unique values: claimed and freed in the unit that writes the record.

use sutra_records::{Change, FieldDef, FieldProblem, ObjectDef, ProblemCode, UniqueClaim};

use crate::{Error, work::Work};

/// The unique values that a change takes from a record, and those that it gives it.
pub(super) struct Uniques {
    freed: Vec<UniqueClaim>,
    claimed: Vec<UniqueClaim>,
}

impl Uniques {
    pub(super) fn of(object: &ObjectDef, change: &Change) -> Self {
        Self { freed: change.freed(object), claimed: change.claimed(object) }
    }
}

impl Work<'_> {
    /// Frees and claims the unique values of a record that is stored.
    ///
    /// # Security
    /// That a value is used is the one thing a write tells about records that its caller may not see: always in the
    /// same words, only to those who could have written it, and only so often a minute.
    pub(super) async fn settle(&mut self, object: &ObjectDef, uniques: &Uniques) -> Result<(), Error> {
        let Uniques { freed, claimed } = uniques;
        if !freed.is_empty() {
            self.unit.free_unique(freed).await?;
        }
        if !claimed.is_empty() {
            self.require_few_collisions().await?;
        }
        let mut problems = Vec::new();
        for claim in claimed {
            if !self.unit.claim_unique(std::slice::from_ref(claim)).await? {
                problems.extend(object.fields.iter().find(|field| field.id == claim.field).map(used));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::Validation(problems)) }
    }
}

fn used(field: &FieldDef) -> FieldProblem {
    let message = "This value is already used.".to_owned();
    FieldProblem { field: field.name.clone(), code: ProblemCode::AlreadyUsed, message }
}
