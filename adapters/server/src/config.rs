//! Configuration: defaults, then a file, then the environment, then flags; the later wins.
//!
//! Every key is a field of a struct below, whose documentation names the key and its default. A key that nobody
//! knows is an error, because a misspelt setting of security is worse than a server that does not start.

mod database;
mod demo;
mod error;
mod http;
mod keys;
mod log;
mod notify;
mod passwords;
mod sessions;
mod source;
mod value;

use std::path::PathBuf;

use serde::Deserialize;

pub(crate) use self::{
    database::{Database, Place, with_password},
    demo::{Demo, Size},
    error::ConfigError,
    http::{Http, Operations},
    keys::Keys,
    log::{Format, Log},
    notify::{Notify, Sender, Ses, Smtp, SmtpTls, Twilio},
    passwords::Passwords,
    sessions::Sessions,
    source::Flags,
    value::Secret,
};

/// Everything that can be set. It has no `Debug`, because it may hold a password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// `data`, or `--data`: the directory of the embedded database, the key file and what is printed once.
    /// Default: `./sutra-data`.
    pub(crate) data: PathBuf,
    /// `database.*`
    pub(crate) database: Database,
    /// `demo.*`
    pub(crate) demo: Demo,
    /// `http.*`
    pub(crate) http: Http,
    /// `keys.*`
    pub(crate) keys: Keys,
    /// `log.*`
    pub(crate) log: Log,
    /// `notify.*`
    pub(crate) notify: Notify,
    /// `passwords.*`
    pub(crate) passwords: Passwords,
    /// `sessions.*`
    pub(crate) sessions: Sessions,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("sutra-data"),
            database: Database::default(),
            demo: Demo::default(),
            http: Http::default(),
            keys: Keys::default(),
            log: Log::default(),
            notify: Notify::default(),
            passwords: Passwords::default(),
            sessions: Sessions::default(),
        }
    }
}

impl Config {
    /// Reads the file, the environment and the flags.
    ///
    /// # Errors
    /// The first setting that is wrong, in one sentence that names its key and never its value.
    pub(crate) fn load(flags: &Flags) -> Result<Self, ConfigError> {
        Self::from_sources(flags, std::env::vars())
    }

    fn from_sources(
        flags: &Flags,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let config: Self =
            source::gather(flags, environment)?.extract().map_err(ConfigError::from_figment)?;
        config.notify.check()?;
        config.sessions.check()?;
        Ok(config)
    }

    /// What a file of this text configures, and nothing else.
    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Result<Self, ConfigError> {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("sutra.toml");
        std::fs::write(&path, text).unwrap();
        Self::from_sources(&Flags { config: Some(path), ..Flags::default() }, std::iter::empty())
    }

    /// Where the database is.
    ///
    /// # Errors
    /// If its address is none, or its password cannot be read.
    pub(crate) fn place(&self) -> Result<Place, ConfigError> {
        self.database.place(&self.data)
    }

    /// The file that keeps the root keys.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.keys.file.clone().unwrap_or_else(|| self.data.join("root.keys"))
    }

    /// The file that keeps the peppers of passwords.
    pub(crate) fn pepper_file(&self) -> PathBuf {
        self.passwords.pepper_file.clone().unwrap_or_else(|| self.key_file().with_file_name("pepper.keys"))
    }
}

#[cfg(test)]
mod tests;
