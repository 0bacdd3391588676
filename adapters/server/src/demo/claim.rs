//! Whether a directory is a demo's: a demo never mixes with anything else.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{failure::Failure, files};

/// What a directory is to a demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It was empty, and is claimed now.
    New,
    /// It has a demo.
    Made,
}

const MARKER: &str = "demo";
const BEING_MADE: &str = "being made\n";
const MADE: &str = "made\n";

/// Claims a directory that is empty or not there, or finds the demo in it.
///
/// # Errors
/// If something else is in it, or a demo that was cut off while it was being made.
pub(crate) fn claim(data: &Path) -> Result<Claim, Failure> {
    match read_marker(data)?.as_deref() {
        Some(MADE) => return Ok(Claim::Made),
        Some(_) => {
            return Err(cut_off(data));
        }
        None => {}
    }
    if !is_empty(data).map_err(|error| Failure::file(data, &error))? {
        return Err(Failure::new(format!(
            "`--demo` needs a directory of its own, and `{}` has something else in it: name another by `--data`",
            data.display()
        )));
    }
    files::make_private_directory(data).map_err(|error| Failure::file(data, &error))?;
    files::create_private(&marker(data), BEING_MADE.as_bytes())
        .map_err(|error| Failure::file(data, &error))?;
    Ok(Claim::New)
}

/// A demo that is not complete is none.
pub(crate) fn cut_off(data: &Path) -> Failure {
    Failure::new(format!(
        "the demo in `{}` was cut off while it was being made: delete the directory and start again",
        data.display()
    ))
}

/// Notes that the demo is complete.
pub(super) fn finish(data: &Path) -> Result<(), Failure> {
    files::replace_private(&marker(data), MADE.as_bytes()).map_err(|error| Failure::file(data, &error))
}

/// Refuses to take a demo for the real thing: others may know its users.
///
/// # Errors
/// If the directory is a demo's.
pub(crate) fn refuse_demo(data: &Path) -> Result<(), Failure> {
    if read_marker(data)?.is_none() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` is a demo's directory: start it with `--demo`, or name another by `--data`",
        data.display()
    )))
}

fn marker(data: &Path) -> PathBuf {
    data.join(MARKER)
}

fn read_marker(data: &Path) -> Result<Option<String>, Failure> {
    let file = marker(data);
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(&file, &error)),
    }
}

fn is_empty(directory: &Path) -> io::Result<bool> {
    match fs::read_dir(directory) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_takes_a_directory_for_itself() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        refuse_demo(&data).unwrap();
        assert_eq!(claim(&data).unwrap(), Claim::New);
        assert!(claim(&data).unwrap_err().to_string().contains("was cut off"));
        finish(&data).unwrap();
        assert_eq!(claim(&data).unwrap(), Claim::Made);
        assert!(
            refuse_demo(&data)
                .unwrap_err()
                .to_string()
                .ends_with("is a demo's directory: start it with `--demo`, or name another by `--data`")
        );
        assert!(claim(home.path()).unwrap_err().to_string().contains("has something else in it"));
    }
}
