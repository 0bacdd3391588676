//! The door: HTTP requests become GraphQL requests of a known caller, and back.

mod answer;
mod body;
mod credentials;
mod forwarded;
mod source;

use std::{sync::Arc, time::Duration};

use async_graphql::{Executor, Request as GraphQlRequest, ServerError, dataloader::DataLoader};
use poem::{
    Endpoint, Request, Response, Route,
    http::{HeaderName, Method, StatusCode, header},
};
use sutra_engine::{Engine, Error, IdempotencyKey, Origin, Viewing};
use sutra_identity::Area;
use sutra_kernel::RequestId;

pub(crate) use self::credentials::{device_cookie, no_session_cookie, session_cookie};
pub use self::forwarded::TrustedProxies;
use self::{
    answer::Refusal,
    body::Body,
    credentials::{Credentials, device_of},
    source::Source,
};
use crate::{
    batch::batches,
    budget,
    context::{Brought, RequestContext},
    document::PersistedDocuments,
    error,
    idempotency::Idempotency,
    limits::{self, Lists},
    loader::Loader,
    record::RecordSchemas,
    setup::SetupSchema,
    text,
};

/// What a browser says of itself is shorter; what is longer is cut.
const USER_AGENT_CHARS: usize = 256;

/// How the endpoints behave on the network.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The origins (`https://crm.example.com`) whose pages may send requests and read the answers; compared to the
    /// letter. Include the address that the product's own pages are served from. None, if not set.
    pub allowed_origins: Vec<String>,
    /// The proxies that are believed when they say where a request came from. None, if not set.
    pub trusted_proxies: TrustedProxies,
    /// How many bytes a request's body may have. 256 KiB, if not set.
    pub max_body_bytes: usize,
    /// Whether every change needs an idempotency key, but signing in and out and what comes before a session. Not, if
    /// not set.
    pub require_idempotency_key: bool,
    /// The documents that a client may name instead of sending them, at both endpoints. None, if not set.
    pub documents: PersistedDocuments,
    /// Whether `/graphql` executes nothing but those documents. `/graphql/setup` executes any: strangers must be able
    /// to sign in there, and administrators to do what no list foresaw. Not, if not set.
    pub only_listed_documents: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            max_body_bytes: 256 * 1024,
            require_idempotency_key: false,
            documents: PersistedDocuments::default(),
            only_listed_documents: false,
        }
    }
}

/// The endpoints `/graphql` and `/graphql/setup`, over an engine.
#[must_use]
pub fn routes(engine: &Engine, options: HttpOptions) -> Route {
    let options = Arc::new(options);
    let only_listed = options.only_listed_documents;
    let records = Door::new(engine, &options, RecordSchemas::default(), only_listed);
    let setup = Door::new(engine, &options, SetupSchema::new(), false);
    Route::new().at("/graphql", records).at("/graphql/setup", setup)
}

/// Where an endpoint takes its schema from.
pub(crate) trait SchemaSource: Send + Sync {
    /// What executes requests; metered.
    type Schema: Executor;

    /// Whether somebody who has not signed in is let in. The schema then looks after itself.
    const OPEN: bool;

    /// What a personal access token must reach to be let in.
    const AREA: Area;

    /// The schema for this caller.
    ///
    /// # Errors
    /// [`Error::Internal`] if there cannot be one.
    fn schema(&self, viewing: Option<&Viewing>) -> Result<(Self::Schema, Arc<Lists>), Error>;
}

/// One endpoint.
struct Door<S> {
    engine: Engine,
    options: Arc<HttpOptions>,
    schemas: S,
    only_listed: bool,
}

impl<S: SchemaSource> Door<S> {
    fn new(engine: &Engine, options: &Arc<HttpOptions>, schemas: S, only_listed: bool) -> Self {
        Self { engine: engine.clone(), options: Arc::clone(options), schemas, only_listed }
    }

    /// The answer to a request of this source.
    async fn respond(&self, id: RequestId, source: &Source, request: Request) -> Response {
        let mut response = match source.preflight(&request) {
            Some(response) => response,
            None => match self.answer(id, source, request).await {
                Ok(answer) => answer::respond(answer, id),
                Err(refusal) => refusal.into_response(id),
            },
        };
        source.open(&mut response);
        response
    }

    async fn answer(
        &self,
        id: RequestId,
        source: &Source,
        mut request: Request,
    ) -> Result<async_graphql::Response, Refusal> {
        check_form(&request)?;
        let credentials = Credentials::of(request.headers(), source)?;
        let origin = self.origin(&request)?;
        let header = idempotency_key(&request)?;
        let device = device_of(request.headers())?;
        let asked = self.read(&mut request).await?;
        let viewing = self.authenticate(credentials, id, origin.clone()).await?;
        // A program that tries again must not do twice what it did once.
        let is_token = viewing.as_ref().is_some_and(|viewing| viewing.caller().is_token());
        let required = self.options.require_idempotency_key || is_token;
        let brought = Brought { idempotency: Idempotency { header, required }, device };
        let answer = self.execute(asked, viewing, brought, id, origin).await;
        Ok(answer.unwrap_or_else(|error| async_graphql::Response::from_errors(vec![error])))
    }

    /// Where the request comes from, as far as that is known.
    fn origin(&self, request: &Request) -> Result<Origin, Refusal> {
        let peer = request.remote_addr().as_socket_addr().map(|address| address.ip());
        let address = self.options.trusted_proxies.visitor(peer, request.headers())?;
        let user_agent =
            request.header(header::USER_AGENT).map(|text| text.chars().take(USER_AGENT_CHARS).collect());
        Ok(Origin { address: address.map(|address| address.to_string()), user_agent })
    }

    /// Reads the body. What is too long is not read to its end.
    async fn read(&self, request: &mut Request) -> Result<Body, Refusal> {
        let bytes = request.take_body().into_bytes_limit(self.options.max_body_bytes).await;
        let bytes =
            bytes.map_err(|_| Refusal::Form(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long"))?;
        Body::parse(&bytes)
    }

    /// Who asks: nobody, if the door is open and the credentials are not good (any more), because a stale
    /// cookie must not keep its owner from signing in again.
    async fn authenticate(
        &self,
        credentials: Option<Credentials>,
        id: RequestId,
        origin: Origin,
    ) -> Result<Option<Viewing>, Refusal> {
        let viewing = match credentials {
            Some(Credentials { token, delivery }) => {
                self.engine.authenticate(&token, (delivery, S::AREA), id, origin).await
            }
            None => Err(Error::Unauthenticated),
        };
        match viewing {
            Ok(viewing) => Ok(Some(viewing)),
            Err(Error::Unauthenticated) if S::OPEN => Ok(None),
            Err(error) => Err(Refusal::Caller(error)),
        }
    }

    async fn execute(
        &self,
        asked: Body,
        viewing: Option<Viewing>,
        brought: Brought,
        id: RequestId,
        origin: Origin,
    ) -> Result<async_graphql::Response, ServerError> {
        let schema = self.schemas.schema(viewing.as_ref());
        let (schema, lists) = schema.map_err(|error| error::refused(&error, id))?;
        let chosen = asked.with_document(&self.options.documents, self.only_listed);
        let mut request = chosen.map_err(|error| error::coded(error::BAD_USER_INPUT, error.to_string()))?;
        judge(&mut request, &lists, viewing.is_some())?;
        let context = match viewing {
            Some(viewing) => RequestContext::signed_in(self.engine.clone(), viewing),
            None => RequestContext::anonymous(self.engine.clone(), id, origin),
        };
        let context = Arc::new(context.bringing(brought));
        let (hand_over, batches) = batches();
        let loader = DataLoader::new(Loader::new(&context), hand_over).delay(Duration::ZERO);
        let request = request.data(Arc::clone(&context)).data(loader);
        let mut response = batches.beside(schema.execute(request)).await;
        if let Err(error) = context.forget_snapshot().await {
            tracing::warn!(request = %id, %error, "a snapshot could not be given back");
        }
        if context.budget().is_overdrawn() {
            return Err(too_long());
        }
        response.errors.extend(context.take_errors());
        if let Some(paths) = context.take_redacted() {
            response.extensions.insert("redacted".to_owned(), paths);
        }
        Ok(response)
    }
}

impl<S: SchemaSource> Endpoint for Door<S> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = self.engine.new_request_id();
        let response = match Source::of(request.headers(), &self.options.allowed_origins) {
            Ok(source) => self.respond(id, &source, request).await,
            Err(refusal) => refusal.into_response(id),
        };
        Ok(answer::sealed(response, id))
    }
}

/// GET could be sent by a link, and forms of other sites cannot send JSON: so only POST, and only JSON.
fn check_form(request: &Request) -> Result<(), Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::Form(StatusCode::METHOD_NOT_ALLOWED, "send GraphQL requests by POST"));
    }
    let content_type = request.content_type().and_then(|text| text.split(';').next()).map(str::trim);
    if content_type.is_some_and(|text| text.eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    let message = "send GraphQL requests as `application/json`";
    Err(Refusal::Form(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// The key by which the request may be repeated.
fn idempotency_key(request: &Request) -> Result<Option<IdempotencyKey>, Refusal> {
    let mut values = request.headers().get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|_| values.next().is_none());
    let key = key.and_then(|text| IdempotencyKey::parse(text).ok());
    let message = "send one `Idempotency-Key` header, of 1 to 255 printable ASCII characters";
    key.map(Some).ok_or(Refusal::Form(StatusCode::BAD_REQUEST, message))
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Holds a document to the limits, before anything else looks at it.
fn judge(request: &mut GraphQlRequest, lists: &Lists, may_introspect: bool) -> Result<(), ServerError> {
    let variables = std::mem::take(&mut request.variables);
    let judged = request.parsed_query().and_then(|document| {
        limits::check(document, &variables, lists, may_introspect)
            .map_err(|error| error::coded(error.code(), error.to_string()))?;
        if text::has_nul(document, &variables) {
            return Err(error::coded(error::BAD_USER_INPUT, "no text can hold the character U+0000"));
        }
        Ok(())
    });
    request.variables = variables;
    judged
}

fn too_long() -> ServerError {
    let message = format!(
        "the answer would be longer than {} MiB: ask for less. What a mutation has changed stays changed",
        budget::ANSWER_MIB
    );
    error::coded("QUERY_TOO_COMPLEX", message)
}
