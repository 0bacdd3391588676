//! The three moves of a resolver, and who may make them: parse, ask the engine, wrap.

use std::{str::FromStr, sync::Arc};

use async_graphql::{Context, ID};
use sutra_engine::{Caller, Engine, Error, MAX_PAGE, Viewing, WorkspaceState};
use sutra_kernel::{IdError, WorkspaceId};
use sutra_records::Metadata;

use crate::{context::RequestContext, id::parse_id, idempotency};

/// What resolvers answer. The engine's errors pass as they are; the endpoint gives them their codes.
pub(super) type Result<T> = std::result::Result<T, Error>;

/// The use cases.
pub(super) fn engine<'c>(ctx: &Context<'c>) -> Result<&'c Engine> {
    Ok(request(ctx)?.engine())
}

/// The snapshot of somebody who has signed in, to read from.
pub(super) async fn viewing(ctx: &Context<'_>) -> Result<Arc<Viewing>> {
    request(ctx)?.viewing().await
}

/// Somebody who has signed in, to ask for a change.
pub(super) async fn signed_in<'c>(ctx: &Context<'c>) -> Result<&'c Caller> {
    request(ctx)?.writer().await
}

/// As [`signed_in`], to ask for a change that may be repeated under this key.
pub(super) async fn repeating(ctx: &Context<'_>, key: Option<&str>) -> Result<Caller> {
    idempotency::writer(ctx, key).await
}

/// As [`repeating`], with the objects that arguments may name.
pub(super) async fn repeating_with_metadata(
    ctx: &Context<'_>,
    key: Option<&str>,
) -> Result<(Caller, Arc<Metadata>)> {
    let metadata = Arc::clone(viewing(ctx).await?.metadata());
    Ok((repeating(ctx, key).await?, metadata))
}

/// Somebody at the door of the workspace of this slug. A workspace that is not there is the instance's, which has
/// no users, so that every step is the same and fails alike. Who has a session all the same gives the snapshot back
/// first: one who holds a connection and waits for another starves everybody.
pub(super) async fn stranger(ctx: &Context<'_>, slug: &str) -> Result<Caller> {
    let request = request(ctx)?;
    request.forget_snapshot().await?;
    let found = request.engine().workspaces().find(slug).await?;
    let open = found.filter(|workspace| workspace.state == WorkspaceState::Active);
    Ok(request.stranger(open.map_or(WorkspaceId::INSTANCE, |workspace| workspace.id)))
}

/// Whoever asks: somebody who has signed in, or a stranger.
pub(super) async fn anybody(ctx: &Context<'_>) -> Result<Caller> {
    let request = request(ctx)?;
    request.forget_snapshot().await?;
    Ok(request.caller().cloned().unwrap_or_else(|_| request.stranger(WorkspaceId::INSTANCE)))
}

/// Reads an identifier of the wanted kind.
pub(super) fn parse<T: FromStr<Err = IdError>>(id: &ID) -> Result<T> {
    parse_id(id)
}

/// Reads identifiers of the wanted kind.
pub(super) fn parse_all<T: FromStr<Err = IdError>, C: FromIterator<T>>(ids: &[ID]) -> Result<C> {
    ids.iter().map(parse).collect()
}

/// Reads an identifier of the wanted kind, if there is one.
pub(super) fn parse_optional<T: FromStr<Err = IdError>>(id: Option<&ID>) -> Result<Option<T>> {
    id.map(parse).transpose()
}

/// How many items a page may have at most.
pub(super) fn page_size(first: i32) -> Result<usize> {
    let size = usize::try_from(first).ok().filter(|size| (1..=MAX_PAGE).contains(size));
    size.ok_or_else(|| Error::BadInput(format!("`first` is 1 to {MAX_PAGE}")))
}

fn request<'c>(ctx: &Context<'c>) -> Result<&'c RequestContext> {
    let request = RequestContext::of(ctx).map_err(|error| Error::Internal(error.message.into()))?;
    Ok(request)
}
