//! Many rows from a few: what the product wrote once, copied inside the database.
//!
//! A copy is its model in every column but those that are given, whatever columns the table has, so that it is the very
//! row that the product would have written. What is no row beside it, such as its entries in the ledger, it has not.

use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::Bare;

/// How copies of the rows of one table are made.
#[derive(Debug, Clone, Copy)]
pub struct Copies<'a> {
    /// The table.
    pub table: &'a str,
    /// The column that tells a model by its identifier; its copies have their own.
    pub key: &'a str,
    /// The other columns that are given.
    pub given: &'a [(&'a str, Given)],
}

/// What a column that is given holds.
#[derive(Debug, Clone, Copy)]
pub enum Given {
    /// An identifier, as 32 digits, or nothing.
    Id,
    /// A whole number.
    Number,
    /// A text.
    Text,
}

/// How many copies one statement makes.
const AT_ONCE: usize = 5_000;

impl Copies<'_> {
    /// Makes copies, each of a `model` and with an `id`, both as 32 digits, and with all that is given. One model may have
    /// several rows, if the key is no primary key: all are copied.
    ///
    /// # Panics
    /// A statement that fails ends the benchmark.
    pub async fn make(&self, database: &mut Bare, workspace: Uuid, copies: &[Json]) {
        let columns = database.columns(self.table).await;
        let sql = self.statement(database, &columns);
        for copies in copies.chunks(AT_ONCE) {
            database.run(&sql, workspace, &Json::Array(copies.to_vec())).await;
        }
    }

    fn statement(&self, database: &Bare, columns: &[String]) -> String {
        let values: Vec<String> = columns.iter().map(|column| self.value(database, column)).collect();
        let Self { table, key, .. } = self;
        let model = database.member("model", Given::Id);
        let copies = match database {
            Bare::Sqlite(_) => "json_each($2)",
            Bare::Postgres(_) => "jsonb_array_elements($2)",
        };
        // In the order of the copies: they lie in the table as if they had been made one by one.
        format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {copies} AS copy CROSS JOIN {table} AS made \
             WHERE made.workspace_id = $1 AND made.{key} = {model}",
            columns.join(", "),
            values.join(", "),
        )
    }

    fn value(&self, database: &Bare, column: &str) -> String {
        let given = self.given.iter().find(|(name, _)| *name == column);
        match given {
            _ if column == self.key => database.member("id", Given::Id),
            Some((name, given)) => database.member(name, *given),
            None => format!("made.{column}"),
        }
    }
}

impl Bare {
    /// A member of a copy, as the value of a column.
    fn member(&self, name: &str, given: Given) -> String {
        let text = format!("(copy.value ->> '{name}')");
        match (self, given) {
            (Self::Sqlite(_), Given::Id) => format!("unhex{text}"),
            (Self::Postgres(_), Given::Id) => format!("{text}::uuid"),
            (Self::Postgres(_), Given::Number) => format!("{text}::bigint"),
            (Self::Sqlite(_), Given::Number) | (_, Given::Text) => text,
        }
    }

    async fn columns(&mut self, table: &str) -> Vec<String> {
        const SQLITE: &str = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
        const POSTGRES: &str = "SELECT column_name::text FROM information_schema.columns \
                                WHERE table_schema = current_schema AND table_name = $1 ORDER BY ordinal_position";
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query(SQLITE).bind(table).fetch_all(connection).await.expect("columns");
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query(POSTGRES).bind(table).fetch_all(connection).await.expect("columns");
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    async fn run(&mut self, sql: &str, workspace: Uuid, copies: &Json) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query(sql).bind(workspace).bind(copies.to_string());
                query.execute(connection).await.map(drop).expect("copies");
            }
            Self::Postgres(connection) => {
                let query = sqlx::query(sql).bind(workspace).bind(copies.clone());
                query.execute(connection).await.map(drop).expect("copies");
            }
        }
    }
}
