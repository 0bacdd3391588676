//! Territories, and who is assigned to them.

use super::{
    Step, nothing_beside,
    table::{Table, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0022_territories", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped("territory", [uuid("id"), text("name"), uuid("parent_id").null()])
            .key(["id"])
            .unique(["name"])
            .references("parent_id", "territory")
            .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped("territory_user", [uuid("territory_id"), uuid("user_id")])
            .key(["territory_id", "user_id"])
            .references("territory_id", "territory")
            .references("user_id", "user_account")
            .index(["user_id", "territory_id"])
            .app_may("SELECT, INSERT, DELETE"),
    ]
}
