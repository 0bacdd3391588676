//! To whom records are shared, and why.

use super::{
    Step, nothing_beside,
    table::{Table, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0023_shares", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        // Neither a principal nor a cause is a foreign key: both are of several kinds.
        Table::scoped(
            "record_share",
            [
                uuid("object_id"),
                uuid("record_id"),
                text("principal_kind"),
                uuid("principal_id"),
                uuid("grantee_role_id").null(),
                integer("level"),
                text("cause"),
                uuid("cause_id"),
            ],
        )
        .key(["record_id", "cause", "cause_id", "principal_kind", "principal_id"])
        .references("record_id", "record")
        .index(["object_id", "principal_kind", "principal_id", "record_id"])
        .index_present(["object_id", "grantee_role_id", "record_id"], "grantee_role_id")
        .index(["cause_id", "record_id"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
