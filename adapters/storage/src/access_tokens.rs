//! Personal access tokens.

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, QueryOrder as _};
use sutra_crypto::TokenDigest;
use sutra_identity::{AccessScope, AccessToken, AccessTokenReader, AccessTokenWriter};
use sutra_kernel::{AccessTokenId, PortError, Timestamp, UserId, WorkspaceId};

use crate::{
    entity::access_token as row,
    error::{BadRow, OrPort as _, Row},
    open::{Open, Writing},
};

#[async_trait]
impl<M: Send> AccessTokenReader for Open<M> {
    async fn find_access_token(&mut self, digest: &TokenDigest) -> Result<Option<AccessToken>, PortError> {
        let find = self.transaction.find::<row::Entity>();
        let find = find.filter(row::Column::Digest.eq(digest.as_bytes().to_vec()));
        Ok(find.one(&self.transaction).await.port()?.map(AccessToken::try_from).transpose()?)
    }

    async fn access_tokens_of(&mut self, user: UserId) -> Result<Vec<AccessToken>, PortError> {
        let find = self.transaction.find::<row::Entity>().filter(row::Column::UserId.eq(user.uuid()));
        let find = find.order_by_desc(row::Column::CreatedAt).order_by_desc(row::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(AccessToken::try_from).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl AccessTokenWriter for Open<Writing> {
    async fn put_access_token(&mut self, token: &AccessToken) -> Result<(), PortError> {
        self.require_home(token.workspace)?;
        self.transaction.insert::<row::Entity, _>([row::Model::from(token)]).await.port()
    }

    async fn remove_access_token(&mut self, token: AccessTokenId) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<row::Entity>().filter(row::Column::Id.eq(token.uuid()));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected > 0)
    }
}

impl From<&AccessToken> for row::Model {
    fn from(token: &AccessToken) -> Self {
        Self {
            workspace_id: token.workspace.uuid(),
            id: token.id.uuid(),
            user_id: token.user.uuid(),
            name: token.name.clone(),
            scopes: AccessScope::write_all(&token.scopes),
            digest: token.digest.as_bytes().to_vec(),
            created_at: token.created_at.as_micros(),
            expires_at: token.expires_at.as_micros(),
            last_used_at: token.last_used_at.map(Timestamp::as_micros),
        }
    }
}

impl TryFrom<row::Model> for AccessToken {
    type Error = BadRow;

    fn try_from(row: row::Model) -> Result<Self, BadRow> {
        let at = Row::new("access_token", row.id);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: AccessTokenId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            name: row.name,
            scopes: at.read("scopes", AccessScope::parse_all(&row.scopes))?,
            digest: TokenDigest::from_bytes(at.digest("digest", row.digest)?),
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
        })
    }
}
