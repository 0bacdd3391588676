//! The cookie that carries a session.

use async_graphql::Context;
use poem::http::{HeaderValue, header::SET_COOKIE};
use sutra_crypto::Token;
use sutra_engine::Error;

use super::request::Result;

/// The prefix makes browsers refuse the cookie unless it is secure, of this very host and of every path.
const NAME: &str = "__Host-sutra";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// Hands the token to the browser, out of reach of its scripts.
pub(super) fn set(ctx: &Context<'_>, token: &Token) -> Result<()> {
    put(ctx, &format!("{NAME}={}; {ATTRIBUTES}", token.expose()))
}

/// Makes the browser forget the token.
pub(super) fn take_back(ctx: &Context<'_>) -> Result<()> {
    put(ctx, &format!("{NAME}=; {ATTRIBUTES}; Max-Age=0"))
}

fn put(ctx: &Context<'_>, cookie: &str) -> Result<()> {
    let mut value = HeaderValue::from_str(cookie).map_err(|error| Error::Internal(error.into()))?;
    value.set_sensitive(true);
    ctx.append_http_header(SET_COOKIE, value);
    Ok(())
}
