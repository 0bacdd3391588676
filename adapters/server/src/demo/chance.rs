//! Chance that is the same every time: one seed makes one company.

/// SplitMix64: good enough to pick names, and good for nothing else.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to below `end`, or 0 if there is none.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).checked_rem(end).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least.saturating_add(self.below(most.saturating_sub(least).saturating_add(1)))
    }

    /// Whether something happens that happens once in so many times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these; nothing if there is none.
    pub(super) fn one_of<T: Copy>(&mut self, things: &[T]) -> Option<T> {
        let place = usize::try_from(self.below(things.len() as u64)).ok()?;
        things.get(place).copied()
    }

    /// One of these words.
    pub(super) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        self.one_of(words).unwrap_or_default()
    }

    /// So many of these in a row, from anywhere on and round; no more than there are.
    pub(super) fn some_of<T: Copy>(&mut self, things: &[T], count: usize) -> Vec<T> {
        let start = usize::try_from(self.below(things.len() as u64)).unwrap_or(0);
        things.iter().cycle().skip(start).take(count.min(things.len())).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_choices_again_and_another_makes_others() {
        let choices = |seed| {
            let mut chance = Chance::seeded(seed);
            (0..50).map(|_| chance.between(3, 900)).collect::<Vec<_>>()
        };
        assert_eq!(choices(1), choices(1));
        assert_ne!(choices(1), choices(2));
    }

    #[test]
    fn nothing_is_chosen_twice() {
        let things: Vec<u32> = (0..7).collect();
        let mut chance = Chance::seeded(1);
        for count in 0..9 {
            let mut some = chance.some_of(&things, count);
            some.sort_unstable();
            some.dedup();
            assert_eq!(some.len(), count.min(7));
        }
        assert_eq!(chance.one_of::<u32>(&[]), None);
    }
}
