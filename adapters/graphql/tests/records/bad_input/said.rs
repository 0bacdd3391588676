//! What was said, and the page that it is printed on.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use sutra_graphql::{ERROR_CODES, ErrorCode};

use super::request::Refused;
use crate::world::Answer;

/// The sentences that were said, by their codes.
#[derive(Default)]
pub(super) struct Said {
    sentences: BTreeMap<String, BTreeSet<String>>,
    mistakes: Vec<String>,
}

impl Said {
    /// Notes what was answered to something bad, with this code if all is well. A document may have several mistakes.
    pub(super) fn note(&mut self, what: &str, answer: &Answer, expected: &str) {
        let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
        if errors.is_empty() {
            self.mistakes.push(format!("{what}: {expected}, and no error"));
        }
        for error in errors {
            let code = error["extensions"]["code"].as_str().unwrap_or("no code");
            let sentence = error["message"].as_str().unwrap_or_default();
            if code != expected || sentence.is_empty() || sentence.contains('\n') {
                self.mistakes.push(format!("{what}: {expected}, and not {code}: {sentence}"));
            }
            self.add(code, sentence);
        }
    }

    /// Notes the answers to requests that are refused with a status too.
    pub(super) fn note_all(&mut self, refused: Vec<Refused>) {
        for (what, answer, status, code) in refused {
            assert_eq!(answer.status, status, "{what}");
            self.note(what, &answer, code);
        }
    }

    /// Adds what is said in a case that cannot be brought about here.
    pub(super) fn add(&mut self, code: &str, sentence: &str) {
        self.sentences.entry(code.to_owned()).or_default().insert(without_names(sentence));
    }

    /// Every answer had the code that it should have.
    pub(super) fn assert_expected(&self) {
        assert!(self.mistakes.is_empty(), "{:#?}", self.mistakes);
    }

    /// Every code was met, and the page says what was said.
    pub(super) fn assert_printed(&self) {
        let known: BTreeSet<_> = ERROR_CODES.iter().map(|it| it.code.to_owned()).collect();
        assert_eq!(self.sentences.keys().cloned().collect::<BTreeSet<_>>(), known);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let client = fs::read_to_string(root.join("clients/typescript/src/error.ts")).unwrap();
        assert!(
            known.iter().all(|code| client.contains(&format!("  \"{code}\",\n"))),
            "the TypeScript client's list"
        );
        let (path, page) = (root.join("docs/errors.md"), self.page());
        if env::var_os("SUTRA_BLESS").is_some() {
            fs::write(&path, &page).unwrap();
        }
        let printed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            printed == page,
            "run this test with SUTRA_BLESS=1, and review the difference in docs/errors.md"
        );
    }

    fn page(&self) -> String {
        let mut page = PREFACE.to_owned();
        for ErrorCode { code, meaning, remedy } in ERROR_CODES {
            page += &format!("\n## {code}\n\n{meaning} {remedy}\n\n");
            page.extend(self.sentences[code].iter().map(|sentence| format!("* {sentence}\n")));
        }
        page
    }
}

const PREFACE: &str = "\
# Errors

Every error of `/graphql` and `/graphql/setup` has a sentence for people, its `message`, and a code for programs, its
`extensions.code`. The list of codes is closed; sentences may change. Below each code is what was said to a test that asks every
operation of `/graphql` for what it cannot do; names that are the caller's own are left out (`…`).

An answer with errors has the status 200, unless no GraphQL was looked at: then it is 400 for what is no request, 401 for
UNAUTHENTICATED, 403 for requests that another site may have sent, 405, 413 or 415 for what their names say, 429 for
RATE_LIMITED, 503 for UNAVAILABLE, and 500 for INTERNAL. It is 503 also if UNAVAILABLE is all that there is to answer.
";

/// The sentence with an ellipsis for what the GraphQL library quotes, and for the field that a problem is about, its
/// label and its length.
fn without_names(sentence: &str) -> String {
    let parts = sentence.split('"').enumerate();
    let quoted: Vec<_> = parts.map(|(place, part)| if place % 2 == 0 { part } else { "…" }).collect();
    let sentence = quoted.join("\"");
    let about_a_field = sentence.strip_prefix('`').and_then(|rest| rest.split_once("`: "));
    let Some((_, problem)) = about_a_field else { return sentence };
    let length = |word: &str| problem.starts_with("At most") && word.parse::<u64>().is_ok();
    let words = problem.split(' ').map(|word| if length(word) { "…" } else { word });
    let problem = words.collect::<Vec<_>>().join(" ");
    match problem.split_once(" must have a value") {
        Some((_, end)) => format!("`…`: … must have a value{end}"),
        None => format!("`…`: {problem}"),
    }
}
