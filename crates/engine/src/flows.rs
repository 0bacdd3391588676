//! Ceremonies that are under way: found by their token, and taken one answer further.

use sutra_crypto::{Token, TokenKind};
use sutra_identity::{DenialReason, Flow, FlowPurpose, Method, TryKind, User};

use crate::{
    Caller, Engine, Error, WorkspaceState,
    throttle::{AccountKey, Reservation},
};

/// A ceremony that was begun, with what it takes to go on.
pub(crate) struct Pending {
    pub(crate) flow: Flow,
    pub(crate) user: User,
    pub(crate) account: AccountKey,
    /// What is asked for in it, in the order in which it is offered; nothing if enough was shown.
    pub(crate) methods: Vec<Method>,
}

impl Caller {
    /// The same caller; a stranger stands at the door that the token is for.
    fn following(&self, token: &Token) -> Self {
        let is_in = self.user_id().is_some() && self.workspace() == token.workspace();
        if is_in { self.clone() } else { self.at_the_door_of(token.workspace()) }
    }
}

impl Engine {
    /// The token of a flow, and its holder at the door of the workspace that it is for; nothing if it is none.
    pub(crate) async fn follow(
        &self,
        caller: &Caller,
        token: &str,
    ) -> Result<Option<(Caller, Token)>, Error> {
        let token = Token::parse(token).ok().filter(|token| token.kind() == TokenKind::Flow);
        let Some(token) = token else { return Ok(None) };
        let caller = caller.following(&token);
        let workspace = self.parts().store.registry().workspace(token.workspace()).await?;
        let is_open = workspace.is_some_and(|workspace| workspace.state == WorkspaceState::Active);
        Ok(is_open.then_some((caller, token)))
    }

    /// A ceremony that somebody goes on with who holds its token, in the session that it was begun in; nothing if it is
    /// over.
    pub(crate) async fn pending(&self, caller: &Caller, token: &Token) -> Result<Option<Pending>, Error> {
        let (workspace, now) = (caller.workspace(), self.now());
        let mut reads = self.snapshot(workspace).await?;
        let found = match reads.find_flow(&token.digest()).await? {
            Some(flow) if belongs(&flow, caller) && flow.check(flow.purpose, now).is_ok() => {
                reads.find_user(flow.user).await?.map(|user| (flow, user))
            }
            _ => None,
        };
        let Some((flow, user)) = found else {
            reads.finish().await?;
            return Ok(None);
        };
        let email = user.email.as_str();
        let account = AccountKey::of(self.parts(), reads.as_mut(), workspace, email, now).await?;
        let set_up = reads.factors_of(user.id).await?;
        let settings = self.settings_in(caller, reads.as_mut()).await?;
        reads.finish().await?;
        let is_required = settings.must_show_second(&user, now);
        let methods = flow.asks_for(set_up.into_iter().map(|factor| factor.method), is_required);
        Ok(Some(Pending { flow, user, account, methods }))
    }

    /// Counts an answer, for the flow and for the account, before anything of it is looked at. The answer of a passkey
    /// counts for the flow alone: nobody guesses it, and nobody is locked out who has one.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if there were too many from where the caller is.
    pub(crate) async fn take_answer(
        &self,
        caller: &Caller,
        pending: &mut Pending,
        purpose: FlowPurpose,
        method: Method,
    ) -> Result<Result<Option<Reservation>, DenialReason>, Error> {
        if !pending.methods.contains(&method) {
            return Ok(Err(DenialReason::WrongFactor));
        }
        let reservation = match TryKind::of_method(method) {
            Some(kind) => match self.reserve(caller, kind, pending.account).await? {
                Some(reservation) => Some(reservation),
                None => return Ok(Err(DenialReason::Locked)),
            },
            None => None,
        };
        Ok(self.advance(caller, pending, purpose).await?.map(|()| reservation))
    }

    /// Settles a try that was counted: gives it back if it was right, and else says whether it locks the account.
    pub(crate) async fn settle(
        &self,
        caller: &Caller,
        user: &User,
        reservation: Option<&Reservation>,
        was_right: bool,
    ) -> Result<(), Error> {
        match reservation {
            Some(reservation) if was_right => self.forgive(caller, reservation).await,
            Some(reservation) => self.enter_lock(caller, Some(user), reservation).await,
            None => Ok(()),
        }
    }

    /// Counts an answer for the flow. Of many that come at the same time, one is looked at.
    pub(crate) async fn advance(
        &self,
        caller: &Caller,
        pending: &mut Pending,
        purpose: FlowPurpose,
    ) -> Result<Result<(), DenialReason>, Error> {
        let seen = pending.flow.attempts;
        let Ok(next) = pending.flow.attempt(purpose, self.now()) else {
            return Ok(Err(DenialReason::FlowEnded));
        };
        let mut book = self.parts().store.bookkeeping(caller.workspace()).await?;
        let is_taken = book.advance_flow(&next, seen).await?;
        book.commit().await?;
        pending.flow = next;
        Ok(if is_taken { Ok(()) } else { Err(DenialReason::FlowEnded) })
    }
}

/// A flow that was begun in a session goes on in no other.
fn belongs(flow: &Flow, caller: &Caller) -> bool {
    flow.session.is_none() || flow.session == caller.session_id()
}
