//! Texts that nobody can keep: U+0000 is no part of any text here, and databases refuse it.

use std::convert::Infallible;

use async_graphql::{
    Name, Value, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

/// Whether an argument or a variable of the request holds U+0000. Directives take no texts.
pub(crate) fn has_nul(document: &ExecutableDocument, variables: &Variables) -> bool {
    variables.values().any(in_value)
        || document.operations.iter().any(|(_, operation)| in_operation(&operation.node))
        || document.fragments.values().any(|fragment| in_set(&fragment.node.selection_set.node))
}

fn in_operation(operation: &OperationDefinition) -> bool {
    let variables = operation.variable_definitions.iter();
    let mut defaults = variables.filter_map(|variable| variable.node.default_value());
    defaults.any(in_value) || in_set(&operation.selection_set.node)
}

/// The parser bounds how deep selections and values are, and every fragment is looked at once.
fn in_set(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => in_field(&field.node),
        Selection::InlineFragment(fragment) => in_set(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}

fn in_field(field: &Field) -> bool {
    let mut arguments = field.arguments.iter().map(|(_, value)| value.node.clone());
    arguments.any(|value| value.into_const_with(no_variable).is_ok_and(|value| in_value(&value)))
        || in_set(&field.selection_set.node)
}

/// A variable's value is looked at where it is given.
fn no_variable(_: Name) -> Result<Value, Infallible> {
    Ok(Value::Null)
}

fn in_value(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::List(items) => items.iter().any(in_value),
        Value::Object(entries) => entries.values().any(in_value),
        _ => false,
    }
}
