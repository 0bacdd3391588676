//! Who can administer a workspace, and whom.

use std::collections::BTreeSet;

use sutra_acl::{Bundle, Grants, Policy, Subject, SystemPermission, UserPlan, grant};
use sutra_identity::User;
use sutra_kernel::ProfileId;

use crate::{Error, authority::Authority, work::Work};

/// What it takes to hand out everything else.
const NEEDED: [SystemPermission; 2] = [SystemPermission::ManageUsers, SystemPermission::ManagePermissions];

impl Authority {
    /// Refuses to act on somebody who may do what the caller may not.
    pub(crate) fn require_outranked(&self, subject: &Subject) -> Result<(), Error> {
        if self.outranks(subject) {
            return Ok(());
        }
        Err(Error::Forbidden("this user has permissions that you do not have".to_owned()))
    }

    /// Whether the caller has everything that this user has, or would have if he were active.
    pub(crate) fn outranks(&self, subject: &Subject) -> bool {
        grant::may_administer(&self.plan, &UserPlan::compile(&self.policy, subject))
    }
}

impl Work<'_> {
    /// Refuses to act on somebody who may do what the caller may not.
    pub(crate) async fn require_administrable(&mut self, user: &User) -> Result<(), Error> {
        let subject = self.unit.subject(user.id).await?.ok_or(Error::NotFound("user"))?;
        self.authority.require_outranked(&subject)
    }

    /// Refuses to leave a workspace without anybody who can administer it.
    pub(crate) async fn require_an_administrator(&mut self) -> Result<(), Error> {
        if self.is_administered_by_profile().await? || self.is_administered_by_sets().await? {
            return Ok(());
        }
        Err(Error::Forbidden("this would leave nobody who can administer the workspace".to_owned()))
    }

    async fn is_administered_by_profile(&mut self) -> Result<bool, Error> {
        let profiles = self.unit.profiles().await?;
        let has_all = |grants: &Grants| NEEDED.iter().all(|permission| grants.system.has(*permission));
        let administering = profiles.iter().filter(|profile| has_all(&profile.grants));
        let administering: Vec<ProfileId> = administering.map(|profile| profile.id).collect();
        Ok(self.unit.count_active_holders(&administering).await? > 0)
    }

    /// Whether somebody administers by what he has beside his profile.
    async fn is_administered_by_sets(&mut self) -> Result<bool, Error> {
        let policy = self.unit.policy().await?;
        let mut candidates = BTreeSet::new();
        for bundle in helpful(&policy) {
            candidates.extend(self.unit.holders(bundle).await?);
        }
        for user in candidates {
            let Some(subject) = self.unit.subject(user).await? else { continue };
            let plan = UserPlan::compile(&policy, &subject);
            if NEEDED.iter().all(|permission| plan.has(*permission)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What gives some of what administrators need. What a group mutes is looked at later.
fn helpful(policy: &Policy) -> Vec<Bundle> {
    let helps = |grants: &Grants| NEEDED.iter().any(|permission| grants.system.has(*permission));
    let sets = policy.permission_sets.values().filter(|set| helps(&set.grants));
    let sets: BTreeSet<_> = sets.map(|set| set.id).collect();
    let groups = policy.permission_set_groups.values().filter(|group| !group.sets.is_disjoint(&sets));
    let groups = groups.map(|group| Bundle::Group(group.id)).collect::<Vec<_>>();
    sets.into_iter().map(Bundle::Set).chain(groups).collect()
}
