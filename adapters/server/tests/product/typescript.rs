//! The TypeScript client, against a server that executes nothing but the client's own list of documents.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

use crate::place::Place;

/// The list that the client's generator writes.
pub(crate) fn manifest() -> PathBuf {
    client().join("persisted-documents.json")
}

fn client() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("clients/typescript")
}

#[test]
fn the_typescript_client_is_generated_typed_and_runs_every_operation() {
    if !is_installed() {
        return;
    }
    let place = Place::empty()
        .with("SUTRA_HTTP__OPERATIONS", "allow-list")
        .with("SUTRA_HTTP__PERSISTED_DOCUMENTS", manifest().display().to_string());
    let server = place.serve(&["--demo"], "demo-passwords.txt");
    let output = Command::new("npm")
        .args(["test", "--silent"])
        .env("SUTRA_URL", format!("http://{}", server.address))
        .env("SUTRA_WORKSPACE", "demo")
        .env("SUTRA_EMAIL", "admin@demo.example")
        .env("SUTRA_PASSWORD", place.demo_password("admin@demo.example"))
        .current_dir(client())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
}

/// Whether there is what `npm ci` installs; if not, one line says what was left out.
///
/// # Panics
/// If it is not there, and `SUTRA_REQUIRE_NODE` is `1`.
fn is_installed() -> bool {
    let is_installed = client().join("node_modules").is_dir();
    if !is_installed {
        let required = env::var("SUTRA_REQUIRE_NODE").is_ok_and(|value| value == "1");
        assert!(!required, "the TypeScript client is required: run `npm ci` in `clients/typescript`");
        // Not by `eprintln!`, whose output is captured and lost with a test that passes.
        let line = b"`npm ci` has not been run in `clients/typescript`: its client was not tried\n";
        let _written = io::stderr().write_all(line);
    }
    is_installed
}
