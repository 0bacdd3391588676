//! Rules that hide records.

use super::{
    Step, nothing_beside,
    table::{Table, boolean, json, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0024_restriction_rules", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "restriction_rule",
            [uuid("id"), uuid("object_id"), text("name"), boolean("everybody"), json("condition")],
        )
        .key(["id"])
        .unique(["object_id", "name"])
        .references("object_id", "object_definition")
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped("restriction_audience", [uuid("rule_id"), text("kind"), uuid("principal_id")])
            .key(["rule_id", "kind", "principal_id"])
            .references("rule_id", "restriction_rule")
            .app_may("SELECT, INSERT, DELETE"),
    ]
}
