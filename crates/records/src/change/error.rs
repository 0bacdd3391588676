//! Why records are not changed.

use sutra_acl::PermitMismatch;
use sutra_kernel::ApiName;

use crate::{FieldProblem, Violation};

/// Why a record cannot be changed so.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Some of the values cannot be stored.
    #[error("{} of the values cannot be stored", .0.len())]
    Validation(Vec<FieldProblem>),
    /// The record does not comply with some of its object's rules.
    #[error("{} rules are broken", .0.len())]
    Rules(Vec<Violation>),
    /// The permit does not fit the change: a mistake in the calling code.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// The user may not edit the field, whatever the value.
    #[error("the field `{0}` may not be edited")]
    FieldNotEditable(ApiName),
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(String),
    /// The record is deleted.
    #[error("the record is deleted")]
    Deleted,
    /// The record is not deleted.
    #[error("the record is not deleted")]
    NotDeleted,
    /// The value of an encrypted field was not sealed: a mistake in the calling code.
    #[error("the field `{0}` is not sealed")]
    NotSealed(ApiName),
    /// The field would point at a record that the user may not read, or that is not there.
    #[error("the record that `{0}` names does not exist")]
    LinkNotPermitted(ApiName),
}

/// How a permit and a change do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PermitError {
    /// The permit is for something else.
    #[error(transparent)]
    Mismatch(#[from] PermitMismatch),
    /// The change was begun by one user and confirmed for another.
    #[error("the permits are of two users")]
    User,
    /// The definition is of another object than the record.
    #[error("the definition is of another object")]
    Definition,
}
