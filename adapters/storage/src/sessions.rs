//! Sessions, and secrets that are used once.

use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::Expr,
};
use sutra_crypto::TokenDigest;
use sutra_identity::{
    OpenedSession, Proof, Session, SessionReader, SessionTouches, SessionWriter, SingleUse,
};
use sutra_kernel::{AccessTokenId, PortError, SessionId, Timestamp, UserId, WorkspaceId};

use crate::{
    entity::{
        access_token,
        identity::{session, single_use},
    },
    error::{BadRow, OrPort as _, Row, column_of},
    open::{Changing, Keeping, Open, Writing},
    scoped::HERE,
};

#[async_trait]
impl<M: Send> SessionReader for Open<M> {
    async fn find_session(&mut self, digest: &TokenDigest) -> Result<Option<Session>, PortError> {
        let find = self.transaction.find::<session::Entity>();
        let find = find.filter(session::Column::Digest.eq(digest.as_bytes().to_vec()));
        Ok(find.one(&self.transaction).await.port()?.map(Session::try_from).transpose()?)
    }

    async fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, PortError> {
        let find = self.transaction.find::<session::Entity>();
        let find = find
            .filter(session::Column::UserId.eq(user.uuid()))
            .order_by_asc(session::Column::EndedAt.is_not_null())
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id);
        let rows = find.all(&self.transaction).await.port()?;
        Ok(rows.into_iter().map(Session::try_from).collect::<Result<_, _>>()?)
    }
}

#[async_trait]
impl SessionWriter for Open<Writing> {
    async fn put_session(&mut self, session: &OpenedSession) -> Result<(), PortError> {
        self.require_home(session.workspace)?;
        let row = session::Model::from(&**session);
        self.transaction.insert::<session::Entity, _>([row]).await.port()
    }

    async fn renew_session(&mut self, session: &Session) -> Result<bool, PortError> {
        self.require_home(session.workspace)?;
        let change = self.transaction.change::<session::Entity>();
        let renewed = change
            .col_expr(session::Column::Digest, Expr::value(session.digest.as_bytes().to_vec()))
            .col_expr(session::Column::ProvedAt, Expr::value(session.proof.at.as_micros()))
            .col_expr(session::Column::ProvedBy, Expr::value(session.proof.by.as_str()))
            .filter(session::Column::Id.eq(session.id.uuid()))
            .filter(session::Column::EndedAt.is_null())
            .exec(&self.transaction)
            .await
            .port()?;
        Ok(renewed.rows_affected > 0)
    }

    async fn end_session(&mut self, session: SessionId, now: Timestamp) -> Result<bool, PortError> {
        let end = self.ended(now).filter(session::Column::Id.eq(session.uuid()));
        Ok(end.exec(&self.transaction).await.port()?.rows_affected > 0)
    }

    async fn end_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
        now: Timestamp,
    ) -> Result<u64, PortError> {
        let mut end = self.ended(now).filter(session::Column::UserId.eq(user.uuid()));
        if let Some(except) = except {
            end = end.filter(session::Column::Id.ne(except.uuid()));
        }
        Ok(end.exec(&self.transaction).await.port()?.rows_affected)
    }
}

impl Open<Writing> {
    fn ended(&self, now: Timestamp) -> sea_orm::UpdateMany<session::Entity> {
        let change = self.transaction.change::<session::Entity>();
        let change = change.col_expr(session::Column::EndedAt, Expr::value(now.as_micros()));
        change.filter(session::Column::EndedAt.is_null())
    }
}

#[async_trait]
impl SessionTouches for Open<Keeping> {
    async fn touch_session(&mut self, session: SessionId, now: Timestamp) -> Result<(), PortError> {
        let change = self.transaction.change::<session::Entity>();
        change
            .col_expr(session::Column::LastSeenAt, Expr::value(now.as_micros()))
            .filter(session::Column::Id.eq(session.uuid()))
            .filter(session::Column::EndedAt.is_null())
            .filter(session::Column::LastSeenAt.lt(now.as_micros()))
            .exec(&self.transaction)
            .await
            .map(drop)
            .port()
    }

    async fn touch_access_token(&mut self, token: AccessTokenId, now: Timestamp) -> Result<(), PortError> {
        let change = self.transaction.change::<access_token::Entity>();
        let is_earlier = access_token::Column::LastUsedAt.lt(now.as_micros());
        change
            .col_expr(access_token::Column::LastUsedAt, Expr::value(now.as_micros()))
            .filter(access_token::Column::Id.eq(token.uuid()))
            .filter(access_token::Column::LastUsedAt.is_null().or(is_earlier))
            .exec(&self.transaction)
            .await
            .map(drop)
            .port()
    }
}

/// Using a secret up is its removal, which one transaction alone can do.
#[async_trait]
impl<M: Changing> SingleUse for Open<M> {
    async fn offer(
        &mut self,
        kind: &str,
        digest: &TokenDigest,
        expires_at: Timestamp,
    ) -> Result<(), PortError> {
        let row = single_use_row(kind, digest, expires_at);
        self.transaction.upsert::<single_use::Entity, _>(row).await.port()
    }

    async fn consume(&mut self, kind: &str, digest: &TokenDigest, now: Timestamp) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<single_use::Entity>();
        let removed = remove
            .filter(single_use::Column::Kind.eq(kind))
            .filter(single_use::Column::Digest.eq(digest.as_bytes().to_vec()))
            .exec_with_returning(&self.transaction)
            .await
            .port()?;
        Ok(removed.iter().any(|row| now.as_micros() < row.expires_at))
    }

    async fn spend(
        &mut self,
        kind: &str,
        digest: &TokenDigest,
        expires_at: Timestamp,
    ) -> Result<bool, PortError> {
        self.transaction
            .insert_new::<single_use::Entity, _>(single_use_row(kind, digest, expires_at))
            .await
            .port()
    }

    async fn withdraw(&mut self, kind: &str) -> Result<(), PortError> {
        let remove = self.transaction.remove::<single_use::Entity>();
        let remove = remove.filter(single_use::Column::Kind.eq(kind));
        remove.exec(&self.transaction).await.map(drop).port()
    }

    async fn forget_expired_secrets(&mut self, now: Timestamp) -> Result<(), PortError> {
        let expired = single_use::Column::ExpiresAt.lte(now.as_micros());
        let some = self.transaction.find::<single_use::Entity>().filter(expired.clone());
        let digests = self.some_unheld(some).select_only().column(single_use::Column::Digest).into_query();
        let remove = self.transaction.remove::<single_use::Entity>().filter(expired);
        let remove = remove.filter(single_use::Column::Digest.in_subquery(digests));
        remove.exec(&self.transaction).await.map(drop).port()
    }
}

fn single_use_row(kind: &str, digest: &TokenDigest, expires_at: Timestamp) -> single_use::Model {
    single_use::Model {
        workspace_id: HERE,
        kind: kind.to_owned(),
        digest: digest.as_bytes().to_vec(),
        expires_at: expires_at.as_micros(),
    }
}

impl From<&Session> for session::Model {
    fn from(session: &Session) -> Self {
        Self {
            workspace_id: session.workspace.uuid(),
            id: session.id.uuid(),
            user_id: session.user.uuid(),
            digest: session.digest.as_bytes().to_vec(),
            delivery: session.delivery.as_str().to_owned(),
            created_at: session.created_at.as_micros(),
            last_seen_at: session.last_seen_at.as_micros(),
            expires_at: session.expires_at.as_micros(),
            idle_us: column_of(u64::try_from(session.idle.as_micros()).unwrap_or(u64::MAX)),
            ended_at: session.ended_at.map(Timestamp::as_micros),
            address: session.address.clone(),
            user_agent: session.user_agent.clone(),
            proved_at: session.proof.at.as_micros(),
            proved_by: session.proof.by.as_str().to_owned(),
        }
    }
}

impl TryFrom<session::Model> for Session {
    type Error = BadRow;

    fn try_from(row: session::Model) -> Result<Self, BadRow> {
        let at = Row::new("session", row.id);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: SessionId::from_uuid(row.id),
            user: UserId::from_uuid(row.user_id),
            proof: Proof {
                at: Timestamp::from_micros(row.proved_at),
                by: at.read("proved_by", row.proved_by.parse())?,
            },
            digest: TokenDigest::from_bytes(at.digest("digest", row.digest)?),
            delivery: at.read("delivery", row.delivery.parse())?,
            created_at: Timestamp::from_micros(row.created_at),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            idle: Duration::from_micros(at.number("idle_us", row.idle_us)?),
            ended_at: row.ended_at.map(Timestamp::from_micros),
            address: row.address,
            user_agent: row.user_agent,
        })
    }
}
