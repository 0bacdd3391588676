//! Which requests were answered.

use async_trait::async_trait;
use sutra_kernel::{PortError, Timestamp};

use super::{
    open::{Open, Writing},
    state::ClaimedKey,
};
use crate::{IdempotencyClaim, IdempotencyWriter, KeptAnswer, Outcome};

#[async_trait]
impl IdempotencyWriter for Open<Writing> {
    async fn claim(
        &mut self,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<Option<KeptAnswer>, PortError> {
        let claimed = &mut self.tables().idempotency;
        claimed.retain(|_, known| now < known.expires_at);
        let key = (claim.user, claim.digest);
        if let Some(known) = claimed.get(&key) {
            let answer = known.answer.clone();
            return answer.map(Some).ok_or_else(|| PortError::refused("the key is claimed in this unit"));
        }
        claimed.insert(key, ClaimedKey { expires_at: claim.expires_at, answer: None });
        Ok(None)
    }

    async fn keep(
        &mut self,
        claim: &IdempotencyClaim,
        outcome: &Outcome,
        receipt: &str,
    ) -> Result<(), PortError> {
        let known = self.tables().idempotency.get_mut(&(claim.user, claim.digest));
        let known = known.ok_or_else(|| PortError::refused("the key is not claimed"))?;
        known.answer = Some(KeptAnswer {
            fingerprint: claim.fingerprint,
            outcome: outcome.clone(),
            receipt: receipt.to_owned(),
        });
        Ok(())
    }
}
