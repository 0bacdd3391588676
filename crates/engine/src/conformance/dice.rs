//! Chance that can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use sutra_kernel::Entropy;

/// Entropy that is the same in every run, drawn from a name: the generator of Steele, Lea and Flood
/// ("SplitMix", 2014).
pub(super) struct Dice(AtomicU64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dice {
    /// Dice that fall as this name has them fall.
    pub(super) fn named(name: &str) -> Self {
        let seed = name.bytes().fold(0, |seed, byte| mix(seed ^ u64::from(byte)).wrapping_add(STEP));
        Self(AtomicU64::new(seed))
    }

    /// A number below `sides`.
    pub(super) fn below(&self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    /// One of these.
    pub(super) fn pick<T: Clone>(&self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn next(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }
}

impl Entropy for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
