//! Search: the words that records are found by, and what is looked for.

use std::collections::BTreeSet;

use sutra_kernel::{FieldId, Value, fold};
use unicode_segmentation::UnicodeSegmentation;

use crate::{FieldDef, FieldKind, Fields, ObjectDef, slot::cut};

/// How many bytes of a word are kept, and compared.
const WORD_BYTES: usize = 64;
/// How many words of one value are kept.
const VALUE_WORDS: usize = 200;
/// How many words can be looked for at once.
const SEARCH_WORDS: usize = 8;
/// How short a word that is looked for may be: two letters, or one that is not ASCII, as in Japanese.
const SEARCH_WORD_BYTES: usize = 2;

/// A word of a record, in the form it is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// The field that has it: whoever may not read the field does not find the record by it.
    pub field: FieldId,
    /// The word, folded and cut to 64 bytes.
    pub word: String,
}

/// What is looked for: the beginnings of words, in the fields that somebody may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    words: BTreeSet<String>,
    fields: BTreeSet<FieldId>,
}

/// Why a search is refused. It depends on what was asked, on definitions and on permissions, never on data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// No field can be searched.
    #[error("there is no searchable field that you may read, or it is still being prepared")]
    NoField,
    /// There is nothing to look for.
    #[error("there is no word to search for")]
    NoWord,
    /// A word is so short that too much begins with it.
    #[error("each word of a search has at least two letters")]
    TooShort,
    /// There are too many words.
    #[error("a search has at most {SEARCH_WORDS} words")]
    TooManyWords,
}

/// The words by which a record is found. Stores write them beside the record, in the same unit.
///
/// They are the words of Unicode's text segmentation (UAX #29), [folded](fold). A word with marks inside is found
/// by what follows a mark too, as `lovelace` in `ada.lovelace`, and a telephone number by all its digits in a row.
/// The first 200 words of a value are kept, and of each the first 64 bytes.
#[must_use]
pub fn tokens(def: &ObjectDef, fields: &Fields) -> BTreeSet<Token> {
    let searchable = def.fields.iter().filter(|field| field.searchable);
    searchable.flat_map(|field| tokens_of(field, fields)).collect()
}

fn tokens_of(field: &FieldDef, fields: &Fields) -> Vec<Token> {
    let Some(Value::Text(text)) = fields.get(&field.name) else { return Vec::new() };
    let text = fold(text);
    let words = text.unicode_words().flat_map(parts).map(ToOwned::to_owned);
    let number =
        (field.kind == FieldKind::Phone).then(|| text.chars().filter(char::is_ascii_digit).collect());
    let words = number.into_iter().chain(words).take(VALUE_WORDS);
    words.map(|word| Token { field: field.id, word: cut(word, WORD_BYTES) }).collect()
}

/// The word, and what follows each mark inside it.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let marks = word.match_indices(|c: char| !c.is_alphanumeric());
    let tails = marks.filter_map(|(place, mark)| word.get(place.saturating_add(mark.len())..));
    std::iter::once(word).chain(tails.filter(|tail| tail.starts_with(char::is_alphanumeric)))
}

impl Search {
    /// Looks for the words of a text in the searchable fields of an object that are readable.
    ///
    /// # Errors
    /// Refuses a text with too few, too many or too short words, and an object without a field to search.
    pub fn new(
        text: &str,
        def: &ObjectDef,
        is_readable: impl Fn(&FieldDef) -> bool,
    ) -> Result<Self, SearchError> {
        let searchable = def.fields.iter().filter(|field| field.is_searched());
        let fields: BTreeSet<_> =
            searchable.filter(|field| is_readable(field)).map(|field| field.id).collect();
        let text = fold(text);
        let words: BTreeSet<_> = text.unicode_words().map(|word| cut(word.to_owned(), WORD_BYTES)).collect();
        if fields.is_empty() {
            Err(SearchError::NoField)
        } else if words.is_empty() {
            Err(SearchError::NoWord)
        } else if words.len() > SEARCH_WORDS {
            Err(SearchError::TooManyWords)
        } else if words.iter().any(|word| word.len() < SEARCH_WORD_BYTES) {
            Err(SearchError::TooShort)
        } else {
            Ok(Self { words, fields })
        }
    }

    /// The words, in the form of [`tokens`]: each must be the beginning of one.
    #[must_use]
    pub fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// The fields whose words count.
    #[must_use]
    pub fn fields(&self) -> &BTreeSet<FieldId> {
        &self.fields
    }

    /// Whether a record with these values is found: each word begins a word of it.
    #[must_use]
    pub fn finds(&self, def: &ObjectDef, fields: &Fields) -> bool {
        let tokens = tokens(def, fields);
        let readable = || tokens.iter().filter(|token| self.fields.contains(&token.field));
        self.words.iter().all(|word| readable().any(|token| token.word.starts_with(word.as_str())))
    }
}
