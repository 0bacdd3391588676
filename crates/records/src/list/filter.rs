//! Filters: conditions on a record, and on the records it refers to.

use std::sync::Arc;

use sutra_acl::{Facts, Root, Scope};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};

use super::{
    chosen::Chosen,
    listed::{ListError, Listed},
};
use crate::{FieldKind, ObjectDef, Record, Stored};

/// What a list asks of its records, and of those they refer to.
pub type Filter = Condition<Relation>;

/// A condition on the record that a field refers to, for one viewer.
///
/// # Security
/// A record that the viewer may not see counts as none: the condition is false and its opposite true, as for a
/// record that refers to nothing. So no answer depends on what is hidden from him.
#[derive(Debug, Clone)]
pub struct Relation {
    /// The reference.
    pub field: ApiName,
    /// The object it refers to.
    pub object: Arc<ObjectDef>,
    /// What the viewer may see of that object.
    pub scope: Scope,
    /// What is asked of the record referred to.
    pub condition: Box<Filter>,
}

impl Relation {
    pub(super) fn holds<'r>(&self, record: &Record, find: &dyn Fn(RecordId) -> Option<Stored<'r>>) -> bool {
        let Value::Reference(id) = record.value(&self.field) else { return false };
        find(id).is_some_and(|target| self.is_seen(target, find) && holds(&self.condition, target.0, find))
    }

    fn is_seen<'r>(&self, target: Stored<'r>, find: &dyn Fn(RecordId) -> Option<Stored<'r>>) -> bool {
        target.0.object == self.object.id
            && target.0.deleted_at.is_none()
            && self.scope.admits(&facts(target, find))
    }

    pub(super) fn check(&self, object: &ObjectDef) -> Result<(), ListError> {
        match Listed::of(object, &self.field)? {
            Listed::Field(field, _) if field.target() == Some(&self.object.name) => {
                check_scope(&self.object, &self.scope)?;
                check(&self.object, &self.condition)
            }
            _ => Err(ListError::NotRelated(self.field.clone())),
        }
    }
}

/// What access to a record is decided on, where `find` finds the one that controls it.
pub(super) fn facts<'a, 'r: 'a>(
    (record, standing): Stored<'a>,
    find: &dyn Fn(RecordId) -> Option<Stored<'r>>,
) -> Facts<'a> {
    let root = record.control.map(|control| {
        let root = find(control.root).map(|(root, _)| root);
        Root {
            object: control.object,
            record: control.root,
            values: root.map(|root| root as &dyn sutra_acl::Fields),
        }
    });
    Facts { root, ..record.facts(standing) }
}

/// Checks that stores can hide an object's records by this condition: it compares indexed fields with values that they
/// could have. Nothing but an index holds a text in the form that it is compared in.
///
/// # Errors
/// As for the filter of a list. Money is compared with money, and not with an amount alone.
pub fn check_restriction(object: &ObjectDef, condition: &Condition) -> Result<(), ListError> {
    condition.tests().into_iter().try_for_each(|(name, test)| {
        check_test(object, name, test)?;
        let is_money = object.field(name.as_str()).is_some_and(|field| field.kind == FieldKind::Currency);
        let is_alike = |value: &Value| matches!(value, Value::Money(_) | Value::Null);
        let fits = !is_money || test.values().iter().all(is_alike);
        if fits { Ok(()) } else { Err(ListError::WrongKind(name.clone())) }
    })
}

/// Checks that whatever hides records can be answered.
pub(super) fn check_scope(object: &ObjectDef, scope: &Scope) -> Result<(), ListError> {
    let own = scope.restrictions.iter().filter(|bound| bound.root.is_none());
    own.map(|bound| &bound.rule.condition).try_for_each(|condition| check_restriction(object, condition))
}

/// Checks that a filter of an object's lists can be answered: through indexes, but for what is chosen of lists.
pub(super) fn check(object: &ObjectDef, filter: &Filter) -> Result<(), ListError> {
    let mut tests = filter.tests().into_iter();
    tests.try_for_each(|(name, test)| check_test(object, name, test))?;
    filter.related().into_iter().try_for_each(|relation| relation.check(object))
}

/// Checks that one comparison can be answered.
pub(crate) fn check_test(object: &ObjectDef, name: &ApiName, test: &Test) -> Result<(), ListError> {
    match Chosen::of(object, name) {
        Some(_) => Chosen::check(name, test),
        None => Listed::of(object, name)?.check(name, test),
    }
}

/// Whether a filter is true of a record; `find` finds the records that others refer to.
pub(super) fn holds<'r>(
    filter: &Filter,
    record: &Record,
    find: &dyn Fn(RecordId) -> Option<Stored<'r>>,
) -> bool {
    filter.holds_with(&|name, test| by_amount(test).holds(&amount(record.value(name))), &|relation| {
        relation.holds(record, find)
    })
}

/// Money without its currency; any other value as it is.
fn amount(value: Value) -> Value {
    match value {
        Value::Money(money) => Value::Decimal(money.amount),
        other => other,
    }
}

/// The same test, asking for an amount where it asked for money.
fn by_amount(test: &Test) -> Test {
    let one = |value: &Value| amount(value.clone());
    match test {
        Test::Eq(value) => Test::Eq(one(value)),
        Test::Neq(value) => Test::Neq(one(value)),
        Test::In(values) => Test::In(values.iter().map(one).collect()),
        Test::Gt(value) => Test::Gt(one(value)),
        Test::Gte(value) => Test::Gte(one(value)),
        Test::Lt(value) => Test::Lt(one(value)),
        Test::Lte(value) => Test::Lte(one(value)),
        Test::IsNull(_) | Test::StartsWith(_) | Test::Includes(_) => test.clone(),
    }
}
