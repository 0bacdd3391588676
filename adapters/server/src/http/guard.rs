//! What holds for every request, whatever it asks.

use std::{sync::Arc, time::Duration};

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use tokio::time;

/// What a browser is told about every answer. A page that needs more says so itself.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Answers within the deadline, or that it could not.
pub(super) async fn within<E: Endpoint>(
    deadline: Duration,
    endpoint: Arc<E>,
    request: Request,
) -> Result<Response> {
    match time::timeout(deadline, endpoint.call(request)).await {
        Ok(answer) => answer.map(IntoResponse::into_response),
        Err(_) => Ok(busy("it took too long; try again")),
    }
}

/// Seals every answer, also those that say no.
pub(super) async fn sealed<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let mut response = match endpoint.call(request).await {
        Ok(answer) => answer.into_response(),
        Err(error) => error.into_response(),
    };
    for (name, value) in HEADERS {
        if !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// An answer that something is not to be had now.
pub(super) fn busy(sentence: &'static str) -> Response {
    Response::builder()
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .header(header::RETRY_AFTER, "5")
        .content_type("text/plain; charset=utf-8")
        .body(sentence)
}

#[cfg(test)]
mod tests {
    use poem::{EndpointExt, Route, endpoint::make, handler, middleware::CatchPanic, test::TestClient};

    use super::*;

    #[handler]
    fn broken() -> &'static str {
        panic!("a defect")
    }

    fn app() -> impl Endpoint {
        let never = make(|_| async { Ok::<&str, poem::Error>(std::future::pending().await) });
        Route::new()
            .at("/never", never)
            .at("/broken", broken)
            .around(|endpoint, request| within(Duration::from_secs(3), endpoint, request))
            .with(CatchPanic::new())
            .around(sealed)
    }

    #[tokio::test(start_paused = true)]
    async fn every_answer_is_sealed_whatever_happened() {
        let client = TestClient::new(app());
        let cases = [
            ("absent", "/nowhere", StatusCode::NOT_FOUND),
            ("never done", "/never", StatusCode::SERVICE_UNAVAILABLE),
            ("a defect", "/broken", StatusCode::INTERNAL_SERVER_ERROR),
        ];
        for (name, path, status) in cases {
            let answer = client.get(path).send().await.0;
            assert_eq!(answer.status(), status, "{name}");
            for (header, value) in HEADERS {
                assert_eq!(answer.headers()[&header], value, "{name}");
            }
        }
    }
}
