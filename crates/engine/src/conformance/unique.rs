//! Unique values.

use std::{collections::BTreeSet, slice::from_ref};

use sutra_kernel::{PortErrorKind, RecordId, Value};
use sutra_records::{FieldDef, UniqueClaim, UniqueKey};

use super::{
    gadget,
    home::{Home, at, expect_kind},
    together::{pause, together},
};
use crate::Store;

/// How many claim at the same time.
const CLAIMANTS: usize = 12;

pub(super) async fn a_value_is_one_record_s_until_it_is_freed(store: &dyn Store) {
    let home = Home::found(store, "unique values").await;
    let [one, two] = [record(&home, "One").await, record(&home, "Two").await];
    let mine = claim(&home, "email", "ann@example.com", one);
    let theirs = UniqueClaim { record: two, ..mine.clone() };
    assert_eq!(holder(&home, &mine).await, None);
    assert!(claimed(&home, from_ref(&mine)).await);
    assert_eq!(holder(&home, &mine).await, Some(one));
    assert!(!claimed(&home, from_ref(&theirs)).await);
    assert!(!claimed(&home, from_ref(&mine)).await, "not even by itself");

    let mut work = home.begin().await;
    work.unit.free_unique(from_ref(&mine)).await.unwrap();
    assert_eq!(work.unit.find_unique(mine.field, &mine.key).await.unwrap(), None);
    let failed = work.unit.claim_unique(from_ref(&theirs)).await.unwrap();
    assert!(failed.is_empty(), "in the unit that has freed it");
    work.commit().await;
    assert_eq!(holder(&home, &mine).await, Some(two));
}

pub(super) async fn a_value_of_another_record_is_not_freed(store: &dyn Store) {
    let home = Home::found(store, "foreign claims").await;
    let [one, two] = [record(&home, "One").await, record(&home, "Two").await];
    let mine = claim(&home, "email", "ann@example.com", one);
    assert!(claimed(&home, from_ref(&mine)).await);
    let mut work = home.begin().await;
    let others = [
        UniqueClaim { record: two, ..mine.clone() },
        claim(&home, "phone", "ann@example.com", one),
        claim(&home, "email", "bob@example.com", one),
    ];
    work.unit.free_unique(&others).await.unwrap();
    work.commit().await;
    assert_eq!(holder(&home, &mine).await, Some(one));
}

pub(super) async fn a_field_is_freed_as_a_whole(store: &dyn Store) {
    let home = Home::found(store, "freed fields").await;
    let [one, two] = [record(&home, "One").await, record(&home, "Two").await];
    let emails =
        [claim(&home, "email", "ann@example.com", one), claim(&home, "email", "bob@example.com", two)];
    let phone = claim(&home, "phone", "123", one);
    assert!(claimed(&home, &emails).await && claimed(&home, from_ref(&phone)).await);
    let mut work = home.begin().await;
    work.unit.free_field(emails[0].field).await.unwrap();
    work.commit().await;
    for email in &emails {
        assert_eq!(holder(&home, email).await, None);
    }
    assert_eq!(holder(&home, &phone).await, Some(one));
}

pub(super) async fn values_of_many_records_are_claimed_at_once(store: &dyn Store) {
    let home = Home::found(store, "many claims").await;
    let [one, two] = [record(&home, "One").await, record(&home, "Two").await];
    let of = |email: &str, record| claim(&home, "email", email, record);
    let [ann, bob, cleo] = ["ann", "bob", "cleo"].map(|name| of(&format!("{name}@example.com"), one));
    let ann_too = UniqueClaim { record: two, ..ann.clone() };
    assert_eq!(failed(&home, &[]).await, [].into(), "none at all");
    assert_eq!(failed(&home, &[ann.clone(), ann_too.clone()]).await, [ann_too].into(), "one of two");
    assert_eq!(failed(&home, &[ann, UniqueClaim { record: two, ..bob.clone() }]).await, [].into());
    assert_eq!(failed(&home, &[cleo.clone(), bob.clone()]).await, [bob].into(), "the other was free");
    assert_eq!(holder(&home, &cleo).await, None, "its unit was cancelled");
    let many: Vec<_> = (0..100).map(|number| of(&format!("{number}@example.com"), one)).collect();
    assert!(claimed(&home, &many[..30]).await);
    assert_eq!(failed(&home, &many).await, many[..30].iter().cloned().collect(), "thirty of a hundred");
}

pub(super) async fn a_cancelled_claim_is_none(store: &dyn Store) {
    let home = Home::found(store, "claims undone").await;
    let one = record(&home, "One").await;
    let mine = claim(&home, "email", "ann@example.com", one);
    let mut work = home.begin().await;
    assert!(work.unit.claim_unique(from_ref(&mine)).await.unwrap().is_empty());
    assert_eq!(work.unit.find_unique(mine.field, &mine.key).await.unwrap(), Some(one));
    work.cancel().await;
    assert_eq!(holder(&home, &mine).await, None);
    assert!(claimed(&home, &[mine]).await);
}

pub(super) async fn the_same_value_elsewhere_is_another(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "claims elsewhere").await;
    let [one, two] = [record(&home, "One").await, record(&neighbour, "One").await];
    let mine = claim(&home, "email", "123", one);
    assert!(claimed(&home, from_ref(&mine)).await);
    assert_eq!(holder(&neighbour, &mine).await, None);
    assert!(claimed(&neighbour, &[UniqueClaim { record: two, ..mine.clone() }]).await, "another workspace");
    assert!(claimed(&home, &[claim(&home, "phone", "123", one)]).await, "another field");
}

pub(super) async fn a_value_needs_its_record(store: &dyn Store) {
    let home = Home::found(store, "claims of nobody").await;
    let nobody = RecordId::generate(at(1), &home.dice);
    let mut work = home.begin().await;
    let claim = claim(&home, "email", "ann@example.com", nobody);
    expect_kind(work.unit.claim_unique(&[claim]).await, PortErrorKind::Refused, "no such record");
    work.cancel().await;
}

pub(super) async fn many_claimants_share_one_success(store: &dyn Store) {
    let home = Home::found(store, "parallel claims").await;
    let mut claims = Vec::new();
    for number in 0..CLAIMANTS {
        let record = record(&home, &format!("Record {number}")).await;
        claims.push([claim(&home, "email", "ann@example.com", record)]);
    }
    let outcomes = together(claims.iter().map(|claim| claimed(&home, claim))).await;
    let won: Vec<_> = claims.iter().zip(outcomes).filter(|(_, won)| *won).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(holder(&home, &won[0].0[0]).await, Some(won[0].0[0].record));
}

async fn record(home: &Home<'_>, name: &str) -> RecordId {
    home.store(home.create(&home.admin, gadget::named(name), at(1))).await.id
}

fn claim(home: &Home<'_>, field: &str, text: &str, record: RecordId) -> UniqueClaim {
    let field: &FieldDef = home.object.field(field).unwrap();
    UniqueClaim { field: field.id, key: UniqueKey::of(field, &Value::text(text)).unwrap(), record }
}

/// Whether all these values could be claimed.
async fn claimed(home: &Home<'_>, claims: &[UniqueClaim]) -> bool {
    failed(home, claims).await.is_empty()
}

/// Claims values in a unit of their own; cancels it if one is taken.
async fn failed(home: &Home<'_>, claims: &[UniqueClaim]) -> BTreeSet<UniqueClaim> {
    let mut work = home.begin().await;
    pause().await;
    let failed = work.unit.claim_unique(claims).await.unwrap();
    pause().await;
    if failed.is_empty() {
        work.commit().await
    } else {
        work.cancel().await
    }
    failed
}

async fn holder(home: &Home<'_>, claim: &UniqueClaim) -> Option<RecordId> {
    let mut reads = home.reads().await;
    let found = reads.find_unique(claim.field, &claim.key).await.unwrap();
    reads.finish().await.unwrap();
    found
}
