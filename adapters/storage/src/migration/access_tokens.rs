//! Personal access tokens.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0038_access_tokens", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "access_token",
            [
                uuid("id"),
                uuid("user_id"),
                text("name"),
                text("scopes"),
                bytes("digest"),
                integer("created_at"),
                integer("expires_at"),
                integer("last_used_at").null(),
            ],
        )
        .key(["id"])
        .unique(["digest"])
        .references("user_id", "user_account")
        .index(["user_id"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
