//! What was tried in vain.

use super::{
    Step, nothing_beside,
    table::{Table, bytes, integer, text},
};

pub(super) const STEP: Step = Step { name: "m0036_tries", tables, beside: nothing_beside };

fn tables() -> Vec<Table> {
    vec![
        Table::scoped(
            "sign_in_attempt",
            [
                text("kind"),
                bytes("key"),
                integer("failures"),
                integer("locks"),
                integer("identifiers"),
                integer("locked_until").null(),
                integer("expires_at"),
            ],
        )
        .key(["kind", "key"])
        .index(["expires_at"])
        .app_may("SELECT, INSERT, UPDATE, DELETE"),
    ]
}
