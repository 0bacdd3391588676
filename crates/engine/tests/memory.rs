//! The store in memory keeps the promises of every store.

use futures_lite::future::block_on;
use sutra_engine::{conformance::Case, memory::MemoryStore};

fn check(case: Case) {
    block_on(case.run(&MemoryStore::new()));
}

sutra_engine::conformance_tests!(check);
