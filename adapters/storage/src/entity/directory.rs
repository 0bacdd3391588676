//! Rows of groups and their members, and of territories and theirs.

pub(crate) mod user_group {
    use sea_orm::entity::prelude::*;

    /// A group or a queue, without its members. It is not called `group`, which is a word of SQL.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_group")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub queue: bool,
    }

    crate::entity::scoped!();
}

pub(crate) mod group_member {
    use sea_orm::entity::prelude::*;

    /// Somebody, or several people under one name, in a group.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "group_member")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub group_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub principal_kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub principal_id: Uuid,
    }

    crate::entity::scoped!();

    impl crate::parts::Parts for Entity {
        type Part = (String, Uuid);

        const WHOLE: Column = Column::GroupId;

        fn row(group_id: Uuid, (principal_kind, principal_id): (String, Uuid)) -> Model {
            Model { workspace_id: crate::scoped::HERE, group_id, principal_kind, principal_id }
        }

        fn split(row: Model) -> (Uuid, (String, Uuid)) {
            (row.group_id, (row.principal_kind, row.principal_id))
        }
    }
}

pub(crate) mod territory {
    use sea_orm::entity::prelude::*;

    /// A territory.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "territory")]
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

pub(crate) mod territory_level {
    use sea_orm::entity::prelude::*;

    /// How far a territory opens the records of an object that are assigned to it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "territory_level")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub territory_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub object_id: Uuid,
        pub level: i64,
    }

    crate::entity::scoped!();

    impl crate::parts::Parts for Entity {
        type Part = (Uuid, i64);

        const WHOLE: Column = Column::TerritoryId;

        fn row(territory_id: Uuid, (object_id, level): (Uuid, i64)) -> Model {
            Model { workspace_id: crate::scoped::HERE, territory_id, object_id, level }
        }

        fn split(row: Model) -> (Uuid, (Uuid, i64)) {
            (row.territory_id, (row.object_id, row.level))
        }
    }
}

crate::entity::pairs! {
    /// A user who is assigned to a territory.
    territory_user: "territory_user", "territory_id", "user_id"
}
