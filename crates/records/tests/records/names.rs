//! That no two things are called alike.

use sutra_records::{Metadata, names, standard};

use crate::company::name;

#[test]
fn two_things_are_never_called_alike() {
    let cases = [
        ("as a type of the product", "money", "monies", "name", "Money"),
        ("as a query of the product", "thing", "objects", "name", "objects"),
        ("as a member of every record", "thing", "things", "version", "version"),
        ("as a word of filters", "thing", "things", "not", "not"),
        ("as another object's connection", "accountConnection", "links", "name", "AccountConnection"),
        ("as a word of the ledger", "profile", "profiles", "name", "profile"),
    ];
    for (case, object, plural, field, expected) in cases {
        let mut objects = standard::objects();
        let mut odd = objects[0].clone();
        odd.name = name(object);
        odd.plural = name(plural);
        odd.fields.truncate(1);
        odd.fields[0].name = name(field);
        odd.name_field = odd.fields[0].name.clone();
        objects.push(odd);
        let metadata = Metadata::new(1, objects).unwrap();
        let clash = names::check(&metadata).unwrap_err();
        assert!(clash.to_string().contains(&format!("`{expected}`")), "{case}: {clash}");
    }
    assert_eq!(names::check(&Metadata::new(1, standard::objects()).unwrap()), Ok(()));
}
