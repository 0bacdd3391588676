//! How encrypted fields are masked.

use super::{
    Step, nothing_beside,
    table::{Table, text},
};

pub(super) const STEP: Step = Step { name: "m0013_masks", tables, beside: nothing_beside };

/// Nothing for a field that is not encrypted.
fn tables() -> Vec<Table> {
    vec![Table::extended("field_definition", [text("mask").null()])]
}
