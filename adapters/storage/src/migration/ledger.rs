//! The ledger: a head that is locked, entries and openings that only grow.

use sea_orm::DbBackend;

use super::{
    Beside, Step,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0006_ledger", tables, beside };

/// The serving role may read; what it appends goes through functions.
const APP: &str = "SELECT";

fn tables() -> Vec<Table> {
    vec![head(), entry(), opening()]
}

fn head() -> Table {
    let columns = [
        integer("seq"),
        bytes("leaf"),
        bytes("prev"),
        integer("at_us"),
        integer("policy_epoch"),
        integer("metadata_version"),
    ];
    Table::scoped("ledger_head", columns).key([]).app_may(APP).verifier_reads()
}

fn entry() -> Table {
    Table::scoped(
        "ledger_entry",
        [
            integer("seq"),
            integer("at_us"),
            bytes("prev"),
            bytes("leaf"),
            bytes("bytes"),
            uuid("unit_id"),
            integer("ordinal"),
            integer("category"),
            text("action"),
            uuid("actor_id").null(),
            text("target_object").null(),
            uuid("target_id").null(),
            integer("target_version").null(),
            uuid("request_id").null(),
        ],
    )
    .key(["seq"])
    .unique(["prev"])
    .unique(["unit_id", "ordinal"])
    .index_present(["target_id", "seq"], "target_id")
    .index_present(["actor_id", "seq"], "actor_id")
    .index(["action", "seq"])
    .app_may(APP)
    .verifier_reads()
}

fn opening() -> Table {
    Table::scoped(
        "ledger_opening",
        [
            uuid("unit_id"),
            integer("ordinal"),
            text("field"),
            text("side"),
            bytes("salt").null(),
            integer("kind"),
            bytes("body"),
        ],
    )
    .clustered_key(["unit_id", "ordinal", "field", "side"])
    .app_may(APP)
    .verifier_reads()
}

fn beside(backend: DbBackend) -> Option<Beside> {
    match backend {
        DbBackend::Postgres => Some(Beside {
            up: include_str!("ledger/postgres_up.sql").into(),
            down: include_str!("ledger/postgres_down.sql").into(),
        }),
        DbBackend::Sqlite => {
            Some(Beside { up: include_str!("ledger/sqlite_up.sql").into(), down: "".into() })
        }
        _ => None,
    }
}
