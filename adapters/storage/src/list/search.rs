//! Searches as SQL.

use sea_orm::{
    ColumnTrait as _, Condition, QueryFilter as _, QuerySelect as _, QueryTrait as _,
    sea_query::IntoIden as _,
};
use sutra_records::ListQuery;

use super::filter::starts_with;
use crate::{
    entity::records::{record, search_token},
    transaction::Transaction,
};

/// The records that are found: for each word a range of the tokens, of the fields that the viewer may read.
pub(super) fn found(transaction: &Transaction, query: &ListQuery) -> Condition {
    let Some(search) = &query.search else { return Condition::all() };
    let fields = || search.fields().iter().map(|field| field.uuid());
    search.words().iter().fold(Condition::all(), |found, word| {
        let hits = transaction
            .find::<search_token::Entity>()
            .filter(search_token::Column::ObjectId.eq(query.object.id.uuid()))
            .filter(starts_with(&search_token::Column::Token.into_iden(), word.clone()))
            .filter(search_token::Column::FieldId.is_in(fields()))
            .select_only()
            .column(search_token::Column::RecordId);
        found.add(record::Column::Id.in_subquery(hits.into_query()))
    })
}
