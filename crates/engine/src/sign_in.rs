//! Signing in and out.

use async_trait::async_trait;
use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::{Context, KeySlot, Purpose, Sealed, Token, open, seal};
use sutra_identity::{
    Authenticated, Delivery, DenialReason, EmailAddress, Password, PasswordHash, PasswordVerdict, Session,
    SignInOutcome, TryKind, User,
};
use sutra_kernel::{Timestamp, UserId, WorkspaceId};

use crate::{
    Caller, Engine, Error,
    keys::Keys,
    throttle::AccountKey,
    work::{Attempt, Done, UseCase, Work},
};

/// Signing in and out: see [`Engine::sign_in`].
#[derive(Clone, Copy)]
pub struct SignIn<'e> {
    pub(crate) engine: &'e Engine,
}

/// What somebody typed to sign in.
pub struct Credentials {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// How the session's token is to travel.
    pub delivery: Delivery,
}

/// What comes after a step of a sign-in.
pub enum SignInStep {
    /// Every step has passed.
    SignedIn(Box<SignedIn>),
    /// It is over. Why, only the ledger knows.
    Refused,
}

/// A session that was just opened.
pub struct SignedIn {
    /// The token, shown once.
    pub token: Token,
    /// The session.
    pub session: Session,
    /// The user, who is the caller from now on.
    pub caller: Caller,
}

impl SignIn<'_> {
    /// Signs in with a password.
    ///
    /// An unknown user, a wrong password and a user who may not sign in get the same answer and cost the same.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the store or the password work is; [`Error::RateLimited`] after too many
    /// refusals from one address.
    pub async fn with_password(
        &self,
        caller: &Caller,
        credentials: Credentials,
    ) -> Result<SignInStep, Error> {
        let email = EmailAddress::parse(&credentials.email).ok();
        let Candidate { user, hash, account } =
            self.candidate(caller.workspace(), email.as_ref(), &credentials.email).await?;
        let reservation = self.engine.reserve(caller, TryKind::Password, account).await?;
        // A password that is not looked at takes as long as one that is.
        let hash = hash.filter(|_| reservation.is_some());
        let machine = sutra_identity::SignIn::begin(user.as_ref());
        let verdict = match Password::parse(credentials.password) {
            Ok(password) => self.engine.parts().passwords.verify(password, hash).await?,
            Err(_) => PasswordVerdict::No,
        };
        let Some(reservation) = reservation else {
            return self.refuse(caller, user.as_ref(), DenialReason::Locked).await;
        };
        match machine.password(verdict, self.engine.now()) {
            SignInOutcome::Complete(proof) => {
                let step = self.open(caller, proof, credentials.delivery).await?;
                if let SignInStep::SignedIn(_) = step {
                    self.engine.forgive(caller, &reservation).await?;
                }
                Ok(step)
            }
            SignInOutcome::Denied(reason) => {
                self.engine.enter_lock(caller, user.as_ref(), &reservation).await?;
                self.refuse(caller, user.as_ref(), reason).await
            }
        }
    }

    /// Ends the caller's own session.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without a session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Error> {
        self.engine.write(caller, &SignOut).await.map(|_| ())
    }

    async fn candidate(
        &self,
        workspace: WorkspaceId,
        email: Option<&EmailAddress>,
        typed: &str,
    ) -> Result<Candidate, Error> {
        let (parts, now) = (self.engine.parts(), self.engine.now());
        let mut reads = self.engine.snapshot(workspace).await?;
        let account = AccountKey::of(parts, reads.as_mut(), workspace, typed, now).await?;
        let user = match email {
            Some(email) => reads.find_user_by_email(email).await?,
            None => None,
        };
        let hash = match &user {
            Some(user) => find_password(&parts.keys, reads.as_mut(), workspace, user.id, now).await?,
            None => None,
        };
        reads.finish().await?;
        Ok(Candidate { user, hash, account })
    }

    async fn open(
        &self,
        caller: &Caller,
        proof: Authenticated,
        delivery: Delivery,
    ) -> Result<SignInStep, Error> {
        let user = proof.user();
        let mut work = self.engine.begin(caller).await?;
        let found = work.unit.find_user(user).await?;
        let proof = match proof.recheck(found.as_ref()) {
            Ok(proof) => proof,
            Err(reason) => {
                work.cancel().await?;
                return self.refuse(caller, found.as_ref(), reason).await;
            }
        };
        if let Some(hash) = proof.rehash() {
            let sealed = work.seal_password(user, hash).await?;
            work.unit.put_password(user, sealed).await?;
        }
        let policy = work.authority.settings.session.unwrap_or(self.engine.parts().sessions);
        let (opened, token) = Session::open(proof, delivery, policy, work.now, work.entropy());
        let origin = caller.origin();
        let opened = opened.opened_from(origin.address.as_deref(), origin.user_agent.as_deref());
        work.unit.put_session(&opened).await?;
        let session = opened.into_session();
        let signed_in = Caller::of_session(&session, caller.request_id(), origin.clone());
        work.caller = signed_in.clone();
        let entry = work.authentication(Event::SignInSucceed, user, &[("factor", "password")]).await?;
        work.commit(vec![entry]).await?;
        Ok(SignInStep::SignedIn(Box::new(SignedIn { token, session, caller: signed_in })))
    }

    /// Enters the refusal, counted by where it came from whoever was tried. One for an unknown user goes into
    /// the instance's ledger, so that strangers cannot fill a workspace's.
    async fn refuse(
        &self,
        caller: &Caller,
        user: Option<&User>,
        reason: DenialReason,
    ) -> Result<SignInStep, Error> {
        let entry = EntryDraft::new(Event::SignInRefuse).detail("reason", reason.as_str());
        let entry = with_origin(entry, caller);
        let stranger = caller.at_the_instance();
        let (ledger, entry) = match user {
            Some(user) => (caller, entry.target(Target::thing("user", user.id.uuid()))),
            None => (&stranger, entry),
        };
        self.engine.enter_counted(&stranger, ledger, "sign_in", entry).await?;
        Ok(SignInStep::Refused)
    }
}

/// Whom an address may be of.
pub(crate) struct Candidate {
    pub(crate) user: Option<User>,
    pub(crate) hash: Option<PasswordHash>,
    pub(crate) account: AccountKey,
}

struct SignOut;

#[async_trait]
impl UseCase for SignOut {
    type Output = ();

    fn attempt(&self) -> Attempt {
        Attempt { event: Event::SignOut, target: None }
    }

    async fn run(&self, work: &mut Work<'_>) -> Result<Done<()>, Error> {
        let user = work.user()?;
        let session = work.caller.session_id().ok_or(Error::Unauthenticated)?;
        if !work.unit.end_session(session, work.now).await? {
            return Ok(Done::unchanged(()));
        }
        Ok(Done::new((), work.authentication(Event::SignOut, user, &[]).await?))
    }
}

impl Work<'_> {
    /// An entry about a user's way in or out, with where the request came from.
    pub(crate) async fn authentication(
        &mut self,
        event: Event,
        user: UserId,
        details: &[(&str, &str)],
    ) -> Result<EntryDraft, Error> {
        let entry = EntryDraft::new(event).target(Target::thing("user", user.uuid()));
        let entry = details.iter().fold(entry, |entry, (key, value)| entry.detail(*key, *value));
        let entry = with_origin(entry, &self.caller);
        self.seal_detail(entry).await
    }

    /// Seals a password's hash to its user.
    pub(crate) async fn seal_password(&mut self, user: UserId, hash: &PasswordHash) -> Result<Sealed, Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Settings)).await?;
        let context = password_context(self.caller.workspace(), user);
        Ok(seal(&key, &context, hash.expose().as_bytes(), self.entropy())?)
    }
}

impl Engine {
    /// A user with the hash of the password, if there is one, in a snapshot of its own.
    pub(crate) async fn candidate_of(
        &self,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Candidate, Error> {
        let (parts, now) = (self.parts(), self.now());
        let mut reads = self.snapshot(workspace).await?;
        let user = reads.find_user(user).await?.ok_or(Error::Unauthenticated)?;
        let account = AccountKey::of(parts, reads.as_mut(), workspace, user.email.as_str(), now).await?;
        let hash = find_password(&parts.keys, reads.as_mut(), workspace, user.id, now).await?;
        reads.finish().await?;
        Ok(Candidate { user: Some(user), hash, account })
    }
}

async fn find_password(
    keys: &Keys,
    reads: &mut dyn crate::Reads,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<PasswordHash>, Error> {
    let Some(sealed) = reads.find_password(user).await? else { return Ok(None) };
    let key = keys.named(reads, workspace, sealed.key_ref(), now).await?;
    let key = key.ok_or_else(|| Error::internal("the key of a password is not there"))?;
    let secret = open(&key, &password_context(workspace, user), &sealed)?;
    let text = str::from_utf8(secret.expose()).map_err(Error::internal)?;
    PasswordHash::from_phc(text.to_owned()).map(Some).map_err(Error::internal)
}

fn password_context(workspace: WorkspaceId, user: UserId) -> Context<'static> {
    Context {
        workspace,
        org: None,
        purpose: Purpose::Settings,
        entity: "credential",
        record: Some(user.uuid()),
        field: Some("password"),
    }
}

pub(crate) fn with_origin(mut entry: EntryDraft, caller: &Caller) -> EntryDraft {
    let origin = caller.origin();
    if let Some(address) = &origin.address {
        entry = entry.detail("address", address);
    }
    if let Some(agent) = &origin.user_agent {
        entry = entry.detail("userAgent", agent);
    }
    entry
}
