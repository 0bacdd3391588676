//! Users, what they prove themselves with, and where they are signed in.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text, uuid},
};

pub(super) const STEP: Step = Step { name: "m0003_identity", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![user_account(), credential(), session(), single_use()]
}

fn user_account() -> Table {
    Table::scoped(
        "user_account",
        [
            uuid("id"),
            text("email"),
            text("email_key"),
            text("name"),
            uuid("profile_id"),
            uuid("role_id").null(),
            text("state"),
            integer("version"),
            integer("created_at"),
            integer("updated_at"),
        ],
    )
    .key(["id"])
    .unique(["email_key"])
    .references("profile_id", "profile")
    .references("role_id", "role")
    .index(["profile_id", "id"])
    .app_may("SELECT, INSERT, UPDATE")
}

fn credential() -> Table {
    Table::scoped("credential", [uuid("user_id"), text("kind"), bytes("sealed")])
        .key(["user_id", "kind"])
        .references("user_id", "user_account")
        .app_may("SELECT, INSERT, UPDATE")
}

fn session() -> Table {
    Table::scoped(
        "session",
        [
            uuid("id"),
            uuid("user_id"),
            bytes("digest"),
            text("delivery"),
            integer("created_at"),
            integer("last_seen_at"),
            integer("expires_at"),
            integer("idle_us"),
            integer("ended_at").null(),
            text("address").null(),
            text("user_agent").null(),
        ],
    )
    .key(["id"])
    .unique(["digest"])
    .references("user_id", "user_account")
    .index(["user_id", "created_at"])
    .app_may("SELECT, INSERT, UPDATE")
}

fn single_use() -> Table {
    Table::scoped("single_use", [text("kind"), bytes("digest"), integer("expires_at")])
        .key(["kind", "digest"])
        .app_may("SELECT, INSERT, UPDATE, DELETE")
}
