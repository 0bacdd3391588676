//! A machine of one's own: a directory to work in, and the program to run there.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

use crate::client::Client;

/// A directory to work in, with what the environment says there.
pub(crate) struct Place {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    /// With nothing configured, but that a demo is small.
    pub(crate) fn empty() -> Self {
        let variables = vec![("SUTRA_DEMO__SIZE", "small".to_owned())];
        Self { home: tempfile::tempdir().unwrap(), variables }
    }

    /// With a variable set.
    pub(crate) fn with(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((variable, value.into()));
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where data is kept if nobody says otherwise.
    pub(crate) fn data(&self) -> PathBuf {
        self.home().join("sutra-data")
    }

    /// The password of one of the demo's users.
    pub(crate) fn demo_password(&self, email: &str) -> String {
        let list = fs::read_to_string(self.data().join("demo-passwords.txt")).unwrap();
        let line = list.lines().find(|line| line.starts_with(email)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.home().join("log")).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.home().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self.command(arguments).stdin(Stdio::null()).output().unwrap();
        Outcome {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts the server on a port of its own, and reads what it says until it says this.
    pub(crate) fn serve(&self, arguments: &[&str], until: &str) -> Server {
        let (child, lines, said) = self.start(arguments, until);
        let url = said.split_whitespace().find_map(|word| word.strip_suffix("/graphql")).unwrap();
        let (client, address) = (Client::new(url), url.trim_start_matches("http://").to_owned());
        Server { client, child, said, address, _lines: lines }
    }

    /// Starts the server and asks it to stop when it says this; the exit code.
    pub(crate) fn serve_no_further(&self, arguments: &[&str], than: &str) -> i32 {
        let (mut child, _lines, _said) = self.start(arguments, than);
        terminate(&child);
        child.wait().unwrap().code().unwrap()
    }

    fn start(&self, arguments: &[&str], until: &str) -> (Child, BufReader<ChildStdout>, String) {
        let log = self.home().join("log");
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child =
            command.stderr(File::options().create(true).append(true).open(&log).unwrap()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains(until) {
            let read = lines.read_line(&mut said).unwrap();
            assert!(read > 0, "the server ended: {}", fs::read_to_string(&log).unwrap());
        }
        (child, lines, said)
    }

    /// The program's own variables are what the place says, whatever the tests run under.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sutra"));
        command.env_clear().current_dir(self.home()).args(arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A running server, which ends with the test at the latest.
pub(crate) struct Server {
    pub(crate) client: Client,
    pub(crate) said: String,
    /// As `127.0.0.1:8080`.
    pub(crate) address: String,
    child: Child,
    /// Kept open, so that the server can go on talking.
    _lines: BufReader<ChildStdout>,
}

impl Server {
    /// Asks it to stop, as a supervisor does, and waits until it has.
    pub(crate) fn stop(self) {
        self.ask_to_stop();
        self.wait();
    }

    pub(crate) fn ask_to_stop(&self) {
        terminate(&self.child);
    }

    pub(crate) fn wait(mut self) {
        assert!(self.child.wait().unwrap().success(), "a server that is asked to stop ends well");
    }
}

fn terminate(child: &Child) {
    let ask = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &ask]).status().unwrap().success());
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        let _status = self.child.wait();
    }
}
