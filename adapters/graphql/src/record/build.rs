//! Small pieces that all types are made of.

use std::{any::Any, str::FromStr, sync::Arc};

use async_graphql::{
    Context, Error, Result, Value,
    dataloader::DataLoader,
    dynamic::{Field, FieldFuture, FieldValue, InputValue, ResolverContext, TypeRef},
};
use sutra_engine::{Caller, Reason, Viewing};
use sutra_kernel::IdError;
use sutra_records::ObjectDef;

use crate::{context::RequestContext, id::parse_id, idempotency, loader::Loader};

const REASON: &str = "reason";

/// A field that is read off its parent, which is a `T`.
pub(super) fn plain<T: Any + Send + Sync>(
    name: &str,
    ty: TypeRef,
    description: &str,
    read: impl Fn(&T) -> Value + Send + Sync + 'static,
) -> Field {
    let resolve = move |parent: &FieldValue<'_>| parent.try_downcast_ref::<T>().map(&read);
    let field = Field::new(name, ty, move |ctx| {
        at_once(resolve(ctx.parent_value).map(|value| present(value).map(FieldValue::from)))
    });
    field.description(description)
}

/// What a field is that need not wait for anything.
pub(super) fn at_once(value: Result<Option<FieldValue<'_>>>) -> FieldFuture<'_> {
    match value {
        Ok(value) => FieldFuture::Value(value),
        Err(error) => FieldFuture::new(async { Err::<Option<FieldValue<'_>>, _>(error) }),
    }
}

/// A field that is a list of objects, each made from its parent, which is a `T`.
pub(super) fn list<T: Any + Send + Sync, I: Any + Send + Sync>(
    name: &str,
    item: &str,
    description: &str,
    read: impl Fn(&T) -> Vec<I> + Send + Sync + 'static,
) -> Field {
    let resolve = move |parent: &FieldValue<'_>| parent.try_downcast_ref::<T>().map(&read);
    let field = Field::new(name, TypeRef::named_nn_list_nn(item), move |ctx| {
        let items = resolve(ctx.parent_value);
        FieldFuture::new(async move { items.map(|items| Some(objects(items))) })
    });
    field.description(description)
}

/// A list of objects.
pub(super) fn objects<'a, I: Any + Send + Sync>(items: impl IntoIterator<Item = I>) -> FieldValue<'a> {
    FieldValue::list(items.into_iter().map(FieldValue::owned_any))
}

/// An object, if there is one.
pub(super) fn object<'a, T: Any + Send + Sync>(value: Option<T>) -> Option<FieldValue<'a>> {
    value.map(FieldValue::owned_any)
}

/// An argument that must be given.
pub(super) fn required(name: &str, ty: &str, description: &str) -> InputValue {
    InputValue::new(name, TypeRef::named_nn(ty)).description(description)
}

/// An argument that may be left out.
pub(super) fn optional(name: &str, ty: &str, description: &str) -> InputValue {
    InputValue::new(name, TypeRef::named(ty)).description(description)
}

/// The argument `id`. GraphQL takes a number for an identifier; none of ours is one.
pub(super) fn id_argument<T: FromStr<Err = IdError>>(ctx: &ResolverContext<'_>) -> Result<T> {
    Ok(parse_id(ctx.args.try_get("id")?.string().unwrap_or_default())?)
}

/// An argument that is a version, if it is given.
pub(super) fn version_argument(ctx: &ResolverContext<'_>, name: &str) -> Result<Option<u64>> {
    let version = ctx.args.get(name).filter(|version| !version.is_null());
    let Some(version) = version else { return Ok(None) };
    let version = version.u64().ok().filter(|version| *version > 0);
    Ok(Some(version.ok_or_else(no_version)?))
}

/// The items of a list: GraphQL takes a single value for a list of one.
pub(super) fn items_of(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// The argument that says why a record is changed.
pub(super) fn reason_argument(def: &ObjectDef) -> InputValue {
    let needed = if def.needs_reason { " VALIDATION_FAILED without it, but for a new record." } else { "" };
    let about = format!("Why, for the ledger: at most 500 characters.{needed}");
    optional(REASON, TypeRef::STRING, &about)
}

/// Who asks for the change of this field, and why, if that is said.
pub(super) async fn writer(ctx: &ResolverContext<'_>) -> Result<Caller> {
    let caller = idempotency::writer_of(ctx).await?;
    let reason = ctx.args.get(REASON).filter(|reason| !reason.is_null());
    let Some(reason) = reason else { return Ok(caller) };
    Ok(Reason::parse(reason.string()?)?.map_or(caller.clone(), |reason| caller.because(reason)))
}

/// What is said of a version that cannot be one.
pub(super) fn no_version() -> sutra_engine::Error {
    sutra_engine::Error::BadInput("a version is a number from 1 up".to_owned())
}

/// What the request reads from.
pub(super) async fn viewing(ctx: &Context<'_>) -> Result<Arc<Viewing>> {
    Ok(RequestContext::of(ctx)?.viewing().await?)
}

/// What loads in batches.
pub(super) fn loader<'a>(ctx: &Context<'a>) -> Result<&'a DataLoader<Loader>> {
    ctx.data()
}

/// An error of a load that several places of the answer share.
pub(super) fn shared(error: Arc<sutra_engine::Error>) -> Error {
    Error::new_with_source(error)
}

fn present(value: Value) -> Option<Value> {
    (value != Value::Null).then_some(value)
}
