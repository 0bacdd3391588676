//! The memory that hashing works in, kept from one hash to the next.
//!
//! Allocators hold on to pieces of this size that are given back, one for each thread that ever hashed; and the
//! operating system would have to clear each of them anew.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::Block;

/// As many pieces as were ever needed at once.
pub(super) struct Memory {
    blocks: usize,
    free: Mutex<Vec<Vec<Block>>>,
}

impl Memory {
    /// Pieces of so many blocks, none of which is made yet.
    pub(super) const fn new(blocks: usize) -> Self {
        Self { blocks, free: Mutex::new(Vec::new()) }
    }

    /// Lends a piece. What was worked out in it is wiped, and what it has grown by is given back.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&mut Vec<Block>) -> T) -> T {
        let kept = self.free().pop();
        let mut piece = kept.unwrap_or_default();
        let done = work(&mut piece);
        piece.fill(Block::new());
        piece.truncate(self.blocks);
        piece.shrink_to_fit();
        self.free().push(piece);
        done
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many blocks each piece has that is kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> Vec<usize> {
        self.free().iter().map(Vec::capacity).collect()
    }
}
