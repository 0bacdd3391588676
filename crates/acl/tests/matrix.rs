//! The whole rule in print. A change of the rule is a change of `matrix.txt`, reviewed as a diff.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use sutra_acl::{
    AccessPlan, Action, Decision, Denial, Directory, Facts, Grants, Group, Level, ObjectPermissions,
    ObjectPolicy, OrgWideDefault, Owner, OwnerRule, People, Policy, Principal, Profile, Role, RoleTree, Root,
    SimpleScope, SimpleScopes, Source, Subject, SystemPermission, SystemPermissions, TerritoryTree, UserPlan,
};
use sutra_kernel::{
    GroupId, ObjectId, ProfileId, RecordId, RoleId, SharingRuleId, UserId, Uuid, WorkspaceId,
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix.txt");

const TOP: u128 = 1;
const MIDDLE: u128 = 2;
const BOTTOM: u128 = 3;

/// Whose the record is, seen from user 1, who is in the middle of three roles.
const OWNERS: [(&str, u128, Option<u128>); 5] = [
    ("own", 1, Some(MIDDLE)),
    ("subordinate's", 2, Some(BOTTOM)),
    ("peer's", 3, Some(MIDDLE)),
    ("superior's", 4, Some(TOP)),
    ("no role", 5, None),
];

#[test]
#[expect(clippy::disallowed_methods, reason = "a test rewrites its own expectation when asked to")]
fn the_matrix_is_as_printed() {
    let matrix = matrix();
    if std::env::var_os("SUTRA_BLESS").is_some() {
        return std::fs::write(FILE, matrix).unwrap();
    }
    let printed = include_str!("matrix.txt");
    let hint = "if the rule is meant to change, run this test with SUTRA_BLESS=1 and review the diff";
    for (now, printed) in matrix.split("\n\n").zip(printed.split("\n\n")) {
        assert!(now == printed, "{hint}\nprinted:\n{printed}\n\nnow:\n{now}");
    }
    assert_eq!(matrix.len(), printed.len(), "{hint}");
}

const HEAD: &str = "\
For each profile and org-wide default. Rows: actions, and what lists hold. Columns: whose record.
yes: allowed. no: forbidden, and said so. hidden: as if there were no such record.
";

/// Profiles that come to the same are printed together.
fn matrix() -> String {
    let mut printed: Vec<(Vec<&str>, String)> = Vec::new();
    for (name, profile) in profiles() {
        let tables = tables(&profile, name != "inactive");
        match printed.iter_mut().find(|(_, same)| *same == tables) {
            Some((names, _)) => names.push(name),
            None => printed.push((vec![name], tables)),
        }
    }
    let parts = printed.into_iter().map(|(names, tables)| format!("\n== {}\n{tables}", names.join(", ")));
    HEAD.to_owned() + &parts.collect::<String>() + &scopes()
}

/// What simple scopes come to, for somebody without a role.
fn scopes() -> String {
    let mut tables = "\n== simple scopes\n".to_owned();
    // A team cannot be let delete.
    let said = [
        ("own", SimpleScope::Own, SimpleScope::Own),
        ("team", SimpleScope::Team, SimpleScope::Own),
        ("all", SimpleScope::All, SimpleScope::All),
    ];
    for (name, reach, delete) in said {
        let scopes = SimpleScopes { create: true, read: reach, update: reach, delete };
        let policy = simple(scopes);
        let plan = UserPlan::compile(&policy, &Subject::new(workspace(), user(1), profile_id()));
        writeln!(tables, "\n{name}").unwrap();
        writeln!(tables, "            own            team's         others'").unwrap();
        for action in [Action::Create, Action::Read, Action::Update, Action::Delete] {
            let cells = [1, 2, 3].map(|owner| {
                let facts = facts(owner, None);
                let shares = policy.shares_by_rule(&facts);
                cell(&plan.object(object()).decide(action, &Facts { shares: &shares, ..facts }))
            });
            let cells = cells.map(|cell| format!("{cell:<15}")).concat();
            writeln!(tables, "  {:<10}{}", action.as_str(), cells.trim_end()).unwrap();
        }
    }
    tables
}

/// Users 1 and 2 are a team, and user 3 is not of it.
fn simple(scopes: SimpleScopes) -> Policy {
    let team = GroupId::from_uuid(Uuid::from_u128(1));
    let members = [1, 2].map(|number| Principal::User(user(number))).into();
    let group = Group { id: team, name: String::new(), queue: false, members };
    let profile = profile(SystemPermissions::NONE, scopes.permissions(ObjectPermissions::NONE));
    let mut of = ObjectPolicy::new(object(), OrgWideDefault::Private, true);
    if scopes.team() != Level::None {
        of.owner_rules.push(OwnerRule {
            id: SharingRuleId::from_uuid(Uuid::from_u128(1)),
            name: String::new(),
            source: Principal::Group(team),
            target: Principal::Group(team),
            level: scopes.team(),
        });
    }
    let policy = Policy {
        profiles: BTreeMap::from([(profile.id, Arc::new(profile))]),
        directory: Directory::compile(vec![group], TerritoryTree::default(), People::default()).unwrap(),
        objects: [(object(), of)].into(),
        ..Policy::closed(workspace(), 1)
    };
    let read = policy.simple_access(object()).unwrap();
    assert_eq!(read.scopes[&Source::Profile(profile_id())], scopes, "it is read as it was written");
    policy
}

fn profile_id() -> ProfileId {
    ProfileId::from_uuid(Uuid::from_u128(1))
}

fn tables(profile: &Profile, active: bool) -> String {
    let mut tables = String::new();
    for (default, hierarchy) in defaults() {
        let without = if hierarchy { "" } else { ", without hierarchy" };
        writeln!(tables, "\n{default}{without}").unwrap();
        table(&mut tables, plan(profile, default, hierarchy, active).object(object()), (object(), None));
    }
    let plan = plan(profile, OrgWideDefault::Read, true, active);
    let controlled = OrgWideDefault::ControlledByParent;
    for (parent, root) in [("under one that everybody may read", Some(object())), ("without one", None)] {
        writeln!(tables, "\n{controlled}, {parent}").unwrap();
        table(&mut tables, plan.object(part()), (part(), root));
    }
    tables
}

/// Of records of an object, and of the object of the record that controls them, if one does.
fn table(matrix: &mut String, plan: &AccessPlan, (object, root): (ObjectId, Option<ObjectId>)) {
    let root =
        root.map(|object| Root { object, record: RecordId::from_uuid(Uuid::from_u128(9)), values: None });
    let facts = |owner, role| Facts { object, root, ..facts(owner, role) };
    row(matrix, "", OWNERS.map(|(name, ..)| name));
    for action in Action::ALL {
        let cells = OWNERS.map(|(_, owner, role)| cell(&plan.decide(action, &facts(owner, role))));
        row(matrix, action.as_str(), cells);
    }
    let scope = plan.scope();
    let listed = OWNERS.map(|(_, owner, role)| scope.admits(&facts(owner, role)));
    row(matrix, "list", listed.map(|listed| if listed { "yes" } else { "-" }));
}

fn row(matrix: &mut String, name: &str, cells: [&str; 5]) {
    let cells = cells.map(|cell| format!("{cell:<15}")).concat();
    writeln!(matrix, "  {name:<10}{}", cells.trim_end()).unwrap();
}

fn cell(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allow(_) => "yes",
        Decision::Deny(Denial::Hidden) => "hidden",
        Decision::Deny(Denial::Forbidden(_)) => "no",
    }
}

fn profiles() -> Vec<(&'static str, Profile)> {
    let mut profiles = vec![("nothing", profile(SystemPermissions::NONE, ObjectPermissions::NONE))];
    let objects = ObjectPermissions::NAMED;
    profiles.extend(objects.map(|(name, one)| (name, profile(SystemPermissions::NONE, one))));
    let both = ObjectPermissions::CREATE.union(ObjectPermissions::DELETE);
    profiles.push(("create and delete", profile(SystemPermissions::NONE, both)));
    profiles.extend(SystemPermission::ALL.map(|one| {
        let system = SystemPermissions::NONE.with(one);
        (one.as_str(), profile(system, ObjectPermissions::NONE))
    }));
    profiles.push(("inactive", profile(SystemPermissions::EVERY, ObjectPermissions::MODIFY_ALL)));
    profiles
}

fn defaults() -> [(OrgWideDefault, bool); 4] {
    let [private, read, read_write, _] = OrgWideDefault::ALL;
    [(private, true), (private, false), (read, true), (read_write, true)]
}

fn profile(system: SystemPermissions, permissions: ObjectPermissions) -> Profile {
    Profile {
        id: profile_id(),
        name: String::new(),
        grants: Grants {
            system,
            objects: BTreeMap::from([(object(), permissions), (part(), permissions)]),
            fields: BTreeMap::new(),
        },
    }
}

fn plan(profile: &Profile, default: OrgWideDefault, hierarchy: bool, active: bool) -> UserPlan {
    let role =
        |id, parent: Option<u128>| Role { id: role_id(id), name: String::new(), parent: parent.map(role_id) };
    let roles = [role(TOP, None), role(MIDDLE, Some(TOP)), role(BOTTOM, Some(MIDDLE))];
    let controlled = ObjectPolicy::new(part(), OrgWideDefault::ControlledByParent, true);
    let controlled = ObjectPolicy { parent: Some(object()), ..controlled };
    let policy = Policy {
        roles: RoleTree::compile(&roles).unwrap(),
        profiles: BTreeMap::from([(profile.id, Arc::new(profile.clone()))]),
        objects: [ObjectPolicy::new(object(), default, hierarchy), controlled]
            .map(|policy| (policy.object, policy))
            .into(),
        ..Policy::closed(workspace(), 1)
    };
    let role = Some(role_id(MIDDLE));
    UserPlan::compile(&policy, &Subject { role, active, ..Subject::new(workspace(), user(1), profile.id) })
}

fn facts(owner: u128, role: Option<u128>) -> Facts<'static> {
    let record = RecordId::from_uuid(Uuid::from_u128(1));
    let owner_role = role.map(role_id);
    Facts { version: 1, owner_role, ..Facts::new(workspace(), object(), record, Owner::User(user(owner))) }
}

fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

fn object() -> ObjectId {
    ObjectId::from_uuid(Uuid::from_u128(1))
}

/// An object whose records are controlled by those of the other.
fn part() -> ObjectId {
    ObjectId::from_uuid(Uuid::from_u128(2))
}

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn role_id(number: u128) -> RoleId {
    RoleId::from_uuid(Uuid::from_u128(number))
}
