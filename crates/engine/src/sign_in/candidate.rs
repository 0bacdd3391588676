//! Whom an address may be of, and what is known of the password.

use std::sync::Arc;

use sutra_crypto::{Context, KeyReader, KeySlot, Purpose, Sealed, Token, TokenKind, open, seal};
use sutra_identity::{
    EmailAddress, Method, PasswordHash, RememberedDevice, SecondFactor, Settings, StoredPassword, User,
};
use sutra_kernel::{Timestamp, UserId, Uuid, WorkspaceId};

use crate::{Caller, Engine, Error, Reads, keys::Keys, throttle::AccountKey, work::Work};

/// Whom an address may be of.
pub(crate) struct Candidate {
    pub(crate) user: Option<User>,
    pub(crate) password: Option<StoredPassword>,
    pub(crate) account: AccountKey,
    /// What was set up beside the password.
    pub(crate) set_up: Vec<Method>,
    /// The device, if it is one that its user let remember.
    pub(crate) device: Option<RememberedDevice>,
    pub(crate) settings: Arc<Settings>,
}

impl Candidate {
    /// What is asked for beside the password.
    pub(crate) fn second(&self, now: Timestamp) -> SecondFactor {
        let is_required = self.user.as_ref().is_some_and(|user| self.settings.must_show_second(user, now));
        let set_up = self.set_up.iter().copied();
        SecondFactor::of(set_up, is_required, self.device.is_some())
    }
}

impl Engine {
    /// Whoever has the address that was typed, if somebody has, and the device, if it is his.
    pub(crate) async fn candidate(
        &self,
        caller: &Caller,
        typed: &str,
        device: Option<&str>,
    ) -> Result<Candidate, Error> {
        let mut reads = self.snapshot(caller.workspace()).await?;
        let user = match EmailAddress::parse(typed) {
            Ok(email) => reads.find_user_by_email(&email).await?,
            Err(_) => None,
        };
        let device = Token::parse(device.unwrap_or_default()).ok();
        let device = match device.filter(|token| token.kind() == TokenKind::Device) {
            Some(token) => reads.find_device(&token.digest()).await?,
            None => None,
        };
        let now = self.now();
        let device = device.filter(|device| user.as_ref().is_some_and(|user| device.counts_for(user, now)));
        let known = self.candidate_in(reads, caller, user, typed).await?;
        let account = device.as_ref().map_or(known.account, |device| known.account.on(device.id));
        Ok(Candidate { device, account, ..known })
    }

    /// The caller, in a snapshot of its own.
    pub(crate) async fn own_candidate(&self, caller: &Caller) -> Result<(User, Candidate), Error> {
        let user = caller.user_id().ok_or(Error::Unauthenticated)?;
        let mut reads = self.snapshot(caller.workspace()).await?;
        let user = reads.find_user(user).await?.ok_or(Error::Unauthenticated)?;
        let known = self.candidate_in(reads, caller, Some(user.clone()), user.email.as_str()).await?;
        Ok((user, known))
    }

    async fn candidate_in(
        &self,
        mut reads: Box<dyn Reads>,
        caller: &Caller,
        user: Option<User>,
        email: &str,
    ) -> Result<Candidate, Error> {
        let (parts, workspace, now) = (self.parts(), caller.workspace(), self.now());
        let account = AccountKey::of(parts, reads.as_mut(), workspace, email, now).await?;
        // For nobody the same is asked, so that it takes as long.
        let id = user.as_ref().map_or(UserId::from_uuid(Uuid::nil()), |user| user.id);
        let sealed = reads.find_password(id).await?;
        let password = match sealed {
            Some(sealed) => {
                Some(open_password(&parts.keys, reads.as_mut(), (workspace, id), &sealed, now).await?)
            }
            None => None,
        };
        let set_up = reads.factors_of(id).await?.into_iter().map(|factor| factor.method).collect();
        let settings = self.settings_in(caller, reads.as_mut()).await?;
        reads.finish().await?;
        Ok(Candidate { user, password, account, set_up, device: None, settings })
    }

    /// What administrators have decided where the caller is.
    pub(crate) async fn settings_in(
        &self,
        caller: &Caller,
        reads: &mut dyn Reads,
    ) -> Result<Arc<Settings>, Error> {
        let epochs = reads.epochs().await?;
        Ok(self.parts().authorities.load(caller, reads, epochs).await?.settings)
    }
}

impl Work<'_> {
    /// What is kept of a user's passwords.
    pub(crate) async fn find_password(&mut self, user: UserId) -> Result<Option<StoredPassword>, Error> {
        let Some(sealed) = self.unit.find_password(user).await? else { return Ok(None) };
        let (keys, whose) = (&self.parts.keys, (self.caller.workspace(), user));
        open_password(keys, self.unit.as_mut(), whose, &sealed, self.now).await.map(Some)
    }

    /// Seals what is kept of a user's passwords to the user, and stores it.
    pub(crate) async fn put_password(
        &mut self,
        user: UserId,
        password: &StoredPassword,
    ) -> Result<(), Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Settings)).await?;
        let context = password_context(self.caller.workspace(), user);
        let sealed = seal(&key, &context, password.to_bytes().expose(), self.entropy())?;
        Ok(self.unit.put_password(user, sealed).await?)
    }

    /// Keeps a stronger hash of the same password.
    pub(crate) async fn rehash(&mut self, user: UserId, hash: Option<&PasswordHash>) -> Result<(), Error> {
        let Some(hash) = hash else { return Ok(()) };
        let hash = PasswordHash::from_phc(hash.expose().to_owned()).map_err(Error::internal)?;
        match self.find_password(user).await? {
            Some(stored) => self.put_password(user, &stored.rehashed(hash)).await,
            None => Ok(()),
        }
    }
}

async fn open_password(
    keys: &Keys,
    rows: &mut dyn KeyReader,
    (workspace, user): (WorkspaceId, UserId),
    sealed: &Sealed,
    now: Timestamp,
) -> Result<StoredPassword, Error> {
    let key = keys.named(rows, workspace, sealed.key_ref(), now).await?;
    let key = key.ok_or_else(|| Error::internal("the key of a password is not there"))?;
    let secret = open(&key, &password_context(workspace, user), sealed)?;
    StoredPassword::from_bytes(secret.expose()).map_err(Error::internal)
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
