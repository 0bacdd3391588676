//! Which records are yet to be brought in line with their fields.

use super::{
    Step, nothing_beside,
    table::{Table, boolean, integer, json, uuid},
};

pub(super) const STEP: Step = Step { name: "m0016_preparation", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::extended("object_definition", [json("emptying").null()]),
        Table::extended(
            "field_definition",
            [boolean("preparing_index").or_false(), boolean("preparing_search").or_false()],
        ),
        Table::scoped(
            "preparation",
            [
                uuid("object_id"),
                uuid("after").null(),
                boolean("complete"),
                integer("done"),
                integer("total"),
                integer("started_at"),
            ],
        )
        .key(["object_id"])
        .references("object_id", "object_definition")
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
