//! The machine's source of chance.

use sutra_kernel::Entropy;

/// The operating system's random bytes. The only real source of the product.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Security
    /// It ends the process if the source fails: going on with guessable keys would be worse, and an unwinding
    /// panic could be caught.
    fn fill(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            tracing::error!("the operating system gives no random bytes: stopping");
            std::process::abort();
        }
    }
}
