//! Wrapped keys.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text},
};

pub(super) const STEP: Step = Step { name: "m0005_keys", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "wrapped_key",
            [
                integer("key_ref"),
                text("slot"),
                integer("version"),
                integer("wrapped_by"),
                bytes("blob"),
                integer("created_at"),
            ],
        )
        .key(["key_ref"])
        .unique(["slot", "version"])
        .app_may("SELECT, INSERT")
        .verifier_reads(),
    ]
}
