//! Rows of profiles and roles.

pub(crate) mod profile {
    use sea_orm::entity::prelude::*;

    /// A profile, without what it permits.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "profile")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub system: i64,
    }

    crate::entity::scoped!();
}

crate::entity::bits! {
    /// What a profile permits on an object.
    object_permission: "object_permission", "profile_id", "object_id"
}

crate::entity::bits! {
    /// What a profile permits on a field.
    field_permission: "field_permission", "profile_id", "field_id"
}

pub(crate) mod role {
    use sea_orm::entity::prelude::*;

    /// A role.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "role")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub parent_id: Option<Uuid>,
    }

    crate::entity::scoped!();
}

pub(crate) mod object_policy {
    use sea_orm::entity::prelude::*;

    /// How an object is open to those who do not own its records.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "object_policy")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        pub org_wide_default: String,
        pub hierarchy: bool,
        pub parent_id: Option<Uuid>,
        pub settling: bool,
    }

    crate::entity::scoped!();
}

pub(crate) mod restriction_rule {
    use sea_orm::entity::prelude::*;

    /// A rule that hides records of an object.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "restriction_rule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub object_id: Uuid,
        pub name: String,
        /// Whether it binds every user, whatever the audience.
        pub everybody: bool,
        pub condition: Json,
    }

    crate::entity::scoped!();
}

pub(crate) mod restriction_audience {
    use sea_orm::entity::prelude::*;

    /// One of those whom a restriction rule binds.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "restriction_audience")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub rule_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub principal_id: Uuid,
    }

    crate::entity::scoped!();
}

pub(crate) mod sharing_rule {
    use sea_orm::entity::prelude::*;

    /// A rule that shares records of an object: for a source, or for a condition.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sharing_rule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub object_id: Uuid,
        pub name: String,
        pub source_kind: Option<String>,
        pub source_id: Option<Uuid>,
        pub condition: Option<Json>,
        pub target_kind: String,
        pub target_id: Uuid,
        pub level: i64,
    }

    crate::entity::scoped!();
}

pub(crate) mod moving_user {
    use sea_orm::entity::prelude::*;

    /// A user whose records and shares have his role only in part.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "moving_user")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub started_at: i64,
    }

    crate::entity::scoped!();
}
