//! What rules about access may ask of a record.

use sutra_kernel::{Condition, Decimal, Test, Value};
use sutra_records::{Readable, check_condition};

use crate::company::{eur, name, object};

fn on(field: &str, test: Test) -> Condition {
    Condition::test(name(field), test)
}

fn many(comparisons: usize) -> Condition {
    Condition::All((0..comparisons).map(|_| on("name", Test::IsNull(false))).collect())
}

fn nested(depth: usize) -> Condition {
    (1..depth).fold(on("name", Test::IsNull(true)), |part, _| Condition::Not(Box::new(part)))
}

/// The problem of a condition on opportunities, for a rule that hides and for one that shares.
#[test]
fn a_rule_reads_what_the_record_itself_keeps() {
    let text = |text: &str| Value::text(text);
    let not_indexed =
        "the field `description` is not indexed: a rule that hides records reads indexed fields";
    let cases = [
        ("an indexed text", on("name", Test::Eq(text("A"))), "", ""),
        ("money that is there", on("amount", Test::IsNull(false)), "", ""),
        ("money", on("amount", Test::Gt(eur(Decimal::ONE))), "", ""),
        ("an instant of every record", on("createdAt", Test::IsNull(false)), "", ""),
        ("a long text", on("description", Test::StartsWith("A".to_owned())), not_indexed, ""),
        ("nothing", Condition::Any(Vec::new()), "a rule compares at least one field", "same"),
        ("an unknown field", on("spaceship", Test::IsNull(true)), "there is no field `spaceship`", "same"),
        (
            "an amount alone",
            on("amount", Test::Eq(Value::Decimal(Decimal::ONE))),
            "the field `amount` cannot be compared with such a value",
            "same",
        ),
        (
            "a number as a text",
            on("name", Test::In(vec![Value::Integer(1)])),
            "the field `name` cannot be compared with such a value",
            "same",
        ),
        (
            "a long text as a number",
            on("description", Test::Eq(Value::Integer(1))),
            not_indexed,
            "the field `description` cannot be compared with such a value",
        ),
        ("as much as there may be", many(100), "", ""),
        ("too much", many(101), "a rule has at most 100 comparisons, nested at most 10 deep", "same"),
        ("as deep as it may be", nested(10), "", ""),
        ("too deep", nested(11), "a rule has at most 100 comparisons, nested at most 10 deep", "same"),
    ];
    for (what, condition, hides, shares) in cases {
        let shares = if shares == "same" { hides } else { shares };
        for (readable, expected) in [(Readable::Indexed, hides), (Readable::Stored, shares)] {
            let checked = check_condition(&object("opportunity"), &condition, readable);
            let problem = checked.err().map(|problem| problem.to_string()).unwrap_or_default();
            assert_eq!(problem, expected, "{what}, {readable:?}");
        }
    }
}

#[test]
fn an_encrypted_field_is_read_by_no_rule() {
    let mut def = object("contact");
    def.fields.iter_mut().find(|field| field.name.as_str() == "title").unwrap().encrypted = true;
    for readable in [Readable::Indexed, Readable::Stored] {
        let problem = check_condition(&def, &on("title", Test::IsNull(true)), readable).unwrap_err();
        assert_eq!(problem.to_string(), "the field `title` is encrypted: no rule reads it");
    }
}
