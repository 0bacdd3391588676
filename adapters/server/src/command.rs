//! What can be asked for at the command line.

mod admin;
mod audit;
mod import;
mod migrate;
mod notices;
mod passwords;
mod schema;
mod serve;
mod setup_link;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// A self-hosted CRM back end whose security is the product.
#[derive(Parser)]
#[command(name = "sutra", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the product; with nothing configured, to this machine alone
    Serve(serve::Serve),
    /// Make the roles and the schema on PostgreSQL
    Migrate(migrate::Migrate),
    /// Read records from a CSV file
    Import(import::Import),
    /// What operators do for administrators
    #[command(subcommand)]
    Admin(admin::Admin),
    /// The ledger
    #[command(subcommand)]
    Audit(audit::Audit),
    /// What users are told by mail and by SMS
    #[command(subcommand)]
    Notices(notices::Notices),
    /// How passwords are kept
    #[command(subcommand)]
    Passwords(passwords::Passwords),
    /// Make another one-time link for the first administrator
    SetupLink(setup_link::SetupLink),
    /// The GraphQL schemas
    #[command(subcommand)]
    Schema(schema::Schema),
}

impl Command {
    /// Does it, and says with which code the process ends.
    ///
    /// # Errors
    /// Why it could not be done.
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Serve(command) => command.run().await,
            Self::Migrate(command) => command.run().await,
            Self::Import(command) => command.run().await,
            Self::Admin(command) => command.run().await,
            Self::Audit(audit::Audit::Verify(command)) => command.run().await,
            Self::Notices(notices::Notices::Test(command)) => command.run().await,
            Self::Passwords(command) => command.run(),
            Self::SetupLink(command) => command.run().await,
            Self::Schema(schema::Schema::Print(command)) => command.run().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_fit_together() {
        Cli::command().debug_assert();
    }
}
