//! Why a use case did not happen.

use std::{error::Error as StdError, fmt, time::Duration};

use sutra_acl::PermitMismatch;
use sutra_audit::AppendError;
use sutra_crypto::{OpenError, SealError};
use sutra_kernel::{ApiName, PortError, PortErrorKind};
use sutra_records::{FieldProblem, Misuse, ProblemCode, RecordError, Violation};

use crate::work::Unannounced;

/// Why a use case did not happen. Each variant is one stable [code](Error::code).
///
/// What it shows is fit for the caller; what is for operators travels in `source()`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    Unauthenticated,
    /// The caller has not shown lately enough who they are.
    #[error("show once more who you are: this needs a password or a second factor of the last ten minutes")]
    StepUpRequired,
    /// The caller may not do this, and that the thing exists is no secret.
    #[error("{0}")]
    Forbidden(String),
    /// The thing does not exist, or the caller may not know that it does.
    #[error("there is no such {0}, or you may not see it")]
    NotFound(&'static str),
    /// A filter, an order, a group or an aggregate names a field that the caller may not read.
    #[error("field `{0}` cannot be used here because you may not read it")]
    FieldNotReadable(ApiName),
    /// The request makes no sense.
    #[error("{0}")]
    BadInput(String),
    /// Some fields hold what they cannot hold.
    #[error("{}", problems(.0))]
    Validation(Vec<FieldProblem>),
    /// The record does not comply with some of its object's rules.
    #[error("{}", messages(.0))]
    Rules(Vec<Violation>),
    /// One of many records cannot be changed so, and therefore none was.
    #[error("{error}")]
    At {
        /// Its place among those that were named, from 0.
        index: usize,
        /// Why not.
        error: Box<Self>,
    },
    /// It cannot be removed while something else needs it.
    #[error("{0}")]
    InUse(String),
    /// The caller named a version that is no longer the newest.
    #[error("the record has changed since version {named}; read it again")]
    VersionConflict {
        /// The version the caller named.
        named: u64,
    },
    /// The idempotency key was used before, for another request.
    #[error("this idempotency key was used for another request; use a new key for each change")]
    IdempotencyConflict,
    /// A change needs an idempotency key here.
    #[error("changes need an idempotency key here; send the header `Idempotency-Key`")]
    IdempotencyKeyRequired,
    /// The answer would be made of too much, of what the caller may see.
    #[error("{0}")]
    TooComplex(String),
    /// Too much of this in too short a time.
    #[error("too many refused requests; wait a minute")]
    RateLimited {
        /// How long it takes until the same is looked at again.
        retry_after: Duration,
    },
    /// A part of the system cannot be reached, or was too busy; trying later helps.
    #[error("the system is busy or a part of it cannot be reached; try again")]
    Unavailable(#[source] PortError),
    /// A defect or damage; an operator must look.
    #[error("something went wrong here; an operator can find it in the log by the request's id")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// The stable code, the same in GraphQL, on the command line and in the documentation.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::StepUpRequired => "STEP_UP_REQUIRED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::NotFound(_) => "NOT_FOUND",
            Self::FieldNotReadable(_) => "FIELD_NOT_READABLE",
            Self::BadInput(_) => "BAD_USER_INPUT",
            Self::Validation(_) | Self::Rules(_) => "VALIDATION_FAILED",
            Self::At { error, .. } => error.code(),
            Self::InUse(_) => "IN_USE",
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
            Self::IdempotencyConflict => "IDEMPOTENCY_CONFLICT",
            Self::IdempotencyKeyRequired => "IDEMPOTENCY_KEY_REQUIRED",
            Self::TooComplex(_) => "QUERY_TOO_COMPLEX",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// Whether the whole unit should be tried again.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.kind() == PortErrorKind::Conflict)
    }

    /// Whether the unit should be tried again once its work is announced.
    pub(crate) fn is_unannounced(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.source().is_some_and(|source| source.is::<Unannounced>()))
    }

    /// Whether it is a refusal that the ledger should know of.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::StepUpRequired | Self::Forbidden(_) | Self::NotFound(_) => true,
            Self::At { error, .. } => error.is_refusal(),
            _ => self.is_collision(),
        }
    }

    /// Whether a value is refused because another record has it.
    pub(crate) fn is_collision(&self) -> bool {
        match self {
            Self::Validation(problems) => problems.iter().any(|it| it.code == ProblemCode::AlreadyUsed),
            Self::At { error, .. } => error.is_collision(),
            _ => false,
        }
    }

    /// Whether this field is among those whose values are refused so.
    pub(crate) fn collides_in(&self, field: &ApiName) -> bool {
        match self {
            Self::Validation(problems) => {
                problems.iter().any(|it| it.code == ProblemCode::AlreadyUsed && it.field == *field)
            }
            Self::At { error, .. } => error.collides_in(field),
            _ => false,
        }
    }

    /// The same, about the record of this place among many. What is no record's fault stays as it is, and so does what
    /// is another's.
    #[must_use]
    pub fn at(self, index: usize) -> Self {
        match self {
            Self::Unauthenticated
            | Self::StepUpRequired
            | Self::RateLimited { .. }
            | Self::Unavailable(_)
            | Self::Internal(_)
            | Self::At { .. } => self,
            error => Self::At { index, error: Box::new(error) },
        }
    }

    /// What the caller sent makes no sense, in the words of whoever read it.
    pub(crate) fn bad_input(error: impl fmt::Display) -> Self {
        Self::BadInput(error.to_string())
    }

    /// Why something was not stored, where a refusal means that its name or address is taken.
    pub(crate) fn taken(error: PortError, message: &str) -> Self {
        match error.kind() {
            PortErrorKind::Refused => Self::BadInput(message.to_owned()),
            _ => error.into(),
        }
    }

    pub(crate) fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

fn problems(problems: &[FieldProblem]) -> String {
    let words: Vec<String> = problems.iter().map(|p| format!("`{}`: {}", p.field, p.message)).collect();
    words.join("; ")
}

fn messages(violations: &[Violation]) -> String {
    let messages: Vec<&str> = violations.iter().map(|violation| violation.message.as_str()).collect();
    messages.join("; ")
}

impl From<PortError> for Error {
    fn from(error: PortError) -> Self {
        match error.kind() {
            PortErrorKind::Conflict | PortErrorKind::Unavailable => Self::Unavailable(error),
            PortErrorKind::Corrupt | PortErrorKind::Refused => Self::internal(error),
        }
    }
}

impl From<RecordError> for Error {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Validation(problems) => Self::Validation(problems),
            RecordError::Rules(violations) => Self::Rules(violations),
            RecordError::FieldNotEditable(field) => {
                Self::Forbidden(format!("you may not change field `{field}`"))
            }
            RecordError::LinkNotPermitted(_) => Self::NotFound("linked record"),
            RecordError::Misuse(error) => error.into(),
            other => Self::bad_input(other),
        }
    }
}

impl From<AppendError> for Error {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Port(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

macro_rules! internal {
    ($($source:ty),+) => {$(
        impl From<$source> for Error {
            fn from(error: $source) -> Self {
                Self::internal(error)
            }
        }
    )+};
}

internal!(PermitMismatch, Misuse, SealError, OpenError);
