//! How often somebody may be wrong: every try is counted before anything is looked at, and given back if it was right.

use sutra_audit::{EntryDraft, Event, Target};
use sutra_crypto::{KeyReader, KeySlot, MacKey, Purpose, Token, TokenKind, sha256};
use sutra_identity::{Channel, EmailAddress, Locked, Notice, SecretText, Tries, TryKind, User, networks_of};
use sutra_kernel::{DeviceId, Timestamp, UserId, WorkspaceId};

use crate::{Bookkeeping, Caller, Engine, Error, engine::Parts, sign_in::with_origin, work::Work};

/// What stands for an account, whether or not there is one.
#[derive(Clone, Copy)]
pub(crate) struct AccountKey([u8; 32]);

/// A try that was counted, and may be made.
pub(crate) struct Reservation {
    account: AccountKey,
    kind: TryKind,
    /// The networks that it came from, and whether they had not tried the account before.
    networks: Vec<([u8; 32], bool)>,
    /// Until when the account is locked from now on, if this try locks it.
    locks_until: Option<Timestamp>,
}

/// Under what the link that ends a lock is kept among the things that can be used once.
pub(crate) fn unlocking(user: UserId) -> String {
    format!("unlock:{user}")
}

impl AccountKey {
    /// Of whoever has this address: a keyed digest, so that nobody reads from the counts who was tried.
    pub(crate) async fn of(
        parts: &Parts,
        rows: &mut dyn KeyReader,
        workspace: WorkspaceId,
        email: &str,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let key = parts.keys.load(rows, workspace, &KeySlot::Purpose(Purpose::Settings), now).await?;
        let folded = EmailAddress::parse(email).map_or_else(|_| email.to_owned(), |email| email.key());
        Ok(Self(MacKey::derive(&key, "account").tag(&[folded.as_bytes()])))
    }

    /// The same account, tried on a device that it knows: nobody else can use up what is left there.
    pub(crate) fn on(self, device: DeviceId) -> Self {
        Self(sha256(&[self.0.as_slice(), device.uuid().as_bytes().as_slice()].concat()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Engine {
    /// Counts a try, before anything is looked at. Nothing if the account is locked.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if there were too many from where the caller is, whoever was tried.
    pub(crate) async fn reserve(
        &self,
        caller: &Caller,
        kind: TryKind,
        account: AccountKey,
    ) -> Result<Option<Reservation>, Error> {
        let networks = match self.reserve_of_networks(caller, account).await? {
            Ok(networks) => networks,
            Err(locked) => return Err(self.refuse_network(caller, locked).await),
        };
        let now = self.now();
        let mut book = self.parts().store.bookkeeping(caller.workspace()).await?;
        let known = book.hold_tries(kind, &account.0, now).await?;
        let reserved = known.reserve(now);
        // What is refused is written too, so that it takes as long.
        book.put_tries(kind, &account.0, reserved.as_ref().unwrap_or(&known)).await?;
        book.forget_tries_over(now).await?;
        book.forget_expired_secrets(now).await?;
        book.commit().await?;
        let granted = |tries: Tries| Reservation { account, kind, networks, locks_until: tries.locked_until };
        Ok(reserved.ok().map(granted))
    }

    /// Counts the try for each network, or for none if one of them has tried too much.
    async fn reserve_of_networks(
        &self,
        caller: &Caller,
        account: AccountKey,
    ) -> Result<Result<Vec<([u8; 32], bool)>, Locked>, Error> {
        let now = self.now();
        let mut book = self.parts().store.bookkeeping(WorkspaceId::INSTANCE).await?;
        let mut reserved = Vec::new();
        for network in networks(caller) {
            let known = book.hold_tries(TryKind::Network, &network, now).await?;
            let tried = identifier(&network, account);
            let is_new = book.hold_tries(TryKind::Identifier, &tried, now).await?.is_over(now);
            let next = match known.reserve_of_network(is_new, now) {
                Ok(next) => next,
                Err(locked) => return Ok(Err(locked)),
            };
            let seen = Tries { expires_at: next.expires_at, ..Tries::none(now) };
            book.put_tries(TryKind::Network, &network, &next).await?;
            book.put_tries(TryKind::Identifier, &tried, &seen).await?;
            reserved.push((network, is_new));
        }
        book.forget_tries_over(now).await?;
        book.commit().await?;
        Ok(Ok(reserved))
    }

    /// Gives back a try that was right: nothing is counted in a row any more.
    pub(crate) async fn forgive(&self, caller: &Caller, reservation: &Reservation) -> Result<(), Error> {
        let Reservation { account, kind, networks, .. } = reservation;
        let mut book = self.parts().store.bookkeeping(caller.workspace()).await?;
        book.forget_tries(*kind, &account.0).await?;
        if matches!(kind, TryKind::EmailCode | TryKind::SmsCode) {
            book.forget_tries(TryKind::SentCode, &account.0).await?;
        }
        book.commit().await?;
        let mut book = self.parts().store.bookkeeping(WorkspaceId::INSTANCE).await?;
        for (network, was_new) in networks {
            forgive_network(book.as_mut(), network, *was_new, *account, self.now()).await?;
        }
        Ok(book.commit().await?)
    }

    async fn refuse_network(&self, caller: &Caller, locked: Locked) -> Error {
        let stranger = caller.at_the_instance();
        let entry = EntryDraft::new(Event::SignInRefuse).detail("reason", "network");
        let entry = with_origin(entry, caller);
        if let Err(failed) = self.enter_counted(&stranger, &stranger, "sign_in", entry).await {
            return failed;
        }
        let until = locked.until.unwrap_or_else(|| self.now().plus(Tries::WINDOW));
        Error::RateLimited { retry_after: until.since(self.now()) }
    }

    /// Enters that a try which was wrong has locked the account, and tells its user, if it has one.
    pub(crate) async fn enter_lock(
        &self,
        caller: &Caller,
        user: Option<&User>,
        reservation: &Reservation,
    ) -> Result<(), Error> {
        let Some(until) = reservation.locks_until else { return Ok(()) };
        let stranger = caller.at_the_instance();
        let caller = if user.is_some() { caller } else { &stranger };
        loop {
            let mut work = self.begin(caller).await?;
            let worded = work.word_lock(user, until).await;
            match work.conclude(worded.map(|entry| vec![entry])).await {
                // The try is counted: that it locked the account must be told, whoever else writes meanwhile.
                Err(error) if error.is_conflict() => {}
                result => return result,
            }
        }
    }
}

impl Work<'_> {
    async fn word_lock(&mut self, user: Option<&User>, until: Timestamp) -> Result<EntryDraft, Error> {
        let entry = EntryDraft::new(Event::AccountLock).detail("until", until.to_string());
        let Some(user) = user else {
            let entry = with_origin(entry, &self.caller);
            return self.seal_detail(entry).await;
        };
        let token = Token::generate(TokenKind::Unlock, user.workspace, self.entropy());
        let kind = unlocking(user.id);
        self.unit.withdraw(&kind).await?;
        self.unit.offer(&kind, &token.digest(), self.now.plus(Tries::KEPT)).await?;
        let token = Some(SecretText::new(token.expose().to_owned()));
        let occasion = self.occasion();
        self.notify(user, Channel::Mail, Notice::AccountLocked { until, token, occasion }).await?;
        let entry = with_origin(entry.target(Target::thing("user", user.id.uuid())), &self.caller);
        self.seal_detail(entry).await
    }

    /// Ends the lock of an account, and the link that would; false if nothing was counted.
    pub(crate) async fn unlock(&mut self, user: &User) -> Result<bool, Error> {
        let (parts, now) = (self.parts, self.now);
        let email = user.email.as_str();
        let account = AccountKey::of(parts, self.unit.as_mut(), user.workspace, email, now).await?;
        self.unit.withdraw(&unlocking(user.id)).await?;
        let devices = self.unit.devices_of(user.id).await?;
        let mut was_counted = false;
        for key in std::iter::once(account).chain(devices.iter().map(|device| account.on(device.id))) {
            for kind in TryKind::OF_ACCOUNT {
                was_counted |= self.unit.forget_tries(kind, &key.0).await?;
            }
        }
        Ok(was_counted)
    }
}

async fn forgive_network(
    book: &mut dyn Bookkeeping,
    network: &[u8; 32],
    was_new: bool,
    account: AccountKey,
    now: Timestamp,
) -> Result<(), Error> {
    let known = book.hold_tries(TryKind::Network, network, now).await?;
    book.put_tries(TryKind::Network, network, &known.give_back(was_new)).await?;
    if was_new {
        book.forget_tries(TryKind::Identifier, &identifier(network, account)).await?;
    }
    Ok(())
}

/// What stands for the networks that a caller is in, the widest first, so that nobody waits for another crosswise.
fn networks(caller: &Caller) -> Vec<[u8; 32]> {
    let address = caller.origin().address.as_deref();
    let networks = address.map(networks_of).unwrap_or_default();
    networks.iter().map(|network| sha256(format!("network\n{network}").as_bytes())).collect()
}

fn identifier(network: &[u8; 32], account: AccountKey) -> [u8; 32] {
    sha256(&[network.as_slice(), account.0.as_slice()].concat())
}
