//! How much is measured.

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// How many records there are.
    pub(crate) sizes: &'static [usize],
    /// How often a read is measured.
    pub(crate) reads: usize,
    /// How often a write is measured.
    pub(crate) writes: usize,
    /// How many records are made at once.
    pub(crate) batch: usize,
    /// How often something is measured that takes long.
    pub(crate) slow: usize,
    /// How many objects the large schema has, and how many fields each.
    pub(crate) schema: (usize, usize),
}

impl Effort {
    pub(crate) const FULL: Self =
        Self { sizes: &[10_000, 100_000], reads: 400, writes: 400, batch: 500, slow: 20, schema: (200, 40) };
    pub(crate) const QUICK: Self =
        Self { sizes: &[120], reads: 3, writes: 3, batch: 10, slow: 1, schema: (12, 5) };
}
