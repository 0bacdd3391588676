//! The rows of every table, as sea-orm reads and writes them. They never leave this crate.

#![expect(unreachable_pub, reason = "sea-orm's derives make public items")]

pub(crate) mod access;
pub(crate) mod access_token;
pub(crate) mod directory;
pub(crate) mod factors;
pub(crate) mod idempotency;
pub(crate) mod identity;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod principals;
pub(crate) mod records;
pub(crate) mod registry;
pub(crate) mod work;

/// What every entity needs beside its columns.
macro_rules! unscoped {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}

/// The same for a table of workspaces' data.
macro_rules! scoped {
    () => {
        crate::entity::unscoped!();

        impl crate::scoped::Scoped for Entity {
            const WORKSPACE: Column = Column::WorkspaceId;
        }
    };
}

/// A table of things with bits on other things: one row for each pair.
macro_rules! bits {
    ($(#[doc = $doc:literal])+ $name:ident: $table:literal, $whole:literal, $thing:literal) => {
        pub(crate) mod $name {
            use sea_orm::entity::prelude::*;

            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub workspace_id: Uuid,
                #[sea_orm(primary_key, auto_increment = false, column_name = $whole)]
                pub whole: Uuid,
                #[sea_orm(primary_key, auto_increment = false, column_name = $thing)]
                pub thing: Uuid,
                pub bits: i64,
            }

            crate::entity::scoped!();

            impl crate::parts::Parts for Entity {
                type Part = (Uuid, i64);

                const WHOLE: Column = Column::Whole;

                fn row(whole: Uuid, (thing, bits): (Uuid, i64)) -> Model {
                    Model { workspace_id: crate::scoped::HERE, whole, thing, bits }
                }

                fn split(row: Model) -> (Uuid, (Uuid, i64)) {
                    (row.whole, (row.thing, row.bits))
                }
            }
        }
    };
}

/// A table of things and others that belong to them: one row for each pair.
macro_rules! pairs {
    ($(#[doc = $doc:literal])+ $name:ident: $table:literal, $whole:literal, $part:literal) => {
        pub(crate) mod $name {
            use sea_orm::entity::prelude::*;

            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub workspace_id: Uuid,
                #[sea_orm(primary_key, auto_increment = false, column_name = $whole)]
                pub whole: Uuid,
                #[sea_orm(primary_key, auto_increment = false, column_name = $part)]
                pub part: Uuid,
            }

            crate::entity::scoped!();

            impl crate::parts::Parts for Entity {
                type Part = Uuid;

                const WHOLE: Column = Column::Whole;

                fn row(whole: Uuid, part: Uuid) -> Model {
                    Model { workspace_id: crate::scoped::HERE, whole, part }
                }

                fn split(row: Model) -> (Uuid, Uuid) {
                    (row.whole, row.part)
                }
            }
        }
    };
}

use {bits, pairs, scoped, unscoped};
