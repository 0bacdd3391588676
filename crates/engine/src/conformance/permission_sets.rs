//! Permission sets, the groups that they are given in, and who has them.

use std::collections::{BTreeMap, BTreeSet};

use sutra_acl::{
    Assigned, Bundle, FieldMuting, FieldPermission, Grants, Muting, ObjectMuting, ObjectPermissions,
    PermissionSet, PermissionSetGroup, SystemPermission, SystemPermissions,
};
use sutra_kernel::{PermissionSetGroupId, PermissionSetId, PortErrorKind::Refused};

use super::home::{Home, at, expect_kind};
use crate::Store;

pub(super) async fn sets_and_groups_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "permission sets").await;
    let (set, empty, group) = furnish(&home).await;
    let mut reads = home.reads().await;
    let mut sets = vec![set.clone(), empty.clone()];
    sets.sort_by_key(|set| set.id);
    assert_eq!(reads.permission_sets().await.unwrap(), sets);
    assert_eq!(reads.permission_set_groups().await.unwrap(), std::slice::from_ref(&group));
    let policy = reads.policy().await.unwrap();
    assert_eq!(policy.permission_sets.len(), 2);
    assert_eq!(*policy.permission_sets[&set.id], set);
    assert_eq!(*policy.permission_set_groups[&group.id], group);
    reads.finish().await.unwrap();
}

pub(super) async fn a_set_and_a_group_are_replaced_as_a_whole(store: &dyn Store) {
    let home = Home::found(store, "replaced permission sets").await;
    let (set, _, group) = furnish(&home).await;
    let set = PermissionSet { name: "Other".to_owned(), grants: Grants::default(), ..set };
    let group = PermissionSetGroup {
        name: set.name.clone(),
        sets: BTreeSet::new(),
        muting: Muting::default(),
        ..group
    };
    let mut work = home.begin().await;
    work.unit.put_permission_set(&set).await.unwrap();
    work.unit.put_permission_set_group(&group).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert!(reads.permission_sets().await.unwrap().contains(&set), "what it does not name is gone");
    assert_eq!(reads.permission_set_groups().await.unwrap(), [group]);
    reads.finish().await.unwrap();
}

pub(super) async fn a_taken_name_is_refused(store: &dyn Store) {
    let home = Home::found(store, "taken permission sets").await;
    let (set, _, group) = furnish(&home).await;
    let twin = PermissionSet { id: PermissionSetId::generate(at(2), &home.dice), ..set };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_permission_set(&twin).await, Refused, "a set");
    work.cancel().await;
    let twin = PermissionSetGroup { id: PermissionSetGroupId::generate(at(2), &home.dice), ..group };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_permission_set_group(&twin).await, Refused, "a group");
    work.cancel().await;
}

pub(super) async fn what_a_user_has_is_replaced_as_a_whole(store: &dyn Store) {
    let home = Home::found(store, "assigned permission sets").await;
    let (set, empty, group) = furnish(&home).await;
    let both = Assigned {
        permission_sets: BTreeSet::from([set.id, empty.id]),
        permission_set_groups: BTreeSet::from([group.id]),
    };
    let one = Assigned { permission_sets: BTreeSet::from([set.id]), ..Assigned::default() };
    let mut work = home.begin().await;
    work.unit.assign(home.seller.id, &both).await.unwrap();
    work.unit.assign(home.loner.id, &one).await.unwrap();
    work.commit().await;

    let users = [home.admin.id, home.seller.id, home.loner.id];
    let mut reads = home.reads().await;
    let expected = BTreeMap::from([(home.seller.id, both.clone()), (home.loner.id, one.clone())]);
    assert_eq!(reads.assigned_to(&users).await.unwrap(), expected);
    assert_eq!(
        reads.assigned_to(&[home.loner.id]).await.unwrap(),
        BTreeMap::from([(home.loner.id, one.clone())])
    );
    let mut holders = vec![home.seller.id, home.loner.id];
    holders.sort();
    assert_eq!(reads.holders(Bundle::Set(set.id)).await.unwrap(), holders);
    assert_eq!(reads.holders(Bundle::Group(group.id)).await.unwrap(), [home.seller.id]);
    let subject = reads.subject(home.seller.id).await.unwrap().unwrap();
    assert_eq!(
        (subject.permission_sets, subject.permission_set_groups),
        (both.permission_sets, both.permission_set_groups)
    );
    reads.finish().await.unwrap();

    let mut work = home.begin().await;
    work.unit.assign(home.seller.id, &one).await.unwrap();
    work.unit.assign(home.loner.id, &Assigned::default()).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.assigned_to(&users).await.unwrap(), BTreeMap::from([(home.seller.id, one)]));
    assert_eq!(reads.holders(Bundle::Group(group.id)).await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn what_is_in_use_is_not_removed(store: &dyn Store) {
    let home = Home::found(store, "permission sets in use").await;
    let (set, empty, group) = furnish(&home).await;
    let assigned = Assigned {
        permission_sets: BTreeSet::from([empty.id]),
        permission_set_groups: BTreeSet::from([group.id]),
    };
    let mut work = home.begin().await;
    work.unit.assign(home.seller.id, &assigned).await.unwrap();
    work.commit().await;
    for (name, bundle) in [
        ("a set of a group", Bundle::Set(set.id)),
        ("a set of a user", Bundle::Set(empty.id)),
        ("a group of a user", Bundle::Group(group.id)),
    ] {
        let mut work = home.begin().await;
        let removed = match bundle {
            Bundle::Set(set) => work.unit.remove_permission_set(set).await,
            Bundle::Group(group) => work.unit.remove_permission_set_group(group).await,
        };
        expect_kind(removed, Refused, name);
        work.cancel().await;
    }
    let mut work = home.begin().await;
    work.unit.assign(home.seller.id, &Assigned::default()).await.unwrap();
    work.unit.remove_permission_set_group(group.id).await.unwrap();
    work.unit.remove_permission_set(set.id).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.permission_sets().await.unwrap(), [empty]);
    assert_eq!(reads.permission_set_groups().await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn what_is_not_there_is_not_given(store: &dyn Store) {
    let home = Home::found(store, "unknown permission sets").await;
    let set = PermissionSetId::generate(at(1), &home.dice);
    let assigned = Assigned { permission_sets: BTreeSet::from([set]), ..Assigned::default() };
    let mut work = home.begin().await;
    expect_kind(work.unit.assign(home.seller.id, &assigned).await, Refused, "to a user");
    work.cancel().await;
    let id = PermissionSetGroupId::generate(at(1), &home.dice);
    let group = PermissionSetGroup {
        id,
        name: "Group".to_owned(),
        sets: assigned.permission_sets,
        muting: Muting::default(),
    };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_permission_set_group(&group).await, Refused, "to a group");
    work.cancel().await;
}

pub(super) async fn another_workspace_has_its_own(store: &dyn Store) {
    let (here, there) = Home::found_twins(store, "permission sets of two workspaces").await;
    let (set, empty, group) = furnish(&here).await;
    assert_eq!(furnish(&there).await, (set.clone(), empty.clone(), group.clone()));
    let mut work = here.begin().await;
    let assigned = Assigned { permission_sets: BTreeSet::from([empty.id]), ..Assigned::default() };
    work.unit.assign(here.seller.id, &assigned).await.unwrap();
    work.unit.remove_permission_set_group(group.id).await.unwrap();
    work.unit.remove_permission_set(set.id).await.unwrap();
    work.commit().await;
    let mut reads = there.reads().await;
    assert_eq!(reads.permission_sets().await.unwrap().len(), 2);
    assert_eq!(reads.permission_set_groups().await.unwrap(), [group]);
    assert_eq!(reads.holders(Bundle::Set(empty.id)).await.unwrap(), []);
    reads.finish().await.unwrap();
}

/// Two sets, one of them in a group that mutes some of it.
async fn furnish(home: &Home<'_>) -> (PermissionSet, PermissionSet, PermissionSetGroup) {
    let [first, second, ..] = home.object.fields.as_slice() else { panic!("gadgets have fields") };
    let new = |name: &str, grants| PermissionSet {
        id: PermissionSetId::generate(at(1), &home.dice),
        name: name.to_owned(),
        grants,
    };
    let grants = Grants {
        system: SystemPermissions::NONE.with(SystemPermission::ModifyAllData),
        objects: BTreeMap::from([(home.object.id, ObjectPermissions::DELETE)]),
        fields: BTreeMap::from([(first.id, FieldPermission::WRITE_ONLY)]),
    };
    let (set, empty) = (new("Cleaner", grants), new("Nothing", Grants::default()));
    let group = PermissionSetGroup {
        id: PermissionSetGroupId::generate(at(1), &home.dice),
        name: set.name.clone(),
        sets: BTreeSet::from([set.id]),
        muting: Muting {
            system: BTreeSet::from([SystemPermission::ModifyAllData]),
            objects: BTreeMap::from([(home.object.id, ObjectMuting::of(&["delete"]))]),
            fields: BTreeMap::from([(first.id, FieldMuting::Edit), (second.id, FieldMuting::Read)]),
        },
    };
    let mut work = home.begin().await;
    for set in [&set, &empty] {
        work.unit.put_permission_set(set).await.unwrap();
    }
    work.unit.put_permission_set_group(&group).await.unwrap();
    work.commit().await;
    (set, empty, group)
}
