#![doc = include_str!("../README.md")]

mod access;
mod connect;
mod definitions;
mod empty;
mod entity;
mod error;
mod idempotency;
mod identity;
mod imports;
mod keys;
mod ledger;
mod list;
mod metadata;
mod migration;
mod open;
mod pool;
mod prepare;
mod records;
mod registry;
mod rls;
mod roles;
mod rules;
mod scoped;
mod search;
mod sessions;
mod shares;
mod store;
mod transaction;
mod unique;
mod work;

pub use connect::DatabaseUrl;
pub use error::{BadRow, SetupError};
pub use roles::{RolePasswords, UnsafeRole, create_roles, prepare_database};
pub use store::SqlStore;
