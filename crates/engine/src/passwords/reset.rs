//! The link by which somebody who has forgotten a password chooses another.

use std::time::Duration;

use async_trait::async_trait;
use sutra_acl::SystemPermission;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::{Token, TokenKind};
use sutra_identity::{Beginning, Channel, Flow, FlowPurpose, Notice, SecretText, TryKind, User, UserState};
use sutra_kernel::{Timestamp, UserId, Uuid};

use crate::{
    Caller, Challenge, Engine, Error, Outcome,
    members::{not_good, parse_email},
    sign_in::{Candidate, with_origin},
    work::{Attempt, Done, UseCase, Work},
};

/// How long the link is good for.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Under what the link of a user is kept among the things that can be used once.
pub(super) fn resetting(user: UserId) -> String {
    format!("reset:{user}")
}

/// Sends a link to whoever has the address. Of nobody the same is counted and written, in the instance's ledger.
pub(super) async fn request(engine: &Engine, caller: &Caller, email: &str) -> Result<(), Error> {
    let Candidate { user, password, account, .. } = engine.candidate(caller, email, None).await?;
    let user = user.filter(|user| user.state == UserState::Active && password.is_some());
    let reservation = engine.reserve(caller, TryKind::SentCode, account).await?;
    let user = user.filter(|_| reservation.is_some());
    let stranger = caller.at_the_instance();
    let at = if user.is_some() { caller } else { &stranger };
    engine.write(at, &RequestReset { user: user.as_ref() }).await.map(|_| ())
}

/// Shows a link, and begins the flow that chooses.
pub(super) async fn begin(
    engine: &Engine,
    caller: &Caller,
    email: &str,
    token: &str,
) -> Result<Challenge, Error> {
    let email = parse_email(email)?;
    let token = Token::parse(token).ok().filter(|token| token.kind() == TokenKind::Reset);
    let token = token.filter(|token| token.workspace() == caller.workspace());
    let mut work = engine.begin(caller).await?;
    let user = work.unit.find_user_by_email(&email).await?;
    let user = user.filter(|user| user.state == UserState::Active);
    let is_good = match (&token, &user) {
        (Some(token), Some(user)) => {
            work.unit.consume(&resetting(user.id), &token.digest(), work.now).await?
        }
        _ => false,
    };
    let Some(user) = user.filter(|_| is_good) else {
        work.cancel().await?;
        return Err(engine.refuse_stranger(caller, Event::PasswordReset, not_good()).await);
    };
    let begun = begin_flow(&mut work, &user).await;
    work.conclude_with(begun).await
}

async fn begin_flow(work: &mut Work<'_>, user: &User) -> Result<(Challenge, Vec<EntryDraft>), Error> {
    let (purpose, began) = (FlowPurpose::PasswordReset, Beginning::ResetMail);
    let (flow, token) = Flow::begin(user, purpose, began, work.now, work.entropy());
    let set_up = work.unit.factors_of(user.id).await?;
    let is_required = work.authority.settings.must_show_second(user, work.now);
    let methods = flow.asks_for(set_up.iter().map(|factor| factor.method), is_required);
    let entry = work.begin_flow(&flow).await?;
    Ok((Challenge { flow: token, methods, expires_at: flow.expires_at }, vec![entry]))
}

/// A link that somebody has asked for, whoever it was; to nobody none is sent.
struct RequestReset<'a> {
    user: Option<&'a User>,
}

#[async_trait]
impl UseCase for RequestReset<'_> {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::PasswordResetOffer, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        Ok(Done::new((), work.offer_reset(self.user, "request").await?))
    }
}

/// A link that an administrator has sent.
pub(super) struct OfferReset {
    pub(super) user: UserId,
}

#[async_trait]
impl UseCase for OfferReset {
    type Output = User;

    fn attempt(&self) -> Attempt {
        let target = Some(Target::thing("user", self.user.uuid()));
        Attempt { event: Event::PasswordResetOffer, target }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<User>, Error> {
        work.require_permission(SystemPermission::ManageUsers)?;
        let user = work.unit.find_user(self.user).await?.ok_or(Error::NotFound("user"))?;
        work.require_administrable(&user).await?;
        if user.state != UserState::Active {
            return Err(Error::BadInput("only somebody who can sign in has a password to forget".to_owned()));
        }
        let entry = work.offer_reset(Some(&user), "administrator").await?;
        Ok(Done::new(user, entry))
    }

    fn outcome(answer: &User) -> Option<Outcome> {
        Some(Outcome::Thing(answer.id.uuid()))
    }

    async fn answer_again(&self, work: &mut Work<'_>, before: Outcome) -> Result<User, Error> {
        work.user_before(&before).await
    }
}

impl Work<'_> {
    /// Makes a link, and sends it. For nobody one is made that nobody gets.
    async fn offer_reset(&mut self, user: Option<&User>, by: &str) -> Result<EntryDraft, Error> {
        let id = user.map_or(UserId::from_uuid(Uuid::nil()), |user| user.id);
        let (token, expires_at) = self.make_reset(id).await?;
        let entry = EntryDraft::new(Event::PasswordResetOffer).detail("by", by);
        let entry = with_origin(entry, &self.caller);
        let Some(user) = user else { return self.seal_detail(entry).await };
        let token = SecretText::new(token.expose().to_owned());
        self.notify(user, Channel::Mail, Notice::ResetLink { token, expires_at }).await?;
        self.seal_detail(entry.target(Target::thing("user", user.id.uuid()))).await
    }

    /// Makes a link that somebody hands over himself.
    pub(crate) async fn new_reset(&mut self, user: &User) -> Result<Token, Error> {
        Ok(self.make_reset(user.id).await?.0)
    }

    /// Makes a link. The one before stops working.
    async fn make_reset(&mut self, user: UserId) -> Result<(Token, Timestamp), Error> {
        let token = Token::generate(TokenKind::Reset, self.caller.workspace(), self.entropy());
        let (kind, expires_at) = (resetting(user), self.now.plus(LIFETIME));
        self.unit.withdraw(&kind).await?;
        self.unit.offer(&kind, &token.digest(), expires_at).await?;
        Ok((token, expires_at))
    }
}
