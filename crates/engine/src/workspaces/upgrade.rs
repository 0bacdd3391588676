//! Bringing a workspace's standard definitions up to those that are shipped.

use async_trait::async_trait;
use sutra_audit::{Entry, EntryDraft, EntryFilter, Event, Target};
use sutra_kernel::WorkspaceId;
use sutra_records::standard::{self, Attribute, Lacking};

use crate::{
    Caller, Engine, Error,
    work::{Attempt, Done, UseCase, Work},
};

/// What an upgrade came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upgraded {
    /// How many objects are new or have become others.
    pub objects: usize,
    /// What was left out, such as `account.vatNumber`: its name is taken, or there is no room for it. An administrator
    /// can do without; nothing else is kept from working.
    pub left_out: Vec<String>,
}

pub(super) async fn upgrade(engine: &Engine, workspace: WorkspaceId) -> Result<Upgraded, Error> {
    let system = Caller::system(workspace, engine.new_request_id());
    engine.announce_work(workspace).await?;
    let upgraded = engine.write(&system, &UpgradeDefinitions).await?.value;
    if upgraded.objects > 0 {
        engine.wake(workspace, engine.now()).await?;
    }
    Ok(upgraded)
}

struct UpgradeDefinitions;

#[async_trait]
impl UseCase for UpgradeDefinitions {
    type Output = Upgraded;

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::WorkspaceUpgrade, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Upgraded>, Error> {
        let shipped = &work.parts.standard;
        let mut wanted = Vec::new();
        for lacking in standard::lacking(work.metadata(), shipped) {
            if !work.was_decided(lacking).await? {
                wanted.push(lacking);
            }
        }
        let upgrade = standard::upgrade(work.metadata(), shipped, &wanted);
        let upgraded = Upgraded { objects: upgrade.objects.len(), left_out: upgrade.left_out };
        if upgrade.objects.is_empty() {
            return Ok(Done::unchanged(upgraded));
        }
        let names: Vec<_> = upgrade.objects.iter().map(|object| object.name.as_str()).collect();
        let target = Target::thing("workspace", work.caller.workspace().uuid());
        let entry =
            EntryDraft::new(Event::WorkspaceUpgrade).target(target).detail("objects", names.join(", "));
        let mut entries = vec![entry];
        entries.extend(work.redefine(&upgrade.objects).await?);
        Ok(Done { value: upgraded, entries })
    }
}

/// How many entries are read at a time.
const CHUNK: usize = 100;

impl Work<'_> {
    /// Whether somebody has changed this about the field already: the ledger knows.
    async fn was_decided(&mut self, lacking: Lacking) -> Result<bool, Error> {
        let change = match lacking.attribute {
            Attribute::Index => "slot",
            Attribute::Words => "searchable",
        };
        let mut filter = EntryFilter {
            target: Some(("field".to_owned(), lacking.field.uuid())),
            action: Some(Event::FieldUpdate.code().to_owned()),
            ..EntryFilter::default()
        };
        loop {
            let entries = self.unit.entries(&filter, CHUNK).await?;
            for stored in &entries {
                let entry = Entry::decode(&stored.bytes).map_err(Error::internal)?;
                if entry.changes.iter().any(|known| known.field == change) {
                    return Ok(true);
                }
            }
            let Some(last) = entries.last() else { return Ok(false) };
            filter.before_seq = Some(last.seq);
        }
    }
}
