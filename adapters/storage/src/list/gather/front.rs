//! Which runs the newest records can be on.
//!
//! A run is an index in the order of the list: what one owner has, what is shared with one group. The n first records of
//! all runs together are on the n runs that begin first, and none of them is behind the n-th of those beginnings: the
//! beginnings alone are n records before it.

use sutra_kernel::Uuid;

/// The first record of a run that is left to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<R> {
    pub(super) run: R,
    pub(super) record: Uuid,
}

/// What has to be read of the runs for so many records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front<R> {
    pub(super) runs: Vec<R>,
    /// The last record that has to be read, on whichever run; without one they are read to their ends.
    pub(super) last: Option<Uuid>,
    wanted: usize,
}

/// Records of the list that follow each other without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::list) struct Gathered {
    pub(in crate::list) records: Vec<Uuid>,
    /// The place behind which the list goes on; nothing at its end.
    pub(in crate::list) reached: Option<Uuid>,
}

impl<R> Front<R> {
    /// Of heads in the order of the list, which are all there are or, with `more`, the first of them.
    ///
    /// Two runs can begin with the same record, so that it takes more than n heads to have n records before it.
    pub(super) fn of(heads: Vec<Head<R>>, more: bool, wanted: usize) -> Self {
        let mut records: Vec<_> = heads.iter().map(|head| head.record).collect();
        records.dedup();
        let nth = wanted.checked_sub(1).and_then(|before| records.get(before)).copied();
        let last = nth.or_else(|| records.last().copied().filter(|_| more));
        let kept = heads.iter().rposition(|head| Some(head.record) == last).map_or(heads.len(), |at| at + 1);
        let runs = heads.into_iter().take(kept).map(|head| head.run).collect();
        Self { runs, last, wanted }
    }

    /// Puts together what was read of the runs, of each as many records as are wanted at most.
    pub(super) fn gather(&self, mut read: Vec<Uuid>, is_descending: bool) -> Gathered {
        read.sort_unstable_by(|a, b| if is_descending { b.cmp(a) } else { a.cmp(b) });
        read.dedup();
        let is_full = read.len() >= self.wanted;
        read.truncate(self.wanted);
        let reached = if is_full { read.last().copied() } else { self.last };
        Gathered { records: read, reached }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Reads a list of runs to its end, round by round; looks at so many heads at most each time.
    fn read_all(runs: &[BTreeSet<u8>], wanted: usize, most: usize) -> Vec<u8> {
        let (mut list, mut from) = (Vec::new(), u128::MAX);
        loop {
            let rest = |run: &BTreeSet<u8>| {
                run.iter().rev().map(|id| u128::from(*id)).filter(|id| *id < from).collect::<Vec<_>>()
            };
            let heads = runs.iter().enumerate().filter_map(|(run, set)| Some((*rest(set).first()?, run)));
            let mut heads: Vec<_> = heads.collect();
            heads.sort_by(|a, b| b.cmp(a));
            let more = heads.len() > most;
            let heads = heads.into_iter().take(most);
            let heads = heads.map(|(id, run)| Head { run, record: Uuid::from_u128(id) }).collect();
            let front = Front::of(heads, more, wanted);
            let last = front.last.map_or(0, |last| last.as_u128());
            let read = front.runs.iter().flat_map(|run| rest(&runs[*run]).into_iter().take(wanted));
            let read = read.filter(|id| *id >= last).map(Uuid::from_u128).collect();
            let gathered = front.gather(read, true);
            list.extend(gathered.records.iter().map(|id| u8::try_from(id.as_u128()).unwrap()));
            match gathered.reached {
                Some(reached) => from = reached.as_u128(),
                None => return list,
            }
        }
    }

    proptest! {
        #[test]
        fn rounds_are_the_union_of_the_runs_in_order(
            runs in prop::collection::vec(prop::collection::btree_set(1_u8..60, 0..20), 0..12),
            wanted in 1_usize..8,
            most in 1_usize..20,
        ) {
            let union: BTreeSet<u8> = runs.iter().flatten().copied().collect();
            prop_assert_eq!(read_all(&runs, wanted, most), union.into_iter().rev().collect::<Vec<_>>());
        }
    }
}
