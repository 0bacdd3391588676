//! Which document a request asks to be executed: one it brings along, or one that the operator has listed.

use std::{collections::HashMap, sync::Arc};

use async_graphql::parser::parse_query;
use sutra_crypto::sha256;

/// How much of a manifest's key an error repeats.
const SHOWN: usize = 80;

/// Documents that the operator has listed, by their digests: a client may name one in place of sending it.
///
/// # Security
/// The list comes from a file of the operator's, and nothing that is sent adds to it. A client that could add to it
/// could fill the memory, and would have listed what the list is there to refuse.
///
/// ```
/// use sutra_graphql::PersistedDocuments;
///
/// let manifest = r#"{ "b8d9506e34c83b0e53c2aa463624fcea354713bc38f95276e6f0bd893ffb5b88": "{ me { name } }" }"#;
/// assert!(PersistedDocuments::parse(manifest).is_ok());
/// let altered = manifest.replace("name", "email");
/// assert!(PersistedDocuments::parse(&altered).is_err());
/// ```
#[derive(Debug, Clone, Default)]
pub struct PersistedDocuments {
    texts: Arc<HashMap<DocumentId, String>>,
}

/// Why a manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is not what code generators write.
    #[error("it is not a JSON object of texts (line {line}, column {column})")]
    Json {
        /// Where it stops to be one.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// There is nothing in it.
    #[error("it lists no documents")]
    Empty,
    /// A key is no digest that documents are named by.
    #[error(
        "the entry `{0}` is not named by the SHA-256 of its document, as 64 hexadecimal digits in lower case"
    )]
    Name(String),
    /// A key is the digest of another document.
    #[error("the entry `{name}` holds another document, whose SHA-256 is `{digest}`")]
    Digest {
        /// The key.
        name: String,
        /// What it should be.
        digest: String,
    },
    /// A document cannot be executed by anybody.
    #[error("the entry `{name}` is no GraphQL document (line {line}, column {column})")]
    Syntax {
        /// The key.
        name: String,
        /// Where it stops to be one.
        line: usize,
        /// Where in that line.
        column: usize,
    },
}

impl PersistedDocuments {
    /// Reads a manifest: a JSON object whose keys are digests and whose values are documents, as code generators write
    /// it. A digest is the SHA-256 of the document's text in hexadecimal, with or without `sha256:` before it.
    ///
    /// # Errors
    /// Names the first entry that cannot be used.
    pub fn parse(manifest: &str) -> Result<Self, ManifestError> {
        let entries: HashMap<String, String> = serde_json::from_str(manifest)
            .map_err(|error| ManifestError::Json { line: error.line(), column: error.column() })?;
        if entries.is_empty() {
            return Err(ManifestError::Empty);
        }
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort();
        let checked = entries.into_iter().map(|(name, text)| check(&name, &text).map(|id| (id, text)));
        Ok(Self { texts: Arc::new(checked.collect::<Result<_, _>>()?) })
    }

    /// The document to execute: the one that is sent, or the listed one that is named; if `only_listed`, only one that
    /// is listed, however it is asked for.
    ///
    /// # Errors
    /// If there is none, or if what is sent is not what is named.
    pub(crate) fn choose(
        &self,
        sent: Option<String>,
        named: Option<&str>,
        only_listed: bool,
    ) -> Result<String, DocumentError> {
        let sent = sent.filter(|text| !text.is_empty());
        let id = named.map(|name| DocumentId::parse(name).ok_or(DocumentError::Unknown)).transpose()?;
        match (sent, id) {
            (None, None) => Err(DocumentError::Missing),
            (None, Some(id)) => self.texts.get(&id).cloned().ok_or(DocumentError::Unknown),
            (Some(text), None) if !only_listed => Ok(text),
            (Some(text), id) => {
                let digest = DocumentId::of(&text);
                if id.is_some_and(|id| id != digest) {
                    return Err(DocumentError::Different);
                }
                if only_listed && !self.texts.contains_key(&digest) {
                    return Err(DocumentError::NotListed);
                }
                Ok(text)
            }
        }
    }
}

/// Why nothing is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("send a document as `query`, or the `documentId` of one that is listed here")]
    Missing,
    #[error(
        "no document of this identifier is listed here; one is listed as `sha256:` and 64 hexadecimal digits"
    )]
    Unknown,
    #[error("the identifier is not that of the document beside it: leave one of them out")]
    Different,
    #[error("only listed documents are executed here: send the `documentId` of one")]
    NotListed,
}

/// What a document is named by: the SHA-256 of its text, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct DocumentId(String);

impl DocumentId {
    fn of(text: &str) -> Self {
        Self(sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let are_digits =
            digits.len() == 64 && digits.bytes().all(|digit| b"0123456789abcdef".contains(&digit));
        are_digits.then(|| Self(digits.to_owned()))
    }
}

fn check(name: &str, text: &str) -> Result<DocumentId, ManifestError> {
    let shown = || name.chars().take(SHOWN).collect::<String>();
    let id = DocumentId::parse(name).ok_or_else(|| ManifestError::Name(shown()))?;
    let digest = DocumentId::of(text);
    if id != digest {
        return Err(ManifestError::Digest { name: shown(), digest: digest.0 });
    }
    if let Err(error) = parse_query(text) {
        let place = error.positions().next().unwrap_or_default();
        return Err(ManifestError::Syntax { name: shown(), line: place.line, column: place.column });
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: &str = "{ me { name } }";

    fn manifest(entries: &[(&str, &str)]) -> String {
        let entries: HashMap<_, _> = entries.iter().copied().collect();
        serde_json::to_string(&entries).unwrap()
    }

    #[test]
    fn a_manifest_that_cannot_be_trusted_is_refused_by_its_entry() {
        let (me, other, broken) = (DocumentId::of(ME).0, DocumentId::of("{ a }").0, DocumentId::of("{ a").0);
        let upper = me.to_uppercase();
        let cases = [
            ("no JSON", "{".to_owned(), "it is not a JSON object of texts (line 1, column 1)".to_owned()),
            (
                "a list",
                format!("[\"{ME}\"]"),
                "it is not a JSON object of texts (line 1, column 0)".to_owned(),
            ),
            (
                "a number",
                "{\"a\": 5}".to_owned(),
                "it is not a JSON object of texts (line 1, column 7)".to_owned(),
            ),
            ("nothing", "{}".to_owned(), "it lists no documents".to_owned()),
            (
                "another digest",
                manifest(&[("4ef8d269", ME)]),
                "the entry `4ef8d269` is not named by".to_owned(),
            ),
            ("upper case", manifest(&[(&upper, ME)]), format!("the entry `{upper}` is not named by")),
            (
                "another document",
                manifest(&[(&me, ME), (&other, ME)]),
                format!("the entry `{other}` holds another document, whose SHA-256 is `{me}`"),
            ),
            (
                "no GraphQL",
                manifest(&[(&broken, "{ a")]),
                format!("the entry `{broken}` is no GraphQL document (line 1, column 4)"),
            ),
        ];
        for (name, manifest, expected) in cases {
            let error = PersistedDocuments::parse(&manifest).unwrap_err().to_string();
            assert!(error.starts_with(&expected), "{name}: {error}");
        }
    }

    #[test]
    fn what_is_executed_is_what_is_sent_or_named_and_listed_if_it_must_be() {
        let id = DocumentId::of(ME).0;
        let documents = PersistedDocuments::parse(&manifest(&[(&id, ME)])).unwrap();
        let (prefixed, free, absent) = (format!("sha256:{id}"), "{ a }", DocumentId::of("{ a }").0);
        let cases = [
            ("named", None, Some(prefixed.as_str()), Ok(ME), Ok(ME)),
            ("named without a prefix", None, Some(id.as_str()), Ok(ME), Ok(ME)),
            ("sent and listed", Some(ME), None, Ok(ME), Ok(ME)),
            ("sent and named", Some(ME), Some(&prefixed), Ok(ME), Ok(ME)),
            ("named, and nothing sent", Some(""), Some(&prefixed), Ok(ME), Ok(ME)),
            ("sent and not listed", Some(free), None, Ok(free), Err(DocumentError::NotListed)),
            ("sent to be listed", Some(free), Some(&absent), Ok(free), Err(DocumentError::NotListed)),
            (
                "sent under another's name",
                Some(free),
                Some(&prefixed),
                Err(DocumentError::Different),
                Err(DocumentError::Different),
            ),
            ("unknown", None, Some(&absent), Err(DocumentError::Unknown), Err(DocumentError::Unknown)),
            ("no digest", None, Some("md5:00"), Err(DocumentError::Unknown), Err(DocumentError::Unknown)),
            ("nothing", None, None, Err(DocumentError::Missing), Err(DocumentError::Missing)),
        ];
        for (name, sent, named, free, listed) in cases {
            for (only_listed, expected) in [(false, free), (true, listed)] {
                let chosen = documents.choose(sent.map(str::to_owned), named, only_listed);
                assert_eq!(chosen.as_deref(), expected.as_ref().copied(), "{name}, {only_listed}");
            }
        }
    }
}
