//! Territories, and who is assigned to them.

use std::collections::BTreeSet;

use sutra_acl::{Group, Level, Principal, Territory, TerritoryLevels, Use};
use sutra_kernel::{GroupId, ObjectId, PortErrorKind::Refused, TerritoryId, UserId};

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

pub(super) async fn a_tree_is_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "territories").await;
    let [top, below] = furnish(&home).await;
    let mut territories = vec![top.clone(), below.clone()];
    territories.sort_by_key(|territory| territory.id);
    let mut reads = home.reads().await;
    assert_eq!(reads.territories().await.unwrap(), territories);
    let policy = reads.policy().await.unwrap();
    assert!(policy.directory.territories().above(top.id, below.id));
    assert_eq!(policy.directory.assigned_to(top.id), None);
    reads.finish().await.unwrap();

    let moved = Territory { name: "Moved".to_owned(), parent: None, ..below };
    let users = BTreeSet::from([home.seller.id, home.loner.id]);
    let mut work = home.begin().await;
    work.unit.put_territory(&moved).await.unwrap();
    work.unit.assign_territory(moved.id, &users).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert!(reads.territories().await.unwrap().contains(&moved));
    let policy = reads.policy().await.unwrap();
    assert!(!policy.directory.territories().above(top.id, moved.id));
    assert_eq!(policy.directory.assigned_to(moved.id), Some(&users));
    reads.finish().await.unwrap();
}

pub(super) async fn a_taken_name_is_refused(store: &dyn Store) {
    let home = Home::found(store, "taken territories").await;
    let [top, _] = furnish(&home).await;
    let twin = Territory { id: TerritoryId::generate(at(2), &home.dice), ..top };
    let mut work = home.begin().await;
    expect_kind(work.unit.put_territory(&twin).await, Refused, "a new territory");
    work.cancel().await;
}

pub(super) async fn who_is_assigned_is_replaced_as_a_whole(store: &dyn Store) {
    let home = Home::found(store, "staffed territories").await;
    let [top, _] = furnish(&home).await;
    for users in [vec![home.seller.id, home.admin.id], vec![home.loner.id], Vec::new()] {
        let users: BTreeSet<UserId> = users.into_iter().collect();
        let mut work = home.begin().await;
        work.unit.assign_territory(top.id, &users).await.unwrap();
        work.commit().await;
        let mut reads = home.reads().await;
        let policy = reads.policy().await.unwrap();
        assert_eq!(policy.directory.assigned_to(top.id).cloned().unwrap_or_default(), users);
        reads.finish().await.unwrap();
    }
    let mut work = home.begin().await;
    let nobody = BTreeSet::from([home.newcomer("Nobody").id]);
    expect_kind(work.unit.assign_territory(top.id, &nobody).await, Refused, "somebody who is not there");
    work.cancel().await;
}

pub(super) async fn how_far_it_opens_records_is_replaced_as_a_whole(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "levels of territories").await;
    let [top, below] = furnish(&home).await;
    furnish(&neighbour).await;
    let another = gadget::define("widget");
    let mut work = home.begin().await;
    work.unit.put_object(&another).await.unwrap();
    work.commit().await;
    let both = TerritoryLevels::from([(home.object.id, Level::Read), (another.id, Level::Full)]);
    for levels in [both, [(home.object.id, Level::Edit)].into(), TerritoryLevels::new()] {
        put_levels(&home, top.id, &levels).await;
        let policy = home.reads().await.policy().await.unwrap();
        let known = policy.territory_levels.get(&top.id).cloned().unwrap_or_default();
        assert_eq!((known, policy.territory_levels.get(&below.id)), (levels, None));
    }
    put_levels(&home, below.id, &[(home.object.id, Level::Read)].into()).await;
    assert_eq!(neighbour.reads().await.policy().await.unwrap().territory_levels.len(), 0);
    let mut work = home.begin().await;
    work.unit.remove_territory(below.id).await.expect("they go with it");
    work.commit().await;
    assert_eq!(home.reads().await.policy().await.unwrap().territory_levels.len(), 0);
    let nothing = [(ObjectId::generate(at(9), &home.dice), Level::Read)].into();
    let mut work = home.begin().await;
    expect_kind(work.unit.put_territory_levels(top.id, &nothing).await, Refused, "no such object");
    work.cancel().await;
}

async fn put_levels(home: &Home<'_>, territory: TerritoryId, levels: &TerritoryLevels) {
    let mut work = home.begin().await;
    work.unit.put_territory_levels(territory, levels).await.unwrap();
    work.commit().await;
}

pub(super) async fn what_is_in_use_is_not_removed(store: &dyn Store) {
    let home = Home::found(store, "territories in use").await;
    let [top, below] = furnish(&home).await;
    let mut work = home.begin().await;
    work.unit.assign_territory(below.id, &BTreeSet::from([home.seller.id])).await.unwrap();
    work.commit().await;
    for (name, territory) in [("one with others below", top.id), ("one with people", below.id)] {
        let mut work = home.begin().await;
        expect_kind(work.unit.remove_territory(territory).await, Refused, name);
        work.cancel().await;
    }
    let group = Group {
        id: GroupId::generate(at(1), &home.dice),
        name: "Everybody there".to_owned(),
        queue: false,
        members: BTreeSet::from([Principal::TerritoryAndAbove(below.id)]),
    };
    let mut work = home.begin().await;
    work.unit.put_group(&group).await.unwrap();
    let found = work.unit.find_use(Principal::TerritoryAndAbove(below.id)).await.unwrap();
    assert_eq!(found, Some(Use::Member(group.id)));
    work.unit.remove_group(group.id).await.unwrap();
    work.unit.assign_territory(below.id, &BTreeSet::new()).await.unwrap();
    work.unit.remove_territory(below.id).await.unwrap();
    work.unit.remove_territory(top.id).await.unwrap();
    work.commit().await;
    let mut reads = home.reads().await;
    assert_eq!(reads.territories().await.unwrap(), []);
    reads.finish().await.unwrap();
}

pub(super) async fn another_workspace_has_its_own(store: &dyn Store) {
    let (here, there) = Home::found_twins(store, "territories of two workspaces").await;
    let [top, below] = furnish(&here).await;
    assert_eq!(furnish(&there).await, [top.clone(), below.clone()]);
    let mut work = here.begin().await;
    work.unit.assign_territory(top.id, &BTreeSet::from([here.seller.id])).await.unwrap();
    work.unit.remove_territory(below.id).await.unwrap();
    work.commit().await;
    let mut reads = there.reads().await;
    assert_eq!(reads.territories().await.unwrap().len(), 2);
    assert_eq!(reads.policy().await.unwrap().directory.assigned_to(top.id), None);
    reads.finish().await.unwrap();
}

/// A territory, and one below it.
async fn furnish(home: &Home<'_>) -> [Territory; 2] {
    let top =
        Territory { id: TerritoryId::generate(at(1), &home.dice), name: "Europe".to_owned(), parent: None };
    let id = TerritoryId::generate(at(1), &home.dice);
    let below = Territory { id, name: "France".to_owned(), parent: Some(top.id) };
    let mut work = home.begin().await;
    work.unit.put_territory(&top).await.unwrap();
    work.unit.put_territory(&below).await.unwrap();
    work.commit().await;
    [top, below]
}
