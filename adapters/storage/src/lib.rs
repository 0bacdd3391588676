#![doc = include_str!("../README.md")]

mod connect;
mod error;
mod migration;
mod pool;
mod rls;
mod roles;
mod transaction;

pub use connect::{Connection, DatabaseUrl};
pub use error::SetupError;
pub use roles::{RolePasswords, UnsafeRole, create_roles, prepare_database};
