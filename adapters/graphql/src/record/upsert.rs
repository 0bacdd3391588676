//! Changing the record that has a unique value, or making one that has it: for objects with a unique field.

use std::sync::Arc;

use async_graphql::{
    Result,
    dynamic::{Enum, EnumItem, Field, FieldFuture, ResolverContext, TypeRef},
};
use sutra_engine::{Error, MAX_RECORDS};
use sutra_kernel::ApiName;
use sutra_records::{FieldDef, ObjectDef};

use super::{
    build::{object, optional, reason_argument, required, writer},
    change::{Payload, edit},
    mass::{Payloads, each, items},
    names::{ObjectNames, item_name},
};
use crate::{context::RequestContext, idempotency};

/// What both mutations say of themselves.
const RULES: &str = "A record that is there is changed: what is left out stays. One that is not is made: what is left \
out has its default. If the value is that of a record you may not see, it is refused as it is in any new record.";

/// The mutations; none without a unique field.
pub(super) fn mutations(def: &Arc<ObjectDef>) -> Vec<Field> {
    if keys(def).next().is_none() {
        return Vec::new();
    }
    let names = ObjectNames::of(def);
    let (one, many) = (def.label.to_lowercase(), def.plural_label.to_lowercase());
    let by = || {
        required(
            "by",
            &names.unique_field,
            "The unique field that a record is found by; its value is needed.",
        )
    };
    let key = || optional(idempotency::ARGUMENT, TypeRef::STRING, idempotency::ABOUT);
    let single = Arc::clone(def);
    let single = Field::new(&names.upsert, TypeRef::named_nn(&names.payload), move |ctx| {
        let def = Arc::clone(&single);
        FieldFuture::new(async move { Ok(object(Some(upsert(&ctx, &def).await?))) })
    });
    let plural = Arc::clone(def);
    let plural = Field::new(&names.upsert_all, TypeRef::named_nn(&names.payload_all), move |ctx| {
        let def = Arc::clone(&plural);
        FieldFuture::new(async move { Ok(object(Some(upsert_all(&ctx, &def).await?))) })
    });
    vec![
        single
            .description(format!("Changes the {one} that has a unique value, or makes one that has it. {RULES}"))
            .argument(by())
            .argument(required("input", &names.create_input, "Its values."))
            .argument(reason_argument(def))
            .argument(key()),
        plural
            .description(format!(
                "Changes the {many} that have unique values, or makes those that have them. {RULES} Up to \
                 {MAX_RECORDS} in one unit of work, in the order given: all or nothing. An error names the first that \
                 is refused in `extensions.index`, counted from 0."
            ))
            .argument(by())
            .argument(items("inputs", &names.create_input, "The values of each."))
            .argument(reason_argument(def))
            .argument(key()),
    ]
}

/// The unique fields of an object; nothing without any.
pub(super) fn key_type(def: &ObjectDef) -> Option<Enum> {
    keys(def).next()?;
    let base = Enum::new(ObjectNames::of(def).unique_field)
        .description(format!("What a record of the kind {} can be found by.", def.label.to_lowercase()));
    let item = |field: &FieldDef| {
        EnumItem::new(item_name(field.name.as_str())).description(format!("By `{}`.", field.name))
    };
    Some(keys(def).map(item).fold(base, Enum::item))
}

fn keys(def: &ObjectDef) -> impl Iterator<Item = &FieldDef> {
    def.fields.iter().filter(|field| field.unique)
}

async fn upsert(ctx: &ResolverContext<'_>, def: &ObjectDef) -> Result<Arc<Payload>> {
    let caller = &writer(ctx).await?;
    let by = key_argument(ctx, def)?;
    let edit = edit(ctx.args.try_get("input")?.as_value(), def)?;
    let records = RequestContext::of(ctx)?.engine().records();
    Ok(Payload::of(records.upsert(caller, def.name.as_str(), &by, &edit).await?))
}

async fn upsert_all(ctx: &ResolverContext<'_>, def: &ObjectDef) -> Result<Payloads> {
    let caller = &writer(ctx).await?;
    let by = key_argument(ctx, def)?;
    let edits = each(ctx, "inputs", |input| edit(input, def))?;
    let records = RequestContext::of(ctx)?.engine().records();
    Ok(Payloads::of(records.upsert_all(caller, def.name.as_str(), &by, &edits).await?))
}

fn key_argument(ctx: &ResolverContext<'_>, def: &ObjectDef) -> Result<ApiName> {
    let wanted = ctx.args.try_get("by")?;
    let wanted = wanted.enum_name()?;
    let found = keys(def).find(|field| item_name(field.name.as_str()) == wanted);
    let found = found.ok_or_else(|| Error::BadInput("`by` names a unique field".to_owned()))?;
    Ok(found.name.clone())
}
