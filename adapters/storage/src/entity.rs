//! The rows of every table, as sea-orm reads and writes them. They never leave this crate.

#![expect(unreachable_pub, reason = "sea-orm's derives make public items")]

pub(crate) mod access;
pub(crate) mod idempotency;
pub(crate) mod identity;
pub(crate) mod keys;
pub(crate) mod ledger;
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

use {scoped, unscoped};
