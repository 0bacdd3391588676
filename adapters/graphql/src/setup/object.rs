//! Objects and fields, as arguments name them.

use std::sync::Arc;

use sutra_engine::Error;
use sutra_records::{FieldDef, Metadata, ObjectDef};

use super::request::Result;

/// An object by its API name or its id.
pub(super) fn find_object<'m>(metadata: &'m Metadata, named: &str) -> Result<&'m Arc<ObjectDef>> {
    let by_id = || named.parse().ok().and_then(|id| metadata.object(id));
    let found = metadata.object_named(named).or_else(by_id);
    found.ok_or_else(|| Error::BadInput(format!("there is no object `{named}`")))
}

/// A field of an object by its API name or its id.
pub(super) fn find_field<'m>(object: &'m ObjectDef, named: &str) -> Result<&'m FieldDef> {
    let by_id = || object.fields.iter().find(|field| field.id.to_string() == named);
    let found = object.field(named).or_else(by_id);
    found.ok_or_else(|| Error::BadInput(format!("object `{}` has no field `{named}`", object.name)))
}
