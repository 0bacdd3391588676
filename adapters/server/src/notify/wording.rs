//! What a message says: templates, as they are built in or as the operator words them.

mod built_in;
mod facts;
mod samples;
#[cfg(test)]
mod tests;

use std::{
    error::Error as _,
    fs, io,
    path::{Path, PathBuf},
};

use minijinja::{Environment, Error, UndefinedBehavior};
use sutra_identity::{Message, Notice, NotifyError};

use self::{
    built_in::BUILT_IN,
    facts::Facts,
    samples::{SECRET, samples},
};
use crate::config::ConfigError;

pub(super) use self::facts::one_line;

/// The templates of all notices.
///
/// Each kind has three: `code.subject.txt`, `code.txt` and `code.html`; and there are those which they share.
pub(super) struct Wording {
    templates: Environment<'static>,
    public_url: String,
}

/// A message in words.
pub(super) struct Said {
    /// One line.
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

const KEY: &str = "notify.templates";

impl Wording {
    /// The templates that are built in, each replaced by the file of its name in the folder, if there is one; and tries
    /// them all.
    ///
    /// # Errors
    /// The first file that is no template, or that does not word every notice it is for.
    pub(super) fn load(folder: Option<&Path>, public_url: String) -> Result<Self, ConfigError> {
        let mut wording = Self { templates: environment(), public_url };
        let folder = folder.unwrap_or(Path::new(""));
        let wrong = |error: &Error| unusable(folder, error);
        for (name, source) in BUILT_IN {
            wording.templates.add_template(name, source).map_err(|error| wrong(&error))?;
        }
        for (name, source) in read(folder)? {
            wording.templates.add_template_owned(name, source).map_err(|error| wrong(&error))?;
        }
        wording.try_all(folder)?;
        Ok(wording)
    }

    /// Words a message.
    ///
    /// # Errors
    /// If a template does not fit the notice.
    pub(super) fn say(&self, message: &Message) -> Result<Said, NotifyError> {
        let told = Facts::of(message, &self.public_url)
            .map_err(|_| Error::from(minijinja::ErrorKind::BadSerialization));
        let said = told.and_then(|facts| self.render(message.notice.kind(), facts));
        said.map_err(|error| {
            let (file, why, _) = diagnose(&error);
            NotifyError::Permanent(format!("the template `{file}` does not fit this notice: {why}"))
        })
    }

    fn render(&self, kind: &str, facts: Facts) -> Result<Said, Error> {
        let facts = facts.into_value();
        let rendered = |form: &str| {
            let template = self.templates.get_template(&format!("{kind}.{form}"))?;
            template.render(facts.clone())
        };
        let subject = one_line(&rendered("subject.txt")?);
        Ok(Said { subject, text: rendered("txt")?, html: rendered("html")? })
    }

    fn try_all(&self, folder: &Path) -> Result<(), ConfigError> {
        for notice in samples() {
            for channel in ["mail", "sms"] {
                self.try_one(folder, &notice, channel)?;
            }
        }
        Ok(())
    }

    /// A code or a link that its template forgets would be waited for in vain.
    fn try_one(&self, folder: &Path, notice: &Notice, channel: &str) -> Result<(), ConfigError> {
        let kind = notice.kind();
        let facts = Facts::new(notice, channel, ["Asa", "main", "Main"], &self.public_url);
        let facts = facts.map_err(|_| Error::from(minijinja::ErrorKind::BadSerialization));
        let said = facts.and_then(|facts| self.render(kind, facts));
        let said = said.map_err(|error| unusable(folder, &error))?;
        let has_secret = serde_json::to_string(notice).is_ok_and(|text| text.contains(SECRET));
        for (form, text) in [("subject.txt", &said.subject), ("txt", &said.text), ("html", &said.html)] {
            let file = folder.join(format!("{kind}.{form}"));
            if text.trim().is_empty() {
                return Err(ConfigError::unusable(KEY, &file, "it says nothing"));
            }
            if has_secret && form != "subject.txt" && !text.contains(SECRET) {
                return Err(ConfigError::unusable(KEY, &file, "it does not tell the `code` or the `token`"));
            }
        }
        Ok(())
    }
}

/// What a template names must be there, and texts are escaped in `.html`.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("moment", moment);
    environment
}

/// `2026-03-01T12:00:00.000000Z` as people read it.
fn moment(text: &str) -> String {
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    }
}

/// The operator's templates. Hidden files, which some systems put beside those that they mount, are none.
fn read(folder: &Path) -> Result<Vec<(String, String)>, ConfigError> {
    if folder.as_os_str().is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for path in paths(folder).map_err(|error| ConfigError::unreadable(KEY, folder, &error))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if !BUILT_IN.iter().any(|(known, _)| *known == name) {
            return Err(ConfigError::unusable(KEY, &path, "no template has this name"));
        }
        let source =
            fs::read_to_string(&path).map_err(|error| ConfigError::unreadable(KEY, &path, &error))?;
        found.push((name, source));
    }
    Ok(found)
}

fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn unusable(folder: &Path, error: &Error) -> ConfigError {
    let (file, why, detail) = diagnose(error);
    let detail = detail.map_or_else(String::new, |detail| format!(", {detail}"));
    ConfigError::unusable(KEY, &folder.join(file), &format!("{why}{detail}"))
}

/// The template in which something went wrong, and what; then the detail, which may quote what was told.
fn diagnose(error: &Error) -> (&str, String, Option<&str>) {
    let (mut error, mut file) = (error, error.name());
    while let Some(within) = error.source().and_then(|source| source.downcast_ref::<Error>()) {
        error = within;
        file = within.name().or(file);
    }
    let line = error.line().map_or_else(String::new, |line| format!("line {line}: "));
    (file.unwrap_or_default(), format!("{line}{}", error.kind()), error.detail())
}
