//! `sutra admin …`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use sutra_engine::{Recovered, Recovery};

use crate::{
    config::{Config, Flags},
    failure::Failure,
    log,
    terminal::say,
    wire::{self, House},
};

/// What operators do for administrators.
#[derive(Subcommand)]
pub(crate) enum Admin {
    /// Let a user in again who is locked out, and print what it takes to choose another password
    Recover(Recover),
}

/// The flags of `sutra admin recover`.
#[derive(Args)]
pub(crate) struct Recover {
    #[command(flatten)]
    flags: Flags,
    /// The workspace
    #[arg(long, value_name = "SLUG", default_value = "main")]
    workspace: String,
    /// The e-mail address that the user signs in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Take away the limits of access that are about the user, the profile and the workspace
    #[arg(long)]
    drop_limits: bool,
    /// Take away what the user has set up beside the password
    #[arg(long)]
    drop_factors: bool,
}

impl Admin {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let Self::Recover(recover) = self;
        recover.run().await
    }
}

impl Recover {
    async fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        let house = wire::open(&config).await?;
        let recovered = self.recover(&house).await;
        house.close().await;
        say(told(&recovered?));
        Ok(ExitCode::SUCCESS)
    }

    async fn recover(&self, house: &House) -> Result<Recovered, Failure> {
        let workspace = house.workspace(&self.workspace).await?;
        let how = Recovery { drop_limits: self.drop_limits, drop_factors: self.drop_factors };
        Ok(house.engine.members().recover(workspace.id, &self.email, how).await?)
    }
}

/// What is printed, once.
fn told(recovered: &Recovered) -> String {
    let Recovered { user, reset, codes } = recovered;
    let mut lines = vec![
        format!("{} can choose another password within an hour, with this token:", user.email.as_str()),
        reset.expose().to_owned(),
    ];
    if !codes.is_empty() {
        lines.push("Recovery codes, each good once:".to_owned());
        lines.extend(codes.iter().map(|code| code.expose().to_owned()));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use sutra_engine::{Caller, FirstAdministrator, Origin, PasswordStep};

    use super::*;

    fn recover(email: &str) -> Recover {
        Recover {
            flags: Flags::default(),
            workspace: "main".to_owned(),
            email: email.to_owned(),
            drop_limits: true,
            drop_factors: true,
        }
    }

    #[tokio::test]
    async fn whoever_is_locked_out_chooses_another_password_with_what_is_printed() {
        let home = tempfile::tempdir().unwrap();
        let config = Config { data: home.path().join("data"), ..Config::default() };
        let house = wire::open(&config).await.unwrap();
        let workspace = house.engine.workspaces().ensure("main", "Main").await.unwrap().id;
        let stranger = Caller::anonymous(workspace, house.engine.new_request_id(), Origin::default());
        let link = house.engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        let (email, name) = ("ada@example.com".to_owned(), "Ada".to_owned());
        let ada = FirstAdministrator { email, name, password: "eleven violet kites".to_owned() };
        house.engine.workspaces().complete_setup(&stranger, link.expose(), ada).await.unwrap();

        let recovered = recover("ada@example.com").recover(&house).await.unwrap();
        let said = told(&recovered);
        assert_eq!(said.lines().count(), 2 + 1 + 10, "{said}");
        let token = said.lines().nth(1).unwrap();
        let passwords = house.engine.passwords();
        let begun = passwords.begin_reset(&stranger, "ada@example.com", token).await.unwrap();
        let chosen = "twelve orange kettles".to_owned();
        let step = passwords.choose(&stranger, begun.flow.expose(), None, chosen).await.unwrap();
        assert!(matches!(step, PasswordStep::Changed));
        let refused = recover("bob@example.com").recover(&house).await.err().unwrap().to_string();
        assert!(refused.contains("no such user"), "{refused}");
        house.close().await;
    }
}
