//! The schema, in steps that only add.
//!
//! A step lists tables; [`Table`] gives each its leading `workspace_id`, its policy and its grants, so that
//! none can be forgotten.

use std::borrow::Cow;

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait::async_trait,
};

use table::Table;

mod access;
mod access_tokens;
mod attributes;
mod control;
mod empty;
mod expiry;
mod factors;
mod flows;
mod follow;
mod idempotency;
mod identity;
mod keys;
mod ledger;
mod masks;
mod plural;
mod prepare;
mod principals;
mod proof;
mod purge;
mod queues;
mod records;
mod registry;
mod removal;
mod restrictions;
mod rules;
mod search;
mod settings;
mod shares;
mod sharing_rules;
mod statistics;
mod table;
mod teams;
mod territories;
mod territory_levels;
mod tries;
mod unique;
mod work;

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let steps = [
            registry::STEP,
            access::STEP,
            identity::STEP,
            records::STEP,
            keys::STEP,
            ledger::STEP,
            work::STEP,
            idempotency::STEP,
            attributes::STEP,
            search::STEP,
            unique::STEP,
            rules::STEP,
            masks::STEP,
            statistics::STEP,
            prepare::STEP,
            purge::STEP,
            principals::STEP,
            territories::STEP,
            shares::STEP,
            empty::STEP,
            plural::STEP,
            restrictions::STEP,
            sharing_rules::STEP,
            queues::STEP,
            removal::STEP,
            control::STEP,
            teams::STEP,
            territory_levels::STEP,
            follow::STEP,
            settings::STEP,
            flows::STEP,
            factors::STEP,
            tries::STEP,
            proof::STEP,
            access_tokens::STEP,
            expiry::STEP,
        ];
        steps.into_iter().map(|step| Box::new(step) as Box<dyn MigrationTrait>).collect()
    }
}

/// One step: tables, and what SQL has to say beside them.
struct Step {
    name: &'static str,
    tables: fn() -> Vec<Table>,
    beside: fn(DbBackend) -> Option<Beside>,
}

/// Statements after the tables are made and before they are dropped.
struct Beside {
    up: Cow<'static, str>,
    down: Cow<'static, str>,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in (self.tables)() {
            table.create(manager).await?;
        }
        match (self.beside)(manager.get_database_backend()) {
            Some(beside) => manager.get_connection().execute_unprepared(&beside.up).await.map(drop),
            None => Ok(()),
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if let Some(beside) = (self.beside)(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(&beside.down).await?;
        }
        for table in (self.tables)().into_iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}

fn nothing_beside(_: DbBackend) -> Option<Beside> {
    None
}
