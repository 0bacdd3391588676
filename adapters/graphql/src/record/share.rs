//! Sharing records by hand, and telling with whom they are shared.

use std::sync::Arc;

use async_graphql::{
    Result, Value,
    dynamic::{
        Enum, EnumItem, Field, FieldFuture, InputObject, InputValue, Object, ResolverContext, TypeRef,
    },
};
use sutra_acl::{Cause, Level, Principal};
use sutra_engine::{Changed, Error, MAX_NAMED, MAX_RECORDS, NewShare, Shared, Written};
use sutra_kernel::{RecordId, SharingRuleId};
use sutra_records::ObjectDef;

use super::{
    build::{
        id_argument, items_of, object, objects, optional, plain, reason_argument, required, version_argument,
        viewing, writer,
    },
    change::{Payload, not_an_object},
    mass::{Payloads, each, items, record},
    names::ObjectNames,
    people, scalar,
};
use crate::{context::RequestContext, id::parse_id, idempotency};

const SHARE: &str = "RecordShare";
const KIND: &str = "PrincipalKind";
const LEVEL: &str = "ShareLevel";
const CAUSE: &str = "ShareCause";
const PRINCIPAL_INPUT: &str = "PrincipalInput";
const SHARE_INPUT: &str = "ShareInput";

const KINDS: [(&str, &str); 5] = [
    ("USER", "One user."),
    ("GROUP", "The members of a group or a queue, and of the groups in it."),
    ("ROLE", "Those with a role."),
    ("ROLE_AND_SUBORDINATES", "Those with a role or one below it."),
    ("TERRITORY_AND_ABOVE", "Those assigned to a territory or to one above it."),
];

const LEVELS: [(&str, Level, &str); 3] = [
    ("READ", Level::Read, "See it."),
    ("EDIT", Level::Edit, "See and change it."),
    ("FULL", Level::Full, "Do all that its owner may: delete it, give it away and share it too."),
];

const CAUSES: [(&str, &str); 7] = [
    ("MANUAL", "Somebody shared it."),
    ("TEAM", "Somebody is on its team."),
    ("OWNER_RULE", "A rule about owners says so."),
    ("CRITERIA_RULE", "A rule about fields says so."),
    ("TERRITORY", "It is assigned to a territory."),
    ("PARENT", "The record that controls it is shared."),
    ("PROGRAM", "A program shared it."),
];

/// What can be done about the shares of records.
#[derive(Clone, Copy)]
enum Act {
    Share,
    Unshare,
}

/// The query for the shares of a record.
pub(super) fn query(def: &Arc<ObjectDef>) -> Field {
    let owned = Arc::clone(def);
    let field = Field::new(ObjectNames::of(def).shares, TypeRef::named_nn_list_nn(SHARE), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move {
            let id = id_argument(&ctx)?;
            let shares = viewing(&ctx).await?.record_shares(def.name.as_str(), id).await?;
            Ok(Some(objects(shares.ok_or(Error::NotFound("record"))?)))
        })
    });
    field
        .description(format!(
            "With whom this {} is shared, and why. Its owner, and those above him, need no share. For those who may \
             share it, and for holders of Manage Sharing; FORBIDDEN for others. NOT_FOUND if it is not there or you \
             may not see it.",
            def.label.to_lowercase()
        ))
        .argument(required("id", TypeRef::ID, "Which one."))
}

/// The mutations of an object's shares.
pub(super) fn mutations(def: &Arc<ObjectDef>) -> [Field; 4] {
    let names = ObjectNames::of(def);
    let (one, many) = (def.label.to_lowercase(), def.plural_label.to_lowercase());
    let all = format!(
        "Up to {MAX_RECORDS} in one unit of work: all or nothing. An error names the first that is refused in \
         `extensions.index`, counted from 0."
    );
    let share = format!(
        "what was given to one of them by hand before is replaced. Up to {MAX_NAMED} at a time. It takes full access \
         and the permission to update. Shares by hand end when the record gets another owner."
    );
    let unshare = format!(
        "Up to {MAX_NAMED} at a time. Whoever has access for another reason keeps it. If there is nothing to end, \
         nothing is written."
    );
    let id = || required("id", TypeRef::ID, "Which one.");
    let ids = || items("ids", TypeRef::ID, "Which ones.");
    let version = || {
        let about = "The version you have seen: VERSION_CONFLICT if it is no longer the newest.";
        optional("version", scalar::LONG, about)
    };
    [
        single(&names.share, def, Act::Share)
            .description(format!("Shares this {one} with others by hand; {share}"))
            .argument(id())
            .argument(shares())
            .argument(version()),
        single(&names.unshare, def, Act::Unshare)
            .description(format!("Ends shares by hand of this {one}. {unshare}"))
            .argument(id())
            .argument(with())
            .argument(version()),
        plural(&names.share_all, def, Act::Share)
            .description(format!("Shares many {many} with others by hand; {share} {all}"))
            .argument(ids())
            .argument(shares()),
        plural(&names.unshare_all, def, Act::Unshare)
            .description(format!("Ends shares by hand of many {many}. {unshare} {all}"))
            .argument(ids())
            .argument(with()),
    ]
}

fn shares() -> InputValue {
    items("shares", SHARE_INPUT, "With whom, and how far.")
}

fn with() -> InputValue {
    items("with", PRINCIPAL_INPUT, "With whom it is shared no longer.")
}

/// A share as it is shown: the same type for all objects.
pub(super) fn share_type() -> Object {
    let id = || TypeRef::named(TypeRef::ID);
    Object::new(SHARE)
        .description("That a record is shared with somebody.")
        .field(plain(
            "kind",
            TypeRef::named_nn(KIND),
            "What kind of people it is shared with.",
            |it: &Shared| Value::from(kind_of(it.share.principal).0),
        ))
        .field(plain("principalId", TypeRef::named_nn(TypeRef::ID), "Which of that kind.", |it: &Shared| {
            Value::from(kind_of(it.share.principal).1)
        }))
        .field(plain(
            "name",
            TypeRef::named(TypeRef::STRING),
            "What people call the group, the role or the territory; null for a user.",
            |it: &Shared| it.name.clone().into(),
        ))
        .field(people::maybe_user_field("user", "The user, if it is one.", |it: &Shared| {
            match it.share.principal {
                Principal::User(user) => Some(user),
                _ => None,
            }
        }))
        .field(plain("level", TypeRef::named_nn(LEVEL), "How far.", |it: &Shared| level_word(it.share.level)))
        .field(plain("cause", TypeRef::named_nn(CAUSE), "Why.", |it: &Shared| {
            Value::from(cause_of(it.share.cause).0)
        }))
        .field(plain("ruleId", id(), "Which rule says so, if one does.", |it: &Shared| {
            cause_of(it.share.cause).1.map(|rule| rule.to_string()).into()
        }))
}

/// The words of shares.
pub(super) fn words() -> [Enum; 3] {
    let item = |(word, about): (&str, &str)| EnumItem::new(word).description(about);
    [
        KINDS.into_iter().map(item).fold(Enum::new(KIND).description("Kinds of people."), Enum::item),
        LEVELS
            .into_iter()
            .map(|(word, _, about)| item((word, about)))
            .fold(Enum::new(LEVEL).description("How far one may use a record."), Enum::item),
        CAUSES
            .into_iter()
            .map(item)
            .fold(Enum::new(CAUSE).description("Why a record is shared."), Enum::item),
    ]
}

/// Who is named, and what he is given.
pub(super) fn inputs() -> [InputObject; 2] {
    [
        InputObject::new(PRINCIPAL_INPUT)
            .description("One user, or all users of a kind.")
            .field(required("kind", KIND, "Of which kind."))
            .field(required("id", TypeRef::ID, "The identifier of the user, group, role or territory.")),
        InputObject::new(SHARE_INPUT)
            .description("What somebody is given.")
            .field(required("with", PRINCIPAL_INPUT, "Who."))
            .field(required("level", LEVEL, "How far.")),
    ]
}

fn single(name: &str, def: &Arc<ObjectDef>, act: Act) -> Field {
    let (owned, payload) = (Arc::clone(def), ObjectNames::of(def).payload);
    let field = Field::new(name, TypeRef::named_nn(payload), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move { Ok(object(Some(Payload::of(change(&ctx, &def, act).await?)))) })
    });
    field.argument(reason_argument(def)).argument(key())
}

fn plural(name: &str, def: &Arc<ObjectDef>, act: Act) -> Field {
    let (owned, payload) = (Arc::clone(def), ObjectNames::of(def).payload_all);
    let field = Field::new(name, TypeRef::named_nn(payload), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move { Ok(object(Some(Payloads::of(change_all(&ctx, &def, act).await?)))) })
    });
    field.argument(reason_argument(def)).argument(key())
}

pub(super) fn key() -> InputValue {
    optional(idempotency::ARGUMENT, TypeRef::STRING, idempotency::ABOUT)
}

async fn change(ctx: &ResolverContext<'_>, def: &ObjectDef, act: Act) -> Result<Written<Changed>> {
    let context = RequestContext::of(ctx)?;
    let caller = &writer(ctx).await?;
    let (sharing, name) = (context.engine().sharing(), def.name.as_str());
    let (id, version) = (id_argument(ctx)?, version_argument(ctx, "version")?);
    let written = match act {
        Act::Share => sharing.share(caller, name, id, &named(ctx, "shares", new_share)?, version).await,
        Act::Unshare => sharing.unshare(caller, name, id, &named(ctx, "with", principal)?, version).await,
    };
    Ok(written?)
}

async fn change_all(ctx: &ResolverContext<'_>, def: &ObjectDef, act: Act) -> Result<Vec<Written<Changed>>> {
    let context = RequestContext::of(ctx)?;
    let caller = &writer(ctx).await?;
    let (sharing, name) = (context.engine().sharing(), def.name.as_str());
    let ids: Vec<RecordId> = each(ctx, "ids", record)?;
    let written = match act {
        Act::Share => sharing.share_all(caller, name, &ids, &named(ctx, "shares", new_share)?).await,
        Act::Unshare => sharing.unshare_all(caller, name, &ids, &named(ctx, "with", principal)?).await,
    };
    Ok(written?)
}

/// Everybody that an argument names.
pub(super) fn named<T>(
    ctx: &ResolverContext<'_>,
    name: &str,
    read: fn(&Value) -> Result<T, Error>,
) -> Result<Vec<T>> {
    let items = items_of(ctx.args.try_get(name)?.as_value()).iter();
    Ok(items.map(read).collect::<Result<_, _>>()?)
}

fn new_share(input: &Value) -> Result<NewShare, Error> {
    let Value::Object(entries) = input else { return Err(not_an_object("shares")) };
    let with = principal(entries.get("with").unwrap_or(&Value::Null))?;
    let level =
        LEVELS.into_iter().find(|(word, ..)| entries.get("level").is_some_and(|it| is_word(it, word)));
    let (_, level, _) = level.ok_or_else(|| Error::BadInput("`level` is a level of access".to_owned()))?;
    Ok(NewShare { with, level })
}

/// Reads who is named.
pub(super) fn principal(input: &Value) -> Result<Principal, Error> {
    let Value::Object(entries) = input else { return Err(not_an_object("with")) };
    let id = if let Some(Value::String(text)) = entries.get("id") { text.as_str() } else { "" };
    let is = |kind| entries.get("kind").is_some_and(|given| is_word(given, kind));
    if is("USER") {
        Ok(Principal::User(parse_id(id)?))
    } else if is("GROUP") {
        Ok(Principal::Group(parse_id(id)?))
    } else if is("ROLE") {
        Ok(Principal::Role(parse_id(id)?))
    } else if is("ROLE_AND_SUBORDINATES") {
        Ok(Principal::RoleAndSubordinates(parse_id(id)?))
    } else if is("TERRITORY_AND_ABOVE") {
        Ok(Principal::TerritoryAndAbove(parse_id(id)?))
    } else {
        Err(Error::BadInput("`kind` is a kind of people".to_owned()))
    }
}

/// In variables, an item of an enum comes as a text.
pub(super) fn is_word(value: &Value, word: &str) -> bool {
    match value {
        Value::Enum(given) => given == word,
        Value::String(given) => given == word,
        _ => false,
    }
}

fn kind_of(principal: Principal) -> (&'static str, String) {
    match principal {
        Principal::User(user) => ("USER", user.to_string()),
        Principal::Group(group) => ("GROUP", group.to_string()),
        Principal::Role(role) => ("ROLE", role.to_string()),
        Principal::RoleAndSubordinates(role) => ("ROLE_AND_SUBORDINATES", role.to_string()),
        Principal::TerritoryAndAbove(territory) => ("TERRITORY_AND_ABOVE", territory.to_string()),
    }
}

fn cause_of(cause: Cause) -> (&'static str, Option<SharingRuleId>) {
    match cause {
        Cause::Manual => ("MANUAL", None),
        Cause::Team => ("TEAM", None),
        Cause::OwnerRule(rule) => ("OWNER_RULE", Some(rule)),
        Cause::CriteriaRule(rule) => ("CRITERIA_RULE", Some(rule)),
        Cause::Territory => ("TERRITORY", None),
        Cause::Parent(_) => ("PARENT", None),
        Cause::Program => ("PROGRAM", None),
    }
}

fn level_word(level: Level) -> Value {
    LEVELS
        .into_iter()
        .find(|(_, known, _)| *known == level)
        .map_or(Value::Null, |(word, ..)| Value::from(word))
}
