//! Two processes on one database: what one of them has taken away, the other does not read any more.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    process::{Child, ChildStderr, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use sutra_acl::{Assigned, Grants, ObjectPermissions, PermissionSet};
use sutra_engine::{Caller, Edit, Engine, NewMember, Origin, PermissionSetEdit};
use sutra_kernel::{ApiName, PermissionSetId, RecordId, UserId, Uuid, Value, WorkspaceId};
use sutra_storage::SqlStore;

use crate::{
    fixture::{Postgres, sqlite_url},
    house::{administrator, engine},
};

/// How many reads are judged.
const READS: usize = 10_000;

/// How many of them begin after a change is told to be done, before the next begins.
const READS_BETWEEN: usize = 10;

const BEN: &str = "ben@acme.example";

/// What a test is given that is to be the other process.
const READER: &str = "SUTRA_TEST_READER";

#[tokio::test]
async fn on_postgresql_nobody_reads_what_another_process_has_taken_away() {
    if be_the_reader().await {
        return;
    }
    let Some(database) = Postgres::migrated().await else { return };
    let test = "epochs::on_postgresql_nobody_reads_what_another_process_has_taken_away";
    expect_no_stale_read(&database.url("sutra_app"), test).await;
}

#[tokio::test]
async fn on_sqlite_nobody_reads_what_another_process_has_taken_away() {
    if be_the_reader().await {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    SqlStore::migrate(&sqlite_url(&folder).parse().unwrap()).await.unwrap();
    let test = "epochs::on_sqlite_nobody_reads_what_another_process_has_taken_away";
    expect_no_stale_read(&sqlite_url(&folder), test).await;
}

/// Gives somebody a permission and takes it away, again and again, while another process reads for him.
async fn expect_no_stale_read(url: &str, test: &str) {
    let store = SqlStore::open(&url.parse().unwrap()).await.unwrap();
    let engine = engine(store.clone());
    let admin = administrator(&engine).await;
    let (record, set, ben) =
        (account(&engine, &admin).await, set(&engine, &admin).await, ben(&engine, &admin).await);
    let mut reader = Reader::start(test, &format!("{} {} {url}", admin.workspace().uuid(), record.uuid()));
    let (mut reads, mut granted) = (0, false);
    while reads < READS {
        let begun = now();
        assign(&engine, &admin, ben, (!granted).then_some(set.id)).await;
        reads += reader.expect_change(begun, now(), !granted);
        granted = !granted;
    }
    drop(reader);
    store.close().await;
}

async fn account(engine: &Engine, admin: &Caller) -> RecordId {
    let fields = [(ApiName::parse("name").unwrap(), Value::text("Acme"))].into();
    let made = engine.records().create(admin, "account", &Edit { fields, ..Edit::default() }).await;
    made.unwrap().value.id
}

/// What lets somebody see every account.
async fn set(engine: &Engine, admin: &Caller) -> PermissionSet {
    let viewing = engine.view(admin).await.unwrap();
    let account = viewing.metadata().object_named("account").unwrap().id;
    viewing.close().await.unwrap();
    let objects = BTreeMap::from([(account, ObjectPermissions::VIEW_ALL)]);
    let edit =
        PermissionSetEdit { name: "Auditor".to_owned(), grants: Grants { objects, ..Grants::default() } };
    engine.permissions().create_permission_set(admin, &edit).await.unwrap().value
}

/// Somebody who may read accounts, and sees none.
async fn ben(engine: &Engine, admin: &Caller) -> UserId {
    let viewing = engine.view(admin).await.unwrap();
    let profiles = viewing.profiles().await.unwrap();
    viewing.close().await.unwrap();
    let profile = profiles.iter().find(|profile| profile.name == "Read Only").unwrap().id;
    let new = NewMember { email: BEN.to_owned(), name: "Ben".to_owned(), profile, role: None };
    let invited = engine.members().invite(admin, &new).await.unwrap().value;
    let nobody = Caller::anonymous(admin.workspace(), engine.new_request_id(), Origin::default());
    let (token, password) = (invited.token.unwrap(), "a quiet lake under the moon".to_owned());
    engine.members().activate(&nobody, BEN, token.expose(), password).await.unwrap();
    invited.user.id
}

async fn assign(engine: &Engine, admin: &Caller, user: UserId, set: Option<PermissionSetId>) {
    let permission_sets: BTreeSet<_> = set.into_iter().collect();
    let assigned = Assigned { permission_sets, ..Assigned::default() };
    engine.permissions().assign(admin, user, &assigned).await.unwrap();
}

/// The other process, which reads all the time.
struct Reader {
    process: Child,
    told: BufReader<ChildStderr>,
}

/// One read of the other process.
struct Read {
    begun: u128,
    ended: u128,
    found: bool,
}

impl Reader {
    /// Runs this very test in another process.
    fn start(test: &str, what: &str) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]).env(READER, what);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let told = BufReader::new(process.stderr.take().unwrap());
        Self { process, told }
    }

    /// Judges the reads around a change until it is over, and says how many these were. What was read before it is the old
    /// state, what was read after it the new one; and of what was read meanwhile, nothing old comes after anything new.
    fn expect_change(&mut self, begun: u128, done: u128, granted: bool) -> usize {
        let (mut reads, mut after, mut turned) = (0, 0, false);
        while after < READS_BETWEEN {
            let read = self.next();
            let is_new = read.found == granted;
            assert!(is_new || !turned, "read {reads} around the change to {granted} goes back");
            assert!(is_new || read.begun <= done, "read {reads} after the change to {granted} is stale");
            assert!(
                !is_new || read.ended >= begun,
                "read {reads} knows of the change to {granted} too early"
            );
            turned |= is_new;
            after += usize::from(read.begun > done);
            reads += 1;
        }
        reads
    }

    fn next(&mut self) -> Read {
        let mut line = String::new();
        self.told.read_line(&mut line).unwrap();
        let told: Vec<u128> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let [begun, ended, found] = told.try_into().unwrap();
        Read { begun, ended, found: found == 1 }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// If this is the other process: reads, and tells what it has read, until it is ended.
async fn be_the_reader() -> bool {
    let Ok(what) = env::var(READER) else { return false };
    let [workspace, record, url] = what.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let engine = engine(SqlStore::open(&url.parse().unwrap()).await.unwrap());
    let workspace = WorkspaceId::from_uuid(Uuid::parse_str(workspace).unwrap());
    let record = RecordId::from_uuid(Uuid::parse_str(record).unwrap());
    let (ben, mut told) = (engine.sessions().act_as(workspace, BEN).await.unwrap(), io::stderr());
    loop {
        let begun = now();
        let viewing = engine.view(&ben).await.unwrap();
        let found = viewing.find_record("account", record).await.unwrap().is_some();
        viewing.close().await.unwrap();
        writeln!(told, "{begun} {} {}", now(), u8::from(found)).unwrap();
    }
}

/// The time by the clock that both processes have in common.
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}
