//! How much the demo company has done.

use std::ops::Range;

use crate::config::Size;

/// How many records there are in the end, and in how many visits to the desk each person has made them.
pub(super) struct Scale {
    /// An even number.
    pub(super) rounds: u64,
    pub(super) accounts: u64,
    pub(super) contacts: u64,
    pub(super) opportunities: u64,
    pub(super) tasks: u64,
    pub(super) notes: u64,
    pub(super) campaigns: u64,
    pub(super) leads: u64,
    pub(super) cases: u64,
    pub(super) products: u64,
}

impl Scale {
    pub(super) const fn of(size: Size) -> Self {
        match size {
            Size::Company => Self {
                rounds: 6,
                accounts: 2_000,
                contacts: 5_000,
                opportunities: 3_000,
                tasks: 2_000,
                notes: 1_500,
                campaigns: 24,
                leads: 1_500,
                cases: 1_500,
                products: 40,
            },
            Size::Small => Self {
                rounds: 4,
                accounts: 24,
                contacts: 48,
                opportunities: 24,
                tasks: 24,
                notes: 24,
                campaigns: 4,
                leads: 12,
                cases: 12,
                products: 10,
            },
        }
    }
}

/// Whose turn it is among all the visits that share some work.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub(super) nth: u64,
    pub(super) of: u64,
}

impl Turn {
    /// The numbers of those among so many that are made at this turn; all turns together make each once.
    pub(super) fn share(self, total: u64) -> Range<u64> {
        let until = |turns: u64| (total * turns).checked_div(self.of).unwrap_or(0);
        until(self.nth)..until(self.nth + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_turns_together_make_each_once() {
        for (total, of) in [(0, 3), (2, 3), (7, 3), (2_000, 144)] {
            let all: Vec<u64> = (0..of).flat_map(|nth| Turn { nth, of }.share(total)).collect();
            assert_eq!(all, (0..total).collect::<Vec<_>>(), "{total} of {of}");
        }
    }
}
