//! The file of the peppers that passwords are mixed with.

use std::{fs, io, path::Path, str};

use sutra_crypto::{KeyRef, PepperKeys, SecretBytes};
use sutra_kernel::Entropy;

use crate::{config::Config, failure::Failure, files};

/// Reads the peppers, if this installation has any. A new installation gets its first one.
///
/// # Errors
/// If others can read the file or own it, if it is none, or if it was named and is not there.
pub(crate) fn load(
    config: &Config,
    is_new: bool,
    entropy: &dyn Entropy,
) -> Result<Option<PepperKeys>, Failure> {
    let path = config.pepper_file();
    match read(&path) {
        Ok(text) => parse(&path, &text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_new => make(&path, entropy).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound && config.passwords.pepper_file.is_none() => {
            tracing::warn!("passwords are hashed without a pepper; `sutra passwords pepper` makes one");
            Ok(None)
        }
        Err(error) => Err(unreadable(&path, &error)),
    }
}

/// Makes a first pepper, or a new one in place of that which is used now, and says its name.
///
/// # Errors
/// If the file cannot be read or written, or others can read it.
pub(crate) fn rotate(path: &Path, entropy: &dyn Entropy) -> Result<KeyRef, Failure> {
    let text = match read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return make(path, entropy).map(|keys| keys.primary_ref());
        }
        Err(error) => return Err(unreadable(path, &error)),
    };
    let keys = parse(path, &text)?.rotate(entropy);
    let written = files::exchange_private(path, keys.render().expose());
    written.map_err(|error| {
        Failure::new(format!("the pepper file `{}` cannot be written: {error}", path.display()))
    })?;
    Ok(keys.primary_ref())
}

fn read(path: &Path) -> io::Result<SecretBytes> {
    files::check_private(path)?;
    files::check_own(path)?;
    fs::read(path).map(SecretBytes::new)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("the pepper file `{}` cannot be read: {error}", path.display()))
}

fn parse(path: &Path, text: &SecretBytes) -> Result<PepperKeys, Failure> {
    let wrong = |reason: &dyn std::fmt::Display| {
        Failure::new(format!("the pepper file `{}` is not good: {reason}", path.display()))
    };
    let text = str::from_utf8(text.expose()).map_err(|_| wrong(&"it is not text"))?;
    PepperKeys::parse(text).map_err(|error| wrong(&error))
}

fn make(path: &Path, entropy: &dyn Entropy) -> Result<PepperKeys, Failure> {
    let keys = PepperKeys::generate(entropy);
    let made = files::create_private(path, keys.render().expose());
    made.map_err(|error| {
        Failure::new(format!("the pepper file `{}` cannot be made: {error}", path.display()))
    })?;
    tracing::info!(file = %path.display(), key = %keys.primary_ref(), "made a file of peppers: without it nobody can sign in with a password");
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::entropy::SystemEntropy;

    fn configured(home: &Path, file: Option<&str>) -> Config {
        let mut config = Config { data: home.to_owned(), ..Config::default() };
        config.passwords.pepper_file = file.map(|file| home.join(file));
        config
    }

    fn primary(config: &Config, is_new: bool) -> Result<Option<KeyRef>, String> {
        let loaded = load(config, is_new, &SystemEntropy);
        loaded.map(|keys| keys.map(|keys| keys.primary_ref())).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_new_installation_gets_a_pepper_and_an_older_one_when_it_is_asked_for() {
        let home = tempfile::tempdir().unwrap();
        let config = configured(home.path(), None);
        assert_eq!(primary(&config, false), Ok(None));
        let first = primary(&config, true).unwrap();
        assert_eq!(primary(&config, false), Ok(first));

        let second = rotate(&config.pepper_file(), &SystemEntropy).unwrap();
        assert_ne!(Some(second), first);
        assert_eq!(primary(&config, false), Ok(Some(second)));
        let text = fs::read_to_string(config.pepper_file()).unwrap();
        assert!(text.contains(&format!("retained {} ", first.unwrap())), "the one before is kept");
        assert!(!files::is_open_to_others(&config.pepper_file()).unwrap());
    }

    #[test]
    fn a_pepper_file_that_is_not_good_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let config = configured(home.path(), Some("peppers"));
        let missing = primary(&config, false).unwrap_err();
        assert!(missing.ends_with("No such file or directory (os error 2)"), "{missing}");
        rotate(&config.pepper_file(), &SystemEntropy).unwrap();
        let good = fs::read_to_string(config.pepper_file()).unwrap();
        let cases = [
            ("readable by a group", good.as_str(), 0o640, "`chmod 600` closes it"),
            (
                "root keys",
                "sutra-root-keys 1\n",
                0o600,
                "line 1 of the key file: expected `sutra-pepper-keys 1`",
            ),
        ];
        for (name, text, mode, expected) in cases {
            fs::write(config.pepper_file(), text).unwrap();
            fs::set_permissions(config.pepper_file(), fs::Permissions::from_mode(mode)).unwrap();
            let sentence = primary(&config, false).unwrap_err();
            assert!(sentence.ends_with(expected), "{name}: {sentence}");
            assert!(rotate(&config.pepper_file(), &SystemEntropy).is_err(), "{name}");
        }
    }
}
