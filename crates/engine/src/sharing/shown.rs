//! To whom a record is shared, for those who may know.

use std::collections::BTreeMap;

use sutra_acl::{Action, Principal, Share, SystemPermission};
use sutra_kernel::{RecordId, RoleId, TerritoryId};

use crate::{Error, Reads, Viewing};

/// One share of a record, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// With whom, how far and why.
    pub share: Share,
    /// What people call the group, the role or the territory.
    pub name: Option<String>,
}

impl Viewing {
    /// The shares of a record, whatever their cause; nothing if it is absent, deleted or hidden.
    ///
    /// They are for those who may share the record, or give it away if it is shared through the one that controls it; and
    /// for holders of *Manage Sharing* who may read it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without read permission on the object, and to others who may read the record.
    pub async fn record_shares(&self, object: &str, id: RecordId) -> Result<Option<Vec<Shared>>, Error> {
        let (object, _) = self.readable(object)?;
        if self.find_record(object.name.as_str(), id).await?.is_none() {
            return Ok(None);
        }
        let rights = self.find_rights(object.id, &[id]).await?;
        let has_all = rights.get(&id).is_some_and(|rights| rights.has(Action::Transfer));
        if !has_all && !self.plan().has(SystemPermission::ManageSharing) {
            let message = "only those who may share a record see with whom it is shared";
            return Err(Error::Forbidden(message.to_owned()));
        }
        let mut reads = self.reads().await;
        let shares = reads.standings(object.id, &[id]).await?.remove(&id).unwrap_or_default().shares;
        Ok(Some(self.named(reads.as_mut(), shares).await?))
    }

    async fn named(&self, reads: &mut dyn Reads, shares: Vec<Share>) -> Result<Vec<Shared>, Error> {
        let roles: BTreeMap<RoleId, String> =
            reads.roles().await?.into_iter().map(|role| (role.id, role.name)).collect();
        let territories: BTreeMap<TerritoryId, String> =
            reads.territories().await?.into_iter().map(|territory| (territory.id, territory.name)).collect();
        let directory = &self.authority.policy.directory;
        let named = shares.into_iter().map(|share| {
            let name = match share.principal {
                Principal::Group(group) => directory.group(group).map(|group| group.name.clone()),
                Principal::Role(role) | Principal::RoleAndSubordinates(role) => roles.get(&role).cloned(),
                Principal::TerritoryAndAbove(territory) => territories.get(&territory).cloned(),
                Principal::User(_) => None,
            };
            Shared { share, name }
        });
        Ok(named.collect())
    }
}
