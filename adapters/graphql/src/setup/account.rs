//! Choosing a first password: by an invitation, or as the first administrator.

use async_graphql::{Context, Object, SimpleObject};
use sutra_engine::FirstAdministrator;
use sutra_identity::RecoveryCode;

use super::request::{Result, engine, stranger};

/// The account that can sign in from now on.
#[derive(SimpleObject)]
struct AccountPayload {
    /// The e-mail address to sign in with.
    email: String,
    /// Ten codes, each good once, for the day when nothing else is at hand. They are shown this once.
    recovery_codes: Vec<String>,
}

/// The account that is not locked any more.
#[derive(SimpleObject)]
struct UnlockAccountPayload {
    /// The e-mail address to sign in with.
    email: String,
}

#[derive(Default)]
pub(super) struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Chooses the password of an invited user, who can sign in afterwards.
    async fn activate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The e-mail address that was invited.")] email: String,
        #[graphql(desc = "The token of the invitation. It works once.", secret)] token: String,
        #[graphql(desc = "The password to sign in with: 15 characters or more.", secret)] password: String,
    ) -> Result<AccountPayload> {
        let caller = stranger(ctx, &workspace).await?;
        let codes = engine(ctx)?.members().activate(&caller, &email, &token, password).await?;
        Ok(AccountPayload::new(email, &codes))
    }

    /// Ends the lock of an account after too many wrong passwords, with the token that its user got by mail or
    /// with a recovery code.
    async fn unlock_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The e-mail address of the account.")] email: String,
        #[graphql(desc = "The token of the mail, or a recovery code. It works once.", secret)] token: String,
    ) -> Result<UnlockAccountPayload> {
        let caller = stranger(ctx, &workspace).await?;
        engine(ctx)?.members().unlock_account(&caller, &email, &token).await?;
        Ok(UnlockAccountPayload { email })
    }

    /// Makes the first administrator of a workspace, with the token of the link that the server printed for its
    /// operator.
    async fn complete_setup(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's short name.", default = "main")] workspace: String,
        #[graphql(desc = "The token of the set-up link. It works once.", secret)] token: String,
        #[graphql(desc = "The e-mail address to sign in with.")] email: String,
        #[graphql(desc = "Your name, 1 to 120 characters.")] name: String,
        #[graphql(desc = "The password to sign in with: 15 characters or more.", secret)] password: String,
    ) -> Result<AccountPayload> {
        let caller = stranger(ctx, &workspace).await?;
        let administrator = FirstAdministrator { email: email.clone(), name, password };
        let codes = engine(ctx)?.workspaces().complete_setup(&caller, &token, administrator).await?;
        Ok(AccountPayload::new(email, &codes))
    }
}

impl AccountPayload {
    fn new(email: String, codes: &[RecoveryCode]) -> Self {
        Self { email, recovery_codes: codes.iter().map(|code| code.expose().to_owned()).collect() }
    }
}
