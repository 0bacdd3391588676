//! People: the caller, and other users by their names.

use std::{any::Any, sync::Arc};

use async_graphql::{
    Value,
    dynamic::{Field, FieldFuture, Interface, InterfaceField, Object, TypeRef},
};
use sutra_acl::{Owner, SystemPermission};
use sutra_engine::Viewing;
use sutra_identity::User;
use sutra_kernel::{GroupId, UserId};

use super::build::{id_argument, loader, object, plain, required, shared, viewing};

const USER: &str = "User";
const ME: &str = "Me";
const QUEUE: &str = "Queue";
const OWNER: &str = "Owner";

/// A user as anybody of the workspace may see one.
type Somebody = Arc<User>;

/// The caller, and what they may do to the workspace as a whole.
struct Me {
    user: User,
    permissions: Vec<SystemPermission>,
}

/// A queue as anybody of the workspace may see one.
struct Queue {
    id: GroupId,
    name: String,
}

/// What users and queues have in common.
pub(super) fn owner_type() -> Interface {
    let field = |name, ty, about: &str| InterfaceField::new(name, ty).description(about);
    Interface::new(OWNER)
        .description("Whoever owns a record: a user, or a queue, whose records are as much every member's.")
        .field(field("id", TypeRef::named_nn(TypeRef::ID), "The identifier of the user or the queue."))
        .field(field("name", TypeRef::named_nn(TypeRef::STRING), "Its name."))
}

pub(super) fn types() -> [Object; 3] {
    let id = || TypeRef::named_nn(TypeRef::ID);
    let text = || TypeRef::named_nn(TypeRef::STRING);
    let queue = Object::new(QUEUE)
        .implement(OWNER)
        .description("A queue of your workspace: a group of people that owns records.")
        .field(plain("id", id(), "The queue's identifier.", |queue: &Queue| text_of(queue.id)))
        .field(plain("name", text(), "The queue's name.", |queue: &Queue| text_of(&queue.name)));
    let user = Object::new(USER)
        .implement(OWNER)
        .description("Somebody of your workspace.")
        .field(plain("id", id(), "The user's identifier.", |user: &Somebody| text_of(user.id)))
        .field(plain("name", text(), "The user's name.", |user: &Somebody| text_of(&user.name)));
    let me = Object::new(ME)
        .description("You.")
        .field(plain("id", id(), "Your identifier.", |me: &Me| text_of(me.user.id)))
        .field(plain("name", text(), "Your name.", |me: &Me| text_of(&me.user.name)))
        .field(plain("email", text(), "The address you sign in with.", |me: &Me| {
            text_of(me.user.email.as_str())
        }))
        .field(plain("profileId", id(), "The profile that says what you may do.", |me: &Me| {
            text_of(me.user.profile)
        }))
        .field(plain(
            "roleId",
            TypeRef::named(TypeRef::ID),
            "Your place in the hierarchy, if any.",
            |me: &Me| me.user.role.map(text_of).into(),
        ))
        .field(plain(
            "permissions",
            TypeRef::named_nn_list_nn(TypeRef::STRING),
            "What you may do to the workspace as a whole, such as `manageUsers`.",
            |me: &Me| me.permissions.iter().map(ToString::to_string).collect(),
        ));
    [user, me, queue]
}

pub(super) fn queries() -> [Field; 2] {
    let me = Field::new("me", TypeRef::named_nn(ME), |ctx| {
        FieldFuture::new(async move {
            let viewing = viewing(&ctx).await?;
            let user = viewing.me().await?;
            let every = SystemPermission::ALL.into_iter();
            let permissions = every.filter(|permission| viewing.plan().has(*permission)).collect();
            Ok(object(Some(Me { user, permissions })))
        })
    });
    let user = Field::new("user", TypeRef::named(USER), |ctx| {
        FieldFuture::new(async move {
            let id: UserId = id_argument(&ctx)?;
            Ok(object(loader(&ctx)?.load_one(id).await.map_err(shared)?))
        })
    });
    [
        me.description("You, as the workspace knows you."),
        user.description("A user of your workspace; null if there is no such user.").argument(required(
            "id",
            TypeRef::ID,
            "Which user.",
        )),
    ]
}

/// A field that is a user whose identifier its parent, a `T`, has.
pub(super) fn user_field<T: Any + Send + Sync>(
    name: &str,
    description: &str,
    read: impl Fn(&T) -> UserId + Send + Sync + 'static,
) -> Field {
    maybe_user_field(name, description, move |parent: &T| Some(read(parent)))
}

/// As [`user_field`]; there may be none.
pub(super) fn maybe_user_field<T: Any + Send + Sync>(
    name: &str,
    description: &str,
    read: impl Fn(&T) -> Option<UserId> + Send + Sync + 'static,
) -> Field {
    let field = Field::new(name, TypeRef::named(USER), move |ctx| {
        let id = ctx.parent_value.try_downcast_ref::<T>().map(&read);
        FieldFuture::new(async move {
            let Some(id) = id? else { return Ok(None) };
            Ok(object(loader(&ctx)?.load_one::<UserId>(id).await.map_err(shared)?))
        })
    });
    field.description(description)
}

/// The field `owner` of something that has one, which its parent, a `T`, tells.
pub(super) fn owner_field<T: Any + Send + Sync>(
    description: &str,
    read: impl Fn(&Viewing, &T) -> Option<Owner> + Send + Sync + 'static,
) -> Field {
    let read = Arc::new(read);
    let field = Field::new("owner", TypeRef::named(OWNER), move |ctx| {
        let read = Arc::clone(&read);
        FieldFuture::new(async move {
            let viewing = viewing(&ctx).await?;
            let parent = ctx.parent_value.try_downcast_ref::<T>()?;
            Ok(match read(&viewing, parent) {
                None => None,
                Some(Owner::User(id)) => {
                    let user = loader(&ctx)?.load_one::<UserId>(id).await.map_err(shared)?;
                    object(user).map(|user| user.with_type(USER))
                }
                Some(Owner::Queue(id)) => {
                    let queue = viewing.queue_name(id).map(|name| Queue { id, name: name.to_owned() });
                    object(queue).map(|queue| queue.with_type(QUEUE))
                }
            })
        })
    });
    field.description(description)
}

fn text_of(value: impl ToString) -> Value {
    Value::from(value.to_string())
}
