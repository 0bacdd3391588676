//! Why a change is made, in the words of whoever makes it.

use std::fmt;

use sutra_audit::{EntryDraft, Visibility};
use sutra_kernel::ApiName;
use sutra_records::{FieldProblem, ObjectDef, ProblemCode};

use crate::{Error, work::Work};

/// What the ledger and the interface call it.
const NAME: &str = "reason";

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// Why somebody changes something: at most 500 characters. It goes into the ledger's entry, sealed like the values that
/// the entry is about.
///
/// ```
/// use sutra_engine::Reason;
///
/// assert!(Reason::parse("The customer called.").is_ok_and(|reason| reason.is_some()));
/// assert!(Reason::parse("  ").is_ok_and(|reason| reason.is_none()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads a reason; nothing if there is nothing but space.
    ///
    /// # Errors
    /// [`Error::BadInput`] if it is too long, or has characters that are not shown.
    pub fn parse(text: &str) -> Result<Option<Self>, Error> {
        let text = text.trim();
        let is_hidden = |c: char| c.is_control() && c != '\n';
        if text.chars().nth(LONGEST).is_some() || text.contains(is_hidden) {
            let message = format!("a reason has at most {LONGEST} characters, none of them invisible");
            return Err(Error::BadInput(message));
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }
}

/// What it says is personal.
impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason")
    }
}

impl Work<'_> {
    /// Refuses to change a record without a reason, if its object needs one.
    pub(crate) fn require_reason(&self, object: &ObjectDef) -> Result<(), Error> {
        if !object.needs_reason || self.caller.reason().is_some() {
            return Ok(());
        }
        Err(Error::Validation(vec![FieldProblem {
            field: ApiName::parse(NAME).map_err(Error::internal)?,
            code: ProblemCode::ReasonRequired,
            message: format!(
                "Say why: {} are changed for a reason only.",
                object.plural_label.to_lowercase()
            ),
        }]))
    }

    /// The entry with the caller's reason, if there is one.
    pub(crate) fn with_reason(&self, entry: EntryDraft, seal: &Visibility) -> EntryDraft {
        match self.caller.reason() {
            Some(Reason(reason)) => entry.detail(NAME, reason).detail_visibility(seal.clone()),
            None => entry,
        }
    }
}
