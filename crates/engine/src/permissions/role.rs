//! Making, renaming and moving a role.

use async_trait::async_trait;
use sutra_acl::{Role, RoleTree, SystemPermission};
use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::{RoleId, Value};

use super::grants::change;
use crate::{
    Error, Outcome,
    authority::Authority,
    members::parse_name,
    work::{Attempt, Done, UseCase, Work},
};

pub(super) struct PutRole<'a> {
    pub(super) id: Option<RoleId>,
    pub(super) name: &'a str,
    pub(super) parent: Option<RoleId>,
}

#[async_trait]
impl UseCase for PutRole<'_> {
    type Output = Role;

    fn attempt(&self) -> Attempt {
        let target = self.id.map_or(Target::kind("role"), |id| Target::thing("role", id.uuid()));
        Attempt { event: self.event(), target: Some(target) }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<Role>, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        work.unit.lock().await?;
        let mut roles = work.unit.roles().await?;
        let before = self.before(work, &roles)?;
        let id = self.id.unwrap_or_else(|| RoleId::generate(work.now, work.entropy()));
        let after = Role { id, name: parse_name(self.name)?, parent: self.parent };
        if before.as_ref() == Some(&after) {
            return Ok(Done::unchanged(after));
        }
        roles.retain(|role| role.id != id);
        roles.push(after.clone());
        RoleTree::compile(&roles).map_err(Error::bad_input)?;
        let put = work.unit.put_role(&after).await;
        put.map_err(|error| Error::taken(error, "another role has this name"))?;
        work.unit.bump_policy_epoch().await?;
        work.follow_sources().await?;
        let entry = self.word(before.as_ref(), &after);
        Ok(Done::new(after, entry))
    }

    fn outcome(answer: &Role) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<Role, Error> {
        work.require_permission(SystemPermission::ManagePermissions)?;
        let (id, roles) = (RoleId::from_uuid(before.thing()?), work.unit.roles().await?);
        roles.into_iter().find(|role| role.id == id).ok_or(Error::NotFound("role"))
    }
}

impl PutRole<'_> {
    fn event(&self) -> Event {
        if self.id.is_some() { Event::RoleUpdate } else { Event::RoleCreate }
    }

    fn before(&self, work: &Work<'_>, roles: &[Role]) -> Result<Option<Role>, Error> {
        let Some(id) = self.id else { return Ok(None) };
        let known = roles.iter().find(|role| role.id == id).ok_or(Error::NotFound("role"))?;
        work.authority.require_movable(known, self.parent)?;
        Ok(Some(known.clone()))
    }

    fn word(&self, before: Option<&Role>, after: &Role) -> EntryDraft {
        let entry = EntryDraft::new(self.event()).target(Target::thing("role", after.id.uuid()));
        let parent = |role: &Role| role.parent.map_or(Value::Null, |id| Value::text(id.to_string()));
        let entry =
            change(entry, "name", before.map(|role| Value::text(&role.name)), Value::text(&after.name));
        change(entry, "parent", before.map(parent), parent(after))
    }
}

impl Authority {
    /// Refuses to move a role below this one, if it is not there already. Nobody moves the ground under his own feet: what is
    /// at or above one's own role stays.
    pub(crate) fn require_movable(&self, role: &Role, parent: Option<RoleId>) -> Result<(), Error> {
        if role.parent == parent {
            return Ok(());
        }
        let own = self.plan.subject().role;
        if own.is_some_and(|own| own == role.id || self.policy.roles.above(role.id, own)) {
            return Err(Error::Forbidden("nobody moves their own role or one above it".to_owned()));
        }
        self.require_role(Some(role.id))?;
        self.require_role(parent)
    }
}
