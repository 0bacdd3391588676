//! To whom records are shared.

use std::{collections::BTreeMap, slice::from_ref, sync::Arc};

use sutra_acl::{Cause, Level, Principal, Runs, Scope, Share};
use sutra_kernel::{
    Condition, Direction, GroupId, PortErrorKind::Refused, RecordId, SharingRuleId, TerritoryId, Test,
    UserId, Value,
};
use sutra_records::{ListQuery, Order, Record, RecordShare, Relation, Standing, TeamRole};

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

pub(super) async fn shares_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "shares").await;
    let [one, two, three] =
        [record(&home, "One").await, record(&home, "Two").await, record(&home, "3").await];
    let rule = SharingRuleId::generate(at(1), &home.dice);
    let principals = [
        Principal::User(home.loner.id),
        Principal::Group(GroupId::generate(at(1), &home.dice)),
        Principal::Role(home.sales.id),
        Principal::RoleAndSubordinates(home.sales.id),
        Principal::TerritoryAndAbove(TerritoryId::generate(at(1), &home.dice)),
    ];
    let causes =
        [Cause::Manual, Cause::Team, Cause::OwnerRule(rule), Cause::CriteriaRule(rule), Cause::Program];
    let causes = causes.into_iter().chain([Cause::Parent(one.id), Cause::Parent(three.id)]);
    let mut shares: Vec<_> = causes
        .flat_map(|cause| principals.map(|principal| (cause, principal)))
        .zip([Level::Read, Level::Edit, Level::Full].into_iter().cycle())
        .map(|((cause, principal), level)| of(&one, principal, cause, level))
        .collect();
    shares.push(of(&one, principals[4], Cause::Territory, Level::Edit));
    let another = of(&two, Principal::User(home.seller.id), Cause::Manual, Level::Full);
    let another = RecordShare { share: Share { role: Some(home.sales.id), ..another.share }, ..another };
    put(&home, &shares).await;
    put(&home, &[another]).await;

    let mut reads = home.reads().await;
    let ids = [one.id, two.id, three.id, RecordId::generate(at(9), &home.dice)];
    let found = reads.standings(home.object.id, &ids).await.unwrap();
    let mut expected: Vec<_> = shares.iter().map(|shared| shared.share).collect();
    expected.sort();
    let expected = [(one.id, expected), (two.id, vec![another.share])];
    let expected = BTreeMap::from(expected.map(|(id, shares)| (id, Standing { shares, root: None })));
    assert_eq!(found, expected);
    assert_eq!(reads.standings(gadget::define("widget").id, &ids).await.unwrap(), BTreeMap::new());
    assert_eq!(reads.standings(home.object.id, &[]).await.unwrap(), BTreeMap::new());
    reads.finish().await.unwrap();
}

pub(super) async fn a_share_is_one_of_its_cause_and_principal(store: &dyn Store) {
    let home = Home::found(store, "replaced shares").await;
    let one = record(&home, "One").await;
    let loner = Principal::User(home.loner.id);
    let [by_hand, by_team] = [Cause::Manual, Cause::Team].map(|cause| of(&one, loner, cause, Level::Read));
    let to_seller = of(&one, Principal::User(home.seller.id), Cause::Manual, Level::Read);
    put(&home, &[by_hand, by_team, to_seller]).await;
    let wider = of(&one, loner, Cause::Manual, Level::Full);
    put(&home, &[wider]).await;
    assert_eq!(shares(&home, &one).await, sorted(&[wider, by_team, to_seller]));

    let mut work = home.begin().await;
    work.unit.remove_shares(&[by_hand]).await.unwrap();
    work.unit.remove_shares(&[by_hand]).await.expect("what is not there is passed over");
    work.unit.remove_shares(&[]).await.unwrap();
    assert_eq!(work.unit.standings(home.object.id, &[one.id]).await.unwrap()[&one.id].shares.len(), 2);
    work.commit().await;
    assert_eq!(shares(&home, &one).await, sorted(&[by_team, to_seller]), "whatever the level");
}

pub(super) async fn many_shares_are_written_at_once(store: &dyn Store) {
    let home = Home::found(store, "many shares").await;
    let one = record(&home, "One").await;
    let all: Vec<_> = (0..1_200)
        .map(|_| Principal::Group(GroupId::generate(at(1), &home.dice)))
        .map(|group| of(&one, group, Cause::Manual, Level::Read))
        .collect();
    put(&home, &all).await;
    assert_eq!(shares(&home, &one).await, sorted(&all));
    let (kept, removed) = all.split_at(100);
    let mut work = home.begin().await;
    work.unit.remove_shares(removed).await.unwrap();
    work.commit().await;
    assert_eq!(shares(&home, &one).await, sorted(kept));
}

pub(super) async fn a_share_follows_the_role_of_its_user(store: &dyn Store) {
    let home = Home::found(store, "moved shares").await;
    let one = record(&home, "One").await;
    let group = of(&one, Principal::Group(GroupId::generate(at(1), &home.dice)), Cause::Manual, Level::Read);
    let [by_hand, by_team] = [Cause::Manual, Cause::Team]
        .map(|cause| of(&one, Principal::User(home.seller.id), cause, Level::Read))
        .map(|shared| with_role(shared, Some(home.sales.id)));
    put(&home, &[group, by_hand, by_team]).await;
    for role in [Some(home.boss.id), None] {
        let mut work = home.begin().await;
        assert_eq!(work.unit.move_owned(home.seller.id, role, 9).await.unwrap(), 2, "of his shares");
        work.commit().await;
        let expected = [group, with_role(by_hand, role), with_role(by_team, role)];
        assert_eq!(shares(&home, &one).await, sorted(&expected));
    }
}

pub(super) async fn a_share_needs_its_record(store: &dyn Store) {
    let home = Home::found(store, "shares of nothing").await;
    let mut one = record(&home, "One").await;
    one.id = RecordId::generate(at(1), &home.dice);
    let share = of(&one, Principal::User(home.loner.id), Cause::Manual, Level::Read);
    let mut work = home.begin().await;
    expect_kind(work.unit.put_shares(&[share]).await, Refused, "no such record");
    work.cancel().await;
}

pub(super) async fn a_deleted_record_keeps_its_shares_and_a_purged_one_does_not(store: &dyn Store) {
    let home = Home::found(store, "shares of the deleted").await;
    let one = record(&home, "One").await;
    let share = of(&one, Principal::User(home.loner.id), Cause::Manual, Level::Read);
    put(&home, from_ref(&share)).await;
    let deleted = home.store(home.delete(&one, at(2))).await;
    assert_eq!(shares(&home, &one).await, [share.share]);
    let mut work = home.begin().await;
    work.purge(home.purge(&deleted)).await.unwrap();
    work.commit().await;
    assert_eq!(shares(&home, &one).await, []);
}

pub(super) async fn what_is_assigned_to_a_territory_is_found_and_follows_its_level(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "assigned records").await;
    let [id, other] = [(); 2].map(|()| RecordId::generate(at(1), &home.dice));
    for home in [&home, &neighbour] {
        for id in [id, other] {
            home.store(home.create_as(id, &home.admin, gadget::named("One"), at(1))).await;
        }
    }
    let [one, two] = [find(&home, id).await, find(&home, other).await];
    let [here, there] = [(); 2].map(|()| TerritoryId::generate(at(1), &home.dice));
    let assigned = |record, territory| {
        of(record, Principal::TerritoryAndAbove(territory), Cause::Territory, Level::Edit)
    };
    let by_hand = RecordShare {
        share: Share { cause: Cause::Manual, ..assigned(&one, here).share },
        ..assigned(&one, here)
    };
    let before = [assigned(&one, here), assigned(&two, here), assigned(&two, there), by_hand];
    put(&home, &before).await;
    put(&neighbour, &before[..1]).await;
    home.store(home.delete(&two, at(2))).await;

    for (level, expected) in [(Some(Level::Read), 2), (Some(Level::Full), 2), (None, 0)] {
        let mut work = home.begin().await;
        work.unit.level_assigned(home.object.id, here, level).await.unwrap();
        let nowhere = gadget::define("widget").id;
        work.unit.level_assigned(nowhere, there, None).await.unwrap();
        assert_eq!(work.unit.assigned(home.object.id, here, 9).await.unwrap().len(), expected);
        assert_eq!(work.unit.assigned(home.object.id, here, 1).await.unwrap().len(), expected.min(1));
        assert_eq!(work.unit.assigned(home.object.id, there, 9).await.unwrap(), [two.id]);
        assert_eq!(work.unit.assigned(nowhere, here, 9).await.unwrap(), []);
        work.commit().await;
        let levelled = |record| {
            let shared = assigned(record, here);
            level.map(|level| RecordShare { share: Share { level, ..shared.share }, ..shared })
        };
        let of_one: Vec<_> = levelled(&one).into_iter().chain([by_hand]).collect();
        let of_two: Vec<_> = levelled(&two).into_iter().chain([assigned(&two, there)]).collect();
        assert_eq!(shares(&home, &one).await, sorted(&of_one), "{level:?}");
        assert_eq!(shares(&home, &two).await, sorted(&of_two), "{level:?}, in the bin");
    }
    assert_eq!(shares(&neighbour, &one).await, sorted(&before[..1]), "another workspace");
}

pub(super) async fn the_roles_in_a_team_are_read_as_written_and_go_with_the_record(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "teams").await;
    let [one, two] = [record(&home, "One").await, record(&home, "Two").await];
    let [loner, seller] = [home.loner.id, home.seller.id];
    let role = |text: &str| TeamRole::parse(text).ok();
    let write = async |record: &Record, roles: Vec<(UserId, Option<TeamRole>)>| {
        let mut work = home.begin().await;
        work.unit.put_team_roles(record.id, &roles.into_iter().collect()).await.unwrap();
        work.commit().await;
    };
    write(&one, vec![(loner, role("Engineer")), (seller, role("Sponsor"))]).await;
    write(&two, vec![(seller, role("Engineer"))]).await;
    write(&one, vec![(loner, role("Lead")), (seller, None), (home.admin.id, None)]).await;
    write(&one, vec![]).await;
    let mut reads = home.reads().await;
    assert_eq!(reads.team_roles(one.id).await.unwrap(), [(loner, role("Lead").unwrap())].into());
    assert_eq!(reads.team_roles(two.id).await.unwrap(), [(seller, role("Engineer").unwrap())].into());
    assert_eq!(neighbour.reads().await.team_roles(one.id).await.unwrap(), BTreeMap::new());
    reads.finish().await.unwrap();

    let mut work = home.begin().await;
    let nowhere = RecordId::generate(at(1), &home.dice);
    let refused = work.unit.put_team_roles(nowhere, &[(loner, role("Lead"))].into()).await;
    expect_kind(refused, Refused, "no such record");
    work.cancel().await;
    let deleted = home.store(home.delete(&one, at(2))).await;
    let mut work = home.begin().await;
    work.purge(home.purge(&deleted)).await.unwrap();
    work.commit().await;
    assert_eq!(home.reads().await.team_roles(one.id).await.unwrap(), BTreeMap::new());
}

pub(super) async fn shares_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "shares elsewhere").await;
    let id = RecordId::generate(at(1), &home.dice);
    for home in [&home, &neighbour] {
        home.store(home.create_as(id, &home.admin, gadget::named("One"), at(1))).await;
    }
    let one = home.reads().await.find_record(home.object.id, id).await.unwrap().unwrap();
    let share = of(&one, Principal::User(home.loner.id), Cause::Manual, Level::Read);
    put(&home, &[share]).await;
    assert_eq!(shares(&neighbour, &one).await, []);
    let wider = of(&one, Principal::User(home.loner.id), Cause::Manual, Level::Full);
    put(&neighbour, &[wider]).await;
    let mut work = neighbour.begin().await;
    work.unit.move_owned(home.loner.id, Some(home.sales.id), 9).await.unwrap();
    work.unit.remove_shares(&[share]).await.unwrap();
    work.commit().await;
    assert_eq!(shares(&home, &one).await, [share.share]);
    assert_eq!(shares(&neighbour, &one).await, []);
}

/// By whichever way a list is found: by the id and by a field, for few records and for all, counted and asked of a parent.
pub(super) async fn what_is_shared_in_another_workspace_opens_nothing(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "lists of shares elsewhere").await;
    let [parent, id] = [(); 2].map(|()| RecordId::generate(at(1), &home.dice));
    let fields = || {
        let parent = (gadget::name("parent"), Value::Reference(parent));
        gadget::named("One").into_iter().chain([parent]).collect()
    };
    for home in [&home, &neighbour] {
        home.store(home.create_as(parent, &home.admin, gadget::named("Parent"), at(1))).await;
        home.store(home.create_as(id, &home.admin, fields(), at(1))).await;
    }
    let one = home.reads().await.find_record(home.object.id, id).await.unwrap().unwrap();
    let above = home.reads().await.find_record(home.object.id, parent).await.unwrap().unwrap();
    let with = [home.loner.id, home.seller.id].map(Principal::User);
    let all: Vec<_> = [&one, &above]
        .into_iter()
        .flat_map(|record| with.map(|with| of(record, with, Cause::Manual, Level::Read)))
        .map(|shared| with_role(shared, Some(home.sales.id)))
        .collect();
    put(&home, &all).await;

    let by_principal = Runs { principals: vec![with[0]], ..Runs::default() };
    let by_role = Runs { grantee_roles: vec![home.sales.id], ..Runs::default() };
    for scope in [by_principal, by_role].map(Scope::of) {
        let plain = ListQuery { scope: scope.clone(), ..home.everything() };
        let related = Relation {
            field: gadget::name("parent"),
            object: Arc::clone(&home.object),
            scope: scope.clone(),
            condition: Box::new(Condition::All(Vec::new())),
        };
        let is_one = Condition::test(gadget::name("name"), Test::Eq(Value::text("One")));
        let by_name = Order { field: gadget::name("name"), direction: Direction::Ascending };
        let lists = [
            (plain.clone(), 2),
            (ListQuery { order: by_name, ..plain.clone() }, 2),
            (ListQuery { filter: Some(is_one), ..plain.clone() }, 1),
            (ListQuery { filter: Some(Condition::Related(related)), scope: Scope::ALL, ..plain }, 1),
        ];
        for (list, expected) in lists {
            assert_eq!(found(&home, &list).await, [expected; 2], "{:?}", list.scope);
            assert_eq!(found(&neighbour, &list).await, [0; 2], "{:?}", list.scope);
        }
    }
}

/// Every record is found by a share of its own, and one is in the bin, so that all others are looked at in vain:
/// wherever it is among what is looked at together, it is found.
pub(super) async fn what_is_looked_at_last_is_not_passed_over(store: &dyn Store) {
    let home = Home::found(store, "the last of many").await;
    let mut shared = Vec::new();
    for number in 0..24 {
        let group = Principal::Group(GroupId::generate(at(1), &home.dice));
        shared.push(of(&record(&home, &number.to_string()).await, group, Cause::Manual, Level::Read));
    }
    put(&home, &shared).await;
    let principals = shared.iter().map(|shared| shared.share.principal).collect();
    let scope = Scope::of(Runs { principals, ..Runs::default() });
    let bin = ListQuery { scope, deleted: true, limit: 1, ..home.everything() };
    for id in shared.iter().map(|shared| shared.record) {
        let deleted = home.store(home.delete(&find(&home, id).await, at(2))).await;
        for direction in [Direction::Ascending, Direction::Descending] {
            let order = Order { direction, ..bin.order.clone() };
            let page = home.reads().await.list_records(&ListQuery { order, ..bin.clone() }).await.unwrap();
            let found: Vec<_> = page.items.iter().map(|record| record.id).collect();
            assert_eq!(found, [id], "{direction:?}");
        }
        home.store(home.restore(&deleted, at(3))).await;
    }
}

/// How many records a list has, by reading and by counting it.
async fn found(home: &Home<'_>, list: &ListQuery) -> [u64; 2] {
    let mut reads = home.reads().await;
    let read = reads.list_records(list).await.unwrap().items.len() as u64;
    let counted = reads.count_records(list, 100).await.unwrap();
    reads.finish().await.unwrap();
    [read, counted]
}

fn of(record: &Record, principal: Principal, cause: Cause, level: Level) -> RecordShare {
    let share = Share { principal, role: None, level, cause };
    RecordShare { object: record.object, record: record.id, share }
}

fn with_role(shared: RecordShare, role: Option<sutra_kernel::RoleId>) -> RecordShare {
    RecordShare { share: Share { role, ..shared.share }, ..shared }
}

fn sorted(shares: &[RecordShare]) -> Vec<Share> {
    let mut sorted: Vec<_> = shares.iter().map(|shared| shared.share).collect();
    sorted.sort();
    sorted
}

async fn record(home: &Home<'_>, name: &str) -> Record {
    home.store(home.create(&home.admin, gadget::named(name), at(1))).await
}

async fn find(home: &Home<'_>, id: RecordId) -> Record {
    home.reads().await.find_record(home.object.id, id).await.unwrap().unwrap()
}

async fn put(home: &Home<'_>, shares: &[RecordShare]) {
    let mut work = home.begin().await;
    work.unit.put_shares(shares).await.unwrap();
    work.commit().await;
}

async fn shares(home: &Home<'_>, record: &Record) -> Vec<Share> {
    let mut reads = home.reads().await;
    let found = reads.standings(home.object.id, &[record.id]).await.unwrap().remove(&record.id);
    reads.finish().await.unwrap();
    found.unwrap_or_default().shares
}
