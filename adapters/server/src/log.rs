//! The server's own log, on standard error.

use std::{io, panic};

use tracing_subscriber::EnvFilter;

use crate::{
    config::{Format, Log},
    failure::Failure,
};

/// What never comes into the log, whatever the level: statements and their values, and what passkeys are asked and answer.
const SILENT: [&str; 6] =
    ["sqlx", "sea_orm", "sea_orm_migration", "sea_query", "webauthn_rs", "webauthn_rs_core"];

/// Starts to log.
///
/// # Errors
/// If somebody has started before.
pub(crate) fn start(settings: &Log) -> Result<(), Failure> {
    // What a panic says may hold anything: only its place is logged.
    panic::set_hook(Box::new(|info| {
        tracing::error!(at = info.location().map(tracing::field::display), "a request met a defect");
    }));
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter(settings)).with_writer(io::stderr).with_ansi(false);
    let started = match settings.format {
        Format::Text => subscriber.try_init(),
        Format::Json => subscriber.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Failure::new(error.to_string()))
}

fn filter(settings: &Log) -> EnvFilter {
    let silent = SILENT.map(|target| format!("{target}=off")).join(",");
    EnvFilter::new(format!("{},poem=warn,{silent}", settings.level.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_ceremonies_are_never_logged() {
        let filter = filter(&Log::default()).to_string();
        for target in SILENT {
            assert!(filter.contains(&format!("{target}=off")), "{filter}");
        }
    }
}
