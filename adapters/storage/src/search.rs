//! The words of records, written beside them.

use sea_orm::{ColumnTrait as _, QueryFilter as _};
use sutra_kernel::{ApiName, PortError, RecordId};
use sutra_records::{Change, ObjectDef, Record, tokens};

use crate::{
    entity::records::search_token,
    error::OrPort as _,
    open::{Changing, Open, Writing},
    scoped::{HERE, portions},
};

impl Open<Writing> {
    /// Writes the words of records in place of those they had. A record that is deleted keeps its words: lists leave
    /// it out themselves.
    pub(crate) async fn put_tokens(
        &self,
        changes: &[Change],
        definition: &ObjectDef,
    ) -> Result<(), PortError> {
        let is_new = |change: &&Change| change.before().is_none();
        let new = changes.iter().filter(is_new).flat_map(|change| rows_of(change.after(), definition));
        self.insert_tokens(new.collect()).await?;
        let is_searchable =
            |name: &ApiName| definition.field(name.as_str()).is_some_and(|field| field.searchable);
        let reworded =
            changes.iter().filter(|change| !is_new(change) && change.changed().iter().any(is_searchable));
        self.replace_tokens(&reworded.map(Change::after).collect::<Vec<_>>(), definition).await
    }
}

impl<M: Changing> Open<M> {
    /// Writes the words of records anew, those of the fields that the definition knows.
    pub(crate) async fn replace_tokens(
        &self,
        records: &[&Record],
        definition: &ObjectDef,
    ) -> Result<(), PortError> {
        use search_token::Column::{FieldId, RecordId};
        let known = definition.fields.iter().filter(|field| field.kind.has_words());
        let known: Vec<_> = known.map(|field| field.id.uuid()).collect();
        for records in portions(records) {
            let remove = self.transaction.remove::<search_token::Entity>();
            let remove = remove.filter(RecordId.is_in(records.iter().map(|record| record.id.uuid())));
            let remove = remove.filter(FieldId.is_in(known.iter().copied()));
            remove.exec(&self.transaction).await.port()?;
        }
        self.insert_tokens(records.iter().flat_map(|record| rows_of(record, definition)).collect()).await
    }

    async fn insert_tokens(&self, rows: Vec<search_token::Model>) -> Result<(), PortError> {
        self.transaction.insert::<search_token::Entity, _>(rows).await.port()
    }

    /// Forgets the words of a record.
    pub(crate) async fn remove_tokens(&self, record: RecordId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<search_token::Entity>();
        let remove = remove.filter(search_token::Column::RecordId.eq(record.uuid()));
        remove.exec(&self.transaction).await.port().map(drop)
    }
}

fn rows_of(record: &Record, definition: &ObjectDef) -> Vec<search_token::Model> {
    let row = |token: sutra_records::Token| search_token::Model {
        workspace_id: HERE,
        object_id: record.object.uuid(),
        token: token.word,
        field_id: token.field.uuid(),
        record_id: record.id.uuid(),
    };
    tokens(definition, &record.fields).into_iter().map(row).collect()
}
