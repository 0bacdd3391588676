//! Changing records: create, update, delete, restore, purge, and restoring an earlier version.

use std::sync::Arc;

use async_graphql::{
    Result, Value,
    dynamic::{Field, FieldFuture, InputObject, InputValue, Object, ResolverContext, TypeRef},
};
use sutra_engine::{Changed, Earlier, Edit, Error, Written};
use sutra_kernel::ApiName;
use sutra_records::{FieldDef, Fields, ObjectDef};

use super::{
    build::{
        id_argument, items_of, object, optional, plain, reason_argument, required, version_argument, writer,
    },
    names::{ObjectNames, reference_id},
    object::{Shown, describe, describe_new},
    scalar::{self, Entries},
};
use crate::{context::RequestContext, id::parse_owner, idempotency};

/// What can be done to a record.
#[derive(Clone, Copy)]
enum Act {
    Create,
    Update,
    Delete,
    Restore,
    Purge,
    Revert,
}

/// What a change came to.
pub(super) struct Payload {
    shown: Option<Shown>,
    pub(super) written: Written<Changed>,
}

impl Payload {
    pub(super) fn of(mut written: Written<Changed>) -> Arc<Self> {
        let shown = written.value.view.take().map(Arc::new);
        Arc::new(Self { shown, written })
    }
}

/// The mutations of an object.
pub(super) fn mutations(def: &Arc<ObjectDef>) -> [Field; 6] {
    let names = ObjectNames::of(def);
    let one = def.label.to_lowercase();
    let id = || required("id", TypeRef::ID, "Which one.");
    let version = || {
        let about = "The version you have seen: VERSION_CONFLICT if it is no longer the newest.";
        optional("version", scalar::LONG, about)
    };
    [
        mutation(&names.create, def, Act::Create)
            .description(format!(
                "Makes a record of the kind {one}. You own it unless you name another owner."
            ))
            .argument(required("input", &names.create_input, "Its values.")),
        mutation(&names.update, def, Act::Update)
            .description(format!(
                "Changes a record of the kind {one}. If nothing changes, nothing is written."
            ))
            .argument(id())
            .argument(required("input", &names.update_input, "What is to change."))
            .argument(version()),
        mutation(&names.delete, def, Act::Delete)
            .description(format!("Deletes a record of the kind {one}. It can be restored."))
            .argument(id())
            .argument(version()),
        mutation(&names.restore, def, Act::Restore)
            .description(format!("Brings back a deleted record of the kind {one}."))
            .argument(id()),
        mutation(&names.purge, def, Act::Purge)
            .description(format!(
                "Removes a deleted record of the kind {one} for good. What the ledger says of it stays."
            ))
            .argument(id()),
        mutation(&names.revert, def, Act::Revert)
            .description(format!(
                "Gives the fields of a record of the kind {one} the values they had in an earlier version. It becomes a \
                 new version, and nothing of what came between is lost; the owner stays. FORBIDDEN names the fields \
                 that you may not restore, VALIDATION_FAILED those that cannot be."
            ))
            .argument(id())
            .argument(required("version", scalar::LONG, "The version that is to be restored."))
            .argument(
                InputValue::new("fields", TypeRef::named_nn_list(TypeRef::STRING))
                    .description("Only the fields of these names; without it, all of them."),
            )
            .argument(optional(
                "expectedVersion",
                scalar::LONG,
                "The version you have seen: VERSION_CONFLICT if it is no longer the newest.",
            )),
    ]
}

/// What a new record is made from, and what can be changed.
pub(super) fn input_types(def: &ObjectDef) -> [InputObject; 2] {
    let names = ObjectNames::of(def);
    let one = def.label.to_lowercase();
    let create = InputObject::new(names.create_input).description(format!(
        "A new record of the kind {one}: its values. What is left out has its default, if there is one; null is empty."
    ));
    let update = InputObject::new(names.update_input).description(format!(
        "A change to a record of the kind {one}. What is left out stays as it is; null empties a field."
    ));
    [with_fields(create, def, describe_new), with_fields(update, def, describe)]
}

fn with_fields(input: InputObject, def: &ObjectDef, describe: fn(&FieldDef) -> String) -> InputObject {
    let input = input.field(optional("ownerId", TypeRef::ID, "The user or the queue that is to own it."));
    def.fields.iter().fold(input, |input, field| match field.target() {
        Some(_) => input.field(optional(&reference_id(field), TypeRef::ID, &describe(field))),
        None => {
            let value = InputValue::new(field.name.as_str(), scalar::input_type(&field.kind));
            input.field(value.description(describe(field)))
        }
    })
}

/// What a mutation answers.
pub(super) fn payload_type(def: &ObjectDef) -> Object {
    let names = ObjectNames::of(def);
    let record = Field::new(&names.find, TypeRef::named(&names.record), |ctx| {
        FieldFuture::new(async move {
            Ok(object(ctx.parent_value.try_downcast_ref::<Arc<Payload>>()?.shown.as_ref().map(Arc::clone)))
        })
    });
    let about =
        "The record as you see it now; null if you have no access to it any more, or if it is gone for good.";
    Object::new(names.payload)
        .description("What a change came to.")
        .field(record.description(about))
        .field(plain(
            "id",
            TypeRef::named_nn(TypeRef::ID),
            "The record's identifier.",
            |it: &Arc<Payload>| Value::from(it.written.value.id.to_string()),
        ))
        .field(plain(
            "version",
            TypeRef::named_nn(scalar::LONG),
            "The version that the change made.",
            |it: &Arc<Payload>| scalar::count(it.written.value.version),
        ))
        .field(plain(
            "created",
            TypeRef::named_nn(TypeRef::BOOLEAN),
            "Whether the change made the record.",
            |it: &Arc<Payload>| it.written.value.is_creation().into(),
        ))
        .field(plain(
            "changedFields",
            TypeRef::named_nn_list_nn(TypeRef::STRING),
            "The fields that have changed.",
            |it: &Arc<Payload>| it.written.value.changed.iter().map(ToString::to_string).collect(),
        ))
        .field(plain(
            "receipt",
            TypeRef::named(TypeRef::STRING),
            "The proof that the change is in the ledger; null if there was nothing to change.",
            |it: &Arc<Payload>| it.written.receipt.clone().into(),
        ))
        .field(plain(
            "accessLost",
            TypeRef::named_nn(TypeRef::BOOLEAN),
            "Whether you have no access to the record any more, such as after giving it away or removing it for good.",
            |it: &Arc<Payload>| it.shown.is_none().into(),
        ))
}

fn mutation(name: &str, def: &Arc<ObjectDef>, act: Act) -> Field {
    let reason = reason_argument(def);
    let def = Arc::clone(def);
    let payload = ObjectNames::of(&def).payload;
    Field::new(name, TypeRef::named_nn(payload), move |ctx| {
        let def = Arc::clone(&def);
        FieldFuture::new(async move {
            let written = change(&ctx, &def, act).await?;
            Ok(object(Some(Payload::of(written))))
        })
    })
    .argument(reason)
    .argument(optional(idempotency::ARGUMENT, TypeRef::STRING, idempotency::ABOUT))
}

async fn change(ctx: &ResolverContext<'_>, def: &ObjectDef, act: Act) -> Result<Written<Changed>> {
    let context = RequestContext::of(ctx)?;
    let caller = &writer(ctx).await?;
    let (records, object) = (context.engine().records(), def.name.as_str());
    let written = match act {
        Act::Create => records.create(caller, object, &edit_argument(ctx, def)?).await,
        Act::Update => records.update(caller, object, id_argument(ctx)?, &edit_argument(ctx, def)?).await,
        Act::Delete => {
            records.delete(caller, object, id_argument(ctx)?, version_argument(ctx, "version")?).await
        }
        Act::Restore => records.restore(caller, object, id_argument(ctx)?).await,
        Act::Purge => records.purge(caller, object, id_argument(ctx)?).await,
        Act::Revert => records.restore_version(caller, object, id_argument(ctx)?, &earlier(ctx)?).await,
    };
    Ok(written?)
}

fn earlier(ctx: &ResolverContext<'_>) -> Result<Earlier> {
    let fields = ctx.args.get("fields").filter(|fields| !fields.is_null());
    let fields = fields.map(|fields| items_of(fields.as_value()).iter().map(field_name).collect());
    Ok(Earlier {
        version: version_argument(ctx, "version")?.unwrap_or_default(),
        fields: fields.transpose()?,
        seen: version_argument(ctx, "expectedVersion")?,
    })
}

fn field_name(name: &Value) -> Result<ApiName, Error> {
    let text = if let Value::String(text) = name { text } else { "" };
    ApiName::parse(text).map_err(|_| Error::BadInput("`fields` has the names of fields".to_owned()))
}

/// The argument `input`, with the version that the caller has seen.
fn edit_argument(ctx: &ResolverContext<'_>, def: &ObjectDef) -> Result<Edit> {
    let edit = edit(ctx.args.try_get("input")?.as_value(), def)?;
    Ok(Edit { version: version_argument(ctx, "version")?, ..edit })
}

/// What is to become of a record.
pub(super) fn edit(input: &Value, def: &ObjectDef) -> Result<Edit, Error> {
    let Value::Object(entries) = input else { return Err(not_an_object("input")) };
    let owner = match entries.get("ownerId") {
        None => None,
        Some(Value::String(text)) => Some(parse_owner(text)?),
        Some(Value::Null) => return Err(Error::BadInput("a record always has an owner".to_owned())),
        Some(_) => Some(parse_owner("")?),
    };
    Ok(Edit { fields: fields(entries, def)?, owner, version: None })
}

pub(super) fn not_an_object(name: &str) -> Error {
    Error::BadInput(format!("`{name}` must be an object"))
}

/// The values that are given: what is left out is not there, and null is [`Null`](sutra_kernel::Value::Null).
fn fields(entries: &Entries, def: &ObjectDef) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    for field in &def.fields {
        let given = match field.target() {
            Some(_) => entries.get(reference_id(field).as_str()),
            None => entries.get(field.name.as_str()),
        };
        if let Some(value) = given {
            fields.insert(field.name.clone(), scalar::read(field.kind.value_kind(), value)?);
        }
    }
    Ok(fields)
}
