//! Rows of the ledger.

pub(crate) mod ledger_head {
    use sea_orm::entity::prelude::*;

    /// The end of a chain, and the epochs.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        pub seq: i64,
        pub leaf: Vec<u8>,
        pub prev: Vec<u8>,
        pub at_us: i64,
        pub policy_epoch: i64,
        pub metadata_version: i64,
    }

    crate::entity::scoped!();
}

pub(crate) mod ledger_entry {
    use sea_orm::entity::prelude::*;

    /// An entry: its bytes, and projections of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at_us: i64,
        pub prev: Vec<u8>,
        pub leaf: Vec<u8>,
        pub bytes: Vec<u8>,
        pub unit_id: Uuid,
        pub ordinal: i64,
        pub category: i64,
        pub action: String,
        pub actor_id: Option<Uuid>,
        pub target_object: Option<String>,
        pub target_id: Option<Uuid>,
        pub target_version: Option<i64>,
        pub request_id: Option<Uuid>,
    }

    crate::entity::scoped!();
}

pub(crate) mod ledger_opening {
    use sea_orm::entity::prelude::*;

    /// The value behind a commitment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_opening")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub unit_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub side: String,
        pub salt: Option<Vec<u8>>,
        pub kind: i64,
        pub body: Vec<u8>,
    }

    crate::entity::scoped!();
}
