//! Runs a command against a throw-away PostgreSQL database with this program's schema.
//!
//! `DATABASE_URL` is the administrator's address in the command's environment:
//! `cargo run -p sutra-storage --example throwaway -- psql` and look around.

use std::{
    env,
    error::Error,
    process::{Command, ExitCode},
};

use sutra_storage::{RolePasswords, SqlStore, create_roles, prepare_database};
use sutra_testkit::{Cluster, TestEntropy};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut words = env::args_os().skip(1);
    let command = words.next().ok_or("name a command to run")?;
    let cluster = Cluster::shared().ok_or("PostgreSQL is not installed")?;
    let address = cluster.database();
    prepare(cluster, &address).await?;
    let status = Command::new(command).args(words).env("DATABASE_URL", address).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn prepare(cluster: &Cluster, address: &str) -> Result<(), Box<dyn Error>> {
    let administrator = address.parse()?;
    // The cluster is behind a socket and asks for no password.
    let [owner, app, verifier, archiver] = [(); 4].map(|()| "unused".to_owned());
    let passwords = RolePasswords { owner, app, verifier, archiver };
    create_roles(&administrator, &passwords, &TestEntropy::seeded(0)).await?;
    prepare_database(&administrator).await?;
    SqlStore::migrate(&cluster.url("sutra_owner", "sutra_0").parse()?).await?;
    Ok(())
}
