//! A table as this schema has them: whatever its key, the workspace leads it.

use sea_orm::{
    ConditionalStatement as _, ConnectionTrait, DbBackend, DbErr,
    sea_query::{self as sql, ExprTrait as _},
};
use sea_orm_migration::SchemaManager;

use crate::{rls, roles};

/// The column that leads every key of a workspace's table.
const WORKSPACE: &str = "workspace_id";

/// How many characters PostgreSQL keeps of a name.
const LONGEST_NAME: usize = 63;

/// A table to be made, with its keys, its policy and its grants; or columns that one gets.
pub(super) struct Table {
    name: &'static str,
    scoped: bool,
    /// Whether an earlier step has made it.
    is_there: bool,
    columns: Vec<Column>,
    key: Vec<&'static str>,
    clustered: bool,
    uniques: Vec<Vec<&'static str>>,
    references: Vec<(&'static str, &'static str)>,
    indexes: Vec<Index>,
    app: &'static str,
    verifier: bool,
}

struct Index {
    columns: Vec<&'static str>,
    only_present: Option<&'static str>,
}

/// A column; required unless it [may be null](Column::null).
pub(super) struct Column {
    name: &'static str,
    kind: Kind,
    required: bool,
    /// Whether the rows that are there get `false`.
    is_false: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    Uuid,
    Bytes,
    Integer,
    Boolean,
    Text,
    Json,
}

pub(super) fn uuid(name: &'static str) -> Column {
    Column::new(name, Kind::Uuid)
}

pub(super) fn bytes(name: &'static str) -> Column {
    Column::new(name, Kind::Bytes)
}

pub(super) fn integer(name: &'static str) -> Column {
    Column::new(name, Kind::Integer)
}

pub(super) fn boolean(name: &'static str) -> Column {
    Column::new(name, Kind::Boolean)
}

pub(super) fn text(name: &'static str) -> Column {
    Column::new(name, Kind::Text)
}

pub(super) fn json(name: &'static str) -> Column {
    Column::new(name, Kind::Json)
}

impl Column {
    fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: true, is_false: false }
    }

    pub(super) fn null(mut self) -> Self {
        self.required = false;
        self
    }

    /// False in the rows that are there when a table gets the column.
    pub(super) fn or_false(mut self) -> Self {
        self.is_false = true;
        self
    }
}

impl Table {
    /// A table of workspaces' data: its keys are led by the workspace and it has the policy.
    pub(super) fn scoped<const N: usize>(name: &'static str, columns: [Column; N]) -> Self {
        let mut table = Self::registry(name, columns);
        table.columns.insert(0, uuid(WORKSPACE));
        table.scoped = true;
        table
    }

    /// More columns for a table of an earlier step.
    pub(super) fn extended<const N: usize>(name: &'static str, columns: [Column; N]) -> Self {
        Self { is_there: true, ..Self::registry(name, columns) }
    }

    /// A table of the closed list that exists outside every workspace.
    pub(super) fn registry<const N: usize>(name: &'static str, columns: [Column; N]) -> Self {
        Self {
            name,
            scoped: false,
            is_there: false,
            columns: columns.into(),
            key: Vec::new(),
            clustered: false,
            uniques: Vec::new(),
            references: Vec::new(),
            indexes: Vec::new(),
            app: "",
            verifier: false,
        }
    }

    /// The primary key, after the workspace.
    pub(super) fn key<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        self.key = self.led(&columns);
        self
    }

    /// The same, and SQLite keeps the rows in the index of the key, in place of beside it: for many small rows. What
    /// was made without has the same rows, and is read and written in the same way.
    pub(super) fn clustered_key<const N: usize>(self, columns: [&'static str; N]) -> Self {
        Self { clustered: true, ..self.key(columns) }
    }

    /// A unique key, after the workspace.
    pub(super) fn unique<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        self.uniques.push(self.led(&columns));
        self
    }

    /// A reference to the `id` of another table of the same workspace.
    pub(super) fn references(mut self, column: &'static str, table: &'static str) -> Self {
        self.references.push((column, table));
        self
    }

    /// An index, after the workspace.
    pub(super) fn index<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        self.indexes.push(Index { columns: self.led(&columns), only_present: None });
        self
    }

    /// An index, after the workspace, of the rows in which one column is present.
    pub(super) fn index_present<const N: usize>(
        mut self,
        columns: [&'static str; N],
        present: &'static str,
    ) -> Self {
        self.indexes.push(Index { columns: self.led(&columns), only_present: Some(present) });
        self
    }

    /// What the serving role may do.
    pub(super) fn app_may(mut self, privileges: &'static str) -> Self {
        self.app = privileges;
        self
    }

    /// The verifier may read it.
    pub(super) fn verifier_reads(mut self) -> Self {
        self.verifier = true;
        self
    }

    pub(super) fn with(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        self.columns.extend(columns);
        self
    }

    pub(super) async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        if self.is_there {
            return self.extend(manager).await;
        }
        manager.create_table(self.statement(backend)).await?;
        for index in &self.indexes {
            manager.create_index(index.statement(self.name)).await?;
        }
        if backend == DbBackend::Postgres {
            manager.get_connection().execute_unprepared(&self.protection()).await?;
        }
        Ok(())
    }

    pub(super) async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if self.is_there {
            return self.shrink(manager).await;
        }
        manager.drop_table(sql::Table::drop().table(self.name).take()).await
    }

    async fn extend(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for column in &self.columns {
            let mut definition = column.definition(manager.get_database_backend());
            if column.is_false {
                definition.default(false);
            }
            let add = sql::Table::alter().table(self.name).add_column(&mut definition).take();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn shrink(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for column in &self.columns {
            let drop = sql::Table::alter().table(self.name).drop_column(column.name).take();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }

    fn led(&self, columns: &[&'static str]) -> Vec<&'static str> {
        let leader = self.scoped.then_some(WORKSPACE);
        leader.into_iter().chain(columns.iter().copied()).collect()
    }

    fn statement(&self, backend: DbBackend) -> sql::TableCreateStatement {
        let mut table = sql::Table::create();
        table.table(self.name);
        for column in &self.columns {
            table.col(column.definition(backend));
        }
        table.primary_key(&mut keyed(self.name, &self.key, "pkey"));
        for unique in &self.uniques {
            table.index(keyed(self.name, unique, "key").unique());
        }
        for (column, target) in &self.references {
            table.foreign_key(&mut self.foreign_key(column, target));
        }
        if backend == DbBackend::Sqlite {
            table.extra(if self.clustered { "STRICT, WITHOUT ROWID" } else { "STRICT" });
        }
        table.take()
    }

    fn foreign_key(&self, column: &'static str, target: &'static str) -> sql::ForeignKeyCreateStatement {
        let mut key = sql::ForeignKey::create();
        key.name(format!("{}_{column}_fkey", self.name));
        key.from(self.name, (WORKSPACE, column)).to(target, (WORKSPACE, "id"));
        key
    }

    fn protection(&self) -> String {
        let policy = if self.scoped { rls::isolate(self.name) } else { String::new() };
        policy + &roles::grant(self.name, self.app, self.verifier)
    }
}

impl Column {
    fn definition(&self, backend: DbBackend) -> sql::ColumnDef {
        let mut definition = sql::ColumnDef::new_with_type(self.name, self.kind.column_type(backend));
        if self.required {
            definition.not_null();
        }
        definition
    }
}

impl Kind {
    /// Texts are in binary collation: the same order everywhere, and comparisons that are leakproof.
    fn column_type(self, backend: DbBackend) -> sql::ColumnType {
        let name = match (backend, self) {
            (DbBackend::Sqlite, Self::Uuid | Self::Bytes) => "BLOB",
            (DbBackend::Sqlite, Self::Integer | Self::Boolean) => "INTEGER",
            (DbBackend::Sqlite, Self::Text | Self::Json) => "TEXT",
            (_, Self::Uuid) => "uuid",
            (_, Self::Bytes) => "bytea",
            (_, Self::Integer) => "bigint",
            (_, Self::Boolean) => "boolean",
            (_, Self::Text) => "text COLLATE \"C\"",
            (_, Self::Json) => "jsonb",
        };
        sql::ColumnType::custom(name)
    }
}

impl Index {
    fn statement(&self, table: &'static str) -> sql::IndexCreateStatement {
        let mut index = keyed(table, &self.columns, "idx");
        index.table(table);
        if let Some(column) = self.only_present {
            index.and_where(sql::Expr::col(column).is_not_null());
        }
        index
    }
}

fn keyed(table: &str, columns: &[&'static str], suffix: &str) -> sql::IndexCreateStatement {
    let mut index = sql::Index::create();
    let named = columns.iter().filter(|column| **column != WORKSPACE).copied();
    let mut name = std::iter::once(table).chain(named).collect::<Vec<_>>().join("_");
    name.truncate(LONGEST_NAME - suffix.len() - 1);
    index.name(format!("{name}_{suffix}"));
    for column in columns {
        index.col(*column);
    }
    index
}
