//! The schema and the roles, looked at from outside.

mod catalogue;
mod fixture;
mod isolation;
mod roles;
mod schema;
