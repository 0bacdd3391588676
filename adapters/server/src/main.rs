//! The binary `sutra`: configuration, wiring and tasks.

mod clock;
mod command;
mod config;
mod demo;
mod entropy;
mod failure;
mod files;
mod http;
mod key_file;
mod log;
mod notify;
mod password_work;
mod pepper_file;
mod task;
mod terminal;
mod wire;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::command::Cli;

/// Requests are answered in many short-lived pieces, which the allocator of the C library is slow at. This one puts guard
/// pages between its areas and encrypts its lists, so that a flaw in unsafe code is harder to use; SQLite's memory is its own, too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            let _gone = usage.print();
            return if usage.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match cli.command.run().await {
        Ok(code) => code,
        Err(failure) => {
            terminal::note(format_args!("sutra: {failure}"));
            ExitCode::FAILURE
        }
    }
}
