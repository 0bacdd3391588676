//! What a user meets, told in single cases.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{collections::BTreeMap, sync::Arc};

use sutra_acl::{
    Action, Decision, Denial, Facts, FieldPermission, Grants, ObjectPermissions, ObjectPolicy,
    OrgWideDefault, Owner, Policy, Profile, Reach, Reason, Role, RoleTree, Scope, Stage, Subject,
    SystemPermission, SystemPermissions, UserPlan, grant,
};
use sutra_kernel::{FieldId, ObjectId, ProfileId, RecordId, RoleId, UserId, Uuid, WorkspaceId};

const HOME: WorkspaceId = WorkspaceId::from_uuid(Uuid::from_u128(1));
const ABROAD: WorkspaceId = WorkspaceId::from_uuid(Uuid::from_u128(2));
const ACCOUNT: ObjectId = ObjectId::from_uuid(Uuid::from_u128(1));
const UNKNOWN: ObjectId = ObjectId::from_uuid(Uuid::from_u128(2));
const ME: UserId = UserId::from_uuid(Uuid::from_u128(1));
const OTHER: UserId = UserId::from_uuid(Uuid::from_u128(2));
const LEAD: RoleId = RoleId::from_uuid(Uuid::from_u128(1));
const SELLER: RoleId = RoleId::from_uuid(Uuid::from_u128(2));
const PHONE: FieldId = FieldId::from_uuid(Uuid::from_u128(1));
const PROFILE: ProfileId = ProfileId::from_uuid(Uuid::from_u128(1));

fn profile(permissions: ObjectPermissions) -> Profile {
    Profile {
        id: PROFILE,
        name: "Sales".into(),
        grants: Grants {
            system: SystemPermissions::NONE,
            objects: BTreeMap::from([(ACCOUNT, permissions)]),
            fields: BTreeMap::from([(PHONE, FieldPermission::new(true, true))]),
        },
    }
}

fn administrator() -> Profile {
    let grants = Grants { system: SystemPermissions::EVERY, ..profile(ObjectPermissions::MODIFY_ALL).grants };
    Profile { grants, ..profile(ObjectPermissions::NONE) }
}

fn policy(profile: Profile, default: OrgWideDefault) -> Policy {
    let roles = [
        Role { id: LEAD, name: "Lead".into(), parent: None },
        Role { id: SELLER, name: "Seller".into(), parent: Some(LEAD) },
    ];
    Policy {
        roles: RoleTree::compile(&roles).unwrap(),
        profiles: BTreeMap::from([(profile.id, Arc::new(profile))]),
        objects: BTreeMap::from([(ACCOUNT, ObjectPolicy::new(ACCOUNT, default, true))]),
        ..Policy::closed(HOME, 7)
    }
}

/// I am the lead.
fn me() -> Subject {
    Subject { role: Some(LEAD), ..Subject::new(HOME, ME, PROFILE) }
}

fn plan(profile: Profile, default: OrgWideDefault) -> UserPlan {
    UserPlan::compile(&policy(profile, default), &me())
}

fn record(owner: UserId, owner_role: Option<RoleId>) -> Facts<'static> {
    let record = RecordId::from_uuid(Uuid::from_u128(1));
    Facts { version: 3, owner_role, ..Facts::new(HOME, ACCOUNT, record, Owner::User(owner)) }
}

#[test]
fn a_refusal_says_no_more_than_one_may_know() {
    use Denial::{Forbidden, Hidden};
    use OrgWideDefault::{Private, Read};
    let (strange, mine) = (record(OTHER, None), record(ME, None));
    let nothing = ObjectPermissions::NONE;
    let (read, update, delete) =
        (ObjectPermissions::READ, ObjectPermissions::UPDATE, ObjectPermissions::DELETE);
    let cases = [
        ("a closed object", nothing, Private, Action::Read, strange, Forbidden(Reason::ObjectClosed)),
        ("a closed object, own", nothing, Private, Action::Read, mine, Forbidden(Reason::ObjectClosed)),
        ("no permission to create", delete, Private, Action::Create, mine, Forbidden(Reason::NotPermitted)),
        ("out of sight", delete, Private, Action::Read, strange, Hidden),
        ("out of sight, without permission", read, Private, Action::Delete, strange, Hidden),
        (
            "in sight, without permission",
            read,
            Read,
            Action::Update,
            strange,
            Forbidden(Reason::NotPermitted),
        ),
        ("in sight, out of reach", update, Read, Action::Update, strange, Forbidden(Reason::LevelTooLow)),
        ("own, without permission", update, Private, Action::Delete, mine, Forbidden(Reason::NotPermitted)),
    ];
    for (name, permissions, default, action, facts, expected) in cases {
        let plan = plan(profile(permissions), default);
        assert_eq!(plan.object(ACCOUNT).decide(action, &facts), Decision::Deny(expected), "{name}");
    }
}

#[test]
fn what_is_in_doubt_is_closed_even_to_an_administrator() {
    let closed = Denial::Forbidden(Reason::ObjectClosed);
    let (mine, stranger) = (record(ME, Some(LEAD)), ProfileId::from_uuid(Uuid::from_u128(9)));
    let cases = [
        ("an inactive user", Subject { active: false, ..me() }, mine, Denial::Forbidden(Reason::Inactive)),
        (
            "a foreign user",
            Subject { workspace: ABROAD, ..me() },
            Facts { workspace: ABROAD, ..mine },
            closed,
        ),
        ("an unknown profile", Subject { profile: stranger, ..me() }, mine, closed),
        ("an unknown object", me(), Facts { object: UNKNOWN, ..mine }, closed),
        ("a foreign record", me(), Facts { workspace: ABROAD, ..mine }, Denial::Hidden),
    ];
    let policy = policy(administrator(), OrgWideDefault::ReadWrite);
    for (name, subject, facts, expected) in cases {
        let plan = UserPlan::compile(&policy, &subject);
        for action in Action::ALL {
            let plan = plan.object(facts.object);
            assert_eq!(plan.decide(action, &facts), Decision::Deny(expected), "{name}, {action}");
        }
    }
    let inactive = UserPlan::compile(&policy, &Subject { active: false, ..me() });
    assert_eq!(inactive.object(ACCOUNT).scope(), Scope::NONE);
    assert!(!inactive.has(SystemPermission::ManageUsers));
    assert_eq!(inactive.object(ACCOUNT).field(PHONE), FieldPermission::NONE);
}

#[test]
fn a_record_is_given_away_with_a_permit_for_each_image() {
    let policy = policy(profile(ObjectPermissions::UPDATE), OrgWideDefault::Private);
    let seller = UserPlan::compile(&policy, &Subject { role: Some(SELLER), ..me() });
    let plan = seller.object(ACCOUNT);
    let before = record(ME, Some(SELLER));
    let after = Facts { version: 4, ..record(OTHER, None) };

    let permit = plan.decide(Action::Transfer, &before).permit().unwrap();
    permit.spend(Action::Transfer, Stage::Before, &before).unwrap();
    let permit = plan.confirm(Action::Transfer, &after).permit().unwrap();
    permit.spend(Action::Transfer, Stage::After, &after).unwrap();
    assert_eq!(plan.decide(Action::Read, &after), Decision::Deny(Denial::Hidden), "and is out of sight then");
}

#[test]
fn an_image_after_needs_the_same_permission_and_the_same_place() {
    let plan = plan(profile(ObjectPermissions::UPDATE), OrgWideDefault::ReadWrite);
    let forbidden = Denial::Forbidden(Reason::NotPermitted);
    let mine = record(ME, None);
    let cases = [
        ("another workspace", Action::Update, Facts { workspace: ABROAD, ..mine }, Denial::Hidden),
        ("another object", Action::Update, Facts { object: UNKNOWN, ..mine }, Denial::Hidden),
        ("no permission", Action::Delete, mine, forbidden),
        ("no change", Action::Read, mine, forbidden),
    ];
    for (name, action, after, expected) in cases {
        assert_eq!(plan.object(ACCOUNT).confirm(action, &after), Decision::Deny(expected), "{name}");
    }
}

#[test]
fn a_field_is_no_wider_than_its_object() {
    let (none, read, both) =
        (FieldPermission::NONE, FieldPermission::new(true, false), FieldPermission::new(true, true));
    let cases = [
        ("a closed object", ObjectPermissions::NONE, none),
        ("a readable object", ObjectPermissions::READ, read),
        ("an object to create", ObjectPermissions::CREATE, both),
        ("an object to update", ObjectPermissions::UPDATE, both),
    ];
    for (name, permissions, expected) in cases {
        let plan = plan(profile(permissions), OrgWideDefault::Read);
        assert_eq!(plan.object(ACCOUNT).field(PHONE), expected, "{name}");
    }
    let grants = Grants { fields: BTreeMap::new(), ..administrator().grants };
    let plan = plan(Profile { grants, ..administrator() }, OrgWideDefault::Read);
    assert_eq!(plan.object(ACCOUNT).field(PHONE), none, "no system permission opens a field");
}

#[test]
fn an_encrypted_field_is_written_by_who_sees_it_or_may_write_blindly() {
    let (read, edit) = (FieldPermission::new(true, false), FieldPermission::new(true, true));
    let blind = FieldPermission::WRITE_ONLY;
    let cases = [
        ("only read", read, false, read),
        ("read, and seen", read, true, read),
        ("edit, and masked", edit, false, read),
        ("edit, and seen", edit, true, blind),
        ("write only", blind, false, blind),
    ];
    for (name, granted, sees, expected) in cases {
        let system = if sees { vec![SystemPermission::ViewEncryptedData] } else { Vec::new() };
        let system = system.into_iter().collect();
        let fields = BTreeMap::from([(PHONE, granted)]);
        let own = Grants { system, fields, ..profile(ObjectPermissions::UPDATE).grants };
        let holder = Profile { grants: own.clone(), ..profile(ObjectPermissions::UPDATE) };
        let user = plan(holder, OrgWideDefault::Read);
        assert_eq!(user.object(ACCOUNT).encrypted_field(PHONE), expected, "{name}");
        assert_eq!(user.object(ACCOUNT).views_encrypted(), sees, "{name}");
        let giving = Grants { fields: BTreeMap::from([(PHONE, blind)]), ..own };
        assert_eq!(grant::may_grant(&user, &giving), expected == blind, "{name}");
    }
    let grants = Grants { fields: BTreeMap::from([(PHONE, blind)]), ..Grants::default() };
    let user = plan(Profile { grants, ..administrator() }, OrgWideDefault::Read);
    assert_eq!(user.object(ACCOUNT).encrypted_field(PHONE), FieldPermission::NONE, "no object, no field");
}

#[test]
fn a_list_is_mine_and_my_subordinates() {
    let plan = plan(profile(ObjectPermissions::READ), OrgWideDefault::Private);
    let Reach::Runs(runs) = plan.object(ACCOUNT).scope().reach else { panic!("all or nothing") };
    assert_eq!((runs.owners, runs.roles), (vec![Owner::User(ME)], vec![SELLER]));
}

#[test]
fn nobody_hands_out_what_he_does_not_hold() {
    let grants = |permissions| profile(permissions).grants;
    let actor = plan(profile(ObjectPermissions::UPDATE), OrgWideDefault::Private);
    let own = || grants(ObjectPermissions::UPDATE);
    let object = |of, permissions| Grants { objects: BTreeMap::from([(of, permissions)]), ..own() };
    let system = SystemPermissions::NONE.with(SystemPermission::ManageUsers);
    let other = [(FieldId::from_uuid(Uuid::from_u128(2)), FieldPermission::new(true, false))];
    let cases = [
        ("the same", own(), true),
        ("less on the object", grants(ObjectPermissions::READ), true),
        ("no fields", Grants { fields: BTreeMap::new(), ..own() }, true),
        ("more on the object", grants(ObjectPermissions::DELETE), false),
        ("another object", object(UNKNOWN, ObjectPermissions::READ), false),
        ("nothing on another object", object(UNKNOWN, ObjectPermissions::NONE), true),
        ("a system permission", Grants { system, ..own() }, false),
        ("another field", Grants { fields: other.into(), ..own() }, false),
    ];
    for (name, wanted, expected) in cases {
        assert_eq!(grant::may_grant(&actor, &wanted), expected, "{name}");
    }
}

#[test]
fn who_modifies_all_data_may_grant_any_object() {
    let system = SystemPermissions::NONE.with(SystemPermission::ModifyAllData);
    let grants = Grants { system, ..profile(ObjectPermissions::NONE).grants };
    let actor = Profile { grants: grants.clone(), ..profile(ObjectPermissions::NONE) };
    let actor = plan(actor, OrgWideDefault::Private);
    assert!(grant::may_grant(&actor, &profile(ObjectPermissions::MODIFY_ALL).grants));
    assert!(grant::may_grant(&actor, &grants));
}

#[test]
fn an_account_is_out_of_reach_for_who_holds_less() {
    let strong = policy(administrator(), OrgWideDefault::Private);
    let weak = policy(profile(ObjectPermissions::READ), OrgWideDefault::Private);
    let other = Subject { user: OTHER, ..me() };
    let inactive = Subject { active: false, ..other.clone() };
    let abroad = Policy { workspace: ABROAD, ..weak.clone() };
    let foreign = Subject { workspace: ABROAD, ..other.clone() };
    let cases = [
        ("the stronger over the weaker", (&strong, me()), (&weak, other.clone()), true),
        ("equals", (&weak, me()), (&weak, other.clone()), true),
        ("the weaker over the stronger", (&weak, me()), (&strong, other), false),
        ("the weaker over the stronger, inactive", (&weak, me()), (&strong, inactive.clone()), false),
        ("the stronger, inactive", (&strong, inactive), (&weak, me()), false),
        ("another workspace", (&strong, me()), (&abroad, foreign), false),
    ];
    for (name, (policy, actor), (targets, target), expected) in cases {
        let (actor, target) = (UserPlan::compile(policy, &actor), UserPlan::compile(targets, &target));
        assert_eq!(grant::may_administer(&actor, &target), expected, "{name}");
    }
}
