//! Definitions that were read before, so that reading and writing records does not read them again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use sutra_kernel::{ObjectId, WorkspaceId};
use sutra_records::ObjectDef;

/// What all transactions have read, with the version of the workspace's metadata it is of.
///
/// It is filled by transactions alone whose version and definitions are of one moment: snapshots, and where one writer
/// is the lock also units, as long as they change no definition. Any unit may use what is in it: if the version has
/// moved since the unit read it, the unit cannot append and so cannot commit.
#[derive(Default)]
pub(crate) struct Shared(Mutex<HashMap<Place, (u64, Arc<ObjectDef>)>>);

type Place = (WorkspaceId, ObjectId);

/// How many are kept; when it is full it forgets everything, which can be read again.
const KEPT: usize = 10_000;

/// What one transaction knows.
pub(crate) struct Known {
    shared: Arc<Shared>,
    workspace: WorkspaceId,
    is_of_one_moment: bool,
    own: BTreeMap<ObjectId, Arc<ObjectDef>>,
    state: State,
}

/// What the transaction's definitions are of.
enum State {
    /// It has not read the version.
    Unknown,
    /// It has read this version.
    Version(u64),
    /// It has changed definitions itself.
    Changed,
}

impl Shared {
    fn find(&self, workspace: WorkspaceId, object: ObjectId, version: u64) -> Option<Arc<ObjectDef>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (of_version, definition) = kept.get(&(workspace, object))?;
        (*of_version == version).then(|| Arc::clone(definition))
    }

    fn keep(&self, workspace: WorkspaceId, version: u64, definition: &Arc<ObjectDef>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert((workspace, definition.id), (version, Arc::clone(definition)));
    }
}

impl Known {
    /// What a transaction knows at first that reads only what was there at one moment, and what it writes itself.
    pub(crate) fn of_one_moment(shared: &Arc<Shared>, workspace: WorkspaceId) -> Self {
        let (shared, own) = (Arc::clone(shared), BTreeMap::new());
        Self { shared, workspace, is_of_one_moment: true, own, state: State::Unknown }
    }

    /// What a transaction knows at first beside which others write.
    pub(crate) fn of_many_moments(shared: &Arc<Shared>, workspace: WorkspaceId) -> Self {
        Self { is_of_one_moment: false, ..Self::of_one_moment(shared, workspace) }
    }

    /// Notes the version that the transaction has read.
    pub(crate) fn read_version(&mut self, version: u64) {
        match self.state {
            State::Changed => {}
            State::Version(known) if known == version => {}
            State::Unknown | State::Version(_) => {
                self.own.clear();
                self.state = State::Version(version);
            }
        }
    }

    /// Notes that the transaction changes definitions.
    pub(crate) fn change(&mut self) {
        self.own.clear();
        self.state = State::Changed;
    }

    pub(crate) fn find(&self, object: ObjectId) -> Option<Arc<ObjectDef>> {
        self.own.get(&object).cloned().or_else(|| match self.state {
            State::Version(version) => self.shared.find(self.workspace, object, version),
            State::Unknown | State::Changed => None,
        })
    }

    pub(crate) fn keep(&mut self, definition: &Arc<ObjectDef>) {
        if let (true, State::Version(version)) = (self.is_of_one_moment, &self.state) {
            self.shared.keep(self.workspace, *version, definition);
        }
        self.own.insert(definition.id, Arc::clone(definition));
    }
}
