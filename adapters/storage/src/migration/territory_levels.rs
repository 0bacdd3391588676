//! How far territories open the records that are assigned to them.

use super::{
    Step, nothing_beside,
    table::{Table, integer, uuid},
};

pub(super) const STEP: Step = Step { name: "m0031_territory_levels", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped("territory_level", [uuid("territory_id"), uuid("object_id"), integer("level")])
            .key(["territory_id", "object_id"])
            .references("territory_id", "territory")
            .references("object_id", "object_definition")
            .app_may("SELECT, INSERT, DELETE"),
    ]
}
