//! What administrators decide about how people sign in and stay signed in.

use super::{
    Step, nothing_beside,
    table::{Table, json, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0033_settings", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped("setting", [text("scope_kind"), uuid("scope_id"), text("name"), json("value")])
            .key(["scope_kind", "scope_id", "name"])
            .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
