//! Files that are nobody else's business.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::process::geteuid;

use crate::failure::Failure;

const MINE: u32 = 0o600;
const MY_DIRECTORY: u32 = 0o700;
const ANYBODY_ELSE: u32 = 0o077;

/// Makes a directory that only its owner may enter.
///
/// # Errors
/// If one is there that others may enter. It is not closed silently: others may rely on it, or have been in it.
pub(crate) fn make_private_directory(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(MY_DIRECTORY).create(path)?;
    if is_open_to_others(path)? {
        return Err(io::Error::other("others than its owner can enter it; `chmod 700` closes it"));
    }
    Ok(())
}

/// Refuses a database whose file, or one that SQLite keeps beside it, others can read.
///
/// # Errors
/// The file, and how it is closed.
pub(crate) fn check_database(file: &Path) -> Result<(), Failure> {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let part = PathBuf::from(name);
        match check_private(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::file(&part, &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses a file that others can read.
pub(crate) fn check_private(path: &Path) -> io::Result<()> {
    if is_open_to_others(path)? {
        return Err(io::Error::other("others than its owner can read it; `chmod 600` closes it"));
    }
    Ok(())
}

/// Refuses a file of another user, who could put another in its place.
pub(crate) fn check_own(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.uid() != geteuid().as_raw() {
        return Err(io::Error::other(
            "it belongs to another user than this program runs as; `chown` gives it over",
        ));
    }
    Ok(())
}

/// Makes a file that only its owner may read. It must not be there.
///
/// It reaches the disk before this returns: a key that is lost after it was used is data that is lost.
pub(crate) fn create_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MINE).open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

/// Writes a file that only its owner may read, in place of one that may be there.
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(MINE).open(path)?;
    // The mode above is for a new file alone.
    file.set_permissions(Permissions::from_mode(MINE))?;
    file.write_all(content)
}

/// Puts another file, that only its owner may read, in the place of one: whoever reads it meanwhile reads the whole of
/// the one or of the other.
pub(crate) fn exchange_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let beside = PathBuf::from(name);
    create_private(&beside, content)?;
    fs::rename(&beside, path)
}

/// Whether somebody else than its owner may read or change a file.
pub(crate) fn is_open_to_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & ANYBODY_ELSE != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_here_is_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a/b");
        make_private_directory(&directory).unwrap();
        make_private_directory(&directory).unwrap();
        assert!(!is_open_to_others(&directory).unwrap());

        let file = directory.join("secret");
        create_private(&file, b"one").unwrap();
        assert!(!is_open_to_others(&file).unwrap());
        assert!(create_private(&file, b"two").is_err(), "an existing file must not be overwritten");
        assert_eq!(fs::read(&file).unwrap(), b"one");

        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        assert!(is_open_to_others(&file).unwrap());
        replace_private(&file, b"two").unwrap();
        assert!(!is_open_to_others(&file).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }
}
