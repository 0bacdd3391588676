//! What went wrong with the database, in the words of the ports and of whoever sets it up.

use std::error::Error;

use sea_orm::{DbErr, RuntimeErr};
use sutra_kernel::PortError;

use crate::roles::UnsafeRole;

/// Why the store cannot be opened, migrated or prepared.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address names no database that this program knows.
    #[error("the database's address must start with `sqlite:` or `postgres:`, and name a file or a database")]
    Address,
    /// The file of an SQLite database cannot be made.
    #[error("the database's file cannot be made or opened")]
    File(#[source] std::io::Error),
    /// The database cannot be reached, or does not do as it is told.
    #[error("the database cannot be reached or refused a statement")]
    Database(#[source] Box<dyn Error + Send + Sync>),
    /// A role's password is empty or needs preparation.
    #[error("a role's password must have printable ASCII characters and nothing else")]
    Password,
    /// The role of the address could reach around row-level security.
    #[error(transparent)]
    UnsafeRole(#[from] UnsafeRole),
    /// The schema is not this program's.
    #[error("the database's schema is not this program's: {0} migrations are missing; run `sutra migrate`")]
    Schema(usize),
}

impl From<DbErr> for SetupError {
    fn from(error: DbErr) -> Self {
        Self::Database(Box::new(error))
    }
}

impl From<sqlx::Error> for SetupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

/// Raised by `audit_append` if the epochs are not those that the unit read.
pub(crate) const STALE_EPOCHS: &str = "SU001";

/// An error of the database, sorted by what a caller can do about it.
fn port_error(error: DbErr) -> PortError {
    match cause(&error).map(Trouble::of) {
        Some(Trouble::Conflict) => PortError::conflict(error),
        Some(Trouble::Unavailable) => PortError::unavailable(error),
        Some(Trouble::Refused) => PortError::refused(error),
        Some(Trouble::Corrupt) | None => PortError::corrupt(error),
    }
}

/// Whether a unique key refused the row.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    let database = cause(error).and_then(sqlx::Error::as_database_error);
    database.is_some_and(|error| error.is_unique_violation())
}

enum Trouble {
    Conflict,
    Unavailable,
    Refused,
    Corrupt,
}

impl Trouble {
    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(error) => error.code().map_or(Self::Refused, |code| Self::of_code(&code)),
            sqlx::Error::Decode(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::TypeNotFound { .. } => Self::Corrupt,
            _ => Self::Unavailable,
        }
    }

    /// SQLSTATE has five characters; SQLite's codes are numbers whose low byte is the family.
    fn of_code(code: &str) -> Self {
        match code {
            STALE_EPOCHS | "40001" | "40P01" | "55P03" => Self::Conflict,
            "25P03" | "57014" | "57P01" | "57P02" | "57P03" => Self::Unavailable,
            _ if code.len() == 5 => match code.get(..2) {
                Some("08" | "53" | "58") => Self::Unavailable,
                _ => Self::Refused,
            },
            _ => match code.parse::<u32>().map(|number| number & 0xff) {
                Ok(SQLITE_BUSY | SQLITE_LOCKED) => Self::Conflict,
                Ok(SQLITE_IOERR | SQLITE_FULL | SQLITE_CANTOPEN) => Self::Unavailable,
                Ok(SQLITE_CORRUPT | SQLITE_NOTADB) => Self::Corrupt,
                _ => Self::Refused,
            },
        }
    }
}

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_IOERR: u32 = 10;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;
const SQLITE_NOTADB: u32 = 26;

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// The row that is being read, for the error that names it.
pub(crate) struct Row {
    table: &'static str,
    id: String,
}

/// A stored value that makes no sense.
///
/// It travels as the source of a [`PortError`], for operators: it names the place, never the value.
#[derive(Debug, thiserror::Error)]
#[error("table `{table}`, column `{column}`, row `{id}`: not a valid value")]
pub struct BadRow {
    table: &'static str,
    column: &'static str,
    id: String,
    source: Box<dyn Error + Send + Sync>,
}

impl Row {
    pub(crate) fn new(table: &'static str, id: impl ToString) -> Self {
        Self { table, id: id.to_string() }
    }

    /// What was read, or the error that says where.
    pub(crate) fn read<T, E>(&self, column: &'static str, read: Result<T, E>) -> Result<T, BadRow>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let Self { table, id } = self;
        read.map_err(|error| BadRow { table, column, id: id.clone(), source: error.into() })
    }

    /// The same where nothing stands for a value that makes no sense.
    pub(crate) fn known<T>(&self, column: &'static str, read: Option<T>) -> Result<T, BadRow> {
        self.read(column, read.ok_or("an unknown word"))
    }

    /// A number of a narrower type than the column's.
    pub(crate) fn number<T>(&self, column: &'static str, number: i64) -> Result<T, BadRow>
    where
        T: TryFrom<i64, Error = std::num::TryFromIntError>,
    {
        self.read(column, T::try_from(number))
    }

    /// A digest.
    pub(crate) fn digest(&self, column: &'static str, bytes: Vec<u8>) -> Result<[u8; 32], BadRow> {
        self.read(column, bytes.try_into().map_err(|_| "not 32 bytes"))
    }
}

impl From<BadRow> for PortError {
    fn from(bad: BadRow) -> Self {
        Self::corrupt(bad)
    }
}

/// A count as columns hold it. None comes near the end of the range.
pub(crate) fn column_of(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `.port()?` at the end of every statement.
pub(crate) trait OrPort<T> {
    /// The error in the words of the ports.
    fn port(self) -> Result<T, PortError>;
}

impl<T> OrPort<T> for Result<T, DbErr> {
    fn port(self) -> Result<T, PortError> {
        self.map_err(port_error)
    }
}
