//! Web pages that call from elsewhere: which may, and what their browsers are told of it.

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};

use super::answer::Refusal;

/// What pages of other origins may send and read, beside what every page may.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, idempotency-key, sutra-request"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after, x-request-id"),
];

/// For how many seconds a browser need not ask again whether it may send such requests.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where a request was sent from, as browsers tell it; programs say nothing.
pub(crate) struct Source {
    /// The origin, which is allowed.
    origin: Option<HeaderValue>,
    /// Whether the page is of another site.
    cross_site: bool,
}

impl Source {
    /// Reads where a request comes from.
    ///
    /// # Errors
    /// If a page sent it whose origin is not, to the letter, on the list; or one of another site that hides its origin.
    pub(crate) fn of(headers: &HeaderMap, allowed: &[String]) -> Result<Self, Refusal> {
        let cross_site = headers.get_all(FETCH_SITE).iter().any(|site| site == "cross-site");
        let mut origins = headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) if cross_site => Err(Refusal::Tricked("requests from other sites are refused")),
            (None, _) => Ok(Self { origin: None, cross_site }),
            (Some(origin), None) if allowed.iter().any(|known| origin == known.as_str()) => {
                Ok(Self { origin: Some(origin.clone()), cross_site })
            }
            _ => Err(Refusal::Tricked("requests from this origin are refused")),
        }
    }

    /// Refuses another site, whichever it is: what carries a cookie is sent by pages of our own alone.
    ///
    /// # Errors
    /// If the request is of one.
    pub(crate) fn require_same_site(&self) -> Result<(), Refusal> {
        if self.cross_site {
            return Err(Refusal::Tricked("requests from other sites are refused"));
        }
        Ok(())
    }

    /// The answer to a browser that asks whether a page of this origin may send requests; nothing if it is no such
    /// question.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        let asks = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        self.origin.as_ref().filter(|_| asks)?;
        let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        response.headers_mut().insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        Some(response)
    }

    /// Lets the page read the answer.
    pub(crate) fn open(&self, response: &mut Response) {
        let Some(origin) = &self.origin else { return };
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
