//! Whom an address may be of, and what is known of the password.

use sutra_crypto::{Context, KeySlot, Purpose, Sealed, open, seal};
use sutra_identity::{EmailAddress, Method, PasswordHash, User};
use sutra_kernel::{Timestamp, UserId, Uuid, WorkspaceId};

use crate::{Engine, Error, Reads, keys::Keys, throttle::AccountKey, work::Work};

/// Whom an address may be of.
pub(crate) struct Candidate {
    pub(crate) user: Option<User>,
    pub(crate) hash: Option<PasswordHash>,
    pub(crate) account: AccountKey,
    /// What was set up beside the password.
    pub(crate) methods: Vec<Method>,
}

impl Engine {
    /// Whoever has the address that was typed, if somebody has.
    pub(crate) async fn candidate(&self, workspace: WorkspaceId, typed: &str) -> Result<Candidate, Error> {
        let mut reads = self.snapshot(workspace).await?;
        let user = match EmailAddress::parse(typed) {
            Ok(email) => reads.find_user_by_email(&email).await?,
            Err(_) => None,
        };
        self.candidate_in(reads, workspace, user, typed).await
    }

    /// A user, in a snapshot of its own.
    pub(crate) async fn candidate_of(
        &self,
        workspace: WorkspaceId,
        user: UserId,
    ) -> Result<Candidate, Error> {
        let mut reads = self.snapshot(workspace).await?;
        let user = reads.find_user(user).await?.ok_or(Error::Unauthenticated)?;
        let email = user.email.as_str().to_owned();
        self.candidate_in(reads, workspace, Some(user), &email).await
    }

    async fn candidate_in(
        &self,
        mut reads: Box<dyn Reads>,
        workspace: WorkspaceId,
        user: Option<User>,
        email: &str,
    ) -> Result<Candidate, Error> {
        let (parts, now) = (self.parts(), self.now());
        let account = AccountKey::of(parts, reads.as_mut(), workspace, email, now).await?;
        // For nobody the same is asked, so that it takes as long.
        let id = user.as_ref().map_or(UserId::from_uuid(Uuid::nil()), |user| user.id);
        let hash = find_password(&parts.keys, reads.as_mut(), workspace, id, now).await?;
        let set_up = reads.factors_of(id).await?;
        reads.finish().await?;
        let methods = set_up.into_iter().map(|factor| factor.method).collect();
        Ok(Candidate { user, hash, account, methods })
    }
}

impl Work<'_> {
    /// Seals a password's hash to its user.
    pub(crate) async fn seal_password(&mut self, user: UserId, hash: &PasswordHash) -> Result<Sealed, Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Settings)).await?;
        let context = password_context(self.caller.workspace(), user);
        Ok(seal(&key, &context, hash.expose().as_bytes(), self.entropy())?)
    }
}

async fn find_password(
    keys: &Keys,
    reads: &mut dyn Reads,
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
