//! What PostgreSQL's own catalogue says about the schema.

use std::fmt::Write as _;

use sqlx::{PgConnection, Row as _, postgres::PgRow};

use crate::{fixture::Postgres, schema::REGISTRY};

async fn rows(connection: &mut PgConnection, query: &'static str) -> Vec<PgRow> {
    sqlx::query(query).fetch_all(connection).await.unwrap()
}

fn is_registry(row: &PgRow) -> bool {
    REGISTRY.contains(&row.get::<String, _>("table").as_str())
}

#[tokio::test]
async fn every_table_has_exactly_the_one_policy_and_forces_it() {
    let Some(database) = Postgres::migrated().await else { return };
    let mut administrator = database.connect("postgres").await;
    let tables = rows(
        &mut administrator,
        "SELECT c.relname::text AS table, c.relkind::text AS kind,
                c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
                (SELECT array_agg(format('%s|%s|%s|%s|%s|%s', p.polname, p.polcmd, p.polpermissive, p.polroles,
                     pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)))
                 FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
         FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
         ORDER BY 1",
    )
    .await;
    let predicate =
        "(workspace_id = ( SELECT (current_setting('sutra.workspace'::text))::uuid AS current_setting))";
    let policy = format!("workspace_isolation|*|t|{{0}}|{predicate}|{predicate}");
    let mut registry = Vec::new();
    for row in &tables {
        let name: String = row.get("table");
        let policies: Option<Vec<String>> = row.get("policies");
        assert_eq!(row.get::<String, _>("kind"), "r", "{name}");
        if is_registry(row) {
            assert_eq!(policies, None, "{name}");
            registry.push(name);
        } else {
            assert!(row.get::<bool, _>("enabled") && row.get::<bool, _>("forced"), "{name}");
            assert_eq!(policies, Some(vec![policy.clone()]), "{name}");
        }
    }
    assert_eq!(registry, REGISTRY);
    assert!(tables.len() > 15);
}

#[tokio::test]
async fn the_workspace_leads_every_index_and_every_foreign_key() {
    let Some(database) = Postgres::migrated().await else { return };
    let mut administrator = database.connect("postgres").await;
    let keys = rows(
        &mut administrator,
        "SELECT t.relname::text AS table, i.relname::text AS key, a.attname::text AS leads, a.attname::text AS there
         FROM pg_index x
         JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
         LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
         WHERE t.relnamespace = 'public'::regnamespace
         UNION ALL
         SELECT t.relname::text, k.conname::text, a.attname::text, b.attname::text
         FROM pg_constraint k
         JOIN pg_class t ON t.oid = k.conrelid
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
         JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
         WHERE k.contype = 'f' AND t.relnamespace = 'public'::regnamespace",
    )
    .await;
    let scoped: Vec<_> = keys.iter().filter(|row| !is_registry(row)).collect();
    assert!(scoped.len() > 80, "only {} keys were looked at", scoped.len());
    for row in scoped {
        let key: String = row.get("key");
        assert_eq!(row.get::<Option<String>, _>("leads").as_deref(), Some("workspace_id"), "{key}");
        assert_eq!(row.get::<Option<String>, _>("there").as_deref(), Some("workspace_id"), "{key}");
    }
}

#[tokio::test]
async fn functions_are_closed_to_the_public_and_fix_their_search_path() {
    let Some(database) = Postgres::migrated().await else { return };
    let mut administrator = database.connect("postgres").await;
    let functions = rows(
        &mut administrator,
        "SELECT p.proname::text AS name, p.prosecdef AS definer, p.proconfig AS settings,
                pg_get_userbyid(p.proowner)::text AS owner,
                EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                        WHERE a.grantee = 0) AS public
         FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace",
    )
    .await;
    assert!(functions.len() >= 4);
    for row in functions {
        let name: String = row.get("name");
        assert!(!row.get::<bool, _>("public"), "{name}");
        assert_eq!(row.get::<String, _>("owner"), "sutra_owner", "{name}");
        if row.get::<bool, _>("definer") {
            let settings: Option<Vec<String>> = row.get("settings");
            assert_eq!(settings, Some(vec!["search_path=pg_catalog, pg_temp".to_owned()]), "{name}");
        }
    }
}

/// What each role may do, reviewed as a diff: `SUTRA_BLESS=1` writes the file.
#[tokio::test]
async fn the_grants_are_those_that_were_reviewed() {
    let Some(database) = Postgres::migrated().await else { return };
    let mut administrator = database.connect("postgres").await;
    let grants = rows(
        &mut administrator,
        "SELECT g.who, g.what, string_agg(g.privilege, ' ' ORDER BY g.privilege) AS may FROM (
             SELECT a.grantee::regrole::text AS who, c.relname::text AS what, a.privilege_type AS privilege
             FROM pg_class c, aclexplode(c.relacl) a
             WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
             UNION ALL
             SELECT a.grantee::regrole::text, p.proname || '()', a.privilege_type
             FROM pg_proc p, aclexplode(p.proacl) a
             WHERE p.pronamespace = 'public'::regnamespace AND a.grantee <> p.proowner
             UNION ALL
             SELECT a.grantee::regrole::text, 'schema ' || n.nspname, a.privilege_type
             FROM pg_namespace n, aclexplode(n.nspacl) a
             WHERE n.nspname = 'public' AND a.grantee <> n.nspowner
             UNION ALL
             SELECT a.grantee::regrole::text, 'database', a.privilege_type
             FROM pg_database d, aclexplode(d.datacl) a
             WHERE d.datname = current_database() AND a.grantee <> d.datdba
         ) g GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .await;
    let mut printed = String::new();
    for row in grants {
        let [who, what, may] = ["who", "what", "may"].map(|column| row.get::<String, _>(column));
        writeln!(printed, "{who:<15} {what:<22} {may}").unwrap();
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/database/grants.txt");
    if std::env::var_os("SUTRA_BLESS").is_some() {
        std::fs::write(file, &printed).unwrap();
    }
    assert_eq!(printed, std::fs::read_to_string(file).unwrap_or_default());
}
