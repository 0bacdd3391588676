//! What exists outside every workspace.

use sea_orm::DbBackend;

use super::{
    Beside, Step,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0001_registry", tables, beside };

fn tables() -> Vec<Table> {
    vec![
        Table::registry(
            "workspace",
            [uuid("id"), text("slug"), text("name"), text("region"), text("state"), integer("created_at")],
        )
        .key(["id"])
        .unique(["slug"])
        .app_may("SELECT, INSERT, UPDATE")
        .verifier_reads(),
        Table::registry("root_check", [integer("key_ref"), bytes("blob")])
            .key(["key_ref"])
            .app_may("SELECT, INSERT"),
        Table::registry("wake", [uuid("workspace_id"), integer("due_at")])
            .key(["workspace_id"])
            .index(["due_at"])
            .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}

/// The serving role looks whether the schema is its program's.
fn beside(backend: DbBackend) -> Option<Beside> {
    (backend == DbBackend::Postgres).then_some(Beside {
        up: "GRANT SELECT ON public.seaql_migrations TO sutra_app, sutra_verifier".into(),
        down: "REVOKE ALL ON public.seaql_migrations FROM sutra_app, sutra_verifier".into(),
    })
}
