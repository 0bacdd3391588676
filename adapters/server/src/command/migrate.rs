//! `sutra migrate`

mod passwords;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use sutra_storage::{DatabaseUrl, SqlStore};
use url::Url;

use self::passwords::PasswordFlags;
use crate::{
    config::{self, ConfigError},
    entropy::SystemEntropy,
    failure::Failure,
    terminal::say,
    wire,
};

const OWNER: &str = "sutra_owner";
const APP: &str = "sutra_app";

/// The flags of `sutra migrate`.
#[derive(Args)]
pub(crate) struct Migrate {
    /// An administrator's address of the database, to make the roles and the schema; or the address of
    /// `sutra_owner`, to bring the schema up to date
    #[arg(long, value_name = "URL", env = "SUTRA_MIGRATE_DATABASE", hide_env_values = true)]
    database: String,
    /// Where passwords are kept that had to be made
    #[arg(long, value_name = "DIR", default_value = "sutra-passwords")]
    passwords: PathBuf,
    #[command(flatten)]
    given: PasswordFlags,
}

impl Migrate {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        wire::use_one_tls_provider();
        let address = self.address()?;
        if address.username() == OWNER {
            SqlStore::migrate(&database(address.as_str())?).await?;
            say("the schema is up to date");
            return Ok(ExitCode::SUCCESS);
        }
        let administrator = database(address.as_str())?;
        let (passwords, files) = self.given.passwords(&self.passwords, &SystemEntropy)?;
        sutra_storage::create_roles(&administrator, &passwords, &SystemEntropy).await?;
        sutra_storage::prepare_database(&administrator).await?;
        let owner = config::with_password(as_role(&address, OWNER)?.as_str(), &passwords.owner)?;
        SqlStore::migrate(&database(&owner)?).await?;
        say(
            "made the roles `sutra_owner`, `sutra_app`, `sutra_verifier` and `sutra_archiver`, and the schema",
        );
        for (role, file) in &files {
            say(format_args!("the password of `{role}` is in {}", file.display()));
        }
        say_how_to_serve(&as_role(&address, APP)?, files.iter().find(|(role, _)| *role == APP));
        Ok(ExitCode::SUCCESS)
    }

    fn address(&self) -> Result<Url, Failure> {
        let must = "must be `postgres://role@host/database`; SQLite needs no `sutra migrate`";
        let url = Url::parse(&self.database).ok();
        let url = url.filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
        Ok(url.ok_or_else(|| ConfigError::key("--database", must))?)
    }
}

fn database(text: &str) -> Result<DatabaseUrl, Failure> {
    Ok(text.parse()?)
}

/// The same address for another role, without a password.
fn as_role(address: &Url, role: &str) -> Result<Url, Failure> {
    let mut url = address.clone();
    let changed = url.set_username(role).and_then(|()| url.set_password(None));
    changed.map_err(|()| Failure::from(ConfigError::key("--database", "must name a host")))?;
    Ok(url)
}

fn say_how_to_serve(app: &Url, made: Option<&(&str, PathBuf)>) {
    say("\nserve with:\n");
    let file = made.map_or_else(|| "FILE".to_owned(), |(_, file)| file.display().to_string());
    say(format_args!("SUTRA_DATABASE__PASSWORD_FILE='{file}' sutra serve --database '{app}'"));
}
