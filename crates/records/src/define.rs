//! Making and changing definitions: what an object or a field may become.

mod attribute;
mod kind;
mod subject;

use std::collections::BTreeSet;

use sutra_kernel::{ApiName, FieldId, NameError, ObjectId, TEXTS_SEPARATOR, Value};
use sutra_privacy::{DataCategory, DataSubject};

use crate::{FieldDef, FieldKind, Mask, ObjectDef, Preparing, Protected};

pub use subject::NewSubject;

const LABEL_CHARS: usize = 120;
const HELP_CHARS: usize = 500;
const TEXT_MAX: u32 = 255;

/// The field that every custom object is made with: what one of its records is called.
const NAME_FIELD: &str = "name";

/// An object to be made.
#[derive(Debug, Clone)]
pub struct NewObject {
    /// What it is to be called for programs: `invoice`.
    pub name: String,
    /// What people will call one.
    pub label: String,
    /// What its lists are to be called: `invoices`.
    pub plural: String,
    /// What people will call several.
    pub plural_label: String,
    /// One sentence about it; may be empty.
    pub help: String,
    /// Whether each of its records is about one person, as a contact is.
    pub about_a_person: bool,
    /// What people will call its field `name`.
    pub name_label: String,
    /// How personal such names are.
    pub name_category: DataCategory,
    /// Whether its records are to be changed for a stated reason only.
    pub needs_reason: bool,
    /// Whom its records are about, if they are about whomever a field of theirs refers to.
    pub subject: Option<NewSubject>,
}

/// A field to be made.
#[derive(Debug, Clone)]
pub struct NewField {
    /// What it is to be called for programs: `dueDate`.
    pub name: String,
    /// What people will call it.
    pub label: String,
    /// One sentence about it; may be empty.
    pub help: String,
    /// What it is to hold.
    pub kind: FieldKind,
    /// Whether a record without it is refused.
    pub required: bool,
    /// Whether lists can be filtered and ordered by it. A reference always is.
    pub indexed: bool,
    /// Whether no two records may have the same value.
    pub unique: bool,
    /// Whether records are found by its words.
    pub searchable: bool,
    /// How personal its values are.
    pub category: DataCategory,
    /// What a new record has in it if nothing is said.
    pub default: Option<Value>,
    /// What its values are protected as, if they are to be encrypted. They stay so.
    pub encrypted: Option<Protected>,
}

/// What to change about an object. What is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ObjectEdit {
    /// What people call one.
    pub label: Option<String>,
    /// What people call several.
    pub plural_label: Option<String>,
    /// One sentence about it.
    pub help: Option<String>,
    /// Whether its records are changed for a stated reason only.
    pub needs_reason: Option<bool>,
}

/// What to change about a field. What is absent stays.
#[derive(Debug, Clone, Default)]
pub struct FieldEdit {
    /// What people call it.
    pub label: Option<String>,
    /// One sentence about it.
    pub help: Option<String>,
    /// Whether a record without it is refused.
    pub required: Option<bool>,
    /// Whether no two records may have the same value.
    pub unique: Option<bool>,
    /// Whether lists can be filtered and ordered by it.
    pub indexed: Option<bool>,
    /// Whether lists can be searched by its words.
    pub searchable: Option<bool>,
    /// How personal its values are.
    pub category: Option<DataCategory>,
    /// What a new record has in it if nothing is said; [`Value::Null`] takes the default away.
    pub default: Option<Value>,
    /// Values of the picklist to add, to relabel, to retire and to take back. The others stay.
    pub picks: Vec<PickEdit>,
}

/// What to change about one value of a picklist.
#[derive(Debug, Clone)]
pub struct PickEdit {
    /// What is stored. A value that is not in the list yet is added at its end.
    pub value: String,
    /// What people see. A new value without one is its own label.
    pub label: Option<String>,
    /// Whether it can be chosen. A new value can, if nothing is said.
    pub active: Option<bool>,
}

/// Why a definition is not made or not changed, said so that an administrator can mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// A name is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A label, a help text or a picklist's value is empty, too long, or has characters that are not shown.
    #[error("{what} has {min} to {max} characters, none of them invisible")]
    Text {
        /// Which text.
        what: &'static str,
        /// How many characters at least.
        min: u8,
        /// How many characters at most.
        max: usize,
    },
    /// A kind of field has a measure that it cannot have.
    #[error("{what} is {min} to {max}")]
    Measure {
        /// Which measure.
        what: &'static str,
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// The object has no such field.
    #[error("object `{object}` has no field `{field}`")]
    UnknownField {
        /// The object.
        object: ApiName,
        /// What was named.
        field: String,
    },
    /// Such a field is not indexed.
    #[error("a long text or a multi-picklist cannot be indexed")]
    NotIndexable,
    /// The records that refer to another are found by its index.
    #[error("a reference is always indexed")]
    ReferenceIndex,
    /// Every slot that could hold the field's values is another field's.
    #[error(
        "object `{object}` has no room for another indexed field of this type: all {count} are taken, or still being emptied"
    )]
    NoSlot {
        /// The object.
        object: ApiName,
        /// How many there are.
        count: usize,
    },
    /// The field does not take its own default.
    #[error("the default of field `{field}` cannot be kept: {message}")]
    Default {
        /// The field.
        field: ApiName,
        /// What is wrong with the value.
        message: String,
    },
    /// A reference has no default: not everybody who makes records may read the record it would name.
    #[error("a reference cannot have a default")]
    NoDefault,
    /// Such a field cannot be unique.
    #[error("{0} cannot be unique")]
    NeverUnique(&'static str),
    /// The field is no picklist.
    #[error("field `{0}` is no picklist")]
    NoPicklist(ApiName),
    /// Records are to be about themselves, and about whom they refer to.
    #[error("records are about themselves or about whom a field refers to, not both")]
    TwoSubjects,
    /// An encrypted field would be shown, or would be found by what is in it.
    #[error("{0}")]
    Encrypted(&'static str),
    /// A record would belong to none.
    #[error("a reference that deletes along is required")]
    ParentRequired,
    /// Two values of a picklist would be taken for one: filters do not tell capitals from small letters.
    #[error("two values of the list would be taken for one: `{0}`")]
    SameValue(String),
    /// A value of a multi-picklist would be taken for two: several are one text in the ledger and in files.
    #[error("a value of which several can be chosen has no `{TEXTS_SEPARATOR}`: `{0}`")]
    SeveralValues(String),
}

type Defined<T> = Result<T, DefinitionError>;

impl ObjectDef {
    /// Makes a custom object, with nothing but the field `name`, which every record must have.
    ///
    /// # Errors
    /// Refuses names and texts that cannot be. Whether the names are free is for
    /// [`Metadata::new`](crate::Metadata::new) and [`names::check`](crate::names::check) to say.
    pub fn define(id: ObjectId, name_field: FieldId, new: NewObject) -> Defined<Self> {
        let object = Self {
            id,
            name: ApiName::parse(&new.name)?,
            label: label(&new.label)?,
            plural: ApiName::parse(&new.plural)?,
            plural_label: label(&new.plural_label)?,
            name_field: ApiName::parse(NAME_FIELD)?,
            subject: if new.about_a_person { DataSubject::ThisRecord } else { DataSubject::None },
            standard: false,
            needs_reason: new.needs_reason,
            fields: Vec::new(),
            emptying: BTreeSet::new(),
            help: help(&new.help)?,
        };
        let name = NewField {
            name: NAME_FIELD.to_owned(),
            label: new.name_label,
            help: String::new(),
            kind: FieldKind::Text { max: TEXT_MAX },
            required: true,
            indexed: true,
            unique: false,
            searchable: true,
            category: new.name_category,
            default: None,
            encrypted: None,
        };
        object.with_field(name_field, name)
    }

    /// The object with one more field, at the end. An indexed field gets the first slot that is free.
    ///
    /// # Errors
    /// As [`define`](Self::define); and if there is no slot left, or the kind has none.
    pub fn with_field(mut self, id: FieldId, new: NewField) -> Defined<Self> {
        kind::check(&new.kind)?;
        let indexed = new.indexed || matches!(new.kind, FieldKind::Reference { .. });
        let slot = if indexed { Some(self.free_slot(&new.kind)?) } else { None };
        let mut field = FieldDef {
            id,
            name: ApiName::parse(&new.name)?,
            label: label(&new.label)?,
            kind: kind::tidy(new.kind),
            required: new.required,
            default: new.default,
            unique: new.unique,
            searchable: new.searchable,
            encrypted: new.encrypted.is_some(),
            mask: new.encrypted.map_or(Mask::Whole, Protected::mask),
            slot,
            preparing: Preparing::default(),
            category: new.category,
            help: help(&new.help)?,
        };
        field.settle()?;
        self.fields.push(field);
        Ok(self)
    }

    /// The object as an administrator wants it.
    ///
    /// # Errors
    /// Refuses texts that cannot be.
    pub fn edited(mut self, edit: ObjectEdit) -> Defined<Self> {
        replace(&mut self.label, edit.label.as_deref().map(label))?;
        replace(&mut self.plural_label, edit.plural_label.as_deref().map(label))?;
        replace(&mut self.help, edit.help.as_deref().map(help))?;
        self.needs_reason = edit.needs_reason.unwrap_or(self.needs_reason);
        Ok(self)
    }

    /// The object with one of its fields as an administrator wants it. Whether every record has what becomes
    /// required, and no two have what becomes unique, is for the caller to find out; and so is whether its records
    /// [have to be prepared](Self::needs_preparation).
    ///
    /// # Errors
    /// Refuses an unknown field, an index that cannot be given or taken away, texts that cannot be, and values for
    /// what is no picklist.
    pub fn with_field_edited(mut self, field: &str, edit: FieldEdit) -> Defined<Self> {
        if let Some(indexed) = edit.indexed {
            self = self.with_index(field, indexed)?;
        }
        if let Some(searchable) = edit.searchable {
            self = self.with_search(field, searchable)?;
        }
        match self.fields.iter_mut().find(|known| known.name.as_str() == field) {
            Some(known) => known.edit(edit)?,
            None => return Err(DefinitionError::UnknownField { object: self.name, field: field.to_owned() }),
        }
        Ok(self)
    }
}

impl FieldDef {
    fn edit(&mut self, edit: FieldEdit) -> Defined<()> {
        replace(&mut self.label, edit.label.as_deref().map(label))?;
        replace(&mut self.help, edit.help.as_deref().map(help))?;
        self.required = edit.required.unwrap_or(self.required);
        self.unique = edit.unique.unwrap_or(self.unique);
        self.category = edit.category.unwrap_or(self.category);
        self.default = edit.default.or(self.default.take());
        self.edit_picks(edit.picks)?;
        self.settle()
    }
}

fn label(text: &str) -> Defined<String> {
    shown("a label", text, 1, LABEL_CHARS)
}

fn help(text: &str) -> Defined<String> {
    shown("a help text", text, 0, HELP_CHARS)
}

/// A text as it is shown: without spaces around it.
pub(crate) fn shown(what: &'static str, text: &str, min: u8, max: usize) -> Defined<String> {
    let text = text.trim();
    let count = text.chars().count();
    if count < usize::from(min) || count > max || text.chars().any(char::is_control) {
        return Err(DefinitionError::Text { what, min, max });
    }
    Ok(text.to_owned())
}

fn measure(what: &'static str, number: u32, min: u32, max: u32) -> Defined<()> {
    if (min..=max).contains(&number) { Ok(()) } else { Err(DefinitionError::Measure { what, min, max }) }
}

fn replace(text: &mut String, with: Option<Defined<String>>) -> Defined<()> {
    if let Some(with) = with {
        *text = with?;
    }
    Ok(())
}
