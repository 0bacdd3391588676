//! Files that are nobody else's business.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

const MINE: u32 = 0o600;
const MY_DIRECTORY: u32 = 0o700;
const ANYBODY_ELSE: u32 = 0o077;

/// Makes a directory that only its owner may enter; one that is there stays as it is.
pub(crate) fn make_private_directory(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(MY_DIRECTORY).create(path)
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
