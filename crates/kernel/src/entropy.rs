//! The source of chance.

/// Fills buffers with unpredictable bytes.
///
/// Domain code takes this as an argument, so that a test can repeat itself. It cannot fail:
/// an implementation that loses its source must end the process, because a process that
/// goes on with guessable keys is worse than none.
pub trait Entropy: Send + Sync {
    /// Overwrites `buffer` with bytes that nobody can predict.
    fn fill(&self, buffer: &mut [u8]);
}
