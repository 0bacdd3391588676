//! The company of `sutra serve --demo`.

use serde::Deserialize;

/// `demo.*`: read when a demo is made, and never again.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Demo {
    /// `demo.size`: `company`, with some twenty thousand records, or `small`, with two hundred. Default: `company`.
    pub(crate) size: Size,
    /// `demo.seed`: another number makes another company of the same people. Default: 0.
    pub(crate) seed: u32,
}

/// How much a demo company has done in two years.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Size {
    /// What thirty people do.
    #[default]
    Company,
    /// A little of everything.
    Small,
}
