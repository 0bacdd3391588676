//! The story on PostgreSQL, and what its own tools see there.

use std::{env, fs, path::PathBuf, process::Command};

use serde_json::json;
use sutra_testkit::Cluster;

use crate::{
    client::{RECORDS, SETUP},
    place::Place,
    story,
};

#[tokio::test]
async fn the_story_of_a_demo_company_on_postgresql() {
    let Some(cluster) = Cluster::shared() else { return };
    let administrator = cluster.database();
    let place = Place::empty();
    let app = migrate(&place, &administrator);
    serving_as_anybody_else_is_refused(&administrator, &app);
    let place = place.with("SUTRA_DATABASE__URL", &app);
    story::tell(&place).await;
    another_workspace_moves_in(&place, &app).await;
    the_serving_role_is_kept_in_its_workspace(&app);
    what_the_administrator_does_to_the_ledger_is_found(&place, &administrator);
}

/// The address to serve with, as `sutra migrate` prints it.
fn migrate(place: &Place, administrator: &str) -> String {
    let unprepared = place.run(&["audit", "verify", "--database", administrator]);
    assert_eq!(unprepared.code, 1, "{unprepared:?}");
    let migrated = place.run(&["migrate", "--database", administrator]);
    assert_eq!(migrated.code, 0, "{migrated:?}");
    let again = place.run(&["migrate", "--database", administrator]);
    assert_eq!(again.out, migrated.out, "nothing is left to do, and no password changes: {again:?}");
    let password = fs::read_to_string(place.home().join("sutra-passwords/sutra_app")).unwrap();
    assert!(!migrated.out.contains(password.trim()));
    let app = migrated.out.lines().last().unwrap().split('\'').nth(3).unwrap();
    assert!(app.starts_with("postgres://sutra_app@"), "{migrated:?}");
    app.to_owned()
}

fn serving_as_anybody_else_is_refused(administrator: &str, app: &str) {
    let owner = app.replace("sutra_app", "sutra_owner");
    for (role, url) in [("postgres", administrator), ("sutra_owner", &owner)] {
        let refused = Place::empty().run(&["serve", "--listen", "127.0.0.1:0", "--database", url]);
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.err.contains(&format!("role `{role}`")), "{refused:?}");
        assert!(refused.err.contains("serve as `sutra_app`"), "{refused:?}");
    }
}

/// A second workspace in the same database, under the same keys.
async fn another_workspace_moves_in(place: &Place, app: &str) {
    let keys = place.data().join("root.keys").display().to_string();
    let other = Place::empty().with("SUTRA_DATABASE__URL", app).with("SUTRA_KEYS__FILE", keys);
    let server = other.serve(&[], "&token=");
    let token = server.said.trim().rsplit_once("&token=").unwrap().1;
    let password = "seven quiet herons at dusk";
    let complete = "mutation ($token: String!, $password: String!) {
        completeSetup(token: $token, email: \"ada@main.example\", name: \"Ada\", password: $password) { email } }";
    server.client.ask("", SETUP, complete, json!({ "token": token, "password": password })).await;
    let session = server.client.sign_in("main", "ada@main.example", password).await.unwrap();
    let create = "mutation { createAccount(input: { name: \"Only here\" }) { id } }";
    server.client.ask(&session, RECORDS, create, json!(null)).await;
    let count = server.client.ask(&session, RECORDS, "{ accounts { totalCount } }", json!(null)).await;
    assert_eq!(count["accounts"]["totalCount"], 1);
    server.stop();
}

fn the_serving_role_is_kept_in_its_workspace(app: &str) {
    let workspace =
        |slug: &str| psql(app, &format!("SELECT id FROM workspace WHERE slug = '{slug}'")).unwrap();
    let (demo, main) = (workspace("demo"), workspace("main"));
    let inside = |workspace: &str, sql: &str| {
        psql(app, &format!("BEGIN; SET LOCAL sutra.workspace = '{workspace}'; {sql}"))
    };
    let others = format!("SELECT count(*) FROM record WHERE workspace_id = '{demo}'");
    assert_eq!(inside(&main, "SELECT count(*) FROM record").unwrap(), "1");
    assert_eq!(inside(&main, &others).unwrap(), "0");
    assert_ne!(inside(&demo, &others).unwrap(), "0");
    let moved = format!("UPDATE record SET workspace_id = '{demo}'");
    let refused = [
        ("another workspace", inside(&main, &moved), "row-level security"),
        ("a changed entry", inside(&main, "UPDATE ledger_entry SET seq = seq"), "permission denied"),
        ("a removed entry", inside(&main, "DELETE FROM ledger_entry"), "permission denied"),
        ("a forged entry", inside(&main, "INSERT INTO ledger_entry DEFAULT VALUES"), "permission denied"),
        ("a changed head", inside(&main, "UPDATE ledger_head SET seq = 0"), "permission denied"),
        ("no context", psql(app, "SELECT count(*) FROM record"), "sutra.workspace"),
        ("no policy", inside(&main, "ALTER TABLE record DISABLE ROW LEVEL SECURITY"), "must be owner"),
    ];
    for (name, answer, expected) in refused {
        let error = answer.err().unwrap_or_else(|| panic!("{name} was not refused"));
        assert!(error.contains(expected), "{name}: {error}");
    }
}

/// Row-level security does not bind the cluster's administrator, and triggers can be switched off: what is
/// done to the ledger all the same is found, and named with its place.
fn what_the_administrator_does_to_the_ledger_is_found(place: &Place, administrator: &str) {
    let sound = place.run(&["audit", "verify"]);
    assert_eq!((sound.code, sound.out.matches(": OK").count()), (0, 3), "{sound:?}");
    psql(administrator, "CREATE TABLE kept AS TABLE ledger_entry").unwrap();
    let demo = "workspace_id = (SELECT id FROM workspace WHERE slug = 'demo')";
    let last_byte = "overlay(bytes placing '\\x00' from octet_length(bytes) for 1)";
    let attacks = [
        (
            "edited",
            format!("UPDATE ledger_entry SET bytes = {last_byte} WHERE seq = 7 AND {demo}"),
            "EDIT at entry 7",
        ),
        ("removed", format!("DELETE FROM ledger_entry WHERE seq = 7 AND {demo}"), "GAP at entry 7"),
        (
            "swapped",
            format!(
                "UPDATE ledger_entry SET seq = 1000000 WHERE seq = 7 AND {demo};
                 UPDATE ledger_entry SET seq = 7 WHERE seq = 8 AND {demo};
                 UPDATE ledger_entry SET seq = 8 WHERE seq = 1000000 AND {demo}"
            ),
            "at entry 7",
        ),
    ];
    for (name, attack, expected) in attacks {
        psql(administrator, &attack).unwrap();
        let found = place.run(&["audit", "verify"]);
        assert_eq!(found.code, 1, "{name}: {found:?}");
        assert!(found.out.contains("demo: 6 entries") && found.out.contains(expected), "{name}: {found:?}");
        assert_eq!(found.out.matches(": OK").count(), 2, "{name}: {found:?}");
        psql(administrator, "TRUNCATE ledger_entry; INSERT INTO ledger_entry TABLE kept").unwrap();
    }
    assert_eq!(place.run(&["audit", "verify"]).code, 0);
}

/// What PostgreSQL's own client prints last, or why it failed.
fn psql(url: &str, sql: &str) -> Result<String, String> {
    let program = env::var_os("SUTRA_PG_BIN").map(|folder| PathBuf::from(folder).join("psql"));
    let mut psql = Command::new(program.unwrap_or_else(|| PathBuf::from("psql")));
    let output =
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}
