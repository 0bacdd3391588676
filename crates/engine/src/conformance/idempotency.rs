//! Requests that were answered before.

use sutra_kernel::{RecordId, Timestamp, UserId};

use super::{
    gadget,
    home::{Home, at},
    together::{pause, together},
};
use crate::{IdempotencyClaim, KeptAnswer, Outcome, Store};

/// How many ask at the same time.
const CLAIMANTS: usize = 15;

const RECEIPT: &str = "rcpt_of_the_first";

pub(super) async fn an_answer_is_kept_as_it_was_given(store: &dyn Store) {
    let home = Home::found(store, "kept answers").await;
    let id = RecordId::generate(at(1), &home.dice);
    let outcomes = [
        Outcome::Record { id, version: 7, changed: vec![gadget::name("name"), gadget::name("owner")] },
        Outcome::Thing(id.uuid()),
        Outcome::Each(vec![(Outcome::Done, true), (Outcome::Count(1), false)]),
        Outcome::Count(3),
        Outcome::Done,
    ];
    for outcome in outcomes {
        let claim = claim(&home, home.admin.id);
        assert_eq!(ask(&home, &claim, &outcome, at(1)).await, None);
        // Whoever asks again may ask something else: who compares is the use case.
        let again = IdempotencyClaim { fingerprint: gadget::digest(&home.dice), ..claim.clone() };
        let kept = KeptAnswer {
            fingerprint: claim.fingerprint,
            outcome: outcome.clone(),
            receipt: RECEIPT.to_owned(),
        };
        assert_eq!(ask(&home, &again, &Outcome::Done, at(2)).await, Some(kept), "{outcome:?}");
    }
}

pub(super) async fn a_claim_that_is_not_committed_is_none(store: &dyn Store) {
    let home = Home::found(store, "cancelled claims").await;
    let claim = claim(&home, home.admin.id);
    let mut work = home.begin().await;
    assert_eq!(work.unit.claim(&claim, at(1)).await.unwrap(), None);
    work.unit.keep(&claim, &Outcome::Done, RECEIPT).await.unwrap();
    work.cancel().await;
    assert_eq!(ask(&home, &claim, &Outcome::Done, at(1)).await, None);
    assert!(ask(&home, &claim, &Outcome::Done, at(1)).await.is_some());
}

pub(super) async fn the_same_key_of_somebody_else_is_another(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "claims of others").await;
    let mine = claim(&home, home.admin.id);
    let theirs = IdempotencyClaim { user: home.seller.id, ..mine.clone() };
    let other = IdempotencyClaim { digest: gadget::digest(&home.dice), ..mine.clone() };
    assert_eq!(ask(&home, &mine, &Outcome::Done, at(1)).await, None);
    assert_eq!(ask(&home, &theirs, &Outcome::Done, at(1)).await, None, "another user");
    assert_eq!(ask(&home, &other, &Outcome::Done, at(1)).await, None, "another key");
    assert_eq!(ask(&neighbour, &mine, &Outcome::Done, at(1)).await, None, "another workspace");
    assert!(ask(&home, &mine, &Outcome::Done, at(1)).await.is_some());
}

pub(super) async fn a_claim_is_forgotten_when_it_expires(store: &dyn Store) {
    let home = Home::found(store, "expired claims").await;
    let first = claim(&home, home.admin.id);
    assert_eq!(ask(&home, &first, &Outcome::Done, at(1)).await, None);
    let just_before = Timestamp::from_micros(at(100).as_micros() - 1);
    assert!(ask(&home, &first, &Outcome::Done, just_before).await.is_some());
    let later = IdempotencyClaim { expires_at: at(200), ..first.clone() };
    assert_eq!(ask(&home, &later, &Outcome::Count(2), at(100)).await, None, "anew");
    let kept = ask(&home, &first, &Outcome::Done, at(150)).await.unwrap();
    assert_eq!(kept.outcome, Outcome::Count(2));
    let unrelated = IdempotencyClaim { expires_at: at(900), ..claim(&home, home.admin.id) };
    assert_eq!(ask(&home, &unrelated, &Outcome::Done, at(300)).await, None, "which forgets what has expired");
    assert_eq!(ask(&home, &later, &Outcome::Done, at(150)).await, None);
}

pub(super) async fn many_claimants_get_the_answer_of_one(store: &dyn Store) {
    let home = Home::found(store, "many claimants").await;
    let claim = claim(&home, home.admin.id);
    let counts = (0..CLAIMANTS).map(|number| Outcome::Count(u64::try_from(number).unwrap_or(u64::MAX)));
    let outcomes: Vec<Outcome> = counts.collect();
    let answers = together(outcomes.iter().map(|outcome| ask(&home, &claim, outcome, at(1)))).await;
    let first = answers.iter().position(Option::is_none).expect("somebody was the first");
    let others: Vec<_> = answers.into_iter().flatten().map(|kept| kept.outcome).collect();
    assert_eq!(others, vec![outcomes[first].clone(); CLAIMANTS - 1]);
}

/// A new key until 100 seconds have passed.
fn claim(home: &Home<'_>, user: UserId) -> IdempotencyClaim {
    let [digest, fingerprint] = [(); 2].map(|()| gadget::digest(&home.dice));
    IdempotencyClaim { user, digest, fingerprint, expires_at: at(100) }
}

/// Claims a key in a unit of its own and answers with this outcome, unless it was answered before.
async fn ask(
    home: &Home<'_>,
    claim: &IdempotencyClaim,
    outcome: &Outcome,
    now: Timestamp,
) -> Option<KeptAnswer> {
    let mut work = home.begin().await;
    pause().await;
    let kept = work.unit.claim(claim, now).await.unwrap();
    pause().await;
    if kept.is_some() {
        work.cancel().await;
        return kept;
    }
    work.unit.keep(claim, outcome, RECEIPT).await.unwrap();
    work.commit().await;
    None
}
