//! The cookies that carry a session, and that a device was remembered.

use async_graphql::Context;
use sutra_crypto::Token;

use crate::{
    context::RequestContext,
    http::{device_cookie, no_session_cookie, session_cookie},
};

/// A header is given as text, because the GraphQL library may have another generation of the `http` crate.
const SET_COOKIE: &str = "set-cookie";

/// Hands the token to the browser, out of reach of its scripts.
pub(super) fn set(ctx: &Context<'_>, token: &Token) {
    ctx.append_http_header(SET_COOKIE, session_cookie(token.expose()));
}

/// Makes the browser forget the token.
pub(super) fn take_back(ctx: &Context<'_>) {
    ctx.append_http_header(SET_COOKIE, no_session_cookie());
}

/// Hands the token of a device to the browser, likewise.
pub(super) fn set_device(ctx: &Context<'_>, token: &Token) {
    ctx.append_http_header(SET_COOKIE, device_cookie(token.expose()));
}

/// The token of the device, as its browser has sent it.
pub(super) fn device(ctx: &Context<'_>) -> Option<String> {
    RequestContext::of(ctx).ok()?.device().map(str::to_owned)
}
