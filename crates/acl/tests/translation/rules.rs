//! What a workspace adds to the rule: sharing rules and restrictions.

use cedar_policy::{EntityUid, PolicySet};
use sutra_acl::{Audience, CriteriaRule, Level, ObjectPolicy, OwnerRule, Principal, RestrictionRule};
use sutra_kernel::{Condition, Test, Value};

use super::{people, uid};
use crate::world::World;

/// What is written down as shares counts only where those do.
const WRITTEN: &str = "resource.counts_shares";

const RULES: &str = include_str!("rules.cedar");

pub(super) fn policies(world: &World) -> PolicySet {
    let added = world.objects.iter().map(|object| {
        let owner_rules = object.owner_rules.iter().map(|rule| owner_rule(world, object, rule));
        let criteria_rules = object.criteria_rules.iter().map(|rule| criteria_rule(object, rule));
        let restrictions = object.restrictions.iter().map(|rule| restriction(object, rule));
        owner_rules.chain(criteria_rules).chain(restrictions).collect::<String>()
    });
    format!("{RULES}{}", added.collect::<String>()).parse().unwrap()
}

fn owner_rule(world: &World, object: &ObjectPolicy, rule: &OwnerRule) -> String {
    let source = people(rule.source);
    // A user who is between two roles is not judged by either.
    let settled = match rule.source {
        Principal::Role(_) | Principal::RoleAndSubordinates(_) => "resource.root.settled",
        Principal::User(_) | Principal::Group(_) | Principal::TerritoryAndAbove(_) => WRITTEN,
    };
    let condition = if world.is_queue(rule.source) {
        format!("{WRITTEN} && resource.root.owner == {source}")
    } else {
        // A group that nobody knows may be the owner too.
        let member = format!("resource.root.owner is User && {settled} && resource.root.owner in {source}");
        format!("(resource.root.owner == {source} || ({member}))")
    };
    sharing_rule(object, &condition, rule.target, rule.level)
}

fn criteria_rule(object: &ObjectPolicy, rule: &CriteriaRule) -> String {
    let is_met = condition("resource.root", &rule.condition);
    sharing_rule(object, &format!("{WRITTEN} && ({is_met})"), rule.target, rule.level)
}

fn sharing_rule(object: &ObjectPolicy, condition: &str, target: Principal, level: Level) -> String {
    let is_controlled = object.is_controlled();
    let (object, target) = (uid("Object", object.object), people(target));
    let level = match level {
        // What ought to be controlled and is not is shared by no rule.
        _ if is_controlled => return String::new(),
        Level::None => return String::new(),
        Level::Read => "with read",
        Level::Edit => "with edit",
        Level::Full => "with full",
    };
    format!(
        r#"
        permit (principal, action in Action::"{level}", resource)
        when {{ resource.root.object == {object} && {condition} }}
        when {{
            principal in {target} ||
            (resource.root.object.hierarchy && principal.below in {target})
        }};
        "#
    )
}

/// Of the record itself, and of the one that controls it.
fn restriction(object: &ObjectPolicy, rule: &RestrictionRule) -> String {
    let (object, binds) = (uid("Object", object.object), audience(&rule.binds));
    let forbid = |record: &str| {
        let condition = condition(record, &rule.condition);
        format!(
            r#"
            forbid (principal, action in Action::"with full", resource)
            when {{ {record}.object == {object} && ({binds}) }}
            unless {{ principal in Power::"modifyAllData" || {condition} }};
            "#
        )
    };
    ["resource", "resource.root"].map(forbid).concat()
}

fn audience(audience: &Audience) -> String {
    match audience {
        Audience::Everybody => "true".to_owned(),
        Audience::Some { profiles, principals } => {
            let profiles = profiles.iter().map(|profile| uid("Profile", profile));
            let all: Vec<EntityUid> = profiles.chain(principals.iter().copied().map(people)).collect();
            joined(" || ", "false", all.iter().map(|one| format!("principal in {one}")))
        }
    }
}

fn condition(record: &str, is_met: &Condition) -> String {
    let part = |part| format!("({})", condition(record, part));
    match is_met {
        Condition::All(parts) => joined(" && ", "true", parts.iter().map(part)),
        Condition::Any(parts) => joined(" || ", "false", parts.iter().map(part)),
        Condition::Not(one) => format!("!{}", part(one)),
        Condition::Field(field, Test::Gte(Value::Integer(least))) => format!("{record}.{field} >= {least}"),
        Condition::Field(field, Test::Lt(Value::Integer(limit))) => format!("{record}.{field} < {limit}"),
        other => panic!("no world has a condition like {other:?}"),
    }
}

fn joined(by: &str, of_none: &str, parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { of_none.to_owned() } else { parts.join(by) }
}
