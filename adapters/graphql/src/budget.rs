//! How long an answer may get: counted while it is made, so that nothing much longer is ever held in memory.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{
    ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo},
};
use async_trait::async_trait;

use crate::{context::RequestContext, error};

/// What the values of an answer may take, with their names.
pub(crate) const ANSWER_MIB: usize = 8;
const ANSWER_BYTES: usize = ANSWER_MIB * 1024 * 1024;

/// What the answer to one request has come to.
#[derive(Default)]
pub(crate) struct Budget {
    spent: AtomicUsize,
}

impl Budget {
    /// Counts so many bytes more.
    pub(crate) fn spend(&self, bytes: usize) {
        self.spent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether it is more than an answer may have.
    pub(crate) fn is_overdrawn(&self) -> bool {
        self.spent.load(Ordering::Relaxed) > ANSWER_BYTES
    }
}

/// Counts every value of an answer. Once there are too many, nothing more is resolved, and the endpoint refuses the
/// request as a whole.
///
/// Errors get their place in the answer as they come by. Where there may be null, an error leaves null, as GraphQL has
/// it: the library would leave out the key. It is kept with the request, because to an extension the library lends
/// no list of errors.
pub(crate) struct Meter;

impl ExtensionFactory for Meter {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for Meter {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let Ok(context) = ctx.data::<Arc<RequestContext>>() else { return next.run(ctx, info).await };
        let budget = context.budget();
        if budget.is_overdrawn() {
            return Ok(Some(Value::Null));
        }
        budget.spend(info.alias.unwrap_or(info.name).len() + size_of::<Value>());
        let (place, is_nullable) = (info.path_node, !info.return_type.ends_with('!'));
        let value = match next.run(ctx, info).await.map_err(|error| error::placed(error, place)) {
            Err(error) if is_nullable => {
                context.fail(error);
                None
            }
            value => value?,
        };
        // What is in a list or an object was counted by itself.
        if let Some(Value::String(text)) = &value {
            budget.spend(text.len());
        }
        Ok(value)
    }
}
