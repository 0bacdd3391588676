//! A company to try the product on: thirty people in a tree of roles, and what they have done in two years.
//!
//! Everything is made through the same use cases as anything else, so that it is decided, and in the ledger; by an
//! engine of its own, whose clock walks through the two years: see [`clock`].

mod calendar;
mod chance;
mod claim;
mod clock;
mod company;
mod desk;
mod fields;
mod hire;
mod marketing;
mod people;
mod profiles;
mod sales;
mod scale;
mod service;
mod words;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sutra_engine::Engine;
use sutra_kernel::{Timestamp, WorkspaceId};
use zeroize::Zeroizing;

pub(crate) use self::claim::{Claim, claim, cut_off, refuse_demo};
use self::{clock::WalkingClock, company::Company, hire::Passwords};
use crate::{
    config::{self, Config},
    failure::Failure,
    files,
    wire::House,
};

/// The slug of the workspace.
pub(crate) const WORKSPACE: &str = "demo";
const NAME: &str = "Demo Company";

/// Where the passwords are kept.
pub(crate) fn passwords_file(data: &Path) -> PathBuf {
    data.join("demo-passwords.txt")
}

/// Makes the demo, or finds it as it was left. A new one answers with how some of its people sign in.
///
/// # Errors
/// If the database holds something else than a demo, or one that was not finished.
pub(crate) async fn ensure(
    house: &House,
    claim: Claim,
    config: &Config,
) -> Result<Option<Zeroizing<String>>, Failure> {
    let workspaces = house.engine.workspaces().list().await?;
    let has_demo = workspaces.iter().any(|workspace| workspace.slug == WORKSPACE);
    if workspaces.len() > usize::from(has_demo) {
        return Err(Failure::new(
            "`--demo` works only with an empty database, and this one has other workspaces",
        ));
    }
    match (claim, has_demo) {
        (Claim::Made, true) => Ok(None),
        (Claim::New, false) => make(house, config).await.map(Some),
        _ => Err(Failure::new(
            "the data directory and the database are not of the same demo: empty both and start again",
        )),
    }
}

async fn make(house: &House, config: &Config) -> Result<Zeroizing<String>, Failure> {
    let passwords = Passwords::random(&*house.entropy);
    let file = passwords_file(&config.data);
    files::create_private(&file, passwords.list().as_bytes())
        .map_err(|error| Failure::file(&file, &error))?;
    let end = house.engine.now();
    let clock = Arc::new(WalkingClock::at(calendar::first_morning(end)));
    found(&house.engine_by(clock.clone()), &clock, config.demo, &passwords, end).await?;
    claim::finish(&config.data)?;
    Ok(passwords.introductions())
}

/// Founds the company, hires its people, and lets them work until this instant.
async fn found(
    engine: &Engine,
    clock: &WalkingClock,
    demo: config::Demo,
    passwords: &Passwords,
    end: Timestamp,
) -> Result<WorkspaceId, Failure> {
    let workspace = engine.workspaces().ensure(WORKSPACE, NAME).await?.id;
    let callers = hire::everyone(engine, workspace, passwords).await?;
    Company::new((engine, clock), callers, demo, end).work().await?;
    Ok(workspace)
}

#[cfg(test)]
mod tests;
