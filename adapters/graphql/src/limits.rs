//! How much one request may ask for: judged on the document alone, before anything is read.
//!
//! The walk goes through fragments wherever they are spread, as execution does, and gives up as soon as a
//! limit is passed. It comes before the GraphQL library's own rules, some of which would not end in time on
//! a document that spreads fragments within fragments.

mod lists;

use async_graphql::{
    Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use sutra_engine::{MAX_GROUPS, MAX_PAGE, MAX_RECORDS};

pub(crate) use self::lists::Lists;

const DEPTH: usize = 10;
const ALIASES: usize = 30;
const ROOT_FIELDS: usize = 20;
/// Selections in all, counting a fragment as often as it is spread.
const SELECTIONS: usize = 2_000;
/// Objects that the answer may hold, if every list is full.
const ROWS: usize = 20_000;
/// Selections within selections, fragments included: what the walk itself can bear.
const NESTING: usize = 40;

/// How many items a list has at most if the document does not say.
pub(crate) const DEFAULT_PAGE: usize = 50;
/// What a list counts as that has no pages, such as the changes of a save. The size of the answer bounds it too.
const UNPAGED: usize = 20;

/// An introspection query nests deeper than any other, through types of types.
const INTROSPECTION_DEPTH: usize = 16;
/// Lists of the schema within lists of the schema; the usual introspection query has three.
const INTROSPECTION_LISTS: usize = 3;

/// Why a document is not executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LimitError {
    /// It asks for too much.
    #[error("the request asks for too much: it may have at most {limit} {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How much there may be.
        limit: usize,
    },
    /// It asks for the schema, which is for those who have signed in.
    #[error("sign in first")]
    Introspection,
}

impl LimitError {
    /// Its stable code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::TooMuch { .. } => "QUERY_TOO_COMPLEX",
            Self::Introspection => "UNAUTHENTICATED",
        }
    }
}

/// Judges every operation of a document.
///
/// # Errors
/// Refuses what asks for too much, and introspection by strangers.
pub(crate) fn check(
    document: &ExecutableDocument,
    variables: &Variables,
    lists: &Lists,
    may_introspect: bool,
) -> Result<(), LimitError> {
    let mut walk = Walk {
        document,
        variables,
        lists,
        operation: None,
        may_introspect,
        selections: 0,
        aliases: 0,
        rows: 0,
    };
    for (_, operation) in document.operations.iter() {
        walk.operation = Some(&operation.node);
        let place = Place { depth: 0, rows: 1, nesting: 0, page: None, schema_lists: None };
        let roots = walk.set(&operation.node.selection_set.node, place)?;
        within(roots, ROOT_FIELDS, "fields at its root")?;
    }
    Ok(())
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    lists: &'a Lists,
    operation: Option<&'a OperationDefinition>,
    may_introspect: bool,
    selections: usize,
    aliases: usize,
    rows: usize,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Place {
    /// Fields above.
    depth: usize,
    /// How many objects there may be, at this place of the answer.
    rows: usize,
    /// Selections and fragments above.
    nesting: usize,
    /// How many items the list right below may have, if the field above says so.
    page: Option<usize>,
    /// Inside introspection: how many lists of the schema are above.
    schema_lists: Option<usize>,
}

impl Walk<'_> {
    /// Judges a selection, and returns how many fields it has.
    fn set(&mut self, set: &SelectionSet, place: Place) -> Result<usize, LimitError> {
        let place = Place { nesting: place.nesting + 1, ..place };
        within(place.nesting, NESTING, "selections inside each other")?;
        let mut fields = 0;
        for selection in &set.items {
            self.selections += 1;
            within(self.selections, SELECTIONS, "selections")?;
            fields += match &selection.node {
                Selection::Field(field) => self.field(&field.node, place).map(|()| 1)?,
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node, place)?,
                Selection::FragmentSpread(spread) => {
                    match self.document.fragments.get(&spread.node.fragment_name.node) {
                        Some(fragment) => self.set(&fragment.node.selection_set.node, place)?,
                        // The library names the missing fragment.
                        None => 0,
                    }
                }
            };
        }
        Ok(fields)
    }

    fn field(&mut self, field: &Field, place: Place) -> Result<(), LimitError> {
        self.aliases += usize::from(field.alias.is_some());
        within(self.aliases, ALIASES, "aliases")?;
        let place = self.below(field, Place { depth: place.depth + 1, ..place })?;
        if field.selection_set.node.items.is_empty() {
            return Ok(());
        }
        self.rows = self.rows.saturating_add(place.rows);
        within(self.rows, ROWS, "objects in its answer")?;
        self.set(&field.selection_set.node, place).map(|_| ())
    }

    /// The place that a field's own selection is at.
    fn below(&self, field: &Field, place: Place) -> Result<Place, LimitError> {
        let name = field.name.node.as_str();
        if let Some(lists) = place.schema_lists {
            let lists = lists + usize::from(SCHEMA_LISTS.contains(&name));
            within(lists, INTROSPECTION_LISTS, "lists of the schema inside each other")?;
            within(place.depth, INTROSPECTION_DEPTH, "levels of introspection")?;
            return Ok(Place { schema_lists: Some(lists), ..place });
        }
        if matches!(name, "__schema" | "__type") {
            return if self.may_introspect {
                Ok(Place { schema_lists: Some(0), ..place })
            } else {
                Err(LimitError::Introspection)
            };
        }
        within(place.depth, DEPTH, "levels")?;
        let page = match self.lists.given(name) {
            Some(argument) => Some(self.given(field, argument)),
            None if self.lists.is_grouped(name) => Some(MAX_GROUPS),
            None => self.lists.is_paged(name).then(|| self.page(field)),
        };
        if !self.lists.has(name) {
            return Ok(Place { page, ..place });
        }
        let items = page.or(place.page).unwrap_or(UNPAGED);
        Ok(Place { rows: place.rows.saturating_mul(items), page: None, ..place })
    }

    /// How many items a page may have: what `first` or `last` says, whichever is more.
    fn page(&self, field: &Field) -> usize {
        let sizes = ["first", "last"].into_iter().filter_map(|name| self.page_argument(field, name));
        sizes.max().unwrap_or(DEFAULT_PAGE)
    }

    /// What such an argument says, and the most if it says nonsense; nothing if it is left out or null.
    fn page_argument(&self, field: &Field, name: &str) -> Option<usize> {
        match self.argument(field, name)? {
            Value::Null => None,
            Value::Number(number) => {
                let size = number.as_u64().and_then(|n| usize::try_from(n).ok());
                Some(size.unwrap_or(MAX_PAGE).min(MAX_PAGE))
            }
            _ => Some(MAX_PAGE),
        }
    }

    /// How many items a field is given, and answers: as many as there can be if that cannot be known. GraphQL takes a
    /// single item for a list of one.
    fn given(&self, field: &Field, argument: &str) -> usize {
        match self.argument(field, argument) {
            Some(Value::List(items)) => items.len(),
            Some(Value::Null) | None => MAX_RECORDS,
            Some(_) => 1,
        }
    }

    /// The value of an argument, if it is given; a variable without a value is null.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let argument = field.get_argument(name)?;
        let value = argument.node.clone().into_const_with(|name| {
            let default = || {
                let defined = self.operation.iter().flat_map(|operation| &operation.variable_definitions);
                let mut named = defined.filter(|defined| defined.node.name.node == name);
                named.find_map(|defined| defined.node.default_value().cloned())
            };
            self.variables.get(&name).cloned().or_else(default).ok_or(())
        });
        Some(value.unwrap_or_default())
    }
}

/// The lists through which a schema can be unrolled without end.
const SCHEMA_LISTS: [&str; 5] = ["fields", "inputFields", "interfaces", "possibleTypes", "args"];

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), LimitError> {
    if count > limit { Err(LimitError::TooMuch { what, limit }) } else { Ok(()) }
}
