//! The list of events is printed, so that a change of it is a diff that somebody reads.

use std::collections::BTreeSet;

use sutra_audit::Event;

#[test]
fn the_printed_list_is_the_list() {
    let printed: String = Event::ALL
        .iter()
        .map(|event| format!("{:<18} {:<14} {}\n", event.code(), event.category().as_str(), event.meaning()))
        .collect();
    assert_eq!(printed, include_str!("../../events.txt"), "print this into events.txt:\n{printed}");
}

#[test]
fn every_code_stands_for_one_event() {
    let codes: BTreeSet<&str> = Event::ALL.iter().map(|event| event.code()).collect();
    assert_eq!(codes.len(), Event::ALL.len());
    assert!(Event::ALL.iter().all(|event| Event::from_code(event.code()) == Some(*event)));
    assert_eq!(Event::from_code("record.explode"), None);
}
