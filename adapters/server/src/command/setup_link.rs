//! `sutra setup-link`

use std::process::ExitCode;

use clap::Args;

use crate::{
    config::{Config, Flags},
    failure::Failure,
    log,
    terminal::say,
    wire,
};

/// The flags of `sutra setup-link`.
#[derive(Args)]
pub(crate) struct SetupLink {
    #[command(flatten)]
    flags: Flags,
    /// The workspace that has no administrator yet
    #[arg(long, value_name = "SLUG", default_value = "main")]
    workspace: String,
}

impl SetupLink {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        let house = wire::open(&config).await?;
        let workspace = house.workspace(&self.workspace).await?;
        let offered = house.engine.workspaces().offer_setup_link(workspace.id).await?;
        house.close().await;
        let token = offered.ok_or_else(|| {
            Failure::new(format!("the workspace `{}` has an administrator already", self.workspace))
        })?;
        let public = config.http.public_address(config.http.listen);
        say(format_args!("{public}/setup#token={}", token.expose()));
        Ok(ExitCode::SUCCESS)
    }
}
