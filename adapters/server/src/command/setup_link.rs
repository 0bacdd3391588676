//! `sutra setup-link`

use std::process::ExitCode;

use clap::Args;

use crate::{
    config::{Config, Flags},
    failure::Failure,
    http, log,
    terminal::say,
    wire::{self, House},
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
        let link = offer(&house, &config, &self.workspace).await;
        house.close().await;
        say(link?);
        Ok(ExitCode::SUCCESS)
    }
}

async fn offer(house: &House, config: &Config, slug: &str) -> Result<String, Failure> {
    let workspace = house.workspace(slug).await?;
    let offered = house.engine.workspaces().offer_setup_link(workspace.id).await?;
    let token = offered
        .ok_or_else(|| Failure::new(format!("the workspace `{slug}` has an administrator already")))?;
    let public = config.http.public_address(config.http.listen);
    Ok(http::setup_link(&public, slug, &token))
}

#[cfg(test)]
mod tests {
    use sutra_engine::{Caller, FirstAdministrator, Origin};
    use url::{Url, form_urlencoded};

    use super::*;

    #[tokio::test]
    async fn the_link_of_another_workspace_leads_to_that_workspace() {
        let home = tempfile::tempdir().unwrap();
        let config = Config { data: home.path().join("data"), ..Config::default() };
        let house = wire::open(&config).await.unwrap();
        let other = house.engine.workspaces().ensure("other", "Other").await.unwrap();

        let link = offer(&house, &config, "other").await.unwrap();
        let link = Url::parse(&link).unwrap();
        let said: Vec<(String, String)> =
            form_urlencoded::parse(link.fragment().unwrap().as_bytes()).into_owned().collect();
        let [(workspace, slug), (token, secret)] = &said[..] else { panic!("{said:?}") };
        assert_eq!([workspace, slug, token], ["workspace", "other", "token"]);

        let stranger = Caller::anonymous(other.id, house.engine.new_request_id(), Origin::default());
        let (email, name) = ("ada@example.com".to_owned(), "Ada".to_owned());
        let ada = FirstAdministrator { email, name, password: "eleven violet kites".to_owned() };
        house.engine.workspaces().complete_setup(&stranger, secret, ada).await.unwrap();
        let refused = offer(&house, &config, "other").await.unwrap_err().to_string();
        assert_eq!(refused, "the workspace `other` has an administrator already");
        house.close().await;
    }
}
