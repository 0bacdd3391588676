//! Personal access tokens.

use std::cmp::Reverse;

use async_trait::async_trait;
use sutra_crypto::TokenDigest;
use sutra_identity::{AccessToken, AccessTokenReader, AccessTokenWriter};
use sutra_kernel::{AccessTokenId, PortError, UserId};

use super::open::{Open, Writing};

#[async_trait]
impl<M: Send> AccessTokenReader for Open<M> {
    async fn find_access_token(&mut self, digest: &TokenDigest) -> Result<Option<AccessToken>, PortError> {
        Ok(self.state().access_tokens.values().find(|token| token.digest == *digest).cloned())
    }

    async fn access_tokens_of(&mut self, user: UserId) -> Result<Vec<AccessToken>, PortError> {
        let tokens = self.state().access_tokens.values().filter(|token| token.user == user);
        let mut tokens: Vec<_> = tokens.cloned().collect();
        tokens.sort_by_key(|token| Reverse((token.created_at, token.id)));
        Ok(tokens)
    }
}

#[async_trait]
impl AccessTokenWriter for Open<Writing> {
    async fn put_access_token(&mut self, token: &AccessToken) -> Result<(), PortError> {
        self.require_home(token.workspace)?;
        let tokens = &mut self.tables().access_tokens;
        if tokens.values().any(|known| known.id == token.id || known.digest == token.digest) {
            return Err(PortError::conflict("the token is there already"));
        }
        tokens.insert(token.id, token.clone());
        Ok(())
    }

    async fn remove_access_token(&mut self, token: AccessTokenId) -> Result<bool, PortError> {
        Ok(self.tables().access_tokens.remove(&token).is_some())
    }
}
