//! Encrypted fields as whoever has the database finds them: nothing to read, and nothing to gain by moving it.

use std::{fs, sync::Arc};

use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{Caller, Edit, Engine, FirstAdministrator, ListRequest, Origin, Part, Ports, Revealed};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, NewField, Protected, View};
use sutra_storage::{DatabaseUrl, SqlStore};
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

use crate::fixture::{Postgres, sqlite_url};

const ID: &str = "nationalId";
const PLANTED: &str = "quetzal-19811218-9876";
const SECOND: &str = "quetzal-20001224-1111";

/// A company on a database, whose contacts and products have an encrypted field.
struct Company {
    engine: Engine,
    store: SqlStore,
    admin: Caller,
}

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

impl Company {
    async fn found(url: &str) -> Self {
        let url: DatabaseUrl = url.parse().unwrap();
        let store = SqlStore::open(&url).await.unwrap();
        let entropy = Arc::new(TestEntropy::seeded(7));
        let engine = Engine::builder(Arc::new(store.clone())).build(Ports {
            vault: Arc::new(LocalVault::new(RootKeys::generate(entropy.as_ref()), entropy.clone())),
            passwords: Arc::new(TestPasswords),
            notifier: Arc::new(TestNotifier::default()),
            clock: Arc::new(TestClock::at_noon()),
            entropy,
        });
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("main", "Main").await.unwrap().id;
        let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        let ada = FirstAdministrator {
            email: "ada@example.com".to_owned(),
            name: "Ada".to_owned(),
            password: "sleepy otters juggle lanterns".to_owned(),
        };
        engine.workspaces().complete_setup(&stranger, link.expose(), ada).await.unwrap();
        let admin = engine.sessions().act_as(workspace, "ada@example.com").await.unwrap();
        let company = Self { engine, store, admin };
        company.define("contact", ID).await;
        company.define("contact", "passport").await;
        company.define("product", ID).await;
        company
    }

    async fn define(&self, object: &str, field: &str) {
        let field = NewField {
            name: field.to_owned(),
            label: "A number".to_owned(),
            help: String::new(),
            kind: FieldKind::Text { max: 100 },
            required: false,
            indexed: false,
            searchable: false,
            unique: false,
            category: DataCategory::Personal,
            default: None,
            encrypted: Some(Protected::NationalId),
        };
        self.engine.objects().create_field(&self.admin, object, &field).await.unwrap();
    }

    async fn contact(&self, id: &str) -> RecordId {
        let fields = [(name("lastName"), Value::text("Lovelace")), (name(ID), Value::text(id))];
        let edit = Edit { fields: fields.into(), ..Edit::default() };
        self.engine.records().create(&self.admin, "contact", &edit).await.unwrap().value.id
    }

    async fn change(&self, id: RecordId, to: &str) {
        let edit = Edit { fields: [(name(ID), Value::text(to))].into(), ..Edit::default() };
        self.engine.records().update(&self.admin, "contact", id, &edit).await.unwrap();
    }

    /// What the administrator is shown of a field of all contacts, oldest first.
    async fn shown(&self, field: &str) -> Vec<String> {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let (object, order) = (name("contact"), Some((name("id"), sutra_kernel::Direction::Ascending)));
        let part = Part::first(10, None);
        let request = ListRequest { object, filter: None, search: None, order, part };
        let mut words = Vec::new();
        for (view, _) in viewing.list_records(&request).await.unwrap().items {
            let View { record, .. } = &view;
            assert_eq!(record.value(&name("lastName")), Value::text("Lovelace"), "the rest is there");
            words.push(match viewing.reveal(&view, &name(field)).await.unwrap() {
                Revealed::Value(value) => value.to_string(),
                Revealed::Mask(mask) => mask,
                Revealed::Hidden => "hidden".to_owned(),
                Revealed::Damaged => "damaged".to_owned(),
            });
        }
        viewing.close().await.unwrap();
        words
    }

    /// A value that was written, changed, read, deleted, restored and read in history.
    async fn live(&self) {
        let id = self.contact(PLANTED).await;
        self.change(id, SECOND).await;
        self.engine.records().delete(&self.admin, "contact", id, None).await.unwrap();
        self.engine.records().restore(&self.admin, "contact", id).await.unwrap();
        assert_eq!(self.shown(ID).await, [SECOND]);
        let viewing = self.engine.view(&self.admin).await.unwrap();
        assert_eq!(viewing.record_history("contact", id, 10).await.unwrap().unwrap().len(), 4);
        viewing.close().await.unwrap();
    }
}

/// What none of what is stored may have: the values, in bytes, in hexadecimal, and without their ends.
fn planted() -> Vec<String> {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let parts = ["quetzal", "19811218", "20001224", "-9876", "-1111"];
    parts.iter().flat_map(|part| [(*part).to_owned(), hex(part)]).collect()
}

/// The record's row, by its key in SQLite.
fn row_of(record: RecordId) -> String {
    let hex: String = record.uuid().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("WHERE id = x'{hex}'")
}

async fn sealed_of(url: &str, record: RecordId) -> String {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let find = format!("SELECT sealed FROM record {}", row_of(record));
    sqlx::query_scalar(AssertSqlSafe(find)).fetch_one(&mut connection).await.unwrap()
}

async fn forge(url: &str, record: RecordId, sealed: &str) {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let forge = format!("UPDATE record SET sealed = $1 {}", row_of(record));
    let done = sqlx::query(AssertSqlSafe(forge)).bind(sealed).execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}

#[tokio::test]
async fn the_file_of_sqlite_has_no_plain_value() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    let company = Company::found(&url).await;
    company.live().await;
    company.store.close().await;
    let mut bytes = Vec::new();
    for file in fs::read_dir(folder.path()).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("Lovelace") && has(ID), "what is not secret is found, so the search is one");
    for part in planted() {
        assert!(!has(&part), "{part}");
    }
}

#[tokio::test]
async fn the_tables_of_postgresql_have_no_plain_value() {
    let Some(database) = Postgres::migrated().await else { return };
    let company = Company::found(&database.url("sutra_app")).await;
    company.live().await;
    let workspace = company.admin.workspace().uuid();
    let tables = "SELECT relname::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relrowsecurity";
    let mut inside = database.inside("sutra_owner", workspace).await;
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut inside).await.unwrap();
    let mut dump = String::new();
    for table in tables {
        let rows = format!("SELECT coalesce(string_agg(it::text, ' '), '') FROM {table} it");
        let row = sqlx::query(AssertSqlSafe(rows)).fetch_one(&mut inside).await.unwrap();
        dump.push_str(row.get(0));
    }
    assert!(dump.contains("Lovelace") && dump.contains(ID), "what is not secret is found");
    for part in planted() {
        assert!(!dump.contains(&part), "{part}");
    }
}

#[tokio::test]
async fn a_sealed_value_that_was_moved_does_not_open_and_is_nobody_elses_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    let company = Company::found(&url).await;
    let (victim, thief) = (company.contact(PLANTED).await, company.contact(SECOND).await);
    let kept = sealed_of(&url, thief).await;
    let moved = sealed_of(&url, victim).await;
    let cases = [
        ("another record's", moved.clone(), "damaged"),
        ("no base64", format!(r#"{{"{ID}":"?"}}"#), "damaged"),
        ("no text", format!(r#"{{"{ID}":7}}"#), "damaged"),
        ("no blob", format!(r#"{{"{ID}":"{}"}}"#, "////".repeat(40)), "damaged"),
        ("of a key that is not there", format!(r#"{{"{ID}":"{}"}}"#, "AQID".repeat(40)), "hidden"),
    ];
    for (case, sealed, expected) in cases {
        forge(&url, thief, &sealed).await;
        assert_eq!(company.shown(ID).await, [PLANTED, expected], "{case}");
    }
    forge(&url, thief, &kept.replace(ID, "passport")).await;
    assert_eq!(company.shown("passport").await, ["", "damaged"], "another field's");
    forge(&url, thief, &kept).await;
    assert_eq!(company.shown(ID).await, [PLANTED, SECOND], "at its own place it opens again");
    forge(&url, thief, &moved).await;
    company.change(thief, SECOND).await;
    assert_eq!(company.shown(ID).await, [PLANTED, SECOND], "and what is damaged can be written anew");
    company.store.close().await;
}
