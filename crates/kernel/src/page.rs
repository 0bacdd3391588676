//! Pages of a list.

/// Which way a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Smallest first; nothing is smaller than an empty value.
    Ascending,
    /// Largest first; an empty value comes last.
    #[default]
    Descending,
}

/// One page of a list, and whether the list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Whether items follow in the direction that was read.
    pub more: bool,
}

impl<T> Page<T> {
    /// Makes a page of at most `limit` items from a read of up to `limit + 1`.
    #[must_use]
    pub fn from_probe(mut items: Vec<T>, limit: usize) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        Self { items, more }
    }

    /// The same page with every item changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), more: self.more }
    }
}
