//! How texts are compared.

use unicode_normalization::UnicodeNormalization;

/// The form in which texts are compared, ordered and indexed: NFKC, with full case folding.
///
/// ```
/// assert_eq!(sutra_kernel::fold("ＳＴＲＡẞE"), "strasse");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    caseless::default_case_fold_str(&text.nfkc().collect::<String>()).nfkc().collect()
}
