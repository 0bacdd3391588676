//! Profiles and roles: who may do what.

use super::{
    Step, nothing_beside,
    table::{Table, boolean, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0002_access", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped("profile", [uuid("id"), text("name"), integer("system")])
            .key(["id"])
            .unique(["name"])
            .app_may("SELECT, INSERT, UPDATE"),
        Table::scoped("object_permission", [uuid("profile_id"), uuid("object_id"), integer("bits")])
            .key(["profile_id", "object_id"])
            .references("profile_id", "profile")
            .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped("field_permission", [uuid("profile_id"), uuid("field_id"), integer("bits")])
            .key(["profile_id", "field_id"])
            .references("profile_id", "profile")
            .app_may("SELECT, INSERT, UPDATE, DELETE"),
        Table::scoped("role", [uuid("id"), text("name"), uuid("parent_id").null()])
            .key(["id"])
            .unique(["name"])
            .references("parent_id", "role")
            .app_may("SELECT, INSERT, UPDATE"),
        Table::scoped("object_policy", [uuid("object_id"), text("org_wide_default"), boolean("hierarchy")])
            .key(["object_id"])
            .app_may("SELECT, INSERT, UPDATE"),
    ]
}
