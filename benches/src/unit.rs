//! What is written past the use cases, in one unit of work.

use sutra_audit::{Actor, Batch, EntryDraft, Event};
use sutra_engine::{Ports, Store, Unit};
use sutra_kernel::{PortError, UnitId, WorkspaceId};

/// Does some work in one unit. It is nobody's, and all that the ledger says of it is that something was defined.
///
/// # Panics
/// Work that fails ends whatever it is for.
pub async fn in_one_unit(
    store: &dyn Store,
    ports: &Ports,
    workspace: WorkspaceId,
    work: impl AsyncFnOnce(&mut dyn Unit) -> Result<(), PortError>,
) {
    let (now, entropy) = (ports.clock.now(), &*ports.entropy);
    let mut unit = store.begin(workspace, UnitId::generate(now, entropy)).await.expect("a unit");
    let seen = unit.epochs().await.expect("what the unit begins with");
    work(unit.as_mut()).await.expect("the work is done");
    let entries = vec![EntryDraft::new(Event::ObjectUpdate)];
    let batch = Batch { actor: Actor::operator(), request: None, entries };
    let receipt = sutra_audit::append(unit.as_mut(), batch, seen, now, entropy).await.expect("an entry");
    unit.commit(receipt).await.expect("it is kept");
}
