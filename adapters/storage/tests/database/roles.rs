//! Roles that may serve, and those that may not.

use sqlx::Row as _;
use sutra_storage::{SetupError, SqlStore};

use crate::fixture::Postgres;

/// Why the role may not serve, in words; nothing if it may.
async fn refusal(database: &Postgres, role: &str) -> Option<String> {
    let error = SqlStore::open(&database.url(role).parse().unwrap()).await.err()?;
    assert!(matches!(error, SetupError::UnsafeRole(_)), "{role}: {error:?}");
    Some(error.to_string())
}

#[tokio::test]
async fn a_role_that_could_reach_around_row_level_security_does_not_serve() {
    let Some(database) = Postgres::migrated().await else { return };
    let mut administrator = database.connect("postgres").await;
    let setup = "
        CREATE ROLE climber LOGIN; GRANT postgres TO climber;
        CREATE ROLE bypasser LOGIN BYPASSRLS;
        CREATE ROLE nearly LOGIN NOINHERIT; GRANT bypasser TO nearly;
        CREATE ROLE maker LOGIN CREATEROLE;
        CREATE ROLE double LOGIN; GRANT sutra_verifier TO double;
        CREATE ROLE owning LOGIN; CREATE SCHEMA attic AUTHORIZATION owning;
        CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA public TO plain; GRANT SELECT ON seaql_migrations TO plain";
    sqlx::raw_sql(setup).execute(&mut administrator).await.unwrap();
    let grant = format!("GRANT CONNECT ON DATABASE {} TO PUBLIC", database.name());
    sqlx::raw_sql(sqlx::AssertSqlSafe(grant)).execute(&mut administrator).await.unwrap();

    let cases = [
        ("postgres", Some("a superuser")),
        ("climber", Some("a superuser")),
        ("bypasser", Some("bypasses row-level security")),
        ("nearly", Some("bypasses row-level security")),
        ("maker", Some("create roles")),
        ("double", Some("a member of `sutra_verifier`")),
        ("sutra_owner", Some("owns `public")),
        ("owning", Some("owns `attic`")),
        ("plain", None),
        ("sutra_app", None),
    ];
    for (role, expected) in cases {
        let found = refusal(&database, role).await;
        let as_expected = match (expected, &found) {
            (Some(words), Some(sentence)) => sentence.contains(words),
            (expected, found) => expected.is_none() && found.is_none(),
        };
        assert!(as_expected, "{role}: {found:?}");
    }
}

#[tokio::test]
async fn passwords_reach_the_server_as_verifiers_only() {
    let Some(database) = Postgres::prepared().await else { return };
    let mut administrator = database.connect("postgres").await;
    let query = "SELECT rolname::text, rolpassword FROM pg_authid WHERE rolname LIKE 'sutra\\_%'";
    let roles = sqlx::query(query).fetch_all(&mut administrator).await.unwrap();
    assert_eq!(roles.len(), 4);
    for role in roles {
        assert!(role.get::<String, _>(1).starts_with("SCRAM-SHA-256$4096:"), "{}", role.get::<String, _>(0));
    }
}
