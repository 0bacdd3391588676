//! Where settings come from.

use std::{fs, io, path::PathBuf};

use clap::Args;
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Toml},
    util::nest,
    value::{Dict, Map, Value},
};

use super::ConfigError;

/// The flags that set something, on every command that opens the database.
#[derive(Args, Debug, Default, Clone)]
pub(crate) struct Flags {
    /// The configuration file [default: sutra.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data directory [default: ./sutra-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The database [default: an embedded one in the data directory]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// The address to listen on; only `serve` has this flag
    #[arg(skip)]
    pub(crate) listen: Option<String>,
}

const FILE: &str = "sutra.toml";
const PREFIX: &str = "SUTRA_";

/// What is for `sutra migrate` alone: a server that has it can do what row-level security forbids it.
const FOREIGN: [&str; 5] = [
    "SUTRA_MIGRATE_DATABASE",
    "SUTRA_OWNER_PASSWORD",
    "SUTRA_APP_PASSWORD",
    "SUTRA_VERIFIER_PASSWORD",
    "SUTRA_ARCHIVER_PASSWORD",
];

pub(super) fn gather(
    flags: &Flags,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Figment, ConfigError> {
    let mut figment = Figment::new();
    if let Some(text) = file(flags)? {
        figment = figment.merge(Layer::toml(&text, flags)?);
    }
    for (name, value) in environment.filter(|(name, _)| name.starts_with(PREFIX)) {
        if FOREIGN.contains(&name.as_str()) {
            return Err(ConfigError::foreign(&name));
        }
        figment = figment.merge(Layer::variable(&name, &value));
    }
    let flags = [
        ("--data", "data", flags.data.as_ref().map(|path| path.display().to_string())),
        ("--database", "database.url", flags.database.clone()),
        ("--listen", "http.listen", flags.listen.clone()),
    ];
    for (flag, key, value) in flags {
        if let Some(value) = value {
            figment = figment.merge(Layer::new(flag, key, Value::from(value)));
        }
    }
    Ok(figment)
}

/// The file that was named must be there; the one in the working directory may.
fn file(flags: &Flags) -> Result<Option<String>, ConfigError> {
    let path = flags.config.clone().unwrap_or_else(|| PathBuf::from(FILE));
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && flags.config.is_none() => Ok(None),
        Err(error) => Err(ConfigError::unreadable("--config", &path, &error)),
    }
}

/// Settings from one place, which an error can name.
struct Layer {
    source: String,
    settings: Dict,
}

impl Layer {
    fn new(source: &str, key: &str, value: Value) -> Self {
        let settings = nest(key, value).into_dict().unwrap_or_default();
        Self { source: source.to_owned(), settings }
    }

    fn toml(text: &str, flags: &Flags) -> Result<Self, ConfigError> {
        let name = flags.config.as_ref().map_or_else(|| FILE.to_owned(), |path| path.display().to_string());
        let parsed = Toml::from_str::<Dict>(text);
        let settings = parsed.map_err(|error| ConfigError::syntax(&name, &error.to_string()))?;
        Ok(Self { source: name, settings })
    }

    /// `SUTRA_HTTP__LISTEN` is `http.listen`. A value that reads as a number, a truth or a list is one,
    /// unless it is a telephone's.
    fn variable(name: &str, text: &str) -> Self {
        let key = name.strip_prefix(PREFIX).unwrap_or(name).to_lowercase().replace("__", ".");
        let is_telephone = text.starts_with('+');
        let value = match text.parse::<Value>() {
            Ok(value @ (Value::Num(..) | Value::Bool(..) | Value::Array(..))) if !is_telephone => value,
            _ => Value::from(text.to_owned()),
        };
        Self::new(name, &key, value)
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.settings.clone()))
    }
}
