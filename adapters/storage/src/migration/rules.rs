//! What must be true of records.

use super::{
    Step, nothing_beside,
    table::{Table, boolean, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0012_rules", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "validation_rule",
            [
                uuid("id"),
                uuid("object_id"),
                text("name"),
                text("expression"),
                text("message"),
                boolean("active"),
            ],
        )
        .key(["id"])
        .unique(["object_id", "name"])
        .references("object_id", "object_definition")
        .app_may("SELECT, INSERT, UPDATE"),
    ]
}
