//! What the users do that are of the team of a record: that they are of it is told by its shares.

use super::{
    Step, nothing_beside,
    table::{Table, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0029_teams", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped("team_role", [uuid("record_id"), uuid("user_id"), text("role")])
            .key(["record_id", "user_id"])
            .references("record_id", "record")
            .references("user_id", "user_account")
            .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
