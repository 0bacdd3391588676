//! What a change of a definition looks like in the ledger. Definitions are nobody's personal data, so all is plain.

use std::collections::BTreeMap;

use sutra_audit::{EntryDraft, Event, Target};
use sutra_kernel::Value;
use sutra_records::{FieldDef, FieldKind, ObjectDef, OnDelete, PickValue, Slot, ValidationRule};

use crate::permissions::change;

/// Nothing if it is only in its fields that the object changes.
pub(super) fn word_object(before: Option<&ObjectDef>, after: &ObjectDef) -> Option<EntryDraft> {
    let event = if before.is_some() { Event::ObjectUpdate } else { Event::ObjectCreate };
    let sides = |object: &ObjectDef| {
        [
            ("name", Value::text(object.name.as_str())),
            ("label", Value::text(&object.label)),
            ("plural", Value::text(object.plural.as_str())),
            ("pluralLabel", Value::text(&object.plural_label)),
            ("help", Value::text(&object.help)),
            ("subject", Value::text(object.subject.to_string())),
            ("needsReason", Value::Boolean(object.needs_reason)),
        ]
    };
    let entry = EntryDraft::new(event).target(Target::thing("object", after.id.uuid()));
    let entry = changes(entry, before.map(sides), sides(after));
    Some(entry).filter(|entry| !entry.changes.is_empty())
}

pub(super) fn word_field(object: &ObjectDef, before: Option<&FieldDef>, after: &FieldDef) -> EntryDraft {
    let event = if before.is_some() { Event::FieldUpdate } else { Event::FieldCreate };
    let sides = |field: &FieldDef| {
        [
            ("object", Value::text(object.name.as_str())),
            ("name", Value::text(field.name.as_str())),
            ("label", Value::text(&field.label)),
            ("type", Value::text(kind(&field.kind))),
            ("required", Value::Boolean(field.required)),
            ("searchable", Value::Boolean(field.searchable)),
            ("unique", Value::Boolean(field.unique)),
            ("slot", field.slot.map(Slot::column).map_or(Value::Null, Value::Text)),
            ("category", Value::text(field.category.as_str())),
            ("mask", if field.encrypted { Value::text(field.mask.as_str()) } else { Value::Null }),
            ("help", Value::text(&field.help)),
            ("default", field.default.clone().unwrap_or(Value::Null)),
        ]
    };
    let entry = EntryDraft::new(event).target(Target::thing("field", after.id.uuid()));
    let entry = changes(entry, before.map(sides), sides(after));
    let old = before.map_or(&[][..], |before| before.kind.picks());
    let old: BTreeMap<_, _> = old.iter().map(|it| (&it.value, it)).collect();
    after.kind.picks().iter().fold(entry, |entry, pick| {
        let old = old.get(&pick.value).map(|pick| shown(pick));
        change(entry, &format!("value:{}", pick.value), old, shown(pick))
    })
}

pub(super) fn word_rule(
    object: &ObjectDef,
    before: Option<&ValidationRule>,
    after: &ValidationRule,
) -> EntryDraft {
    let event = if before.is_some() { Event::RuleUpdate } else { Event::RuleCreate };
    let sides = |rule: &ValidationRule| {
        [
            ("object", Value::text(object.name.as_str())),
            ("name", Value::text(rule.name.as_str())),
            ("expression", Value::text(&rule.expression)),
            ("message", Value::text(&rule.message)),
            ("active", Value::Boolean(rule.active)),
        ]
    };
    let entry = EntryDraft::new(event).target(Target::thing("rule", after.id.uuid()));
    changes(entry, before.map(sides), sides(after))
}

fn changes<const N: usize>(
    entry: EntryDraft,
    before: Option<[(&str, Value); N]>,
    after: [(&str, Value); N],
) -> EntryDraft {
    let mut old = before.into_iter().flatten().map(|(_, value)| value);
    after.into_iter().fold(entry, |entry, (field, new)| change(entry, field, old.next(), new))
}

fn shown(pick: &PickValue) -> Value {
    let retired = if pick.active { "" } else { " (retired)" };
    Value::Text(format!("{}{retired}", pick.label))
}

fn kind(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text { max } => format!("text of {max}"),
        FieldKind::LongText => "long text".to_owned(),
        FieldKind::Integer => "integer".to_owned(),
        FieldKind::Decimal { scale } => format!("decimal with {scale} digits"),
        FieldKind::Currency => "currency".to_owned(),
        FieldKind::Boolean => "boolean".to_owned(),
        FieldKind::Date => "date".to_owned(),
        FieldKind::DateTime => "date and time".to_owned(),
        FieldKind::Picklist { .. } => "picklist".to_owned(),
        FieldKind::MultiPicklist { .. } => "multi-picklist".to_owned(),
        FieldKind::Email => "email".to_owned(),
        FieldKind::Phone => "phone".to_owned(),
        FieldKind::Url => "url".to_owned(),
        FieldKind::Reference { target, on_delete: OnDelete::Keep } => format!("reference to {target}"),
        FieldKind::Reference { target, on_delete: OnDelete::Cascade } => {
            format!("reference to {target}, deleted along")
        }
    }
}
