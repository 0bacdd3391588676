//! One of the cases, and how it is run.

use std::{fmt, pin::Pin};

use super::CASES;
use crate::Store;

/// One promise that every store keeps.
#[derive(Clone, Copy)]
pub struct Case {
    /// What is promised: the port or the subject, and a sentence.
    pub(super) name: &'static str,
    pub(super) body: for<'s> fn(&'s dyn Store) -> Running<'s>,
}

pub(super) type Running<'s> = Pin<Box<dyn Future<Output = ()> + Send + 's>>;

impl Case {
    /// The case of this name.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        *CASES.iter().find(|case| case.name == name).expect("a case of this name")
    }

    /// Runs it, once, on a store.
    ///
    /// # Panics
    /// If the store does not keep the promise.
    pub async fn run(self, store: &dyn Store) {
        (self.body)(store).await;
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
