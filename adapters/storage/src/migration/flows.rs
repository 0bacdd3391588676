//! Ceremonies that are under way.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0034_flows", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "sign_in_flow",
            [
                uuid("id"),
                bytes("digest"),
                uuid("user_id"),
                text("purpose"),
                text("began_with"),
                text("delivery").null(),
                uuid("session_id").null(),
                text("passed"),
                integer("attempts"),
                integer("expires_at"),
            ],
        )
        .key(["id"])
        .unique(["digest"])
        .references("user_id", "user_account")
        .references("session_id", "session")
        .index(["user_id", "expires_at"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
