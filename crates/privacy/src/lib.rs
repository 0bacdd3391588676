#![doc = include_str!("../README.md")]

mod category;
mod subject;

pub use category::{CategoryError, DataCategory};
pub use subject::{DataSubject, SubjectError};
