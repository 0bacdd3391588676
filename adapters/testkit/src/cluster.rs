//! One cluster for each test process.

use std::{
    env, fmt,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::binaries::Binaries;

/// A running PostgreSQL cluster that ends with the process.
pub struct Cluster {
    binaries: Binaries,
    folder: PathBuf,
    databases: AtomicU32,
    /// Its standard input is the pipe: closed by whatever ends this process, it ends the cluster.
    _watchdog: Child,
}

impl Cluster {
    /// The cluster of this process, started by the first call; `None` where PostgreSQL is not installed.
    ///
    /// # Panics
    /// If the cluster does not start, or if PostgreSQL is missing and `SUTRA_REQUIRE_POSTGRES` is `1`.
    #[must_use]
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED
            .get_or_init(|| match Binaries::find() {
                Some(binaries) => Some(Self::start(binaries)),
                None => {
                    report_missing();
                    None
                }
            })
            .as_ref()
    }

    /// Makes an empty database and returns the address at which an administrator reaches it.
    ///
    /// # Panics
    /// If the server refuses.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("sutra_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut createdb = self.binaries.client("createdb");
        run(createdb.arg("--host").arg(&self.folder).args(["--username", ADMINISTRATOR, &name]));
        self.url(ADMINISTRATOR, &name)
    }

    /// The address at which a role reaches a database; no role needs a password.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@localhost/{database}?host={}", self.folder.display())
    }

    fn start(binaries: Binaries) -> Self {
        let folder = make_folder(&binaries);
        let watchdog = watch(&binaries, &folder);
        let data = folder.join("data");
        run(binaries.server("initdb").arg("--pgdata").arg(&data).args(["--username", ADMINISTRATOR]).args([
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]));
        run(binaries
            .server("pg_ctl")
            .args(["start", "--wait", "--silent"])
            .arg("--pgdata")
            .arg(&data)
            .arg("--log")
            .arg(folder.join("log"))
            .arg("--options")
            .arg(options(&folder)));
        Self { binaries, folder, databases: AtomicU32::new(0), _watchdog: watchdog }
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("folder", &self.folder).finish_non_exhaustive()
    }
}

const ADMINISTRATOR: &str = "postgres";

/// No network, and nothing that only matters after a crash.
fn options(folder: &Path) -> String {
    let socket = folder.display();
    format!(
        "-c listen_addresses='' -c unix_socket_directories='{socket}' -c max_connections=200 \
         -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
}

fn make_folder(binaries: &Binaries) -> PathBuf {
    let folder = tempfile::Builder::new().prefix("sutra-pg-").tempdir().expect("a temporary directory");
    let folder = folder.keep();
    if let Some(account) = binaries.run_as() {
        run(Command::new("chown").arg(account).arg(&folder));
    }
    folder
}

/// Started before the cluster, so that there is no moment at which a killed test leaves it behind.
fn watch(binaries: &Binaries, folder: &Path) -> Child {
    let stop = binaries.server("pg_ctl");
    let script = r#"trap '' HUP INT TERM; read -r _; data=$1; folder=$2; shift 2
        "$@" stop --silent --mode=immediate --pgdata="$data"; rm -rf "$folder""#;
    Command::new("sh")
        .args(["-c", script, "watchdog"])
        .arg(folder.join("data"))
        .arg(folder)
        .arg(stop.get_program())
        .args(stop.get_args())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a watchdog")
}

fn run(command: &mut Command) {
    let output = command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn report_missing() {
    let program = env::current_exe().ok();
    let suite = program.as_deref().and_then(Path::file_stem).unwrap_or_default().to_string_lossy();
    // Cargo writes a hash behind the name.
    let suite = suite.rsplit_once('-').map_or(&*suite, |(name, _)| name);
    let required = env::var("SUTRA_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(!required, "PostgreSQL is required, and its programs were not found (suite `{suite}`)");
    // Not by `eprintln!`, whose output is captured and lost with a test that passes.
    let line = format!("PostgreSQL's programs were not found: suite `{suite}` did not run on PostgreSQL\n");
    let _written = io::stderr().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_new_and_empty() {
        let Some(cluster) = Cluster::shared() else { return };
        let (first, second) = (cluster.database(), cluster.database());
        assert_ne!(first, second);
        let mut psql = cluster.binaries.client("psql");
        let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
        let output = psql.args(["--no-psqlrc", "-Atc", tables, &first]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n");
    }

    #[test]
    fn the_cluster_ends_when_the_pipe_closes() {
        let Some(binaries) = Binaries::find() else { return };
        let mut cluster = Cluster::start(binaries);
        let folder = cluster.folder.clone();
        assert!(folder.join("data/postmaster.pid").exists());
        drop(cluster._watchdog.stdin.take());
        assert!(cluster._watchdog.wait().unwrap().success());
        assert!(!folder.exists());
    }
}
