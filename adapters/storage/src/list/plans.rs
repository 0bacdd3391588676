//! How the databases answer lists: what their planners say of the statements that are compiled here.

use std::sync::Arc;

use sea_orm::{ConnectionTrait as _, DbBackend, QueryTrait as _, Statement};
use sutra_acl::Scope;
use sutra_kernel::{ApiName, Direction, Uuid, WorkspaceId};
use sutra_records::{ListQuery, Order, Search, Turn, standard};
use sutra_testkit::{Cluster, TestEntropy};

use crate::{DatabaseUrl, RolePasswords, SqlStore, create_roles, pool::Mode, prepare_database};

/// The plan of a list, a step a line.
async fn plan(store: &SqlStore, query: &ListQuery) -> String {
    let transaction = store.begin_in(WorkspaceId::from_uuid(Uuid::from_u128(1)), Mode::Write).await.unwrap();
    let backend = transaction.get_database_backend();
    let statement = super::page(&transaction, query).unwrap().unwrap().build(backend);
    let explain = match backend {
        DbBackend::Postgres => {
            // A table without rows is read as a whole, however it is asked for: the question is what could be.
            transaction.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
            "EXPLAIN "
        }
        _ => "EXPLAIN QUERY PLAN ",
    };
    let statement = Statement { sql: format!("{explain}{}", statement.sql), ..statement };
    let column = if backend == DbBackend::Postgres { "QUERY PLAN" } else { "detail" };
    let rows = transaction.query_all_raw(statement).await.unwrap();
    transaction.rollback().await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap() + "\n").collect()
}

fn search() -> ListQuery {
    let account = standard::objects().into_iter().find(|object| object.name.as_str() == "account").unwrap();
    ListQuery {
        search: Some(Search::new("acme", &account, |_| true).unwrap()),
        object: Arc::new(account),
        scope: Scope::All,
        filter: None,
        order: Order { field: ApiName::parse("id").unwrap(), direction: Direction::Descending },
        turn: Turn::Forward,
        from: None,
        limit: 50,
        deleted: false,
    }
}

#[tokio::test]
async fn sqlite_finds_words_as_a_range_of_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let url: DatabaseUrl = format!("sqlite:{}/sutra.db", folder.path().display()).parse().unwrap();
    SqlStore::migrate(&url).await.unwrap();
    let plan = plan(&SqlStore::open(&url).await.unwrap(), &search()).await;
    let range = "(workspace_id=? AND object_id=? AND token>? AND token<?)";
    assert!(plan.lines().any(|step| step.contains("search_token") && step.ends_with(range)), "{plan}");
}

/// As the serving role, under forced row-level security, where only leakproof conditions reach an index.
#[tokio::test]
async fn postgresql_finds_words_as_a_range_of_the_index() {
    let Some(cluster) = Cluster::shared() else { return };
    let address = cluster.database();
    let (path, _) = address.split_once('?').unwrap();
    let as_role =
        |role: &str| cluster.url(role, path.rsplit('/').next().unwrap()).parse::<DatabaseUrl>().unwrap();
    let administrator = address.parse().unwrap();
    let word = || "correct horse".to_owned();
    let passwords = RolePasswords { owner: word(), app: word(), verifier: word(), archiver: word() };
    create_roles(&administrator, &passwords, &TestEntropy::seeded(1)).await.unwrap();
    prepare_database(&administrator).await.unwrap();
    SqlStore::migrate(&as_role("sutra_owner")).await.unwrap();
    let plan = plan(&SqlStore::open(&as_role("sutra_app")).await.unwrap(), &search()).await;
    let (_, condition) = plan.split_once("on search_token").unwrap();
    let condition = condition.lines().nth(1).unwrap();
    for part in ["Index Cond", "workspace_id = ", "object_id = ", "token >= 'acme'", "token < 'acmf'"] {
        assert!(condition.contains(part), "{part}: {plan}");
    }
}
