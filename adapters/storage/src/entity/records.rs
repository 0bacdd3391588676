//! Rows of definitions, records and imports.

pub(crate) mod object_definition {
    use sea_orm::entity::prelude::*;

    /// An object.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "object_definition")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub label: String,
        pub plural: String,
        pub plural_label: String,
        pub name_field: String,
        pub subject: String,
        pub standard: bool,
        pub help: String,
        pub position: i64,
        pub needs_reason: bool,
        pub emptying: Option<Json>,
    }

    crate::entity::scoped!();
}

pub(crate) mod field_definition {
    use sea_orm::entity::prelude::*;

    /// A field of an object.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "field_definition")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub object_id: Uuid,
        pub name: String,
        pub label: String,
        pub kind: Json,
        pub required: bool,
        pub slot: Option<String>,
        pub category: String,
        pub help: String,
        pub position: i64,
        pub default_value: Option<Json>,
        pub unique: bool,
        pub searchable: bool,
        pub encrypted: bool,
        pub mask: Option<String>,
        pub preparing_index: bool,
        pub preparing_search: bool,
    }

    crate::entity::scoped!();
}

pub(crate) mod validation_rule {
    use sea_orm::entity::prelude::*;

    /// What must be true of an object's records.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "validation_rule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub object_id: Uuid,
        pub name: String,
        pub expression: String,
        pub message: String,
        pub active: bool,
    }

    crate::entity::scoped!();
}

pub(crate) mod record {
    use sea_orm::entity::prelude::*;

    /// A record, without the slots, which are written and compared with but never read.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub object_id: Uuid,
        pub owner_id: Uuid,
        pub owner_is_queue: bool,
        pub access_owner_id: Uuid,
        pub access_role_id: Option<Uuid>,
        pub parent_id: Option<Uuid>,
        pub root_id: Option<Uuid>,
        pub root_object_id: Option<Uuid>,
        pub root_owner_is_queue: Option<bool>,
        pub control_writes: Option<i64>,
        pub version: i64,
        pub created_at: i64,
        pub created_by: Uuid,
        pub updated_at: i64,
        pub updated_by: Uuid,
        pub deleted_at: Option<i64>,
        pub locked_at: Option<i64>,
        pub fields: Json,
        pub sealed: Json,
    }

    crate::entity::scoped!();
}

pub(crate) mod record_share {
    use sea_orm::entity::prelude::*;

    /// That a record is shared with somebody.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_share")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        pub object_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub principal_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub principal_id: Uuid,
        pub grantee_role_id: Option<Uuid>,
        pub level: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub cause: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub cause_id: Uuid,
    }

    crate::entity::scoped!();
}

pub(crate) mod team_role {
    use sea_orm::entity::prelude::*;

    /// What a user does who is of the team of a record.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "team_role")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub role: String,
    }

    crate::entity::scoped!();
}

pub(crate) mod record_unique {
    use sea_orm::entity::prelude::*;

    /// That a record has a unique value.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_unique")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: Vec<u8>,
        pub record_id: Uuid,
    }

    crate::entity::scoped!();
}

pub(crate) mod preparation {
    use sea_orm::entity::prelude::*;

    /// How far the records of an object are in line with its fields.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "preparation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        pub after: Option<Uuid>,
        pub complete: bool,
        pub done: i64,
        pub total: i64,
        pub started_at: i64,
    }

    crate::entity::scoped!();
}

pub(crate) mod search_token {
    use sea_orm::entity::prelude::*;

    /// A word of a record.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
    }

    crate::entity::scoped!();
}

pub(crate) mod import {
    use sea_orm::entity::prelude::*;

    /// One run of the importer.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub object_id: Uuid,
        pub user_id: Uuid,
        pub file_digest: Vec<u8>,
        pub started_at: i64,
        pub finished_at: Option<i64>,
    }

    crate::entity::scoped!();
}

pub(crate) mod import_row {
    use sea_orm::entity::prelude::*;

    /// What a row of a file became.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_digest: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub row_number: i64,
        pub import_id: Uuid,
        pub record_id: Uuid,
    }

    crate::entity::scoped!();
}

pub(crate) mod resharing {
    use sea_orm::entity::prelude::*;

    /// How far records have what rules share.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "resharing")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        /// Nil for the records of everybody; or whose they are; or, where something is withheld, what controls them.
        #[sea_orm(primary_key, auto_increment = false, column_name = "owner_id")]
        pub whose_id: Uuid,
        pub after: Option<Uuid>,
        pub done: i64,
        pub total: i64,
        pub started_at: i64,
        pub withheld: Option<String>,
    }

    crate::entity::scoped!();
}
