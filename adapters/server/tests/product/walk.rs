//! The README's walk, run as it is written there.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The address in the README, which another program may have here.
const ADDRESS: &str = "127.0.0.1:8080";

/// A walk that stumbles leaves no server behind.
const CLEAN_UP: &str = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT";

#[test]
fn the_walk_of_the_readme_is_as_it_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let home = tempfile::tempdir().unwrap();
    symlink(root.join("adapters"), home.path().join("adapters")).unwrap();
    let address = free_address();
    let script = format!("{CLEAN_UP}\n{}", walk(root).replace(ADDRESS, &address));
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .env_clear()
        .env("PATH", path())
        .env("SUTRA_HTTP__LISTEN", &address)
        .env("SUTRA_DEMO__SIZE", "small")
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    let expected = [
        r#"{"accounts":{"totalCount":2,"#,
        r#"{"accounts":{"totalCount":24,"#,
        r#""changedFields":["description"],"receipt":"rcpt_"#,
        r#""new":{"value":"Visited in May"}"#,
        r#""extensions":{"code":"NOT_FOUND"}"#,
        r#""action":"access.refuse","actor":{"kind":"USER""#,
        "50 rows taken in, 0 were in already, 0 refused",
        "150 rows taken in, 0 were in already, 0 refused",
        "nothing written: all 50 rows of this file are in already",
        r#"{"accounts":{"totalCount":74},"contacts":{"totalCount":198},"opportunities":{"totalCount":74},"campaigns":{"totalCount":19}}"#,
        "closed: OK",
        r#"{"me":{"name":"Carla Conti"},"accounts":{"totalCount":24}}"#,
    ];
    let mut rest = &*out;
    for line in expected {
        let found =
            rest.find(line).unwrap_or_else(|| panic!("`{line}` is not said, or not in its place:\n{out}"));
        rest = rest.get(found..).unwrap();
    }
}

/// The shell blocks of the section, but for those that build the program.
fn walk(root: &Path) -> String {
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with("A walk\n")).unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let blocks: Vec<_> = blocks.filter(|block| !block.contains("cargo build")).collect();
    assert!(blocks.len() > 5);
    blocks.join("\n")
}

/// The program under test, before everything else.
fn path() -> String {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_sutra"));
    let path = env::var("PATH").unwrap();
    format!("{}:{path}", program.parent().unwrap().display())
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
