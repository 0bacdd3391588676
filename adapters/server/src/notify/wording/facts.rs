//! What a template can name.

use minijinja::value::Serde;
use serde_json::{Map, Value, map::Entry};
use sutra_identity::{Message, Notice};

/// What is told to whom, as templates name it.
///
/// # Security
/// Names and what a visitor's program calls itself were chosen by somebody else than who reads them: every text is one
/// line here, without characters that hide or reorder others, so that it cannot pass for more than it is.
pub(super) struct Facts(Map<String, Value>);

/// More than any name needs, and not enough for a story.
const LONGEST: usize = 120;

/// Where the texts are that somebody else chose.
const FOREIGN: [&str; 2] = ["/occasion/address", "/occasion/user_agent"];

impl Facts {
    /// What a notice says, and `channel`, `name`, `workspace`, `workspace_name` and `public_url` beside it.
    ///
    /// # Errors
    /// If the notice cannot be told in JSON.
    pub(super) fn of(message: &Message, public_url: &str) -> Result<Self, serde_json::Error> {
        let channel = message.to.channel();
        let who = [&message.name, &message.workspace, &message.workspace_name];
        Self::new(&message.notice, channel, who.map(String::as_str), public_url)
    }

    /// What a notice would say by a channel to somebody (name, workspace and its name).
    pub(super) fn new(
        notice: &Notice,
        channel: &str,
        [name, workspace, workspace_name]: [&str; 3],
        public_url: &str,
    ) -> Result<Self, serde_json::Error> {
        let mut notice = serde_json::to_value(notice)?;
        clean(&mut notice);
        for place in FOREIGN {
            if let Some(Value::String(text)) = notice.pointer_mut(place) {
                *text = shortened(text);
            }
        }
        let mut facts = match notice {
            Value::Object(facts) => facts,
            _ => Map::new(),
        };
        let beside = [
            ("channel", channel.to_owned()),
            ("name", shortened(&one_line(name))),
            ("workspace", one_line(workspace)),
            ("workspace_name", shortened(&one_line(workspace_name))),
            ("public_url", public_url.to_owned()),
        ];
        for (name, text) in beside {
            if let Entry::Vacant(free) = facts.entry(name) {
                free.insert(Value::String(text));
            }
        }
        Ok(Self(facts))
    }

    pub(super) fn into_value(self) -> minijinja::Value {
        minijinja::Value::from(Serde(self.0))
    }
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = one_line(text),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text without line breaks and other control characters, invisible ones, and those that turn the direction.
pub(in super::super) fn one_line(text: &str) -> String {
    let visible = |c: char| if c.is_control() || is_invisible(c) { ' ' } else { c };
    let text: String = text.chars().map(visible).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => text.chars().take(LONGEST).chain(['…']).collect(),
    }
}
