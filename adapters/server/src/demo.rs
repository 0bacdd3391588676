//! A company to try the product on: users in three levels of roles, and some hundred records that they own.
//!
//! Everything is made through the same use cases as anything else, so that it is decided, and in the ledger.

mod chance;
mod claim;
mod people;
mod records;

use std::path::{Path, PathBuf};

use sutra_engine::Engine;
use sutra_kernel::{Entropy, WorkspaceId};

pub(crate) use self::claim::{Claim, claim, refuse_demo};
use crate::{failure::Failure, files};

/// The slug of the workspace.
pub(crate) const WORKSPACE: &str = "demo";
const NAME: &str = "Demo Company";

/// Where the passwords are kept.
pub(crate) fn passwords_file(data: &Path) -> PathBuf {
    data.join("demo-passwords.txt")
}

/// Makes the demo, or finds it as it was left.
///
/// # Errors
/// If the database holds something else than a demo, or one that was not finished.
pub(crate) async fn ensure(
    engine: &Engine,
    claim: Claim,
    data: &Path,
    entropy: &dyn Entropy,
) -> Result<WorkspaceId, Failure> {
    let workspaces = engine.workspaces().list().await?;
    let has_demo = workspaces.iter().any(|workspace| workspace.slug == WORKSPACE);
    if workspaces.len() > usize::from(has_demo) {
        return Err(Failure::new(
            "`--demo` works only with an empty database, and this one has other workspaces",
        ));
    }
    match (claim, workspaces.first()) {
        (Claim::Made, Some(workspace)) => Ok(workspace.id),
        (Claim::New, None) => make(engine, data, entropy).await,
        _ => Err(Failure::new(
            "the data directory and the database are not of the same demo: empty both and start again",
        )),
    }
}

async fn make(engine: &Engine, data: &Path, entropy: &dyn Entropy) -> Result<WorkspaceId, Failure> {
    let workspace = engine.workspaces().ensure(WORKSPACE, NAME).await?.id;
    let passwords = people::passwords(entropy);
    let file = passwords_file(data);
    files::create_private(&file, people::list(&passwords).as_bytes())
        .map_err(|error| Failure::file(&file, &error))?;
    people::hire(engine, workspace, &passwords).await?;
    records::fill(engine, workspace).await?;
    claim::finish(data)?;
    Ok(workspace)
}
