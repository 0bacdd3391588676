//! Aggregates, compared with what their records come to one by one.

use std::{collections::BTreeMap, sync::Arc};

use sutra_acl::Scope;
use sutra_kernel::{ApiName, Decimal, PortErrorKind::Refused, Value};
use sutra_records::{Aggregate, FieldKind, Group, Key, ListQuery, Measure, Record, Standing};

use super::{
    gadget,
    home::{Home, expect_kind},
    lists::crowd,
};
use crate::Store;

const ROUNDS: usize = 60;
const MEASURES: [&str; 6] = ["count", "weight", "price", "day", "moment", "createdAt"];

/// The number of records of a group, and of each measure the number of values, their sum, the least and the greatest.
type Told = BTreeMap<String, (u64, Vec<(u64, Option<Decimal>, String, String)>)>;

pub(super) async fn groups_are_what_their_records_come_to(store: &dyn Store) {
    let (home, records) = crowd(store, "aggregates").await;
    let owners: Vec<_> = records.iter().map(|record| record.value(&gadget::name("ownerId"))).collect();
    let scopes =
        [Scope::NONE, Scope::ALL, gadget::runs(&[home.loner.id], &[]), gadget::runs(&[], &[home.sales.id])];
    let mut reads = home.reads().await;
    let mut found = 0;
    for _ in 0..ROUNDS {
        let all_keys = [
            Key::Field(gadget::name("stage")),
            Key::Field(gadget::name("active")),
            Key::Field(gadget::name("ownerId")),
            Key::reference(gadget::name("parent"), Arc::clone(&home.object), home.dice.pick(&scopes)),
            Key::Currency(gadget::name("price")),
        ];
        let keys: Vec<_> = all_keys.into_iter().filter(|_| home.dice.below(3) == 0).collect();
        let measures = MEASURES.iter().filter(|_| home.dice.below(2) == 0).map(|name| gadget::name(name));
        let filter = (home.dice.below(2) == 0).then(|| gadget::condition(&home.dice, &owners, 2));
        let list = ListQuery { scope: home.dice.pick(&scopes), filter, ..home.everything() };
        let aggregate = of(list, keys, measures.collect());
        let groups = reads.aggregate_records(&aggregate).await.unwrap();
        assert!(groups.iter().all(|group| group.count > 0));
        found += groups.len();
        assert_eq!(told(&aggregate, &groups), meant(&aggregate, &records), "{aggregate:?}");
    }
    assert!(found > ROUNDS, "there are groups");
    reads.finish().await.unwrap();
}

pub(super) async fn an_aggregate_looks_at_so_many_records_and_groups(store: &dyn Store) {
    let (home, _) = crowd(store, "aggregates, bounded").await;
    let mut reads = home.reads().await;
    let by_owner = of(home.everything(), vec![Key::Field(gadget::name("ownerId"))], Vec::new());
    let few = reads.aggregate_records(&Aggregate { records: 7, ..by_owner.clone() }).await.unwrap();
    assert_eq!(few.iter().map(|group| group.count).sum::<u64>(), 7);
    let two = reads.aggregate_records(&Aggregate { groups: 2, ..by_owner }).await.unwrap();
    assert_eq!(two.len(), 2);
    reads.finish().await.unwrap();
}

pub(super) async fn what_makes_no_group_or_sum_is_refused(store: &dyn Store) {
    let home = Home::found(store, "no aggregates").await;
    let key = |key| of(home.everything(), vec![key], Vec::new());
    let measure = |name| of(home.everything(), Vec::new(), vec![gadget::name(name)]);
    let cases = [
        ("groups by a text", key(Key::Field(gadget::name("name")))),
        ("groups by an instant", key(Key::Field(gadget::name("createdAt")))),
        ("groups by a reference as a plain field", key(Key::Field(gadget::name("parent")))),
        ("the currency of a number", key(Key::Currency(gadget::name("count")))),
        ("the sum of texts", measure("name")),
        ("the sum of truths", measure("active")),
        ("the sum of what is not indexed", measure("notes")),
    ];
    for (name, aggregate) in cases {
        let mut reads = home.reads().await;
        expect_kind(reads.aggregate_records(&aggregate).await, Refused, name);
        drop(reads);
    }
}

/// Without bounds that matter.
pub(super) fn of(list: ListQuery, keys: Vec<Key>, measures: Vec<ApiName>) -> Aggregate {
    Aggregate { list, keys, measures, records: 1_000, groups: 1_000 }
}

fn told(aggregate: &Aggregate, groups: &[Group]) -> Told {
    let one = |(name, measure): (&ApiName, &Measure)| {
        let kind =
            aggregate.list.object.field(name.as_str()).map_or(&FieldKind::DateTime, |field| &field.kind);
        let (min, max) = measure.extremes(kind).unwrap_or((Value::Null, Value::Null));
        (measure.count, measure.total(kind), plain(&min), plain(&max))
    };
    let all = |group: &Group| aggregate.measures.iter().zip(&group.measures).map(one).collect();
    groups.iter().map(|group| (format!("{:?}", group.key), (group.count, all(group)))).collect()
}

/// The slow way: every record in its group, and all of its values kept.
fn meant(aggregate: &Aggregate, records: &[Record]) -> Told {
    let stored = |record| (record, Standing::NONE);
    let find = |id| records.iter().find(|record| record.id == id).map(stored);
    let mut groups: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records.iter().filter(|record| aggregate.list.matches(stored(record), &find)) {
        let key: Vec<_> = aggregate.keys.iter().map(|key| value_of(key, record, records)).collect();
        groups.entry(format!("{key:?}")).or_default().push(record);
    }
    let one = |name: &ApiName, records: &[&Record]| {
        let values = records.iter().map(|record| amount(record.value(name))).filter(|value| !value.is_null());
        let mut values: Vec<_> = values.collect();
        values.sort_by(|a, b| a.compare(b).unwrap());
        let sum = values.iter().try_fold(Decimal::ZERO, |sum, value| match value {
            Value::Integer(number) => Some(sum + Decimal::from(*number)),
            Value::Decimal(number) => Some(sum + number),
            _ => None,
        });
        let is_number = matches!(name.as_str(), "count" | "weight" | "price");
        let end = |value: Option<&Value>| plain(value.unwrap_or(&Value::Null));
        (values.len() as u64, sum.filter(|_| is_number), end(values.first()), end(values.last()))
    };
    let all = |records: &[&Record]| aggregate.measures.iter().map(|name| one(name, records)).collect();
    groups.into_iter().map(|(key, records)| (key, (records.len() as u64, all(&records)))).collect()
}

fn value_of(key: &Key, record: &Record, records: &[Record]) -> Value {
    match key {
        Key::Field(name) => record.value(name),
        Key::Currency(name) => match record.value(name) {
            Value::Money(money) => Value::text(money.currency.to_string()),
            _ => Value::Null,
        },
        Key::Reference(relation) => {
            let parent = record.value(&relation.field);
            let seen = records.iter().find(|it| {
                Value::Reference(it.id) == parent
                    && it.deleted_at.is_none()
                    && relation.scope.admits(&it.facts(Standing::NONE))
            });
            seen.map_or(Value::Null, |it| Value::Reference(it.id))
        }
    }
}

fn amount(value: Value) -> Value {
    match value {
        Value::Money(money) => Value::Decimal(money.amount),
        value => value,
    }
}

/// A value in one way of writing it.
fn plain(value: &Value) -> String {
    match value {
        Value::Decimal(number) => number.normalize().to_string(),
        value => value.to_string(),
    }
}
