//! Permits: proof that one action on one version of one record was allowed.

use sutra_kernel::{ObjectId, RecordId, UserId, WorkspaceId};

use crate::{Action, Facts};

/// Proof that somebody may do one thing to one version of one record, once.
///
/// Only a decision makes one, and whoever acts on it spends it.
///
/// # Security
/// It cannot be made outside this crate:
///
/// ```compile_fail,E0451
/// use sutra_acl::{Action, Facts, Permit, Stage, UserPlan};
///
/// fn forge(plan: &UserPlan, facts: &Facts<'_>) -> Permit {
///     Permit {
///         workspace: facts.workspace,
///         user: plan.user(),
///         action: Action::Delete,
///         object: facts.object,
///         record: facts.record,
///         version: facts.version,
///         stage: Stage::Before,
///     }
/// }
/// ```
///
/// nor doubled:
///
/// ```compile_fail,E0599
/// fn twice(permit: sutra_acl::Permit) -> [sutra_acl::Permit; 2] {
///     [permit.clone(), permit]
/// }
/// ```
///
/// nor come out of nothing:
///
/// ```compile_fail,E0277
/// fn nothing<T: Default>() -> T {
///     T::default()
/// }
/// let permit: sutra_acl::Permit = nothing();
/// ```
///
/// nor be spent twice:
///
/// ```compile_fail,E0382
/// use sutra_acl::{Action, Facts, Permit, PermitMismatch, Stage};
///
/// fn again(permit: Permit, facts: &Facts<'_>) -> Result<(), PermitMismatch> {
///     permit.spend(Action::Update, Stage::Before, facts)?;
///     permit.spend(Action::Update, Stage::Before, facts)
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is there to be spent"]
pub struct Permit {
    workspace: WorkspaceId,
    user: UserId,
    action: Action,
    object: ObjectId,
    record: RecordId,
    version: u64,
    stage: Stage,
}

/// Which image of the record was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The record as it is stored, before the change.
    Before,
    /// The record as it will be, after the change.
    After,
}

/// A permit was presented for something it does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permit is for another `{part}`")]
pub struct PermitMismatch {
    part: &'static str,
}

impl Permit {
    pub(crate) fn issue(user: UserId, action: Action, stage: Stage, facts: &Facts<'_>) -> Self {
        Self {
            workspace: facts.workspace,
            user,
            action,
            object: facts.object,
            record: facts.record,
            version: facts.version,
            stage,
        }
    }

    /// Uses the permit up for this action on this image of the record.
    ///
    /// # Errors
    /// A permit for another action, image, workspace, object, record or version is refused, and is gone.
    pub fn spend(self, action: Action, stage: Stage, facts: &Facts<'_>) -> Result<(), PermitMismatch> {
        let parts = [
            ("action", self.action == action),
            ("stage", self.stage == stage),
            ("workspace", self.workspace == facts.workspace),
            ("object", self.object == facts.object),
            ("record", self.record == facts.record),
            ("version", self.version == facts.version),
        ];
        match parts.into_iter().find(|(_, fits)| !fits) {
            Some((part, _)) => Err(PermitMismatch { part }),
            None => Ok(()),
        }
    }

    /// The workspace of the record.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Who may act.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// What may be done.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The object of the record.
    #[must_use]
    pub fn object(&self) -> ObjectId {
        self.object
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// The version of the record that was judged.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Which image of the record was judged.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }
}

impl PermitMismatch {
    /// The first thing that did not fit, in one word.
    #[must_use]
    pub fn part(&self) -> &'static str {
        self.part
    }
}

#[cfg(test)]
mod tests {
    use sutra_kernel::Uuid;

    use super::*;
    use crate::Owner;

    const ONE: Uuid = Uuid::from_u128(1);

    fn facts() -> Facts<'static> {
        let owner = Owner::User(UserId::from_uuid(ONE));
        let (workspace, object) = (WorkspaceId::from_uuid(ONE), ObjectId::from_uuid(ONE));
        Facts { version: 3, ..Facts::new(workspace, object, RecordId::from_uuid(ONE), owner) }
    }

    fn permit() -> Permit {
        Permit::issue(UserId::from_uuid(ONE), Action::Update, Stage::Before, &facts())
    }

    #[test]
    fn a_permit_is_spent_on_what_it_is_for() {
        assert_eq!(permit().spend(Action::Update, Stage::Before, &facts()), Ok(()));
    }

    #[test]
    fn a_permit_for_anything_else_is_refused() {
        let two = Uuid::from_u128(2);
        let (update, before) = (Action::Update, Stage::Before);
        let cases = [
            ("action", Action::Delete, before, facts()),
            ("stage", update, Stage::After, facts()),
            ("workspace", update, before, Facts { workspace: WorkspaceId::from_uuid(two), ..facts() }),
            ("object", update, before, Facts { object: ObjectId::from_uuid(two), ..facts() }),
            ("record", update, before, Facts { record: RecordId::from_uuid(two), ..facts() }),
            ("version", update, before, Facts { version: 4, ..facts() }),
        ];
        for (part, action, stage, facts) in cases {
            let refused = permit().spend(action, stage, &facts);
            assert_eq!(refused.map_err(|mismatch| mismatch.part()), Err(part));
        }
    }
}
