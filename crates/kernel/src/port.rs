//! The one error of every port.

use std::error::Error;

/// What a caller can do about a failed port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortErrorKind {
    /// Somebody else was faster: try the whole unit again.
    Conflict,
    /// The other side cannot be reached now: try later.
    Unavailable,
    /// What is stored makes no sense: an operator must look.
    Corrupt,
    /// The other side will not do this, now or later.
    Refused,
}

/// Why a port failed.
///
/// What it shows is fit for anyone; what is behind it, in [`Error::source`], is for operators.
#[derive(Debug, thiserror::Error)]
#[error("{}", match self.kind {
    PortErrorKind::Conflict => "somebody else changed this at the same time",
    PortErrorKind::Unavailable => "a part of the system cannot be reached",
    PortErrorKind::Corrupt => "stored data cannot be read",
    PortErrorKind::Refused => "the operation was refused",
})]
pub struct PortError {
    kind: PortErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl PortError {
    /// An error of this kind, with its cause.
    pub fn new(kind: PortErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// Somebody else was faster.
    pub fn conflict(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(PortErrorKind::Conflict, source)
    }

    /// The other side cannot be reached now.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(PortErrorKind::Unavailable, source)
    }

    /// What is stored makes no sense.
    pub fn corrupt(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(PortErrorKind::Corrupt, source)
    }

    /// The other side will not do this.
    pub fn refused(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(PortErrorKind::Refused, source)
    }

    /// What a caller can do about it.
    #[must_use]
    pub fn kind(&self) -> PortErrorKind {
        self.kind
    }
}
