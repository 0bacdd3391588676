//! The schema that every workspace begins with is committed, so that its changes are reviewed.

use std::{fs, path::Path};

use sutra_records::{Metadata, standard};

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/records-demo.graphql");
    let metadata = Metadata::new(1, standard::objects()).unwrap();
    let printed = sutra_graphql::print_records(metadata).unwrap();
    if std::env::var_os("SUTRA_BLESS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == printed, "run this test with SUTRA_BLESS=1, and review the difference");
}
