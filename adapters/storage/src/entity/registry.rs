//! Rows outside every workspace.

pub(crate) mod workspace {
    use sea_orm::entity::prelude::*;

    /// A workspace.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "workspace")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub region: String,
        pub state: String,
        pub created_at: i64,
    }

    crate::entity::unscoped!();
}

pub(crate) mod root_check {
    use sea_orm::entity::prelude::*;

    /// A sealed constant under a root key.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "root_check")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_ref: i64,
        pub blob: Vec<u8>,
    }

    crate::entity::unscoped!();
}

pub(crate) mod wake {
    use sea_orm::entity::prelude::*;

    /// When a workspace has work to do.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "wake")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        pub due_at: i64,
    }

    crate::entity::unscoped!();
}
