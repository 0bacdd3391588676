//! Where the database is.

use std::{fmt, str::FromStr};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

use crate::SetupError;

/// Where the database is.
///
/// `sqlite:path/to/file` or `postgres://role:password@host/database?sslmode=verify-full`. It has no
/// `Display`, because it may hold a password.
#[derive(Clone)]
pub struct DatabaseUrl(Address);

#[derive(Clone)]
pub(crate) enum Address {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

impl DatabaseUrl {
    pub(crate) fn address(&self) -> &Address {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = SetupError;

    fn from_str(text: &str) -> Result<Self, SetupError> {
        let address = match text.split_once(':') {
            Some(("postgres" | "postgresql", _)) => {
                Address::Postgres(Box::new(text.parse().map_err(|_| SetupError::Address)?))
            }
            // A database in memory belongs to one connection, and the store needs several.
            Some(("sqlite", rest)) if !rest.contains(":memory:") && !rest.contains("mode=memory") => {
                Address::Sqlite(Box::new(text.parse().map_err(|_| SetupError::Address)?))
            }
            _ => return Err(SetupError::Address),
        };
        Ok(Self(address))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Address::Postgres(_) => "DatabaseUrl(PostgreSQL)",
            Address::Sqlite(_) => "DatabaseUrl(SQLite)",
        })
    }
}
