//! Which record has which unique value.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, uuid},
};

pub(super) const STEP: Step = Step { name: "m0011_unique", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        // A field is no foreign key: definitions are replaced as a whole.
        Table::scoped("record_unique", [uuid("field_id"), bytes("key"), uuid("record_id")])
            .key(["field_id", "key"])
            .references("record_id", "record")
            .index(["record_id"])
            .app_may("SELECT, INSERT, DELETE"),
    ]
}
