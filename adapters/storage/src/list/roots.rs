//! The objects of records that control others, where a list asks for their fields.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_acl::Scope;
use sutra_kernel::{ObjectId, PortError};
use sutra_records::{Aggregate, Filter, Key, ListQuery, ObjectDef, Relation};

use crate::open::Open;

/// Their definitions.
pub(crate) type Roots = BTreeMap<ObjectId, Arc<ObjectDef>>;

/// Those that the scopes of a list speak of.
pub(crate) fn of_list(query: &ListQuery) -> BTreeSet<ObjectId> {
    let mut found = BTreeSet::new();
    collect(&query.scope, query.filter.as_ref(), &mut found);
    found
}

/// Those that the scopes of groups speak of.
pub(crate) fn of_groups(aggregate: &Aggregate) -> BTreeSet<ObjectId> {
    let mut found = of_list(&aggregate.list);
    for key in &aggregate.keys {
        if let Key::Reference(relation) = key {
            through(relation, &mut found);
        }
    }
    found
}

fn collect(scope: &Scope, filter: Option<&Filter>, found: &mut BTreeSet<ObjectId>) {
    found.extend(scope.restrictions.iter().filter_map(|bound| bound.root));
    for relation in filter.into_iter().flat_map(Filter::related) {
        through(relation, found);
    }
}

fn through(relation: &Relation, found: &mut BTreeSet<ObjectId>) {
    collect(&relation.scope, Some(&relation.condition), found);
}

impl<M: Send> Open<M> {
    pub(crate) async fn roots(&mut self, objects: BTreeSet<ObjectId>) -> Result<Roots, PortError> {
        let mut roots = Roots::new();
        for object in objects {
            roots.extend(self.definition(object).await?.map(|definition| (object, definition)));
        }
        Ok(roots)
    }
}
