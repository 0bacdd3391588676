//! Rules about access.

use std::collections::BTreeSet;

use sutra_acl::{Audience, Principal, RestrictionRule};
use sutra_kernel::{
    Condition, Decimal, GroupId, PortErrorKind::Refused, RestrictionRuleId, TerritoryId, Test, Value,
};

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

pub(super) async fn restrictions_are_read_as_written(store: &dyn Store) {
    let home = Home::found(store, "restrictions").await;
    let everybody = rule(&home, "Everybody", Audience::Everybody, Condition::Any(Vec::new()));
    let some = rule(&home, "Some", everyone_named(&home), every_test());
    home.put(&[&everybody, &some]).await;
    assert_eq!(home.restrictions().await, in_order([everybody.clone(), some.clone()]));

    let narrower = RestrictionRule {
        binds: Audience::Some { profiles: [home.limited.id].into(), principals: BTreeSet::new() },
        condition: Condition::Not(Box::new(every_test())),
        ..some
    };
    home.put(&[&narrower]).await;
    assert_eq!(home.restrictions().await, in_order([everybody.clone(), narrower.clone()]), "as a whole");
    let mut work = home.begin().await;
    work.unit.remove_restriction(narrower.id).await.unwrap();
    work.unit.remove_restriction(narrower.id).await.unwrap();
    work.commit().await;
    assert_eq!(home.restrictions().await, [everybody]);
}

pub(super) async fn a_restriction_has_its_name_to_itself_within_its_object(store: &dyn Store) {
    let home = Home::found(store, "named restrictions").await;
    let other = gadget::define("widget");
    let named = || rule(&home, "One", Audience::Everybody, every_test());
    let mut work = home.begin().await;
    work.unit.put_object(&other).await.unwrap();
    work.unit.put_restriction(other.id, &named()).await.unwrap();
    work.unit.put_restriction(home.object.id, &named()).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    expect_kind(work.unit.put_restriction(home.object.id, &named()).await, Refused, "a taken name");
    work.cancel().await;
}

impl Home<'_> {
    async fn put(&self, rules: &[&RestrictionRule]) {
        let mut work = self.begin().await;
        for rule in rules {
            work.unit.put_restriction(self.object.id, rule).await.unwrap();
        }
        work.unit.bump_policy_epoch().await.unwrap();
        work.commit().await;
    }

    /// Those of the gadgets.
    async fn restrictions(&self) -> Vec<RestrictionRule> {
        let mut reads = self.reads().await;
        let policy = reads.policy().await.unwrap();
        reads.finish().await.unwrap();
        let rules = &policy.objects[&self.object.id].restrictions;
        rules.iter().map(|rule| RestrictionRule::clone(rule)).collect()
    }
}

fn in_order(mut rules: [RestrictionRule; 2]) -> [RestrictionRule; 2] {
    rules.sort_by_key(|rule| rule.id);
    rules
}

fn rule(home: &Home<'_>, name: &str, binds: Audience, condition: Condition) -> RestrictionRule {
    let id = RestrictionRuleId::generate(at(1), &home.dice);
    RestrictionRule { id, name: name.to_owned(), binds, condition }
}

fn everyone_named(home: &Home<'_>) -> Audience {
    let principals = [
        Principal::User(home.seller.id),
        Principal::Group(GroupId::generate(at(0), &home.dice)),
        Principal::Role(home.boss.id),
        Principal::RoleAndSubordinates(home.boss.id),
        Principal::TerritoryAndAbove(TerritoryId::generate(at(0), &home.dice)),
    ];
    Audience::Some { profiles: [home.profile.id].into(), principals: principals.into() }
}

fn every_test() -> Condition {
    let on = |field, test| Condition::test(gadget::name(field), test);
    Condition::All(vec![
        on("name", Test::StartsWith("straße 'so'".to_owned())),
        on("stage", Test::In(vec![Value::text("open"), Value::text("closed")])),
        Condition::Any(vec![on("count", Test::Lt(Value::Integer(-3))), on("active", Test::IsNull(false))]),
        on("weight", Test::Gte(Value::Decimal(Decimal::new(12_345, 4)))),
        on("day", Test::Neq(Value::Date("2026-03-01".parse().unwrap()))),
    ])
}
