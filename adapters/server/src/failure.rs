//! Why a command did not do what it was asked to.

use std::{error::Error as StdError, fmt, io, path::Path};

use sutra_engine::Error;
use sutra_kernel::PortError;
use sutra_storage::SetupError;

use crate::config::ConfigError;

/// Why a command did not do what it was asked to, in words for whoever typed it.
#[derive(Debug)]
pub(crate) struct Failure(Reason);

#[derive(Debug)]
enum Reason {
    Sentence(String),
    Cause(Box<dyn StdError + Send + Sync>),
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(Reason::Sentence(sentence.into()))
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("`{}`: {error}", path.display()))
    }
}

/// With every cause behind it: who typed the command may know them all.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match &self.0 {
            Reason::Sentence(sentence) => return f.write_str(sentence),
            Reason::Cause(error) => error,
        };
        write!(f, "{error}")?;
        let mut cause = error.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

macro_rules! caused {
    ($($source:ty),+) => {$(
        impl From<$source> for Failure {
            fn from(error: $source) -> Self {
                Self(Reason::Cause(Box::new(error)))
            }
        }
    )+};
}

caused!(ConfigError, SetupError, PortError);

/// At the terminal there is no log to look into: what is behind a failure is said at once.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(source) => Self(Reason::Cause(source)),
            other => Self(Reason::Cause(Box::new(other))),
        }
    }
}
