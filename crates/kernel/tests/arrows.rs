//! Dependencies between the packages of this workspace run one way: every manifest is read and compared with
//! the table below, which `docs/architecture.md` prints.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use toml::Table;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What each package may depend on, lowest first. A new package needs a row, here and in `docs/architecture.md`.
const ARROWS: [(&str, &str); 12] = [
    ("kernel", ""),
    ("crypto", "kernel"),
    ("acl", "kernel"),
    ("identity", "kernel crypto"),
    ("audit", "kernel crypto"),
    ("privacy", "kernel crypto"),
    ("records", "kernel crypto acl privacy"),
    ("engine", "kernel crypto acl identity audit privacy records"),
    ("storage", "kernel crypto acl identity audit privacy records engine"),
    ("graphql", "kernel crypto acl identity audit privacy records engine"),
    ("server", "kernel crypto acl identity audit privacy records engine storage graphql"),
    ("testkit", "kernel crypto identity"),
];

/// Packages that exist for tests alone.
const TEST_ONLY: [&str; 1] = ["testkit"];

/// What would give a pure library a socket, a file, a clock, a runtime or a database.
const IMPURE: [&str; 22] = [
    "async-graphql",
    "async-std",
    "axum",
    "clap",
    "figment",
    "getrandom",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "poem",
    "rand",
    "reqwest",
    "rusqlite",
    "rustls",
    "sea-orm",
    "smol",
    "socket2",
    "sqlx",
    "tempfile",
    "tokio",
    "ureq",
];

#[test]
fn every_package_depends_only_on_what_the_table_allows() -> Outcome {
    for package in packages()? {
        let allowed = row(&package.folder)?;
        for name in package.ours() {
            assert!(allowed.contains(&name), "`{}` may not depend on `{name}`", package.folder);
        }
    }
    Ok(())
}

#[test]
fn every_row_of_the_table_is_a_package_named_after_its_folder() -> Outcome {
    let packages = packages()?;
    let mut folders: Vec<_> = packages.iter().map(|package| package.folder.as_str()).collect();
    let mut rows: Vec<_> = ARROWS.iter().map(|(folder, _)| *folder).collect();
    folders.sort_unstable();
    rows.sort_unstable();
    assert_eq!(folders, rows);
    for package in &packages {
        assert_eq!(package.name, format!("sutra-{}", package.folder));
    }
    Ok(())
}

#[test]
fn the_table_allows_no_cycle() -> Outcome {
    for (index, (folder, _)) in ARROWS.iter().enumerate() {
        for name in row(folder)? {
            let below = ARROWS.iter().take(index).any(|(lower, _)| *lower == name);
            assert!(below, "`{folder}` may depend on `{name}`, which is not above it in the table");
        }
    }
    Ok(())
}

#[test]
fn packages_for_tests_are_nobodys_ordinary_dependency() -> Outcome {
    for package in packages()? {
        for name in TEST_ONLY {
            assert!(!package.ours().contains(&name), "`{}` ships `{name}`", package.folder);
        }
    }
    Ok(())
}

#[test]
fn pure_libraries_have_no_socket_runtime_or_database() -> Outcome {
    for package in packages()?.iter().filter(|package| package.pure) {
        for name in &package.dependencies {
            assert!(!is_impure(name), "`{}` may not depend on `{name}`", package.folder);
        }
    }
    Ok(())
}

#[test]
fn the_architecture_page_prints_this_table() -> Outcome {
    let page = read(&root().join("docs/architecture.md"))?;
    let mut table = String::from("| crate | may depend on |\n|---|---|\n");
    for (folder, allowed) in ARROWS {
        let allowed = if allowed.is_empty() { "–".to_owned() } else { allowed.replace(' ', ", ") };
        table.push_str(&format!("| {folder} | {allowed} |\n"));
    }
    assert!(page.contains(&table), "docs/architecture.md should contain:\n{table}");
    Ok(())
}

/// The part of a manifest that says what is compiled into the package itself.
struct Package {
    folder: String,
    name: String,
    /// Whether the package lies below `crates/`.
    pure: bool,
    /// Names of packages, renames undone; `dev-dependencies` left out.
    dependencies: Vec<String>,
}

impl Package {
    /// Our own packages among the dependencies, by folder.
    fn ours(&self) -> Vec<&str> {
        self.dependencies.iter().filter_map(|name| name.strip_prefix("sutra-")).collect()
    }
}

fn row(folder: &str) -> Outcome<Vec<&'static str>> {
    let found = ARROWS.iter().find(|(name, _)| *name == folder);
    let (_, allowed) = found.ok_or_else(|| format!("`{folder}` has no row in the table of arrows"))?;
    Ok(allowed.split_whitespace().collect())
}

/// A family counts with its head: `tokio-util` and `sqlx-core` are `tokio` and `sqlx`.
fn is_impure(name: &str) -> bool {
    let of_family = |head: &&str| name.strip_prefix(*head).is_some_and(|rest| rest.starts_with('-'));
    IMPURE.contains(&name) || IMPURE.iter().any(of_family)
}

fn packages() -> Outcome<Vec<Package>> {
    let shared = shared_names()?;
    let mut packages = Vec::new();
    for layer in ["crates", "adapters"] {
        for folder in folders(&root().join(layer))? {
            packages.push(package(&folder, layer == "crates", &shared)?);
        }
    }
    Ok(packages)
}

fn package(folder: &Path, pure: bool, shared: &BTreeMap<String, String>) -> Outcome<Package> {
    let manifest: Table = read(&folder.join("Cargo.toml"))?.parse()?;
    let name = manifest.get("package").and_then(|package| package.get("name")?.as_str());
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let mut dependencies = Vec::new();
    for table in platforms.into_iter().flat_map(|all| all.values()).filter_map(toml::Value::as_table) {
        dependencies.extend(compiled_in(table, shared));
    }
    dependencies.extend(compiled_in(&manifest, shared));
    Ok(Package {
        folder: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        name: name.unwrap_or_default().to_owned(),
        pure,
        dependencies,
    })
}

fn compiled_in(table: &Table, shared: &BTreeMap<String, String>) -> Vec<String> {
    let kinds = ["dependencies", "build-dependencies"];
    let tables = kinds.iter().filter_map(|kind| table.get(*kind)?.as_table());
    tables
        .flatten()
        .map(|(key, entry)| match entry.get("package").and_then(toml::Value::as_str) {
            Some(renamed) => renamed.to_owned(),
            None => shared.get(key).unwrap_or(key).clone(),
        })
        .collect()
}

/// The workspace's own dependency table: the key members use, and the package it stands for.
fn shared_names() -> Outcome<BTreeMap<String, String>> {
    let manifest: Table = read(&root().join("Cargo.toml"))?.parse()?;
    let entries = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies")?.as_table());
    let entries = entries.ok_or("the root manifest has no `workspace.dependencies`")?;
    let package = |entry: &toml::Value| entry.get("package").and_then(|name| Some(name.as_str()?.to_owned()));
    Ok(entries
        .iter()
        .map(|(key, entry)| (key.clone(), package(entry).unwrap_or_else(|| key.clone())))
        .collect())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "the subject of this test is files")]
fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()).into())
}

#[expect(clippy::disallowed_methods, reason = "the subject of this test is files")]
fn folders(path: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    Ok(entries.iter().map(std::fs::DirEntry::path).filter(|path| path.join("Cargo.toml").is_file()).collect())
}
