//! How texts are compared.

use unicode_normalization::UnicodeNormalization;

/// The form in which texts are compared, ordered and indexed: NFKC, with full case folding.
///
/// ```
/// assert_eq!(sutra_kernel::fold("ＳＴＲＡẞE"), "strasse");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    // Both forms of ASCII are ASCII, and most texts are.
    if text.is_ascii() { text.to_ascii_lowercase() } else { fold_any(text) }
}

fn fold_any(text: &str) -> String {
    caseless::default_case_fold_str(&text.nfkc().collect::<String>()).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_ascii_is_folded_as_any_text_is() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        assert_eq!(fold(&ascii), fold_any(&ascii));
    }
}
