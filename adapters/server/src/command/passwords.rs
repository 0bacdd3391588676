//! `sutra passwords`

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};

use crate::{
    config::{Config, Flags},
    entropy::SystemEntropy,
    failure::Failure,
    files, log,
    password_work::{self, Calibration},
    pepper_file,
    terminal::say,
};

/// What can be done about how passwords are kept.
#[derive(Subcommand)]
pub(crate) enum Passwords {
    /// Measure how costly a hash can be on this machine, and print the settings for it
    Calibrate(Calibrate),
    /// Make a pepper, or a new one in place of that which is used now; the servers use it from their next start on
    Pepper(Pepper),
}

/// The flags of `sutra passwords calibrate`.
#[derive(Args)]
pub(crate) struct Calibrate {
    /// How long one hash should take
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 250, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    target: u64,
    /// The most memory that one hash may take, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(19..=1_024))]
    most_memory: u32,
}

/// The flags of `sutra passwords pepper`.
#[derive(Args)]
pub(crate) struct Pepper {
    #[command(flatten)]
    flags: Flags,
}

impl Passwords {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Calibrate(command) => command.run(),
            Self::Pepper(command) => command.run(),
        }
    }
}

impl Calibrate {
    fn run(self) -> Result<ExitCode, Failure> {
        let found = password_work::calibrate(Duration::from_millis(self.target), self.most_memory * 1_024)?;
        say(advice(&found, password_work::cores()));
        Ok(ExitCode::SUCCESS)
    }
}

impl Pepper {
    fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        files::make_private_directory(&config.data).map_err(|error| Failure::file(&config.data, &error))?;
        let path = config.pepper_file();
        let key = pepper_file::rotate(&path, &SystemEntropy)?;
        say(format_args!(
            "passwords are hashed with the pepper `{key}` from the next start of each server on"
        ));
        say(format_args!(
            "{} has to be beside each of them before, and in a backup apart from the database",
            path.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// What goes into the configuration file, with what it means.
fn advice(found: &Calibration, cores: usize) -> String {
    let Calibration { memory_kib, iterations, takes } = found;
    let memory = u64::from(*memory_kib) * u64::try_from(cores).unwrap_or(u64::MAX) / 1_024;
    format!(
        "# A hash takes {} ms here. {cores} of them at once need {memory} MiB.\n\
         [passwords]\nmemory_kib = {memory_kib}\niterations = {iterations}",
        takes.as_millis()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_is_a_piece_of_the_configuration() {
        let found = Calibration { memory_kib: 65_536, iterations: 3, takes: Duration::from_micros(240_999) };
        let expected = "# A hash takes 240 ms here. 4 of them at once need 256 MiB.\n\
                        [passwords]\nmemory_kib = 65536\niterations = 3";
        assert_eq!(advice(&found, 4), expected);
    }
}
