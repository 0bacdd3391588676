//! The page behind the set-up link, where the first administrator is made.

use std::sync::LazyLock;

use poem::{Response, handler};
use sutra_crypto::Token;
use url::form_urlencoded::Serializer;

use super::page::Page;

static PAGE: LazyLock<Page> = LazyLock::new(|| {
    Page::new(
        "Set up Sutra",
        include_str!("setup_page/page.css"),
        include_str!("setup_page/body.html"),
        include_str!("setup_page/page.js"),
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
    PAGE.response()
}
