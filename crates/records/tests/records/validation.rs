//! Which values fields take.

use std::sync::Arc;

use sutra_kernel::{Decimal, Value};
use sutra_records::{FieldKind, ObjectDef, PickValue, ProblemCode, RecordError};

use crate::company::{draft, eur, fields, name, object};

/// A task whose description is of this kind, and optional like it.
fn with_kind(kind: FieldKind) -> ObjectDef {
    let mut def = object("task");
    let field = def.fields.iter_mut().find(|field| field.name.as_str() == "description").unwrap();
    field.kind = kind;
    def
}

/// What becomes of a value in a field of this kind.
fn verdict(kind: FieldKind, value: Value) -> Result<Value, ProblemCode> {
    let def = with_kind(kind);
    match draft(&def, 1, fields([("subject", Value::text("x")), ("description", value)])) {
        Ok(draft) => Ok(draft.after().value(&name("description"))),
        Err(RecordError::Validation(problems)) => Err(problems[0].code),
        Err(other) => panic!("{other}"),
    }
}

fn picklist() -> FieldKind {
    let retired = PickValue { active: false, ..PickValue::plain("Retired") };
    FieldKind::Picklist { values: vec![PickValue::plain("New"), retired] }
}

/// Any of some values, of which the middle one is retired.
fn several() -> FieldKind {
    let retired = PickValue { active: false, ..PickValue::plain("Old") };
    FieldKind::MultiPicklist { values: vec![PickValue::plain("Red"), retired, PickValue::plain("Blue")] }
}

fn texts(texts: &[&str]) -> Value {
    Value::Texts(texts.iter().map(|&text| text.to_owned()).collect())
}

#[test]
fn several_values_are_kept_in_the_order_of_the_list_and_none_twice() {
    use ProblemCode::NotInPicklist;
    let cases = [
        (&["Blue", "Red"][..], Ok(texts(&["Red", "Blue"]))),
        (&["Red", "Red"], Ok(texts(&["Red"]))),
        (&[], Ok(Value::Null)),
        (&["Red", "Old"], Err(NotInPicklist)),
        (&["red"], Err(NotInPicklist)),
        (&[""], Err(NotInPicklist)),
    ];
    for (chosen, expected) in cases {
        assert_eq!(verdict(several(), texts(chosen)), expected, "{chosen:?}");
    }
}

#[test]
fn a_hundred_values_can_be_chosen_and_no_more() {
    let list: Vec<_> = (0..101).map(|number| number.to_string()).collect();
    let kind =
        FieldKind::MultiPicklist { values: list.iter().map(|value| PickValue::plain(value)).collect() };
    assert_eq!(verdict(kind.clone(), Value::Texts(list.clone())), Err(ProblemCode::TooMany));
    let hundred = Value::Texts(list[1..].to_vec());
    assert_eq!(verdict(kind, hundred.clone()), Ok(hundred));
}

#[test]
fn texts_are_taken_or_refused_with_a_reason() {
    use ProblemCode::{InvalidCharacter, InvalidEmail, InvalidPhone, InvalidUrl, NotInPicklist, TooLong};
    let text = FieldKind::Text { max: 3 };
    let (email, phone, url) = (FieldKind::Email, FieldKind::Phone, FieldKind::Url);
    let cases: Vec<(&FieldKind, String, Result<(), ProblemCode>)> = vec![
        (&text, "åß🐵".into(), Ok(())),
        (&text, "four".into(), Err(TooLong)),
        (&text, "a\0".into(), Err(InvalidCharacter)),
        (&FieldKind::LongText, "x\n".repeat(50_000), Ok(())),
        (&FieldKind::LongText, "x".repeat(100_001), Err(TooLong)),
        (&FieldKind::LongText, "\0".into(), Err(InvalidCharacter)),
        (&email, "lsivyer2@youtu.be".into(), Ok(())),
        (&email, "sivyer".into(), Err(InvalidEmail)),
        (&email, "@youtu.be".into(), Err(InvalidEmail)),
        (&email, "a@b@c".into(), Err(InvalidEmail)),
        (&email, "a@b..c".into(), Err(InvalidEmail)),
        (&email, "a b@c".into(), Err(InvalidEmail)),
        (&email, "a@b\0".into(), Err(InvalidEmail)),
        (&email, format!("{}@b", "a".repeat(253)), Err(InvalidEmail)),
        (&phone, "1(302)556-4395".into(), Ok(())),
        (&phone, "+49 30 123456 ext. 7".into(), Ok(())),
        (&phone, "n/a".into(), Err(InvalidPhone)),
        (&phone, "<script>123".into(), Err(InvalidPhone)),
        (&phone, "1".repeat(41), Err(TooLong)),
        (&url, "http://1688.com/at/nunc.aspx".into(), Ok(())),
        (&url, "HTTPS://example.com".into(), Ok(())),
        (&url, "javascript:alert(1)".into(), Err(InvalidUrl)),
        (&url, "java\nscript:alert(1)".into(), Err(InvalidUrl)),
        (&url, "https://a\tb.example".into(), Err(InvalidUrl)),
        (&url, "data:text/html,x".into(), Err(InvalidUrl)),
        (&url, "ftp://example.com".into(), Err(InvalidUrl)),
        (&url, "example.com".into(), Err(InvalidUrl)),
    ];
    for (kind, text, expected) in cases {
        let expected = expected.map(|()| Value::text(&*text));
        let case: String = text.chars().take(40).collect();
        assert_eq!(verdict(kind.clone(), Value::Text(text)), expected, "{case:?}");
    }
    assert_eq!(verdict(picklist(), Value::text("New")), Ok(Value::text("New")));
    for text in ["Retired", "new", "Old"] {
        assert_eq!(verdict(picklist(), Value::text(text)), Err(NotInPicklist), "{text}");
    }
}

#[test]
fn numbers_are_taken_or_refused_with_a_reason() {
    use ProblemCode::{OutOfRange, TooPrecise};
    let decimal = FieldKind::Decimal { scale: 2 };
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    let safe = 9_007_199_254_740_991;
    let cases = [
        ("the largest integer", FieldKind::Integer, Value::Integer(safe), Ok(())),
        ("the smallest integer", FieldKind::Integer, Value::Integer(-safe), Ok(())),
        ("one more", FieldKind::Integer, Value::Integer(safe + 1), Err(OutOfRange)),
        ("the least of all", FieldKind::Integer, Value::Integer(i64::MIN), Err(OutOfRange)),
        ("two digits", decimal.clone(), Value::Decimal(number("12.50")), Ok(())),
        ("zeros beyond the scale", decimal.clone(), Value::Decimal(number("12.50000")), Ok(())),
        ("three digits", decimal.clone(), Value::Decimal(number("12.505")), Err(TooPrecise)),
        ("just fits", decimal.clone(), Value::Decimal(number("92233720368547758.07")), Ok(())),
        ("just does not", decimal.clone(), Value::Decimal(number("92233720368547758.08")), Err(OutOfRange)),
        ("the largest of all", decimal, Value::Decimal(Decimal::MAX), Err(OutOfRange)),
        ("money", FieldKind::Currency, eur(number("-0.0001")), Ok(())),
        ("too fine money", FieldKind::Currency, eur(number("0.00001")), Err(TooPrecise)),
        ("too much money", FieldKind::Currency, eur(number("922337203685477.5808")), Err(OutOfRange)),
    ];
    for (case, kind, value, expected) in cases {
        assert_eq!(verdict(kind, value.clone()), expected.map(|()| value), "{case}");
    }
}

#[test]
fn a_number_is_stored_without_digits_it_has_no_room_for() {
    let stored = |text: &str| {
        let value = Value::Decimal(text.parse().unwrap());
        verdict(FieldKind::Decimal { scale: 2 }, value).unwrap().to_string()
    };
    assert_eq!(stored("12.5000"), "12.5");
    assert_eq!(stored("12.50"), "12.50");
    assert_eq!(stored("-0.00"), "0");
}

#[test]
fn a_value_of_another_kind_is_refused() {
    let kinds = [
        FieldKind::Text { max: 9 },
        FieldKind::LongText,
        FieldKind::Integer,
        FieldKind::Decimal { scale: 2 },
        FieldKind::Currency,
        FieldKind::Boolean,
        FieldKind::Date,
        FieldKind::DateTime,
        picklist(),
        several(),
        FieldKind::Email,
        FieldKind::Phone,
        FieldKind::Url,
        object("contact").field("account").unwrap().kind.clone(),
    ];
    for kind in kinds {
        let other = if kind == FieldKind::Boolean { Value::text("true") } else { Value::Boolean(true) };
        assert_eq!(verdict(kind.clone(), other), Err(ProblemCode::WrongKind), "{kind:?}");
        let nothing = [Value::Null, Value::text("")];
        for nothing in
            nothing.into_iter().take(if kind.value_kind() == sutra_kernel::ValueKind::Text { 2 } else { 1 })
        {
            assert_eq!(verdict(kind.clone(), nothing), Ok(Value::Null), "{kind:?}");
        }
    }
}

#[test]
fn a_required_field_cannot_be_empty() {
    for nothing in [Value::Null, Value::text("")] {
        let refused = draft(&object("task"), 1, fields([("subject", nothing)]));
        let Err(RecordError::Validation(problems)) = refused else { panic!("accepted") };
        assert_eq!(
            (problems[0].code, &*problems[0].message),
            (ProblemCode::Required, "Subject must have a value.")
        );
    }
}

#[test]
fn kinds_survive_their_stored_form() {
    let several = with_kind(several());
    for field in several.fields.iter().chain(&object("campaign").fields) {
        let json = serde_json::to_string(&field.kind).unwrap();
        assert_eq!(serde_json::from_str::<FieldKind>(&json).unwrap(), field.kind, "{json}");
    }
    let def = Arc::new(object("contact"));
    let json = serde_json::to_value(&def.field("account").unwrap().kind).unwrap();
    assert_eq!(json, serde_json::json!({ "type": "reference", "target": "account", "on_delete": "keep" }));
}
