//! Where PostgreSQL is installed, and as whom it may run.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

/// PostgreSQL's programs, and the account that runs the server.
pub(crate) struct Binaries {
    folder: PathBuf,
    run_as: Option<&'static str>,
}

impl Binaries {
    /// Looks in `SUTRA_PG_BIN`, then `PATH`, then where Debian installs, newest version first.
    pub(crate) fn find() -> Option<Self> {
        let named = env::var_os("SUTRA_PG_BIN").map(PathBuf::from);
        let on_path: Vec<PathBuf> =
            env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
        let folder = named
            .into_iter()
            .chain(on_path)
            .chain(installed_versions())
            .find_map(|folder| home_of(&folder))?;
        Some(Self { folder, run_as: unprivileged_account() })
    }

    /// A server program, which refuses to run as root: as somebody else then.
    pub(crate) fn server(&self, program: &str) -> Command {
        let path = self.folder.join(program);
        let Some(account) = self.run_as else { return Command::new(path) };
        let mut command = Command::new("setpriv");
        command.args(["--reuid", account, "--regid", &group_of(account), "--clear-groups", "--"]).arg(path);
        command
    }

    /// A client program.
    pub(crate) fn client(&self, program: &str) -> Command {
        Command::new(self.folder.join(program))
    }

    /// Who must own the cluster's directory, if not the caller.
    pub(crate) fn run_as(&self) -> Option<&'static str> {
        self.run_as
    }
}

/// The folder that really holds the programs: a folder on `PATH` may hold links to a few of them.
fn home_of(folder: &Path) -> Option<PathBuf> {
    let home = fs::canonicalize(folder.join("initdb")).ok()?.parent()?.to_owned();
    ["pg_ctl", "createdb"].iter().all(|program| home.join(program).is_file()).then_some(home)
}

fn installed_versions() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let version = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort_by_key(|path| std::cmp::Reverse(version(path)));
    folders.into_iter().map(|folder| folder.join("bin")).collect()
}

fn unprivileged_account() -> Option<&'static str> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let exists = |account: &&str| id("-u", account).is_some();
    is_root.then(|| ["postgres", "nobody"].into_iter().find(exists)).flatten()
}

fn group_of(account: &str) -> String {
    id("-g", account).unwrap_or_else(|| account.to_owned())
}

fn id(flag: &str, account: &str) -> Option<String> {
    let output = Command::new("id").args([flag, account]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
