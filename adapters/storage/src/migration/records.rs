//! Objects and fields as data, and the one table of records.

use super::{
    Step, nothing_beside,
    table::{Column, Table, boolean, bytes, integer, json, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0004_records", tables, beside: nothing_beside };

/// The typed columns that indexed fields are projected to.
pub(super) const TEXT_SLOTS: [&str; 12] = [
    "text_00", "text_01", "text_02", "text_03", "text_04", "text_05", "text_06", "text_07", "text_08",
    "text_09", "text_10", "text_11",
];
pub(super) const INTEGER_SLOTS: [&str; 12] = [
    "int_00", "int_01", "int_02", "int_03", "int_04", "int_05", "int_06", "int_07", "int_08", "int_09",
    "int_10", "int_11",
];
pub(super) const UUID_SLOTS: [&str; 8] =
    ["uuid_00", "uuid_01", "uuid_02", "uuid_03", "uuid_04", "uuid_05", "uuid_06", "uuid_07"];

fn tables() -> Vec<Table> {
    vec![object_definition(), field_definition(), record(), import(), import_row()]
}

fn object_definition() -> Table {
    Table::scoped(
        "object_definition",
        [
            uuid("id"),
            text("name"),
            text("label"),
            text("plural"),
            text("plural_label"),
            text("name_field"),
            text("subject"),
            boolean("standard"),
            text("help"),
            integer("position"),
        ],
    )
    .key(["id"])
    .unique(["name"])
    .app_may("SELECT, INSERT, UPDATE")
    .verifier_reads()
}

fn field_definition() -> Table {
    Table::scoped(
        "field_definition",
        [
            uuid("id"),
            uuid("object_id"),
            text("name"),
            text("label"),
            json("kind"),
            boolean("required"),
            text("slot").null(),
            text("category"),
            text("help"),
            integer("position"),
        ],
    )
    .key(["id"])
    .unique(["object_id", "name"])
    .references("object_id", "object_definition")
    .app_may("SELECT, INSERT, UPDATE, DELETE")
    .verifier_reads()
}

fn record() -> Table {
    let table = Table::scoped(
        "record",
        [
            uuid("id"),
            uuid("object_id"),
            uuid("owner_id"),
            uuid("access_owner_id"),
            uuid("access_role_id").null(),
            uuid("parent_id").null(),
            integer("version"),
            integer("created_at"),
            uuid("created_by"),
            integer("updated_at"),
            uuid("updated_by"),
            integer("deleted_at").null(),
            integer("locked_at").null(),
            json("fields"),
            json("sealed"),
        ],
    )
    .with(slots(&TEXT_SLOTS, text))
    .with(slots(&INTEGER_SLOTS, integer))
    .with(slots(&UUID_SLOTS, uuid))
    .key(["id"])
    .references("object_id", "object_definition")
    .index(["object_id", "id"])
    .index(["object_id", "access_owner_id", "id"])
    .index(["object_id", "access_role_id", "id"])
    .index(["owner_id", "object_id", "id"])
    .index(["object_id", "created_at", "id"])
    .index(["object_id", "updated_at", "id"])
    .app_may("SELECT, INSERT, UPDATE")
    .verifier_reads();
    let slots = TEXT_SLOTS.into_iter().chain(INTEGER_SLOTS).chain(UUID_SLOTS);
    slots.fold(table, |table, slot| table.index_present(["object_id", slot, "id"], slot))
}

fn slots(names: &[&'static str], kind: fn(&'static str) -> Column) -> Vec<Column> {
    names.iter().map(|name| kind(name).null()).collect()
}

fn import() -> Table {
    Table::scoped(
        "import",
        [
            uuid("id"),
            uuid("object_id"),
            uuid("user_id"),
            bytes("file_digest"),
            integer("started_at"),
            integer("finished_at").null(),
        ],
    )
    .key(["id"])
    .index(["object_id", "user_id", "id"])
    .app_may("SELECT, INSERT, UPDATE")
}

fn import_row() -> Table {
    Table::scoped(
        "import_row",
        [
            uuid("object_id"),
            bytes("file_digest"),
            integer("row_number"),
            uuid("import_id"),
            uuid("record_id"),
        ],
    )
    .key(["object_id", "file_digest", "row_number"])
    .index(["import_id", "row_number"])
    .app_may("SELECT, INSERT")
}
