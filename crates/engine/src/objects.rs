//! Objects and fields: what there are records of.

mod field;
mod fulfil;
mod object;
mod put;
mod redefine;
mod rule;
mod word;

use sutra_acl::SystemPermission;
use sutra_kernel::RuleId;
use sutra_records::{
    FieldEdit, NewField, NewObject, NewRule, ObjectDef, ObjectEdit, RuleEdit, ValidationRule,
};

use self::redefine::Define;
use crate::{Caller, Engine, Error, Viewing, Written, work::find_object};

/// The use cases of definitions: see [`Engine::objects`].
///
/// All of them need *Manage Objects*. A change is there for everybody from the next request on; whoever is in the
/// middle of one sees either the definitions before or those after.
///
/// What is made is granted in full to the profiles that have every system permission, and to nobody else: an
/// administrator can use it at once, and decides who else may.
#[derive(Clone, Copy)]
pub struct Objects<'e> {
    pub(crate) engine: &'e Engine,
}

impl Objects<'_> {
    /// Makes an object, with nothing but the field `name`, and that which says whom its records are about. Its records
    /// are private to their owners and those above them, until its org-wide default is set.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::BadInput`] for a name that is taken or reserved, for texts
    /// that cannot be, and for records that are to be about what is no person.
    pub async fn create(&self, caller: &Caller, new: &NewObject) -> Result<Written<ObjectDef>, Error> {
        self.engine.write(caller, &Define(object::CreateObject { new })).await
    }

    /// Changes what people call an object. What programs call it never changes.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::BadInput`] for an unknown object and for texts that cannot
    /// be.
    pub async fn update(
        &self,
        caller: &Caller,
        object: &str,
        edit: &ObjectEdit,
    ) -> Result<Written<ObjectDef>, Error> {
        self.engine.write(caller, &Define(object::UpdateObject { object, edit })).await
    }

    /// Gives an object one more field. A required field needs an object without records.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::BadInput`] for a name that is taken or reserved, if the
    /// object has 500 fields, if there is no index left for it, if it does not take its own default, or if there are
    /// records that lack what is required.
    pub async fn create_field(
        &self,
        caller: &Caller,
        object: &str,
        new: &NewField,
    ) -> Result<Written<ObjectDef>, Error> {
        self.engine.write(caller, &Define(field::CreateField { object, new })).await
    }

    /// Changes what people call a field, whether it is required or unique, how personal it is, its default, and the
    /// values of a picklist. A value that is retired stays on the records that have it. A default is for records that
    /// are made from now on.
    ///
    /// An index or words that a field gets are [prepared](Engine::tasks) for the records that are there, and lists use
    /// them when that is done. What it gives up is given up at once; its slot is free when it has been emptied.
    ///
    /// A category holds for what is written from now on: what the ledger has stays as it was written. Records in
    /// the bin may lack what becomes required, and come back as they were.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::BadInput`] for an unknown object or field, for texts that
    /// cannot be, for a default that the field does not take, such as a value that is being retired, and if there are
    /// records that lack what becomes required, have the same of what becomes unique, or are too many to compare.
    ///
    /// # Security
    /// That some record lacks a value, or that two have the same, is said to whoever has *Manage Objects*, even if they
    /// may not see the records; which ones, and how many, is not.
    pub async fn update_field(
        &self,
        caller: &Caller,
        object: &str,
        field: &str,
        edit: &FieldEdit,
    ) -> Result<Written<ObjectDef>, Error> {
        let update = Define(field::UpdateField { object, field, edit });
        if edit.indexed.is_none() && edit.searchable.is_none() {
            return self.engine.write(caller, &update).await;
        }
        self.engine.write_and_wake(caller, &update).await
    }

    /// Gives an object one more validation rule. The records that there are need not comply with it: each is judged
    /// when it is written next, whatever is changed about it, and when it comes back from the bin.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::BadInput`] for an unknown object, for a name that another
    /// of its rules has, for an expression that means nothing, and if the object has [`MAX_RULES`] rules.
    ///
    /// [`MAX_RULES`]: sutra_records::MAX_RULES
    pub async fn create_rule(
        &self,
        caller: &Caller,
        object: &str,
        new: &NewRule,
    ) -> Result<Written<ValidationRule>, Error> {
        self.engine.write(caller, &rule::CreateRule { object, new }).await
    }

    /// Changes what a rule says and whether it judges. From then on it is as if it had always been so.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::NotFound`] for an unknown rule; [`Error::BadInput`] for an
    /// expression that means nothing.
    pub async fn update_rule(
        &self,
        caller: &Caller,
        id: RuleId,
        edit: &RuleEdit,
    ) -> Result<Written<ValidationRule>, Error> {
        self.engine.write(caller, &rule::UpdateRule { id, edit }).await
    }
}

impl Viewing {
    /// The validation rules of an object, those that are off included, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Objects*; [`Error::BadInput`] for an unknown object.
    pub fn rules(&self, object: &str) -> Result<Vec<ValidationRule>, Error> {
        self.require_permission(SystemPermission::ManageObjects)?;
        let object = find_object(self.metadata(), object)?;
        Ok(self.metadata().rules(object.id).iter().cloned().collect())
    }
}
