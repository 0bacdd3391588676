//! Why records are open or not: whether every reason there is had its say.

use std::collections::BTreeSet;

use sutra_acl::{Action, Cause, Explanation, Facts, Ground, Principal, Share, Source, UserPlan};

use super::world::World;

/// What has been all that opened a record to somebody, or all that did not.
pub type Reasons = BTreeSet<&'static str>;

/// Every reason there is.
pub const REASONS: [&str; 33] = [
    "permitted by the profile",
    "permitted by a permission set",
    "permitted by a group of permission sets",
    "forbidden",
    "forbidden by what such a group mutes",
    "open by default",
    "his own",
    "a queue's that he is in",
    "of somebody below him",
    "opened by a rule about his role or one below",
    "for who views all",
    "for who modifies all",
    "shared with him",
    "shared with a group",
    "shared with a role",
    "shared with a role and those below",
    "shared with a territory",
    "shared with somebody below him",
    "shared with a group that somebody below him is in",
    "shared with a role below him",
    "shared with a role and those below, which is below him",
    "shared with a territory of somebody below him",
    "shared by hand",
    "shared with a team",
    "shared by a rule about owners",
    "shared by a rule about fields",
    "shared for a territory",
    "shared with what controls it",
    "shared by a program",
    "hidden by nothing that opens it",
    "hidden by a restriction",
    "hidden by a restriction on what controls it",
    "open in spite of a restriction",
];

/// Those of a world, as the explanations of its plans have them.
pub(super) fn reasons_of(world: &World) -> Reasons {
    let stored: Vec<_> = world.records.iter().map(|thing| world.store(thing)).collect();
    let unmuted = world.unmuted();
    let mut reasons = Reasons::new();
    for user in &world.users {
        let (plan, unmuted) = (world.plan(user), unmuted.plan(user));
        for stored in &stored {
            let facts = stored.facts();
            let said = plan.object(facts.object).explain(Action::Read, &facts);
            reasons.extend(permitted(&said, &unmuted, &facts));
            if said.verdict.is_ok() {
                reasons.extend(opened(&said, &facts));
                let passed = plan.object(facts.object).passed_restriction(&facts);
                reasons.extend(passed.map(|_| "open in spite of a restriction"));
            } else if !said.permitted_by.is_empty() {
                reasons.extend(hidden(world, &said, &facts));
            }
        }
    }
    reasons
}

/// Why somebody may read the object, if there is one reason alone, or why not.
fn permitted(said: &Explanation, unmuted: &UserPlan, facts: &Facts<'_>) -> Option<&'static str> {
    match said.permitted_by[..] {
        [Source::Profile(_)] => Some("permitted by the profile"),
        [Source::PermissionSet(_)] => Some("permitted by a permission set"),
        [Source::PermissionSetGroup(_)] => Some("permitted by a group of permission sets"),
        [] if unmuted.object(facts.object).decide(Action::Read, facts).is_allow() => {
            Some("forbidden by what such a group mutes")
        }
        [] => Some("forbidden"),
        _ => None,
    }
}

/// What opens a record, if nothing else does.
fn opened(said: &Explanation, facts: &Facts<'_>) -> Vec<&'static str> {
    let grounds: Vec<_> = said.grounds.iter().map(|(ground, _)| *ground).collect();
    match grounds[..] {
        // Who modifies all views all.
        [Ground::ModifyAll, Ground::ViewAll] => vec!["for who modifies all"],
        [Ground::ViewAll] => vec!["for who views all"],
        [Ground::OrgWideDefault] => vec!["open by default"],
        [Ground::Owner] => vec!["his own"],
        [Ground::Queue(_)] => vec!["a queue's that he is in"],
        [Ground::Hierarchy(_)] => vec!["of somebody below him"],
        [Ground::OwnerRule(_)] => vec!["opened by a rule about his role or one below"],
        [Ground::Share(_) | Ground::ShareBelow(_)] if facts.root.is_some() => {
            vec!["shared with what controls it"]
        }
        [Ground::Share(share)] => vec![with(share), by(share)],
        [Ground::ShareBelow(share)] => vec![with_below(share), by(share)],
        _ => Vec::new(),
    }
}

fn hidden(world: &World, said: &Explanation, facts: &Facts<'_>) -> Option<&'static str> {
    if said.grounds.is_empty() {
        return Some("hidden by nothing that opens it");
    }
    let failed: Vec<_> = said.restrictions.iter().filter(|(_, met)| !met).map(|(rule, _)| *rule).collect();
    let own = world.object(facts.object).map_or(&[][..], |policy| &policy.restrictions);
    match failed[..] {
        [failed] if own.iter().any(|rule| rule.id == failed) => Some("hidden by a restriction"),
        [_] => Some("hidden by a restriction on what controls it"),
        _ => None,
    }
}

fn with(share: Share) -> &'static str {
    match share.principal {
        Principal::User(_) => "shared with him",
        Principal::Group(_) => "shared with a group",
        Principal::Role(_) => "shared with a role",
        Principal::RoleAndSubordinates(_) => "shared with a role and those below",
        Principal::TerritoryAndAbove(_) => "shared with a territory",
    }
}

fn with_below(share: Share) -> &'static str {
    match share.principal {
        Principal::User(_) => "shared with somebody below him",
        Principal::Group(_) => "shared with a group that somebody below him is in",
        Principal::Role(_) => "shared with a role below him",
        Principal::RoleAndSubordinates(_) => "shared with a role and those below, which is below him",
        Principal::TerritoryAndAbove(_) => "shared with a territory of somebody below him",
    }
}

fn by(share: Share) -> &'static str {
    match share.cause {
        Cause::Manual => "shared by hand",
        Cause::Team => "shared with a team",
        Cause::OwnerRule(_) => "shared by a rule about owners",
        Cause::CriteriaRule(_) => "shared by a rule about fields",
        Cause::Territory => "shared for a territory",
        Cause::Parent(_) => "shared with what controls it",
        Cause::Program => "shared by a program",
    }
}
