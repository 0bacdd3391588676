//! What is said to whoever sits at the terminal.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

/// Says a line: what the command was asked for.
///
/// A reader who has gone away is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let _gone = writeln!(io::stdout(), "{line}");
}

/// Says a line beside the answer: a warning, a problem, how far it has come.
pub(crate) fn note(line: impl Display) {
    let _gone = writeln!(io::stderr(), "{line}");
}

/// How far a long command has come: in place if somebody watches, else a line now and then.
pub(crate) struct Progress {
    watched: bool,
    step: u64,
}

/// How many rows pass between two lines in a log.
const STEP: u64 = 1_000;
/// How many rows pass between two looks.
const WATCHED_STEP: u64 = 10;

impl Progress {
    pub(crate) fn new() -> Self {
        let watched = io::stderr().is_terminal();
        Self { watched, step: if watched { WATCHED_STEP } else { STEP } }
    }

    /// Notes that so many are done.
    pub(crate) fn at(&self, done: u64, what: &str) {
        if !done.is_multiple_of(self.step) {
            return;
        }
        if self.watched {
            let _gone = write!(io::stderr(), "\r{done} {what}").and_then(|()| io::stderr().flush());
        } else {
            note(format_args!("{done} {what}"));
        }
    }

    /// Makes room for something else.
    pub(crate) fn clear(&self) {
        if self.watched {
            let _gone = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
