//! `sutra import`

mod problems;
mod table;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use sutra_crypto::sha256;
use sutra_engine::{Error, ImportFile, ImportOutcome, RowOutcome, RowProblem, RunningImport};
use sutra_kernel::Currency;
use tokio::time;

use self::{problems::Problems, table::Table};
use crate::{
    config::{Config, Flags},
    failure::Failure,
    log,
    terminal::{Progress, note, say},
    wire::{self, House},
};

/// The flags of `sutra import`.
#[derive(Args)]
pub(crate) struct Import {
    #[command(flatten)]
    flags: Flags,
    /// Who imports, with that user's permissions
    #[arg(long = "as", value_name = "E-MAIL")]
    user: String,
    /// What the rows become, such as `account`
    #[arg(long, value_name = "OBJECT")]
    object: String,
    /// The CSV file; its first line names the columns
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Which field a column goes into, where its name does not say it; `COLUMN=` leaves the column out
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = pair)]
    map: Vec<(String, String)>,
    /// The workspace
    #[arg(long, value_name = "SLUG", default_value = "main")]
    workspace: String,
    /// The currency of amounts that name none
    #[arg(long, value_name = "CODE", default_value = "USD")]
    currency: Currency,
}

/// The exit code if some rows are not in.
const SOME_REFUSED: u8 = 2;

impl Import {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        // Read at once, so that the digest is of the very rows.
        let bytes = fs::read(&self.file).map_err(|error| Failure::file(&self.file, &error))?;
        let digest = sha256(&bytes);
        let mut table = Table::open(&bytes)?;
        let house = wire::open(&config).await?;
        let mut problems = Problems::new(&self.file);
        let outcome = self.import(&house, digest, &mut table, &mut problems).await;
        house.close().await;
        let outcome = outcome?;
        say(summary(&outcome));
        if outcome.refused == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        let kept = problems.keep(&config.data, &self.object, &digest)?;
        note(format_args!("what was refused is listed in {}", kept.display()));
        Ok(ExitCode::from(SOME_REFUSED))
    }

    async fn import(
        &self,
        house: &House,
        digest: [u8; 32],
        table: &mut Table<'_>,
        problems: &mut Problems,
    ) -> Result<ImportOutcome, Failure> {
        let workspace = house.workspace(&self.workspace).await?;
        let caller = house.engine.sessions().act_as(workspace.id, &self.user).await?;
        let file = ImportFile {
            object: self.object.clone(),
            digest,
            headers: table.headers().to_vec(),
            map: self.map.clone(),
            currency: self.currency,
        };
        let imports = house.engine.imports();
        let mut running = imports.begin(&caller, file).await?;
        for column in running.unknown_columns() {
            note(format_args!(
                "column `{column}` is no field of `{}` and is left out; `--map \"{column}=FIELD\"` takes it in",
                self.object
            ));
        }
        take_in(&mut running, table, problems).await?;
        Ok(running.finish().await?)
    }
}

async fn take_in(
    running: &mut RunningImport<'_>,
    table: &mut Table<'_>,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let progress = Progress::new();
    for number in 1.. {
        let Some(row) = table.next_row()? else { break };
        // A row that cannot be read has no cells: it is refused, and counted.
        let cells = row.cells.as_deref().unwrap_or_default();
        let outcome = take_in_row(running, number, cells, &progress).await?;
        let refused = match (outcome, row.cells) {
            (RowOutcome::Refused(_), Err(reason)) => vec![RowProblem { column: None, reason }],
            (RowOutcome::Refused(reasons), Ok(_)) => reasons,
            (RowOutcome::Created(_) | RowOutcome::Already(_), _) => Vec::new(),
        };
        if !refused.is_empty() {
            progress.clear();
            problems.add(row.line, &refused);
        }
        progress.at(number, "rows");
    }
    progress.clear();
    Ok(())
}

/// A file of many used values has more refusals than a minute may have: its rows go on with the next one.
async fn take_in_row(
    running: &mut RunningImport<'_>,
    number: u64,
    cells: &[String],
    progress: &Progress,
) -> Result<RowOutcome, Error> {
    loop {
        match running.row(number, cells).await {
            Err(Error::RateLimited { retry_after }) => {
                progress.clear();
                note(format_args!(
                    "row {number} waits for {} seconds: too many rows of this minute were refused",
                    retry_after.as_micros().div_ceil(1_000_000)
                ));
                time::sleep(retry_after).await;
            }
            outcome => return outcome,
        }
    }
}

fn summary(outcome: &ImportOutcome) -> String {
    let ImportOutcome { created, already, refused } = outcome;
    match (created, already, refused) {
        (0, 0, 0) => "the file has no rows".to_owned(),
        (0, already, 0) => format!("nothing written: all {already} rows of this file are in already"),
        _ => format!("{created} rows taken in, {already} were in already, {refused} refused"),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (column, field) = text.split_once('=').ok_or("expected COLUMN=FIELD")?;
    Ok((column.to_owned(), field.to_owned()))
}

#[cfg(test)]
mod tests;
