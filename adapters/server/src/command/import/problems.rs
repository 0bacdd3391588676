//! Rows that were refused, for whoever imports.

use std::path::{Path, PathBuf};

use sutra_engine::RowProblem;

use crate::{failure::Failure, files, terminal::note};

/// What was wrong with which rows. It tells only the importer's own file.
pub(super) struct Problems {
    file: String,
    list: Vec<(u64, RowProblem)>,
}

impl Problems {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.display().to_string(), list: Vec::new() }
    }

    /// Notes why a row was refused.
    pub(super) fn add(&mut self, line: u64, reasons: &[RowProblem]) {
        for problem in reasons {
            let column = problem.column.as_ref().map(|column| format!(" column `{column}`:"));
            note(format_args!("{}:{line}:{} {}", self.file, column.unwrap_or_default(), problem.reason));
            self.list.push((line, problem.clone()));
        }
    }

    /// Keeps the list in the data directory, as a table that only its owner can read.
    pub(super) fn keep(&self, data: &Path, object: &str, digest: &[u8; 32]) -> Result<PathBuf, Failure> {
        let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let path = data.join(format!("import-{object}-{short}-refused.csv"));
        let table = self.table().map_err(|error| Failure::new(error.to_string()))?;
        files::replace_private(&path, &table).map_err(|error| Failure::file(&path, &error))?;
        Ok(path)
    }

    fn table(&self) -> Result<Vec<u8>, csv::Error> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["line", "column", "reason"])?;
        for (line, problem) in &self.list {
            let column = problem.column.as_deref().unwrap_or_default();
            table.write_record([line.to_string().as_str(), column, &problem.reason])?;
        }
        table.into_inner().map_err(|error| error.into_error().into())
    }
}
