//! The definitions of one workspace, checked to fit together.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use sutra_kernel::{ApiName, ObjectId, RuleId};
use sutra_privacy::DataSubject;

use crate::{FieldDef, FieldKind, ObjectDef, Rules, SlotFamily, SystemField, ValidationRule};

const FIELDS_MAX: usize = 500;
const PARENTS_MAX: usize = 5;

/// All objects of a workspace at one metadata version.
#[derive(Debug, Clone)]
pub struct Metadata {
    version: u64,
    objects: Vec<Arc<ObjectDef>>,
    by_id: BTreeMap<ObjectId, Arc<ObjectDef>>,
    by_name: BTreeMap<ApiName, Arc<ObjectDef>>,
    rules: BTreeMap<ObjectId, Rules>,
}

/// Why definitions do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Two objects or two fields would answer to one name, or a system field has it.
    #[error("the name `{0}` is taken")]
    NameTaken(ApiName),
    /// An object has more than 500 fields.
    #[error("`{0}` has more than 500 fields")]
    TooManyFields(ApiName),
    /// A field's slot is missing, of the wrong family, out of range, another field's, or still being emptied.
    #[error("`{object}.{field}` cannot have its slot")]
    Slot {
        /// The object.
        object: ApiName,
        /// The field.
        field: ApiName,
    },
    /// A field is searchable that has no words, or whose values are sealed.
    #[error("`{object}.{field}` cannot be searchable: only texts, addresses and numbers in plain can")]
    Search {
        /// The object.
        object: ApiName,
        /// The field.
        field: ApiName,
    },
    /// Records of an object would belong to two others.
    #[error("`{0}` has two references that delete along, and can have one")]
    TwoParents(ApiName),
    /// Records of an object would belong to themselves in the end, or to others over too many steps.
    #[error("what is deleted along with `{0}` has more than {PARENTS_MAX} objects above it, or itself")]
    ParentDepth(ApiName),
    /// An object names a field or an object that does not exist.
    #[error("`{object}` names `{missing}`, which does not exist")]
    Missing {
        /// The object.
        object: ApiName,
        /// What it names.
        missing: ApiName,
    },
}

impl Metadata {
    /// Checks that the definitions fit together.
    ///
    /// # Errors
    /// Refuses names that clash, slots that cannot hold their fields, and references to nothing.
    pub fn new(version: u64, objects: Vec<ObjectDef>) -> Result<Self, MetadataError> {
        let mut names = HashSet::new();
        for object in &objects {
            for name in [&object.name, &object.plural] {
                claim(&mut names, name.as_str())?;
            }
            check_object(object, &objects)?;
            check_parents(object, &objects)?;
        }
        let objects: Vec<_> = objects.into_iter().map(Arc::new).collect();
        let by_id = objects.iter().map(|object| (object.id, object.clone())).collect();
        let by_name = objects.iter().map(|object| (object.name.clone(), object.clone())).collect();
        Ok(Self { version, objects, by_id, by_name, rules: BTreeMap::new() })
    }

    /// The same definitions with the rules that the workspace has, in the order in which they are told.
    ///
    /// A rule whose expression has no meaning for its object lets none of its records pass, until it is mended.
    #[must_use]
    pub fn with_rules(mut self, rules: Vec<ValidationRule>) -> Self {
        let mut of = BTreeMap::<ObjectId, Vec<ValidationRule>>::new();
        for rule in rules {
            of.entry(rule.object).or_default().push(rule);
        }
        let ready =
            of.into_iter().filter_map(|(id, rules)| Some((id, Rules::of(self.by_id.get(&id)?, rules))));
        self.rules = ready.collect();
        self
    }

    /// The version that was current when the definitions were read.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The object of this id.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> Option<&Arc<ObjectDef>> {
        self.by_id.get(&id)
    }

    /// The object of this API name.
    #[must_use]
    pub fn object_named(&self, name: &str) -> Option<&Arc<ObjectDef>> {
        self.by_name.get(name)
    }

    /// The objects whose records belong to records of this one, in the order they are shown.
    pub fn children(&self, object: &ObjectDef) -> impl Iterator<Item = &Arc<ObjectDef>> {
        let name = object.name.clone();
        self.objects.iter().filter(move |child| child.parent().and_then(FieldDef::target) == Some(&name))
    }

    /// The rules that the object's records must comply with.
    #[must_use]
    pub fn rules(&self, object: ObjectId) -> Rules {
        self.rules.get(&object).cloned().unwrap_or_else(|| Rules::none(object))
    }

    /// The rule of this id.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&ValidationRule> {
        self.rules.values().flat_map(Rules::iter).find(|rule| rule.id == id)
    }

    /// All objects, in the order they are shown.
    #[must_use]
    pub fn objects(&self) -> &[Arc<ObjectDef>] {
        &self.objects
    }
}

fn check_object(object: &ObjectDef, all: &[ObjectDef]) -> Result<(), MetadataError> {
    if object.fields.len() > FIELDS_MAX {
        return Err(MetadataError::TooManyFields(object.name.clone()));
    }
    let mut names: HashSet<String> = SystemField::ALL.map(|field| field.to_string()).into();
    let mut slots: HashSet<_> = object.emptying.iter().copied().collect();
    for field in &object.fields {
        claim(&mut names, field.name.as_str())?;
        check_slot(object, field)?;
        if field.slot.is_some_and(|slot| !slots.insert(slot)) {
            return Err(slot_error(object, field));
        }
        if field.searchable && (field.encrypted || !field.kind.has_words()) {
            return Err(MetadataError::Search { object: object.name.clone(), field: field.name.clone() });
        }
        if let FieldKind::Reference { target, .. } = &field.kind {
            // GraphQL shows a reference as the record and, beside it, as the bare id.
            claim(&mut names, &format!("{}Id", field.name))?;
            require(all.iter().any(|known| known.name == *target), object, target)?;
        }
    }
    require(object.field(object.name_field.as_str()).is_some(), object, &object.name_field)?;
    if let DataSubject::Reference(field) = &object.subject {
        require(object.field(field.as_str()).is_some_and(|f| f.target().is_some()), object, field)?;
    }
    Ok(())
}

/// Every object has one parent at most, and a few above that.
fn check_parents(object: &ObjectDef, all: &[ObjectDef]) -> Result<(), MetadataError> {
    if object.fields.iter().filter(|field| field.is_parent()).count() > 1 {
        return Err(MetadataError::TwoParents(object.name.clone()));
    }
    let up = |of: &&ObjectDef| {
        let target = of.parent()?.target()?;
        all.iter().find(|known| known.name == *target)
    };
    match std::iter::successors(Some(object), up).nth(PARENTS_MAX + 1) {
        Some(_) => Err(MetadataError::ParentDepth(object.name.clone())),
        None => Ok(()),
    }
}

/// A slot is of the kind's family; a reference must have one, or the records that point at another could not be found.
fn check_slot(object: &ObjectDef, field: &FieldDef) -> Result<(), MetadataError> {
    let fits = match field.slot {
        Some(slot) => slot.exists() && SlotFamily::of(&field.kind) == Some(slot.family),
        None => field.target().is_none(),
    };
    if fits { Ok(()) } else { Err(slot_error(object, field)) }
}

fn slot_error(object: &ObjectDef, field: &FieldDef) -> MetadataError {
    MetadataError::Slot { object: object.name.clone(), field: field.name.clone() }
}

fn require(exists: bool, object: &ObjectDef, missing: &ApiName) -> Result<(), MetadataError> {
    if exists {
        return Ok(());
    }
    Err(MetadataError::Missing { object: object.name.clone(), missing: missing.clone() })
}

fn claim(names: &mut HashSet<String>, name: &str) -> Result<(), MetadataError> {
    if names.insert(name.to_owned()) {
        return Ok(());
    }
    match ApiName::parse(name) {
        Ok(name) => Err(MetadataError::NameTaken(name)),
        // Only the id of a reference can be too long to be a name, and such a name is nobody's.
        Err(_) => Ok(()),
    }
}
