//! What users have set up beside a password, and the devices that need none of it.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0035_factors", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "factor",
            [
                uuid("id"),
                uuid("user_id"),
                text("kind"),
                text("name"),
                bytes("sealed"),
                bytes("lookup").null(),
                integer("step").null(),
                integer("version"),
                integer("created_at"),
                integer("last_used_at").null(),
            ],
        )
        .key(["id"])
        .unique(["lookup"])
        .references("user_id", "user_account")
        .index(["user_id"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped(
            "remembered_device",
            [
                uuid("id"),
                uuid("user_id"),
                bytes("digest"),
                text("address").null(),
                text("user_agent").null(),
                integer("created_at"),
                integer("last_used_at"),
                integer("expires_at"),
            ],
        )
        .key(["id"])
        .unique(["digest"])
        .references("user_id", "user_account")
        .index(["user_id"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
