//! Aggregates: how many records there are, and what their values come to, in groups.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{
    Result, Value,
    dynamic::{Enum, EnumItem, Field, FieldFuture, InputValue, Object, ResolverContext, TypeRef},
};
use sutra_acl::Owner;
use sutra_engine::{AggregateRequest, Aggregated, Error, MAX_AGGREGATED, MAX_GROUPS, Summary, Viewing};
use sutra_kernel::{self as kernel, ApiName, Decimal, ValueKind};
use sutra_records::{FieldDef, FieldKind, ObjectDef, SystemField};

use super::{
    build::{list, object, objects, optional, plain, viewing},
    list::{child, filter_argument, search_argument},
    names::{ObjectNames, item_name, reference_id, type_name},
    object::load,
    order::word,
    people, scalar,
};

const VALUES: &str = "values";

/// A group, from which its key and its values are read too.
type Grouped = Arc<Aggregated>;

/// The query for what an object's lists come to.
pub(super) fn query(def: &Arc<ObjectDef>) -> Field {
    let names = ObjectNames::of(def);
    let grouped = Arc::clone(def);
    let field = Field::new(&names.aggregate, TypeRef::named_nn_list_nn(&names.group), move |ctx| {
        let def = Arc::clone(&grouped);
        FieldFuture::new(async move { aggregate(ctx, &def).await.map(|groups| Some(objects(groups))) })
    });
    let many = def.plural_label.to_lowercase();
    field
        .description(format!(
            "What the {many} that you may see come to, in groups in the order of their keys, empty first. At most \
             {MAX_GROUPS} groups and {MAX_AGGREGATED} records."
        ))
        .argument(optional("filter", &names.filter, "Which of them."))
        .argument(optional("search", TypeRef::STRING, "Those with these words, as in the list."))
        .argument(
            InputValue::new("groupBy", TypeRef::named_nn_list(&names.group_field))
                .description("What the records of a group have in common; without it, all are one group."),
        )
}

async fn aggregate(ctx: ResolverContext<'_>, def: &ObjectDef) -> Result<Vec<Grouped>> {
    let selected = ctx.look_ahead().field(VALUES);
    let measures = measured(def).map(|(name, _)| name).filter(|name| selected.field(name.as_str()).exists());
    let request = AggregateRequest {
        object: def.name.clone(),
        filter: filter_argument(&ctx, def).await?,
        search: search_argument(&ctx),
        group_by: group_by(def, ctx.args.get("groupBy").map(|value| value.as_value()))?,
        measures: measures.collect::<BTreeSet<_>>(),
    };
    let groups = viewing(&ctx).await?.aggregate_records(&request).await?;
    Ok(groups.into_iter().map(Arc::new).collect())
}

fn group_by(def: &ObjectDef, wanted: Option<&Value>) -> Result<Vec<ApiName>, Error> {
    let wanted = match wanted {
        None | Some(Value::Null) => &[],
        Some(Value::List(wanted)) => wanted.as_slice(),
        // GraphQL takes a single value for a list of one.
        Some(single) => std::slice::from_ref(single),
    };
    let field = |item: &Value| {
        let named = keys(def).find(|name| word(item) == Some(&item_name(name.as_str())));
        named.ok_or_else(|| Error::BadInput("records cannot be grouped by this field".to_owned()))
    };
    wanted.iter().map(field).collect()
}

/// The types of an object's groups, and the fields that make them.
pub(super) fn types(def: &Arc<ObjectDef>) -> ([Object; 3], Enum) {
    let names = ObjectNames::of(def);
    let many = def.plural_label.to_lowercase();
    let count = plain("count", TypeRef::named_nn(scalar::LONG), "How many there are.", |group: &Grouped| {
        scalar::count(group.count)
    });
    let group = Object::new(&names.group)
        .description(format!("What a group of {many} comes to."))
        .field(child("key", &names.group_key, "What they have in common.", Grouped::clone))
        .field(count)
        .field(child(VALUES, &names.group_values, "What their values come to.", Grouped::clone));
    let key = Object::new(&names.group_key)
        .description(format!(
            "What the {many} of a group have in common: null in what they are not grouped by."
        ))
        .field(owner_id_field())
        .field(people::owner_field("Who owns them.", owner));
    let key = def.fields.iter().filter(|field| is_key(field)).fold(key, key_fields);
    let values = Object::new(&names.group_values).description(format!("What the values of {many} come to."));
    let values = measured(def).map(|(name, kind)| measure_field(&name, kind)).fold(values, Object::field);
    let items =
        keys(def).map(|name| EnumItem::new(item_name(name.as_str())).description(format!("By `{name}`.")));
    let fields =
        Enum::new(&names.group_field).description(format!("What {many} can be grouped by.")).items(items);
    ([group, key, values], fields)
}

/// The owner, and every indexed picklist, truth and reference.
fn keys(def: &ObjectDef) -> impl Iterator<Item = ApiName> {
    let owner = ApiName::parse(SystemField::OwnerId.as_str()).ok();
    let fields = def.fields.iter().filter(|field| is_key(field)).map(|field| field.name.clone());
    owner.into_iter().chain(fields)
}

fn is_key(field: &FieldDef) -> bool {
    let groups =
        matches!(field.kind, FieldKind::Picklist { .. } | FieldKind::Boolean | FieldKind::Reference { .. });
    groups && field.slot.is_some()
}

/// The instants of making and of change, and every indexed number, amount, day and instant.
fn measured(def: &ObjectDef) -> impl Iterator<Item = (ApiName, &FieldKind)> {
    let system = [SystemField::CreatedAt, SystemField::UpdatedAt].into_iter();
    let system =
        system.filter_map(|field| Some((ApiName::parse(field.as_str()).ok()?, &FieldKind::DateTime)));
    let fields = def.fields.iter().filter(|field| field.slot.is_some() && summary_of(&field.kind).is_some());
    system.chain(fields.map(|field| (field.name.clone(), &field.kind)))
}

fn key_fields(key: Object, field: &FieldDef) -> Object {
    let name = field.name.clone();
    let about = format!("Their {}.", field.label.to_lowercase());
    let Some(target) = field.target().cloned() else {
        let ty = scalar::output_type(&field.kind);
        return key.field(plain(field.name.as_str(), ty, &about, move |group: &Grouped| {
            group.key.get(&name).map(scalar::write).unwrap_or_default()
        }));
    };
    let id = name.clone();
    let record = Field::new(field.name.as_str(), TypeRef::named(type_name(target.as_str())), move |ctx| {
        let (name, target) = (name.clone(), target.clone());
        FieldFuture::new(async move {
            let group = ctx.parent_value.try_downcast_ref::<Grouped>()?;
            let value = group.key.get(&name).cloned().unwrap_or(kernel::Value::Null);
            Ok(object(load(&ctx, &target, &value).await?))
        })
    });
    key.field(record.description(format!("{about} One that you may not see counts as none."))).field(plain(
        &reference_id(field),
        TypeRef::named(TypeRef::ID),
        &format!("The identifier of their {}.", field.label.to_lowercase()),
        move |group: &Grouped| group.key.get(&id).map(scalar::write).unwrap_or_default(),
    ))
}

fn owner_id_field() -> Field {
    let field = Field::new("ownerId", TypeRef::named(TypeRef::ID), |ctx| {
        FieldFuture::new(async move {
            let viewing = viewing(&ctx).await?;
            let owner = owner(&viewing, ctx.parent_value.try_downcast_ref::<Grouped>()?);
            Ok(owner.map(|owner| Value::from(owner.to_string())))
        })
    });
    field.description("Who owns them.")
}

fn owner(viewing: &Viewing, group: &Grouped) -> Option<Owner> {
    let owner = group.key.iter().find(|(name, _)| name.as_str() == SystemField::OwnerId.as_str());
    match owner {
        Some((_, kernel::Value::Reference(id))) => Some(viewing.owner(id.uuid())),
        _ => None,
    }
}

/// The type of what values of a kind come to; nothing for values that come to nothing.
fn summary_of(kind: &FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::Integer | FieldKind::Decimal { .. } => Some("NumberAggregate"),
        FieldKind::Currency => Some("MoneyAggregate"),
        FieldKind::Date => Some("DateAggregate"),
        FieldKind::DateTime => Some("DateTimeAggregate"),
        _ => None,
    }
}

fn measure_field(name: &ApiName, kind: &FieldKind) -> Field {
    let ty = summary_of(kind).unwrap_or_default();
    let measure = name.clone();
    if kind.value_kind() == ValueKind::Money {
        let about = format!("The amounts of `{name}`, for each currency by itself.");
        return list(name.as_str(), ty, &about, move |group: &Grouped| {
            group.measures.get(&measure).cloned().unwrap_or_default()
        });
    }
    let field = Field::new(name.as_str(), TypeRef::named_nn(ty), move |ctx| {
        let group = ctx.parent_value.try_downcast_ref::<Grouped>();
        let summary = group.map(|group| group.measures.get(&measure).and_then(|all| all.first()).cloned());
        FieldFuture::new(async move { summary.map(object) })
    });
    field.description(format!("The values of `{name}`."))
}

/// What values come to: the same types for all objects.
pub(super) fn summary_types() -> [Object; 4] {
    let base = |kind: &FieldKind, description: &str| {
        let count = plain("count", TypeRef::named_nn(scalar::LONG), "How many there are.", |it: &Summary| {
            scalar::count(it.count)
        });
        Object::new(summary_of(kind).unwrap_or_default()).description(description).field(count)
    };
    let extremes = |ty: Object, of: &'static str| {
        ty.field(plain("min", TypeRef::named(of), "The least; null of none.", |it: &Summary| {
            extreme(&it.min)
        }))
        .field(plain("max", TypeRef::named(of), "The greatest; null of none.", |it: &Summary| {
            extreme(&it.max)
        }))
    };
    let numbers = |ty: Object| {
        let sum = plain("sum", TypeRef::named(scalar::DECIMAL), "Their sum, exactly.", |it: &Summary| {
            decimal(it.sum)
        });
        let average = plain(
            "average",
            TypeRef::named(scalar::DECIMAL),
            "Their average, rounded to six digits after the point, or to as many as the field has; null of none.",
            |it: &Summary| decimal(it.average),
        );
        extremes(ty.field(sum).field(average), scalar::DECIMAL)
    };
    let currency =
        plain("currency", TypeRef::named_nn(TypeRef::STRING), "Of which currency.", |it: &Summary| {
            it.currency.as_deref().map(Value::from).into()
        });
    [
        numbers(base(&FieldKind::Integer, "What numbers come to. Records without one are not counted.")),
        numbers(base(&FieldKind::Currency, "What the amounts of one currency come to.").field(currency)),
        extremes(base(&FieldKind::Date, "What days come to."), scalar::DATE),
        extremes(base(&FieldKind::DateTime, "What instants come to."), scalar::DATE_TIME),
    ]
}

fn extreme(value: &kernel::Value) -> Value {
    match value {
        kernel::Value::Integer(number) => decimal(Some(Decimal::from(*number))),
        value => scalar::write(value),
    }
}

fn decimal(number: Option<Decimal>) -> Value {
    number.map(|number| scalar::write(&kernel::Value::Decimal(number))).into()
}
