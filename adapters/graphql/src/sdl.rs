//! The schemas in GraphQL's own definition language, as they are committed and reviewed.

use std::sync::Arc;

use async_graphql::SDLExportOptions;
use sutra_engine::Error;
use sutra_records::Metadata;

use crate::{record, setup::SetupSchema};

/// The schema of `/graphql` for these objects.
///
/// # Errors
/// [`Error::Internal`] if two things would be called alike.
///
/// ```
/// use sutra_records::{Metadata, standard};
///
/// let metadata = Metadata::new(1, standard::objects())?;
/// assert!(sutra_graphql::print_records(metadata)?.contains("createAccount("));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn print_records(metadata: Metadata) -> Result<String, Error> {
    let schema = record::build(&Arc::new(metadata))?;
    Ok(schema.sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions()))
}

/// The schema of `/graphql/setup`, the same everywhere.
#[must_use]
pub fn print_setup() -> String {
    SetupSchema::new().sdl()
}
