//! What kinds of field can be made, and the values of picklists.

use std::collections::BTreeSet;

use sutra_kernel::{TEXTS_SEPARATOR, fold};

use super::{Defined, DefinitionError, PickEdit, TEXT_MAX, measure, shown};
use crate::{FieldDef, FieldKind, PickValue};

const SCALE_MAX: u8 = 10;
const PICKS_MAX: u32 = 200;
const PICK_CHARS: usize = 255;

impl FieldDef {
    pub(super) fn edit_picks(&mut self, picks: Vec<PickEdit>) -> Defined<()> {
        if picks.is_empty() {
            return Ok(());
        }
        let (FieldKind::Picklist { values } | FieldKind::MultiPicklist { values }) = &mut self.kind else {
            return Err(DefinitionError::NoPicklist(self.name.clone()));
        };
        for pick in picks {
            apply(values, pick);
        }
        check(&self.kind)
    }
}

/// Changes the value of the list, or adds it.
fn apply(values: &mut Vec<PickValue>, edit: PickEdit) {
    let value = edit.value.trim();
    let label = edit.label.map(|label| label.trim().to_owned());
    match values.iter_mut().find(|known| known.value == value) {
        Some(known) => {
            known.label = label.unwrap_or_else(|| known.label.clone());
            known.active = edit.active.unwrap_or(known.active);
        }
        None => values.push(PickValue {
            value: value.to_owned(),
            label: label.unwrap_or_else(|| value.to_owned()),
            active: edit.active.unwrap_or(true),
        }),
    }
}

pub(super) fn check(kind: &FieldKind) -> Defined<()> {
    match kind {
        FieldKind::Text { max } => measure("the greatest length of a text", *max, 1, TEXT_MAX),
        FieldKind::Decimal { scale } => {
            measure("the number of digits after the point", u32::from(*scale), 0, u32::from(SCALE_MAX))
        }
        FieldKind::Picklist { values } => check_picks(values),
        FieldKind::MultiPicklist { values } => check_picks(values).and_then(|()| check_apart(values)),
        _ => Ok(()),
    }
}

fn check_picks(values: &[PickValue]) -> Defined<()> {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    measure("the number of values of a list", count, 1, PICKS_MAX)?;
    let mut seen = BTreeSet::new();
    for pick in values {
        shown("a value of a list", &pick.value, 1, PICK_CHARS)?;
        shown("the label of a value", &pick.label, 1, PICK_CHARS)?;
        if !seen.insert(fold(pick.value.trim())) {
            return Err(DefinitionError::SameValue(pick.value.clone()));
        }
    }
    Ok(())
}

fn check_apart(values: &[PickValue]) -> Defined<()> {
    match values.iter().find(|pick| pick.value.contains(TEXTS_SEPARATOR)) {
        Some(pick) => Err(DefinitionError::SeveralValues(pick.value.clone())),
        None => Ok(()),
    }
}

/// The kind without spaces around the values of its list.
pub(super) fn tidy(mut kind: FieldKind) -> FieldKind {
    if let FieldKind::Picklist { values } | FieldKind::MultiPicklist { values } = &mut kind {
        for pick in values {
            pick.value = pick.value.trim().to_owned();
            pick.label = pick.label.trim().to_owned();
        }
    }
    kind
}
