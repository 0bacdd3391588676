#![doc = include_str!("../README.md")]

mod context;
mod error;
mod http;
mod id;
mod limits;
mod loader;
mod record;

pub use http::{HttpOptions, routes};
