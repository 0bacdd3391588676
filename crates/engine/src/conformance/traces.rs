//! One of everything, in two workspaces or in one of them.

use sutra_audit::{EntryDraft, Event};
use sutra_crypto::{Sealed, TokenDigest};
use sutra_identity::OpenedSession;
use sutra_kernel::{ImportId, TaskId, UnitId};
use sutra_records::{
    Record,
    import::{Import, ImportRow},
};

use super::{
    gadget,
    home::{Home, at},
};
use crate::{OutboxTask, Store};

/// What was left in a workspace.
pub(super) struct Traces {
    pub(super) unit: UnitId,
    pub(super) session: OpenedSession,
    pub(super) record: Record,
    pub(super) import: Import,
    pub(super) key: sutra_crypto::WrappedKey,
    pub(super) task: OutboxTask,
    pub(super) offered: TokenDigest,
    pub(super) refused: [u8; 32],
}

/// What secrets that are used once are called here.
pub(super) const KIND: &str = "invitation";

/// Leaves traces in one of two workspaces whose contents have the same ids, and in the other none.
pub(super) async fn neighbours<'s>(store: &'s dyn Store, case: &str) -> (Home<'s>, Traces, Home<'s>) {
    let (home, other) = Home::found_twins(store, case).await;
    let traces = leave(&home).await;
    (home, traces, other)
}

/// Leaves one of everything in a workspace.
pub(super) async fn leave(home: &Home<'_>) -> Traces {
    let traces = traces(home);
    let mut work = home.begin().await;
    let unit = &mut work.unit;
    unit.put_password(home.admin.id, sealed(home)).await.unwrap();
    unit.put_session(&traces.session).await.unwrap();
    unit.offer(KIND, &traces.offered, at(1_000)).await.unwrap();
    unit.put_keys(vec![traces.key.clone()]).await.unwrap();
    unit.enqueue(&traces.task).await.unwrap();
    work.put(home.create_as(traces.record.id, &home.admin, traces.record.fields.clone(), at(1)))
        .await
        .unwrap();
    work.unit.put_import(&traces.import).await.unwrap();
    work.unit.put_import_row(&row(&traces.import, &traces.record, 1)).await.unwrap();
    work.enter(EntryDraft::new(Event::ImportRun).detail("file", "gadgets.csv"));
    let unit = work.unit.unit();
    work.commit().await;
    let mut book = home.book().await;
    book.count_refusal(&traces.refused, 1).await.unwrap();
    book.commit().await.unwrap();
    Traces { unit, ..traces }
}

fn traces(home: &Home<'_>) -> Traces {
    let dice = &home.dice;
    Traces {
        unit: UnitId::generate(at(1), dice),
        session: home.session(&home.admin, at(1)).0,
        record: home.create(&home.admin, gadget::named("Trace"), at(1)).after().clone(),
        import: import(home, at(1).as_micros()),
        key: home.audit_key(),
        task: task(home, 1),
        offered: TokenDigest::from_bytes(gadget::digest(dice)),
        refused: gadget::digest(dice),
    }
}

/// An import of a new file by the admin, finished at this instant.
pub(super) fn import(home: &Home<'_>, finished: i64) -> Import {
    Import {
        id: ImportId::generate(at(1), &home.dice),
        object: home.object.id,
        user: home.admin.id,
        file_digest: gadget::digest(&home.dice),
        started_at: at(1),
        finished_at: Some(sutra_kernel::Timestamp::from_micros(finished)),
    }
}

/// What says that this row of the import became the record.
pub(super) fn row(import: &Import, record: &Record, row: u64) -> ImportRow {
    let Import { id, object, file_digest, .. } = *import;
    ImportRow { import: id, object, file_digest, row, record: record.id }
}

/// A task that is due after this many seconds.
pub(super) fn task(home: &Home<'_>, due: u64) -> OutboxTask {
    OutboxTask {
        id: TaskId::generate(at(due), &home.dice),
        kind: "mail.send".to_owned(),
        payload: sealed(home),
        due_at: at(due),
        attempts: 0,
    }
}

/// Something sealed.
pub(super) fn sealed(home: &Home<'_>) -> Sealed {
    home.audit_key().blob
}
