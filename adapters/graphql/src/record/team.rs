//! The teams of accounts, opportunities and cases.

use std::sync::Arc;

use async_graphql::{
    Result, Value,
    dynamic::{Enum, EnumItem, Field, FieldFuture, InputObject, Object, ResolverContext, TypeRef},
};
use sutra_acl::Level;
use sutra_engine::{Changed, Error, MAX_NAMED, MAX_TEAM, TeamMember, Written};
use sutra_kernel::UserId;
use sutra_records::{ObjectDef, TeamRole};

use super::{
    build::{
        id_argument, object, objects, optional, plain, reason_argument, required, version_argument, viewing,
        writer,
    },
    change::{Payload, not_an_object},
    mass::items,
    names::ObjectNames,
    people, scalar,
    share::{is_word, key, named},
};
use crate::{context::RequestContext, id::parse_id};

const MEMBER: &str = "TeamMember";
const MEMBER_INPUT: &str = "TeamMemberInput";
const LEVEL: &str = "TeamLevel";

const LEVELS: [(&str, Level, &str); 2] =
    [("READ", Level::Read, "See the record."), ("EDIT", Level::Edit, "See and change the record.")];

/// What can be done about a team.
#[derive(Clone, Copy)]
enum Act {
    Add,
    Remove,
}

/// The query for a record's team, if the object's have one.
pub(super) fn query(def: &Arc<ObjectDef>) -> Option<Field> {
    let owned = def.has_teams().then(|| Arc::clone(def))?;
    let field = Field::new(ObjectNames::of(def).team, TypeRef::named_nn_list_nn(MEMBER), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move {
            let id = id_argument(&ctx)?;
            let team = viewing(&ctx).await?.record_team(def.name.as_str(), id).await?;
            Ok(Some(objects(team.ok_or(Error::NotFound("record"))?)))
        })
    });
    let field = field.description(format!(
        "Who works on this {}. NOT_FOUND if it is not there or you may not see it.",
        def.label.to_lowercase()
    ));
    Some(field.argument(required("id", TypeRef::ID, "Which one.")))
}

/// The mutations of an object's teams, if it has any.
pub(super) fn mutations(def: &Arc<ObjectDef>) -> Vec<Field> {
    if !def.has_teams() {
        return Vec::new();
    }
    let (names, one) = (ObjectNames::of(def), def.label.to_lowercase());
    let add = mutation(&names.add_to_team, def, Act::Add).description(format!(
        "Adds users to the team of this {one}; what was said of one before is replaced. Up to {MAX_NAMED} at a time, and \
         {MAX_TEAM} in all. It takes full access and the permission to update. A team stays when the record gets another \
         owner."
    ));
    let remove = mutation(&names.take_from_team, def, Act::Remove).description(format!(
        "Takes users out of the team of this {one}. Up to {MAX_NAMED} at a time. Whoever has access for another reason \
         keeps it. If none of them is in it, nothing is written."
    ));
    vec![
        add.argument(items("members", MEMBER_INPUT, "Who, how far, and what for.")),
        remove.argument(items("userIds", TypeRef::ID, "Who is in it no longer.")),
    ]
}

/// A member as it is shown: the same type for all objects.
pub(super) fn member_type() -> Object {
    Object::new(MEMBER)
        .description("Somebody who works on a record.")
        .field(plain("userId", TypeRef::named_nn(TypeRef::ID), "Who.", |it: &TeamMember| {
            Value::from(it.user.to_string())
        }))
        .field(people::user_field("user", "Who.", |it: &TeamMember| it.user))
        .field(plain(
            "level",
            TypeRef::named_nn(LEVEL),
            "How far he may use the record for that.",
            |it: &TeamMember| level_word(it.level),
        ))
        .field(plain("role", TypeRef::named_nn(TypeRef::STRING), "What he does there.", |it: &TeamMember| {
            Value::from(it.role.as_str())
        }))
}

/// How far members may use a record.
pub(super) fn level_type() -> Enum {
    let levels = Enum::new(LEVEL).description("How far somebody of a team may use its record.");
    LEVELS
        .iter()
        .fold(levels, |levels, (word, _, about)| levels.item(EnumItem::new(*word).description(*about)))
}

/// Who is to be of a team.
pub(super) fn member_input() -> InputObject {
    let role = "What he is to do there, such as \"Sales engineer\": 1 to 80 characters.";
    InputObject::new(MEMBER_INPUT)
        .description("Somebody who is to work on a record.")
        .field(required("userId", TypeRef::ID, "Which user."))
        .field(required("level", LEVEL, "How far he may use the record for that."))
        .field(required("role", TypeRef::STRING, role))
}

fn mutation(name: &str, def: &Arc<ObjectDef>, act: Act) -> Field {
    let (owned, payload) = (Arc::clone(def), ObjectNames::of(def).payload);
    let field = Field::new(name, TypeRef::named_nn(payload), move |ctx| {
        let def = Arc::clone(&owned);
        FieldFuture::new(async move { Ok(object(Some(Payload::of(change(&ctx, &def, act).await?)))) })
    });
    let version = "The version you have seen: VERSION_CONFLICT if it is no longer the newest.";
    field
        .argument(required("id", TypeRef::ID, "Which one."))
        .argument(optional("version", scalar::LONG, version))
        .argument(reason_argument(def))
        .argument(key())
}

async fn change(ctx: &ResolverContext<'_>, def: &ObjectDef, act: Act) -> Result<Written<Changed>> {
    let context = RequestContext::of(ctx)?;
    let caller = &writer(ctx).await?;
    let (sharing, name) = (context.engine().sharing(), def.name.as_str());
    let (id, version) = (id_argument(ctx)?, version_argument(ctx, "version")?);
    let written = match act {
        Act::Add => {
            sharing.add_team_members(caller, name, id, &named(ctx, "members", member)?, version).await
        }
        Act::Remove => {
            sharing.remove_team_members(caller, name, id, &named(ctx, "userIds", user)?, version).await
        }
    };
    Ok(written?)
}

fn member(input: &Value) -> Result<TeamMember, Error> {
    let Value::Object(entries) = input else { return Err(not_an_object("members")) };
    let is_level = |word| entries.get("level").is_some_and(|given| is_word(given, word));
    let level = LEVELS.into_iter().find(|(word, ..)| is_level(word));
    let (_, level, _) = level.ok_or_else(|| Error::BadInput("`level` is a level of a team".to_owned()))?;
    let role = if let Some(Value::String(role)) = entries.get("role") { role.as_str() } else { "" };
    let role = TeamRole::parse(role).map_err(|error| Error::BadInput(error.to_string()))?;
    Ok(TeamMember { user: user(entries.get("userId").unwrap_or(&Value::Null))?, level, role })
}

fn user(id: &Value) -> Result<UserId, Error> {
    parse_id(if let Value::String(text) = id { text.as_str() } else { "" })
}

fn level_word(level: Level) -> Value {
    let known = LEVELS.into_iter().find(|(_, known, _)| *known == level);
    known.map_or(Value::Null, |(word, ..)| Value::from(word))
}
