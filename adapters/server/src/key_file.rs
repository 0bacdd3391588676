//! The file of the root keys.

use std::{fs, io, path::Path, str};

use sutra_crypto::{RootCheck, RootKeys, SecretBytes};
use sutra_kernel::Entropy;

use crate::{failure::Failure, files};

/// Reads the key file. It is made if it is not there, unless the database was sealed with a key that is lost then.
///
/// # Errors
/// If others can read the file or own it, if it is no key file, or if it is missing and must not be.
pub(crate) fn load(path: &Path, used: &[RootCheck], entropy: &dyn Entropy) -> Result<RootKeys, Failure> {
    match read(path) {
        Ok(text) => parse(path, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match used.first() {
            None => make(path, entropy),
            Some(check) => Err(Failure::new(format!(
                "the key file `{}` is missing, and this database was sealed with the root key `{}`: put the file \
                 back, or name it by `keys.file`",
                path.display(),
                check.key_ref
            ))),
        },
        Err(error) => Err(Failure::new(format!("the key file `{}` cannot be read: {error}", path.display()))),
    }
}

fn read(path: &Path) -> io::Result<SecretBytes> {
    files::check_private(path)?;
    files::check_own(path)?;
    fs::read(path).map(SecretBytes::new)
}

fn parse(path: &Path, text: &SecretBytes) -> Result<RootKeys, Failure> {
    let wrong = |reason: &dyn std::fmt::Display| {
        Failure::new(format!("the key file `{}` is not good: {reason}", path.display()))
    };
    let text = str::from_utf8(text.expose()).map_err(|_| wrong(&"it is not text"))?;
    RootKeys::parse(text).map_err(|error| wrong(&error))
}

fn make(path: &Path, entropy: &dyn Entropy) -> Result<RootKeys, Failure> {
    let keys = RootKeys::generate(entropy);
    let made = files::create_private(path, keys.render().expose());
    made.map_err(|error| Failure::new(format!("the key file `{}` cannot be made: {error}", path.display())))?;
    tracing::info!(file = %path.display(), key = %keys.primary_ref(), "made a key file: keep a copy of it apart from the database");
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use sutra_crypto::{KeyVault, LocalVault};

    use super::*;
    use crate::entropy::SystemEntropy;

    fn refusal(path: &Path, used: &[RootCheck]) -> String {
        load(path, used, &SystemEntropy).err().map(|failure| failure.to_string()).unwrap_or_default()
    }

    #[tokio::test]
    async fn a_key_file_is_made_once_and_never_in_place_of_a_lost_one() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("root.keys");
        let made = load(&path, &[], &SystemEntropy).ok().unwrap();
        let again = load(&path, &[], &SystemEntropy).ok().unwrap();
        assert_eq!(made.primary_ref(), again.primary_ref());

        let used = [LocalVault::new(made, std::sync::Arc::new(SystemEntropy)).new_check().await.unwrap()];
        fs::remove_file(&path).unwrap();
        let sentence = refusal(&path, &used);
        assert!(sentence.contains(&again.primary_ref().to_string()), "{sentence}");
        assert!(!path.exists());
    }

    #[test]
    fn a_key_file_that_is_not_good_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("root.keys");
        drop(load(&path, &[], &SystemEntropy).ok().unwrap());
        let good = fs::read_to_string(&path).unwrap();
        let cases = [
            ("readable by a group", good.as_str(), 0o640, "`chmod 600` closes it"),
            ("readable by all", good.as_str(), 0o604, "`chmod 600` closes it"),
            ("empty", "", 0o600, "line 1 of the key file: expected `sutra-root-keys 1`"),
            ("another file", "hello\n", 0o600, "line 1 of the key file: expected `sutra-root-keys 1`"),
        ];
        for (name, text, mode, expected) in cases {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let sentence = refusal(&path, &[]);
            assert!(sentence.ends_with(expected), "{name}: {sentence}");
        }
    }

    #[test]
    fn a_key_file_of_another_user_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("root.keys");
        drop(load(&path, &[], &SystemEntropy).ok().unwrap());
        let gives_away = std::os::unix::fs::chown(&path, Some(12_345), None);
        // Only root can give a file away.
        assert_eq!(gives_away.is_ok(), rustix::process::geteuid().is_root());
        if gives_away.is_ok() {
            let sentence = refusal(&path, &[]);
            assert!(
                sentence
                    .ends_with("it belongs to another user than this program runs as; `chown` gives it over"),
                "{sentence}"
            );
        }
    }
}
