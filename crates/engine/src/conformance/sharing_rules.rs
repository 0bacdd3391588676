//! Rules that share, and records gone through after they have changed.

use std::collections::BTreeSet;

use sutra_acl::{Cause, CriteriaRule, Level, Owner, OwnerRule, Principal, Share, SharingRule, Staff};
use sutra_kernel::{
    Condition, GroupId, PortErrorKind::Conflict, PortErrorKind::Refused, RecordId, SharingRuleId,
    TerritoryId, Test, UserId, Value,
};
use sutra_records::{Record, RecordShare, Resharing, Whose};

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

pub(super) async fn sharing_rules_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "sharing rules").await;
    let mut rules: Vec<SharingRule> = Vec::new();
    for (number, people) in everyone(&home).into_iter().enumerate() {
        rules.push(of_owner(&home, &format!("Of {number}"), people));
        rules.push(for_stage(&home, &format!("For {number}"), people, Level::Edit));
    }
    home.put_rules(&rules).await;
    assert_eq!(home.sharing_rules().await, in_order(&rules));

    let narrower = SharingRule::Criteria(CriteriaRule {
        id: rules[0].id(),
        name: "Another name".to_owned(),
        condition: Condition::test(gadget::name("count"), Test::Gte(Value::Integer(4))),
        target: Principal::Role(home.sales.id),
        level: Level::Read,
    });
    rules[0] = narrower;
    home.put_rules(&rules[..1]).await;
    assert_eq!(home.sharing_rules().await, in_order(&rules), "as a whole");
    let gone = rules.remove(0).id();
    let mut work = home.begin().await;
    work.unit.remove_sharing_rule(gone).await.unwrap();
    work.unit.remove_sharing_rule(gone).await.unwrap();
    work.commit().await;
    assert_eq!(home.sharing_rules().await, in_order(&rules));
}

pub(super) async fn a_sharing_rule_has_its_name_to_itself_within_its_object(store: &dyn Store) {
    let home = Home::found(store, "named sharing rules").await;
    let other = gadget::define("widget");
    let named = || for_stage(&home, "One", Principal::User(home.seller.id), Level::Read);
    let mut work = home.begin().await;
    work.unit.put_object(&other).await.unwrap();
    work.unit.put_sharing_rule(other.id, &named()).await.unwrap();
    work.unit.put_sharing_rule(home.object.id, &named()).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    expect_kind(work.unit.put_sharing_rule(home.object.id, &named()).await, Refused, "a taken name");
    work.cancel().await;
}

pub(super) async fn a_resharing_goes_on_where_it_was(store: &dyn Store) {
    let home = Home::found(store, "resharing").await;
    let seller = home.seller.id;
    let mut all: Vec<RecordId> = Vec::new();
    for number in 0..5 {
        let owner = if number % 2 == 0 { &home.seller } else { &home.admin };
        all.push(home.store(home.create(owner, gadget::named("One"), at(number))).await.id);
    }
    let deleted = home.reads().await.find_record(home.object.id, all[4]).await.unwrap().unwrap();
    home.store(home.delete(&deleted, at(9))).await;
    all.sort();

    let mut work = home.begin().await;
    work.unit.begin_resharing(home.object.id, Whose::Everybodys, at(10)).await.unwrap();
    work.unit.begin_resharing(home.object.id, Whose::Users(seller), at(10)).await.unwrap();
    work.commit().await;
    let [whole, his] = home.resharings().await.try_into().unwrap();
    let begun = Resharing {
        object: home.object.id,
        whose: Whose::Everybodys,
        after: None,
        done: 0,
        total: 5,
        started_at: at(10),
    };
    assert_eq!(whole, begun, "deleted records count");
    assert_eq!(his, Resharing { whose: Whose::Users(seller), total: 3, ..begun.clone() });

    let mut work = home.begin().await;
    let found: Vec<_> = ids(work.unit.records_to_reshare(&his, 9).await.unwrap());
    assert!(found.len() == 3 && found.is_sorted());
    assert_eq!(ids(work.unit.records_to_reshare(&whole, 2).await.unwrap()), all[..2]);
    let further = Resharing { after: Some(all[1]), done: 2, ..whole.clone() };
    work.unit.advance_resharing(&whole, &further).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    assert_eq!(ids(work.unit.records_to_reshare(&further, 9).await.unwrap()), all[2..]);
    expect_kind(work.unit.advance_resharing(&whole, &further).await, Conflict, "a step done twice");
    work.cancel().await;

    let mut work = home.begin().await;
    work.unit.begin_resharing(home.object.id, Whose::Everybodys, at(20)).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    expect_kind(work.unit.end_resharing(&further).await, Conflict, "begun anew meanwhile");
    work.cancel().await;
    let mut work = home.begin().await;
    work.unit.end_resharing(&Resharing { started_at: at(20), ..begun }).await.unwrap();
    work.commit().await;
    assert_eq!(home.resharings().await, [his]);
}

pub(super) async fn what_a_rule_has_shared_is_taken_away(store: &dyn Store) {
    let home = Home::found(store, "shares by rule").await;
    let mut records = Vec::new();
    for owner in [&home.admin, &home.seller, &home.loner] {
        records.push(home.store(home.create(owner, gadget::named("One"), at(1))).await);
    }
    let [one, two] = [(); 2].map(|()| SharingRuleId::generate(at(1), &home.dice));
    let causes = [Cause::OwnerRule(one), Cause::OwnerRule(two), Cause::CriteriaRule(two), Cause::Manual];
    let shares: Vec<_> =
        records.iter().flat_map(|record| causes.map(|cause| share(&home, record, cause))).collect();
    let mut work = home.begin().await;
    work.unit.put_shares(&shares).await.unwrap();
    work.commit().await;
    let by = |cause: Cause| records.iter().map(move |record| (record.id, cause)).collect::<BTreeSet<_>>();
    let by_one = |owners: &[UserId]| -> BTreeSet<_> {
        let owned =
            records.iter().filter(|record| owners.iter().any(|owner| record.owner == Owner::User(*owner)));
        owned.map(|record| (record.id, Cause::OwnerRule(one))).collect()
    };
    let rest: BTreeSet<_> = causes[1..].iter().flat_map(|cause| by(*cause)).collect();
    let (admin, seller, loner) = (home.admin.id, home.seller.id, home.loner.id);
    let users = |users: &[UserId]| Staff { users: users.iter().copied().collect(), ..Staff::default() };
    let role = |role| Staff { roles: [role].into(), ..Staff::default() };
    let (boss, sales) = (role(home.boss.id), role(home.sales.id));
    let cases = [
        ("nobody leaves", users(&[]), users(&[]), vec![admin, seller, loner]),
        ("he stays by his role", users(&[seller]), sales.clone(), vec![admin, seller, loner]),
        ("he stays by himself", sales.clone(), users(&[seller]), vec![admin, seller, loner]),
        ("one leaves", users(&[loner]), boss, vec![admin, seller]),
        ("those with a role leave", sales, users(&[]), vec![admin]),
    ];
    for (what, leave, stay, left) in cases {
        let mut work = home.begin().await;
        work.unit.remove_shares_of_owners(one, &leave, &stay).await.unwrap();
        work.commit().await;
        assert_eq!(home.shared(&records).await, &rest | &by_one(&left), "{what}");
    }
    let mut work = home.begin().await;
    work.unit.remove_shares_by(one).await.unwrap();
    work.unit.remove_shares_by(two).await.unwrap();
    work.commit().await;
    assert_eq!(home.shared(&records).await, by(Cause::Manual));
}

pub(super) async fn rules_of_another_workspace_are_not_there(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "sharing rules elsewhere").await;
    let rule = for_stage(&home, "One", Principal::User(home.seller.id), Level::Read);
    home.put_rules(std::slice::from_ref(&rule)).await;
    let one = home.store(home.create(&home.seller, gadget::named("One"), at(1))).await;
    let mut work = home.begin().await;
    work.unit.put_shares(&[share(&home, &one, Cause::CriteriaRule(rule.id()))]).await.unwrap();
    work.unit.put_shares(&[share(&home, &one, Cause::OwnerRule(rule.id()))]).await.unwrap();
    work.unit.begin_resharing(home.object.id, Whose::Everybodys, at(1)).await.unwrap();
    work.commit().await;
    assert_eq!((neighbour.sharing_rules().await, neighbour.resharings().await), (Vec::new(), Vec::new()));
    let mut work = neighbour.begin().await;
    let sellers = Staff { users: [home.seller.id].into(), ..Staff::default() };
    work.unit.remove_sharing_rule(rule.id()).await.unwrap();
    work.unit.remove_shares_by(rule.id()).await.unwrap();
    work.unit.remove_shares_of_owners(rule.id(), &sellers, &Staff::default()).await.unwrap();
    let begun = home.resharings().await;
    expect_kind(work.unit.end_resharing(&begun[0]).await, Conflict, "somebody else's");
    work.commit().await;
    assert_eq!(home.sharing_rules().await, [rule]);
    assert_eq!((home.resharings().await, home.shared(&[one]).await.len()), (begun, 2));
}

impl Home<'_> {
    async fn put_rules(&self, rules: &[SharingRule]) {
        let mut work = self.begin().await;
        for rule in rules {
            work.unit.put_sharing_rule(self.object.id, rule).await.unwrap();
        }
        work.unit.bump_policy_epoch().await.unwrap();
        work.commit().await;
    }

    /// Those of the gadgets, by id.
    async fn sharing_rules(&self) -> Vec<SharingRule> {
        let mut reads = self.reads().await;
        let policy = reads.policy().await.unwrap();
        reads.finish().await.unwrap();
        in_order(&policy.objects[&self.object.id].sharing_rules().collect::<Vec<_>>())
    }

    pub(super) async fn resharings(&self) -> Vec<Resharing> {
        let mut reads = self.reads().await;
        let resharings = reads.resharings().await.unwrap();
        reads.finish().await.unwrap();
        resharings
    }

    /// Why the records are shared.
    async fn shared(&self, records: &[Record]) -> BTreeSet<(RecordId, Cause)> {
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let mut reads = self.reads().await;
        let standings = reads.standings(self.object.id, &ids).await.unwrap();
        reads.finish().await.unwrap();
        let of = |(id, standing): (RecordId, sutra_records::Standing)| {
            standing.shares.into_iter().map(move |share| (id, share.cause))
        };
        standings.into_iter().flat_map(of).collect()
    }
}

fn ids(records: Vec<Record>) -> Vec<RecordId> {
    records.into_iter().map(|record| record.id).collect()
}

fn in_order(rules: &[SharingRule]) -> Vec<SharingRule> {
    let mut rules = rules.to_vec();
    rules.sort_by_key(SharingRule::id);
    rules
}

fn everyone(home: &Home<'_>) -> [Principal; 5] {
    [
        Principal::User(home.seller.id),
        Principal::Group(GroupId::generate(at(0), &home.dice)),
        Principal::Role(home.boss.id),
        Principal::RoleAndSubordinates(home.boss.id),
        Principal::TerritoryAndAbove(TerritoryId::generate(at(0), &home.dice)),
    ]
}

fn of_owner(home: &Home<'_>, name: &str, source: Principal) -> SharingRule {
    let (id, target) = (SharingRuleId::generate(at(1), &home.dice), Principal::Role(home.sales.id));
    SharingRule::Owner(OwnerRule { id, name: name.to_owned(), source, target, level: Level::Read })
}

fn for_stage(home: &Home<'_>, name: &str, target: Principal, level: Level) -> SharingRule {
    let id = SharingRuleId::generate(at(1), &home.dice);
    let condition = Condition::test(gadget::name("stage"), Test::Eq(Value::text("open")));
    SharingRule::Criteria(CriteriaRule { id, name: name.to_owned(), condition, target, level })
}

fn share(home: &Home<'_>, record: &Record, cause: Cause) -> RecordShare {
    let principal = Principal::Role(home.sales.id);
    let share = Share { principal, role: None, level: Level::Read, cause };
    RecordShare { object: record.object, record: record.id, share }
}
