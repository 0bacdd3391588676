//! Where data is kept.

use std::{
    env,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sutra_storage::DatabaseUrl;
use url::Url;

use super::{ConfigError, value::Secret};

/// `database.*`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Database {
    /// `database.url`, or `--database`: `postgres://sutra_app@host/database`, or `sqlite:FILE`.
    /// Default: the embedded database `sutra.db` in the data directory.
    pub(crate) url: Option<Secret>,
    /// `database.password_file`: a file that holds the password of the address and nothing else, so that the
    /// address can be shown. Default: none.
    pub(crate) password_file: Option<PathBuf>,
}

/// An address that was looked at.
pub(crate) struct Place {
    /// How to reach it.
    pub(crate) url: DatabaseUrl,
    /// Whether it is SQLite, which this process migrates by itself.
    pub(crate) embedded: bool,
    /// The file of SQLite.
    pub(crate) file: Option<PathBuf>,
}

const KEY: &str = "database.url";

impl Database {
    pub(super) fn place(&self, data: &Path) -> Result<Place, ConfigError> {
        let Some(url) = &self.url else {
            let file = data.join("sutra.db");
            return Ok(Place { file: Some(file.clone()), ..parse(&embedded(&file))? });
        };
        match &self.password_file {
            None => parse(url.expose()),
            Some(file) => {
                let password = Secret::read("database.password_file", file)?;
                parse(&with_password(url.expose(), password.expose())?)
            }
        }
    }
}

fn parse(text: &str) -> Result<Place, ConfigError> {
    let must = "must be `postgres://role@host/database` or `sqlite:FILE`";
    let url = text.parse().map_err(|_| ConfigError::key(KEY, must))?;
    Ok(Place { url, embedded: text.starts_with("sqlite:"), file: file_of(text) })
}

/// The file that a SQLite address names.
fn file_of(text: &str) -> Option<PathBuf> {
    let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"))?;
    let here = Url::from_directory_path(env::current_dir().ok()?).ok()?;
    here.join(path).ok()?.to_file_path().ok()
}

/// The address's own signs are written so that a path may contain them.
fn embedded(file: &Path) -> String {
    let path = file.display().to_string().replace('%', "%25").replace('?', "%3F");
    format!("sqlite:{path}")
}

/// The same address with another password in it.
pub(crate) fn with_password(text: &str, password: &str) -> Result<String, ConfigError> {
    let must = "must be a `postgres:` address if `database.password_file` is set";
    let mut url = Url::parse(text).map_err(|_| ConfigError::key(KEY, must))?;
    url.set_password(Some(password)).map_err(|()| ConfigError::key(KEY, must))?;
    Ok(url.into())
}
