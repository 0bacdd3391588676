//! Where the root keys are kept.

use std::path::PathBuf;

use serde::Deserialize;

/// `keys.*`
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Keys {
    /// `keys.file`: the file of the root keys, readable by nobody else. Default: `root.keys` in the data directory,
    /// made at the first start.
    pub(crate) file: Option<PathBuf>,
}
