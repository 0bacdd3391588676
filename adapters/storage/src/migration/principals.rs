//! Permission sets, the groups that they are given in, and who has them; and groups of people.

use super::{
    Step, nothing_beside,
    table::{Table, boolean, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0021_principals", tables, beside: nothing_beside };

const EVERYTHING: &str = "SELECT, INSERT, UPDATE, DELETE";
const NO_CHANGE: &str = "SELECT, INSERT, DELETE";

fn tables() -> Vec<Table> {
    vec![
        Table::scoped("permission_set", [uuid("id"), text("name"), integer("system")])
            .key(["id"])
            .unique(["name"])
            .app_may(EVERYTHING),
        bits("permission_set_object", "permission_set_id", "object_id", "permission_set"),
        bits("permission_set_field", "permission_set_id", "field_id", "permission_set"),
        Table::scoped("permission_set_group", [uuid("id"), text("name"), text("muted_system")])
            .key(["id"])
            .unique(["name"])
            .app_may(EVERYTHING),
        bits("muted_object", "permission_set_group_id", "object_id", "permission_set_group"),
        bits("muted_field", "permission_set_group_id", "field_id", "permission_set_group"),
        pairs(
            "grouped_permission_set",
            ("permission_set_group_id", "permission_set_group"),
            ("permission_set_id", "permission_set"),
        ),
        pairs("user_permission_set", ("user_id", "user_account"), ("permission_set_id", "permission_set")),
        pairs(
            "user_permission_set_group",
            ("user_id", "user_account"),
            ("permission_set_group_id", "permission_set_group"),
        ),
        Table::scoped("user_group", [uuid("id"), text("name"), boolean("queue")])
            .key(["id"])
            .unique(["name"])
            .app_may(EVERYTHING),
        // A member is a user, a role or something else: no foreign key.
        Table::scoped("group_member", [uuid("group_id"), text("principal_kind"), uuid("principal_id")])
            .key(["group_id", "principal_kind", "principal_id"])
            .references("group_id", "user_group")
            .index(["principal_id", "principal_kind"])
            .app_may(NO_CHANGE),
    ]
}

/// What a thing gives or takes away. Objects and fields are no foreign keys: definitions are replaced as a whole.
fn bits(table: &'static str, whole: &'static str, thing: &'static str, of: &'static str) -> Table {
    Table::scoped(table, [uuid(whole), uuid(thing), integer("bits")])
        .key([whole, thing])
        .references(whole, of)
        .app_may(NO_CHANGE)
}

/// What belongs to what, to be found from either side.
fn pairs(
    table: &'static str,
    (whole, of): (&'static str, &'static str),
    (part, target): (&'static str, &'static str),
) -> Table {
    Table::scoped(table, [uuid(whole), uuid(part)])
        .key([whole, part])
        .references(whole, of)
        .references(part, target)
        .index([part, whole])
        .app_may(NO_CHANGE)
}
