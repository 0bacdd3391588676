//! What every resolver is handed: who asks, and through which snapshot.

use std::sync::{Arc, Mutex as Short, PoisonError};

use async_graphql::{Context, QueryPathSegment, ServerError, Value};
use sutra_engine::{Caller, Engine, Error, Origin, Viewing};
use sutra_kernel::{RequestId, WorkspaceId};
use tokio::sync::Mutex;

use crate::{budget::Budget, idempotency::Idempotency};

/// One request: who asks, and what they see.
///
/// A query reads everything through the snapshot of its authentication. A mutation gives that snapshot back
/// before it runs; each of its fields writes through [`writer`](Self::writer), and what is then selected is
/// read from a snapshot opened after the write.
pub(crate) struct RequestContext {
    engine: Engine,
    request: RequestId,
    origin: Origin,
    caller: Option<Caller>,
    snapshot: Mutex<Option<Arc<Viewing>>>,
    redacted: Short<Vec<Vec<Step>>>,
    errors: Short<Vec<ServerError>>,
    budget: Budget,
    brought: Brought,
}

/// What a request brings along, beside who asks.
#[derive(Default)]
pub(crate) struct Brought {
    /// What it says of being repeated.
    pub(crate) idempotency: Idempotency,
    /// The token of the device that it comes from, if a browser has sent it.
    pub(crate) device: Option<String>,
}

/// One step of the path to a value of the answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Field(String),
    Index(usize),
}

impl RequestContext {
    /// The request of somebody who has signed in.
    pub(crate) fn signed_in(engine: Engine, viewing: Viewing) -> Self {
        let caller = viewing.caller().clone();
        let context = Self::anonymous(engine, caller.request_id(), caller.origin().clone());
        Self { caller: Some(caller), snapshot: Mutex::new(Some(Arc::new(viewing))), ..context }
    }

    /// The request of somebody who has not.
    pub(crate) fn anonymous(engine: Engine, request: RequestId, origin: Origin) -> Self {
        let snapshot = Mutex::new(None);
        Self {
            engine,
            request,
            origin,
            caller: None,
            snapshot,
            redacted: Short::default(),
            errors: Short::default(),
            budget: Budget::default(),
            brought: Brought::default(),
        }
    }

    /// The same request with what it brings along.
    pub(crate) fn bringing(self, brought: Brought) -> Self {
        Self { brought, ..self }
    }

    /// The context that was put into the request's data.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Arc<Self>> {
        ctx.data()
    }

    /// The use cases.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the request says of being repeated.
    pub(crate) fn idempotency(&self) -> &Idempotency {
        &self.brought.idempotency
    }

    /// The token of the device that the request comes from.
    pub(crate) fn device(&self) -> Option<&str> {
        self.brought.device.as_deref()
    }

    /// What the answer has come to.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Who asks.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if nobody has signed in.
    pub(crate) fn caller(&self) -> Result<&Caller, Error> {
        self.caller.as_ref().ok_or(Error::Unauthenticated)
    }

    /// Somebody who has not signed in, at the door of a workspace: for what comes before a session.
    pub(crate) fn stranger(&self, workspace: WorkspaceId) -> Caller {
        Caller::anonymous(workspace, self.request, self.origin.clone())
    }

    /// The snapshot that everything is read from; opened if there is none at the moment.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for an anonymous request, [`Error::Unavailable`] if the store cannot be
    /// reached.
    pub(crate) async fn viewing(&self) -> Result<Arc<Viewing>, Error> {
        let caller = self.caller()?;
        let mut snapshot = self.snapshot.lock().await;
        if let Some(viewing) = snapshot.as_ref() {
            return Ok(Arc::clone(viewing));
        }
        let viewing = Arc::new(self.engine.view(caller).await?);
        *snapshot = Some(Arc::clone(&viewing));
        Ok(viewing)
    }

    /// Who asks, to write something: the snapshot is given back first, so that no connection is held twice and
    /// what is read afterwards is read after the write.
    ///
    /// # Errors
    /// As [`caller`](Self::caller) and [`forget_snapshot`](Self::forget_snapshot).
    pub(crate) async fn writer(&self) -> Result<&Caller, Error> {
        self.forget_snapshot().await?;
        self.caller()
    }

    /// Gives the snapshot back, if there is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store is gone.
    pub(crate) async fn forget_snapshot(&self) -> Result<(), Error> {
        let viewing = self.snapshot.lock().await.take();
        // Somebody who still reads from it gives it back by dropping it.
        match viewing.and_then(Arc::into_inner) {
            Some(viewing) => viewing.close().await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Notes an error that has left null at its place of the answer.
    pub(crate) fn fail(&self, error: ServerError) {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).push(error);
    }

    /// The errors that have left null.
    pub(crate) fn take_errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that the value at this place of the answer is empty because the caller may not read it.
    pub(crate) fn redact(&self, ctx: &Context<'_>) {
        let steps = ctx.path_node.iter().flat_map(|node| std::iter::once(node).chain(node.parents()));
        let mut path: Vec<Step> = steps.map(|node| Step::from(&node.segment)).collect();
        path.reverse();
        self.budget.spend(path.iter().map(Step::size).sum());
        self.redacted.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    }

    /// The paths of all redacted values, in order; nothing if there are none.
    pub(crate) fn take_redacted(&self) -> Option<Value> {
        let mut paths = std::mem::take(&mut *self.redacted.lock().unwrap_or_else(PoisonError::into_inner));
        paths.sort();
        let paths: Vec<Value> =
            paths.into_iter().map(|path| path.into_iter().map(Value::from).collect()).collect();
        (!paths.is_empty()).then_some(Value::List(paths))
    }
}

impl Step {
    fn size(&self) -> usize {
        let name = if let Self::Field(name) = self { name.len() } else { 0 };
        size_of::<Self>() + name
    }
}

impl From<&QueryPathSegment<'_>> for Step {
    fn from(segment: &QueryPathSegment<'_>) -> Self {
        match segment {
            QueryPathSegment::Name(name) => Self::Field((*name).to_owned()),
            QueryPathSegment::Index(index) => Self::Index(*index),
        }
    }
}

impl From<Step> for Value {
    fn from(step: Step) -> Self {
        match step {
            Step::Field(name) => Self::from(name),
            Step::Index(index) => Self::from(index),
        }
    }
}
