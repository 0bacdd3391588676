//! The benchmark still runs: whatever it measures is measured here too, only not often enough to say anything.

use std::process::Command;

#[test]
fn everything_is_measured_on_every_database() {
    let output = Command::new(env!("CARGO_BIN_EXE_records")).arg("--quick").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
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
