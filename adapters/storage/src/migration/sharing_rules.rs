//! Rules that share records, how far records have what rules share, and who is moving.

use super::{
    Step, nothing_beside,
    table::{Table, integer, json, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0024_sharing_rules", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "sharing_rule",
            [
                uuid("id"),
                uuid("object_id"),
                text("name"),
                text("source_kind").null(),
                uuid("source_id").null(),
                json("condition").null(),
                text("target_kind"),
                uuid("target_id"),
                integer("level"),
            ],
        )
        .key(["id"])
        .unique(["object_id", "name"])
        .references("object_id", "object_definition")
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped(
            "resharing",
            [
                uuid("object_id"),
                uuid("owner_id"),
                uuid("after").null(),
                integer("done"),
                integer("total"),
                integer("started_at"),
            ],
        )
        .key(["object_id", "owner_id"])
        .references("object_id", "object_definition")
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped("moving_user", [uuid("user_id"), integer("started_at")])
            .key(["user_id"])
            .references("user_id", "user_account")
            .app_may("SELECT, INSERT, DELETE"),
    ]
}
