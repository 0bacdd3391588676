//! Which column of a file goes into which field.

use std::collections::HashSet;

use sutra_kernel::ApiName;

use super::plain_word;
use crate::{FieldDef, ObjectDef};

/// The field of each column, in the order of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    columns: Vec<Option<ApiName>>,
}

/// Why columns and fields cannot be brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// The file has no such column.
    #[error("the file has no column `{0}`")]
    UnknownColumn(String),
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(String),
    /// Two columns would go into one field.
    #[error("two columns go into the field `{0}`")]
    Twice(ApiName),
}

impl ColumnMap {
    /// Brings columns and fields together, and names the columns that found no field.
    ///
    /// An explicit pair `(column, field)` decides; an empty field leaves the column out. Otherwise a header is a
    /// field's name or label, whatever the case, spaces, underscores and dashes; else, with `Id` at its end, a
    /// reference (`accountId`); else, with `Name` at its end, a field that is none (`StageName`); else, after the
    /// object's name, a field of it (`Account Phone`).
    ///
    /// # Errors
    /// Refuses pairs that name a column or a field that is not there, and two columns for one field.
    pub fn infer(
        headers: &[String],
        def: &ObjectDef,
        explicit: &[(String, String)],
    ) -> Result<(Self, Vec<String>), ColumnError> {
        let pairs = resolve(headers, def, explicit)?;
        let (mut columns, mut unknown, mut taken) = (Vec::new(), Vec::new(), HashSet::new());
        for header in headers {
            let pair = pairs.iter().find(|(column, _)| *column == plain_word(header));
            let field = pair.map_or_else(|| guess(def, header), |(_, field)| *field);
            if pair.is_none() && field.is_none() {
                unknown.push(header.clone());
            }
            if let Some(field) = field.filter(|field| !taken.insert(field.id)) {
                return Err(ColumnError::Twice(field.name.clone()));
            }
            columns.push(field.map(|field| field.name.clone()));
        }
        Ok((Self { columns }, unknown))
    }

    /// The field that the column of this index, from 0, goes into.
    #[must_use]
    pub fn field(&self, column: usize) -> Option<&ApiName> {
        self.columns.get(column)?.as_ref()
    }

    /// The field of each column, in the order of the columns.
    #[must_use]
    pub fn columns(&self) -> &[Option<ApiName>] {
        &self.columns
    }
}

/// Explicit pairs as (column's word, field or nothing).
fn resolve<'a>(
    headers: &[String],
    def: &'a ObjectDef,
    explicit: &[(String, String)],
) -> Result<Vec<(String, Option<&'a FieldDef>)>, ColumnError> {
    let known: HashSet<_> = headers.iter().map(|header| plain_word(header)).collect();
    let pair = |(column, name): &(String, String)| {
        let word = plain_word(column);
        if !known.contains(&word) {
            return Err(ColumnError::UnknownColumn(column.clone()));
        }
        let field = if name.is_empty() { None } else { exact(def, &plain_word(name)) };
        if field.is_none() && !name.is_empty() {
            return Err(ColumnError::UnknownField(name.clone()));
        }
        Ok((word, field))
    };
    explicit.iter().map(pair).collect()
}

fn guess<'a>(def: &'a ObjectDef, header: &str) -> Option<&'a FieldDef> {
    let word = plain_word(header);
    let is_reference = |field: &&FieldDef| field.target().is_some();
    exact(def, &word)
        .or_else(|| exact(def, word.strip_suffix("id")?).filter(is_reference))
        .or_else(|| exact(def, word.strip_suffix("name")?).filter(|field| !is_reference(field)))
        .or_else(|| exact(def, word.strip_prefix(plain_word(def.name.as_str()).as_str())?))
}

/// The field with this name or else this label.
fn exact<'a>(def: &'a ObjectDef, word: &str) -> Option<&'a FieldDef> {
    if word.is_empty() {
        return None;
    }
    let named = def.fields.iter().find(|field| plain_word(field.name.as_str()) == word);
    named.or_else(|| def.fields.iter().find(|field| plain_word(&field.label) == word))
}
