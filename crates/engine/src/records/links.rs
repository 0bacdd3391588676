//! Filters by reference: a record that the viewer may not read cannot be asked for.
//!
//! Such a reference reads as nothing. If a filter found it nevertheless, one could try out identifiers and learn
//! what refers to what. So identifiers of records that are hidden, deleted or absent are taken out of the
//! filter, and what is left finds nothing by them.

use std::collections::{HashMap, HashSet};

use sutra_kernel::{ApiName, RecordId, Test, Value};
use sutra_records::{FieldDef, Filter, ObjectDef, Relation};

use crate::{Error, Reads, Viewing, guard};

/// Identifiers by the object they are of.
type Named = HashMap<ApiName, HashSet<RecordId>>;

impl Viewing {
    /// The filter without the identifiers of records that the viewer may not read.
    pub(crate) async fn readable_links(
        &self,
        reads: &mut dyn Reads,
        object: &ObjectDef,
        filter: &Filter,
    ) -> Result<Filter, Error> {
        let mut named = Named::new();
        collect(object, filter, &mut named)?;
        for (target, ids) in &mut named {
            *ids = self.readable_of(reads, target, ids).await?;
        }
        Ok(restrict(object, filter, &named))
    }

    async fn readable_of(
        &self,
        reads: &mut dyn Reads,
        target: &ApiName,
        ids: &HashSet<RecordId>,
    ) -> Result<HashSet<RecordId>, Error> {
        let Some(object) = self.metadata().object_named(target.as_str()) else { return Ok(HashSet::new()) };
        let plan = self.plan().object(object.id);
        let ids: Vec<RecordId> = ids.iter().copied().collect();
        let readable = guard::allowed(reads, plan, object.id, &ids, guard::to_read).await?;
        Ok(readable.into_iter().map(|record| record.id).collect())
    }
}

/// Whether a field of the object is a reference, and to what.
pub(super) fn target<'a>(object: &'a ObjectDef, name: &ApiName) -> Option<&'a ApiName> {
    object.field(name.as_str()).and_then(FieldDef::target)
}

fn collect(object: &ObjectDef, filter: &Filter, named: &mut Named) -> Result<(), Error> {
    for (name, test) in filter.tests() {
        let Some(target) = target(object, name) else { continue };
        let Some(ids) = ids_of(test) else { return Err(only_by_identifier(name)) };
        named.entry(target.clone()).or_default().extend(ids);
    }
    let mut relations = filter.related().into_iter();
    relations.try_for_each(|relation| collect(&relation.object, &relation.condition, named))
}

fn restrict(object: &ObjectDef, filter: &Filter, readable: &Named) -> Filter {
    let through = |relation: &Relation| Relation {
        condition: Box::new(restrict(&relation.object, &relation.condition, readable)),
        ..relation.clone()
    };
    filter.map(&|name, test| restrict_test(object, name, test, readable), &through)
}

fn restrict_test(object: &ObjectDef, name: &ApiName, test: &Test, readable: &Named) -> Test {
    let Some(readable) = target(object, name).and_then(|target| readable.get(target)) else {
        return test.clone();
    };
    let ids = ids_of(test).into_iter().flatten().filter(|id| readable.contains(id));
    Test::In(ids.map(Value::Reference).collect())
}

/// The identifiers a test accepts; nothing for a test that would tell a hidden record from none.
fn ids_of(test: &Test) -> Option<Vec<RecordId>> {
    let values = match test {
        Test::Eq(value) => std::slice::from_ref(value),
        Test::In(values) => values.as_slice(),
        _ => return None,
    };
    let id = |value: &Value| if let Value::Reference(id) = value { Some(*id) } else { None };
    values.iter().map(id).collect()
}

pub(super) fn only_by_identifier(name: &ApiName) -> Error {
    Error::BadInput(format!("reference `{name}` can be compared with identifiers by `eq` and `in` only"))
}
