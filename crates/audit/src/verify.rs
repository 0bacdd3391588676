//! The verifier: reads a chain from its first entry to its head and names what is wrong with it.

use std::{collections::BTreeMap, fmt};

use sutra_kernel::{RequestId, Timestamp, WorkspaceId};

use crate::{
    Disclosure, Entry, Hash, Head, NO_HASH, Opening, OpeningKey, Side, StoredEntry, leaf,
    opening::{Bared, Openings},
};

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// An entry is not what was written: its bytes, its hash or its form.
    Edit,
    /// An entry does not continue the one before, or the head is not the chain's end.
    Fork,
    /// The end of the chain is missing.
    Truncate,
    /// The beginning of the chain is missing, without the proof that retention leaves behind.
    PruneUnproven,
    /// A column says something else than the entry.
    Projection,
    /// An opening is missing, superfluous, or not what the entry committed to.
    Opening,
    /// An entry in the middle is missing.
    Gap,
    /// A record has a value that its last entry does not commit to.
    Value,
    /// Somebody outside was given another leaf for this place.
    Anchor,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Edit => "EDIT",
            Self::Fork => "FORK",
            Self::Truncate => "TRUNCATE",
            Self::PruneUnproven => "PRUNE_UNPROVEN",
            Self::Projection => "PROJECTION",
            Self::Opening => "OPENING",
            Self::Gap => "GAP",
            Self::Value => "VALUE",
            Self::Anchor => "ANCHOR",
        })
    }
}

/// The first thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finding {
    /// At which place of the chain.
    pub seq: u64,
    /// What.
    pub class: Class,
}

/// What a verifier has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many entries are sound, from the first on.
    pub entries: u64,
    /// How many openings were proven to be what was committed to.
    pub proven: u64,
    /// How many openings could not be tried, because their keys were not at hand.
    pub closed: u64,
    /// The first bad place; nothing after it has been looked at.
    pub first_bad: Option<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.first_bad.is_none()
    }
}

/// Checks one chain, entry by entry, in constant memory.
///
/// Level 1 is [`Verifier::entry`] for every entry in order, then [`Verifier::finish`]; level 2 adds
/// [`Verifier::openings`] after each entry. Someone who rewrites a chain as a whole, head and all, is found
/// only by what was kept elsewhere: see [`Verifier::anchor`].
pub struct Verifier {
    workspace: WorkspaceId,
    anchors: BTreeMap<u64, Hash>,
    seq: u64,
    leaf: Hash,
    at: Timestamp,
    last: Option<Entry>,
    report: Report,
}

impl Verifier {
    /// A verifier that expects the first entry of this workspace's chain.
    #[must_use]
    pub fn new(workspace: WorkspaceId) -> Self {
        let Head { seq, leaf, at, .. } = Head::EMPTY;
        let (anchors, report) = (BTreeMap::new(), Report::default());
        Self { workspace, anchors, seq, leaf, at, last: None, report }
    }

    /// Holds the chain to a leaf that somebody outside was given for this place, such as a receipt's.
    pub fn anchor(&mut self, seq: u64, leaf: Hash) {
        self.anchors.insert(seq, leaf);
    }

    /// Checks the next entry: place, link, hash, form and columns.
    pub fn entry(&mut self, stored: &StoredEntry) {
        if !self.report.is_sound() {
            return;
        }
        match self.check_entry(stored) {
            Ok(entry) => {
                (self.seq, self.leaf, self.at) = (stored.seq, stored.leaf, stored.at);
                self.last = Some(entry);
                self.report.entries += 1;
            }
            Err(finding) => self.report.first_bad = Some(finding),
        }
    }

    /// Checks the openings of the entry that was checked last: all of them, and no others.
    pub fn openings(&mut self, openings: &[Opening], mut keys: impl FnMut(&Opening) -> Option<OpeningKey>) {
        if !self.report.is_sound() {
            return;
        }
        if let Some(entry) = self.last.take()
            && self.check_openings(&entry, openings, &mut keys).is_none()
        {
            self.report.first_bad = Some(Finding { seq: entry.seq, class: Class::Opening });
        }
    }

    /// Compares the end of the chain with the head, and says what was found.
    #[must_use]
    pub fn finish(mut self, head: &Head) -> Report {
        if self.report.is_sound() {
            self.report.first_bad = self.check_head(head);
        }
        self.report
    }

    fn check_entry(&self, stored: &StoredEntry) -> Result<Entry, Finding> {
        let seq = self.seq.saturating_add(1);
        let bad = |class| Err(Finding { seq, class });
        if stored.seq < seq {
            return Err(Finding { seq: stored.seq, class: Class::Fork });
        }
        if stored.seq > seq {
            return bad(if self.seq == 0 { Class::PruneUnproven } else { Class::Gap });
        }
        if leaf(&stored.bytes) != stored.leaf {
            return bad(Class::Edit);
        }
        let Ok(entry) = Entry::decode(&stored.bytes) else {
            return bad(Class::Edit);
        };
        if entry.workspace != self.workspace || entry.prev != self.leaf {
            return bad(Class::Fork);
        }
        if entry.seq != seq || entry.at < self.at {
            return bad(Class::Edit);
        }
        if self.anchors.get(&seq).is_some_and(|anchor| *anchor != stored.leaf) {
            return bad(Class::Anchor);
        }
        if !projects(&entry, stored) {
            return bad(Class::Projection);
        }
        Ok(entry)
    }

    /// Nothing if some opening is not as it must be.
    fn check_openings(
        &mut self,
        entry: &Entry,
        openings: &[Opening],
        keys: &mut dyn FnMut(&Opening) -> Option<OpeningKey>,
    ) -> Option<()> {
        let found = Openings::of(entry, openings);
        let mut wanted = 0;
        for (field, side, hash, disclosure) in commitments(entry) {
            wanted += 1;
            let opening = found.find(field, side)?;
            if disclosure.is_some_and(|disclosure| disclosure != opening.body.disclosure()) {
                return None;
            }
            match opening.bare(entry.workspace, &hash, keys) {
                Bared::Proven(_) => self.report.proven += 1,
                Bared::Closed => self.report.closed += 1,
                Bared::Unproven => return None,
            }
        }
        (found.len() == wanted && openings.len() == wanted).then_some(())
    }

    fn check_head(&self, head: &Head) -> Option<Finding> {
        let finding = |seq, class| Some(Finding { seq, class });
        let next = self.seq.saturating_add(1);
        if head.seq > self.seq || self.anchors.range(next..).next().is_some() {
            return finding(next, Class::Truncate);
        }
        if head.seq < self.seq {
            return finding(head.seq.saturating_add(1), Class::Fork);
        }
        if head.leaf != self.leaf {
            return finding(self.seq, Class::Fork);
        }
        if self.leaf != NO_HASH && head.at != self.at {
            return finding(self.seq, Class::Projection);
        }
        None
    }
}

/// Every commitment of an entry; the circumstances may be kept either way.
fn commitments(entry: &Entry) -> impl Iterator<Item = (&str, Side, Hash, Option<Disclosure>)> {
    let changes = entry.changes.iter().flat_map(|change| {
        let sides = [(Side::Old, change.old), (Side::New, change.new)];
        sides
            .into_iter()
            .filter_map(|(side, hash)| Some((change.field.as_str(), side, hash?, Some(change.disclosure))))
    });
    changes.chain(entry.detail.map(|hash| (Side::DETAIL_FIELD, Side::Detail, hash, None)))
}

fn projects(entry: &Entry, stored: &StoredEntry) -> bool {
    let target = entry.target.as_ref();
    stored.prev == entry.prev
        && stored.at == entry.at
        && stored.unit == entry.unit
        && stored.ordinal == entry.ordinal
        && stored.category == entry.category.code()
        && stored.action == entry.action
        && stored.actor_id == entry.actor.id
        && stored.target_object.as_ref() == target.map(|target| &target.object)
        && stored.target_id == target.and_then(|target| target.id)
        && stored.target_version == target.and_then(|target| target.version)
        && stored.request == entry.request.map(RequestId::uuid)
}
