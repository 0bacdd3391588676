//! The words in which standard objects are written down.

use std::collections::BTreeSet;

use sutra_crypto::sha256;
use sutra_kernel::{ApiName, FieldId, NameError, ObjectId, Uuid};
use sutra_privacy::{DataCategory, DataSubject};

use crate::{FieldDef, FieldKind, Mask, ObjectDef, OnDelete, PickValue, Preparing, Slot, SlotFamily};

/// An object being written down.
pub(super) struct ObjectText {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) plural: &'static str,
    pub(super) plural_label: &'static str,
    pub(super) name_field: &'static str,
    pub(super) subject: DataSubject,
    pub(super) help: &'static str,
}

/// A field being written down: optional, not indexed, not searchable and personal until it says otherwise.
pub(super) struct FieldText {
    name: &'static str,
    label: &'static str,
    kind: Result<FieldKind, NameError>,
    required: bool,
    slot: Option<u8>,
    searchable: bool,
    category: DataCategory,
    help: &'static str,
}

impl ObjectText {
    pub(super) fn with(self, fields: impl IntoIterator<Item = FieldText>) -> Result<ObjectDef, NameError> {
        let fields = fields.into_iter().map(|field| field.build(self.name)).collect::<Result<_, _>>()?;
        Ok(ObjectDef {
            id: ObjectId::from_uuid(standard_id(self.name)),
            name: ApiName::parse(self.name)?,
            label: self.label.to_owned(),
            plural: ApiName::parse(self.plural)?,
            plural_label: self.plural_label.to_owned(),
            name_field: ApiName::parse(self.name_field)?,
            subject: self.subject,
            standard: true,
            needs_reason: false,
            fields,
            emptying: BTreeSet::new(),
            help: self.help.to_owned(),
        })
    }
}

impl FieldText {
    fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        let category = DataCategory::Personal;
        Self {
            name,
            label,
            kind: Ok(kind),
            required: false,
            slot: None,
            searchable: false,
            category,
            help: "",
        }
    }

    pub(super) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Says that its values tell nothing about a person.
    pub(super) fn business(self) -> Self {
        Self { category: DataCategory::Business, ..self }
    }

    /// Gives it a slot of its kind's family. A number, once released, is the field's for ever.
    pub(super) fn slot(self, number: u8) -> Self {
        Self { slot: Some(number), ..self }
    }

    /// Lets records be found by its words.
    pub(super) fn searchable(self) -> Self {
        Self { searchable: true, ..self }
    }

    pub(super) fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    fn build(self, object: &str) -> Result<FieldDef, NameError> {
        let kind = self.kind?;
        let family = SlotFamily::of(&kind);
        Ok(FieldDef {
            id: FieldId::from_uuid(standard_id(&format!("{object}/{}", self.name))),
            name: ApiName::parse(self.name)?,
            label: self.label.to_owned(),
            slot: family.zip(self.slot).map(|(family, number)| Slot::new(family, number)),
            preparing: Preparing::default(),
            kind,
            required: self.required,
            default: None,
            unique: false,
            searchable: self.searchable,
            encrypted: false,
            mask: Mask::Whole,
            category: self.category,
            help: self.help.to_owned(),
        })
    }
}

pub(super) fn text(name: &'static str, label: &'static str, max: u32) -> FieldText {
    FieldText::new(name, label, FieldKind::Text { max })
}

pub(super) fn long_text(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::LongText)
}

pub(super) fn integer(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Integer)
}

pub(super) fn decimal(name: &'static str, label: &'static str, scale: u8) -> FieldText {
    FieldText::new(name, label, FieldKind::Decimal { scale })
}

pub(super) fn currency(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Currency)
}

pub(super) fn boolean(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Boolean)
}

pub(super) fn date(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Date)
}

pub(super) fn date_time(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::DateTime)
}

pub(super) fn picklist(name: &'static str, label: &'static str, values: &[&str]) -> FieldText {
    let values = values.iter().map(|value| PickValue::plain(value)).collect();
    FieldText::new(name, label, FieldKind::Picklist { values }).business()
}

pub(super) fn email(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Email)
}

pub(super) fn phone(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Phone)
}

pub(super) fn url(name: &'static str, label: &'static str) -> FieldText {
    FieldText::new(name, label, FieldKind::Url)
}

/// A reference is an id and no more, hence business.
pub(super) fn reference(name: &'static str, label: &'static str, target: &str) -> FieldText {
    let kind =
        ApiName::parse(target).map(|target| FieldKind::Reference { target, on_delete: OnDelete::Keep });
    FieldText { kind, ..FieldText::new(name, label, FieldKind::LongText) }.business()
}

/// A version 8 UUID (RFC 9562, section 5.8) out of the path's SHA-256.
fn standard_id(path: &str) -> Uuid {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] =
        sha256(format!("sutra/standard/{path}").as_bytes());
    let (version, variant) = (g & 0x0f | 0x80, i & 0x3f | 0x80);
    Uuid::from_bytes([a, b, c, d, e, f, version, h, variant, j, k, l, m, n, o, p])
}
