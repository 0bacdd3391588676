//! What a request says about who sends it, and whether a browser was tricked into sending it.

use poem::http::{HeaderMap, HeaderName, StatusCode, header};
use sutra_identity::{Delivery, RememberedDevice};

use super::{answer::Refusal, source::Source};

/// The cookie that holds a session's token. The prefix makes browsers insist on `Secure`, on `Path=/`, and on
/// no `Domain`.
const SESSION_COOKIE: &str = "__Host-sutra";
/// The cookie that holds the token of a device on which no second factor is asked for.
const DEVICE_COOKIE: &str = "__Host-sutra-device";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// A header that no form and no link of another site can send.
const OWN_REQUEST: HeaderName = HeaderName::from_static("sutra-request");

/// A session's token, and how it came.
pub(crate) struct Credentials {
    pub(crate) token: String,
    pub(crate) delivery: Delivery,
}

impl Credentials {
    /// Reads the credentials of a request; nothing if it has none.
    ///
    /// # Security
    /// Browsers add cookies by themselves, so what carries one must be of the same site, and say that a page of our
    /// own sent it. Where any request may come from is [its source's](Source::of) to say.
    pub(crate) fn of(headers: &HeaderMap, source: &Source) -> Result<Option<Self>, Refusal> {
        let (bearer, cookie) = (bearer(headers)?, cookie(headers, SESSION_COOKIE)?);
        match (bearer, cookie) {
            (Some(_), Some(_)) => Err(ambiguous("send a token or a cookie, not both")),
            (Some(token), None) => Ok(Some(Self { token, delivery: Delivery::Bearer })),
            (None, Some(token)) => {
                source.require_same_site()?;
                check_own(headers)?;
                Ok(Some(Self { token, delivery: Delivery::Cookie }))
            }
            (None, None) => Ok(None),
        }
    }
}

/// The `Set-Cookie` that hands a token to a browser.
pub(crate) fn session_cookie(token: &str) -> String {
    format!("{SESSION_COOKIE}={token}; {ATTRIBUTES}")
}

/// The `Set-Cookie` that takes it away.
pub(crate) fn no_session_cookie() -> String {
    format!("{SESSION_COOKIE}=; {ATTRIBUTES}; Max-Age=0")
}

/// The `Set-Cookie` that hands the token of a device to a browser, for as long as any is remembered.
pub(crate) fn device_cookie(token: &str) -> String {
    let seconds = RememberedDevice::LIFETIME.as_secs();
    format!("{DEVICE_COOKIE}={token}; {ATTRIBUTES}; Max-Age={seconds}")
}

/// The token of the device that a request comes from, if a browser has sent it.
///
/// # Security
/// It opens nothing: a sign-in that carries it needs the password all the same.
pub(crate) fn device_of(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    cookie(headers, DEVICE_COOKIE)
}

fn bearer(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ambiguous("send one `Authorization` header"));
    }
    let token = value.to_str().ok().and_then(|text| text.split_once(' '));
    let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.ok_or_else(|| ambiguous("the `Authorization` header must be `Bearer` and a token"))?;
    Ok(Some(token.1.trim().to_owned()))
}

fn cookie(headers: &HeaderMap, name: &str) -> Result<Option<String>, Refusal> {
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut tokens = pairs.filter(|(its, _)| *its == name).map(|(_, token)| token.to_owned());
    let token = tokens.next();
    if tokens.next().is_some() { Err(ambiguous("send each cookie once")) } else { Ok(token) }
}

fn check_own(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.get(OWN_REQUEST).is_some_and(|value| value == "1") {
        return Ok(());
    }
    Err(Refusal::Tricked("with a cookie, send the header `Sutra-Request: 1` too"))
}

fn ambiguous(message: &'static str) -> Refusal {
    Refusal::Form(StatusCode::BAD_REQUEST, message)
}
