//! Lists, compared with their meaning on generated records.

use std::{cmp::Ordering, sync::Arc};

use sutra_acl::Scope;
use sutra_kernel::{Condition, Direction, Money, PortErrorKind::Refused, RecordId, Test, Value};
use sutra_records::{Filter, ListQuery, Order, Position, Record, Relation, Side, Standing, Turn};

use super::{
    gadget::{self, INDEXED},
    home::{Home, at, expect_kind},
};
use crate::{Reads, Store};

const RECORDS: u64 = 60;
const CONDITIONS: usize = 150;

/// More records than any case has.
const MOST: usize = 1_000;

pub(super) async fn pages_agree_with_the_meaning_of_lists(store: &dyn Store) {
    let (home, records) = crowd(store, "pages").await;
    let mut reads = home.reads().await;
    for field in INDEXED.into_iter().chain(["id", "createdAt", "updatedAt", "ownerId"]) {
        for direction in [Direction::Ascending, Direction::Descending] {
            let order = Order { field: gadget::name(field), direction };
            for limit in [7, RECORDS as usize] {
                let query = ListQuery { order: order.clone(), limit, ..home.everything() };
                for turn in [Turn::Forward, Turn::Backward] {
                    let listed = turn_pages(reads.as_mut(), ListQuery { turn, ..query.clone() }).await;
                    let what = format!("by {field}, {direction:?}, {turn:?}, {limit} at a time");
                    assert_eq!(listed, meant(&query, &records), "{what}");
                }
            }
        }
    }
    reads.finish().await.unwrap();
}

pub(super) async fn a_page_begins_on_either_side_of_a_record(store: &dyn Store) {
    let (home, records) = crowd(store, "sides").await;
    let mut reads = home.reads().await;
    for (field, direction) in [
        ("id", Direction::Descending),
        ("stage", Direction::Ascending),
        ("stage", Direction::Descending),
        ("count", Direction::Descending),
    ] {
        let order = Order { field: gadget::name(field), direction };
        let list = ListQuery { order, ..home.everything() };
        let whole = meant(&list, &records);
        // Deleted records are in no page, and a page begins beside them all the same.
        for record in records.iter().step_by(3) {
            let value = record.value(&list.order.field);
            for (side, turn) in [
                (Side::Before, Turn::Forward),
                (Side::Before, Turn::Backward),
                (Side::After, Turn::Forward),
                (Side::After, Turn::Backward),
            ] {
                let from = Some(Position { value: value.clone(), id: record.id, side });
                let query = ListQuery { from, turn, ..list.clone() };
                let page = reads.list_records(&query).await.unwrap();
                let within = |id: &&RecordId| {
                    let found = records.iter().find(|record| record.id == **id).unwrap();
                    let is_later = match list.order(found, record) {
                        Ordering::Less => false,
                        Ordering::Equal => side == Side::Before,
                        Ordering::Greater => true,
                    };
                    is_later == (turn == Turn::Forward)
                };
                let expected: Vec<_> = whole.iter().filter(within).copied().collect();
                let listed: Vec<_> = page.items.iter().map(|record| record.id).collect();
                assert_eq!(listed, expected, "by {field}, {direction:?}, {side:?}, {turn:?}");
                let probe = reads.list_records(&ListQuery { limit: 0, ..query }).await.unwrap();
                assert_eq!((probe.items.len(), probe.more), (0, !expected.is_empty()));
            }
        }
    }
    reads.finish().await.unwrap();
}

pub(super) async fn filters_agree_with_the_meaning_of_lists(store: &dyn Store) {
    let (home, records) = crowd(store, "filters").await;
    let owners: Vec<_> = records.iter().map(|record| record.value(&gadget::name("ownerId"))).collect();
    let mut reads = home.reads().await;
    for _ in 0..CONDITIONS {
        let filter = gadget::condition(&home.dice, &owners, 3);
        let order = Order { field: gadget::name(home.dice.pick(&INDEXED)), direction: Direction::Ascending };
        let turn = home.dice.pick(&[Turn::Forward, Turn::Backward]);
        let query = ListQuery { filter: Some(filter), order, turn, limit: 25, ..home.everything() };
        expect_meaning(reads.as_mut(), query, &records).await;
    }
    reads.finish().await.unwrap();
}

pub(super) async fn scopes_agree_with_the_meaning_of_lists(store: &dyn Store) {
    let (home, records) = crowd(store, "scopes").await;
    let scopes = [
        Scope::NONE,
        Scope::ALL,
        gadget::runs(&[], &[]),
        gadget::runs(&[home.loner.id], &[]),
        gadget::runs(&[], &[home.sales.id]),
        gadget::runs(&[home.loner.id], &[home.sales.id]),
        gadget::runs(&[home.seller.id], &[home.sales.id, home.boss.id]),
    ];
    let open = Condition::test(gadget::name("stage"), Test::Neq(Value::text("closed")));
    let any = Condition::Any(vec![open.clone(), Condition::Not(Box::new(open))]);
    let mut reads = home.reads().await;
    for scope in scopes {
        // A filter that is always true must not reach around the scope.
        for filter in [None, Some(any.clone())] {
            let order = Order { field: gadget::name("name"), direction: Direction::Descending };
            let query = ListQuery { scope: scope.clone(), filter, order, limit: 7, ..home.everything() };
            expect_meaning(reads.as_mut(), query, &records).await;
        }
    }
    reads.finish().await.unwrap();
}

pub(super) async fn relations_agree_with_the_meaning_of_lists(store: &dyn Store) {
    let (home, records) = crowd(store, "relations").await;
    let owners: Vec<_> = records.iter().map(|record| record.value(&gadget::name("ownerId"))).collect();
    let scopes = [
        Scope::NONE,
        Scope::ALL,
        Scope::ALL,
        gadget::runs(&[home.loner.id], &[]),
        gadget::runs(&[], &[home.sales.id]),
    ];
    let mut reads = home.reads().await;
    let mut found = 0;
    for _ in 0..CONDITIONS {
        let filter = Some(related(&home, &owners, &scopes, 3));
        let scope = home.dice.pick(&scopes);
        let query = ListQuery { filter, scope, limit: 25, ..home.everything() };
        found += meant(&query, &records).len();
        expect_meaning(reads.as_mut(), query, &records).await;
    }
    assert!(found > CONDITIONS, "the filters find something");
    reads.finish().await.unwrap();
}

/// A filter that goes up to so many references far, by chance through other scopes at each.
fn related(home: &Home<'_>, owners: &[Value], scopes: &[Scope], steps: usize) -> Filter {
    let part = || related(home, owners, scopes, steps);
    match home.dice.below(6) {
        _ if steps == 0 => gadget::condition(&home.dice, owners, 2),
        0 => Condition::All(vec![part(), gadget::condition(&home.dice, owners, 1)]),
        1 => Condition::Any(vec![part(), part()]),
        2 => Condition::Not(Box::new(part())),
        _ => Condition::Related(Relation {
            field: gadget::name("parent"),
            object: Arc::clone(&home.object),
            scope: home.dice.pick(scopes),
            condition: Box::new(related(home, owners, scopes, steps - 1)),
        }),
    }
}

pub(super) async fn values_are_compared_exactly_and_texts_without_case(store: &dyn Store) {
    let home = Home::found(store, "exactly").await;
    exact_values(&home).await;
    // As much of the long one as a filter may compare with: 240 of its 400 bytes, folded.
    let start = "SS".repeat(120);
    let cases: [(&str, Test, &[u64]); 10] = [
        ("price", Test::Eq(price("922337203685477.5807")), &[1]),
        ("price", Test::Lt(price("922337203685477.5807")), &[2, 0]),
        ("price", Test::Lt(price("0")), &[2]),
        ("weight", Test::Eq(weight("0.10")), &[1]),
        ("weight", Test::Lte(weight("0.01")), &[2, 0]),
        ("name", Test::Eq(Value::text("ÅSA")), &[3]),
        ("name", Test::Eq(Value::text("asa")), &[0]),
        ("name", Test::Eq(Value::text(&*start)), &[]),
        ("name", Test::Gt(Value::text(&*start)), &[2, 1, 3]),
        ("name", Test::StartsWith(start), &[2]),
    ];
    let mut reads = home.reads().await;
    let mut listed = async |field: &str, filter, direction| {
        let order = Order { field: gadget::name(field), direction };
        let page = reads.list_records(&ListQuery { filter, order, ..home.everything() }).await.unwrap();
        page.items
            .iter()
            .map(|it| (it.created_at.as_micros() - at(0).as_micros()) as u64 / 1_000_000)
            .collect()
    };
    for (field, test, expected) in cases {
        let filter = Some(Condition::test(gadget::name(field), test.clone()));
        let found: Vec<u64> = listed(field, filter, Direction::Ascending).await;
        assert_eq!(found, expected, "{field} {test:?}");
    }
    // No value is lowest: first of those that rise, last of those that fall.
    for (field, rising) in [("price", [3, 2, 0, 1]), ("weight", [3, 2, 0, 1]), ("name", [0, 2, 1, 3])] {
        let mut found: Vec<u64> = listed(field, None, Direction::Descending).await;
        found.reverse();
        assert_eq!(
            (listed(field, None, Direction::Ascending).await, found),
            (rising.into(), rising.into()),
            "{field}"
        );
    }
    reads.finish().await.unwrap();
}

/// Gadgets that hardly differ, one a second.
async fn exact_values(home: &Home<'_>) {
    let long = "ß".repeat(200);
    let values = [
        ("ASA", price("922337203685477.5806"), weight("0.01")),
        ("z", price("922337203685477.5807"), weight("0.1")),
        (&long, price("-0.0001"), weight("-0.01")),
        ("åsa", Value::Null, Value::Null),
    ];
    let mut work = home.begin().await;
    for (second, (name, price, weight)) in (0..).zip(values) {
        let mut fields = gadget::named(name);
        let present =
            [("price", price), ("weight", weight)].into_iter().filter(|(_, value)| !value.is_null());
        fields.extend(present.map(|(field, value)| (gadget::name(field), value)));
        work.put(home.create(&home.admin, fields, at(second))).await.unwrap();
    }
    work.commit().await;
}

fn price(text: &str) -> Value {
    let (amount, currency) = (text.parse().unwrap(), "EUR".parse().unwrap());
    Value::Money(Money { amount, currency })
}

fn weight(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

pub(super) async fn deleted_records_are_a_list_of_their_own(store: &dyn Store) {
    let (home, records) = crowd(store, "bin").await;
    let mut reads = home.reads().await;
    let query = ListQuery { deleted: true, limit: 4, ..home.everything() };
    let deleted = meant(&query, &records);
    assert!(!deleted.is_empty() && deleted.len() < records.len());
    expect_meaning(reads.as_mut(), query.clone(), &records).await;
    let parents = records.iter().map(|record| Value::Reference(record.id)).collect();
    let filter = Some(Condition::test(gadget::name("parent"), Test::In(parents)));
    expect_meaning(reads.as_mut(), ListQuery { filter, ..query.clone() }, &records).await;
    let query = ListQuery { scope: Scope::NONE, ..query };
    expect_meaning(reads.as_mut(), query, &records).await;
    reads.finish().await.unwrap();
}

pub(super) async fn a_count_stops_at_its_cap(store: &dyn Store) {
    let (home, records) = crowd(store, "counts").await;
    let query = home.everything();
    let all = meant(&query, &records).len() as u64;
    let position = query.position_beyond(&records[10]);
    let mut reads = home.reads().await;
    for (cap, expected) in [(0, 0), (1, 1), (all - 1, all - 1), (all, all), (1_000, all)] {
        assert_eq!(reads.count_records(&query, cap).await.unwrap(), expected, "up to {cap}");
    }
    let later = ListQuery { from: Some(position), ..query };
    assert_eq!(reads.count_records(&later, 1_000).await.unwrap(), all, "wherever the page begins");
    reads.finish().await.unwrap();
}

pub(super) async fn what_is_not_indexed_is_refused(store: &dyn Store) {
    let home = Home::found(store, "not indexed").await;
    let filter = |field, test| Some(Condition::test(gadget::name(field), test));
    let through = |field| {
        let (object, condition) = (Arc::clone(&home.object), Box::new(Condition::All(Vec::new())));
        let relation = Relation { field: gadget::name(field), object, scope: Scope::ALL, condition };
        Some(Condition::Related(relation))
    };
    let order = Order { field: gadget::name("notes"), direction: Direction::Ascending };
    let cases = [
        (
            "a filter by long text",
            ListQuery { filter: filter("notes", Test::Eq(Value::text("x"))), ..home.everything() },
        ),
        (
            "a filter by nothing known",
            ListQuery { filter: filter("nothing", Test::IsNull(true)), ..home.everything() },
        ),
        ("a filter through no reference", ListQuery { filter: through("name"), ..home.everything() }),
        ("a filter through an id", ListQuery { filter: through("id"), ..home.everything() }),
        (
            "a filter by another kind",
            ListQuery { filter: filter("count", Test::Eq(Value::text("1"))), ..home.everything() },
        ),
        (
            "a filter by what a picklist equals",
            ListQuery { filter: filter("topics", Test::Eq(Value::text("red"))), ..home.everything() },
        ),
        (
            "a filter by what a text includes",
            ListQuery { filter: filter("name", Test::Includes(vec!["x".into()])), ..home.everything() },
        ),
        ("an order by long text", ListQuery { order, ..home.everything() }),
    ];
    for (name, query) in cases {
        let mut reads = home.reads().await;
        expect_kind(reads.list_records(&query).await, Refused, name);
        drop(reads);
    }
}

/// Makes records of three owners, alike enough to tie, many of them under others, a tenth of them deleted.
pub(super) async fn crowd<'s>(store: &'s dyn Store, case: &str) -> (Home<'s>, Vec<Record>) {
    let home = Home::found(store, case).await;
    let mut records: Vec<Record> = Vec::new();
    let mut work = home.begin().await;
    for second in 0..RECORDS {
        let owner = home.dice.pick(&[&home.admin, &home.seller, &home.loner]);
        let mut fields = gadget::some(&home.dice);
        if !records.is_empty() && home.dice.below(3) > 0 {
            let parent = home.dice.pick(&records).id;
            fields.insert(gadget::name("parent"), Value::Reference(parent));
        }
        let change = home.create(owner, fields, at(second));
        let mut record = change.after().clone();
        work.put(change).await.unwrap();
        if second % 10 == 3 {
            let change = home.delete(&record, at(second + 1));
            record = change.after().clone();
            work.put(change).await.unwrap();
        }
        records.push(record);
    }
    work.commit().await;
    (home, records)
}

pub(super) async fn expect_meaning(reads: &mut dyn Reads, query: ListQuery, records: &[Record]) {
    let meant = meant(&query, records);
    assert_eq!(reads.count_records(&query, 1_000).await.unwrap(), meant.len() as u64, "count of {query:?}");
    let listed = turn_pages(reads, query.clone()).await;
    assert_eq!(listed, meant, "list of {query:?}");
}

/// What the list means: slow, obvious, and the same for every store.
fn meant(query: &ListQuery, records: &[Record]) -> Vec<RecordId> {
    let stored = |record| (record, Standing::NONE);
    let find = |id| records.iter().find(|record| record.id == id).map(stored);
    let mut meant: Vec<_> = records.iter().filter(|record| query.matches(stored(record), &find)).collect();
    meant.sort_by(|a, b| query.order(a, b));
    meant.into_iter().map(|record| record.id).collect()
}

/// Reads a list page by page to its end, whichever that is, and returns it in its order.
pub(super) async fn turn_pages(reads: &mut dyn Reads, mut query: ListQuery) -> Vec<RecordId> {
    let mut listed = Vec::new();
    loop {
        let page = reads.list_records(&query).await.unwrap();
        assert!(page.items.len() <= query.limit);
        let ids = page.items.iter().map(|record| record.id);
        let last = match query.turn {
            Turn::Forward => {
                listed.extend(ids);
                page.items.last()
            }
            Turn::Backward => {
                listed.splice(0..0, ids);
                page.items.first()
            }
        };
        assert!(listed.len() <= MOST, "the list comes to an end");
        match last {
            Some(last) if page.more => query.from = Some(query.position_beyond(last)),
            _ => {
                assert!(!page.more, "an empty page is the last");
                return listed;
            }
        }
    }
}
