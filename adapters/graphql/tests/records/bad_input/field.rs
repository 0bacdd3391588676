//! What each type of field refuses, and with which code.

use serde_json::{Value, json};

use super::{argument::Bad, shelf::Thing};

const BAD: &str = "BAD_USER_INPUT";
const INVALID: &str = "VALIDATION_FAILED";

/// What a field of this type refuses.
///
/// # Panics
/// If nobody has said so.
pub(super) fn refused(ty: &str, it: &Thing) -> Vec<Bad> {
    let mut bad = vec![("a list", json!([[]]), BAD), ("an object", json!({ "a": 1 }), BAD)];
    bad.extend(match ty {
        "TEXT" => texts(256),
        "LONG_TEXT" => texts(131_073),
        "PICKLIST" => [texts(256), vec![("no value of its list", json!("Nonsense"), INVALID)]].concat(),
        "MULTI_PICKLIST" => [
            texts(256),
            vec![("no value of its list", json!(["Nonsense"]), INVALID), ("no value", json!([null]), BAD)],
        ]
        .concat(),
        "EMAIL" => [texts(256), vec![("no address", json!("nobody"), INVALID)]].concat(),
        "PHONE" => [texts(256), vec![("no number", json!("call me"), INVALID)]].concat(),
        "URL" => [texts(2_049), vec![("a script", json!("javascript:alert(1)"), INVALID)]].concat(),
        "INTEGER" => integers(),
        "DECIMAL" => decimals(),
        "MONEY" => money(),
        "BOOLEAN" => vec![("a number", json!(1), BAD), ("a word", json!("true"), BAD)],
        "DATE" => days(),
        "DATE_TIME" => vec![("a day", json!("2026-03-01"), BAD), ("a number", json!(5), BAD)],
        "REFERENCE" => references(it),
        other => panic!("nobody says what fields of type {other} refuse: add a row"),
    });
    bad
}

fn texts(length: usize) -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("a truth", json!(true), BAD),
        ("U+0000", json!("a\0b"), BAD),
        ("too long", json!("x".repeat(length)), INVALID),
    ]
}

fn integers() -> Vec<Bad> {
    vec![
        ("a text", json!("5"), BAD),
        ("a part", json!(1.5), BAD),
        ("more than there can be", json!(9_007_199_254_740_992_u64), BAD),
    ]
}

fn decimals() -> Vec<Bad> {
    vec![
        ("a number", json!(1.5), BAD),
        ("a word", json!("much"), BAD),
        ("no number", json!("NaN"), BAD),
        ("more than there can be", json!("9".repeat(40)), BAD),
    ]
}

fn money() -> Vec<Bad> {
    let money = |amount: Value, currency: Value| json!({ "amount": amount, "currency": currency });
    vec![
        ("a text", json!("1 EUR"), BAD),
        ("no currency", json!({ "amount": "1" }), BAD),
        ("no amount", money(Value::Null, json!("EUR")), BAD),
        ("a number", money(json!(1), json!("EUR")), BAD),
        ("a word for a currency", money(json!("1"), json!("euro")), BAD),
        ("too exact", money(json!("1.00001"), json!("EUR")), INVALID),
        ("more than there can be", money(json!("9".repeat(25)), json!("EUR")), INVALID),
    ]
}

fn days() -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("a word", json!("tomorrow"), BAD),
        ("a day that is none", json!("2026-02-30"), BAD),
        ("an instant", json!("2026-03-01T00:00:00Z"), BAD),
    ]
}

fn references(it: &Thing) -> Vec<Bad> {
    vec![
        ("a number", json!(5), BAD),
        ("a word", json!("Acme"), BAD),
        ("of another kind", json!(it.user), BAD),
        ("of no record", json!("rec_01h455vb4pex5vsknk084sn02q"), "NOT_FOUND"),
        ("of another workspace", json!(it.foreign), "NOT_FOUND"),
    ]
}
