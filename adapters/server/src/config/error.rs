//! Why a configuration is refused.

use std::{io, path::Path};

use figment::error::Kind;

/// Why a configuration is refused: one sentence that names the key, and never a value, which may be secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConfigError(String);

impl ConfigError {
    /// The value of a key is wrong: `must be …`.
    pub(crate) fn key(key: &str, must: &str) -> Self {
        Self(format!("`{key}` {must}"))
    }

    /// A file that a key names cannot be read.
    pub(crate) fn unreadable(key: &str, path: &Path, error: &io::Error) -> Self {
        Self(format!("`{key}` names `{}`, which cannot be read: {error}", path.display()))
    }

    /// What is in a file is not what it is there for.
    pub(crate) fn unusable(key: &str, path: &Path, why: &str) -> Self {
        Self(format!("`{key}` names `{}`, which cannot be used: {why}", path.display()))
    }

    /// The parser's report quotes the line, which may hold a password: only the place is passed on.
    pub(super) fn syntax(file: &str, report: &str) -> Self {
        let place = report.lines().find_map(|line| line.split_once(" at ")).map_or("", |(_, place)| place);
        let place = if place.starts_with("line ") { format!(", {place}") } else { String::new() };
        Self(format!("`{file}` is not TOML{place}: check the quotes and brackets there"))
    }

    pub(super) fn foreign(variable: &str) -> Self {
        Self(format!(
            "`{variable}` is for `sutra migrate` alone: unset it, and give the serving role's password in \
             `database.password_file`"
        ))
    }

    pub(super) fn from_figment(error: figment::Error) -> Self {
        let from = error.metadata.as_ref().map(|metadata| format!(" (from {})", metadata.name));
        let from = from.unwrap_or_default();
        let key = error.path.join(".");
        Self(match &error.kind {
            Kind::UnknownField(_, known) => {
                let section = error.path.split_last().map(|(_, section)| section.join("."));
                let section = section.filter(|section| !section.is_empty());
                let beside = section.map_or_else(String::new, |section| format!(" in `{section}`"));
                format!("`{key}`{from} is no key; the keys{beside} are {}", list(known))
            }
            Kind::UnknownVariant(_, known) => format!("`{key}`{from} must be one of {}", list(known)),
            Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
                format!("`{key}`{from} must be {}", plain(expected))
            }
            Kind::MissingField(name) => {
                format!("`{key}.{name}`{from} must be set beside the others of `{key}`")
            }
            Kind::Message(must) => format!("`{key}`{from} {must}"),
            _ => format!("`{key}`{from} cannot be read"),
        })
    }
}

fn list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// Names of Rust's types mean nothing to who writes a file.
fn plain(expected: &str) -> String {
    match expected {
        _ if expected.starts_with("struct ") => "a section with keys of its own".to_owned(),
        "path string" => "a path in quotes".to_owned(),
        "a sequence" => "a list in brackets".to_owned(),
        other => other.to_owned(),
    }
}
