//! Roles that may serve, and those that may not.

use sqlx::Row as _;
use sutra_storage::{Connection, SetupError, UnsafeRole};

use crate::fixture::Postgres;

async fn refusal(database: &Postgres, role: &str) -> Option<UnsafeRole> {
    match Connection::open(&database.url(role).parse().unwrap()).await {
        Ok(connection) => {
            connection.close().await;
            None
        }
        Err(SetupError::UnsafeRole(refusal)) => Some(refusal),
        Err(other) => panic!("{other:?}"),
    }
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
        let found = refusal(&database, role).await.map(|refusal| refusal.to_string());
        match (expected, &found) {
            (None, None) => {}
            (Some(words), Some(sentence)) => assert!(sentence.contains(words), "{role}: {sentence}"),
            _ => panic!("{role}: {found:?}"),
        }
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
