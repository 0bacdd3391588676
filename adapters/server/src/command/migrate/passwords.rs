//! The passwords of the database's roles: given, kept from before, or made.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use sutra_kernel::Entropy;
use sutra_storage::RolePasswords;

use crate::{failure::Failure, files};

/// Where given passwords are. They are read from files or the environment: what is typed is seen by others.
#[derive(Args)]
pub(super) struct PasswordFlags {
    /// A file with the password of `sutra_owner`, which owns the schema
    #[arg(long, value_name = "FILE")]
    owner_password_file: Option<PathBuf>,
    /// A file with the password of `sutra_app`, which serves
    #[arg(long, value_name = "FILE")]
    app_password_file: Option<PathBuf>,
    /// A file with the password of `sutra_verifier`, which verifies the ledger
    #[arg(long, value_name = "FILE")]
    verifier_password_file: Option<PathBuf>,
    /// A file with the password of `sutra_archiver`, which archives the ledger
    #[arg(long, value_name = "FILE")]
    archiver_password_file: Option<PathBuf>,
}

/// Files in which passwords are kept, by role.
pub(super) type Kept = Vec<(&'static str, PathBuf)>;

impl PasswordFlags {
    /// Each role's password: from its file, else from its variable, else as it was made before, else a new one,
    /// which is kept in a file of its own that only its owner can read.
    pub(super) fn passwords(
        &self,
        directory: &Path,
        entropy: &dyn Entropy,
    ) -> Result<(RolePasswords, Kept), Failure> {
        let mut kept = Kept::new();
        let mut password = |role: &'static str, variable: &str, given: &Option<PathBuf>| match given {
            Some(file) => read(file),
            None => match std::env::var(variable) {
                Ok(password) => Ok(password),
                Err(_) => {
                    let file = directory.join(role);
                    let password = made(&file, entropy)?;
                    kept.push((role, file));
                    Ok(password)
                }
            },
        };
        let passwords = RolePasswords {
            owner: password("sutra_owner", "SUTRA_OWNER_PASSWORD", &self.owner_password_file)?,
            app: password("sutra_app", "SUTRA_APP_PASSWORD", &self.app_password_file)?,
            verifier: password("sutra_verifier", "SUTRA_VERIFIER_PASSWORD", &self.verifier_password_file)?,
            archiver: password("sutra_archiver", "SUTRA_ARCHIVER_PASSWORD", &self.archiver_password_file)?,
        };
        Ok((passwords, kept))
    }
}

fn made(file: &Path, entropy: &dyn Entropy) -> Result<String, Failure> {
    match fs::read_to_string(file) {
        Ok(text) => return Ok(first_line(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::file(file, &error)),
    }
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let directory = file.parent().unwrap_or(Path::new("."));
    files::make_private_directory(directory).map_err(|error| Failure::file(directory, &error))?;
    let written = files::create_private(file, format!("{password}\n").as_bytes());
    written.map_err(|error| Failure::file(file, &error))?;
    Ok(password)
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map(|text| first_line(&text)).map_err(|error| Failure::file(file, &error))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_password_that_was_made_is_kept_for_the_next_time() {
        let home = tempfile::tempdir().unwrap();
        let given = home.path().join("given");
        fs::write(&given, "chosen\n").unwrap();
        let flags = PasswordFlags {
            owner_password_file: None,
            app_password_file: Some(given),
            verifier_password_file: None,
            archiver_password_file: None,
        };
        let directory = home.path().join("passwords");
        let (first, kept) = flags.passwords(&directory, &SystemEntropy).unwrap();
        let (second, _) = flags.passwords(&directory, &SystemEntropy).unwrap();
        assert_eq!(first.app, "chosen");
        assert_eq!(first.owner, second.owner);
        assert_ne!(first.owner, first.verifier);
        let roles: Vec<_> = kept.iter().map(|(role, _)| *role).collect();
        assert_eq!(roles, ["sutra_owner", "sutra_verifier", "sutra_archiver"]);
        for (role, file) in kept {
            assert!(!files::is_open_to_others(&file).unwrap(), "{role}");
        }
    }
}
