//! Requests that may be repeated: the key they come with, and what they are recognised by.

use async_graphql::{
    Context, Name, Value,
    dynamic::{ResolverContext, ValueAccessor},
};
use sutra_engine::{Caller, Error, IdempotencyKey};

use crate::context::RequestContext;

/// The argument that a mutation takes its key by, where the header is out of reach.
pub(crate) const ARGUMENT: &str = "idempotencyKey";

/// What is said of that argument.
pub(crate) const ABOUT: &str = "Sent again with the same key within 24 hours, the change is not made again, and the \
answer is the same. The header `Idempotency-Key` does this for every change of a request.";

/// Who asks for the change of this field; for what takes a key. See [`RequestContext::writer`].
///
/// # Errors
/// As [`RequestContext::writer`]; [`Error::BadInput`] if the key cannot be one or differs from the header's,
/// [`Error::IdempotencyKeyRequired`] if there is none and there must be.
pub(crate) async fn writer(ctx: &Context<'_>, given: Option<&str>) -> Result<Caller, Error> {
    let context = RequestContext::of(ctx).map_err(|error| Error::Internal(error.message.into()))?;
    let caller = context.writer().await?;
    let field = ctx.field();
    let place = field.alias().unwrap_or_else(|| field.name());
    match context.idempotency().key(given)? {
        Some(key) => Ok(caller.repeating(&key, place, &fingerprinted(ctx)?)),
        None => Ok(caller.clone()),
    }
}

/// As [`writer`], for a field of the schema that is built at run time.
///
/// # Errors
/// As [`writer`].
pub(crate) async fn writer_of(ctx: &ResolverContext<'_>) -> async_graphql::Result<Caller> {
    let given = ctx.args.get(ARGUMENT).filter(|key| !key.is_null());
    let given = given.as_ref().map(ValueAccessor::string).transpose()?;
    Ok(writer(ctx, given).await?)
}

/// How a request comes by its keys.
#[derive(Default)]
pub(crate) struct Idempotency {
    /// The key in the header.
    pub(crate) header: Option<IdempotencyKey>,
    /// Whether every change must have one.
    pub(crate) required: bool,
}

impl Idempotency {
    fn key(&self, given: Option<&str>) -> Result<Option<IdempotencyKey>, Error> {
        let given = given.map(IdempotencyKey::parse).transpose()?;
        match (given, &self.header) {
            (Some(given), Some(header)) if given != *header => {
                Err(Error::BadInput("the argument and the header name different idempotency keys".to_owned()))
            }
            (Some(key), _) => Ok(Some(key)),
            (None, Some(key)) => Ok(Some(key.clone())),
            (None, None) if self.required => Err(Error::IdempotencyKeyRequired),
            (None, None) => Ok(None),
        }
    }
}

/// What makes a request the same: which change it asks for, and what from. What is selected of the answer does not count.
fn fingerprinted(ctx: &Context<'_>) -> Result<Vec<u8>, Error> {
    let field = ctx.field();
    let arguments = field.arguments().map_err(|error| Error::BadInput(error.message))?;
    let arguments = arguments.into_iter().filter(|(name, _)| name != ARGUMENT).collect();
    Ok(format!("{}\n{}", field.name(), in_order(Value::Object(arguments))).into_bytes())
}

/// The value with the fields of every object in the order of their names: their order means nothing.
fn in_order(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(Name, Value)> =
                fields.into_iter().map(|(name, value)| (name, in_order(value))).collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        Value::List(items) => items.into_iter().map(in_order).collect(),
        other => other,
    }
}
