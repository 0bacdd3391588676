//! The two statements of a round.
//!
//! PostgreSQL probes each run by `LATERAL`; SQLite has none, and probes by sub-selects. The text depends on which kinds of
//! runs there are and not on how many, so that a database prepares it once.

use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};
use sutra_kernel::Uuid;

use super::{
    Edge,
    run::{Run, Way},
};
use crate::{
    list::{many, place::Place},
    scoped::rows,
};

/// A statement that is being written.
pub(super) struct Text {
    backend: DbBackend,
    values: Vec<Value>,
    workspace: String,
    object: String,
    from: String,
    way: Direction,
    /// The users whose role does not count; none, if everybody's does.
    moving: Option<String>,
}

/// Which way the runs are read.
struct Direction {
    edge: Edge,
}

impl Direction {
    fn order(&self) -> &'static str {
        if self.edge.descending { "DESC" } else { "ASC" }
    }

    /// What is behind the edge.
    fn behind(&self) -> &'static str {
        match (self.edge.descending, self.edge.included) {
            (true, true) => "<=",
            (true, false) => "<",
            (false, true) => ">=",
            (false, false) => ">",
        }
    }

    /// What is not behind a last record.
    fn up_to(&self) -> &'static str {
        if self.edge.descending { ">=" } else { "<=" }
    }

    /// SQLite's function of the place that is reached first.
    fn nearest(&self) -> &'static str {
        if self.edge.descending { "max" } else { "min" }
    }
}

impl Text {
    /// A statement about runs from an edge on.
    pub(super) fn new(place: &Place<'_>, moving: impl ExactSizeIterator<Item = Uuid>, from: Edge) -> Self {
        let mut text = Self {
            backend: place.transaction.get_database_backend(),
            values: Vec::new(),
            workspace: String::new(),
            object: String::new(),
            from: String::new(),
            way: Direction { edge: from },
            moving: None,
        };
        text.workspace = text.bind(place.transaction.workspace().uuid());
        text.object = text.bind(place.object.id.uuid());
        text.from = text.bind(from.id);
        if moving.len() > 0 {
            let moving = text.bind(many::ids_text(text.backend, moving));
            text.moving = Some(match text.backend {
                DbBackend::Postgres => format!("(SELECT unnest(CAST({moving} AS uuid[])))"),
                _ => format!("(SELECT unhex(value) FROM json_each({moving}))"),
            });
        }
        text
    }

    /// The first record of every run, in the order of the list: the first so many.
    pub(super) fn heads(mut self, runs: &[Run], limit: usize) -> Statement {
        let arms = self.arms(runs, |text, way, keys| {
            let (number, (_, record)) = (way.number(), way.table());
            let kind = if way == Way::Principal { "k.kind" } else { "''" };
            let (rows, order) = (text.rows(way, "r"), text.way.order());
            let first = format!("SELECT r.{record} AS head {rows} ORDER BY r.{record} {order} LIMIT 1");
            match text.backend {
                DbBackend::Postgres => format!(
                    "SELECT CAST({number} AS bigint) AS way, {kind} AS kind, k.id AS id, h.head AS head FROM {keys} \
                     CROSS JOIN LATERAL ({first}) AS h"
                ),
                _ => format!(
                    "SELECT CAST({number} AS bigint) AS way, {kind} AS kind, k.id AS id, ({first}) AS head FROM {keys}"
                ),
            }
        });
        let (order, limit) = (self.way.order(), self.bind(rows(limit)));
        // SQLite has a row for a run without records too; and it would probe each run once more to sort by what it found.
        let sql = format!(
            "WITH heads AS MATERIALIZED ({}) \
             SELECT way, kind, id, head FROM heads ORDER BY head IS NULL, head {order} LIMIT {limit}",
            arms.join(" UNION ALL ")
        );
        self.finish(sql)
    }

    /// The records of the runs up to a last one, of each run so many at most.
    pub(super) fn records(mut self, runs: &[Run], last: Uuid, limit: usize) -> Statement {
        let (last, limit) = (self.bind(last), self.bind(rows(limit)));
        let arms = self.arms(runs, |text, way, keys| {
            let (_, record) = way.table();
            let (rows, order, up_to) = (text.rows(way, "r"), text.way.order(), text.way.up_to());
            match text.backend {
                DbBackend::Postgres => format!(
                    "SELECT f.id FROM {keys} CROSS JOIN LATERAL (SELECT r.{record} AS id {rows} AND r.{record} {up_to} {last} \
                     ORDER BY r.{record} {order} LIMIT {limit}) AS f"
                ),
                _ => {
                    let (nth, nearest) = (text.rows(way, "q"), text.way.nearest());
                    let nth = format!(
                        "(SELECT q.{record} {nth} ORDER BY q.{record} {order} LIMIT 1 OFFSET {limit} - 1)"
                    );
                    format!(
                        "SELECT r.{record} FROM {keys} CROSS JOIN {} WHERE {} AND r.{record} {up_to} {nearest}({last}, coalesce({nth}, {last}))",
                        text.table(way, "r"),
                        text.conditions(way, "r"),
                    )
                }
            }
        });
        let sql = arms.join(" UNION ALL ");
        self.finish(sql)
    }

    /// A part of the statement for every kind of run that there is.
    fn arms(&mut self, runs: &[Run], arm: impl Fn(&Self, Way, &str) -> String) -> Vec<String> {
        let mut arms = Vec::new();
        for way in Way::ALL {
            let runs: Vec<_> = runs.iter().filter(|run| run.way == way).collect();
            if !runs.is_empty() {
                let keys = self.keys(way, &runs);
                arms.push(arm(self, way, &keys));
            }
        }
        arms
    }

    /// The runs of one kind as rows `k`.
    fn keys(&mut self, way: Way, runs: &[&Run]) -> String {
        let pairs = runs.iter().map(|run| (run.kind.as_ref(), run.id));
        let ids = many::ids_text(self.backend, runs.iter().map(|run| run.id));
        match (self.backend, way) {
            (DbBackend::Postgres, Way::Principal) => {
                let (kinds, ids) = (self.bind(many::kinds_text(pairs)), self.bind(ids));
                format!("unnest(CAST({kinds} AS text[]), CAST({ids} AS uuid[])) AS k(kind, id)")
            }
            (DbBackend::Postgres, _) => format!("unnest(CAST({} AS uuid[])) AS k(id)", self.bind(ids)),
            (_, Way::Principal) => {
                let pairs = self.bind(many::pairs_text(pairs));
                format!(
                    "(SELECT substr(value, 33) AS kind, unhex(substr(value, 1, 32)) AS id FROM json_each({pairs})) AS k"
                )
            }
            (_, _) => format!("(SELECT unhex(value) AS id FROM json_each({})) AS k", self.bind(ids)),
        }
    }

    /// The records of a run `k` behind the edge, in rows of this name.
    fn rows(&self, way: Way, name: &str) -> String {
        format!("FROM {} WHERE {}", self.table(way, name), self.conditions(way, name))
    }

    fn table(&self, way: Way, name: &str) -> String {
        format!("{} AS {name}", way.table().0)
    }

    fn conditions(&self, way: Way, name: &str) -> String {
        let Self { workspace, object, from, .. } = self;
        let ((_, record), picked, behind) = (way.table(), way.picked(name), self.way.behind());
        let settled = way.led().zip(self.moving.as_ref());
        let settled = settled.map(|(user, moving)| format!(" AND {name}.{user} NOT IN {moving}"));
        format!(
            "{name}.workspace_id = {workspace} AND {name}.object_id = {object} AND {picked} \
             AND {name}.{record} {behind} {from}{}",
            settled.unwrap_or_default()
        )
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn finish(self, sql: String) -> Statement {
        Statement::from_sql_and_values(self.backend, sql, self.values)
    }
}
