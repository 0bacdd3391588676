//! Ceremonies that are under way.

use async_trait::async_trait;
use sea_orm::{ColumnTrait as _, QueryFilter as _, sea_query::Expr};
use sutra_crypto::TokenDigest;
use sutra_identity::{Flow, FlowReader, FlowWriter, Method, MethodError};
use sutra_kernel::{FlowId, PortError, SessionId, Timestamp, UserId, WorkspaceId};

use crate::{
    entity::identity::sign_in_flow,
    error::{BadRow, OrPort as _, Row},
    open::{Changing, Open},
};

#[async_trait]
impl<M: Send> FlowReader for Open<M> {
    async fn find_flow(&mut self, digest: &TokenDigest) -> Result<Option<Flow>, PortError> {
        let find = self.transaction.find::<sign_in_flow::Entity>();
        let find = find.filter(sign_in_flow::Column::Digest.eq(digest.as_bytes().to_vec()));
        Ok(find.one(&self.transaction).await.port()?.map(Flow::try_from).transpose()?)
    }
}

/// To end a flow is to remove it, which one transaction alone can do.
#[async_trait]
impl<M: Changing> FlowWriter for Open<M> {
    async fn put_flow(&mut self, flow: &Flow, now: Timestamp) -> Result<(), PortError> {
        self.require_home(flow.workspace)?;
        let expired = self.transaction.remove::<sign_in_flow::Entity>();
        let expired = expired
            .filter(sign_in_flow::Column::UserId.eq(flow.user.uuid()))
            .filter(sign_in_flow::Column::ExpiresAt.lte(now.as_micros()));
        expired.exec(&self.transaction).await.port()?;
        let row = sign_in_flow::Model::from(flow);
        self.transaction.insert::<sign_in_flow::Entity, _>([row]).await.port()
    }

    async fn advance_flow(&mut self, flow: &Flow, seen: u32) -> Result<bool, PortError> {
        let change = self.transaction.change::<sign_in_flow::Entity>();
        let advanced = change
            .col_expr(sign_in_flow::Column::Passed, Expr::value(words(&flow.passed)))
            .col_expr(sign_in_flow::Column::Attempts, Expr::value(i64::from(flow.attempts)))
            .filter(sign_in_flow::Column::Id.eq(flow.id.uuid()))
            .filter(sign_in_flow::Column::Attempts.eq(i64::from(seen)))
            .exec(&self.transaction)
            .await
            .port()?;
        Ok(advanced.rows_affected > 0)
    }

    async fn end_flow(&mut self, flow: FlowId) -> Result<bool, PortError> {
        let remove = self.transaction.remove::<sign_in_flow::Entity>();
        let remove = remove.filter(sign_in_flow::Column::Id.eq(flow.uuid()));
        Ok(remove.exec(&self.transaction).await.port()?.rows_affected > 0)
    }

    async fn end_flows_of(&mut self, user: UserId) -> Result<(), PortError> {
        let remove = self.transaction.remove::<sign_in_flow::Entity>();
        let remove = remove.filter(sign_in_flow::Column::UserId.eq(user.uuid()));
        remove.exec(&self.transaction).await.map(drop).port()
    }
}

fn words(methods: &[Method]) -> String {
    methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" ")
}

fn methods(words: &str) -> Result<Vec<Method>, MethodError> {
    words.split_ascii_whitespace().map(str::parse).collect()
}

impl From<&Flow> for sign_in_flow::Model {
    fn from(flow: &Flow) -> Self {
        Self {
            workspace_id: flow.workspace.uuid(),
            id: flow.id.uuid(),
            digest: flow.digest.as_bytes().to_vec(),
            user_id: flow.user.uuid(),
            purpose: flow.purpose.as_str().to_owned(),
            began_with: flow.began_with.as_str().to_owned(),
            delivery: flow.delivery.map(|delivery| delivery.as_str().to_owned()),
            session_id: flow.session.map(SessionId::uuid),
            passed: words(&flow.passed),
            attempts: i64::from(flow.attempts),
            expires_at: flow.expires_at.as_micros(),
        }
    }
}

impl TryFrom<sign_in_flow::Model> for Flow {
    type Error = BadRow;

    fn try_from(row: sign_in_flow::Model) -> Result<Self, BadRow> {
        let at = Row::new("sign_in_flow", row.id);
        let delivery = row.delivery.map(|delivery| delivery.parse()).transpose();
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            id: FlowId::from_uuid(row.id),
            digest: TokenDigest::from_bytes(at.digest("digest", row.digest)?),
            user: UserId::from_uuid(row.user_id),
            purpose: at.read("purpose", row.purpose.parse())?,
            began_with: at.read("began_with", row.began_with.parse())?,
            delivery: at.read("delivery", delivery)?,
            session: row.session_id.map(SessionId::from_uuid),
            passed: at.read("passed", methods(&row.passed))?,
            attempts: at.number("attempts", row.attempts)?,
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}
