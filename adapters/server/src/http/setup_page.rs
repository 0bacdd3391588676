//! The page behind the set-up link, where the first administrator is made.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use poem::{Response, handler, http::header};
use sutra_crypto::{Token, sha256};
use url::form_urlencoded::Serializer;

const STYLE: &str = include_str!("setup_page/page.css");
const SCRIPT: &str = include_str!("setup_page/page.js");
const BODY: &str = include_str!("setup_page/body.html");

static PAGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Set up Sutra</title>\n\
         <style>{STYLE}</style>\n{BODY}<script>{SCRIPT}</script>\n</html>\n"
    )
});

/// This very style and this very script, and nothing from anywhere else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = |text: &str| BASE64.encode(sha256(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
});

/// The link that opens the page for the first administrator of a workspace.
pub(crate) fn link(public: &str, workspace: &str, token: &Token) -> String {
    let mut fragment = Serializer::new(String::new());
    fragment.append_pair("workspace", workspace).append_pair("token", token.expose());
    format!("{public}/setup#{}", fragment.finish())
}

/// A form that completes the set-up. What the link says is in the address's fragment, which browsers do not send.
#[handler]
pub(super) fn page() -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY.as_str())
        .body(PAGE.as_str())
}
