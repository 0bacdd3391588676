//! Why somebody may or may not do something with a record, and who sees one.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use sutra_acl::{self as acl, Cause, Ground, Principal, Source};
use sutra_engine::{AccessQuestion, Error, FieldExplanation, Witness, Witnesses};
use sutra_kernel::UserId;

use super::{
    object::{find_field, find_object},
    request::{Result, page_size, parse, parse_optional, viewing},
    user::PageInfo,
};

/// What somebody would do with a record.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum RecordAction {
    /// See it.
    Read,
    /// Change its fields.
    Update,
    /// Put it into the bin.
    Delete,
    /// Take it out of the bin.
    Restore,
    /// Give it to another owner.
    Transfer,
    /// Open it to others.
    Share,
    /// Remove it from the bin for good.
    Purge,
}

/// How far access to a record goes.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "acl::Level")]
enum AccessLevel {
    /// Not at all: it is as if it were not there.
    None,
    /// To see it.
    Read,
    /// To change it too.
    Edit,
    /// To delete it, share it and give it away too.
    Full,
}

/// A decision about somebody, with every rule that spoke for or against it.
#[derive(SimpleObject)]
struct AccessExplanation {
    /// Whose access it is about.
    user_id: ID,
    /// The decision.
    allowed: bool,
    /// How far access to the record must go.
    needed: AccessLevel,
    /// How far it goes, restrictions counted.
    level: AccessLevel,
    /// What gives the permission on the object; nothing, if it is missing.
    permitted_by: Vec<AccessSource>,
    /// Everything that opens the record, and how far.
    grounds: Vec<AccessGround>,
    /// Every restriction that binds the user.
    restrictions: Vec<AccessRestriction>,
    /// What may be done with the field, if one was asked of.
    field: Option<FieldAccess>,
    /// The same in sentences: the decision first, then what spoke for it and against it.
    sentences: Vec<String>,
}

/// What gives a user a permission.
#[derive(SimpleObject)]
struct AccessSource {
    /// What kind of thing.
    kind: AccessSourceKind,
    /// Which one.
    id: ID,
}

/// What kind of thing gives a permission.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum AccessSourceKind {
    /// The user's profile.
    Profile,
    /// A permission set of the user's.
    PermissionSet,
    /// A permission set group of the user's.
    PermissionSetGroup,
}

/// One way in which a record is open to a user.
#[derive(SimpleObject)]
struct AccessGround {
    /// Which way.
    kind: AccessGroundKind,
    /// How far.
    level: AccessLevel,
    /// The queue, role or sharing rule that it is about, or with whom the record is shared; null if none.
    id: Option<ID>,
    /// Why it is shared, if it is.
    cause: Option<ShareCause>,
}

/// A way in which a record is open to a user.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum AccessGroundKind {
    /// Everybody has this of every record of the object.
    OrgWideDefault,
    /// The user owns it.
    Owner,
    /// The user is in the queue that owns it.
    Queue,
    /// The owner's role is below the user's.
    Hierarchy,
    /// It is shared with the user, or with a group he is in, his role, or his territory.
    Share,
    /// It is shared with somebody whose role is below the user's.
    ShareBelow,
    /// A sharing rule opens what the owner's role has.
    OwnerRule,
    /// The user may view all records of the object.
    ViewAll,
    /// The user may do everything with all records of the object.
    ModifyAll,
}

/// Why a record is shared.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum ShareCause {
    /// Somebody shared it.
    Manual,
    /// Somebody is on its team.
    Team,
    /// A sharing rule about owners says so.
    OwnerRule,
    /// A sharing rule about fields says so.
    CriteriaRule,
    /// It is assigned to a territory.
    Territory,
    /// The record that controls it is shared.
    Parent,
    /// A program shared it.
    Program,
}

/// A restriction that binds a user.
#[derive(SimpleObject)]
struct AccessRestriction {
    /// The restriction rule.
    rule_id: ID,
    /// Whether the record meets it. One that does not is hidden, whatever opens it.
    met: bool,
}

/// What somebody may do with a field of the records that he reaches.
#[derive(SimpleObject)]
struct FieldAccess {
    /// The field's API name.
    name: String,
    /// Whether it may be read.
    read: bool,
    /// Whether it may be edited.
    edit: bool,
    /// Whether a mask is shown in place of its value.
    masked: bool,
    /// What lets it be read.
    read_by: Vec<AccessSource>,
    /// What lets it be edited.
    edited_by: Vec<AccessSource>,
}

/// Somebody who sees a record.
#[derive(SimpleObject)]
struct RecordViewer {
    /// The user.
    user_id: ID,
    /// The user's name.
    name: String,
    /// How far access goes.
    level: AccessLevel,
    /// Everything that opens the record to the user, and how far.
    grounds: Vec<AccessGround>,
    /// The same in sentences.
    sentences: Vec<String>,
}

/// Some of those who see a record.
#[derive(SimpleObject)]
struct RecordViewerConnection {
    /// Those who were found: perhaps fewer than were asked for, even if there are more.
    nodes: Vec<RecordViewer>,
    /// Whether there are users who have not been looked at, and behind whom to go on.
    page_info: PageInfo,
}

#[derive(Default)]
pub(super) struct ExplainQuery;

#[Object]
impl ExplainQuery {
    /// Why somebody may or may not do something with a record, or with one of its fields. Needs Manage Sharing, and the
    /// record must be one that you see.
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose access.")] user_id: ID,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The record.")] record_id: ID,
        #[graphql(desc = "What would be done with it.", default_with = "RecordAction::Read")]
        action: RecordAction,
        #[graphql(desc = "The API name or id of one of its fields.")] field: Option<String>,
    ) -> Result<AccessExplanation> {
        let viewing = viewing(ctx).await?;
        let object = find_object(viewing.metadata(), &object)?;
        let field =
            field.map(|field| Ok::<_, Error>(find_field(object, &field)?.name.clone())).transpose()?;
        let question = AccessQuestion {
            user: parse(&user_id)?,
            action: action.into(),
            object: object.name.to_string(),
            record: parse(&record_id)?,
            field,
        };
        Ok(viewing.explain_access(&question).await?.into())
    }

    /// Who sees a record, and why: in the order in which users were made. Needs Manage Sharing, and the record must be one
    /// that you see.
    async fn who_can_see(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's API name, such as `account`, or its id.")] object: String,
        #[graphql(desc = "The record.")] record_id: ID,
        #[graphql(desc = "How many to answer at most, 1 to 200.", default = 50)] first: i32,
        #[graphql(desc = "The cursor behind which to begin.")] after: Option<String>,
    ) -> Result<RecordViewerConnection> {
        let viewing = viewing(ctx).await?;
        let object = find_object(viewing.metadata(), &object)?.name.to_string();
        let (limit, after) = (page_size(first)?, parse_optional::<UserId>(after.map(ID).as_ref())?);
        let found = viewing.who_can_see(&object, parse(&record_id)?, after, limit).await?;
        Ok(found.into())
    }
}

impl From<RecordAction> for acl::Action {
    fn from(action: RecordAction) -> Self {
        match action {
            RecordAction::Read => Self::Read,
            RecordAction::Update => Self::Update,
            RecordAction::Delete => Self::Delete,
            RecordAction::Restore => Self::Restore,
            RecordAction::Transfer => Self::Transfer,
            RecordAction::Share => Self::Share,
            RecordAction::Purge => Self::Purge,
        }
    }
}

impl From<sutra_engine::AccessExplanation> for AccessExplanation {
    fn from(explained: sutra_engine::AccessExplanation) -> Self {
        let acl::Explanation { verdict, permitted_by, needed, level, grounds, restrictions, .. } =
            explained.explanation;
        let restriction = |(rule, met)| AccessRestriction { rule_id: ID::from(rule), met };
        Self {
            user_id: explained.user.id.into(),
            allowed: verdict.is_ok(),
            needed: needed.into(),
            level: level.into(),
            permitted_by: sources(&permitted_by),
            grounds: grounds.into_iter().map(AccessGround::from).collect(),
            restrictions: restrictions.into_iter().map(restriction).collect(),
            field: explained.field.map(FieldAccess::from),
            sentences: explained.sentences,
        }
    }
}

impl From<FieldExplanation> for FieldAccess {
    fn from(field: FieldExplanation) -> Self {
        Self {
            name: field.name.to_string(),
            read: field.permission.read,
            edit: field.permission.edit,
            masked: field.masked,
            read_by: sources(&field.read_by),
            edited_by: sources(&field.edited_by),
        }
    }
}

impl From<Witnesses> for RecordViewerConnection {
    fn from(Witnesses { found, next }: Witnesses) -> Self {
        Self {
            nodes: found.into_iter().map(RecordViewer::from).collect(),
            page_info: PageInfo {
                has_next_page: next.is_some(),
                end_cursor: next.map(|user| user.to_string()),
            },
        }
    }
}

impl From<Witness> for RecordViewer {
    fn from(witness: Witness) -> Self {
        Self {
            user_id: witness.user.id.into(),
            name: witness.user.name,
            level: witness.level.into(),
            grounds: witness.grounds.into_iter().map(AccessGround::from).collect(),
            sentences: witness.sentences,
        }
    }
}

impl From<(Ground, acl::Level)> for AccessGround {
    fn from((ground, level): (Ground, acl::Level)) -> Self {
        use AccessGroundKind as Kind;
        let (kind, id, cause) = match ground {
            Ground::OrgWideDefault => (Kind::OrgWideDefault, None, None),
            Ground::Owner => (Kind::Owner, None, None),
            Ground::Queue(queue) => (Kind::Queue, Some(ID::from(queue)), None),
            Ground::Hierarchy(role) => (Kind::Hierarchy, Some(ID::from(role)), None),
            Ground::Share(share) => (Kind::Share, Some(principal(share.principal)), Some(share.cause)),
            Ground::ShareBelow(share) => {
                (Kind::ShareBelow, Some(principal(share.principal)), Some(share.cause))
            }
            Ground::OwnerRule(rule) => (Kind::OwnerRule, Some(ID::from(rule)), None),
            Ground::ViewAll => (Kind::ViewAll, None, None),
            Ground::ModifyAll => (Kind::ModifyAll, None, None),
        };
        Self { kind, level: level.into(), id, cause: cause.map(ShareCause::from) }
    }
}

impl From<Cause> for ShareCause {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Manual => Self::Manual,
            Cause::Team => Self::Team,
            Cause::OwnerRule(_) => Self::OwnerRule,
            Cause::CriteriaRule(_) => Self::CriteriaRule,
            Cause::Territory => Self::Territory,
            Cause::Parent(_) => Self::Parent,
            Cause::Program => Self::Program,
        }
    }
}

fn sources(sources: &[Source]) -> Vec<AccessSource> {
    let source = |source: &Source| match *source {
        Source::Profile(id) => AccessSource { kind: AccessSourceKind::Profile, id: id.into() },
        Source::PermissionSet(id) => AccessSource { kind: AccessSourceKind::PermissionSet, id: id.into() },
        Source::PermissionSetGroup(id) => {
            AccessSource { kind: AccessSourceKind::PermissionSetGroup, id: id.into() }
        }
    };
    sources.iter().map(source).collect()
}

fn principal(principal: Principal) -> ID {
    match principal {
        Principal::User(id) => id.into(),
        Principal::Group(id) => id.into(),
        Principal::Role(id) | Principal::RoleAndSubordinates(id) => id.into(),
        Principal::TerritoryAndAbove(id) => id.into(),
    }
}
