//! Searches as SQL.

use sea_orm::{
    Condition as Sql,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};
use sutra_records::Search;

use super::{
    filter::{Links, starts_with, truth},
    place::Place,
};
use crate::entity::records::{record, search_token};

/// The records that are found: for each word a range of the tokens, of the fields that the viewer may read.
pub(super) fn found(place: &Place<'_>, search: &Search, links: Links) -> Sql {
    search.words().iter().fold(Sql::all(), |found, word| {
        let id = place.column(record::Column::Id);
        found.add(match links {
            Links::Joined => id.in_subquery(hits(place, search, word)),
            // Without the object, so that the tokens of the one record are looked through.
            Links::Probed => {
                let mut tokens = tokens(place, search, word);
                tokens.and_where(token(search_token::Column::RecordId).eq(id));
                Expr::from(tokens.expr(truth(true)).limit(1).take())
            }
        })
    })
}

/// The records that have the word, some of them more than once.
pub(super) fn hits(place: &Place<'_>, search: &Search, word: &str) -> SelectStatement {
    let mut hits = tokens(place, search, word);
    hits.and_where(token(search_token::Column::ObjectId).eq(place.object.id.uuid()));
    hits.expr(token(search_token::Column::RecordId)).take()
}

fn tokens(place: &Place<'_>, search: &Search, word: &str) -> SelectStatement {
    let fields = search.fields().iter().map(|field| field.uuid());
    let mut tokens = Query::select();
    tokens.from(search_token::Entity);
    tokens.and_where(token(search_token::Column::WorkspaceId).eq(place.transaction.workspace().uuid()));
    tokens.and_where(starts_with(|| token(search_token::Column::Token), word.to_owned()));
    tokens.and_where(token(search_token::Column::FieldId).is_in(fields));
    tokens
}

fn token(column: search_token::Column) -> Expr {
    Expr::col((search_token::Entity, column))
}
