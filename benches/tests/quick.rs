//! The benchmark still runs: whatever it measures is measured here too, only not often enough to say anything.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::process::Command;

#[test]
fn everything_is_measured_on_every_database() {
    let out = quickly(env!("CARGO_BIN_EXE_records"));
    let measured = [
        "page by identifier",
        "page by an indexed field",
        "page with a filter",
        "page with a filter on what is referred to",
        "page of what a team lead sees",
        "page over GraphQL",
        "create one",
        "change one",
        "create 10 at once",
    ];
    let databases = out.matches(" 120 accounts").count();
    assert!((1..=2).contains(&databases), "{out}");
    for name in measured {
        assert_eq!(out.matches(&format!("| {name} |")).count(), databases, "{name}: {out}");
    }
    assert_eq!(out.matches("| first request after a change").count(), 1, "{out}");
}

#[test]
fn decisions_are_measured_beside_others_that_decide_the_same() {
    let out = quickly(env!("CARGO_BIN_EXE_access"));
    for persona in ["rep", "team lead", "manager", "director", "executive"] {
        assert_eq!(out.matches(&format!("| {persona} |")).count(), 3, "{persona}: {out}");
    }
}

#[test]
fn pages_are_measured_for_everybody_on_every_database() {
    let out = quickly(env!("CARGO_BIN_EXE_lists"));
    let databases = out.matches(" 3000 accounts").count();
    assert!((1..=2).contains(&databases), "{out}");
    for name in ["rep", "team lead", "manager", "director above what is old", "executive"] {
        assert_eq!(out.matches(&format!("| {name}, by ")).count(), 2 * databases, "{name}: {out}");
        assert_eq!(out.matches(&format!("| {name} |")).count(), databases, "over HTTP, {name}: {out}");
    }
}

/// What a benchmark prints that does everything a few times only.
fn quickly(benchmark: &str) -> String {
    let output = Command::new(benchmark).arg("--quick").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    out.into_owned()
}
