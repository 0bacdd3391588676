//! Orders of lists: one field, either way.

use async_graphql::{
    Value,
    dynamic::{Enum, EnumItem, InputObject, InputValue, TypeRef},
};
use sutra_engine::Error;
use sutra_kernel::{ApiName, Direction, ValueKind};
use sutra_records::ObjectDef;

use super::{
    build::items_of,
    names::{ObjectNames, item_name},
};

const DIRECTION: &str = "OrderDirection";
const DESCENDING: &str = "DESC";

pub(super) fn direction_type() -> Enum {
    let ascending = EnumItem::new("ASC").description("Smallest, earliest and empty first.");
    let descending = EnumItem::new(DESCENDING).description("Largest and latest first, empty last.");
    Enum::new(DIRECTION).description("Which way a list is ordered.").item(ascending).item(descending)
}

/// The order of an object's lists, and the fields it can be by.
pub(super) fn types(object: &ObjectDef) -> (InputObject, Enum) {
    let names = ObjectNames::of(object);
    let fields = Enum::new(&names.order_field)
        .description(format!("What {} can be ordered by.", object.plural_label.to_lowercase()))
        .items(
            orders(object)
                .iter()
                .map(|field| EnumItem::new(item_name(field.as_str())).description(format!("By `{field}`."))),
        );
    let field =
        InputValue::new("field", TypeRef::named_nn(&names.order_field)).description("By which field.");
    let direction = InputValue::new("direction", TypeRef::named_nn(DIRECTION))
        .description("Which way.")
        .default_value(Value::Enum(async_graphql::Name::new("ASC")));
    let order = InputObject::new(&names.order)
        .description("An order. Records that are equal in it are ordered by their ids, the same way.")
        .field(field)
        .field(direction);
    (order, fields)
}

/// Reads an order; nothing if none is asked for.
///
/// # Errors
/// [`Error::BadInput`] for more than one field.
pub(super) fn read(
    object: &ObjectDef,
    orders: Option<&Value>,
) -> Result<Option<(ApiName, Direction)>, Error> {
    let orders = orders.filter(|orders| **orders != Value::Null).map(items_of).unwrap_or_default();
    let order = match orders {
        [] => return Ok(None),
        [order] => order,
        _ => return Err(Error::BadInput("a list can be ordered by one field".to_owned())),
    };
    let Value::Object(order) = order else {
        return Err(Error::BadInput("an order cannot be null".to_owned()));
    };
    let wanted = order.get("field").and_then(word).unwrap_or_default();
    let field = self::orders(object).into_iter().find(|field| item_name(field.as_str()) == wanted);
    let field = field.ok_or_else(|| Error::BadInput("lists cannot be ordered by this field".to_owned()))?;
    let descending = order.get("direction").and_then(word) == Some(DESCENDING);
    Ok(Some((field, if descending { Direction::Descending } else { Direction::Ascending })))
}

/// References are left out: the order of identifiers means nothing, and would tell of records that the caller
/// may not read.
fn orders(object: &ObjectDef) -> Vec<ApiName> {
    let system = ["id", "createdAt", "updatedAt"].into_iter().filter_map(|name| ApiName::parse(name).ok());
    let indexed = object.fields.iter().filter(|field| field.slot.is_some());
    let values = indexed.filter(|field| field.kind.value_kind() != ValueKind::Reference);
    system.chain(values.map(|field| field.name.clone())).collect()
}

/// A word of an enum, which variables hold as text.
pub(super) fn word(value: &Value) -> Option<&str> {
    match value {
        Value::Enum(name) => Some(name.as_str()),
        Value::String(text) => Some(text),
        _ => None,
    }
}
