//! Imports of rows from files, through the same use case as any other creation.

use std::sync::Arc;

use async_trait::async_trait;
use sutra_acl::{AccessPlan, ObjectPermissions};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::sha256;
use sutra_kernel::{ApiName, Currency, ImportId, RecordId, UserId, Value};
use sutra_records::{
    Fields, ObjectDef,
    import::{CellValue, ColumnMap, Import, parse_cell},
};

use crate::{
    Caller, Edit, Engine, Error, Viewing,
    records::CreateRecord,
    work::{Attempt, Done, UseCase, Work},
};

/// The use cases of imports: see [`Engine::imports`].
#[derive(Clone, Copy)]
pub struct Imports<'e> {
    pub(crate) engine: &'e Engine,
}

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// The API name of the object that its rows become.
    pub object: String,
    /// The SHA-256 of the whole file: the same file again writes nothing twice.
    pub digest: [u8; 32],
    /// The words of its first line.
    pub headers: Vec<String>,
    /// Which column goes into which field, where the words do not say it.
    pub map: Vec<(String, String)>,
    /// The currency of amounts that name none.
    pub currency: Currency,
}

/// An import that has begun: rows are given to it one by one.
pub struct RunningImport<'e> {
    engine: &'e Engine,
    caller: Caller,
    definition: Arc<ObjectDef>,
    columns: ColumnMap,
    unknown: Vec<String>,
    file: ImportFile,
    import: Import,
    outcome: ImportOutcome,
}

/// How an import went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Rows that became records.
    pub created: u64,
    /// Rows that had become records before.
    pub already: u64,
    /// Rows that were refused.
    pub refused: u64,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// A record.
    Created(RecordId),
    /// It was a record already.
    Already(RecordId),
    /// Nothing; here is why.
    Refused(Vec<RowProblem>),
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The column, if one is to blame.
    pub column: Option<String>,
    /// The reason, in a sentence.
    pub reason: String,
}

impl<'e> Imports<'e> {
    /// Begins an import as the caller, with the caller's permissions.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without the permission to import into the object; [`Error::BadInput`] for an unknown object
    /// or a map that names an unknown column or field.
    pub async fn begin(&self, caller: &Caller, file: ImportFile) -> Result<RunningImport<'e>, Error> {
        let user = caller.user_id().ok_or(Error::Unauthenticated)?;
        let viewing = self.engine.view(caller).await?;
        let definition = viewing.importable(&file.object)?;
        viewing.close().await?;
        let (columns, unknown) =
            ColumnMap::infer(&file.headers, &definition, &file.map).map_err(Error::bad_input)?;
        let import = Import {
            id: ImportId::generate(self.engine.now(), self.engine.parts().entropy.as_ref()),
            object: definition.id,
            user,
            file_digest: digest_of(user, &file),
            started_at: self.engine.now(),
            finished_at: None,
        };
        Ok(RunningImport {
            engine: self.engine,
            caller: caller.clone(),
            definition,
            columns,
            unknown,
            file,
            import,
            outcome: ImportOutcome::default(),
        })
    }
}

impl Viewing {
    fn importable(&self, object: &str) -> Result<Arc<ObjectDef>, Error> {
        let (object, plan) = self.readable(object)?;
        require_import(&object, plan)?;
        Ok(object)
    }

    /// The record that a row of the caller's latest import of an object became.
    async fn imported_row(&self, object: &ObjectDef, row: u64) -> Result<Option<RecordId>, Error> {
        let user = self.caller().user_id().ok_or(Error::Unauthenticated)?;
        let mut reads = self.reads().await;
        match reads.latest_import(object.id, user).await? {
            Some(digest) => Ok(reads.find_import_row(object.id, &digest, row).await?),
            None => Ok(None),
        }
    }
}

impl RunningImport<'_> {
    /// Columns that are not taken in, because no field has their name.
    #[must_use]
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown
    }

    /// Takes a row in, in a unit of its own. `number` counts rows from 1, the header not counted.
    ///
    /// # Errors
    /// [`Error::Unavailable`] and [`Error::Internal`] end the import; a row that is refused does not.
    pub async fn row(&mut self, number: u64, cells: &[String]) -> Result<RowOutcome, Error> {
        let outcome = self.try_row(number, cells).await?;
        match &outcome {
            RowOutcome::Created(_) => self.outcome.created += 1,
            RowOutcome::Already(_) => self.outcome.already += 1,
            RowOutcome::Refused(_) => self.outcome.refused += 1,
        }
        Ok(outcome)
    }

    /// Ends the import: one entry in the ledger says how many rows there were.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn finish(mut self) -> Result<ImportOutcome, Error> {
        self.import.finished_at = Some(self.engine.now());
        let case = FinishImport { import: &self.import, object: &self.file.object, outcome: &self.outcome };
        self.engine.write(&self.caller, &case).await?;
        Ok(self.outcome)
    }

    async fn try_row(&self, number: u64, cells: &[String]) -> Result<RowOutcome, Error> {
        let viewing = self.engine.view(&self.caller).await?;
        let read = self.read_row(&viewing, number, cells).await;
        viewing.close().await?;
        let fields = match read? {
            Ok(fields) => fields,
            Err(outcome) => return Ok(outcome),
        };
        let edit = Edit { fields, ..Edit::default() };
        let row = Some((&self.import, number));
        let case = CreateRecord { object: &self.file.object, edit: &edit, row };
        match self.engine.write(&self.caller, &case).await {
            Ok(written) => Ok(RowOutcome::Created(written.value.id)),
            Err(error) => self.refused(error).map(RowOutcome::Refused),
        }
    }

    /// The row's fields; or what became of it already.
    async fn read_row(
        &self,
        viewing: &Viewing,
        number: u64,
        cells: &[String],
    ) -> Result<Result<Fields, RowOutcome>, Error> {
        let Import { object, file_digest, .. } = &self.import;
        let known = viewing.reads().await.find_import_row(*object, file_digest, number).await?;
        if let Some(record) = known {
            return Ok(Err(RowOutcome::Already(record)));
        }
        if cells.len() != self.file.headers.len() {
            let (found, wanted) = (cells.len(), self.file.headers.len());
            let reason = format!("expected {wanted} columns and found {found}");
            return Ok(Err(RowOutcome::Refused(vec![RowProblem { column: None, reason }])));
        }
        let (mut fields, mut problems) = (Fields::new(), Vec::new());
        for (place, (header, cell)) in self.file.headers.iter().zip(cells).enumerate() {
            let Some(field) = self.columns.field(place) else { continue };
            match self.read_cell(viewing, field, cell).await? {
                // An empty cell says nothing, so that the field has its default.
                Ok(Value::Null) => {}
                Ok(value) => drop(fields.insert(field.clone(), value)),
                Err(reason) => problems.push(RowProblem { column: Some(header.clone()), reason }),
            }
        }
        Ok(if problems.is_empty() { Ok(fields) } else { Err(RowOutcome::Refused(problems)) })
    }

    async fn read_cell(
        &self,
        viewing: &Viewing,
        name: &ApiName,
        cell: &str,
    ) -> Result<Result<Value, String>, Error> {
        let Some(field) = self.definition.field(name.as_str()) else { return Ok(Ok(Value::Null)) };
        let row = match parse_cell(field, cell, self.file.currency) {
            Ok(CellValue::Value(value)) => return Ok(Ok(value)),
            Ok(CellValue::Row(row)) => row,
            Err(problem) => return Ok(Err(problem.message)),
        };
        let target = field.target().and_then(|target| viewing.metadata().object_named(target.as_str()));
        let target = target.ok_or_else(|| Error::internal("a reference without a target"))?;
        let found = viewing.imported_row(target, row).await?;
        Ok(found.map(Value::Reference).ok_or_else(|| {
            format!("row {row} of your latest import of {} is not there", target.plural_label.to_lowercase())
        }))
    }

    /// A refusal of the row is an outcome; what would refuse every row ends the import.
    fn refused(&self, error: Error) -> Result<Vec<RowProblem>, Error> {
        let header = |field: &ApiName| {
            let place = self.columns.columns().iter().position(|known| known.as_ref() == Some(field));
            place.and_then(|place| self.file.headers.get(place)).cloned()
        };
        match error {
            Error::Validation(problems) => Ok(problems
                .into_iter()
                .map(|problem| RowProblem { column: header(&problem.field), reason: problem.message })
                .collect()),
            Error::Rules(violations) => Ok(violations
                .into_iter()
                .map(|violation| RowProblem { column: None, reason: violation.message })
                .collect()),
            Error::BadInput(_) | Error::NotFound(_) => {
                Ok(vec![RowProblem { column: None, reason: error.to_string() }])
            }
            other => Err(other),
        }
    }
}

struct FinishImport<'a> {
    import: &'a Import,
    object: &'a str,
    outcome: &'a ImportOutcome,
}

#[async_trait]
impl UseCase for FinishImport<'_> {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::ImportRun, target: Some(Target::kind(self.object)) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        work.require_import(self.object)?;
        work.unit.put_import(self.import).await?;
        let entry = EntryDraft::new(Event::ImportRun)
            .target(Target::thing("import", self.import.id.uuid()))
            .rows(self.outcome.created)
            .detail("object", self.object)
            .detail("already", self.outcome.already.to_string())
            .detail("refused", self.outcome.refused.to_string());
        Ok(Done::new((), work.seal_detail(entry).await?))
    }
}

impl Work<'_> {
    /// Refuses a caller who may not import into the object, now: an import takes its time.
    pub(crate) fn require_import(&self, object: &str) -> Result<(), Error> {
        let object = self.object(object)?;
        require_import(&object, self.plan().object(object.id))
    }
}

fn require_import(object: &ObjectDef, plan: &AccessPlan) -> Result<(), Error> {
    if plan.permissions().has(ObjectPermissions::IMPORT) {
        return Ok(());
    }
    Err(Error::Forbidden(format!("you may not import {}", object.plural_label.to_lowercase())))
}

/// Under what a file's rows are remembered: another user's import of the same file is another import, so
/// that nobody learns what somebody else has taken in.
fn digest_of(user: UserId, file: &ImportFile) -> [u8; 32] {
    sha256(&[user.as_bytes().as_slice(), file.digest.as_slice()].concat())
}
