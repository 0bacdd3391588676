//! Answers: what every response carries, and refusals that never reach GraphQL.

use std::str::FromStr;

use async_graphql::{Response as Answer, ServerError, Value};
use poem::{
    IntoResponse, Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
    web::Json,
};
use sutra_engine::Error;
use sutra_kernel::RequestId;

use crate::error;

/// When a client may try again after the system was busy.
const RETRY_AFTER_SECONDS: &str = "5";

/// A request that is refused before any GraphQL is looked at.
pub(crate) enum Refusal {
    /// The client did not send what a client sends.
    Form(StatusCode, &'static str),
    /// It may be an attack through somebody's browser.
    Tricked(&'static str),
    /// The caller is not known, or could not be asked for.
    Caller(Error),
}

impl Refusal {
    pub(crate) fn into_response(self, request: RequestId) -> Response {
        let (status, error) = match self {
            Self::Form(status, message) => (status, error::coded(error::BAD_USER_INPUT, message)),
            Self::Tricked(message) => (StatusCode::FORBIDDEN, error::coded("FORBIDDEN", message)),
            Self::Caller(error) => (status_of(&error), error::refused(&error, request)),
        };
        let mut response = Json(Answer::from_errors(vec![error])).into_response();
        response.set_status(status);
        let (name, value) = match status {
            StatusCode::METHOD_NOT_ALLOWED => (header::ALLOW, "POST"),
            StatusCode::UNAUTHORIZED => (header::WWW_AUTHENTICATE, "Bearer"),
            StatusCode::SERVICE_UNAVAILABLE => (header::RETRY_AFTER, RETRY_AFTER_SECONDS),
            _ => return response,
        };
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        response
    }
}

fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A GraphQL answer, with the headers that resolvers asked for.
pub(crate) fn respond(mut answer: Answer, request: RequestId) -> Response {
    let errors = std::mem::take(&mut answer.errors);
    answer.errors = errors.into_iter().map(|error| error::explained(error, request)).collect();
    let mut response = Json(&answer).into_response();
    if is_unavailable(&answer) {
        response.set_status(StatusCode::SERVICE_UNAVAILABLE);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    }
    // The two libraries may be of different generations of the `http` crate: names and values travel as text.
    for (name, value) in &answer.http_headers {
        let name = HeaderName::from_str(name.as_str());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Whether there is nothing to answer because a part of the system was too busy or out of reach: whoever is between us
/// and the client should know, too.
fn is_unavailable(answer: &Answer) -> bool {
    let code = |error: &ServerError| error.extensions.as_ref().and_then(|known| known.get("code").cloned());
    let unavailable = Some(Value::from(error::UNAVAILABLE));
    answer.data == Value::Null && answer.errors.iter().any(|error| code(error) == unavailable)
}

/// What every response carries: nobody keeps it, nobody guesses at its type, it is told to depend on the origin, and its
/// request can be named.
pub(crate) fn sealed(mut response: Response, request: RequestId) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    if let Ok(id) = HeaderValue::from_str(&request.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
