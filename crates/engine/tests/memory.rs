//! The store in memory keeps the promises of every store, each case alone and all of them in one store.

mod alone {
    use futures_lite::future::block_on;
    use sutra_engine::{conformance::Case, memory::MemoryStore};

    fn check(case: Case) {
        block_on(case.run(&MemoryStore::new()));
    }

    sutra_engine::conformance_tests!(check);
}

mod together {
    use std::sync::LazyLock;

    use futures_lite::future::block_on;
    use sutra_engine::{conformance::Case, memory::MemoryStore};

    static STORE: LazyLock<MemoryStore> = LazyLock::new(MemoryStore::new);

    fn check(case: Case) {
        block_on(case.run(&*STORE));
    }

    sutra_engine::conformance_tests!(check);
}
