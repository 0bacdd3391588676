//! The words that records are found by.

use super::{
    Step, nothing_beside,
    table::{Table, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0010_search", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "search_token",
            [uuid("object_id"), text("token"), uuid("field_id"), uuid("record_id")],
        )
        .clustered_key(["object_id", "token", "field_id", "record_id"])
        .references("record_id", "record")
        .index(["record_id"])
        .app_may("SELECT, INSERT, DELETE"),
    ]
}
