//! The newest records of somebody who sees some of them, or the oldest.
//!
//! Whatever opens records to him is a run: an index that has the records of one owner, role or share in their order. All
//! that is read is the head of each run and then, of the runs that can have records of the page, as much as the page takes.
//! So it costs as much as he has runs, however many records there are and whosever they be.

mod front;
mod run;
mod text;

use sea_orm::{DbErr, QueryResult};
use sutra_acl::Runs;
use sutra_kernel::{PortError, Uuid};
use sutra_records::ListQuery;

use self::{
    front::{Front, Gathered, Head},
    run::Run,
    text::Text,
};
use super::{keyset::Way, place::Place, statements::Statements};
use crate::error::OrPort as _;

/// Where reading begins, and which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) id: Uuid,
    /// Whether the record of the edge is read too.
    pub(super) included: bool,
    pub(super) descending: bool,
}

impl Edge {
    /// Where a list by id begins to be read.
    pub(super) fn of(query: &ListQuery) -> Self {
        let Way { descending, includes } = Way::of(query);
        let from =
            query.from.as_ref().map(|from| Self { id: from.id.uuid(), included: includes, descending });
        from.unwrap_or_else(|| Self::start(descending))
    }

    /// The beginning of a list.
    fn start(descending: bool) -> Self {
        let id = if descending { Uuid::max() } else { Uuid::nil() };
        Self { id, included: true, descending }
    }

    /// Right behind a record.
    pub(super) fn behind(self, id: Uuid) -> Self {
        Self { id, included: false, ..self }
    }
}

/// In how many ways records are open to somebody.
pub(super) fn ways(runs: &Runs) -> usize {
    let rooted = runs.rooted.as_ref().map_or(0, |rooted| rooted.roles.len() + usize::from(rooted.all));
    runs.owners.len() + runs.roles.len() + runs.principals.len() + runs.grantee_roles.len() + rooted
}

/// Whether all that the runs have is open to him: those of roles have what no record controls, too, and all of them
/// what is withheld.
pub(super) fn is_exact(runs: &Runs) -> bool {
    runs.withheld.is_empty() && runs.rooted.as_ref().is_none_or(|rooted| rooted.roles.is_empty())
}

/// The next so many records that are open to somebody, deleted ones included.
pub(super) async fn gather(
    statements: &mut Statements<'_>,
    place: Place<'_>,
    runs: &Runs,
    from: Edge,
    wanted: usize,
) -> Result<Gathered, PortError> {
    let text = || Text::new(&place, runs.moving.iter().map(|user| user.uuid()), from);
    // Several runs may well begin with the same record, such as one that is shared with several groups.
    let most = wanted.saturating_mul(2);
    let heads = statements.each(text().heads(&run::every(runs), most + 1), |row| head(row).port()).await?;
    let mut heads: Vec<_> = heads.into_iter().flatten().collect();
    let more = heads.len() > most;
    heads.truncate(most);
    let front = Front::of(heads, more, wanted);
    if front.runs.is_empty() {
        return Ok(front.gather(Vec::new(), from.descending));
    }
    let last = front.last.unwrap_or_else(|| Edge::start(!from.descending).id);
    let read = text().records(&front.runs, last, wanted);
    let read = statements.each(read, |row| row.try_get_by_index(0).port()).await?;
    Ok(front.gather(read, from.descending))
}

/// Nothing for a run without records.
fn head(row: &QueryResult) -> Result<Option<Head<Run>>, DbErr> {
    let number: i64 = row.try_get_by_index(0)?;
    let way = run::Way::ALL.into_iter().find(|way| way.number() == number);
    let (kind, id): (String, Uuid) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let record: Option<Uuid> = row.try_get_by_index(3)?;
    Ok(way.zip(record).map(|(way, record)| Head { run: Run { way, kind: kind.into(), id }, record }))
}
