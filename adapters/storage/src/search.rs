//! The words of records, written beside them.

use sea_orm::{ColumnTrait as _, QueryFilter as _};
use sutra_kernel::PortError;
use sutra_records::{ObjectDef, Record, tokens};

use crate::{
    entity::records::search_token,
    error::OrPort as _,
    open::{Open, Writing},
    scoped::HERE,
};

impl Open<Writing> {
    /// Writes the words of a record in place of those it had. A record that is deleted keeps its words: lists
    /// leave it out themselves.
    pub(crate) async fn put_tokens(
        &self,
        before: Option<&Record>,
        after: &Record,
        definition: &ObjectDef,
    ) -> Result<(), PortError> {
        let words = tokens(definition, &after.fields);
        match before {
            Some(before) if tokens(definition, &before.fields) == words => return Ok(()),
            Some(_) => {
                let remove = self.transaction.remove::<search_token::Entity>();
                let remove = remove.filter(search_token::Column::RecordId.eq(after.id.uuid()));
                remove.exec(&self.transaction).await.port()?;
            }
            None => {}
        }
        let rows = words.into_iter().map(|token| search_token::Model {
            workspace_id: HERE,
            object_id: after.object.uuid(),
            token: token.word,
            field_id: token.field.uuid(),
            record_id: after.id.uuid(),
        });
        self.transaction.insert::<search_token::Entity, _>(rows).await.port()
    }
}
