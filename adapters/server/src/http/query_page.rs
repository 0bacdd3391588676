//! The page where people look at the schemas, and ask and change what they may.

use poem::{Endpoint, Response, endpoint::make_sync};
use sutra_graphql::{EXAMPLES, Example};

use super::page::Page;

/// Where the page says what is unusual about this server.
const NOTICE: &str = "<!-- notice -->";
const ONLY_LISTED: &str = "<p id=\"notice\" role=\"note\">This server executes only the documents that its operator has listed: /graphql refuses \
     any other, and does not show its schema. /graphql/setup executes all.</p>";

/// Signs in by cookie, so that no script has the token in its reach. Says so if the server executes only listed
/// documents.
pub(super) fn endpoint(only_listed_documents: bool) -> impl Endpoint<Output = Response> {
    let notice = if only_listed_documents { ONLY_LISTED } else { "" };
    let mut body = include_str!("query_page/body.html").replace(NOTICE, notice);
    body.extend(EXAMPLES.iter().map(block));
    let (style, script) = (include_str!("query_page/page.css"), include_str!("query_page/page.js"));
    let page = Page::new("Query Sutra", style, &body, script);
    make_sync(move |_| page.response())
}

/// An example as a block of data, which the page's script reads and no browser runs.
fn block(Example { name, endpoint, document }: &Example) -> String {
    format!(
        "<script type=\"application/graphql\" data-example=\"{name}\" data-endpoint=\"{endpoint}\">\
         {document}</script>\n"
    )
}
