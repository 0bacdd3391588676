//! Search by words, compared with its meaning on generated records.

use sutra_acl::Scope;
use sutra_kernel::{Condition, Direction, RecordId, Test, Value};
use sutra_records::{ListQuery, Order, Search, Turn};

use super::{
    gadget,
    home::{Home, at},
    lists::{crowd, expect_meaning},
};
use crate::Store;

/// Beginnings of words that gadgets have, in several spellings, and some that none has.
const TEXTS: [&str; 14] = [
    "al", "ALPHA", "alph asa", "strass", "Straß", "ång", "exam", "asa@exam", "com", "4930", "49 30", "5_0",
    "xx", "nobody",
];

pub(super) async fn searches_agree_with_the_meaning_of_lists(store: &dyn Store) {
    let (home, records) = crowd(store, "searches").await;
    let runs = gadget::runs(&[home.loner.id], &[home.sales.id]);
    let hidden: [&[&str]; 3] = [&[], &["email"], &["name", "phone"]];
    let mut reads = home.reads().await;
    for text in TEXTS {
        for hidden in hidden {
            let search = Search::new(text, &home.object, |field| !hidden.contains(&field.name.as_str()));
            let filter = Condition::test(gadget::name("active"), Test::Eq(Value::Boolean(true)));
            let query = ListQuery {
                search: Some(search.unwrap()),
                scope: home.dice.pick(&[Scope::ALL, runs.clone()]),
                filter: home.dice.pick(&[None, Some(filter)]),
                order: Order { field: gadget::name("stage"), direction: Direction::Descending },
                turn: home.dice.pick(&[Turn::Forward, Turn::Backward]),
                deleted: home.dice.below(4) == 0,
                limit: 4,
                ..home.everything()
            };
            expect_meaning(reads.as_mut(), query, &records).await;
        }
    }
    reads.finish().await.unwrap();
}

pub(super) async fn a_record_is_found_by_the_words_it_has_now(store: &dyn Store) {
    let home = Home::found(store, "changing words").await;
    let mut record = home.store(home.create(&home.admin, gadget::full(&home.dice), at(1))).await;
    assert_eq!(found(&home, "straße line", false).await, [record.id]);
    record = home.store(home.update(&record, gadget::named("Path and lane"), at(2))).await;
    for (text, expected) in
        [("straße", vec![]), ("path", vec![record.id]), ("lan line", vec![record.id]), ("pathand", vec![])]
    {
        assert_eq!(found(&home, text, false).await, expected, "{text}");
    }
    let cleared = [(gadget::name("notes"), Value::Null)].into();
    record = home.store(home.update(&record, cleared, at(3))).await;
    assert_eq!(found(&home, "line", false).await, []);
    record = home.store(home.delete(&record, at(4))).await;
    assert_eq!(
        (found(&home, "path", false).await, found(&home, "path", true).await),
        (vec![], vec![record.id])
    );
    home.store(home.restore(&record, at(5))).await;
    assert_eq!(found(&home, "path", false).await, [record.id]);
}

pub(super) async fn the_words_of_another_workspace_find_nothing(store: &dyn Store) {
    let (one, two) = Home::found_twins(store, "words of others").await;
    let here = one.store(one.create(&one.admin, gadget::named("Common secret"), at(1))).await;
    let there = two.store(two.create_as(here.id, &two.admin, gadget::named("Common"), at(1))).await;
    assert_eq!(found(&one, "common secret", false).await, [here.id]);
    assert_eq!(found(&two, "common", false).await, [there.id]);
    assert_eq!(found(&two, "secret", false).await, []);
}

async fn found(home: &Home<'_>, text: &str, deleted: bool) -> Vec<RecordId> {
    let search = Search::new(text, &home.object, |_| true).unwrap();
    let mut reads = home.reads().await;
    let query = ListQuery { search: Some(search), deleted, ..home.everything() };
    let page = reads.list_records(&query).await.unwrap();
    assert_eq!(reads.count_records(&query, 10).await.unwrap(), page.items.len() as u64);
    reads.finish().await.unwrap();
    page.items.iter().map(|record| record.id).collect()
}
