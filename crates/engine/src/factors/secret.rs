//! What factors are checked against: sealed, each to itself.

use sutra_crypto::{Context, KeyReader, KeySlot, Purpose, Sealed, SecretBytes, open, seal};
use sutra_identity::{Factor, Method};
use sutra_kernel::{CredentialId, Timestamp, WorkspaceId};

use crate::{Error, engine::Parts, work::Work};

impl Work<'_> {
    /// What a factor is checked against, sealed to it.
    pub(super) async fn seal_factor(
        &mut self,
        factor: CredentialId,
        method: Method,
        secret: &[u8],
    ) -> Result<Sealed, Error> {
        let key = self.key(&KeySlot::Purpose(Purpose::Settings)).await?;
        let context = context(self.caller.workspace(), factor, method);
        Ok(seal(&key, &context, secret, self.entropy())?)
    }

    pub(super) async fn open_factor(&mut self, factor: &Factor) -> Result<SecretBytes, Error> {
        open_factor(self.parts, self.unit.as_mut(), factor, self.now).await
    }
}

pub(super) async fn open_factor(
    parts: &Parts,
    rows: &mut dyn KeyReader,
    factor: &Factor,
    now: Timestamp,
) -> Result<SecretBytes, Error> {
    let key = parts.keys.named(rows, factor.workspace, factor.sealed.key_ref(), now).await?;
    let key = key.ok_or_else(|| Error::internal("the key of a factor is not there"))?;
    Ok(open(&key, &context(factor.workspace, factor.id, factor.method), &factor.sealed)?)
}

fn context(workspace: WorkspaceId, factor: CredentialId, method: Method) -> Context<'static> {
    Context {
        workspace,
        org: None,
        purpose: Purpose::Settings,
        entity: "factor",
        record: Some(factor.uuid()),
        field: Some(method.as_str()),
    }
}
