//! Who may give what to whom: nobody hands out what he does not hold himself.

use sutra_kernel::RoleId;

use crate::{Grants, RoleTree, SystemPermission, UserPlan};

/// Whether `actor` may give these to somebody, in a profile or a permission set.
///
/// The actor must hold every bit of them. That nobody changes what he himself is given is for the caller
/// to see to.
#[must_use]
pub fn may_grant(actor: &UserPlan, grants: &Grants) -> bool {
    actor.subject().active && actor.holder.covers(grants)
}

/// Whether `actor` may act on the account of `target`, for instance renew a way to sign in.
///
/// The target must hold nothing that the actor lacks.
///
/// # Security
/// An inactive target counts as if active: otherwise one could take over the account of a
/// deactivated administrator and have it activated again.
#[must_use]
pub fn may_administer(actor: &UserPlan, target: &UserPlan) -> bool {
    actor.workspace() == target.workspace() && actor.subject().active && actor.holder.outranks(&target.holder)
}

/// Whether `actor` may put somebody into `role`, take somebody out of it, or move it.
///
/// The hierarchy shows whoever is in a role the records of everybody below it. So the role must be the
/// actor's own or below it, unless the actor may do everything to every record anyway.
#[must_use]
pub fn may_assign_role(actor: &UserPlan, roles: &RoleTree, role: RoleId) -> bool {
    let own = actor.subject().role;
    let is_within_reach = own.is_some_and(|own| own == role || roles.above(own, role));
    actor.has(SystemPermission::ModifyAllData) || (actor.subject().active && is_within_reach)
}
