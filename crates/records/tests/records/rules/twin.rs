//! A second opinion: the language's own interpreter, which shares neither the checks nor the evaluation with ours.

use cel::{Context, Program};
use proptest::prelude::*;
use sutra_kernel::Value;
use sutra_records::{FieldDef, FieldKind, Metadata, ObjectDef, PickValue, Record};

use super::{new_rule, rule};
use crate::company::{blank, fields, name, object, plan};

const LIST: [&str; 3] = ["a", "aé", "b"];

/// An object of two whole numbers, two texts, two truths and a list of texts, which the language has too.
fn gadget() -> ObjectDef {
    let mut def = object("campaign");
    let kinds = [
        ("i", FieldKind::Integer),
        ("j", FieldKind::Integer),
        ("s", FieldKind::LongText),
        ("t", FieldKind::LongText),
        ("b", FieldKind::Boolean),
        ("c", FieldKind::Boolean),
        ("l", FieldKind::MultiPicklist { values: LIST.map(PickValue::plain).to_vec() }),
    ];
    let model = def.fields.iter().find(|field| field.name.as_str() == "description").unwrap().clone();
    for (field, kind) in kinds {
        def.fields.push(FieldDef { name: name(field), kind, ..model.clone() });
    }
    def
}

fn number() -> BoxedStrategy<String> {
    let leaf =
        prop_oneof![Just("i".to_owned()), Just("j".to_owned()), (-9..9_i64).prop_map(|n| n.to_string())];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let operator = proptest::sample::select(vec!["+", "-", "*"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            inner.prop_map(|a| format!("-({a})")),
            text().prop_map(|text| format!("size({text})")),
            Just("size(l)".to_owned()),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    proptest::sample::select(vec!["s", "t", "'a'", "'aé'", "''"]).prop_map(str::to_owned).boxed()
}

fn truth() -> BoxedStrategy<String> {
    let compared = |side: fn() -> BoxedStrategy<String>, operators: &[&'static str]| {
        let operator = proptest::sample::select(operators.to_vec());
        (side(), operator, side()).prop_map(|(a, op, b)| format!("{a} {op} {b}"))
    };
    let leaf = prop_oneof![
        Just("b".to_owned()),
        Just("c".to_owned()),
        Just("true".to_owned()),
        compared(number, &["==", "!=", "<", "<=", ">", ">="]),
        compared(text, &["==", "!="]),
        (text(), proptest::sample::select(vec!["startsWith", "endsWith", "contains"]), text())
            .prop_map(|(a, test, b)| format!("{a}.{test}({b})")),
        (number(), number()).prop_map(|(a, b)| format!("{a} in [1, {b}]")),
        proptest::sample::select(vec!["s", "t", "'a'", "'aé'"]).prop_map(|text| format!("{text} in l")),
        proptest::sample::select(vec!["i", "s", "b", "l"]).prop_map(|field| format!("{field} == null")),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let operator = proptest::sample::select(vec!["&&", "||"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
        ]
    })
    .boxed()
}

#[derive(Debug, Clone)]
struct Values {
    numbers: [Option<i64>; 2],
    texts: [Option<String>; 2],
    truths: [Option<bool>; 2],
    list: Vec<String>,
}

fn values() -> impl Strategy<Value = Values> {
    let number = || proptest::option::of(-9..9_i64);
    let text = || proptest::option::of("[aéb]{1,3}");
    let truth = || proptest::option::of(any::<bool>());
    let list = proptest::sample::subsequence(LIST.map(str::to_owned).to_vec(), 0..=LIST.len());
    ([number(), number()], [text(), text()], [truth(), truth()], list)
        .prop_map(|(numbers, texts, truths, list)| Values { numbers, texts, truths, list })
}

/// What the language's interpreter says; nothing for an error.
fn theirs(expression: &str, values: &Values) -> Option<bool> {
    let mut context = Context::default();
    for (name, value) in ["i", "j"].into_iter().zip(values.numbers) {
        context.add_variable_from_value(name, value.map_or(cel::Value::Null, cel::Value::Int));
    }
    for (name, value) in ["s", "t"].into_iter().zip(values.texts.clone()) {
        context.add_variable_from_value(name, value.map_or(cel::Value::Null, cel::Value::from));
    }
    for (name, value) in ["b", "c"].into_iter().zip(values.truths) {
        context.add_variable_from_value(name, value.map_or(cel::Value::Null, cel::Value::Bool));
    }
    let list = Some(values.list.clone()).filter(|list| !list.is_empty());
    context.add_variable_from_value("l", list.map_or(cel::Value::Null, cel::Value::from));
    match Program::compile(expression).unwrap().execute(&context) {
        Ok(cel::Value::Bool(truth)) => Some(truth),
        _ => None,
    }
}

/// What ours says; nothing if it is undecided.
fn ours(expression: &str, values: &Values) -> Option<bool> {
    let def = gadget();
    let [i, j] = values.numbers.map(|value| value.map_or(Value::Null, Value::Integer));
    let [s, t] = values.texts.clone().map(|value| value.map_or(Value::Null, Value::Text));
    let [b, c] = values.truths.map(|value| value.map_or(Value::Null, Value::Boolean));
    let list = Some(values.list.clone()).filter(|list| !list.is_empty());
    let l = list.map_or(Value::Null, Value::Texts);
    let mut fields = fields([("i", i), ("j", j), ("s", s), ("t", t), ("b", b), ("c", c), ("l", l)]);
    fields.retain(|_, value| !value.is_null());
    let record = Record { fields, ..blank(&def, 1) };
    let rule = rule(&def, 1, new_rule(expression)).unwrap();
    let metadata = Metadata::new(1, vec![def.clone()]).unwrap().with_rules(vec![rule]);
    match metadata.rules(def.id).violations(&record, plan().object(def.id)).as_slice() {
        [] => Some(true),
        [violation] if violation.message == "Mend it." => Some(false),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn ours_says_what_the_language_s_own_interpreter_says(expression in truth(), values in values()) {
        prop_assert_eq!(ours(&expression, &values), theirs(&expression, &values), "{}", expression);
    }
}
