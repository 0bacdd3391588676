//! Profiles, roles, org-wide defaults and subjects.

use std::sync::Arc;

use sutra_acl::{
    FieldPermission, Grants, Move, ObjectPermissions, ObjectPolicy, OrgWideDefault, Profile, Role,
};
use sutra_identity::{Held, User, UserState};
use sutra_kernel::{PortErrorKind::Refused, ProfileId, RoleId};
use sutra_records::{ListQuery, Record};

use super::{
    gadget,
    home::{Home, at, expect_kind, nothing, open_to_nobody},
};
use crate::Store;

pub(super) async fn the_policy_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "policy").await;
    let mut reads = home.reads().await;
    let policy = reads.policy().await.unwrap();
    assert_eq!((policy.workspace, policy.epoch), (home.workspace, 0));
    assert_eq!(policy.profiles.len(), 2);
    assert_eq!(*policy.profiles[&home.profile.id], home.profile);
    assert_eq!(*policy.profiles[&home.limited.id], home.limited);
    assert!(policy.roles.above(home.boss.id, home.sales.id));
    assert_eq!(policy.objects.get(&home.object.id), Some(&open_to_nobody(&home.object)));
    let mut profiles = vec![home.profile.clone(), home.limited.clone()];
    profiles.sort_by_key(|profile| profile.id);
    assert_eq!(reads.profiles().await.unwrap(), profiles);
    let mut roles = vec![home.boss.clone(), home.sales.clone()];
    roles.sort_by_key(|role| role.id);
    assert_eq!(reads.roles().await.unwrap(), roles);
    reads.finish().await.unwrap();
}

pub(super) async fn a_profile_is_replaced_as_a_whole(store: &dyn Store) {
    let home = Home::found(store, "profiles").await;
    let [kept, blind, ..] = home.object.fields.as_slice() else { panic!("gadgets have fields") };
    let mut narrower = nothing(home.profile.id, "Narrower");
    narrower.grants.objects.insert(home.object.id, ObjectPermissions::READ);
    narrower.grants.fields.insert(kept.id, FieldPermission::new(true, false));
    narrower.grants.fields.insert(blind.id, FieldPermission::WRITE_ONLY);
    let mut work = home.begin().await;
    work.unit.put_profile(&narrower).await.unwrap();
    work.unit.put_role(&Role { parent: None, name: "Moved".to_owned(), ..home.sales.clone() }).await.unwrap();
    work.unit.bump_policy_epoch().await.unwrap();
    work.commit().await;

    let mut reads = home.reads().await;
    let policy = reads.policy().await.unwrap();
    assert_eq!(policy.epoch, 1);
    assert_eq!(*policy.profiles[&home.profile.id], narrower, "what it does not name is gone");
    assert!(!policy.roles.above(home.boss.id, home.sales.id));
    reads.finish().await.unwrap();
}

pub(super) async fn what_is_in_use_is_not_removed(store: &dyn Store) {
    let home = Home::found(store, "profiles and roles in use").await;
    let idle = User { state: UserState::Deactivated, profile: home.profile.id, ..home.newcomer("Idle") };
    let mut work = home.begin().await;
    work.unit.put_user(&idle, None).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    for (name, held, expected) in [
        ("the profile of the admin and the idle", Held::Profile(home.profile.id), 2),
        ("the others' profile", Held::Profile(home.limited.id), 2),
        ("a role", Held::Role(home.sales.id), 1),
    ] {
        assert_eq!(reads.count_holders(held).await.unwrap(), expected, "{name}");
    }
    reads.finish().await.unwrap();
    let mut work = home.begin().await;
    expect_kind(work.unit.remove_profile(home.limited.id).await, Refused, "a user's profile");
    work.cancel().await;
    for (name, role) in [("a user's role", home.sales.id), ("one above another", home.boss.id)] {
        let mut work = home.begin().await;
        expect_kind(work.unit.remove_role(role).await, Refused, name);
        work.cancel().await;
    }
}

pub(super) async fn what_is_removed_is_gone_and_another_workspace_keeps_its_own(store: &dyn Store) {
    let (here, there) = Home::found_twins(store, "removed profiles and roles").await;
    for home in [&here, &there] {
        let mut work = home.begin().await;
        for user in [&home.admin, &home.seller] {
            let user = User { role: None, profile: home.limited.id, version: 2, ..user.clone() };
            work.unit.put_user(&user, Some(1)).await.unwrap();
        }
        work.commit().await;
    }
    let mut work = here.begin().await;
    work.unit.remove_profile(here.profile.id).await.unwrap();
    work.unit.remove_role(here.sales.id).await.unwrap();
    work.commit().await;
    for (home, profiles, roles) in [(&here, 1, 1), (&there, 2, 2)] {
        let mut reads = home.reads().await;
        assert_eq!(reads.profiles().await.unwrap().len(), profiles);
        assert_eq!(reads.roles().await.unwrap().len(), roles);
        assert_eq!(reads.count_holders(Held::Role(home.sales.id)).await.unwrap(), 0);
        reads.finish().await.unwrap();
    }
    let mut work = here.begin().await;
    let again = Profile { grants: Grants::default(), ..here.profile.clone() };
    work.unit.put_profile(&again).await.unwrap();
    work.commit().await;
    let mut reads = here.reads().await;
    assert!(reads.profiles().await.unwrap().contains(&again), "nothing of what it gave has stayed behind");
    reads.finish().await.unwrap();
}

pub(super) async fn taken_names_are_refused(store: &dyn Store) {
    let home = Home::found(store, "taken names").await;
    let id = ProfileId::generate(at(1), &home.dice);
    let mut work = home.begin().await;
    let result = work.unit.put_profile(&nothing(id, &home.limited.name)).await;
    expect_kind(result, Refused, "a new profile");
    work.cancel().await;

    let renamed = Profile { name: home.limited.name.clone(), ..home.profile.clone() };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_profile(&renamed).await, Refused, "another profile");
    work.cancel().await;

    let role = Role { id: RoleId::generate(at(1), &home.dice), ..home.sales.clone() };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_role(&role).await, Refused, "a new role");
    work.cancel().await;

    let mut object = gadget::define("widget");
    object.name = home.object.name.clone();
    let mut work = home.begin().await;
    expect_kind(work.unit.put_object(&object).await, Refused, "a new object");
    work.cancel().await;
}

pub(super) async fn defining_an_object_again_keeps_its_default(store: &dyn Store) {
    let home = Home::found(store, "kept defaults").await;
    let object = home.object.id;
    let policy = ObjectPolicy::new(object, OrgWideDefault::ReadWrite, false);
    let mut work = home.begin().await;
    work.unit.put_object_policy(&policy).await.unwrap();
    work.unit.put_object(&home.object).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.policy().await.unwrap().objects.get(&object), Some(&policy));
    reads.finish().await.unwrap();
}

pub(super) async fn a_subject_follows_its_user(store: &dyn Store) {
    let home = Home::found(store, "subjects").await;
    let invited = User { state: UserState::Invited, ..home.newcomer("Invited") };
    let gone = User { state: UserState::Deactivated, version: 2, role: None, ..home.seller.clone() };
    let mut work = home.begin().await;
    work.unit.put_user(&invited, None).await.unwrap();
    work.unit.put_user(&gone, Some(1)).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    for (user, active) in [(&home.admin, true), (&invited, false), (&gone, false)] {
        let subject = reads.subject(user.id).await.unwrap().unwrap();
        assert_eq!((subject.workspace, subject.user), (user.workspace, user.id));
        assert_eq!((subject.profile, subject.role, subject.active), (user.profile, user.role, active));
    }
    assert_eq!(reads.subject(home.newcomer("Nobody").id).await.unwrap(), None);
    reads.finish().await.unwrap();
}

pub(super) async fn moving_an_owner_moves_the_scope_of_what_he_owns(store: &dyn Store) {
    let home = Home::found(store, "moved owners").await;
    for (owner, name) in [(&home.seller, "One"), (&home.seller, "Two"), (&home.admin, "Three")] {
        home.store(home.create(owner, gadget::named(name), at(1))).await;
    }
    let deleted = home.store(home.create(&home.seller, gadget::named("Four"), at(1))).await;
    home.store(home.delete(&deleted, at(2))).await;

    let mut work = home.begin().await;
    assert_eq!(work.unit.move_owned(home.seller.id, Some(home.boss.id), 9).await.unwrap(), 3);
    work.commit().await;
    let of = |role| gadget::runs(&[], &[role]);
    let mut reads = home.reads().await;
    for (role, expected) in [(home.boss.id, 3), (home.sales.id, 0)] {
        let query = ListQuery { scope: of(role), object: Arc::clone(&home.object), ..home.everything() };
        assert_eq!(reads.count_records(&query, 10).await.unwrap(), expected);
        assert_eq!(reads.list_records(&query).await.unwrap().items.len() as u64, expected);
    }
    let restored = reads.find_record(home.object.id, deleted.id).await.unwrap().unwrap();
    assert_eq!(restored.owner_role, Some(home.boss.id), "the deleted ones move along");
    reads.finish().await.unwrap();
}

pub(super) async fn a_user_moves_step_by_step(store: &dyn Store) {
    let home = Home::found(store, "steps of a move").await;
    let (seller, boss) = (home.seller.id, Some(home.boss.id));
    for number in 0..5 {
        home.store(home.create(&home.seller, gadget::named("His"), at(number))).await;
    }
    let other = home.store(home.create(&home.admin, gadget::named("Another's"), at(9))).await;
    let steps = [(2, boss, 2), (2, boss, 2), (2, boss, 1), (2, boss, 0), (9, None, 5), (9, None, 0)];
    for (place, (limit, role, expected)) in steps.into_iter().enumerate() {
        let mut work = home.begin().await;
        assert_eq!(work.unit.move_owned(seller, role, limit).await.unwrap(), expected, "step {place}");
        work.commit().await;
    }
    let mut reads = home.reads().await;
    let found = reads.list_records(&home.everything()).await.unwrap().items;
    let roles = found.iter().map(|record| (record.owner, record.owner_role));
    let expected = |record: &Record| if record.id == other.id { other.owner_role } else { None };
    assert!(roles.eq(found.iter().map(|record| (record.owner, expected(record)))));
    reads.finish().await.unwrap();
}

pub(super) async fn who_is_moving_is_part_of_the_policy(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "moving").await;
    let mut work = home.begin().await;
    for (user, second) in [(home.seller.id, 1), (home.admin.id, 2), (home.seller.id, 3)] {
        work.unit.begin_moving(user, at(second)).await.unwrap();
    }
    work.commit().await;
    let mut work = neighbour.begin().await;
    work.unit.end_moving(home.admin.id).await.unwrap();
    work.commit().await;
    let his = Move { user: home.seller.id, started_at: at(1) };
    let mut both = [his, Move { user: home.admin.id, started_at: at(2) }];
    both.sort_by_key(|it| it.user);
    assert_eq!(moves(&home).await, both, "since the first time");
    assert_eq!(moves(&neighbour).await, []);
    let mut work = home.begin().await;
    for user in [home.admin.id, home.admin.id] {
        work.unit.end_moving(user).await.unwrap();
    }
    work.commit().await;
    assert_eq!(moves(&home).await, [his]);
}

/// The policy is of one mind with it.
async fn moves(home: &Home<'_>) -> Vec<Move> {
    let mut reads = home.reads().await;
    let (moves, policy) = (reads.moves().await.unwrap(), reads.policy().await.unwrap());
    reads.finish().await.unwrap();
    assert!(moves.iter().map(|it| it.user).eq(policy.moving.iter().copied()));
    moves
}
