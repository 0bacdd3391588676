//! The story with nothing configured.

use std::{fs, os::unix::fs::DirBuilderExt};

use crate::{place::Place, story};

#[tokio::test]
async fn the_story_of_a_demo_company_on_sqlite() {
    let place = Place::empty();
    story::tell(&place).await;
    an_edited_entry_is_found(&place);
}

/// Somebody who can write the file makes an edit look like a deletion, wherever it says so.
fn an_edited_entry_is_found(place: &Place) {
    let forged = Place::empty();
    fs::DirBuilder::new().mode(0o700).create(forged.data()).unwrap();
    for name in ["root.keys", "sutra.db"] {
        fs::copy(place.data().join(name), forged.data().join(name)).unwrap();
    }
    story::the_ledger_is_sound(&forged);
    let mut database = fs::read(forged.data().join("sutra.db")).unwrap();
    let (was, becomes) = (b"record.update", b"record.delete");
    let places: Vec<_> =
        (0..database.len() - was.len()).filter(|place| database[*place..].starts_with(was)).collect();
    assert!(!places.is_empty());
    for place in places {
        database[place..place + was.len()].copy_from_slice(becomes);
    }
    fs::write(forged.data().join("sutra.db"), database).unwrap();

    let verified = forged.run(&["audit", "verify"]);
    assert_eq!(verified.code, 1, "{verified:?}");
    assert!(verified.out.contains("NOT SOUND: EDIT at entry "), "{verified:?}");
    story::the_ledger_is_sound(place);
}
