//! Filters: input types that become the one condition tree of the product.

use async_graphql::{
    Value,
    dynamic::{InputObject, InputValue, TypeRef},
};
use sutra_engine::{Error, MAX_PAGE, MAX_STEPS, Related};
use sutra_kernel::{self as kernel, ApiName, Condition, RecordId, Test, UserId, ValueKind};
use sutra_records::{FieldDef, FieldKind, Metadata, ObjectDef};

use super::{
    build::items_of,
    names::{ObjectNames, filter_name, reference_id},
    scalar::{self, Entries},
};
use crate::id::{parse_id, parse_owner};

/// How many comparisons a filter may have.
const MAX_TESTS: usize = 100;

/// What a member of a filter looks at, and by which operators.
pub(super) struct Member {
    /// The name in the filter.
    pub(super) name: String,
    /// The field that is compared.
    pub(super) field: ApiName,
    pub(super) operand: Operand,
}

/// What a field is compared with.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Owner,
    User,
    Record,
    Reference,
    Value(ValueKind),
}

impl Operand {
    fn of(kind: &FieldKind) -> Self {
        match kind.value_kind() {
            ValueKind::Reference => Self::Reference,
            // A list converts no currencies: amounts are compared as they stand.
            ValueKind::Money => Self::Value(ValueKind::Decimal),
            kind => Self::Value(kind),
        }
    }

    /// The input type with the operators that make sense.
    fn filter(self) -> &'static str {
        match self {
            Self::Owner | Self::User | Self::Record => "IdFilter",
            Self::Reference => "ReferenceFilter",
            Self::Value(ValueKind::Boolean) => "BooleanFilter",
            Self::Value(ValueKind::Integer) => "LongFilter",
            Self::Value(ValueKind::Date) => "DateFilter",
            Self::Value(ValueKind::Timestamp) => "DateTimeFilter",
            Self::Value(ValueKind::Decimal | ValueKind::Money) => "DecimalFilter",
            Self::Value(ValueKind::Text | ValueKind::Reference) => "TextFilter",
            Self::Value(ValueKind::Texts) => "MultiPicklistFilter",
        }
    }

    fn read(self, value: &Value) -> Result<kernel::Value, Error> {
        match (self, value) {
            (Self::Owner, Value::String(text)) => {
                Ok(kernel::Value::Reference(RecordId::from_uuid(parse_owner(text)?.uuid())))
            }
            (Self::User, Value::String(text)) => {
                let user: UserId = parse_id(text)?;
                Ok(kernel::Value::Reference(RecordId::from_uuid(user.uuid())))
            }
            (Self::Value(kind), value) => scalar::read(kind, value),
            (Self::Owner | Self::User | Self::Record | Self::Reference, value) => {
                scalar::read(ValueKind::Reference, value)
            }
        }
    }
}

/// The filters of single fields: the same for all objects.
pub(super) fn field_filters() -> Vec<InputObject> {
    let filter = |name: &str, operand: &str, operators: &[&str], description: &str| {
        let base = InputObject::new(name).description(description);
        operators.iter().fold(base, |filter, operator| filter.field(operator_input(operator, operand)))
    };
    let ordered = ["eq", "neq", "in", "gt", "gte", "lt", "lte", "isNull"];
    let texts = ["eq", "neq", "in", "startsWith", "isNull"];
    let about = "How a value is compared. Several operators must all be true. A comparison with an empty field is \
                 false, except `neq`.";
    vec![
        filter("IdFilter", TypeRef::ID, &["eq", "neq", "in"], "Which identifiers."),
        filter("ReferenceFilter", TypeRef::ID, &["eq", "in"], "Which records are referred to."),
        filter("TextFilter", TypeRef::STRING, &texts, &format!("{about} Upper and lower case are the same.")),
        filter("BooleanFilter", TypeRef::BOOLEAN, &["eq", "isNull"], about),
        filter("LongFilter", scalar::LONG, &ordered, about),
        filter(
            "DecimalFilter",
            scalar::DECIMAL,
            &ordered,
            &format!("{about} Money is compared by its amount, whatever the currency."),
        ),
        filter(
            "MultiPicklistFilter",
            TypeRef::STRING,
            &["includesAny", "includesAll", "excludes", "isNull"],
            "What is chosen of a list. Several operators must all be true. Upper and lower case are the same.",
        ),
        filter("DateFilter", scalar::DATE, &ordered, about),
        filter("DateTimeFilter", scalar::DATE_TIME, &ordered, about),
    ]
}

/// The filter of an object's lists: its indexed fields, and its multi-picklists.
pub(super) fn object_filter(object: &ObjectDef) -> InputObject {
    let name = ObjectNames::of(object).filter;
    let list = || TypeRef::named_nn_list(name.as_str());
    let base = InputObject::new(name.as_str())
        .description(format!(
            "Which {} are listed: all of its conditions must be true. Fields without an index cannot be asked for, but \
             for multi-picklists.",
            object.plural_label.to_lowercase()
        ))
        .field(InputValue::new("and", list()).description("All of these."))
        .field(InputValue::new("or", list()).description("At least one of these."))
        .field(InputValue::new("not", TypeRef::named(name.as_str())).description("Not this."));
    let tests = members(object).into_iter().map(|member| {
        let input = InputValue::new(&member.name, TypeRef::named(member.operand.filter()));
        input.description(format!("A condition on `{}`.", member.name))
    });
    let relations = object.fields.iter().filter_map(relation_input);
    tests.chain(relations).fold(base, InputObject::field)
}

/// What is asked of the record that a field refers to.
fn relation_input(field: &FieldDef) -> Option<InputValue> {
    let input = InputValue::new(field.name.as_str(), TypeRef::named(filter_name(field.target()?.as_str())));
    Some(input.description(format!(
        "A condition on the record that `{}` refers to; one that you may not see counts as none. At most {MAX_STEPS} \
         references one after the other.",
        field.name
    )))
}

/// Reads a filter of an object's lists.
///
/// # Errors
/// [`Error::BadInput`] for a null where a condition must be, and for too many comparisons.
pub(super) fn read(
    metadata: &Metadata,
    object: &ObjectDef,
    filter: &Value,
) -> Result<Condition<Related>, Error> {
    Reader { metadata: Some(metadata), tests: 0 }.condition(object, filter)
}

/// Reads the condition of a rule, which may ask for any field of the record, and for nothing beside it.
///
/// # Errors
/// As [`read`]; and for a condition on another record.
pub(super) fn read_alone(object: &ObjectDef, condition: &Value) -> Result<Condition, Error> {
    let condition = Reader { metadata: None, tests: 0 }.condition(object, condition)?;
    condition.try_map(&|_, test| Ok(test.clone()), &|related: &Related| Err(is_beside(&related.field)))
}

struct Reader<'m> {
    /// What references lead to; nothing for a rule, which follows none.
    metadata: Option<&'m Metadata>,
    /// How many comparisons there have been.
    tests: usize,
}

impl Reader<'_> {
    fn condition(&mut self, object: &ObjectDef, filter: &Value) -> Result<Condition<Related>, Error> {
        let mut parts = Vec::new();
        for (name, value) in entries(filter)? {
            parts.push(match name.as_str() {
                "and" => Condition::All(self.conditions(object, value)?),
                "or" => Condition::Any(self.conditions(object, value)?),
                "not" => Condition::Not(Box::new(self.condition(object, value)?)),
                name => match reference(self.metadata, object, name) {
                    Some((field, target)) => Condition::Related(Related {
                        field: field.name.clone(),
                        condition: Box::new(self.condition(target, value)?),
                    }),
                    None => self.member(object, name, value)?,
                },
            });
        }
        Ok(Condition::All(parts))
    }

    fn conditions(&mut self, object: &ObjectDef, filters: &Value) -> Result<Vec<Condition<Related>>, Error> {
        items_of(filters).iter().map(|filter| self.condition(object, filter)).collect()
    }

    fn member(
        &mut self,
        object: &ObjectDef,
        name: &str,
        operators: &Value,
    ) -> Result<Condition<Related>, Error> {
        let member = match self.metadata {
            Some(_) => members(object).into_iter().find(|member| member.name == name),
            None => every_member(object).find(|member| member.name == name),
        };
        let member = member.ok_or_else(|| self.unknown(object, name))?;
        let mut tests = Vec::new();
        for (operator, operand) in entries(operators)? {
            let test = compare(&member, operator, operand)?;
            self.tests += test.tests().len().max(1);
            if self.tests > MAX_TESTS {
                return Err(Error::BadInput(format!("a filter has at most {MAX_TESTS} comparisons")));
            }
            tests.push(test);
        }
        Ok(Condition::All(tests))
    }

    fn unknown(&self, object: &ObjectDef, name: &str) -> Error {
        match (self.metadata, object.field(name)) {
            (Some(_), _) => Error::BadInput(format!("lists cannot be filtered by `{name}`")),
            (None, Some(reference)) => is_beside(&reference.name),
            (None, None) => Error::BadInput(format!("there is no field `{name}` that a rule could read")),
        }
    }
}

/// The reference of this name, and the object it refers to.
fn reference<'a>(
    metadata: Option<&'a Metadata>,
    object: &'a ObjectDef,
    name: &str,
) -> Option<(&'a FieldDef, &'a ObjectDef)> {
    let (metadata, field) = (metadata?, object.field(name)?);
    Some((field, metadata.object_named(field.target()?.as_str())?))
}

fn is_beside(reference: &ApiName) -> Error {
    Error::BadInput(format!("a rule reads nothing of the record that `{reference}` refers to"))
}

/// What lists are filtered by.
fn members(object: &ObjectDef) -> Vec<Member> {
    let listed = object
        .fields
        .iter()
        .filter(|field| field.slot.is_some() || matches!(field.kind, FieldKind::MultiPicklist { .. }));
    system_members(Operand::Owner).chain(listed.map(member)).collect()
}

/// What rules may read. They compare money whole: which currency it is of makes a difference to them. Of owners they tell
/// users alone.
pub(super) fn every_member(object: &ObjectDef) -> impl Iterator<Item = Member> {
    let whole = |field: &FieldDef| Member {
        operand: match field.kind.value_kind() {
            ValueKind::Reference => Operand::Reference,
            kind => Operand::Value(kind),
        },
        ..member(field)
    };
    system_members(Operand::User).chain(object.fields.iter().map(whole))
}

fn system_members(owner: Operand) -> impl Iterator<Item = Member> {
    let system = [
        ("id", Operand::Record),
        ("ownerId", owner),
        ("createdAt", Operand::Value(ValueKind::Timestamp)),
        ("updatedAt", Operand::Value(ValueKind::Timestamp)),
    ];
    system.into_iter().filter_map(|(name, operand)| {
        Some(Member { name: name.to_owned(), field: ApiName::parse(name).ok()?, operand })
    })
}

fn member(field: &FieldDef) -> Member {
    let name = if field.target().is_some() { reference_id(field) } else { field.name.to_string() };
    Member { name, field: field.name.clone(), operand: Operand::of(&field.kind) }
}

fn operator_input(operator: &str, operand: &str) -> InputValue {
    let (ty, description) = match operator {
        "eq" => (TypeRef::named(operand), "Equal."),
        "neq" => (TypeRef::named(operand), "Not equal; an empty field is not equal to any value."),
        "in" => (TypeRef::named_nn_list(operand), "Equal to one of these; at most 200."),
        "gt" => (TypeRef::named(operand), "Greater or later."),
        "gte" => (TypeRef::named(operand), "Greater, later or equal."),
        "lt" => (TypeRef::named(operand), "Less or earlier."),
        "lte" => (TypeRef::named(operand), "Less, earlier or equal."),
        "startsWith" => (TypeRef::named(operand), "Starts so."),
        "includesAny" => (TypeRef::named_nn_list(operand), "Has at least one of these; at most 200."),
        "includesAll" => (TypeRef::named_nn_list(operand), "Has every one of these; at most 200."),
        "excludes" => {
            (TypeRef::named_nn_list(operand), "Has none of these, as an empty field has none; at most 200.")
        }
        _ => (TypeRef::named(TypeRef::BOOLEAN), "Empty, or not."),
    };
    InputValue::new(operator, ty).description(description)
}

fn compare(member: &Member, operator: &str, value: &Value) -> Result<Condition<Related>, Error> {
    if *value == Value::Null {
        return Err(Error::BadInput(format!("`{operator}` needs a value; ask `isNull` for empty fields")));
    }
    let holds = |test| Condition::test(member.field.clone(), test);
    let includes = |texts| holds(Test::Includes(texts));
    Ok(match operator {
        "includesAny" => includes(texts(operator, value)?),
        "includesAll" => {
            Condition::All(texts(operator, value)?.into_iter().map(|text| includes(vec![text])).collect())
        }
        "excludes" => Condition::Not(Box::new(includes(texts(operator, value)?))),
        _ => holds(test(operator, member.operand, value)?),
    })
}

fn test(operator: &str, operand: Operand, value: &Value) -> Result<Test, Error> {
    Ok(match operator {
        "eq" => Test::Eq(operand.read(value)?),
        "neq" => Test::Neq(operand.read(value)?),
        "in" => Test::In(values(operand, value)?),
        "gt" => Test::Gt(operand.read(value)?),
        "gte" => Test::Gte(operand.read(value)?),
        "lt" => Test::Lt(operand.read(value)?),
        "lte" => Test::Lte(operand.read(value)?),
        "startsWith" => match operand.read(value)? {
            kernel::Value::Text(prefix) => Test::StartsWith(prefix),
            _ => return Err(Error::BadInput("`startsWith` needs a text".to_owned())),
        },
        "isNull" => match value {
            Value::Boolean(wanted) => Test::IsNull(*wanted),
            _ => return Err(Error::BadInput("`isNull` is true or false".to_owned())),
        },
        _ => return Err(Error::BadInput(format!("there is no operator `{operator}`"))),
    })
}

fn values(operand: Operand, value: &Value) -> Result<Vec<kernel::Value>, Error> {
    items("in", value)?.iter().map(|value| operand.read(value)).collect()
}

fn texts(operator: &str, value: &Value) -> Result<Vec<String>, Error> {
    items(operator, value)?
        .iter()
        .map(|item| match scalar::read(ValueKind::Text, item)? {
            kernel::Value::Text(text) => Ok(text),
            _ => Err(Error::BadInput(format!("a value of `{operator}` cannot be null"))),
        })
        .collect()
}

fn items<'v>(operator: &str, value: &'v Value) -> Result<&'v [Value], Error> {
    let values = items_of(value);
    if values.len() > MAX_PAGE {
        return Err(Error::BadInput(format!("`{operator}` takes at most {MAX_PAGE} values")));
    }
    Ok(values)
}

fn entries(value: &Value) -> Result<&Entries, Error> {
    match value {
        Value::Object(entries) => Ok(entries),
        _ => Err(Error::BadInput("a condition cannot be null; leave it out instead".to_owned())),
    }
}
