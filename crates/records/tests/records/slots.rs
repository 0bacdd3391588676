//! Slots.

use std::cmp::Ordering;

use proptest::prelude::*;
use sutra_kernel::{Decimal, Timestamp, Uuid, Value, fold};
use sutra_records::{FieldDef, FieldKind, Slot, SlotFamily, SlotScalar, project, slot_value};

use crate::company::{draft, eur, fields, id, object};

fn of_kind(kind: FieldKind) -> FieldDef {
    FieldDef { kind, ..object("account").fields[0].clone() }
}

/// Two values of one field, as a field may have them.
fn pairs() -> impl Strategy<Value = (FieldDef, Value, Value)> {
    fn two(kind: FieldKind, values: BoxedStrategy<Value>) -> BoxedStrategy<(FieldDef, Value, Value)> {
        let values = prop_oneof![1 => Just(Value::Null), 5 => values].boxed();
        (Just(of_kind(kind)), values.clone(), values).boxed()
    }
    let cents = any::<i64>().prop_map(|cents| Value::Decimal(Decimal::new(cents, 2)));
    let instants = any::<i64>().prop_map(Timestamp::from_micros);
    prop_oneof![
        two(FieldKind::Text { max: 255 }, "(\\PC|[aAäÄßﬀ]){0,12}".prop_map(Value::Text).boxed()),
        two(FieldKind::Integer, any::<i64>().prop_map(Value::Integer).boxed()),
        two(FieldKind::Decimal { scale: 2 }, cents.boxed()),
        two(FieldKind::Currency, any::<i64>().prop_map(|units| eur(Decimal::new(units, 4))).boxed()),
        two(FieldKind::Boolean, any::<bool>().prop_map(Value::Boolean).boxed()),
        two(FieldKind::Date, instants.prop_map(|at| Value::Date(at.date())).boxed()),
        two(
            FieldKind::DateTime,
            any::<i64>().prop_map(|n| Value::Timestamp(Timestamp::from_micros(n))).boxed()
        ),
        two(
            object("contact").field("account").unwrap().kind.clone(),
            any::<u128>().prop_map(|n| Value::Reference(id(n))).boxed(),
        ),
    ]
}

/// Any number at all, so that validation has something to refuse.
fn numbers() -> impl Strategy<Value = Decimal> {
    (any::<i128>(), 0_u32..=28).prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits >> 33, scale))
}

proptest! {
    #[test]
    fn slots_are_ordered_as_values_are((field, a, b) in pairs()) {
        prop_assert_eq!(slot_value(&field, &a).cmp(&slot_value(&field, &b)), a.compare(&b).unwrap());
    }

    #[test]
    fn what_validation_accepts_has_a_slot_form(number in numbers(), money in numbers(), whole in any::<i64>()) {
        let cases = [
            ("opportunity", "probability", Value::Decimal(number)),
            ("campaign", "actualCost", eur(money)),
            ("account", "numberOfEmployees", Value::Integer(whole)),
        ];
        for (object_name, field, value) in cases {
            let def = object(object_name);
            let required = [
                ("name", Value::text("x")),
                ("stage", Value::text("Prospecting")),
                ("closeDate", Value::Date(Timestamp::from_micros(0).date())),
            ];
            let mut values = fields(required);
            values.retain(|name, _| def.field(name.as_str()).is_some());
            values.extend(fields([(field, value)]));
            if let Ok(draft) = draft(&def, 1, values) {
                let field = def.field(field).unwrap();
                prop_assert_ne!(slot_value(field, &draft.after().value(&field.name)), SlotScalar::Null);
            }
        }
    }

    /// A slot is a prefix of the folded text, and all of it unless that has more than 256 bytes.
    #[test]
    fn a_long_text_is_cut_between_characters(text in "(a|ß|🐵|é|ﷺ){0,120}") {
        let SlotScalar::Text(cut) = slot_value(&of_kind(FieldKind::Text { max: 255 }), &Value::text(&*text)) else {
            panic!("no text");
        };
        let whole = fold(&text);
        prop_assert!(whole.starts_with(&cut));
        let fits = whole.len() <= 256;
        prop_assert_eq!(fits, cut == whole);
        prop_assert!(fits || (253..=256).contains(&cut.len()));
    }
}

#[test]
fn a_record_is_projected_into_the_slots_of_its_fields() {
    let values = fields([
        ("name", Value::text("ÅSA & Co")),
        ("numberOfEmployees", Value::Integer(7)),
        ("annualRevenue", eur(Decimal::new(125, 1))),
        ("description", Value::text("not indexed")),
    ]);
    let slots = project(&object("account"), &values);
    assert_eq!(slots.text[0].as_deref(), Some("åsa & co"));
    assert_eq!(slots.integer[..2], [Some(7), Some(125_000)]);
    assert_eq!(slots.text.iter().flatten().count() + slots.integer.iter().flatten().count(), 3);
    let links = project(&object("task"), &fields([("account", Value::Reference(id(5)))]));
    assert_eq!(links.uuid[..3], [None, Some(Uuid::from_u128(5)), None]);
}

#[test]
fn a_value_the_field_could_not_have_has_no_slot_form() {
    let cases = [
        ("another kind", FieldKind::Integer, Value::text("7")),
        ("too fine", FieldKind::Decimal { scale: 0 }, Value::Decimal(Decimal::new(5, 1))),
        ("too large", FieldKind::Decimal { scale: 1 }, Value::Decimal(Decimal::from(i64::MAX))),
    ];
    for (case, kind, value) in cases {
        assert_eq!(slot_value(&of_kind(kind), &value).cmp(&SlotScalar::Null), Ordering::Equal, "{case}");
    }
}

#[test]
fn slots_are_named_by_their_columns() {
    let cases = [
        ("text_03", Some(Slot::new(SlotFamily::Text, 3))),
        ("int_11", Some(Slot::new(SlotFamily::Integer, 11))),
        ("uuid_07", Some(Slot::new(SlotFamily::Uuid, 7))),
        ("uuid_08", None),
        ("text_12", None),
        ("text_3", None),
        ("text_+3", None),
        ("blob_00", None),
        ("text", None),
    ];
    for (column, slot) in cases {
        assert_eq!(column.parse().ok(), slot, "{column}");
        assert!(slot.is_none_or(|slot| slot.to_string() == column), "{column}");
    }
}
