//! Reading history.

use crate::common::{Ledger, all_keys, batch, created, updated};
use sutra_audit::{Disclosure, Entry, Opened, OpeningBody, Shown, rendered, rendered_detail};
use sutra_kernel::Value;

fn ledger() -> (Ledger, Vec<Entry>) {
    let mut ledger = Ledger::new();
    let _ = ledger.append(1, batch().entry(created()).entry(updated(2))).unwrap();
    let entries = ledger.entries.iter().map(|entry| Entry::decode(&entry.bytes).unwrap()).collect();
    (ledger, entries)
}

fn value(raw: Value) -> Option<Shown<Opened>> {
    Some(Shown::Value(Opened::value(raw)))
}

#[test]
fn a_change_is_shown_as_it_was_at_the_time() {
    let (ledger, entries) = ledger();
    let made = rendered(&ledger.openings, &entries[0], all_keys);
    let stage = Opened::labelled(Value::text("new"), "Neu", Some("de".to_owned()));
    assert_eq!((made[0].old.clone(), made[0].new.clone()), (None, Some(Shown::Value(stage))));
    assert_eq!((made[2].field.as_str(), made[2].disclosure), ("passport", Disclosure::Masked));
    assert_eq!(made[2].new, value(Value::text("P-1815")));

    let changed = rendered(&ledger.openings, &entries[1], all_keys);
    assert_eq!(
        (changed[0].old.clone(), changed[0].new.clone()),
        (value(Value::Integer(3)), value(Value::Integer(4)))
    );
    assert_eq!(
        (changed[1].old.clone(), changed[1].new.clone()),
        (value(Value::Null), value(Value::text("Ada")))
    );

    let detail = [("reason", "call"), ("address", "192.0.2.7")];
    let detail = detail.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    assert_eq!(rendered_detail(&ledger.openings, &entries[1], all_keys), Some(Shown::Value(detail)));
    assert_eq!(rendered_detail(&ledger.openings, &entries[0], all_keys), None);
}

#[test]
fn only_what_was_committed_to_is_shown() {
    let (mut ledger, entries) = ledger();
    let withheld = rendered(&ledger.openings, &entries[0], |_| None);
    assert_eq!(withheld[1].new, Some(Shown::Closed));
    assert!(matches!(withheld[0].new, Some(Shown::Value(_))), "what is plain needs no key");

    ledger.openings[0].body = OpeningBody::Plain(Opened::value(Value::text("won")).to_cbor());
    ledger.openings.remove(1);
    let made = rendered(&ledger.openings, &entries[0], all_keys);
    assert_eq!((made[0].new.clone(), made[1].new.clone()), (Some(Shown::Unproven), Some(Shown::Missing)));
}

#[test]
fn the_key_of_one_opening_opens_no_other() {
    let (mut ledger, entries) = ledger();
    let passport = ledger.openings.iter().find(|o| o.field == "passport").unwrap().clone();
    let name = ledger.openings.iter_mut().find(|o| o.field == "lastName").unwrap();
    name.body = passport.body;
    let made = rendered(&ledger.openings, &entries[0], all_keys);
    assert_eq!(made[1].new, Some(Shown::Unproven));
}

#[test]
fn a_mask_takes_the_place_of_an_encrypted_value_and_of_no_other() {
    let (ledger, entries) = ledger();
    let mask = Opened::value(Value::text("••••"));
    let changes = rendered(&ledger.openings, &entries[0], all_keys);
    for plain in changes {
        let masked = plain.clone().masked_as(&mask);
        match plain.disclosure {
            Disclosure::Masked => assert_eq!(masked.new, Some(Shown::Masked(mask.clone()))),
            Disclosure::Plain | Disclosure::Sealed => assert_eq!(masked, plain),
        }
    }
    let withheld = rendered(&ledger.openings, &entries[0], |_| None).remove(2).masked_as(&mask);
    assert_eq!((withheld.field.as_str(), withheld.new), ("passport", Some(Shown::Closed)));
}
