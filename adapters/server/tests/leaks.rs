//! `docs/leaks.md` names a test for every class of leak, or the feature that is not there yet.

mod names;

use std::fs;

use names::{Outcome, root, tests};

/// How many classes there are.
const CLASSES: usize = 43;

#[test]
fn every_class_has_its_row() -> Outcome {
    let numbers: Vec<_> = rows()?.into_iter().map(|row| row.id).collect();
    let all: Vec<_> = (1..=CLASSES).map(|number| format!("l{number:02}")).collect();
    assert_eq!(numbers, all);
    Ok(())
}

#[test]
fn every_test_that_is_named_is_there() -> Outcome {
    let there = tests()?;
    for Row { id, tests, is_missing } in rows()? {
        assert_eq!(tests.is_empty(), is_missing, "`{id}` names tests, or the feature that is not there yet");
        for test in tests {
            assert!(there.contains(&test), "`{id}` names the test `{test}`, which is not there");
        }
    }
    Ok(())
}

#[test]
fn every_test_of_a_class_is_in_its_row() -> Outcome {
    let rows = rows()?;
    for test in tests()? {
        let Some((id, _)) = test.split_once('_').filter(|(id, _)| is_class(id)) else { continue };
        let is_named = rows.iter().any(|row| row.id == id && row.tests.contains(&test));
        assert!(is_named, "`{test}` is not in the row of `{id}`");
    }
    Ok(())
}

struct Row {
    id: String,
    tests: Vec<String>,
    /// Whether it says that the feature is not there yet.
    is_missing: bool,
}

fn rows() -> Outcome<Vec<Row>> {
    let page = fs::read_to_string(root().join("docs/leaks.md"))?;
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let &[_, id, _, last, _] = cells.as_slice() else { return None };
        let tests = last.split('`').skip(1).step_by(2).map(ToOwned::to_owned);
        let is_missing = last.starts_with("not yet: ");
        is_class(id).then(|| Row { id: id.to_owned(), tests: tests.collect(), is_missing })
    };
    Ok(page.lines().filter_map(row).collect())
}

fn is_class(word: &str) -> bool {
    word.strip_prefix('l')
        .is_some_and(|number| number.len() == 2 && number.bytes().all(|sign| sign.is_ascii_digit()))
}
