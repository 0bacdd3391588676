//! Reading records: one, or a page of a list.

use std::sync::Arc;

use async_graphql::{
    Result, Value,
    dynamic::{Field, FieldFuture, InputValue, Object, ResolverContext, TypeRef},
};
use sutra_engine::{Count, Cursor, Error, ListRequest, Moment, Part, Related};
use sutra_kernel::{self as kernel, Condition, ValueKind};
use sutra_records::{ObjectDef, Turn};
use tokio::sync::OnceCell;

use super::{
    build::{id_argument, list, object, optional, plain, required, version_argument, viewing},
    filter,
    names::ObjectNames,
    object::Shown,
    order, scalar,
};
use crate::limits::DEFAULT_PAGE;

const PAGE_INFO: &str = "PageInfo";

/// A page, and what was asked for, so that it can be counted if anybody wants to know.
struct Connection {
    request: ListRequest,
    items: Vec<Edge>,
    info: PageInfo,
    count: OnceCell<Count>,
}

/// Where a page is in its list, and what was asked for, so that somebody who wants to know can be told what is
/// behind it.
#[derive(Clone)]
struct PageInfo {
    request: ListRequest,
    more: bool,
    start: Option<Cursor>,
    end: Option<Cursor>,
}

/// One item of a page: the record and its cursor.
type Edge = (Shown, Cursor);

/// The queries of an object: one record, and lists.
pub(super) fn queries(def: &Arc<ObjectDef>) -> [Field; 2] {
    let names = ObjectNames::of(def);
    let found = Arc::clone(def);
    let find = Field::new(&names.find, TypeRef::named(&names.record), move |ctx| {
        let def = Arc::clone(&found);
        FieldFuture::new(async move { find_record(ctx, &def).await.map(object) })
    });
    let listed = Arc::clone(def);
    let list = Field::new(&names.list, TypeRef::named_nn(&names.connection), move |ctx| {
        let def = Arc::clone(&listed);
        FieldFuture::new(async move { list_records(ctx, &def).await.map(Some).map(object) })
    });
    let (one, many) = (def.label.to_lowercase(), def.plural_label.to_lowercase());
    [
        find.description(format!(
            "The {one} of this id. NOT_FOUND if it is not there or you may not see it."
        ))
        .argument(required("id", TypeRef::ID, "Which one."))
        .argument(optional(
            "asOf",
            scalar::DATE_TIME,
            "As it was at this instant, as far as you may read it today. What it refers to is shown as it is today.",
        ))
        .argument(optional("version", scalar::LONG, "As it was in this version; not together with `asOf`.")),
        list.description(format!("A page of the {many} that you may see, newest first unless ordered."))
            .argument(optional("filter", &names.filter, "Which of them."))
            .argument(optional(
                "search",
                TypeRef::STRING,
                "Words, at most 8, of at least two letters: each must begin a word of a searchable field that you may \
                 read. Upper and lower case are the same.",
            ))
            .argument(
                InputValue::new("orderBy", TypeRef::named_nn_list(&names.order))
                    .description("In which order; by one field."),
            )
            .argument(optional(
                "first",
                TypeRef::INT,
                &format!(
                    "The first so many, 1 to 200; {DEFAULT_PAGE} if neither `first` nor `last` is given."
                ),
            ))
            .argument(optional("after", TypeRef::STRING, "With `first`: those after this cursor."))
            .argument(optional(
                "last",
                TypeRef::INT,
                "Instead of `first`: the last so many, in the same order.",
            ))
            .argument(optional("before", TypeRef::STRING, "With `last`: those before this cursor.")),
    ]
}

/// The types of a page of this object's records.
pub(super) fn page_types(def: &ObjectDef) -> [Object; 2] {
    let names = ObjectNames::of(def);
    let (one, many) = (def.label.to_lowercase(), def.plural_label.to_lowercase());
    let edge = Object::new(&names.edge)
        .description(format!("One {one} of a page."))
        .field(child("node", &names.record, "The record.", |(shown, _): &Edge| Arc::clone(shown)))
        .field(plain(
            "cursor",
            TypeRef::named_nn(TypeRef::STRING),
            "Where it is in this list, good for `after` and `before` in the same list alone.",
            |(_, cursor): &Edge| Value::from(cursor.to_string()),
        ));
    let edges = |page: &Connection| page.items.clone();
    let nodes = |page: &Connection| page.items.iter().map(|(shown, _)| Arc::clone(shown)).collect();
    let page = Object::new(&names.connection)
        .description(format!("A page of {many}."))
        .field(list("edges", &names.edge, "The records of this page with their cursors.", edges))
        .field(list("nodes", &names.record, "The records of this page.", nodes))
        .field(child("pageInfo", PAGE_INFO, "Where this page is in the list.", |page: &Connection| {
            page.info.clone()
        }))
        .field(count_field(
            "totalCount",
            scalar::LONG,
            "How many records the list has, counted no further than 10,001.",
            |count| scalar::count(count.count),
        ))
        .field(count_field(
            "totalCountIsExact",
            TypeRef::BOOLEAN,
            "Whether `totalCount` is all of them.",
            |count| Value::from(count.exact),
        ));
    [page, edge]
}

/// Where a page is in its list: the same type for all objects.
pub(super) fn page_info_type() -> Object {
    let cursor = || TypeRef::named(TypeRef::STRING);
    Object::new(PAGE_INFO)
        .description("Where a page is in its list.")
        .field(neighbour("hasNextPage", "Whether the list goes on after this page.", Turn::Forward))
        .field(neighbour("hasPreviousPage", "Whether the list has records before this page.", Turn::Backward))
        .field(plain(
            "startCursor",
            cursor(),
            "The cursor of the first record: `before` for the page before.",
            |it: &PageInfo| it.start.as_ref().map(Cursor::to_string).into(),
        ))
        .field(plain(
            "endCursor",
            cursor(),
            "The cursor of the last record: `after` for the next page.",
            |it: &PageInfo| it.end.as_ref().map(Cursor::to_string).into(),
        ))
}

async fn find_record(ctx: ResolverContext<'_>, def: &ObjectDef) -> Result<Option<Shown>> {
    let id = id_argument(&ctx)?;
    let (viewing, object) = (viewing(&ctx).await?, def.name.as_str());
    let view = match moment(&ctx)? {
        Some(moment) => viewing.find_record_at(object, id, moment).await?,
        None => viewing.find_record(object, id).await?,
    };
    Ok(Some(Arc::new(view.ok_or(Error::NotFound("record"))?)))
}

/// Which state of a record is asked for; nothing for the present one.
fn moment(ctx: &ResolverContext<'_>) -> Result<Option<Moment>> {
    let instant = match ctx.args.get("asOf") {
        Some(instant) => scalar::read(ValueKind::Timestamp, instant.as_value())?,
        None => kernel::Value::Null,
    };
    match (instant, version_argument(ctx, "version")?) {
        (kernel::Value::Timestamp(instant), None) => Ok(Some(Moment::At(instant))),
        (kernel::Value::Null, version) => Ok(version.map(Moment::Version)),
        _ => Err(Error::BadInput("ask for `asOf` or for `version`, not for both".to_owned()).into()),
    }
}

async fn list_records(ctx: ResolverContext<'_>, def: &ObjectDef) -> Result<Connection> {
    let request = request(&ctx, def).await?;
    let listed = viewing(&ctx).await?.list_records(&request).await?;
    let items: Vec<Edge> = listed.items.into_iter().map(|(view, cursor)| (Arc::new(view), cursor)).collect();
    let cursor = |edge: Option<&Edge>| edge.map(|(_, cursor)| cursor.clone());
    let info = PageInfo {
        request: request.clone(),
        more: listed.more,
        start: cursor(items.first()),
        end: cursor(items.last()),
    };
    Ok(Connection { request, items, info, count: OnceCell::new() })
}

async fn request(ctx: &ResolverContext<'_>, def: &ObjectDef) -> Result<ListRequest> {
    let argument = |name: &str| ctx.args.get(name).filter(|value| !value.is_null());
    Ok(ListRequest {
        object: def.name.clone(),
        filter: filter_argument(ctx, def).await?,
        search: search_argument(ctx),
        order: order::read(def, argument("orderBy").map(|value| value.as_value()))?,
        part: part(ctx)?,
    })
}

/// The argument `filter`.
pub(super) async fn filter_argument(
    ctx: &ResolverContext<'_>,
    def: &ObjectDef,
) -> Result<Option<Condition<Related>>> {
    let Some(filter) = ctx.args.get("filter").filter(|filter| !filter.is_null()) else { return Ok(None) };
    Ok(Some(filter::read(viewing(ctx).await?.metadata(), def, filter.as_value())?))
}

/// The argument `search`.
pub(super) fn search_argument(ctx: &ResolverContext<'_>) -> Option<String> {
    let text = ctx.args.get("search").filter(|text| !text.is_null())?;
    Some(text.string().unwrap_or_default().to_owned())
}

/// Which part of the list is asked for, from one of its ends alone.
fn part(ctx: &ResolverContext<'_>) -> Result<Part, Error> {
    let argument = |name: &str| ctx.args.get(name).filter(|value| !value.is_null());
    let cursor = |name: &str| argument(name).map(|cursor| cursor.string().unwrap_or_default().to_owned());
    match (argument("first"), cursor("after"), argument("last"), cursor("before")) {
        (first, after, None, None) => {
            Ok(Part::first(first.map_or(DEFAULT_PAGE, |first| size(first.u64())), after))
        }
        (None, None, Some(last), before) => Ok(Part::last(size(last.u64()), before)),
        _ => Err(Error::BadInput("ask for `first` and `after`, or for `last` and `before`".to_owned())),
    }
}

/// A number of items; what is none is 0, which is out of range like other numbers.
fn size(wanted: Result<u64>) -> usize {
    wanted.ok().and_then(|wanted| usize::try_from(wanted).ok()).unwrap_or(0)
}

/// The argument that says how many items are wanted; [`page_size`] reads it.
pub(super) fn first(description: &str) -> InputValue {
    let first = InputValue::new("first", TypeRef::named_nn(TypeRef::INT)).default_value(DEFAULT_PAGE);
    first.description(description)
}

/// The argument `first`.
pub(super) fn page_size(ctx: &ResolverContext<'_>) -> usize {
    ctx.args.get("first").map_or(0, |first| size(first.u64()))
}

/// Whether there are records on this side of the page. On the side it was read to, the page knows; on the other,
/// the list is asked, and only if somebody wants to know.
fn neighbour(name: &str, description: &str, side: Turn) -> Field {
    let field = Field::new(name, TypeRef::named_nn(TypeRef::BOOLEAN), move |ctx| {
        FieldFuture::new(async move {
            let page = ctx.parent_value.try_downcast_ref::<PageInfo>()?;
            let there = if page.request.part.turn() == side {
                page.more
            } else {
                viewing(&ctx).await?.has_records_behind(&page.request).await?
            };
            Ok(Some(Value::from(there)))
        })
    });
    field.description(description)
}

/// A field that counts the list, once, and only if it is asked for.
fn count_field(name: &str, ty: &str, description: &str, read: fn(Count) -> Value) -> Field {
    let field = Field::new(name, TypeRef::named_nn(ty), move |ctx| {
        FieldFuture::new(async move {
            let page = ctx.parent_value.try_downcast_ref::<Connection>()?;
            let count = page.count.get_or_try_init(async || {
                Ok::<_, async_graphql::Error>(viewing(&ctx).await?.count_records(&page.request).await?)
            });
            Ok(Some(read(*count.await?)))
        })
    });
    field.description(description)
}

/// A field that is an object, made from its parent.
pub(super) fn child<T, C>(name: &str, ty: &str, description: &str, read: fn(&T) -> C) -> Field
where
    T: std::any::Any + Send + Sync,
    C: std::any::Any + Send + Sync,
{
    let field = Field::new(name, TypeRef::named_nn(ty), move |ctx| {
        let value = ctx.parent_value.try_downcast_ref::<T>().map(read);
        FieldFuture::new(async move { value.map(Some).map(object) })
    });
    field.description(description)
}
