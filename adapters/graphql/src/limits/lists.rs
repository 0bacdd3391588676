//! Which fields are lists: read off the schema itself, so that none can be forgotten.

use std::collections::{HashMap, HashSet};

use async_graphql::registry::{MetaField, MetaTypeName, Registry};

/// The fields of a schema that are lists, those that take `first` or `last`, and those that must be given a list, by
/// their names: two fields of the same name count as the longer of them.
pub(crate) struct Lists {
    lists: HashSet<String>,
    paged: HashSet<String>,
    given: HashMap<String, String>,
    grouped: HashSet<String>,
}

impl Lists {
    /// The lists of a schema.
    pub(crate) fn of(registry: &Registry) -> Self {
        let fields =
            || registry.types.values().filter_map(|ty| ty.fields()).flat_map(|fields| fields.values());
        let names = |is: fn(&MetaField) -> bool| {
            fields().filter(|field| is(field)).map(|field| field.name.clone()).collect()
        };
        Self {
            lists: names(|field| MetaTypeName::create(&field.ty).is_list()),
            paged: names(|field| field.args.contains_key("first")),
            given: fields().filter_map(given).collect(),
            grouped: names(|field| field.args.contains_key("groupBy")),
        }
    }

    /// Whether a field of this name is a list.
    pub(super) fn has(&self, name: &str) -> bool {
        self.lists.contains(name)
    }

    /// Whether a field of this name says by `first` or `last` how many items it has, or the list in it has.
    pub(super) fn is_paged(&self, name: &str) -> bool {
        self.paged.contains(name)
    }

    /// Whether a field of this name is a list of groups.
    pub(super) fn is_grouped(&self, name: &str) -> bool {
        self.grouped.contains(name)
    }

    /// The argument of a field of this name that is a list, if it must be given one: it answers as many items.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }
}

fn given(field: &MetaField) -> Option<(String, String)> {
    let given = field.args.iter().find(|(_, argument)| argument.ty.ends_with("]!"));
    given.map(|(name, _)| (field.name.clone(), name.clone()))
}
