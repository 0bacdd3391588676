//! Which requests were answered.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, json, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0008_idempotency", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        // Without outcome and receipt only inside the unit that claims it.
        Table::scoped(
            "idempotency",
            [
                uuid("user_id"),
                bytes("digest"),
                bytes("fingerprint"),
                integer("expires_at"),
                json("outcome").null(),
                text("receipt").null(),
            ],
        )
        .key(["user_id", "digest"])
        .references("user_id", "user_account")
        .index(["expires_at"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
