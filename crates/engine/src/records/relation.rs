//! Filters, compiled for the caller: whatever they read must be readable, here and in the records referred to.

use sutra_acl::AccessPlan;
use sutra_kernel::{ApiName, Condition};
use sutra_records::{Filter, ListError, ObjectDef, Relation};

use super::links::target;
use crate::{Error, Viewing};

/// How many references a filter goes through, one after the other.
pub const MAX_STEPS: usize = 3;

/// How many references a filter goes through in all.
pub const MAX_RELATIONS: usize = 10;

/// A condition on the record that a field refers to, as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The reference.
    pub field: ApiName,
    /// What is asked of the record it refers to; nothing but that it is there, if it is empty.
    pub condition: Box<Condition<Self>>,
}

impl Related {
    /// How many references it goes through: one after the other, and in all.
    fn extent(&self) -> (usize, usize) {
        let inner = self.condition.related().into_iter().map(Self::extent);
        let (steps, relations) =
            inner.fold((0, 0), |(steps, relations), inner| (steps.max(inner.0), relations + inner.1));
        (steps + 1, relations + 1)
    }
}

impl Viewing {
    /// The filter with the caller's scope of every object that it goes to.
    ///
    /// # Errors
    /// Whatever the data: [`Error::FieldNotReadable`] for a field that the caller may not read, here or there,
    /// [`Error::Forbidden`] for an object that he may not read, [`Error::BadInput`] for what refers to nothing and
    /// for a filter that goes too far.
    pub(super) fn filter(
        &self,
        object: &ObjectDef,
        plan: &AccessPlan,
        filter: &Condition<Related>,
    ) -> Result<Filter, Error> {
        let extents = filter.related().into_iter().map(Related::extent);
        let relations: usize = extents.clone().map(|(_, relations)| relations).sum();
        if extents.map(|(steps, _)| steps).max() > Some(MAX_STEPS) || relations > MAX_RELATIONS {
            return Err(Error::BadInput(format!(
                "a filter goes through at most {MAX_STEPS} references one after the other, and {MAX_RELATIONS} in all"
            )));
        }
        self.compile(object, plan, filter)
    }

    fn compile(
        &self,
        object: &ObjectDef,
        plan: &AccessPlan,
        filter: &Condition<Related>,
    ) -> Result<Filter, Error> {
        filter.try_map(&|name, test| require_field(object, plan, name).map(|()| test.clone()), &|related| {
            self.relation(object, plan, related)
        })
    }

    fn relation(&self, object: &ObjectDef, plan: &AccessPlan, related: &Related) -> Result<Relation, Error> {
        require_field(object, plan, &related.field)?;
        let target = target(object, &related.field)
            .ok_or_else(|| Error::bad_input(ListError::NotRelated(related.field.clone())))?;
        let (target, plan) = self.readable(target.as_str())?;
        let condition = Box::new(self.compile(&target, plan, &related.condition)?);
        Ok(Relation { field: related.field.clone(), object: target, scope: plan.scope(), condition })
    }
}

/// Refuses a field that the caller may not read. One that does not exist is refused by whoever looks for it.
pub(super) fn require_field(object: &ObjectDef, plan: &AccessPlan, name: &ApiName) -> Result<(), Error> {
    let is_readable = object.field(name.as_str()).is_none_or(|field| plan.field(field.id).read);
    if is_readable { Ok(()) } else { Err(Error::FieldNotReadable(name.clone())) }
}
