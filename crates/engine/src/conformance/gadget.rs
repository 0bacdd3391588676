//! An object with a field of every kind.

use std::collections::BTreeSet;

use sutra_acl::{Owner, Runs, Scope};
use sutra_crypto::sha256;
use sutra_kernel::{
    ApiName, Condition, Decimal, Entropy, FieldId, Money, ObjectId, RecordId, RoleId, Test, Timestamp,
    UserId, Uuid, Value,
};
use sutra_privacy::{DataCategory, DataSubject};
use sutra_records::{
    FieldDef, FieldKind, Fields, Mask, ObjectDef, OnDelete, PickValue, Preparing, Slot, SlotFamily,
};

use super::dice::Dice;

/// The indexed fields of a gadget: what its lists can be filtered and ordered by.
pub(super) const INDEXED: [&str; 11] =
    ["name", "stage", "email", "phone", "count", "weight", "price", "active", "day", "moment", "parent"];

const STAGES: [&str; 3] = ["open", "Open ended", "closed"];
const TOPICS: [&str; 4] = ["red", "Straße № 5", "\"quoted\" \\ '", "re"];

pub(super) fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

/// The definition of gadgets, or of something alike under another name.
pub(super) fn define(object: &str) -> ObjectDef {
    use SlotFamily::{Integer, Text, Uuid};
    let picks = STAGES.map(PickValue::plain).to_vec();
    let topics = TOPICS.map(PickValue::plain).to_vec();
    let parent = FieldKind::Reference { target: name(object), on_delete: OnDelete::Keep };
    let fields = [
        ("name", FieldKind::Text { max: 2_000 }, Some((Text, 0))),
        ("stage", FieldKind::Picklist { values: picks }, Some((Text, 11))),
        ("email", FieldKind::Email, Some((Text, 2))),
        ("phone", FieldKind::Phone, Some((Text, 3))),
        ("topics", FieldKind::MultiPicklist { values: topics }, None),
        ("site", FieldKind::Url, None),
        ("notes", FieldKind::LongText, None),
        ("secret", FieldKind::LongText, None),
        ("count", FieldKind::Integer, Some((Integer, 0))),
        ("weight", FieldKind::Decimal { scale: 2 }, Some((Integer, 1))),
        ("price", FieldKind::Currency, Some((Integer, 2))),
        ("active", FieldKind::Boolean, Some((Integer, 3))),
        ("day", FieldKind::Date, Some((Integer, 4))),
        ("moment", FieldKind::DateTime, Some((Integer, 11))),
        ("parent", parent, Some((Uuid, 7))),
    ];
    ObjectDef {
        id: ObjectId::from_uuid(uuid_of(object)),
        name: name(object),
        label: "Gadget".to_owned(),
        plural: name(&format!("{object}s")),
        plural_label: "Gadgets".to_owned(),
        name_field: name("name"),
        subject: DataSubject::Reference(name("parent")),
        standard: false,
        needs_reason: false,
        fields: fields.into_iter().map(|(field, kind, slot)| field_def(object, field, kind, slot)).collect(),
        emptying: BTreeSet::new(),
        help: "A thing with a field of every kind.".to_owned(),
    }
}

/// An object whose records belong to those of another.
pub(super) fn part(object: &str, of: &str) -> ObjectDef {
    let kind = FieldKind::Reference { target: name(of), on_delete: OnDelete::Cascade };
    let mut part = define(object);
    part.fields.push(field_def(object, "whole", kind, Some((SlotFamily::Uuid, 0))));
    part
}

fn field_def(object: &str, field: &str, kind: FieldKind, slot: Option<(SlotFamily, u8)>) -> FieldDef {
    FieldDef {
        id: FieldId::from_uuid(uuid_of(&format!("{object}/{field}"))),
        name: name(field),
        label: field.to_uppercase(),
        kind,
        required: field == "name",
        default: None,
        unique: false,
        searchable: matches!(field, "name" | "email" | "phone" | "notes"),
        encrypted: field == "secret",
        mask: Mask::Whole,
        slot: slot.map(|(family, number)| Slot::new(family, number)),
        preparing: Preparing::default(),
        category: if field == "email" { DataCategory::Personal } else { DataCategory::Business },
        help: format!("The {field} of the gadget."),
    }
}

fn uuid_of(text: &str) -> Uuid {
    Uuid::from_slice(&sha256(text.as_bytes())[..16]).unwrap()
}

/// What these users own, and those with these roles.
pub(super) fn runs(owners: &[UserId], roles: &[RoleId]) -> Scope {
    let owners = owners.iter().copied().map(Owner::User).collect();
    Scope::of(Runs { owners, roles: roles.to_vec(), ..Runs::default() })
}

/// Nothing but a name.
pub(super) fn named(text: &str) -> Fields {
    Fields::from([(name("name"), Value::text(text))])
}

/// A value in every field.
pub(super) fn full(dice: &Dice) -> Fields {
    let mut fields: Fields =
        INDEXED.iter().map(|field| (name(field), value(dice, field))).filter(|(_, v)| !v.is_null()).collect();
    fields.insert(name("name"), Value::text("Straße № 5 – \"quoted\" \\ 日本"));
    fields.insert(name("weight"), Value::Decimal("12.50".parse().unwrap()));
    fields.insert(name("topics"), Value::Texts(TOPICS.map(str::to_owned).to_vec()));
    fields.insert(name("site"), Value::text("https://example.com/a?b=c"));
    fields.insert(name("notes"), Value::text("first line\nsecond line\u{1f600}"));
    fields.insert(name("secret"), Value::text("\"quoted\" \\ 日本"));
    fields
}

/// Values as they happen to be: some missing, many alike, so that filters hit and orders tie.
pub(super) fn some(dice: &Dice) -> Fields {
    let mut fields = Fields::new();
    for field in INDEXED {
        if field == "name" || dice.below(4) > 0 {
            fields.insert(name(field), value(dice, field));
        }
    }
    let topics = topics(dice);
    if !topics.is_empty() {
        fields.insert(name("topics"), Value::Texts(topics));
    }
    fields
}

/// Some of the values that can be chosen, perhaps none.
fn topics(dice: &Dice) -> Vec<String> {
    TOPICS.iter().filter(|_| dice.below(3) == 0).map(|&topic| topic.to_owned()).collect()
}

/// A value that the field could have, and that a filter could compare with.
pub(super) fn value(dice: &Dice, field: &str) -> Value {
    match field {
        "name" => Value::text(text(dice)),
        "stage" => Value::text(dice.pick(&STAGES)),
        "email" => Value::text(dice.pick(&["Asa@Example.com", "asa@example.com", "bo@example.com"])),
        "phone" => Value::text(dice.pick(&["+49 30 1234", "030 / 99 88", "*31# 7"])),
        "count" => Value::Integer(dice.pick(&[-9_007_199_254_740_991, -1, 0, 1, 2, 9_007_199_254_740_991])),
        "weight" => Value::Decimal(decimal(dice.pick(&["-0.01", "0", "0.5", "0.50", "10.25"]))),
        "price" => Value::Money(Money {
            amount: decimal(dice.pick(&["-3", "0.0001", "10", "10.0", "922337203685477.5807"])),
            currency: dice.pick(&["EUR", "USD"]).parse().unwrap(),
        }),
        "active" => Value::Boolean(dice.below(2) == 0),
        "day" => Value::Date(dice.pick(&["1969-12-31", "2024-02-29", "2026-01-01"]).parse().unwrap()),
        "moment" => Value::Timestamp(Timestamp::from_micros(dice.pick(&[-1, 0, 1, 1_767_225_600_000_001]))),
        "parent" => Value::Reference(RecordId::from_uuid(Uuid::from_u128(1 + dice.below(3) as u128))),
        other => panic!("`{other}` is not indexed"),
    }
}

/// Texts that differ in case, in script, in nothing but their ends, and past what a slot holds.
fn text(dice: &Dice) -> String {
    let long = |end: &str| format!("{}{end}", "x".repeat(300));
    let texts =
        ["Alpha", "ALPHA", "alpha 2", "Straße", "STRASSE", "Ångström", "50%", "5_0", "\u{1f600}", "z"];
    match dice.below(texts.len() + 2) {
        0 => long("a"),
        1 => long("b"),
        n => texts[n - 2].to_owned(),
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A condition on the indexed and the system fields, up to this many levels deep.
pub(super) fn condition<R>(dice: &Dice, owners: &[Value], depth: usize) -> Condition<R> {
    let part = || condition(dice, owners, depth - 1);
    match if depth == 0 { 3 } else { dice.below(6) } {
        0 => Condition::All((0..dice.below(3)).map(|_| part()).collect()),
        1 => Condition::Any((0..dice.below(3)).map(|_| part()).collect()),
        2 => Condition::Not(Box::new(part())),
        _ => test(dice, owners),
    }
}

fn test<R>(dice: &Dice, owners: &[Value]) -> Condition<R> {
    let fields = INDEXED.iter().copied().chain(["ownerId", "createdAt", "topics"]).collect::<Vec<_>>();
    let field = dice.pick(&fields);
    if field == "topics" {
        return Condition::test(name(field), chosen(dice));
    }
    let value = || match field {
        "ownerId" => dice.pick(owners),
        "createdAt" => Value::Timestamp(super::home::at(dice.below(100) as u64)),
        field => cut(value(dice, field)),
    };
    let test = match dice.below(10) {
        0 => Test::Eq(value()),
        1 => Test::Neq(value()),
        2 => Test::In((0..dice.below(4)).map(|_| value()).collect()),
        3 => Test::Gt(value()),
        4 => Test::Gte(value()),
        5 => Test::Lt(value()),
        6 => Test::Lte(value()),
        7 => Test::IsNull(dice.below(2) == 0),
        8 => Test::Eq(Value::Null),
        _ => match value() {
            Value::Text(text) => Test::StartsWith(text.chars().take(dice.below(4)).collect()),
            value => Test::Eq(value),
        },
    };
    Condition::test(name(field), test)
}

fn chosen(dice: &Dice) -> Test {
    match dice.below(4) {
        0 => Test::IsNull(dice.below(2) == 0),
        1 => Test::Includes(vec![dice.pick(&["RED", "STRASSE № 5", "green", ""]).to_owned()]),
        _ => Test::Includes(topics(dice)),
    }
}

/// As much of a text as a filter may compare with.
fn cut(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.chars().take(200).collect()),
        value => value,
    }
}

/// A digest like that of a file.
pub(super) fn digest(dice: &Dice) -> [u8; 32] {
    let mut digest = [0; 32];
    dice.fill(&mut digest);
    digest
}
