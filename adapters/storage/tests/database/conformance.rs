//! The promises that every store keeps, kept on both databases.

mod postgres {
    use std::sync::LazyLock;

    use sutra_engine::conformance::Case;
    use sutra_storage::SqlStore;
    use tokio::runtime::Runtime;

    use crate::fixture::Postgres;

    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

    /// One store for all cases, served by the role that serves.
    static STORE: LazyLock<Option<SqlStore>> = LazyLock::new(|| {
        RUNTIME.block_on(async {
            let database = Postgres::migrated().await?;
            Some(SqlStore::open(&database.url("sutra_app").parse().unwrap()).await.unwrap())
        })
    });

    fn check(case: Case) {
        if let Some(store) = &*STORE {
            RUNTIME.block_on(case.run(store));
        }
    }

    sutra_engine::conformance_tests!(check);
}

mod sqlite {
    use std::{fs, sync::LazyLock};

    use sutra_engine::conformance::Case;
    use sutra_storage::SqlStore;
    use tokio::runtime::Runtime;

    use crate::fixture::sqlite_url;

    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

    /// A migrated database without rows, to be copied for each case.
    static EMPTY: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        RUNTIME.block_on(SqlStore::migrate(&sqlite_url(&folder).parse().unwrap())).unwrap();
        fs::read(folder.path().join("sutra.db")).unwrap()
    });

    fn check(case: Case) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sutra.db"), &*EMPTY).unwrap();
        RUNTIME.block_on(async {
            let store = SqlStore::open(&sqlite_url(&folder).parse().unwrap()).await.unwrap();
            case.run(&store).await;
            store.close().await;
        });
    }

    sutra_engine::conformance_tests!(check);
}
