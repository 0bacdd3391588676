//! Groups and queues, and what the directory knows of people.

use std::{collections::BTreeSet, sync::Arc};

use sutra_acl::{
    Action, Cause, Facts, Grants, Group, Level, ObjectPermissions, Owner, Policy, Principal, Profile, Runs,
    Scope, Share, Subject, Use, UserPlan,
};
use sutra_identity::User;
use sutra_kernel::{GroupId, PortErrorKind::Refused, RecordId};
use sutra_records::ListQuery;

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

pub(super) async fn a_group_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "groups").await;
    let everybody = BTreeSet::from([
        Principal::User(home.loner.id),
        Principal::Role(home.boss.id),
        Principal::RoleAndSubordinates(home.sales.id),
    ]);
    let queue = Group { queue: true, ..group(&home, "Queue", everybody) };
    let outer = group(&home, "Outer", BTreeSet::from([Principal::Group(queue.id)]));
    put(&home, &[&queue, &outer]).await;
    let mut groups = vec![queue.clone(), outer.clone()];
    groups.sort_by_key(|group| group.id);
    let mut reads = home.reads().await;
    assert_eq!(reads.groups().await.unwrap(), groups);
    assert!(reads.policy().await.unwrap().directory.groups().eq(&groups));
    reads.finish().await.unwrap();

    let renamed = Group { name: "Few".to_owned(), members: BTreeSet::new(), ..queue };
    put(&home, &[&renamed]).await;
    let mut reads = home.reads().await;
    assert!(reads.groups().await.unwrap().contains(&renamed), "who it does not name is gone");
    reads.finish().await.unwrap();
}

pub(super) async fn a_taken_name_is_refused(store: &dyn Store) {
    let home = Home::found(store, "taken groups").await;
    put(&home, &[&group(&home, "Desk", BTreeSet::new())]).await;
    let mut work = home.begin().await;
    let twin = group(&home, "Desk", BTreeSet::new());
    expect_kind(work.unit.put_group(&twin).await, Refused, "a new group");
    work.cancel().await;
}

pub(super) async fn who_names_a_group_is_found(store: &dyn Store) {
    let home = Home::found(store, "uses of groups").await;
    let inner = group(&home, "Inner", BTreeSet::from([Principal::User(home.seller.id)]));
    let outer = group(&home, "Outer", BTreeSet::from([Principal::Group(inner.id)]));
    put(&home, &[&inner, &outer]).await;
    let mut work = home.begin().await;
    let uses = [
        ("a group in a group", Principal::Group(inner.id), Some(Use::Member(outer.id))),
        ("a user in a group", Principal::User(home.seller.id), Some(Use::Member(inner.id))),
        ("a group by itself", Principal::Group(outer.id), None),
        ("a role", Principal::Role(home.sales.id), None),
    ];
    for (name, principal, expected) in uses {
        assert_eq!(work.unit.find_use(principal).await.unwrap(), expected, "{name}");
    }
    work.unit.remove_group(outer.id).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.find_use(Principal::Group(inner.id)).await.unwrap(), None);
    assert_eq!(reads.groups().await.unwrap(), [inner]);
    reads.finish().await.unwrap();
}

pub(super) async fn members_reach_what_their_groups_do_and_so_do_those_above(store: &dyn Store) {
    let home = Home::found(store, "reach of groups").await;
    let of_user = group(&home, "Of the seller", BTreeSet::from([Principal::User(home.seller.id)]));
    let outer = group(&home, "Outer", BTreeSet::from([Principal::Group(of_user.id)]));
    let of_role = group(&home, "Of a role", BTreeSet::from([Principal::Role(home.sales.id)]));
    let of_loner = group(&home, "Of nobody's", BTreeSet::from([Principal::User(home.loner.id)]));
    put(&home, &[&of_user, &outer, &of_role, &of_loner]).await;
    let mut reads = home.reads().await;
    let policy = reads.policy().await.unwrap();
    let seller = home.seller.clone();
    for (name, group, expected) in [
        ("a member's group", &of_user, true),
        ("around it", &outer, true),
        ("of a role below", &of_role, true),
        ("of somebody without a role", &of_loner, false),
    ] {
        assert_eq!(reaches(&home, &policy, &seller, group.id), expected, "the seller: {name}");
        assert_eq!(reaches(&home, &policy, &home.admin, group.id), expected, "above the seller: {name}");
    }
    assert!(reaches(&home, &policy, &home.loner, of_loner.id));
    reads.finish().await.unwrap();
}

pub(super) async fn what_a_queue_owns_is_kept_and_listed(store: &dyn Store) {
    let home = Home::found(store, "owners").await;
    let queue = Group { queue: true, ..group(&home, "Queue", BTreeSet::new()) };
    put(&home, &[&queue]).await;
    let record = home.store(home.create(&home.seller, gadget::named("One"), at(1))).await;
    home.store(home.create(&home.seller, gadget::named("Two"), at(1))).await;
    let mut work = home.begin().await;
    assert_eq!(work.unit.find_use(Principal::Group(queue.id)).await.unwrap(), None);
    work.cancel().await;
    let given = home.store(home.transfer_to(&record, (Owner::Queue(queue.id), None), at(2))).await;
    assert_eq!((given.owner, given.owner_role), (Owner::Queue(queue.id), None));

    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, record.id).await.unwrap(), Some(given.clone()));
    assert_eq!(reads.find_use(Principal::Group(queue.id)).await.unwrap(), Some(Use::Owner));
    let owners = vec![Owner::Queue(queue.id)];
    let scope = Scope::of(Runs { owners, ..Runs::default() });
    let listed = reads.list_records(&ListQuery { scope, ..home.everything() }).await.unwrap().items;
    assert_eq!(listed, std::slice::from_ref(&given));
    reads.finish().await.unwrap();
    let taken = home.store(home.transfer(&given, &home.seller, at(3))).await;
    let mut reads = home.reads().await;
    assert_eq!(reads.find_record(home.object.id, record.id).await.unwrap(), Some(taken));
    reads.finish().await.unwrap();
}

pub(super) async fn another_workspace_has_its_own(store: &dyn Store) {
    let (here, there) = Home::found_twins(store, "groups of two workspaces").await;
    let group = group(&here, "Desk", BTreeSet::from([Principal::User(here.seller.id)]));
    put(&here, &[&group]).await;
    let mut reads = there.reads().await;
    assert_eq!(reads.groups().await.unwrap(), []);
    assert_eq!(reads.find_use(Principal::User(here.seller.id)).await.unwrap(), None);
    reads.finish().await.unwrap();
    put(&there, &[&group]).await;
    let mut work = there.begin().await;
    work.unit.remove_group(group.id).await.unwrap();
    work.commit().await;
    let mut reads = here.reads().await;
    assert_eq!(reads.groups().await.unwrap(), [group]);
    reads.finish().await.unwrap();
}

/// Whether somebody, looked at without his permissions, reads what is shared with a group.
fn reaches(home: &Home<'_>, policy: &Policy, user: &User, group: GroupId) -> bool {
    let grants = Grants { objects: [(home.object.id, ObjectPermissions::READ)].into(), ..Grants::default() };
    let profile = Profile { id: home.limited.id, name: String::new(), grants };
    let policy = Policy { profiles: [(profile.id, Arc::new(profile))].into(), ..policy.clone() };
    let subject = Subject::new(home.workspace, user.id, home.limited.id);
    let plan = UserPlan::compile(&policy, &Subject { role: user.role, ..subject });
    let record = RecordId::generate(at(1), &home.dice);
    let share =
        Share { principal: Principal::Group(group), role: None, level: Level::Read, cause: Cause::Manual };
    let owner = Owner::User(home.newcomer("Stranger").id);
    let facts = Facts { shares: &[share], ..Facts::new(home.workspace, home.object.id, record, owner) };
    plan.object(home.object.id).decide(Action::Read, &facts).is_allow()
}

fn group(home: &Home<'_>, name: &str, members: BTreeSet<Principal>) -> Group {
    Group { id: GroupId::generate(at(1), &home.dice), name: name.to_owned(), queue: false, members }
}

async fn put(home: &Home<'_>, groups: &[&Group]) {
    let mut work = home.begin().await;
    for group in groups {
        work.unit.put_group(group).await.unwrap();
    }
    work.commit().await;
}
