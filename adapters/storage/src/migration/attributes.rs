//! What definitions say about objects and fields since they were first made.

use super::{
    Step, nothing_beside,
    table::{Table, boolean, json},
};

pub(super) const STEP: Step = Step { name: "m0009_definition_attributes", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::extended("object_definition", [boolean("needs_reason").or_false()]),
        Table::extended(
            "field_definition",
            [
                json("default_value").null(),
                boolean("unique").or_false(),
                boolean("searchable").or_false(),
                boolean("encrypted").or_false(),
            ],
        ),
    ]
}
