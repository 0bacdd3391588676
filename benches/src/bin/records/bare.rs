//! The statements that the product sends for the same purpose, sent by the plain driver.

use std::{collections::BTreeMap, sync::Mutex};

use sqlx::{Connection as _, Row as _, types::Json};
use sutra_benches::Bare;
use sutra_kernel::{ObjectId, RecordId, WorkspaceId};
use sutra_records::tokens;
use uuid::Uuid;

use crate::company::Company;

/// A row as the product reads it: everything but the slots.
#[expect(dead_code, reason = "what a reader would want is decoded, whether or not anybody wants it here")]
struct Row {
    id: Uuid,
    owner_id: Uuid,
    owner_is_queue: bool,
    access_owner_id: Uuid,
    access_role_id: Option<Uuid>,
    root_id: Option<Uuid>,
    root_object_id: Option<Uuid>,
    root_owner_is_queue: Option<bool>,
    control_writes: Option<i64>,
    version: i64,
    created_at: i64,
    created_by: Uuid,
    updated_at: i64,
    updated_by: Uuid,
    deleted_at: Option<i64>,
    fields: Json<serde_json::Value>,
    sealed: Json<serde_json::Value>,
}

const COLUMNS: &str = "id, owner_id, owner_is_queue, access_owner_id, access_role_id, root_id, root_object_id, \
                       root_owner_is_queue, control_writes, version, created_at, created_by, updated_at, updated_by, \
                       deleted_at, fields, sealed";

macro_rules! decoded {
    ($row:expr) => {{
        let row = $row;
        Row {
            id: row.get(0),
            owner_id: row.get(1),
            owner_is_queue: row.get(2),
            access_owner_id: row.get(3),
            access_role_id: row.get(4),
            root_id: row.get(5),
            root_object_id: row.get(6),
            root_owner_is_queue: row.get(7),
            control_writes: row.get(8),
            version: row.get(9),
            created_at: row.get(10),
            created_by: row.get(11),
            updated_at: row.get(12),
            updated_by: row.get(13),
            deleted_at: row.get(14),
            fields: row.get(15),
            sealed: row.get(16),
        }
    }};
}

/// A page of records: its statement, and what is compared with in it.
pub(crate) struct Page {
    sql: &'static str,
    bound: Vec<Bound>,
}

/// What stands for a parameter.
pub(crate) enum Bound {
    Uuid(Uuid),
    Text(&'static str),
}

impl Page {
    /// Fifty records of an object and one more. The condition's parameters are those from the third on.
    pub(crate) fn of(
        company: &Company,
        object: ObjectId,
        condition: &str,
        order: &str,
        bound: impl IntoIterator<Item = Bound>,
    ) -> Self {
        let sql = format!(
            "SELECT {COLUMNS} FROM record WHERE workspace_id = $1 AND object_id = $2 AND deleted_at IS NULL \
             {condition} ORDER BY {order} LIMIT 51"
        );
        let first = [company.admin.workspace().uuid(), object.uuid()].map(Bound::Uuid);
        Self { sql: sql.leak(), bound: first.into_iter().chain(bound).collect() }
    }
}

macro_rules! on_either {
    ($bare:expr, $connection:ident => $work:expr) => {
        match $bare {
            Bare::Sqlite($connection) => $work,
            Bare::Postgres($connection) => $work,
        }
    };
}

macro_rules! insert {
    ($row:expr, $connection:expr) => {{
        let row = $row;
        let query = sqlx::query(INSERT).bind(row.workspace).bind(row.id).bind(row.object).bind(row.owner);
        let query = query.bind(row.at).bind(Json(&row.fields));
        let query = row.texts.iter().fold(query, |query, text| query.bind(text));
        query.bind(row.numbers[0]).bind(row.numbers[1]).execute(&mut *$connection).await.unwrap();
        let query = sqlx::query(row.insert_words).bind(row.workspace).bind(row.object).bind(row.id);
        let query = row.words.iter().fold(query, |query, (field, word)| query.bind(field).bind(word));
        query.execute(&mut *$connection).await.unwrap();
    }};
}

/// What a plain connection is asked for.
pub(crate) trait Statements {
    /// Reads a page, and answers how many rows it has.
    async fn page(&mut self, page: &Page) -> usize;

    /// Inserts records, with the words they are found by, in one transaction.
    async fn insert(&mut self, rows: &[NewRow]);

    /// Changes a record in a transaction of its own.
    async fn update(&mut self, id: RecordId, row: &NewRow);
}

impl Statements for Bare {
    async fn page(&mut self, page: &Page) -> usize {
        on_either!(self, connection => {
            let query = sqlx::query(page.sql);
            let query = page.bound.iter().fold(query, |query, bound| match bound {
                Bound::Uuid(uuid) => query.bind(uuid),
                Bound::Text(text) => query.bind(text),
            });
            let rows = query.fetch_all(connection).await.unwrap();
            rows.iter().map(|row| decoded!(row)).collect::<Vec<_>>().len()
        })
    }

    async fn insert(&mut self, rows: &[NewRow]) {
        on_either!(self, connection => {
            let mut transaction = connection.begin().await.unwrap();
            for row in rows {
                insert!(row, transaction);
            }
            transaction.commit().await.unwrap();
        });
    }

    async fn update(&mut self, id: RecordId, row: &NewRow) {
        on_either!(self, connection => {
            let query = sqlx::query(UPDATE).bind(row.workspace).bind(id.uuid()).bind(row.owner).bind(row.at);
            let query = row.texts.iter().fold(query.bind(Json(&row.fields)), |query, text| query.bind(text));
            let written = query.bind(row.numbers[0]).bind(row.numbers[1]).execute(connection).await.unwrap();
            assert_eq!(written.rows_affected(), 1);
        });
    }
}

const INSERT: &str = "INSERT INTO record (workspace_id, id, object_id, owner_id, access_owner_id, access_role_id, \
    version, created_at, created_by, updated_at, updated_by, deleted_at, fields, sealed, \
    text_00, text_01, text_02, text_03, text_04, text_06, int_00, int_01) \
    VALUES ($1, $2, $3, $4, $4, NULL, 1, $5, $4, $5, $4, NULL, $6, '{}', $7, $8, $9, $10, $11, $12, $13, $14)";

const UPDATE: &str = "UPDATE record SET owner_id = $3, access_owner_id = $3, access_role_id = NULL, \
    version = version + 1, updated_at = $4, updated_by = $3, deleted_at = NULL, fields = $5, \
    text_00 = $6, text_01 = $7, text_02 = $8, text_03 = $9, text_04 = $10, text_06 = $11, int_00 = $12, int_01 = $13 \
    WHERE workspace_id = $1 AND id = $2";

/// An account as a row of the table, with the columns that its values are indexed by.
pub(crate) struct NewRow {
    workspace: Uuid,
    id: Uuid,
    object: Uuid,
    owner: Uuid,
    at: i64,
    fields: serde_json::Value,
    texts: Vec<String>,
    numbers: [i64; 2],
    /// The words the record is found by, and by which fields.
    words: Vec<(Uuid, String)>,
    insert_words: &'static str,
}

impl NewRow {
    /// The account of this number.
    pub(crate) fn account(company: &Company, number: usize) -> Self {
        let fields = crate::company::account(number);
        let words: Vec<_> =
            tokens(&company.definition, &fields).into_iter().map(|it| (it.field.uuid(), it.word)).collect();
        let insert_words = insert_words(words.len());
        let json = fields.iter().map(|(name, value)| (name.to_string(), value.to_json()));
        let fields = serde_json::Value::Object(json.collect());
        let indexed = ["name", "phone", "type", "industry", "billingCity", "billingCountry"];
        let texts = indexed.map(|name| fields[name].as_str().unwrap().to_lowercase());
        let workspace: WorkspaceId = company.admin.workspace();
        let number = i64::try_from(number).unwrap();
        Self {
            workspace: workspace.uuid(),
            id: Uuid::now_v7(),
            object: company.account.uuid(),
            owner: company.admin.user_id().unwrap().uuid(),
            at: 1_772_366_400_000_000 + number,
            fields,
            texts: texts.into(),
            numbers: [number % 5_000, number * 13 % 900_000],
            words,
            insert_words,
        }
    }
}

/// The statement that inserts so many words; there are only a few, and each is made once.
fn insert_words(count: usize) -> &'static str {
    static MADE: Mutex<BTreeMap<usize, &str>> = Mutex::new(BTreeMap::new());
    MADE.lock().unwrap().entry(count).or_insert_with(|| {
        let row = |word| format!("($1, $2, $3, ${}, ${})", 4 + 2 * word, 5 + 2 * word);
        let rows: Vec<String> = (0..count).map(row).collect();
        let columns = "workspace_id, object_id, record_id, field_id, token";
        format!("INSERT INTO search_token ({columns}) VALUES {}", rows.join(", ")).leak()
    })
}
