//! The `Forwarded` header, as far as it says whom somebody speaks for.

use super::SPACE;

/// What each hop says after `for=`, without its quotes; nothing if some hop does not say it exactly once, or if the
/// header is not written as [section 4](https://www.rfc-editor.org/rfc/rfc7239#section-4) has it.
pub(super) fn nodes(text: &str) -> Option<Vec<String>> {
    pieces(text, ',')?.into_iter().map(node_of).collect()
}

fn node_of(element: &str) -> Option<String> {
    let mut found = None;
    for pair in pieces(element.trim_matches(SPACE), ';')? {
        let (name, value) = pair.trim_matches(SPACE).split_once('=')?;
        let value = value_of(value)?;
        if !is_token(name) || (name.eq_ignore_ascii_case("for") && found.replace(value).is_some()) {
            return None;
        }
    }
    found
}

/// The text between separators that stand outside quotes; nothing if a quote is never closed.
fn pieces(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped) = (false, false);
    let pieces = text.split(|c: char| {
        let is_escaped = escaped;
        escaped = quoted && !is_escaped && c == '\\';
        if c == '"' && !is_escaped {
            quoted = !quoted;
        }
        c == separator && !quoted
    });
    let pieces = pieces.collect();
    (!quoted).then_some(pieces)
}

/// A token as it is, or what a quoted text says.
fn value_of(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('"') else { return is_token(text).then(|| text.to_owned()) };
    let mut value = String::new();
    let mut characters = inner.strip_suffix('"')?.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => return None,
            '\\' => value.push(characters.next()?),
            c => value.push(c),
        }
    }
    Some(value)
}

fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}
