//! Rows of the outbox.

pub(crate) mod outbox {
    use sea_orm::entity::prelude::*;

    /// Work to be done outside the database.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub payload: Vec<u8>,
        pub due_at: i64,
        pub attempts: i64,
        pub leased_until: Option<i64>,
    }

    crate::entity::scoped!();
}
