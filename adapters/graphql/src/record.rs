//! The schema of a workspace's records, built at run time from its metadata.

mod aggregate;
mod build;
mod change;
pub(crate) mod condition;
mod filter;
mod history;
mod list;
mod mass;
mod metadata;
mod names;
mod object;
mod order;
mod people;
pub(crate) mod scalar;
mod share;
mod team;
mod territory;
mod upsert;

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use async_graphql::dynamic::{Object, Schema, SchemaBuilder};
use sutra_engine::{Error, Viewing};
use sutra_identity::Area;
use sutra_kernel::WorkspaceId;
use sutra_records::Metadata;

use crate::{budget::Meter, http::SchemaSource, limits::Lists};

/// Schemas that are kept. One more empties the cache, which costs a few milliseconds a workspace.
const CAPACITY: usize = 256;

/// The schemas of all workspaces: one for each, the same for all of its members, replaced as a whole when an
/// object or a field changes.
#[derive(Default)]
pub(crate) struct RecordSchemas {
    cache: ArcSwap<HashMap<WorkspaceId, (u64, Served)>>,
}

type Served = (Schema, Arc<Lists>);

impl SchemaSource for RecordSchemas {
    type Schema = Schema;
    const OPEN: bool = false;
    const AREA: Area = Area::Records;

    fn schema(&self, viewing: Option<&Viewing>) -> Result<Served, Error> {
        let viewing = viewing.ok_or(Error::Unauthenticated)?;
        let (workspace, metadata) = (viewing.caller().workspace(), viewing.metadata());
        if let Some((version, served)) = self.cache.load().get(&workspace)
            && *version == metadata.version()
        {
            return Ok(served.clone());
        }
        let schema = build(metadata)?;
        let lists = Arc::new(Lists::of(schema.registry()));
        let served = (schema, lists);
        self.keep(workspace, metadata.version(), &served);
        Ok(served)
    }
}

impl RecordSchemas {
    fn keep(&self, workspace: WorkspaceId, version: u64, served: &Served) {
        self.cache.rcu(|cache| {
            let mut cache =
                if cache.len() < CAPACITY { HashMap::clone(cache) } else { HashMap::with_capacity(1) };
            cache.insert(workspace, (version, served.clone()));
            cache
        });
    }
}

/// Builds the schema of a workspace's objects.
///
/// # Errors
/// [`Error::Internal`] if two things would be called alike.
pub(crate) fn build(metadata: &Arc<Metadata>) -> Result<Schema, Error> {
    names::check(metadata).map_err(|clash| Error::Internal(clash.into()))?;
    let schema = Schema::build(QUERY, Some(MUTATION), None).disable_suggestions().extension(Meter);
    let schema = shared_types(schema).register(query(metadata)).register(mutation(metadata));
    let schema = metadata.objects().iter().fold(schema, |schema, def| {
        let (order, order_fields) = order::types(def);
        let schema = schema.register(object::record_type(def)).register(change::payload_type(def));
        let schema = schema.register(mass::payload_type(def)).register(mass::input_type(def));
        let schema = upsert::key_type(def).into_iter().fold(schema, SchemaBuilder::register);
        let schema = list::page_types(def).into_iter().fold(schema, SchemaBuilder::register);
        let schema = schema.register(filter::object_filter(def)).register(order).register(order_fields);
        let (group, fields) = aggregate::types(def);
        let schema = group.into_iter().fold(schema, SchemaBuilder::register).register(fields);
        change::input_types(def).into_iter().fold(schema, SchemaBuilder::register)
    });
    schema.finish().map_err(|error| Error::Internal(error.into()))
}

const QUERY: &str = "Query";
const MUTATION: &str = "Mutation";

fn shared_types(schema: SchemaBuilder) -> SchemaBuilder {
    let objects = [object::access_type(), list::page_info_type(), share::share_type(), team::member_type()];
    let objects = objects.into_iter().chain(people::types()).chain(history::types()).chain(metadata::types());
    let objects = objects.chain(aggregate::summary_types());
    let schema = scalar::register(schema).register(people::owner_type());
    let schema = objects.fold(schema, SchemaBuilder::register);
    let schema = share::words().into_iter().fold(schema, SchemaBuilder::register);
    let schema = share::inputs().into_iter().fold(schema, SchemaBuilder::register);
    let schema = schema.register(team::level_type()).register(team::member_input());
    let schema = filter::field_filters().into_iter().fold(schema, SchemaBuilder::register);
    schema.register(order::direction_type()).register(history::state_type()).register(metadata::type_enum())
}

fn query(metadata: &Arc<Metadata>) -> Object {
    let base = Object::new(QUERY).description("What can be read. Everything is of one moment.");
    let shared = people::queries().into_iter().chain(metadata::queries(metadata));
    let base = shared.fold(base, Object::field);
    metadata.objects().iter().fold(base, |query, def| {
        list::queries(def)
            .into_iter()
            .chain([aggregate::query(def), history::query(def), share::query(def)])
            .chain(team::query(def))
            .fold(query, Object::field)
    })
}

fn mutation(metadata: &Metadata) -> Object {
    let base = Object::new(MUTATION).description(
        "What can be changed. Fields are executed one after the other, each in a unit of its own.",
    );
    let mutations = |def| {
        let single = change::mutations(def).into_iter().chain(mass::mutations(def));
        let sharing = share::mutations(def).into_iter().chain(territory::mutations(def));
        single.chain(upsert::mutations(def)).chain(sharing).chain(team::mutations(def))
    };
    metadata.objects().iter().flat_map(mutations).fold(base, Object::field)
}
