//! Rows of keys.

pub(crate) mod wrapped_key {
    use sea_orm::entity::prelude::*;

    /// A key, wrapped by another.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wrapped_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_ref: i64,
        pub slot: String,
        pub version: i64,
        pub wrapped_by: i64,
        pub blob: Vec<u8>,
        pub created_at: i64,
    }

    crate::entity::scoped!();
}
