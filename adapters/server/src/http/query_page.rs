//! The page where people look at the schemas, and ask and change what they may.

use std::sync::LazyLock;

use poem::{Response, handler};
use sutra_graphql::{EXAMPLES, Example};

use super::page::Page;

static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let mut body = include_str!("query_page/body.html").to_owned();
    body.extend(EXAMPLES.iter().map(block));
    Page::new("Query Sutra", include_str!("query_page/page.css"), &body, include_str!("query_page/page.js"))
});

/// An example as a block of data, which the page's script reads and no browser runs.
fn block(Example { name, endpoint, document }: &Example) -> String {
    format!(
        "<script type=\"application/graphql\" data-example=\"{name}\" data-endpoint=\"{endpoint}\">\
         {document}</script>\n"
    )
}

/// Signs in by cookie, so that no script has the token in its reach.
#[handler]
pub(super) fn page() -> Response {
    PAGE.response()
}
