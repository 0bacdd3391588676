//! The part of a question that few records meet: it is asked first, and all the rest of those few.

use std::collections::BTreeMap;

use sea_orm::sea_query::{ExprTrait as _, SelectStatement};
use sutra_acl::Scope;
use sutra_kernel::{ApiName, Condition, PortError, Test, Uuid, Value};
use sutra_records::{Filter, ListQuery, Relation, Search};

use super::{Compared, filter::leaf, many, place::Place, search, statements::Statements};
use crate::{entity::records::record, scoped::probe};

/// How many records are few: to look at them costs no more than to find the newest of a large company.
const FEW: usize = 2_000;

/// How many parts of a question are tried.
const TRIED: usize = 4;

/// What a list is asked for.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) filter: Option<&'q Filter>,
    pub(super) search: Option<&'q Search>,
    pub(super) scope: &'q Scope,
}

/// Part of a question that an index answers, whatever the rest is.
enum Part<'q> {
    Field(&'q ApiName, Vec<&'q Test>),
    Word(&'q Search, &'q str),
    Related(&'q Relation),
}

/// The records, deleted ones included, that meet some part of the question, if those are few.
///
/// The viewer may see them or not: that is asked of each.
pub(super) async fn few(
    statements: &mut Statements<'_>,
    place: Place<'_>,
    question: Question<'_>,
) -> Result<Option<Vec<Uuid>>, PortError> {
    for part in question.parts().into_iter().take(TRIED) {
        let Some(rows) = part.rows(statements, place).await? else { continue };
        let mut ids = statements.ids(&rows).await?;
        if ids.len() <= FEW {
            ids.sort_unstable();
            ids.dedup();
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

impl<'q> From<&'q ListQuery> for Question<'q> {
    fn from(query: &'q ListQuery) -> Self {
        Self { filter: query.filter.as_ref(), search: query.search.as_ref(), scope: &query.scope }
    }
}

impl<'q> Question<'q> {
    /// What must be met all at once, the narrowest first as far as can be told.
    fn parts(self) -> Vec<Part<'q>> {
        let (mut fields, mut parts) = (BTreeMap::new(), Vec::new());
        if let Some(filter) = self.filter {
            collect(filter, &mut fields, &mut |relation| parts.push(Part::Related(relation)));
        }
        for bound in self.scope.restrictions.iter().filter(|bound| bound.root.is_none()) {
            collect(&bound.rule.condition, &mut fields, &mut |never| match *never {});
        }
        parts.extend(fields.into_iter().map(|(name, tests)| Part::Field(name, tests)));
        let words = self
            .search
            .into_iter()
            .flat_map(|search| search.words().iter().map(move |word| Part::Word(search, word)));
        parts.extend(words);
        parts.sort_by_key(Part::breadth);
        parts
    }
}

fn collect<'q, R>(
    condition: &'q Condition<R>,
    fields: &mut BTreeMap<&'q ApiName, Vec<&'q Test>>,
    related: &mut dyn FnMut(&'q R),
) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| collect(part, fields, related)),
        Condition::Field(name, test) if is_sought(test) => fields.entry(name).or_default().push(test),
        Condition::Related(relation) => related(relation),
        Condition::Any(_) | Condition::Not(_) | Condition::Field(..) => {}
    }
}

/// Whether an index finds what passes the test. Money is left out: restrictions compare it by more than its index has.
fn is_sought(test: &Test) -> bool {
    let is_plain = |value: &Value| !matches!(value, Value::Null | Value::Money(_));
    match test {
        Test::Eq(value) | Test::Gt(value) | Test::Gte(value) | Test::Lt(value) | Test::Lte(value) => {
            is_plain(value)
        }
        Test::In(values) => values.iter().all(is_plain),
        Test::StartsWith(_) => true,
        Test::Neq(_) | Test::IsNull(_) | Test::Includes(_) => false,
    }
}

impl Part<'_> {
    fn breadth(&self) -> u8 {
        match self {
            Self::Field(_, tests) if tests.iter().any(|test| matches!(test, Test::Eq(_))) => 0,
            Self::Field(_, tests) if tests.iter().any(|test| matches!(test, Test::In(_))) => 1,
            Self::Word(..) => 2,
            Self::Related(_) => 3,
            Self::Field(..) => 4,
        }
    }

    /// The identifiers of what meets it, one more than are few; nothing if that cannot be told in a moment.
    async fn rows(
        &self,
        statements: &mut Statements<'_>,
        place: Place<'_>,
    ) -> Result<Option<SelectStatement>, PortError> {
        let mut rows = match self {
            Self::Word(search, word) => search::hits(&place, search, word),
            Self::Field(name, tests) => {
                let compared = Compared::of(place.object, name)?;
                let mut rows = every(&place);
                for test in tests {
                    rows.and_where(leaf(&place, &compared, test));
                }
                rows
            }
            Self::Related(relation) => {
                let question =
                    Question { filter: Some(&relation.condition), search: None, scope: &relation.scope };
                let targets = Box::pin(few(statements, place.target(&relation.object), question)).await?;
                let Some(targets) = targets else { return Ok(None) };
                let reference = place.column(Compared::of(place.object, &relation.field)?.column());
                let mut rows = every(&place);
                rows.and_where(reference.in_subquery(many::ids(place.backend(), targets)));
                rows
            }
        };
        Ok(Some(rows.limit(probe(FEW)).take()))
    }
}

/// The identifiers of an object's records.
fn every(place: &Place<'_>) -> SelectStatement {
    let mut rows = place.all();
    rows.expr(place.column(record::Column::Id));
    rows
}
