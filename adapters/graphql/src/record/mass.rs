//! Changing many records at once: all of them, or none.

use std::sync::Arc;

use async_graphql::{
    Result, Value,
    dynamic::{Field, FieldFuture, InputObject, InputValue, Object, ResolverContext, TypeRef},
};
use sutra_engine::{Changed, Edit, Error, MAX_RECORDS, Written, check_count};
use sutra_kernel::RecordId;
use sutra_records::ObjectDef;

use super::{
    build::{items_of, list, no_version, object, optional, plain, reason_argument, required, writer},
    change::{Payload, edit, not_an_object},
    names::ObjectNames,
    scalar,
};
use crate::{
    context::RequestContext,
    id::{parse_id, parse_owner},
    idempotency,
};

/// What can be done to many records.
#[derive(Clone, Copy)]
enum Act {
    Create,
    Update,
    Delete,
    Restore,
    Purge,
    Transfer,
}

/// What a change of many records came to.
pub(super) struct Payloads(Vec<Arc<Payload>>);

impl Payloads {
    pub(super) fn of(written: Vec<Written<Changed>>) -> Self {
        Self(written.into_iter().map(Payload::of).collect())
    }
}

/// The mutations of many records of an object.
pub(super) fn mutations(def: &Arc<ObjectDef>) -> [Field; 6] {
    let names = ObjectNames::of(def);
    let many = def.plural_label.to_lowercase();
    let rules = format!(
        "Up to {MAX_RECORDS} in one unit of work: all or nothing. An error names the first that is refused in \
         `extensions.index`, counted from 0."
    );
    let ids = || items("ids", TypeRef::ID, "Which ones.");
    [
        mutation(&names.create_all, def, Act::Create)
            .description(format!("Makes many {many}. {rules}"))
            .argument(items("inputs", &names.create_input, "The values of each.")),
        mutation(&names.update_all, def, Act::Update)
            .description(format!("Changes many {many}, each in its own way. {rules}"))
            .argument(items("updates", &names.update_all_input, "What is to change of which.")),
        mutation(&names.delete_all, def, Act::Delete)
            .description(format!("Deletes many {many}. They can be restored. {rules}"))
            .argument(ids()),
        mutation(&names.restore_all, def, Act::Restore)
            .description(format!("Brings back many deleted {many}. {rules}"))
            .argument(ids()),
        mutation(&names.purge_all, def, Act::Purge)
            .description(format!("Removes many deleted {many} for good. {rules}"))
            .argument(ids()),
        mutation(&names.transfer_all, def, Act::Transfer)
            .description(format!("Gives many {many} to one owner. {rules}"))
            .argument(ids())
            .argument(required("ownerId", TypeRef::ID, "The user or the queue that is to own them.")),
    ]
}

/// What is to change of one of many records.
pub(super) fn input_type(def: &ObjectDef) -> InputObject {
    let names = ObjectNames::of(def);
    InputObject::new(names.update_all_input)
        .description(format!("A change to one of many {}.", def.plural_label.to_lowercase()))
        .field(required("id", TypeRef::ID, "Which one."))
        .field(required("input", &names.update_input, "What is to change."))
        .field(optional(
            "version",
            scalar::LONG,
            "The version you have seen: VERSION_CONFLICT if it is no longer the newest.",
        ))
}

/// What a mutation of many records answers.
pub(super) fn payload_type(def: &ObjectDef) -> Object {
    let names = ObjectNames::of(def);
    Object::new(names.payload_all)
        .description("What a change of many records came to.")
        .field(list(
            "changes",
            &names.payload,
            "What became of each, in the order given.",
            |it: &Payloads| it.0.clone(),
        ))
        .field(plain(
            "receipt",
            TypeRef::named(TypeRef::STRING),
            "The proof that all of it is in the ledger; null if there was nothing to change.",
            |it: &Payloads| it.0.iter().find_map(|one| one.written.receipt.clone()).into(),
        ))
}

pub(super) fn items(name: &str, ty: &str, description: &str) -> InputValue {
    InputValue::new(name, TypeRef::named_nn_list_nn(ty)).description(description)
}

fn mutation(name: &str, def: &Arc<ObjectDef>, act: Act) -> Field {
    let reason = reason_argument(def);
    let def = Arc::clone(def);
    let payload = ObjectNames::of(&def).payload_all;
    Field::new(name, TypeRef::named_nn(payload), move |ctx| {
        let def = Arc::clone(&def);
        FieldFuture::new(async move {
            let written = change(&ctx, &def, act).await?;
            Ok(object(Some(Payloads::of(written))))
        })
    })
    .argument(reason)
    .argument(optional(idempotency::ARGUMENT, TypeRef::STRING, idempotency::ABOUT))
}

async fn change(ctx: &ResolverContext<'_>, def: &ObjectDef, act: Act) -> Result<Vec<Written<Changed>>> {
    let context = RequestContext::of(ctx)?;
    let caller = &writer(ctx).await?;
    let (records, object) = (context.engine().records(), def.name.as_str());
    let written = match act {
        Act::Create => {
            let edits = each(ctx, "inputs", |input| edit(input, def))?;
            records.create_all(caller, object, &edits).await
        }
        Act::Update => {
            let edits = each(ctx, "updates", |update| one_of_many(update, def))?;
            records.update_all(caller, object, &edits).await
        }
        Act::Delete => records.delete_all(caller, object, &each(ctx, "ids", record)?).await,
        Act::Restore => records.restore_all(caller, object, &each(ctx, "ids", record)?).await,
        Act::Purge => records.purge_all(caller, object, &each(ctx, "ids", record)?).await,
        Act::Transfer => {
            let ids = each(ctx, "ids", record)?;
            let owner = parse_owner(ctx.args.try_get("ownerId")?.string().unwrap_or_default())?;
            records.transfer_all(caller, object, &ids, owner).await
        }
    };
    Ok(written?)
}

fn one_of_many(update: &Value, def: &ObjectDef) -> Result<(RecordId, Edit), Error> {
    let Value::Object(entries) = update else { return Err(not_an_object("updates")) };
    let text = |name: &str| match entries.get(name) {
        Some(Value::String(text)) => text.as_str(),
        _ => "",
    };
    let version = match entries.get("version") {
        None | Some(Value::Null) => None,
        Some(Value::Number(number)) => {
            Some(number.as_u64().filter(|version| *version > 0).ok_or_else(no_version)?)
        }
        Some(_) => return Err(no_version()),
    };
    let input = entries.get("input").unwrap_or(&Value::Null);
    Ok((parse_id(text("id"))?, Edit { version, ..edit(input, def)? }))
}

/// Reads the items of an argument. Too many are not read at all.
pub(super) fn each<T>(
    ctx: &ResolverContext<'_>,
    name: &str,
    read: impl Fn(&Value) -> Result<T, Error>,
) -> Result<Vec<T>> {
    let items = items_of(ctx.args.try_get(name)?.as_value());
    check_count(items.len())?;
    let read = items.iter().enumerate().map(|(index, item)| read(item).map_err(|error| error.at(index)));
    Ok(read.collect::<Result<_, Error>>()?)
}

pub(super) fn record(id: &Value) -> Result<RecordId, Error> {
    parse_id(if let Value::String(text) = id { text } else { "" })
}
