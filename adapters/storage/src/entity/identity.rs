//! Rows of users, credentials, sessions and ceremonies.

pub(crate) mod user_account {
    use sea_orm::entity::prelude::*;

    /// A user.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email: String,
        pub email_key: String,
        pub name: String,
        pub profile_id: Uuid,
        pub role_id: Option<Uuid>,
        pub state: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    crate::entity::scoped!();
}

pub(crate) mod credential {
    use sea_orm::entity::prelude::*;

    /// Something a user proves himself with, sealed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "credential")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub sealed: Vec<u8>,
    }

    crate::entity::scoped!();
}

pub(crate) mod session {
    use sea_orm::entity::prelude::*;

    /// A session.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub digest: Vec<u8>,
        pub delivery: String,
        pub created_at: i64,
        pub last_seen_at: i64,
        pub expires_at: i64,
        pub idle_us: i64,
        pub ended_at: Option<i64>,
        pub address: Option<String>,
        pub user_agent: Option<String>,
        pub proved_at: i64,
        pub proved_by: String,
    }

    crate::entity::scoped!();
}

pub(crate) mod single_use {
    use sea_orm::entity::prelude::*;

    /// A secret that can be used once.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "single_use")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: Vec<u8>,
        pub expires_at: i64,
    }

    crate::entity::scoped!();
}

pub(crate) mod setting {
    use sea_orm::entity::prelude::*;

    /// Something that administrators have decided. What is about the workspace names the nil id.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: Json,
    }

    crate::entity::scoped!();
}

pub(crate) mod sign_in_flow {
    use sea_orm::entity::prelude::*;

    /// A ceremony that is under way.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_flow")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub digest: Vec<u8>,
        pub user_id: Uuid,
        pub purpose: String,
        pub began_with: String,
        pub delivery: Option<String>,
        pub session_id: Option<Uuid>,
        pub passed: String,
        pub attempts: i64,
        pub expires_at: i64,
    }

    crate::entity::scoped!();
}

pub(crate) mod sign_in_attempt {
    use sea_orm::entity::prelude::*;

    /// How often something was tried in vain.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_attempt")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: Vec<u8>,
        pub failures: i64,
        pub locks: i64,
        pub identifiers: i64,
        pub locked_until: Option<i64>,
        pub expires_at: i64,
    }

    crate::entity::scoped!();
}
