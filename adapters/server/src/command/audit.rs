//! `sutra audit`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use sutra_audit::Report;
use sutra_kernel::WorkspaceId;

use crate::{
    config::{Config, Flags},
    failure::Failure,
    log,
    terminal::say,
    wire::{self, House},
};

/// What can be done with the ledger.
#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Read every chain from its first entry to its head, with every opening; the exit code is 1 if one is not sound
    Verify(Verify),
}

/// The flags of `sutra audit verify`.
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    flags: Flags,
    /// Only this workspace's chain [default: every workspace's and the installation's own]
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
}

impl Verify {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        let house = wire::open(&config).await?;
        let mut sound = true;
        for (name, workspace) in self.chains(&house).await? {
            let report = house.engine.ledger().verify(workspace).await?;
            sound &= report.is_sound();
            say(line(&name, &report));
        }
        house.close().await;
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn chains(&self, house: &House) -> Result<Vec<(String, WorkspaceId)>, Failure> {
        if let Some(slug) = &self.workspace {
            return Ok(vec![(slug.clone(), house.workspace(slug).await?.id)]);
        }
        let workspaces = house.engine.workspaces().list().await?;
        let named = workspaces.into_iter().map(|workspace| (workspace.slug, workspace.id));
        Ok(named.chain([("(instance)".to_owned(), WorkspaceId::INSTANCE)]).collect())
    }
}

fn line(name: &str, report: &Report) -> String {
    let Report { entries, proven, closed, first_bad } = report;
    let verdict = match first_bad {
        None => "OK".to_owned(),
        Some(finding) => format!("NOT SOUND: {} at entry {}", finding.class, finding.seq),
    };
    format!("{name}: {entries} entries, {proven} openings proven, {closed} closed: {verdict}")
}

#[cfg(test)]
mod tests {
    use sutra_audit::{Class, Finding};

    use super::*;

    #[test]
    fn the_first_bad_entry_is_named() {
        let sound = Report { entries: 12, proven: 30, closed: 1, first_bad: None };
        assert_eq!(line("main", &sound), "main: 12 entries, 30 openings proven, 1 closed: OK");
        let bad = Report { entries: 4, first_bad: Some(Finding { seq: 5, class: Class::Edit }), ..sound };
        assert_eq!(
            line("main", &bad),
            "main: 4 entries, 30 openings proven, 1 closed: NOT SOUND: EDIT at entry 5"
        );
    }
}
