//! `sutra schema`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use sutra_engine::{Caller, Origin};
use sutra_records::Metadata;

use crate::{
    config::{Config, Flags},
    failure::Failure,
    log,
    terminal::say,
    wire,
};

/// What can be done with the schemas.
#[derive(Subcommand)]
pub(crate) enum Schema {
    /// Print a schema in GraphQL's own definition language
    Print(Print),
}

/// The flags of `sutra schema print`.
#[derive(Args)]
pub(crate) struct Print {
    #[command(flatten)]
    flags: Flags,
    /// The workspace whose objects are in the schema of records
    #[arg(long, value_name = "SLUG", default_value = "main")]
    workspace: String,
    /// The schema of `/graphql/setup` instead, which is the same everywhere
    #[arg(long)]
    setup: bool,
}

impl Print {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        if self.setup {
            say(sutra_graphql::print_setup().trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        let house = wire::open(&config).await?;
        let workspace = house.workspace(&self.workspace).await?;
        // A schema is the same for every member; what it describes is no secret at the server's own machine.
        let request = house.engine.new_request_id();
        let nobody = Caller::anonymous(workspace.id, request, Origin::default());
        let viewing = house.engine.view(&nobody).await?;
        let metadata = Metadata::clone(viewing.metadata());
        viewing.close().await?;
        house.close().await;
        say(sutra_graphql::print_records(metadata)?.trim_end());
        Ok(ExitCode::SUCCESS)
    }
}
