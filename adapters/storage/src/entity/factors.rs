//! Rows of second factors and remembered devices.

pub(crate) mod factor {
    use sea_orm::entity::prelude::*;

    /// Something that a user has set up beside a password.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "factor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub kind: String,
        pub name: String,
        pub sealed: Vec<u8>,
        pub lookup: Option<Vec<u8>>,
        pub step: Option<i64>,
        pub version: i64,
        pub created_at: i64,
        pub last_used_at: Option<i64>,
    }

    crate::entity::scoped!();
}

pub(crate) mod remembered_device {
    use sea_orm::entity::prelude::*;

    /// A device that needs no second factor for a while.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "remembered_device")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub digest: Vec<u8>,
        pub address: Option<String>,
        pub user_agent: Option<String>,
        pub created_at: i64,
        pub last_used_at: i64,
        pub expires_at: i64,
    }

    crate::entity::scoped!();
}
