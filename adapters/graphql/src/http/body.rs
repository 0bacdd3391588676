//! What a request's body says.

use async_graphql::{Request as GraphQlRequest, Variables};
use poem::http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;
use crate::document::{DocumentError, PersistedDocuments};

/// One request, as GraphQL over HTTP has it. What else is in the body means nothing here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    query: Option<String>,
    /// A document that is listed, in place of one.
    document_id: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    persisted_query: Option<PersistedQuery>,
}

/// The older way to name a document, which many clients have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    sha256_hash: String,
}

impl Body {
    /// Reads a body. A batch is no request.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let is_object = bytes.trim_ascii_start().starts_with(b"{");
        let parsed = is_object.then(|| serde_json::from_slice(bytes).ok()).flatten();
        let unreadable = "the body must be one JSON object with a `query`; batches are not supported";
        parsed.ok_or(Refusal::Form(StatusCode::BAD_REQUEST, unreadable))
    }

    /// The request, with the document that it asks for.
    pub(super) fn with_document(
        self,
        documents: &PersistedDocuments,
        only_listed: bool,
    ) -> Result<GraphQlRequest, DocumentError> {
        let older = self.extensions.and_then(|extensions| extensions.persisted_query);
        let named = self.document_id.or(older.map(|query| query.sha256_hash));
        let document = documents.choose(self.query, named.as_deref(), only_listed)?;
        let request = GraphQlRequest::new(document).variables(self.variables);
        Ok(match self.operation_name.filter(|name| !name.is_empty()) {
            Some(name) => request.operation_name(name),
            None => request,
        })
    }
}
