//! Views.

use sutra_kernel::Value;
use sutra_records::View;

use crate::company::{ANNA, fields, name, object, plan_without, stored};

#[test]
fn a_view_has_no_hidden_value_and_names_hidden_fields_whether_empty_or_not() {
    let def = object("contact");
    let plan = plan_without(ANNA, &["phone", "title"], &[]);
    let record =
        stored(&def, 1, fields([("lastName", Value::text("Sivyer")), ("phone", Value::text("7661751814"))]));
    let view = View::of(record, &def, plan.object(def.id));
    assert_eq!(view.value(&name("lastName")), Value::text("Sivyer"));
    assert_eq!(view.value(&name("phone")), Value::Null);
    assert_eq!(view.hidden, [name("phone"), name("title")]);
    assert!(!format!("{view:?}").contains("7661751814"));
    assert!(view.hides(&name("title")) && !view.hides(&name("email")));
}

#[test]
fn a_value_without_a_definition_is_not_shown() {
    let def = object("contact");
    let mut record = stored(&def, 1, fields([("lastName", Value::text("Sivyer"))]));
    record.fields.insert(name("shoeSize"), Value::Integer(46));
    let view = View::of(record, &def, plan_without(ANNA, &[], &[]).object(def.id));
    assert_eq!(view.value(&name("shoeSize")), Value::Null);
}
