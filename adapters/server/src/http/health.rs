//! Whether the process lives, and whether it can serve.

use std::error::Error as _;

use poem::{Endpoint, Request, Response, Result, handler};
use sutra_engine::Engine;

use super::guard;

/// The process lives: it need not be started again.
#[handler]
pub(super) fn live() -> &'static str {
    "alive\n"
}

/// The store answers and its schema is this program's: requests may be sent here.
pub(super) struct Ready {
    engine: Engine,
}

impl Ready {
    pub(super) fn new(engine: &Engine) -> Self {
        Self { engine: engine.clone() }
    }
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, _request: Request) -> Result<Response> {
        match self.engine.workspaces().ping().await {
            Ok(()) => Ok(Response::builder().content_type("text/plain; charset=utf-8").body("ready\n")),
            Err(error) => {
                let source = error.source().map(tracing::field::display);
                tracing::warn!(source, "the store does not answer");
                Ok(guard::busy("the store does not answer\n"))
            }
        }
    }
}
