//! Who asks.

use std::sync::Arc;

use sutra_audit::Actor;
use sutra_identity::{AccessToken, Area, Proof, Session};
use sutra_kernel::{RequestId, SessionId, Timestamp, UserId, WorkspaceId};

use crate::{
    Reason,
    idempotency::{IdempotencyKey, Repeatable},
};

/// Where a request came from, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The visitor's network address.
    pub address: Option<String>,
    /// What the visitor's program calls itself.
    pub user_agent: Option<String>,
}

/// Who asks for a use case, and by which request.
///
/// A caller that acts as a user comes only from [`Engine::authenticate`](crate::Engine::authenticate), or from
/// an operator's command line; anyone can make an anonymous one, which is allowed nothing.
#[derive(Debug, Clone)]
pub struct Caller {
    workspace: WorkspaceId,
    who: Who,
    request: RequestId,
    origin: Origin,
    repeatable: Option<Arc<Repeatable>>,
    reason: Option<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    User { user: UserId, by: By },
    Operator,
    System,
}

/// What a user's request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// An operator's command, or a link: nothing that is good twice.
    Once,
    /// A session, proved so.
    Session(SessionId, Proof),
    /// A personal access token, which may change something here or not.
    Token { may_write: bool },
}

impl Caller {
    /// Somebody who has not signed in.
    #[must_use]
    pub fn anonymous(workspace: WorkspaceId, request: RequestId, origin: Origin) -> Self {
        Self { workspace, who: Who::Anonymous, request, origin, repeatable: None, reason: None }
    }

    /// The same request, by a user who has just shown who they are.
    pub(crate) fn as_user(&self, user: UserId) -> Self {
        Self { who: Who::User { user, by: By::Once }, ..self.clone() }
    }

    /// The same stranger, at the door of the installation instead of a workspace's.
    pub(crate) fn at_the_instance(&self) -> Self {
        self.at_the_door_of(WorkspaceId::INSTANCE)
    }

    /// Whoever asks, as a stranger at the door of this workspace.
    pub(crate) fn at_the_door_of(&self, workspace: WorkspaceId) -> Self {
        Self { workspace, who: Who::Anonymous, ..self.clone() }
    }

    /// The user of a session.
    pub(crate) fn of_session(session: &Session, request: RequestId, origin: Origin) -> Self {
        let who = Who::User { user: session.user, by: By::Session(session.id, session.proof) };
        Self { who, ..Self::anonymous(session.workspace, request, origin) }
    }

    /// The user of a personal access token, in one area.
    pub(crate) fn of_token(token: &AccessToken, area: Area, request: RequestId, origin: Origin) -> Self {
        let who = Who::User { user: token.user, by: By::Token { may_write: token.writes(area) } };
        Self { who, ..Self::anonymous(token.workspace, request, origin) }
    }

    pub(crate) fn operator(workspace: WorkspaceId, request: RequestId) -> Self {
        Self { who: Who::Operator, ..Self::anonymous(workspace, request, Origin::default()) }
    }

    /// The product itself, at work that nobody waits for.
    pub(crate) fn system(workspace: WorkspaceId, request: RequestId) -> Self {
        Self { who: Who::System, ..Self::operator(workspace, request) }
    }

    /// The same caller, for one change that is made once however often it is asked for.
    ///
    /// `place` tells the changes of one request apart, and `request` is all that the change is made from: under the
    /// same key and place, another request is refused. What it holds is not kept, only a keyed fingerprint of it.
    #[must_use]
    pub fn repeating(&self, key: &IdempotencyKey, place: &str, request: &[u8]) -> Self {
        Self { repeatable: Some(Arc::new(Repeatable::new(key, place, request))), ..self.clone() }
    }

    /// The same caller, who changes records for this reason.
    #[must_use]
    pub fn because(&self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self.clone() }
    }

    /// The workspace that everything asked for is in.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The user, if somebody is signed in.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        match self.who {
            Who::User { user, .. } => Some(user),
            Who::Anonymous | Who::Operator | Who::System => None,
        }
    }

    /// The session, if the caller came by one.
    #[must_use]
    pub fn session_id(&self) -> Option<SessionId> {
        match self.who {
            Who::User { by: By::Session(session, _), .. } => Some(session),
            Who::User { by: By::Once | By::Token { .. }, .. }
            | Who::Anonymous
            | Who::Operator
            | Who::System => None,
        }
    }

    /// Whether the caller came by a personal access token.
    #[must_use]
    pub fn is_token(&self) -> bool {
        matches!(self.who, Who::User { by: By::Token { .. }, .. })
    }

    /// Whether the caller may change nothing here, whatever its user may.
    pub(crate) fn only_reads(&self) -> bool {
        matches!(self.who, Who::User { by: By::Token { may_write: false }, .. })
    }

    /// Whether the caller may do now what needs a fresh proof of who they are. What cannot be stolen to be used later
    /// needs none.
    pub(crate) fn is_proved(&self, now: Timestamp) -> bool {
        match self.who {
            Who::User { by: By::Session(_, proof), .. } => proof.is_fresh(now),
            // A token was made under a fresh proof, for what it may be used for.
            Who::User { by: By::Once | By::Token { .. }, .. }
            | Who::Anonymous
            | Who::Operator
            | Who::System => true,
        }
    }

    /// The request, for logs and the ledger.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        self.request
    }

    /// Where the request came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(crate) fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    pub(crate) fn repeatable(&self) -> Option<&Arc<Repeatable>> {
        self.repeatable.as_ref()
    }

    pub(crate) fn actor(&self) -> Actor {
        match self.who {
            Who::Anonymous => Actor::anonymous(),
            Who::User { user, .. } => Actor::user(user, self.session_id()),
            Who::Operator => Actor::operator(),
            Who::System => Actor::system(),
        }
    }
}
