//! Rows of answered requests.

use sea_orm::entity::prelude::*;

/// An idempotency key that was claimed, and how its request was answered.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub fingerprint: Vec<u8>,
    pub expires_at: i64,
    pub outcome: Option<Json>,
    pub receipt: Option<String>,
}

crate::entity::scoped!();
