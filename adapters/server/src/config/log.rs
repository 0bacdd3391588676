//! What is logged, and how.

use serde::Deserialize;

/// `log.*`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    /// `log.level`: the least that is logged, `error`, `warn`, `info`, `debug` or `trace`. Default: `info`.
    pub(crate) level: Level,
    /// `log.format`: `text` for people or `json` for programs. Default: `text`.
    pub(crate) format: Format,
}

/// How much is logged.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Only what needs somebody.
    Error,
    /// And what may come to need somebody.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// And how.
    Debug,
    /// And everything else.
    Trace,
}

/// For whom it is written.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl Level {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}
