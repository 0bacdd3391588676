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
    /// The change was not put together as it must be: a mistake in the calling code.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// The user may not edit the field, whatever the value.
    #[error("the field `{0}` may not be edited")]
    FieldNotEditable(ApiName),
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(String),
    /// The record is deleted, or is not and would have to be.
    #[error("the record is {}deleted", if *.is_deleted { "" } else { "not " })]
    Bin {
        /// Whether it is.
        is_deleted: bool,
    },
    /// The field would point at a record that the user may not read, or that is not there.
    #[error("the record that `{0}` names does not exist")]
    LinkNotPermitted(ApiName),
}

/// How permits, definitions and sealed values do not fit a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// The permit is for something else.
    #[error(transparent)]
    Mismatch(#[from] PermitMismatch),
    /// The change was begun by one user and confirmed for another.
    #[error("the permits are of two users")]
    User,
    /// The definition is of another object than the record.
    #[error("the definition is of another object")]
    Definition,
    /// The value of an encrypted field was not sealed.
    #[error("the field `{0}` is not sealed")]
    NotSealed(ApiName),
    /// The record does not belong to the one that it is to go along with.
    #[error("the record belongs to another")]
    Parent,
}
