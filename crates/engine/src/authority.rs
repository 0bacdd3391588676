//! What decisions are made from: the caller's compiled plan and the workspace's objects, cached by epoch.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use sutra_acl::{Policy, Subject, SystemPermission, UserPlan};
use sutra_audit::Epochs;
use sutra_identity::Settings;
use sutra_kernel::{ProfileId, UserId, Uuid, WorkspaceId};
use sutra_records::Metadata;

use crate::{Caller, Error, Reads, work};

/// A caller's plan and the objects it speaks of, both of one moment.
#[derive(Clone)]
pub(crate) struct Authority {
    pub(crate) policy: Arc<Policy>,
    pub(crate) plan: Arc<UserPlan>,
    pub(crate) metadata: Arc<Metadata>,
    /// What administrators have decided about signing in, of the policy's moment.
    pub(crate) settings: Arc<Settings>,
}

impl Authority {
    pub(crate) fn require_permission(&self, permission: SystemPermission) -> Result<(), Error> {
        work::require_permission(&self.plan, permission)
    }
}

#[derive(Default)]
pub(crate) struct Authorities {
    policies: Cache<WorkspaceId, Arc<Policy>>,
    plans: Cache<(WorkspaceId, UserId), Arc<UserPlan>>,
    metadata: Cache<WorkspaceId, Arc<Metadata>>,
    /// With the epoch of the policy that they belong to.
    settings: Cache<WorkspaceId, (u64, Arc<Settings>)>,
}

impl Authorities {
    /// What is cached for this moment, or nothing if some of it is of another.
    pub(crate) fn cached(&self, caller: &Caller, epochs: Epochs) -> Option<Authority> {
        let workspace = caller.workspace();
        let metadata = self.metadata.find(&workspace).filter(|it| it.version() == epochs.metadata)?;
        let policy = self.policies.find(&workspace).filter(|it| it.epoch == epochs.policy)?;
        let (_, settings) = self.settings.find(&workspace).filter(|(epoch, _)| *epoch == epochs.policy)?;
        let plan = match caller.user_id() {
            Some(user) => self.plans.find(&(workspace, user)).filter(|it| it.epoch() == epochs.policy)?,
            None => Arc::new(nobody(&policy, workspace)),
        };
        Some(Authority { policy, plan, metadata, settings })
    }

    /// Reads what is not cached. Only from a snapshot, whose parts are all of one moment: two reads inside
    /// a unit could straddle somebody's commit.
    pub(crate) async fn load(
        &self,
        caller: &Caller,
        reads: &mut dyn Reads,
        epochs: Epochs,
    ) -> Result<Authority, Error> {
        if let Some(authority) = self.cached(caller, epochs) {
            return Ok(authority);
        }
        let workspace = caller.workspace();
        let policy = self.policy(workspace, reads, epochs).await?;
        let metadata = self.objects(workspace, reads, epochs).await?;
        let settings = self.settings(workspace, reads, epochs).await?;
        let plan = match caller.user_id() {
            Some(user) => {
                let plan = match reads.subject(user).await? {
                    Some(subject) => UserPlan::compile(&policy, &subject),
                    None => nobody(&policy, workspace),
                };
                let plan = Arc::new(plan);
                self.plans.keep((workspace, user), Arc::clone(&plan));
                plan
            }
            None => Arc::new(nobody(&policy, workspace)),
        };
        Ok(Authority { policy, plan, metadata, settings })
    }

    async fn policy(
        &self,
        workspace: WorkspaceId,
        reads: &mut dyn Reads,
        epochs: Epochs,
    ) -> Result<Arc<Policy>, Error> {
        if let Some(policy) = self.policies.find(&workspace).filter(|it| it.epoch == epochs.policy) {
            return Ok(policy);
        }
        let policy = Arc::new(reads.policy().await?);
        self.policies.keep(workspace, Arc::clone(&policy));
        Ok(policy)
    }

    async fn settings(
        &self,
        workspace: WorkspaceId,
        reads: &mut dyn Reads,
        epochs: Epochs,
    ) -> Result<Arc<Settings>, Error> {
        let known = self.settings.find(&workspace);
        if let Some((_, settings)) = known.filter(|(epoch, _)| *epoch == epochs.policy) {
            return Ok(settings);
        }
        let settings = Arc::new(reads.settings().await?);
        self.settings.keep(workspace, (epochs.policy, Arc::clone(&settings)));
        Ok(settings)
    }

    async fn objects(
        &self,
        workspace: WorkspaceId,
        reads: &mut dyn Reads,
        epochs: Epochs,
    ) -> Result<Arc<Metadata>, Error> {
        if let Some(known) = self.metadata.find(&workspace).filter(|it| it.version() == epochs.metadata) {
            return Ok(known);
        }
        let metadata = Metadata::new(epochs.metadata, reads.objects().await?).map_err(Error::internal)?;
        let metadata = Arc::new(metadata.with_rules(reads.rules().await?));
        self.metadata.keep(workspace, Arc::clone(&metadata));
        Ok(metadata)
    }
}

/// The plan of somebody who is nobody here: it denies everything.
fn nobody(policy: &Policy, workspace: WorkspaceId) -> UserPlan {
    let (user, profile) = (UserId::from_uuid(Uuid::nil()), ProfileId::from_uuid(Uuid::nil()));
    UserPlan::compile(policy, &Subject { active: false, ..Subject::new(workspace, user, profile) })
}

/// A bounded map that forgets everything when it is full: what it holds can be read again.
struct Cache<K, V>(Mutex<HashMap<K, V>>);

const CACHED: usize = 50_000;

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    fn find(&self, key: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: K, value: V) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= CACHED {
            map.clear();
        }
        map.insert(key, value);
    }
}
