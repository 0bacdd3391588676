//! Answers, with everything that differs from run to run replaced by a number.

use std::collections::HashMap;

use serde_json::Value;
use sutra_kernel::Timestamp;

/// The numbers that ids, times, cursors and receipts have been given, in the order in which they came.
#[derive(Default)]
pub(crate) struct Numbers(HashMap<String, usize>);

impl Numbers {
    /// The whole answer as text.
    pub(crate) fn replace(&mut self, answer: &Value) -> String {
        let mut answer = answer.clone();
        self.walk("", &mut answer);
        answer.to_string()
    }

    fn walk(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(key, text),
            Value::Array(parts) => parts.iter_mut().for_each(|part| self.walk(key, part)),
            Value::Object(parts) => parts.iter_mut().for_each(|(key, part)| self.walk(key, part)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, key: &str, text: &str) -> String {
        let is_cursor = matches!(key, "cursor" | "startCursor" | "endCursor");
        if is_cursor {
            return format!("cursor {} of {} characters", self.number(text), text.len());
        }
        if text.starts_with("rcpt_") || text.parse::<Timestamp>().is_ok() {
            return format!("#{}", self.number(text));
        }
        self.words(text)
    }

    /// The ids that a text names are replaced where they are.
    fn words(&mut self, text: &str) -> String {
        let is_part = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
        let (mut said, mut word) = (String::new(), String::new());
        for sign in text.chars().chain(['\0']) {
            if is_part(sign) {
                word.push(sign);
                continue;
            }
            let is_id = word.split_once('_').is_some_and(|(_, digits)| digits.len() == 26);
            said += &if is_id { format!("#{}", self.number(&word)) } else { std::mem::take(&mut word) };
            word.clear();
            said.push(sign);
        }
        said.pop();
        said
    }

    fn number(&mut self, text: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(text.to_owned()).or_insert(next)
    }
}

#[test]
fn what_differs_from_run_to_run_is_numbered() {
    let id = "rec_01h455vb4pex5vsknk084sn02q";
    let answer = serde_json::json!({
        "id": id, "other": format!("no `{id}` here"), "at": "2026-03-01T12:00:00Z", "endCursor": "abc", "name": "Alder_1",
    });
    let mut numbers = Numbers::default();
    let said: Value = serde_json::from_str(&numbers.replace(&answer)).unwrap();
    let (number, at) = (said["id"].as_str().unwrap().to_owned(), said["at"].clone());
    assert_eq!(said["other"], format!("no `{number}` here"));
    assert_ne!(at, said["id"]);
    assert!(said["endCursor"].as_str().unwrap().ends_with("of 3 characters"));
    assert_eq!(said["name"], "Alder_1");
}
