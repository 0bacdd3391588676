//! Unique values: claimed and freed in the unit that writes the record.

use sutra_kernel::ApiName;
use sutra_records::{Change, FieldProblem, ObjectDef, ProblemCode, UniqueClaim};

use crate::{Error, work::Work};

/// The unique values that changes take from records, and those that they give them.
#[derive(Default)]
pub(crate) struct Uniques {
    freed: Vec<UniqueClaim>,
    claimed: Vec<Claimed>,
}

/// A value that a record is given, in a field of this name, by the case of this place among many.
struct Claimed {
    claim: UniqueClaim,
    field: ApiName,
    place: Option<usize>,
}

impl Uniques {
    /// Adds those of a change.
    pub(crate) fn add(&mut self, object: &ObjectDef, change: &Change, place: Option<usize>) {
        self.freed.extend(change.freed(object));
        for claim in change.claimed(object) {
            let field = object.fields.iter().find(|field| field.id == claim.field);
            self.claimed.extend(field.map(|field| Claimed { claim, field: field.name.clone(), place }));
        }
    }
}

impl Work<'_> {
    /// Frees and claims unique values of records that are stored.
    ///
    /// # Security
    /// That a value is used is the one thing a write tells about records that its caller may not see: always in the
    /// same words, only to those who could have written it, and only so often a minute.
    pub(crate) async fn settle(&mut self, uniques: Uniques) -> Result<(), Error> {
        let Uniques { freed, claimed } = uniques;
        if !freed.is_empty() {
            self.unit.free_unique(&freed).await?;
        }
        if claimed.is_empty() {
            return Ok(());
        }
        self.require_few_collisions().await?;
        let claims: Vec<UniqueClaim> = claimed.iter().map(|claimed| claimed.claim.clone()).collect();
        let failed = self.unit.claim_unique(&claims).await?;
        let mut failed = claimed.into_iter().filter(|claimed| failed.contains(&claimed.claim));
        let Some(first) = failed.next() else { return Ok(()) };
        let (place, record) = (first.place, first.claim.record);
        let others = failed.filter(|other| other.claim.record == record);
        let problems = std::iter::once(used(first.field)).chain(others.map(|other| used(other.field)));
        let error = Error::Validation(problems.collect());
        Err(match place {
            Some(place) => error.at(place),
            None => error,
        })
    }
}

fn used(field: ApiName) -> FieldProblem {
    FieldProblem { field, code: ProblemCode::AlreadyUsed, message: "This value is already used.".to_owned() }
}
