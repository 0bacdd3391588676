//! The names of tests, for pages that name them.

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The name of every function in a test, or in the suite that every store passes.
pub(crate) fn tests() -> Outcome<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in ["crates", "adapters"] {
        for package in fs::read_dir(root().join(folder))? {
            let package = package?.path();
            for place in ["tests", "src/conformance"] {
                collect(&package.join(place), &mut names)?;
            }
        }
    }
    Ok(names)
}

fn collect(place: &Path, names: &mut BTreeSet<String>) -> Outcome {
    let Ok(entries) = fs::read_dir(place) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, names)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let starts = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            names.extend(starts.map(ToOwned::to_owned));
        }
    }
    Ok(())
}

/// Where the repository is.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
