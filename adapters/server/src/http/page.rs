//! Pages of the product's own: one document each, which loads nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use poem::{Response, http::header};
use sutra_crypto::sha256;

/// A page with its style and its script inside.
pub(super) struct Page {
    text: String,
    policy: String,
}

impl Page {
    /// Puts a page together.
    ///
    /// # Security
    /// The policy allows this very style and this very script, requests to where the page comes from, and nothing
    /// else: no other script, no markup made from text, no frame around it.
    pub(super) fn new(title: &str, style: &str, body: &str, script: &str) -> Self {
        let digest = |text: &str| BASE64.encode(sha256(text.as_bytes()));
        Self {
            text: format!(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
                 <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
                 <style>{style}</style>\n{body}<script>{script}</script>\n</html>\n"
            ),
            policy: format!(
                "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; \
                 form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'",
                digest(style),
                digest(script)
            ),
        }
    }

    /// The page as an answer.
    pub(super) fn response(&self) -> Response {
        Response::builder()
            .content_type("text/html; charset=utf-8")
            .header(header::CONTENT_SECURITY_POLICY, &self.policy)
            .body(self.text.clone())
    }
}
