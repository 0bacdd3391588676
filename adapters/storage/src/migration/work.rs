//! The outbox, and counters.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0007_work", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "outbox",
            [
                uuid("id"),
                text("kind"),
                bytes("payload"),
                integer("due_at"),
                integer("attempts"),
                integer("leased_until").null(),
            ],
        )
        .key(["id"])
        .index(["due_at", "id"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
        // The last minute that had any, how many, and how many the minute before it had.
        Table::scoped(
            "refusal_count",
            [bytes("key"), integer("minute"), integer("count"), integer("count_before")],
        )
        .key(["key"])
        .app_may("SELECT, INSERT, UPDATE"),
    ]
}
