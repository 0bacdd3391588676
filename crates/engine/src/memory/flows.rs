//! Ceremonies that are under way.

use async_trait::async_trait;
use sutra_crypto::TokenDigest;
use sutra_identity::{Flow, FlowReader, FlowWriter};
use sutra_kernel::{FlowId, PortError, Timestamp, UserId};

use super::open::{Changing, Open};

#[async_trait]
impl<M: Send> FlowReader for Open<M> {
    async fn find_flow(&mut self, digest: &TokenDigest) -> Result<Option<Flow>, PortError> {
        Ok(self.state().flows.values().find(|flow| flow.digest == *digest).cloned())
    }
}

#[async_trait]
impl<M: Changing> FlowWriter for Open<M> {
    async fn put_flow(&mut self, flow: &Flow, now: Timestamp) -> Result<(), PortError> {
        self.require_home(flow.workspace)?;
        let flows = &mut self.tables().flows;
        flows.retain(|_, known| known.user != flow.user || now < known.expires_at);
        if flows.values().any(|known| known.id == flow.id || known.digest == flow.digest) {
            return Err(PortError::conflict("the flow is there already"));
        }
        flows.insert(flow.id, flow.clone());
        Ok(())
    }

    async fn advance_flow(&mut self, flow: &Flow, seen: u32) -> Result<bool, PortError> {
        let Some(stored) = self.tables().flows.get_mut(&flow.id).filter(|stored| stored.attempts == seen)
        else {
            return Ok(false);
        };
        stored.passed.clone_from(&flow.passed);
        stored.attempts = flow.attempts;
        Ok(true)
    }

    async fn end_flow(&mut self, flow: FlowId) -> Result<bool, PortError> {
        Ok(self.tables().flows.remove(&flow).is_some())
    }

    async fn end_flows_of(&mut self, user: UserId) -> Result<(), PortError> {
        self.tables().flows.retain(|_, flow| flow.user != user);
        Ok(())
    }
}
