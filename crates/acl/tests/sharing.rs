//! Every cause for which a record is open, or hidden, told in single cases.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_acl::{
    Action, Audience, Cause, Denial, Directory, Facts, Fields, Grants, Ground, Group, GroupError, Level,
    Muting, ObjectMuting, ObjectPermissions as May, ObjectPolicy, OrgWideDefault, Owner, OwnerRule, People,
    PermissionSet, PermissionSetGroup, Policy, Principal, Profile, RestrictionRule, Role, RoleTree, Root,
    Share, Source, Subject, SystemPermission, SystemPermissions, Territory, TerritoryTree, UserPlan,
};
use sutra_kernel::{
    ApiName, Condition, GroupId, ObjectId, PermissionSetGroupId, PermissionSetId, ProfileId, RecordId,
    RestrictionRuleId, RoleId, SharingRuleId, TerritoryId, Test, UserId, Uuid, Value, WorkspaceId,
};

const fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

const HOME: WorkspaceId = WorkspaceId::from_uuid(uuid(1));
const ACCOUNT: ObjectId = ObjectId::from_uuid(uuid(1));
const CONTACT: ObjectId = ObjectId::from_uuid(uuid(2));
const PROFILE: ProfileId = ProfileId::from_uuid(uuid(1));

const DIRECTOR: RoleId = RoleId::from_uuid(uuid(1));
const MANAGER: RoleId = RoleId::from_uuid(uuid(2));
const SELLER: RoleId = RoleId::from_uuid(uuid(3));

const DORA: UserId = UserId::from_uuid(uuid(1));
const MILAN: UserId = UserId::from_uuid(uuid(2));
const SARA: UserId = UserId::from_uuid(uuid(3));
const SOFIA: UserId = UserId::from_uuid(uuid(4));
const STRANGER: UserId = UserId::from_uuid(uuid(9));

const INNER: GroupId = GroupId::from_uuid(uuid(1));
const OUTER: GroupId = GroupId::from_uuid(uuid(2));
const WORLD: TerritoryId = TerritoryId::from_uuid(uuid(1));
const EUROPE: TerritoryId = TerritoryId::from_uuid(uuid(2));

/// Dora directs Milan, who manages Sara and Sofia. Sara is in a group in a group; Sofia is assigned to Europe.
fn company() -> Policy {
    let role = |id, parent| Role { id, name: String::new(), parent };
    let roles = [role(DIRECTOR, None), role(MANAGER, Some(DIRECTOR)), role(SELLER, Some(MANAGER))];
    let group = |id, member| Group { id, name: String::new(), queue: true, members: [member].into() };
    let groups = vec![group(INNER, Principal::User(SARA)), group(OUTER, Principal::Group(INNER))];
    let territory = |id, parent| Territory { id, name: String::new(), parent };
    let territories = [territory(WORLD, None), territory(EUROPE, Some(WORLD))];
    let people = People {
        roles: BTreeMap::from([(SARA, SELLER), (SOFIA, SELLER)]),
        territories: BTreeMap::from([(EUROPE, BTreeSet::from([SOFIA]))]),
        inhabited: BTreeSet::from([DIRECTOR, MANAGER, SELLER]),
    };
    let objects = BTreeMap::from([(ACCOUNT, May::DELETE), (CONTACT, May::DELETE)]);
    let profile =
        Profile { id: PROFILE, name: String::new(), grants: Grants { objects, ..Grants::default() } };
    Policy {
        roles: RoleTree::compile(&roles).unwrap(),
        profiles: BTreeMap::from([(PROFILE, Arc::new(profile))]),
        directory: Directory::compile(groups, TerritoryTree::compile(&territories).unwrap(), people).unwrap(),
        objects: BTreeMap::from([(ACCOUNT, private(ACCOUNT)), (CONTACT, private(CONTACT))]),
        ..Policy::closed(HOME, 1)
    }
}

fn private(object: ObjectId) -> ObjectPolicy {
    ObjectPolicy::new(object, OrgWideDefault::Private, true)
}

fn with_accounts(accounts: ObjectPolicy) -> Policy {
    let mut policy = company();
    policy.objects.insert(ACCOUNT, accounts);
    policy
}

fn subject(user: UserId) -> Subject {
    let role = match user {
        DORA => Some(DIRECTOR),
        MILAN => Some(MANAGER),
        SARA | SOFIA => Some(SELLER),
        _ => None,
    };
    Subject { role, ..Subject::new(HOME, user, PROFILE) }
}

fn plan(policy: &Policy, user: UserId) -> UserPlan {
    UserPlan::compile(policy, &subject(user))
}

/// An account that nobody here owns.
fn account(shares: &[Share]) -> Facts<'_> {
    Facts {
        version: 1,
        shares,
        ..Facts::new(HOME, ACCOUNT, RecordId::from_uuid(uuid(1)), Owner::User(STRANGER))
    }
}

fn share(principal: Principal, level: Level) -> Share {
    let role = match principal {
        Principal::User(user) => subject(user).role,
        _ => None,
    };
    Share { principal, role, level, cause: Cause::Manual }
}

/// How far each of the four gets: `-`, `read`, `edit` or `full`.
fn levels(policy: &Policy, facts: &Facts<'_>) -> String {
    let level = |user| match plan(policy, user).object(ACCOUNT).explain(Action::Read, facts).level {
        Level::None => "-",
        Level::Read => "read",
        Level::Edit => "edit",
        Level::Full => "full",
    };
    [DORA, MILAN, SARA, SOFIA].map(level).join(" ")
}

#[test]
fn a_share_reaches_those_it_names_and_those_above_them() {
    let cases = [
        ("nobody", None, "- - - -"),
        ("a user", Some(Principal::User(SARA)), "read read read -"),
        ("a group in a group", Some(Principal::Group(OUTER)), "read read read -"),
        ("a role", Some(Principal::Role(MANAGER)), "read read - -"),
        ("a role and those below", Some(Principal::RoleAndSubordinates(MANAGER)), "read read read read"),
        ("a territory below one's own", Some(Principal::TerritoryAndAbove(EUROPE)), "read read - read"),
        ("a territory above one's own", Some(Principal::TerritoryAndAbove(WORLD)), "- - - -"),
        ("somebody unknown", Some(Principal::User(STRANGER)), "- - - -"),
    ];
    for (name, principal, expected) in cases {
        let shares: Vec<_> = principal.map(|principal| share(principal, Level::Read)).into_iter().collect();
        assert_eq!(levels(&company(), &account(&shares)), expected, "{name}");
    }
    let without = with_accounts(ObjectPolicy { hierarchy: false, ..private(ACCOUNT) });
    let shares = [share(Principal::User(SARA), Level::Read)];
    assert_eq!(
        levels(&without, &account(&shares)),
        "- - read -",
        "without the hierarchy, only whom it names"
    );
}

#[test]
fn the_widest_of_several_shares_counts() {
    let shares = [
        share(Principal::User(SARA), Level::Read),
        share(Principal::Group(OUTER), Level::Edit),
        share(Principal::Role(SELLER), Level::Read),
    ];
    assert_eq!(levels(&company(), &account(&shares)), "edit edit edit read");
}

#[test]
fn what_a_queue_owns_is_its_members() {
    let owned = Facts { owner: Owner::Queue(OUTER), ..account(&[]) };
    assert_eq!(levels(&company(), &owned), "- - full -");
}

#[test]
fn a_rule_shares_what_a_role_owns() {
    let rule = |source, target| OwnerRule {
        id: SharingRuleId::from_uuid(uuid(1)),
        name: String::new(),
        source,
        target,
        level: Level::Edit,
    };
    let policy = |source, target| {
        with_accounts(ObjectPolicy { owner_rules: vec![rule(source, target)], ..private(ACCOUNT) })
    };
    let of_director = Facts { owner_role: Some(DIRECTOR), ..account(&[]) };
    let group = Principal::Group(OUTER);
    let cases = [
        ("the role", Principal::Role(DIRECTOR), group, "edit edit edit -"),
        ("another role", Principal::Role(MANAGER), group, "- - - -"),
        ("the role and those below", Principal::RoleAndSubordinates(DIRECTOR), group, "edit edit edit -"),
        ("with a role", Principal::Role(DIRECTOR), Principal::Role(SELLER), "edit edit edit edit"),
    ];
    for (name, source, target, expected) in cases {
        assert_eq!(levels(&policy(source, target), &of_director), expected, "{name}");
    }
    let flat = ObjectPolicy {
        hierarchy: false,
        owner_rules: vec![rule(Principal::Role(DIRECTOR), group)],
        ..private(ACCOUNT)
    };
    assert_eq!(levels(&with_accounts(flat), &of_director), "- - edit -", "without the hierarchy");
}

/// An account in a country.
struct In(&'static str);

impl Fields for In {
    fn value(&self, field: &ApiName) -> Value {
        if field.as_str() == "country" { Value::text(self.0) } else { Value::Null }
    }
}

fn only_at_home(binds: Audience) -> Arc<RestrictionRule> {
    let country = ApiName::parse("country").unwrap();
    let condition = Condition::test(country, Test::Eq(Value::text("IS")));
    Arc::new(RestrictionRule {
        id: RestrictionRuleId::from_uuid(uuid(1)),
        name: String::new(),
        binds,
        condition,
    })
}

#[test]
fn a_restriction_hides_whatever_opens_a_record() {
    let binds = Audience::Some { profiles: BTreeSet::new(), principals: [Principal::Role(SELLER)].into() };
    let mut policy = with_accounts(ObjectPolicy {
        restrictions: vec![only_at_home(binds)],
        ..ObjectPolicy::new(ACCOUNT, OrgWideDefault::ReadWrite, true)
    });
    let here = Facts { values: &In("IS"), ..account(&[]) };
    let there = Facts { values: &In("FR"), owner: Owner::User(SARA), ..account(&[]) };
    assert_eq!(levels(&policy, &here), "edit edit edit edit");
    assert_eq!(levels(&policy, &there), "edit edit - -", "even what is one's own");

    let sees = |policy: &Policy, facts: &Facts<'_>| {
        plan(policy, SARA).object(ACCOUNT).decide(Action::Read, facts).is_allow()
    };
    let grant = |policy: &mut Policy, permission| {
        let mut profile = Profile::clone(&policy.profiles[&PROFILE]);
        profile.grants.system = SystemPermissions::NONE.with(permission);
        policy.profiles.insert(PROFILE, Arc::new(profile));
    };
    grant(&mut policy, SystemPermission::ViewAllData);
    assert!(!sees(&policy, &there), "who may view all data is bound");
    grant(&mut policy, SystemPermission::ModifyAllData);
    assert!(sees(&policy, &there), "who may modify all data is not");
}

#[test]
fn nobody_makes_a_record_that_a_restriction_hides_from_him() {
    let policy = with_accounts(ObjectPolicy {
        restrictions: vec![only_at_home(Audience::Everybody)],
        ..private(ACCOUNT)
    });
    let plan = plan(&policy, SARA);
    let own = Facts { owner: Owner::User(SARA), ..account(&[]) };
    let (here, there) = (Facts { values: &In("IS"), ..own }, Facts { values: &In("FR"), ..own });
    assert!(plan.object(ACCOUNT).confirm(Action::Update, &here).is_allow());
    let refused = plan.object(ACCOUNT).confirm(Action::Update, &there).permit();
    assert!(matches!(refused, Err(Denial::Forbidden(_))), "{refused:?}");
}

#[test]
fn a_controlled_record_is_as_open_as_what_controls_it() {
    let mut policy = company();
    let controlled = ObjectPolicy {
        parent: Some(ACCOUNT),
        ..ObjectPolicy::new(CONTACT, OrgWideDefault::ControlledByParent, true)
    };
    policy.objects.insert(CONTACT, controlled);
    let shares = [share(Principal::User(SARA), Level::Edit)];
    let root = Root { object: ACCOUNT, record: RecordId::from_uuid(Uuid::nil()), values: Some(&In("IS")) };
    let contact = Facts { object: CONTACT, root: Some(root), ..account(&shares) };
    let may = |policy: &Policy, action, facts: &Facts<'_>| {
        plan(policy, SARA).object(CONTACT).decide(action, facts).is_allow()
    };
    assert!(may(&policy, Action::Update, &contact));
    assert!(!may(&policy, Action::Delete, &contact), "to edit is not to delete");
    let elsewhere = Root { object: CONTACT, ..root };
    assert!(
        !may(&policy, Action::Read, &Facts { root: Some(elsewhere), ..contact }),
        "by what cannot control it"
    );

    policy.objects.insert(ACCOUNT, ObjectPolicy::new(ACCOUNT, OrgWideDefault::Read, true));
    let unshared = Facts { shares: &[], ..contact };
    let orphan = Facts { root: None, ..unshared };
    assert!(may(&policy, Action::Read, &unshared), "as everybody may read accounts");
    assert!(!may(&policy, Action::Read, &orphan), "without what controls it, it is private");
    assert!(may(&policy, Action::Delete, &Facts { owner: Owner::User(SARA), ..orphan }), "but its owner's");

    let mut profile = Profile::clone(&policy.profiles[&PROFILE]);
    profile.grants.objects.remove(&ACCOUNT);
    policy.profiles.insert(PROFILE, Arc::new(profile));
    assert!(!may(&policy, Action::Read, &contact), "who may not read accounts");
}

#[test]
fn while_somebody_changes_roles_his_role_opens_nothing() {
    let mut policy = company();
    policy.moving = Arc::new(BTreeSet::from([SARA]));
    let owned = Facts { owner: Owner::User(SARA), owner_role: Some(SELLER), ..account(&[]) };
    assert_eq!(levels(&policy, &owned), "- - full -");
    let shares = [share(Principal::User(SARA), Level::Read)];
    assert_eq!(levels(&policy, &account(&shares)), "- - read -");
}

#[test]
fn permission_sets_add_and_their_groups_give_less_what_is_muted() {
    let (set, group) = (PermissionSetId::from_uuid(uuid(1)), PermissionSetGroupId::from_uuid(uuid(1)));
    let grants = Grants {
        system: SystemPermissions::NONE.with(SystemPermission::ModifyAllData),
        objects: BTreeMap::from([(ACCOUNT, May::EXPORT)]),
        ..Grants::default()
    };
    let mut policy = company();
    policy.permission_sets.insert(set, Arc::new(PermissionSet { id: set, name: String::new(), grants }));
    let muting = Muting {
        system: BTreeSet::from([SystemPermission::ViewAllData]),
        objects: BTreeMap::from([(ACCOUNT, ObjectMuting::of(&["export"]))]),
        fields: BTreeMap::new(),
    };
    let muted = PermissionSetGroup { id: group, name: String::new(), sets: BTreeSet::from([set]), muting };
    policy.permission_set_groups.insert(group, Arc::new(muted));
    let of = |sets: &[_], groups: &[_]| {
        let subject = Subject {
            permission_sets: sets.iter().copied().collect(),
            permission_set_groups: groups.iter().copied().collect(),
            ..subject(SARA)
        };
        let plan = UserPlan::compile(&policy, &subject);
        (plan.has(SystemPermission::ModifyAllData), plan.object(ACCOUNT).permissions())
    };
    assert_eq!(of(&[], &[]), (false, May::DELETE));
    assert_eq!(of(&[set], &[]), (true, May::MODIFY_ALL));
    assert_eq!(of(&[], &[group]), (false, May::DELETE), "who may not view all data may not modify them");
}

#[test]
fn an_explanation_names_every_rule_that_spoke() {
    let shares = [share(Principal::Group(OUTER), Level::Edit), share(Principal::User(SOFIA), Level::Read)];
    let policy = with_accounts(ObjectPolicy::new(ACCOUNT, OrgWideDefault::Read, true));
    let said = plan(&policy, SARA).object(ACCOUNT).explain(Action::Delete, &account(&shares));
    assert_eq!(
        said.grounds,
        [(Ground::OrgWideDefault, Level::Read), (Ground::Share(shares[0]), Level::Edit)]
    );
    assert_eq!((said.level, said.needed), (Level::Edit, Level::Full));
    assert_eq!(said.permitted_by, [Source::Profile(PROFILE)]);
    assert!(matches!(said.verdict, Err(Denial::Forbidden(_))));

    let said = plan(&policy, MILAN).object(ACCOUNT).explain(Action::Read, &account(&shares));
    assert_eq!(said.grounds.len(), 3, "the default, and two shares with those below him: {:?}", said.grounds);
}

#[test]
fn groups_that_cannot_be_are_refused() {
    let group = |number, members: &[Principal]| Group {
        id: GroupId::from_uuid(uuid(number)),
        name: String::new(),
        queue: false,
        members: members.iter().copied().collect(),
    };
    let (one, two) = (GroupId::from_uuid(uuid(1)), GroupId::from_uuid(uuid(2)));
    let cases = [
        ("twice", vec![group(1, &[]), group(1, &[])], GroupError::Duplicate(one)),
        ("an unknown member", vec![group(1, &[Principal::Group(two)])], GroupError::UnknownMember(one)),
        ("itself", vec![group(1, &[Principal::Group(one)])], GroupError::Cycle(one)),
        (
            "itself through another",
            vec![group(1, &[Principal::Group(two)]), group(2, &[Principal::Group(one)])],
            GroupError::Cycle(one),
        ),
    ];
    for (name, groups, expected) in cases {
        let refused = Directory::compile(groups, TerritoryTree::default(), People::default());
        assert_eq!(refused.err(), Some(expected), "{name}");
    }
}
