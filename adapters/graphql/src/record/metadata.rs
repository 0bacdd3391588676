//! The workspace's objects and fields, to be read: what a page needs to draw forms and lists.

use std::sync::Arc;

use async_graphql::{
    Value,
    dynamic::{Enum, EnumItem, Field, FieldFuture, Object, TypeRef},
};
use sutra_records::{FieldDef, FieldKind, Metadata, ObjectDef, PickValue};

use super::{
    build::{list, object, objects, plain, required},
    scalar,
};

const OBJECT: &str = "ObjectInfo";
const FIELD: &str = "FieldInfo";
const TYPE: &str = "FieldType";
const PICK: &str = "PicklistValue";

type Info = Arc<ObjectDef>;

pub(super) fn queries(metadata: &Arc<Metadata>) -> [Field; 2] {
    let all = Arc::clone(metadata);
    let every = Field::new("objects", TypeRef::named_nn_list_nn(OBJECT), move |_| {
        let found: Vec<Info> = all.objects().to_vec();
        FieldFuture::new(async move { Ok(Some(objects(found))) })
    });
    let named = Arc::clone(metadata);
    let one = Field::new("object", TypeRef::named(OBJECT), move |ctx| {
        let named = Arc::clone(&named);
        FieldFuture::new(async move {
            let found = named.object_named(ctx.args.try_get("name")?.string().unwrap_or_default()).cloned();
            Ok(object(found))
        })
    });
    [
        every.description("The objects of your workspace, in the order they are shown."),
        one.description("An object of your workspace; null if there is none of this name.")
            .argument(required("name", TypeRef::STRING, "Its name, such as `account`.")),
    ]
}

pub(super) fn types() -> [Object; 3] {
    let object = Object::new(OBJECT)
        .description("A kind of record, such as Account.")
        .field(text("name", "What it is called here: `account`. It never changes.", |it: &Info| {
            it.name.as_str()
        }))
        .field(text("label", "What people call one.", |it: &Info| &it.label))
        .field(text("plural", "The name of its lists here: `accounts`.", |it: &Info| it.plural.as_str()))
        .field(text("pluralLabel", "What people call several.", |it: &Info| &it.plural_label))
        .field(text("help", "What it is, in a sentence.", |it: &Info| &it.help))
        .field(text("nameField", "The field that names a record where it is referred to.", |it: &Info| {
            it.name_field.as_str()
        }))
        .field(plain(
            "needsReason",
            TypeRef::named_nn(TypeRef::BOOLEAN),
            "Whether a change of a record needs the argument `reason`.",
            |it: &Info| it.needs_reason.into(),
        ))
        .field(list("fields", FIELD, "Its fields, in the order they are shown.", |it: &Info| {
            it.fields.clone()
        }));
    [object, field_type(), pick_type()]
}

/// What a field can hold.
pub(super) fn type_enum() -> Enum {
    let base = Enum::new(TYPE).description("What a field holds.");
    TYPES.into_iter().fold(base, |base, (name, about)| base.item(EnumItem::new(name).description(about)))
}

fn field_type() -> Object {
    let boolean = || TypeRef::named_nn(TypeRef::BOOLEAN);
    let base = Object::new(FIELD)
        .description("A field of an object.")
        .field(text("name", "What it is called here. It never changes.", |it: &FieldDef| it.name.as_str()))
        .field(text("label", "What people call it.", |it: &FieldDef| &it.label))
        .field(text("help", "What it is, in a sentence; may be empty.", |it: &FieldDef| &it.help))
        .field(plain("type", TypeRef::named_nn(TYPE), "What it holds.", |it: &FieldDef| {
            Value::from(type_name(&it.kind))
        }))
        .field(plain("required", boolean(), "Whether every record must have it.", |it: &FieldDef| {
            it.required.into()
        }))
        .field(plain("unique", boolean(), "Whether no two records can have the same.", |it: &FieldDef| {
            it.unique.into()
        }))
        .field(plain(
            "indexed",
            boolean(),
            "Whether lists can be filtered and ordered by it.",
            |it: &FieldDef| it.index().is_some().into(),
        ))
        .field(plain(
            "searchable",
            boolean(),
            "Whether lists can be searched by its words.",
            |it: &FieldDef| it.is_searched().into(),
        ))
        .field(plain(
            "encrypted",
            boolean(),
            "Whether its values are sealed, and masked to those without View Encrypted Data. `_access` says of each \
             record whether you see masks.",
            |it: &FieldDef| it.encrypted.into(),
        ));
    let default = plain(
        "defaultValue",
        TypeRef::named(scalar::FIELD_VALUE),
        "What a new record has in it if nothing is said; null if nothing.",
        |it: &FieldDef| it.default.as_ref().map_or(Value::Null, scalar::whole),
    );
    let target = plain(
        "target",
        TypeRef::named(TypeRef::STRING),
        "The object that a reference refers to; null for other fields.",
        |it: &FieldDef| it.target().map(ToString::to_string).into(),
    );
    let picks =
        list("picklist", PICK, "The values to choose from; empty for other fields.", |it: &FieldDef| {
            it.kind.picks().to_vec()
        });
    base.field(default).field(target).field(picks)
}

fn pick_type() -> Object {
    let active = TypeRef::named_nn(TypeRef::BOOLEAN);
    Object::new(PICK)
        .description("A value to choose from.")
        .field(text("value", "What is stored.", |it: &PickValue| &it.value))
        .field(text("label", "What people see.", |it: &PickValue| &it.label))
        .field(plain("active", active, "Whether it can still be chosen.", |it: &PickValue| it.active.into()))
}

fn text<T: std::any::Any + Send + Sync>(name: &str, description: &str, read: fn(&T) -> &str) -> Field {
    plain(name, TypeRef::named_nn(TypeRef::STRING), description, move |it: &T| Value::from(read(it)))
}

const TYPES: [(&str, &str); 14] = [
    ("TEXT", "One line of text."),
    ("LONG_TEXT", "Text of many lines."),
    ("INTEGER", "A whole number."),
    ("DECIMAL", "An exact decimal number."),
    ("MONEY", "An amount of money in its currency."),
    ("BOOLEAN", "True or false."),
    ("DATE", "A calendar day."),
    ("DATE_TIME", "An instant."),
    ("PICKLIST", "One of a list of values."),
    ("MULTI_PICKLIST", "Any of a list of values."),
    ("EMAIL", "An e-mail address."),
    ("PHONE", "A telephone number."),
    ("URL", "A web address."),
    ("REFERENCE", "Another record."),
];

fn type_name(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "TEXT",
        FieldKind::LongText => "LONG_TEXT",
        FieldKind::Integer => "INTEGER",
        FieldKind::Decimal { .. } => "DECIMAL",
        FieldKind::Currency => "MONEY",
        FieldKind::Boolean => "BOOLEAN",
        FieldKind::Date => "DATE",
        FieldKind::DateTime => "DATE_TIME",
        FieldKind::Picklist { .. } => "PICKLIST",
        FieldKind::MultiPicklist { .. } => "MULTI_PICKLIST",
        FieldKind::Email => "EMAIL",
        FieldKind::Phone => "PHONE",
        FieldKind::Url => "URL",
        FieldKind::Reference { .. } => "REFERENCE",
    }
}
