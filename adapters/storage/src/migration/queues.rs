//! Records that queues own: whose the owner's identifier is.

use super::{
    Step, nothing_beside,
    table::{Table, boolean},
};

pub(super) const STEP: Step = Step { name: "m0025_queues", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![Table::extended("record", [boolean("owner_is_queue").or_false()])]
}
