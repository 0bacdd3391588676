//! Marks in the slots of fields that have no value.

use sea_orm::DbBackend;

use super::{
    Beside, Step,
    records::{INTEGER_SLOTS, TEXT_SLOTS, UUID_SLOTS},
};

pub(super) const STEP: Step = Step { name: "m0020_empty", tables: Vec::new, beside };

/// The least 64-bit integer, in the one way in which both databases read it as such.
const LEAST: &str = "(-9223372036854775807 - 1)";

fn beside(backend: DbBackend) -> Option<Beside> {
    let nil =
        if backend == DbBackend::Sqlite { "zeroblob(16)" } else { "'00000000-0000-0000-0000-000000000000'" };
    let marks = [(&TEXT_SLOTS[..], "''"), (&INTEGER_SLOTS[..], LEAST), (&UUID_SLOTS[..], nil)];
    let each = |statement: fn(&str, &str) -> String| {
        let statements =
            marks.iter().flat_map(|(slots, mark)| slots.iter().map(move |slot| statement(slot, mark)));
        everywhere(backend, &statements.collect::<String>())
    };
    Some(Beside { up: each(put).into(), down: each(take).into() })
}

/// Marks the slot of the records whose object has a field with it.
fn put(slot: &str, mark: &str) -> String {
    format!(
        "UPDATE record SET {slot} = {mark} WHERE {slot} IS NULL AND EXISTS (SELECT 1 FROM field_definition AS field \
         WHERE field.workspace_id = record.workspace_id AND field.object_id = record.object_id AND field.slot = '{slot}'); "
    )
}

fn take(slot: &str, mark: &str) -> String {
    format!("UPDATE record SET {slot} = NULL WHERE {slot} = {mark}; ")
}

/// In every workspace: on PostgreSQL in one after the other, because whoever owns the tables is bound to one too.
fn everywhere(backend: DbBackend, statements: &str) -> String {
    if backend == DbBackend::Sqlite {
        return statements.to_owned();
    }
    format!(
        "DO $$ DECLARE here uuid; BEGIN \
         FOR here IN SELECT id FROM public.workspace LOOP \
         PERFORM set_config('sutra.workspace', here::text, true); {statements} \
         END LOOP; PERFORM set_config('sutra.workspace', '', true); END $$"
    )
}
