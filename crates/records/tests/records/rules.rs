//! Validation rules: what they may say, what that means, and what is told of them.

mod text;
mod twin;

use sutra_kernel::{Decimal, RuleId, Uuid, Value};
use sutra_records::{
    FieldKind, Fields, Metadata, NewRule, ObjectDef, Patch, PickValue, Record, RecordError, RuleEdit,
    RuleError, Rules, ValidationRule, Violation, standard,
};

use crate::company::{
    ANNA, confirm_under, draft, eur, fields, later, name, now, object, permit, plan, plan_without, stored,
};

fn new_rule(expression: &str) -> NewRule {
    NewRule {
        name: "sensible".to_owned(),
        expression: expression.to_owned(),
        message: "Mend it.".to_owned(),
        active: true,
    }
}

fn rule(def: &ObjectDef, number: u128, new: NewRule) -> Result<ValidationRule, RuleError> {
    ValidationRule::define(RuleId::from_uuid(Uuid::from_u128(number)), def, new)
}

fn rules<const N: usize>(def: &ObjectDef, expressions: [&str; N]) -> Rules {
    let rule = |(number, expression): (u128, &str)| {
        let name = format!("rule{number}");
        rule(def, number, NewRule { name, ..new_rule(expression) }).unwrap()
    };
    let rules = (1..).zip(expressions).map(rule).collect();
    Metadata::new(1, standard::objects()).unwrap().with_rules(rules).rules(def.id)
}

/// Whether an opportunity with these values complies; nothing if that is undecided.
fn complies(expression: &str, values: Fields) -> Option<bool> {
    let def = object("opportunity");
    let record = stored(&def, 1, with_required(values));
    let violations = rules(&def, [expression]).violations(&record, plan().object(def.id));
    match violations.as_slice() {
        [] => Some(true),
        [violation] if violation.message == "Mend it." => Some(false),
        _ => None,
    }
}

fn with_required(mut values: Fields) -> Fields {
    values.entry(name("name")).or_insert(Value::text("Ten pumps"));
    values.entry(name("closeDate")).or_insert(Value::Date("2026-06-30".parse().unwrap()));
    values.entry(name("stage")).or_insert(Value::text("Prospecting"));
    values
}

fn decimal(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

#[test]
fn a_rule_says_what_must_be_true() {
    let ten = || fields([("amount", eur(Decimal::new(1_000, 2))), ("probability", decimal("12.50"))]);
    let cases = [
        ("true", Some(true)),
        ("false", Some(false)),
        ("name == \"Ten pumps\"", Some(true)),
        ("name == \"ten pumps\"", Some(false)),
        ("name.startsWith('Ten') && name.endsWith('pumps') && !name.contains(\"valve\")", Some(true)),
        ("size(name) == 9 && name.size() <= 9.0", Some(true)),
        ("stage in ['Closed Won', 'Closed Lost']", Some(false)),
        ("stage != 'Closed Won' || amount != null", Some(true)),
        ("amount.amount > 9.99 && amount.currency == 'EUR'", Some(true)),
        ("amount.currency in ['USD', 'CHF']", Some(false)),
        ("probability == 12.5", Some(true)),
        ("probability * amount.amount - 25 == 100", Some(true)),
        ("-probability + 0.1 == -12.4", Some(true)),
        ("probability >= 0 ? probability <= 100 : false", Some(true)),
        ("closeDate == date('2026-06-30')", Some(true)),
        ("closeDate > date(createdAt)", Some(true)),
        ("createdAt < timestamp('2026-03-01T10:30:00+01:00')", Some(false)),
        ("updatedAt >= createdAt && ownerId == createdById", Some(true)),
        ("description == null && nextStep != 'call'", Some(true)),
        ("description == 'x' // a remark", Some(false)),
    ];
    for (expression, expected) in cases {
        assert_eq!(complies(expression, ten()), expected, "{expression}");
    }
}

#[test]
fn what_compares_with_an_empty_field_is_undecided_unless_something_else_decides() {
    let cases = [
        ("amount.amount > 0", None),
        ("amount == null || amount.amount > 0", Some(true)),
        ("amount.amount > 0 || amount == null", Some(true)),
        ("amount != null && amount.amount > 0", Some(false)),
        ("amount.amount > 0 && amount != null", Some(false)),
        ("amount == null ? true : amount.amount > 0", Some(true)),
        ("!(probability < 5)", None),
        ("probability == null", Some(true)),
        ("probability != 5", Some(true)),
        ("probability in [1, 2]", Some(false)),
        ("probability + 1 == 1", None),
        ("nextStep.startsWith('x')", None),
        ("size(nextStep) > 0", None),
        ("leadSource == null", Some(true)),
    ];
    for (expression, expected) in cases {
        assert_eq!(complies(expression, Fields::new()), expected, "{expression}");
    }
}

#[test]
fn a_rule_reads_what_is_chosen_of_a_list() {
    let mut def = object("opportunity");
    def.fields.retain(|field| field.target().is_none());
    let field = def.fields.iter_mut().find(|field| field.name.as_str() == "nextStep").unwrap();
    field.kind =
        FieldKind::MultiPicklist { values: ["Call", "Visit", "Wait"].map(PickValue::plain).to_vec() };
    let chosen = |texts: &[&str]| match texts {
        [] => Value::Null,
        texts => Value::Texts(texts.iter().map(|&text| text.to_owned()).collect()),
    };
    let both = &["Call", "Wait"][..];
    let cases = [
        ("'Wait' in nextStep", both, Some(true)),
        ("!('Visit' in nextStep)", both, Some(true)),
        ("size(nextStep) == 2 && nextStep.size() < 3", both, Some(true)),
        ("leadSource in nextStep", both, Some(false)),
        ("nextStep != null", both, Some(true)),
        ("nextStep == null", &[], Some(true)),
        ("'Wait' in nextStep", &[], None),
        ("size(nextStep) == 0", &[], None),
    ];
    for (expression, texts, expected) in cases {
        let values = fields([("nextStep", chosen(texts))]);
        let record = Record { fields: values, ..stored(&def, 1, with_required(Fields::new())) };
        let rule = rule(&def, 1, new_rule(expression)).unwrap();
        let metadata = Metadata::new(1, vec![def.clone()]).unwrap().with_rules(vec![rule]);
        let violations = metadata.rules(def.id).violations(&record, plan().object(def.id));
        let complies = match violations.as_slice() {
            [] => Some(true),
            [violation] if violation.message == "Mend it." => Some(false),
            _ => None,
        };
        assert_eq!(complies, expected, "{expression} of {texts:?}");
    }
    let refused = [
        ("'Sleep' in nextStep", "the list of field `nextStep` has no value `Sleep`"),
        ("1 in nextStep", "`in` needs a text and was given a number"),
        ("nextStep == 'Call'", "a list of texts cannot be compared with a text"),
        ("nextStep.startsWith('Call')", "`startsWith` needs a text and was given a list of texts"),
    ];
    for (expression, said) in refused {
        assert_eq!(rule(&def, 1, new_rule(expression)).unwrap_err().to_string(), said, "{expression}");
    }
}

#[test]
fn numbers_are_exact_or_undecided() {
    let largest = || fields([("probability", decimal("92233720368547758.07"))]);
    assert_eq!(complies("0.1 + 0.2 == 0.3", Fields::new()), Some(true));
    assert_eq!(complies("probability + 0.0000000001 > probability", largest()), Some(true));
    assert_eq!(complies("probability * probability > 0", largest()), None);
    assert_eq!(complies("1e-20 * 1e-20 > 0", Fields::new()), None);
}

#[test]
fn what_a_rule_cannot_mean_is_refused_in_a_sentence() {
    let nested = format!("{}name == ''", "true == (".repeat(30));
    let long = "name == '' || ".repeat(80);
    let cases = [
        ("amount", "a rule needs true or false and was given an amount of money"),
        ("size(name)", "a rule needs true or false and was given a number"),
        ("nmae == ''", "there is no field `nmae`"),
        ("id == null", "no rule can read `id`: no two records have the same"),
        (
            "account == null",
            "field `account` cannot be read by a rule, because it is empty for whoever may not see the record it names",
        ),
        ("name == 1", "a text cannot be compared with a number"),
        ("closeDate < createdAt", "a date and an instant have no order"),
        ("name < 'M'", "a text and a text have no order"),
        (
            "amount > amount",
            "amounts of money have no order, because of their currencies: compare `amount`, and say in which `currency`",
        ),
        ("amount.value > 0", "an amount of money has the parts `amount` and `currency`"),
        ("name.length > 0", "a text has no part `length`"),
        ("amount.currency == 'euro'", "expected a currency code of three upper-case letters, such as `EUR`"),
        ("stage == 'Closed won'", "the list of field `stage` has no value `Closed won`"),
        ("stage in ['Closed won']", "the list of field `stage` has no value `Closed won`"),
        ("stage in name", "after `in` comes a list, such as `[\"a\", \"b\"]`, or a multi-picklist"),
        ("['a'] == null", "a list can only stand after `in`"),
        ("probability / 2 > 1", "a rule does not divide, because that is not exact: multiply the other side"),
        ("name + name == ''", "`+` needs a number and was given a text"),
        ("!name", "`!` needs true or false and was given a text"),
        ("name.matches('a*')", "`matches` is not known in rules"),
        ("now() > createdAt", "`now` is not known in rules"),
        ("double(probability) > 1.0", "`double` is not known in rules"),
        ("name[0] == 'a'", "`_[_]` is not known in rules"),
        ("1u == 1u", "a rule has no use for unsigned numbers and bytes"),
        ("{'a': 1} == null", "a rule has no use for `{ }`"),
        ("Money{amount: 1} == null", "a rule has no use for `{ }`"),
        ("has(amount.amount)", "`has()` is not known here: write `field != null`"),
        (
            "[1, 2].all(x, x > 0)",
            "a rule has nothing to repeat: `all`, `exists`, `map` and `filter` are not known here",
        ),
        ("date('tomorrow') > closeDate", "a date is written like `date(\"2026-03-01\")`"),
        ("timestamp(name) > createdAt", "an instant is written like `timestamp(\"2026-03-01T09:30:00Z\")`"),
        ("probability > 0.1234567890123456", "an expression has at most 15 digits in one number"),
        (
            "name ==",
            "the expression cannot be read: mismatched input '<EOF>' expecting expression (line 1, column 8)",
        ),
        (
            "",
            "the expression cannot be read: mismatched input '<EOF>' expecting expression (line 1, column 1)",
        ),
        ("name == '\u{0}'", "the expression cannot be read: it has characters that are not shown"),
        (&nested, "the expression cannot be read: expression recursion limit exceeded: 24"),
        (&long, "an expression has at most 1000 characters"),
    ];
    for (expression, expected) in cases {
        let refused = rule(&object("opportunity"), 1, new_rule(expression)).unwrap_err();
        assert_eq!(refused.to_string(), expected, "{expression}");
    }
}

#[test]
fn an_encrypted_field_is_not_read() {
    let mut def = object("opportunity");
    def.fields.iter_mut().find(|field| field.name.as_str() == "nextStep").unwrap().encrypted = true;
    let refused = rule(&def, 1, new_rule("nextStep != null")).unwrap_err();
    assert_eq!(refused.to_string(), "field `nextStep` cannot be read by a rule, because it is encrypted");
}

#[test]
fn a_name_and_a_message_can_be_shown() {
    let def = object("opportunity");
    let make = |name: &str, message: &str| {
        let (name, message) = (name.to_owned(), message.to_owned());
        rule(&def, 1, NewRule { name, message, ..new_rule("true") })
    };
    assert_eq!(make("sensible", "  Mend it. ").unwrap().message, "Mend it.");
    for (name, message) in [("Not a name", "Mend it."), ("sensible", " "), ("sensible", "a\u{7}b")] {
        assert!(matches!(make(name, message), Err(RuleError::Definition(_))), "{name}: {message}");
    }
}

#[test]
fn an_edit_changes_what_it_names_and_is_checked_like_a_new_rule() {
    let def = object("opportunity");
    let before = rule(&def, 1, new_rule("true")).unwrap();
    let off = before.clone().edited(&def, RuleEdit { active: Some(false), ..RuleEdit::default() }).unwrap();
    assert_eq!(off, ValidationRule { active: false, ..before.clone() });
    let nonsense = RuleEdit { expression: Some("nmae".to_owned()), ..RuleEdit::default() };
    assert_eq!(before.edited(&def, nonsense), Err(RuleError::UnknownField("nmae".to_owned())));
}

#[test]
fn every_broken_rule_is_told_at_once_and_a_rule_that_is_off_is_not() {
    let def = object("opportunity");
    let mut list: Vec<_> = rules(
        &def,
        ["name == ''", "true", "closeDate == null && amount == null", "amount.amount > 0", "false"],
    )
    .iter()
    .cloned()
    .collect();
    list[4].active = false;
    let rules = Metadata::new(1, standard::objects()).unwrap().with_rules(list).rules(def.id);
    let refused = confirm_under(&rules, draft(&def, 1, with_required(Fields::new())).unwrap());
    let Err(RecordError::Rules(violations)) = refused else { panic!("three rules are broken") };
    let told: Vec<_> = violations.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "rule1 of name: Mend it.",
            "rule3 of amount,closeDate: Mend it.",
            "rule4 of amount: a rule comes to no answer, because a value that it needs is empty or too large",
        ]
    );
}

fn told(violation: &Violation) -> String {
    let Some(rule) = &violation.rule else { return violation.message.clone() };
    let fields: Vec<&str> = rule.fields.iter().map(|field| field.as_str()).collect();
    format!("{} of {}: {}", rule.name, fields.join(","), violation.message)
}

#[test]
fn whoever_may_not_read_a_field_is_told_the_same_whatever_its_rules_say() {
    let def = object("opportunity");
    let plan = plan_without(ANNA, &["amount"], &[]);
    let record = stored(&def, 1, with_required(Fields::new()));
    let cases = [
        ("one says no", rules(&def, ["amount != null"])),
        ("one is undecided", rules(&def, ["amount.amount > 0"])),
        ("two say no", rules(&def, ["amount != null", "amount != null && name != ''"])),
    ];
    for (case, rules) in cases {
        let told: Vec<_> = rules.violations(&record, plan.object(def.id)).iter().map(told).collect();
        assert_eq!(told, ["not allowed by a rule"], "{case}");
    }
}

#[test]
fn a_rule_without_a_meaning_lets_nothing_pass() {
    let def = object("opportunity");
    let mut broken = rule(&def, 1, new_rule("true")).unwrap();
    broken.expression = "gone == 1".to_owned();
    let rules = Metadata::new(1, standard::objects()).unwrap().with_rules(vec![broken]).rules(def.id);
    let refused = confirm_under(&rules, draft(&def, 1, with_required(Fields::new())).unwrap());
    assert!(matches!(refused, Err(RecordError::Rules(_))));
}

#[test]
fn every_image_after_is_judged_but_that_of_a_deletion() {
    let (def, plan) = (object("opportunity"), plan());
    let never = rules(&def, ["false"]);
    let record = stored(&def, 1, with_required(Fields::new()));
    let of = |action| permit(&plan, action, &record);
    let patch = Patch { fields: fields([("nextStep", Value::text("call"))]), owner: None };
    let update =
        record.clone().update(&def, plan.object(def.id), of(sutra_acl::Action::Update), patch, later());
    assert!(matches!(confirm_under(&never, update.unwrap()), Err(RecordError::Rules(_))), "update");
    let delete = record.clone().delete(of(sutra_acl::Action::Delete), later()).unwrap();
    let deleted = confirm_under(&never, delete).unwrap().into_after();
    let back = deleted.clone().restore(permit(&plan, sutra_acl::Action::Restore, &deleted), now()).unwrap();
    assert!(matches!(confirm_under(&never, back), Err(RecordError::Rules(_))), "restore");
}

/// Each begins with a remark that names the object.
#[test]
fn the_examples_of_the_manual_are_rules() {
    let manual = include_str!("../../../../docs/validation-rules.md");
    let examples: Vec<_> =
        manual.split("```cel\n// ").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        let (name, _) = example.split_once(':').unwrap();
        let defined = rule(&object(name), 1, new_rule(&format!("// {example}")));
        assert!(defined.is_ok(), "{example}: {defined:?}");
    }
}
