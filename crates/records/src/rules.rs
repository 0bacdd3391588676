//! Validation rules: what must be true of the records of an object, in the words of its administrators.

mod compile;
mod number;
mod source;
mod term;

use std::{collections::BTreeSet, sync::Arc};

use sutra_acl::AccessPlan;
use sutra_kernel::{ApiName, FieldId, ObjectId, RuleId};

use self::{compile::compile, term::Term};
use crate::{DefinitionError, ObjectDef, Record, define::shown};

/// How many rules an object can have, those that are off included.
pub const MAX_RULES: usize = 50;

const MESSAGE_CHARS: usize = 255;

/// All that somebody learns of a rule that reads a field hidden from them.
const HIDDEN: &str = "not allowed by a rule";

/// What a rule says that comes to no answer. Then nothing is written.
const UNDECIDED: &str = "a rule comes to no answer, because a value that it needs is empty or too large";

/// A rule as it is stored: what must be true of every record of its object that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationRule {
    /// Its identifier.
    pub id: RuleId,
    /// The object whose records it judges.
    pub object: ObjectId,
    /// What programs call it: `closesInTheFuture`. It never changes.
    pub name: ApiName,
    /// What must be true, in the Common Expression Language: `amount == null || amount.amount > 0`.
    pub expression: String,
    /// What people are told whose record does not comply.
    pub message: String,
    /// Whether it judges.
    pub active: bool,
}

/// A rule to be made.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// What programs will call it.
    pub name: String,
    /// What must be true.
    pub expression: String,
    /// What people will be told whose record does not comply.
    pub message: String,
    /// Whether it will judge.
    pub active: bool,
}

/// What to change about a rule. What is absent stays.
#[derive(Debug, Clone, Default)]
pub struct RuleEdit {
    /// What must be true.
    pub expression: Option<String>,
    /// What people are told whose record does not comply.
    pub message: Option<String>,
    /// Whether it judges.
    pub active: Option<bool>,
}

/// Why a rule is not made or not changed, said so that an administrator can mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The name or the message cannot be.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The expression is larger than any rule needs.
    #[error("an expression has at most {max} {what}")]
    TooLarge {
        /// Of what there is too much.
        what: &'static str,
        /// How much there may be.
        max: usize,
    },
    /// The expression is not written in the language.
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    UnknownField(String),
    /// No rule may read the field.
    #[error("field `{field}` cannot be read by a rule, because {reason}")]
    Unreadable {
        /// The field.
        field: ApiName,
        /// Why not.
        reason: &'static str,
    },
    /// The expression means nothing, or uses what rules do not have.
    #[error("{0}")]
    Meaning(String),
}

/// How a record does not comply with a rule, as far as whoever writes it may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What to tell people.
    pub message: String,
    /// Which rule; nothing if it reads a field hidden from them.
    pub rule: Option<BrokenRule>,
}

/// The rule that a record does not comply with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// What programs call it.
    pub name: ApiName,
    /// The fields it reads.
    pub fields: Vec<ApiName>,
}

/// The rules of one object, ready to judge its records: see [`Metadata::rules`](crate::Metadata::rules).
#[derive(Debug, Clone)]
pub struct Rules {
    object: ObjectId,
    rules: Arc<[Ready]>,
}

/// A rule and what it means; nothing for an expression that means nothing any more, which lets nothing pass.
#[derive(Debug)]
struct Ready {
    rule: ValidationRule,
    condition: Option<Condition>,
}

/// What an expression means for the records of an object.
#[derive(Debug)]
pub(crate) struct Condition {
    /// True or false of every record, or undecided.
    term: Term,
    /// The fields it reads that not everybody may see.
    reads: BTreeSet<(ApiName, FieldId)>,
}

impl ValidationRule {
    /// Makes a rule for the records of an object.
    ///
    /// # Errors
    /// Refuses a name or a message that cannot be, and an expression that is not understood, reads what rules may not
    /// read, or compares what cannot be compared.
    pub fn define(id: RuleId, object: &ObjectDef, new: NewRule) -> Result<Self, RuleError> {
        let rule = Self {
            id,
            object: object.id,
            name: ApiName::parse(&new.name).map_err(DefinitionError::from)?,
            expression: new.expression,
            message: new.message,
            active: new.active,
        };
        rule.tidy(object)
    }

    /// The rule as an administrator wants it.
    ///
    /// # Errors
    /// As [`define`](Self::define).
    pub fn edited(mut self, object: &ObjectDef, edit: RuleEdit) -> Result<Self, RuleError> {
        self.expression = edit.expression.unwrap_or(self.expression);
        self.message = edit.message.unwrap_or(self.message);
        self.active = edit.active.unwrap_or(self.active);
        self.tidy(object)
    }

    fn tidy(mut self, object: &ObjectDef) -> Result<Self, RuleError> {
        self.expression = self.expression.trim().to_owned();
        self.message = shown("a message", &self.message, 1, MESSAGE_CHARS)?;
        self.check(object)?;
        Ok(self)
    }

    /// Whether the rule still has a meaning, now that its object is like this.
    ///
    /// # Errors
    /// Says why it has none.
    pub fn check(&self, object: &ObjectDef) -> Result<(), RuleError> {
        compile(object, &self.expression).map(drop)
    }
}

impl Rules {
    /// Makes rules ready for the records of an object.
    pub(crate) fn of(object: &ObjectDef, rules: impl IntoIterator<Item = ValidationRule>) -> Self {
        let ready = |rule: ValidationRule| Ready { condition: compile(object, &rule.expression).ok(), rule };
        Self { object: object.id, rules: rules.into_iter().map(ready).collect() }
    }

    /// No rules at all.
    pub(crate) fn none(object: ObjectId) -> Self {
        Self { object, rules: Arc::new([]) }
    }

    /// The object whose records they judge.
    #[must_use]
    pub fn object(&self) -> ObjectId {
        self.object
    }

    /// All of them, those that are off included.
    pub fn iter(&self) -> impl Iterator<Item = &ValidationRule> {
        self.rules.iter().map(|ready| &ready.rule)
    }

    /// How a record does not comply, as far as the plan's user may know; nothing if it complies.
    ///
    /// # Security
    /// However many rules are broken that read a hidden field, and whether they say no or come to no answer: the
    /// user is told the same.
    #[must_use]
    pub fn violations(&self, record: &Record, plan: &AccessPlan) -> Vec<Violation> {
        let active = self.rules.iter().filter(|ready| ready.rule.active);
        let (mut violations, mut hidden) = (Vec::new(), false);
        for ready in active {
            match ready.violation(record) {
                Some(_) if ready.is_hidden_from(plan) => hidden = true,
                violation => violations.extend(violation),
            }
        }
        if hidden {
            violations.push(Violation { message: HIDDEN.to_owned(), rule: None });
        }
        violations
    }
}

impl Ready {
    fn violation(&self, record: &Record) -> Option<Violation> {
        let complies = self.condition.as_ref().and_then(|condition| condition.term.truth(record).ok());
        let message = match complies {
            Some(true) => return None,
            Some(false) => self.rule.message.clone(),
            None => UNDECIDED.to_owned(),
        };
        let reads = self.condition.iter().flat_map(|condition| &condition.reads);
        let fields = reads.map(|(name, _)| name.clone()).collect();
        Some(Violation { message, rule: Some(BrokenRule { name: self.rule.name.clone(), fields }) })
    }

    fn is_hidden_from(&self, plan: &AccessPlan) -> bool {
        let mut reads = self.condition.iter().flat_map(|condition| &condition.reads);
        reads.any(|(_, field)| !plan.field(*field).read)
    }
}
