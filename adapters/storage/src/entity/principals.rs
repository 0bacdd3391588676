//! Rows of permission sets, of the groups that they are given in, and of who has them.

pub(crate) mod permission_set {
    use sea_orm::entity::prelude::*;

    /// A permission set, without what it gives on objects and fields.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "permission_set")]
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

pub(crate) mod permission_set_group {
    use sea_orm::entity::prelude::*;

    /// A permission set group, without its sets and what it mutes on objects and fields.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "permission_set_group")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub workspace_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        /// The words of the muted system permissions, with blanks between them.
        pub muted_system: String,
    }

    crate::entity::scoped!();
}

crate::entity::bits! {
    /// What a permission set permits on an object.
    permission_set_object: "permission_set_object", "permission_set_id", "object_id"
}

crate::entity::bits! {
    /// What a permission set permits on a field.
    permission_set_field: "permission_set_field", "permission_set_id", "field_id"
}

crate::entity::bits! {
    /// What a permission set group mutes on an object.
    muted_object: "muted_object", "permission_set_group_id", "object_id"
}

crate::entity::bits! {
    /// What a permission set group mutes on a field.
    muted_field: "muted_field", "permission_set_group_id", "field_id"
}

crate::entity::pairs! {
    /// A permission set of a permission set group.
    grouped_permission_set: "grouped_permission_set", "permission_set_group_id", "permission_set_id"
}

crate::entity::pairs! {
    /// A permission set that a user has.
    user_permission_set: "user_permission_set", "user_id", "permission_set_id"
}

crate::entity::pairs! {
    /// A permission set group that a user has.
    user_permission_set_group: "user_permission_set_group", "user_id", "permission_set_group_id"
}
