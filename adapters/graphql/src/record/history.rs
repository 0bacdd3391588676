//! The history of a record: each save, with what it changed.

use std::sync::Arc;

use async_graphql::{
    Context, Result, Value,
    dynamic::{Enum, EnumItem, Field, FieldFuture, Object, ResolverContext, TypeRef},
    futures_util::future::{try_join, try_join_all},
};
use sutra_audit::{HistoryChange, Opened, Shown as Opening};
use sutra_engine::{Error, MAX_PAGE, Save};
use sutra_kernel::{self as kernel, RecordId, UserId, Uuid};
use sutra_records::{FieldDef, ObjectDef};

use super::{
    build::{id_argument, list, loader, object, objects, plain, required, shared, viewing},
    list::{first, page_size},
    names::ObjectNames,
    object::load,
    people, scalar,
};

const SAVE: &str = "RecordSave";
const CHANGE: &str = "FieldChange";
const VALUE: &str = "HistoryValue";
const STATE: &str = "HistoryValueState";

/// One change of one field, as it can be shown.
#[derive(Clone)]
struct Change {
    field: String,
    label: String,
    old: Option<Side>,
    new: Option<Side>,
}

/// One side of a change.
#[derive(Clone)]
struct Side {
    state: State,
    value: Option<String>,
    label: Option<String>,
}

#[derive(Clone, Copy)]
enum State {
    Shown,
    Masked,
    Closed,
    Missing,
    Unproven,
}

impl Change {
    /// Whether any of it can be told. A reference to a record that the caller may not read is as none, and so is that
    /// it was set or cleared.
    fn says_something(&self) -> bool {
        let is_empty = |side: &Side| matches!(side.state, State::Shown) && side.value.is_none();
        [&self.old, &self.new].into_iter().flatten().any(|side| !is_empty(side))
    }
}

/// A save, with its changes made ready to be shown.
struct Entry {
    save: Save,
    changes: Vec<Change>,
}

/// The query for an object's history.
pub(super) fn query(def: &Arc<ObjectDef>) -> Field {
    let names = ObjectNames::of(def);
    let owned = Arc::clone(def);
    let field = Field::new(names.history, TypeRef::named_nn_list_nn(SAVE), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move { Ok(Some(objects(history(&ctx, &def).await?))) })
    });
    field
        .description(format!(
            "The history of this {}, newest first, as far as you may read it now. NOT_FOUND if it is not there or \
             you may not see it.",
            def.label.to_lowercase()
        ))
        .argument(required("id", TypeRef::ID, "Which one."))
        .argument(first("How many saves at most: 1 to 200."))
}

/// The types of histories: the same for all objects.
pub(super) fn types() -> [Object; 3] {
    let text = || TypeRef::named_nn(TypeRef::STRING);
    let save = Object::new(SAVE)
        .description("One save of a record.")
        .field(plain("action", text(), "What was done, such as `record.update`.", |entry: &Entry| {
            Value::from(entry.save.action.as_str())
        }))
        .field(plain(
            "version",
            TypeRef::named(scalar::LONG),
            "The version that it made.",
            |entry: &Entry| entry.save.version.map(scalar::count).into(),
        ))
        .field(plain("at", TypeRef::named_nn(scalar::DATE_TIME), "When.", |entry: &Entry| {
            Value::from(entry.save.at.to_string())
        }))
        .field(people::maybe_user_field("by", "By whom; null if by no user.", |entry: &Entry| entry.save.by))
        .field(list(
            "changes",
            CHANGE,
            "The fields it changed, as far as you may read them now.",
            |it: &Entry| it.changes.clone(),
        ))
        .field(plain("receipt", text(), "The proof that it is in the ledger.", |entry: &Entry| {
            Value::from(entry.save.receipt.as_str())
        }));
    let change = Object::new(CHANGE)
        .description("How one field changed.")
        .field(plain("field", text(), "The field's name.", |it: &Change| Value::from(it.field.as_str())))
        .field(plain("label", text(), "What people call the field now.", |it: &Change| {
            Value::from(it.label.as_str())
        }))
        .field(side("old", "What it was; null if there was no before.", |it| it.old.clone()))
        .field(side("new", "What it became; null if there is no after.", |it| it.new.clone()));
    [save, change, value_type()]
}

/// What can be said of a value.
pub(super) fn state_type() -> Enum {
    let item = |state: State, about: &str| EnumItem::new(state.as_str()).description(about);
    Enum::new(STATE)
        .description("What can be said of a value of the past.")
        .item(item(State::Shown, "It is shown."))
        .item(item(State::Masked, "It is of an encrypted field, and a mask is shown in its place."))
        .item(item(State::Closed, "It is sealed, and withheld from you or erased."))
        .item(item(State::Missing, "It is no longer kept."))
        .item(item(State::Unproven, "What is kept is not what was written; it is not shown."))
}

fn value_type() -> Object {
    let text = || TypeRef::named(TypeRef::STRING);
    Object::new(VALUE)
        .description("A value of the past.")
        .field(plain("state", TypeRef::named_nn(STATE), "Whether it is shown, or why not.", |it: &Side| {
            Value::from(it.state.as_str())
        }))
        .field(plain(
            "value",
            text(),
            "The value as text, or its mask; null if it was empty, is not shown, or names a record that you may not read.",
            |it: &Side| it.value.clone().into(),
        ))
        .field(plain(
            "label",
            text(),
            "What people called it: a picklist's label, a record's or user's name.",
            |it: &Side| it.label.clone().into(),
        ))
}

fn side(name: &str, description: &str, read: fn(&Change) -> Option<Side>) -> Field {
    let field = Field::new(name, TypeRef::named(VALUE), move |ctx| {
        let value = ctx.parent_value.try_downcast_ref::<Change>().map(read);
        FieldFuture::new(async move { value.map(object) })
    });
    field.description(description)
}

async fn history(ctx: &ResolverContext<'_>, def: &ObjectDef) -> Result<Vec<Entry>> {
    let id = id_argument::<RecordId>(ctx)?;
    let first = page_size(ctx);
    if !(1..=MAX_PAGE).contains(&first) {
        return Err(Error::BadInput(format!("ask for 1 to {MAX_PAGE} saves at a time")).into());
    }
    let saves = viewing(ctx).await?.record_history(def.name.as_str(), id, first).await?;
    let saves = saves.ok_or(Error::NotFound("record"))?;
    try_join_all(saves.into_iter().map(|save| entry(ctx, def, save))).await
}

/// Everything is made ready at once, so that what it refers to is loaded in one batch.
async fn entry(ctx: &Context<'_>, def: &ObjectDef, save: Save) -> Result<Entry> {
    let mut changes = try_join_all(save.changes.iter().map(|change| shown(ctx, def, change))).await?;
    changes.retain(Change::says_something);
    Ok(Entry { save, changes })
}

async fn shown(ctx: &Context<'_>, def: &ObjectDef, change: &HistoryChange) -> Result<Change> {
    let field = def.field(&change.field);
    let label = match field {
        Some(field) => field.label.clone(),
        None if change.field == OWNER => "Owner".to_owned(),
        None => change.field.clone(),
    };
    let side = |side| shown_side(ctx, &change.field, field, side);
    let (old, new) = try_join(side(change.old.as_ref()), side(change.new.as_ref())).await?;
    Ok(Change { field: change.field.clone(), label, old, new })
}

async fn shown_side(
    ctx: &Context<'_>,
    name: &str,
    field: Option<&FieldDef>,
    side: Option<&Opening<Opened>>,
) -> Result<Option<Side>> {
    let closed = |state| Some(Side { state, value: None, label: None });
    let opened = match side {
        Some(Opening::Masked(mask)) => {
            return Ok(Some(Side {
                state: State::Masked,
                value: present(mask.raw.to_string()),
                label: None,
            }));
        }
        None => return Ok(None),
        Some(Opening::Closed) => return Ok(closed(State::Closed)),
        Some(Opening::Missing) => return Ok(closed(State::Missing)),
        Some(Opening::Unproven) => return Ok(closed(State::Unproven)),
        Some(Opening::Value(opened)) => opened,
    };
    let (value, label) = match (referred(&opened.raw), field.and_then(FieldDef::target)) {
        (Some(id), Some(target)) => record(ctx, target, id).await?,
        (Some(id), None) if name == OWNER => user(ctx, id).await?,
        (None, None) if name == OWNER => queue(ctx, &opened.raw).await?,
        _ => (present(opened.raw.to_string()), opened.label.clone()),
    };
    Ok(Some(Side { state: State::Shown, value, label }))
}

const OWNER: &str = "ownerId";

type Words = (Option<String>, Option<String>);

/// A record of the past is named as a reference of today is: not at all, if the caller may not read it.
async fn record(ctx: &Context<'_>, target: &kernel::ApiName, id: Uuid) -> Result<Words> {
    let id = RecordId::from_uuid(id);
    let Some(view) = load(ctx, target, &kernel::Value::Reference(id)).await? else { return Ok((None, None)) };
    let viewing = viewing(ctx).await?;
    let object = viewing.metadata().object_named(target.as_str());
    let name = object.map(|object| view.value(&object.name_field).to_string());
    Ok((Some(id.to_string()), name.and_then(present)))
}

async fn user(ctx: &Context<'_>, id: Uuid) -> Result<Words> {
    let id = UserId::from_uuid(id);
    let user = loader(ctx)?.load_one::<UserId>(id).await.map_err(shared)?;
    Ok((Some(id.to_string()), user.map(|user| user.name.clone())))
}

/// The ledger keeps a queue as the text of its identifier. It may be gone by now, or no longer be called so.
async fn queue(ctx: &Context<'_>, raw: &kernel::Value) -> Result<Words> {
    let text = raw.to_string();
    let viewing = viewing(ctx).await?;
    let name = text.parse().ok().and_then(|queue| viewing.queue_name(queue));
    Ok((present(text), name.map(ToOwned::to_owned)))
}

/// The ledger keeps references as the text of their UUID.
fn referred(raw: &kernel::Value) -> Option<Uuid> {
    match raw {
        kernel::Value::Text(text) => Uuid::try_parse(text).ok(),
        _ => None,
    }
}

fn present(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "SHOWN",
            Self::Masked => "MASKED",
            Self::Closed => "CLOSED",
            Self::Missing => "MISSING",
            Self::Unproven => "UNPROVEN",
        }
    }
}
