//! The type of an object's records: `Account`, with its fields, its owner and what it refers to.

use std::sync::Arc;

use async_graphql::{
    Context, Result, Value,
    dynamic::{Field, FieldFuture, FieldValue, Object, TypeRef},
};
use sutra_acl::Action;
use sutra_engine::{Error, Revealed};
use sutra_kernel::{self as kernel, ApiName};
use sutra_records::{FieldDef, FieldKind, Mask, ObjectDef, Record, View};

use super::{
    build::{at_once, loader, object, plain, shared, viewing},
    names::{ObjectNames, reference_id, type_name},
    people, scalar,
};
use crate::{
    context::RequestContext,
    loader::{RecordKey, RightsKey},
};

const RECORD_ACCESS: &str = "RecordAccess";

/// How many bytes of a default are said where its field is described.
const SHORT: usize = 80;

/// A record as the caller sees it: what the fields of its type are read from.
pub(super) type Shown = Arc<View>;

/// The type of this object's records.
pub(super) fn record_type(def: &Arc<ObjectDef>) -> Object {
    let base = Object::new(ObjectNames::of(def).record).description(&def.help);
    let base = system_fields().into_iter().fold(base, Object::field).field(access_field());
    def.fields.iter().fold(base, |ty, field| match field.target() {
        Some(target) => ty.field(reference_field(field, target)).field(reference_id_field(field, target)),
        None if field.encrypted => ty.field(encrypted_field(field)),
        None => ty.field(value_field(field)),
    })
}

/// What the caller may do with a record: the same type for all objects.
pub(super) fn access_type() -> Object {
    let boolean = || TypeRef::named_nn(TypeRef::BOOLEAN);
    let read = plain("read", boolean(), "Whether you may read it.", |it: &Access| it.read.into());
    let update = plain("update", boolean(), "Whether you may change it.", |it: &Access| it.update.into());
    let delete = plain("delete", boolean(), "Whether you may delete it.", |it: &Access| it.delete.into());
    let share = plain(
        "share",
        boolean(),
        "Whether you may share it. One that another record controls is shared through that.",
        |it: &Access| it.share.into(),
    );
    let transfer =
        plain("transfer", boolean(), "Whether you may give it away.", |it: &Access| it.transfer.into());
    let hidden = plain(
        "hiddenFields",
        TypeRef::named_nn_list_nn(TypeRef::STRING),
        "The fields that you may not read, or that are erased; null here, and named in `extensions.redacted`.",
        |it: &Access| it.hidden.iter().map(ToString::to_string).collect(),
    );
    let masked = plain(
        "maskedFields",
        TypeRef::named_nn_list_nn(TypeRef::STRING),
        "The encrypted fields that you see masked: what they have here is no value, and is not to be sent back.",
        |it: &Access| it.masked.iter().map(ToString::to_string).collect(),
    );
    Object::new(RECORD_ACCESS)
        .description("What you may do with a record.")
        .field(read)
        .field(update)
        .field(delete)
        .field(share)
        .field(transfer)
        .field(hidden)
        .field(masked)
}

/// The words that describe a field to somebody who has never seen it.
pub(super) fn describe(field: &FieldDef) -> String {
    let what = if field.help.is_empty() { format!("{}.", field.label) } else { field.help.clone() };
    let values = match field.kind {
        FieldKind::Picklist { .. } => " One of the values of its picklist.",
        FieldKind::MultiPicklist { .. } => {
            " Values of its picklist, in the order of the list and none twice; null if there are none."
        }
        _ => "",
    };
    let parent =
        if field.is_parent() { " Deleted, brought back and removed for good along with it." } else { "" };
    let required = if field.required { " Every record has it." } else { "" };
    let unique = if field.unique { " No two records have the same." } else { "" };
    let encrypted = match (field.encrypted, field.mask) {
        (false, _) => "",
        (true, Mask::Whole) => {
            " Encrypted: without View Encrypted Data it reads as `••••••••`, also where there is no value."
        }
        (true, Mask::LastFour) => {
            " Encrypted: without View Encrypted Data it reads as `••••` and its last four characters."
        }
    };
    format!("{what}{values}{parent}{required}{unique}{encrypted}")
}

/// The same of the field of a new record.
pub(super) fn describe_new(field: &FieldDef) -> String {
    let default = field.default.as_ref().map(|default| match default.to_string() {
        text if text.len() <= SHORT && !text.contains(char::is_control) => {
            format!(" Left out, it is `{text}`.")
        }
        _ => " Left out, it has its default.".to_owned(),
    });
    describe(field) + &default.unwrap_or_default()
}

struct Access {
    read: bool,
    update: bool,
    delete: bool,
    share: bool,
    transfer: bool,
    hidden: Vec<ApiName>,
    masked: Vec<ApiName>,
}

fn system_fields() -> Vec<Field> {
    let id = || TypeRef::named_nn(TypeRef::ID);
    let at = || TypeRef::named_nn(scalar::DATE_TIME);
    vec![
        of_record("id", id(), "Its identifier, for good.", |record| Value::from(record.id.to_string())),
        of_record(
            "version",
            TypeRef::named_nn(scalar::LONG),
            "Counts its changes, from 1. Send it with a change to be told if somebody else was faster.",
            |record| scalar::count(record.version),
        ),
        of_record("ownerId", id(), "The user or the queue that owns it.", |record| {
            Value::from(record.owner.to_string())
        }),
        people::owner_field("The user or the queue that owns it.", |_, view: &Shown| Some(view.record.owner)),
        of_record("createdAt", at(), "When it was made.", |record| {
            Value::from(record.created_at.to_string())
        }),
        people::user_field("createdBy", "The user who made it.", |view: &Shown| view.record.created_by),
        of_record("updatedAt", at(), "When it was changed last.", |record| {
            Value::from(record.updated_at.to_string())
        }),
        people::user_field("updatedBy", "The user who changed it last.", |view: &Shown| {
            view.record.updated_by
        }),
    ]
}

fn of_record(name: &str, ty: TypeRef, description: &str, read: fn(&Record) -> Value) -> Field {
    plain(name, ty, description, move |view: &Shown| read(&view.record))
}

fn access_field() -> Field {
    let field = Field::new("_access", TypeRef::named_nn(RECORD_ACCESS), |ctx| {
        FieldFuture::new(async move {
            let view = ctx.parent_value.try_downcast_ref::<Shown>()?;
            let key = RightsKey { object: view.record.object, id: view.record.id };
            let rights = loader(&ctx)?.load_one(key).await.map_err(shared)?.unwrap_or_default();
            let access = Access {
                read: rights.has(Action::Read),
                update: rights.has(Action::Update),
                delete: rights.has(Action::Delete),
                share: rights.has(Action::Share),
                transfer: rights.has(Action::Transfer),
                hidden: view.hidden.clone(),
                masked: view.masked.clone(),
            };
            Ok(object(Some(access)))
        })
    });
    field.description("What you may do with this record.")
}

fn value_field(def: &FieldDef) -> Field {
    let name = def.name.clone();
    let field = Field::new(def.name.as_str(), scalar::output_type(&def.kind), move |ctx| {
        at_once(read(&ctx, ctx.parent_value, &name).map(shown))
    });
    field.description(describe(def))
}

/// What the caller is shown of an encrypted field: opened, if at all, only now that it is asked for.
fn encrypted_field(def: &FieldDef) -> Field {
    let name = def.name.clone();
    let field = Field::new(def.name.as_str(), scalar::output_type(&def.kind), move |ctx| {
        let name = name.clone();
        FieldFuture::new(async move {
            let view = ctx.parent_value.try_downcast_ref::<Shown>()?;
            let revealed = if view.hides(&name) {
                Revealed::Hidden
            } else {
                viewing(&ctx).await?.reveal(view, &name).await?
            };
            match revealed {
                Revealed::Value(value) => Ok(shown(value)),
                Revealed::Mask(mask) => Ok(shown(kernel::Value::Text(mask))),
                Revealed::Hidden => {
                    RequestContext::of(&ctx)?.redact(&ctx);
                    Ok(None)
                }
                Revealed::Damaged => Err(damaged(view, &name).into()),
            }
        })
    });
    field.description(describe(def))
}

/// For operators, without a word of what is there.
fn damaged(view: &View, name: &ApiName) -> Error {
    Error::Internal(format!("the sealed value of `{name}` in {} does not open", view.record.id).into())
}

/// The record that a field refers to. It is null if the caller may not read that record, and then so is its id.
fn reference_field(def: &FieldDef, target: &ApiName) -> Field {
    let (name, target) = (def.name.clone(), target.clone());
    let field = Field::new(def.name.as_str(), TypeRef::named(type_name(target.as_str())), move |ctx| {
        let (name, target) = (name.clone(), target.clone());
        FieldFuture::new(async move {
            let value = read(&ctx, ctx.parent_value, &name)?;
            Ok(object(load(&ctx, &target, &value).await?))
        })
    });
    field.description(describe(def) + " Null too if you may not read that record.")
}

fn reference_id_field(def: &FieldDef, target: &ApiName) -> Field {
    let (name, target) = (def.name.clone(), target.clone());
    let field = Field::new(reference_id(def), TypeRef::named(TypeRef::ID), move |ctx| {
        let (name, target) = (name.clone(), target.clone());
        FieldFuture::new(async move {
            let value = read(&ctx, ctx.parent_value, &name)?;
            let found = load(&ctx, &target, &value).await?;
            Ok(found.map(|view| Value::from(view.record.id.to_string())))
        })
    });
    field.description(format!("The identifier of `{}`, and null where that is null.", def.name))
}

/// The value of a field. One that the caller may not read is null, and its place in the answer is noted.
fn read(ctx: &Context<'_>, parent: &FieldValue<'_>, name: &ApiName) -> Result<kernel::Value> {
    let view = parent.try_downcast_ref::<Shown>()?;
    if view.hides(name) {
        RequestContext::of(ctx)?.redact(ctx);
    }
    Ok(view.value(name))
}

fn shown<'a>(value: kernel::Value) -> Option<FieldValue<'a>> {
    match value {
        kernel::Value::Null => None,
        kernel::Value::Money(money) => Some(FieldValue::owned_any(money)),
        other => Some(FieldValue::value(scalar::write(&other))),
    }
}

/// The record that a value refers to, if there is one that the caller may read.
pub(super) async fn load(
    ctx: &Context<'_>,
    target: &ApiName,
    value: &kernel::Value,
) -> Result<Option<Shown>> {
    let kernel::Value::Reference(id) = value else { return Ok(None) };
    let key = RecordKey { object: target.clone(), id: *id };
    loader(ctx)?.load_one(key).await.map_err(shared)
}
