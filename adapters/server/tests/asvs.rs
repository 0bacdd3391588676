//! `docs/asvs.md` has a row for every requirement of ASVS 5.0.0, V6 and V7, and names tests that are there.

mod names;

use std::{collections::BTreeSet, fs};

use names::{Outcome, root, tests};

/// How many requirements each section has.
const SECTIONS: [(&str, usize); 14] = [
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 8),
    ("6.4", 6),
    ("6.5", 8),
    ("6.6", 4),
    ("6.7", 2),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 3),
    ("7.6", 2),
];

/// How a row begins that names no test.
const OTHERWISE: [&str; 3] = ["written: ", "does not apply: ", "not yet: "];

#[test]
fn every_requirement_has_its_row() -> Outcome {
    let ids: Vec<_> = rows()?.into_iter().map(|row| row.id).collect();
    let all =
        SECTIONS.iter().flat_map(|(section, count)| (1..=*count).map(move |it| format!("{section}.{it}")));
    assert_eq!(ids, all.collect::<Vec<_>>());
    assert_eq!(ids.len(), 66);
    Ok(())
}

#[test]
fn every_row_names_tests_that_are_there_or_says_why_not() -> Outcome {
    let there: BTreeSet<_> = tests()?.into_iter().chain(unit_tests()?).collect();
    for Row { id, level, shown } in rows()? {
        assert!(["1", "2", "3"].contains(&level.as_str()), "{id} has the level {level}");
        if OTHERWISE.iter().any(|start| shown.starts_with(start)) {
            continue;
        }
        let named: Vec<_> = shown.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "`{id}` names tests, or says why not");
        for test in named {
            assert!(there.contains(test), "`{id}` names the test `{test}`, which is not there");
        }
    }
    Ok(())
}

struct Row {
    id: String,
    level: String,
    shown: String,
}

fn rows() -> Outcome<Vec<Row>> {
    let page = fs::read_to_string(root().join("docs/asvs.md"))?;
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let &[_, id, level, asked, shown, _] = cells.as_slice() else { return None };
        let is_one = id.split('.').count() == 3 && !asked.is_empty();
        is_one.then(|| Row { id: id.to_owned(), level: level.to_owned(), shown: shown.to_owned() })
    };
    Ok(page.lines().filter_map(row).collect())
}

/// The names of the tests beside the code of the identity crate.
fn unit_tests() -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for file in ["password.rs", "tries.rs", "settings.rs", "policy/tests.rs"] {
        let text = fs::read_to_string(root().join("crates/identity/src").join(file))?;
        let tests = text.split("#[test]\n").skip(1).filter_map(|rest| {
            let (_, name) = rest.split_once("fn ")?;
            name.split_once('(').map(|(name, _)| name.to_owned())
        });
        names.extend(tests);
    }
    Ok(names)
}
