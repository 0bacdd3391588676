#![doc = include_str!("../README.md")]

mod batch;
mod budget;
mod code;
mod context;
mod document;
mod error;
mod example;
mod http;
mod id;
mod idempotency;
mod limits;
mod loader;
mod record;
mod sdl;
mod setup;
mod text;

pub use code::{ERROR_CODES, ErrorCode};
pub use document::{ManifestError, PersistedDocuments};
pub use example::{EXAMPLES, Example};
pub use http::{HttpOptions, TrustedProxies, routes};
pub use sdl::{print_records, print_setup};
