//! The schema of a workspace's records, built at run time from its metadata.

use async_graphql::dynamic::{Field, FieldFuture, Object, Schema, TypeRef};
use sutra_engine::{Error, Viewing};

use crate::http::SchemaSource;

#[derive(Default)]
pub(crate) struct RecordSchemas;

impl SchemaSource for RecordSchemas {
    type Schema = Schema;
    const OPEN: bool = false;

    fn schema(&self, _viewing: Option<&Viewing>) -> Result<Schema, Error> {
        let query = Object::new("Query")
            .field(Field::new("ok", TypeRef::named(TypeRef::BOOLEAN), |_| FieldFuture::from_value(None)));
        Schema::build("Query", None, None)
            .register(query)
            .finish()
            .map_err(|error| Error::Internal(error.into()))
    }
}
