//! Guessing: who is wrong too often is not listened to for a while, and nobody learns from that whom he tried.

use sutra_audit::{EntryFilter, Event};
use sutra_engine::{Caller, Credentials, Error, Origin, SignInStep};
use sutra_identity::{Delivery, Notice};

use crate::{
    company::{Company, PASSWORD, id_of, run},
    notices::House,
};

const ADMIN: &str = "admin@acme.example";
const WRONG: &str = "a heron stands in the deep water";

impl House {
    /// Whether somebody at this address gets in.
    async fn sign_in(&self, address: &str, email: &str, password: &str) -> Result<bool, Error> {
        let origin = Origin { address: Some(address.to_owned()), user_agent: None };
        let stranger = Caller::anonymous(self.workspace, self.engine.new_request_id(), origin);
        let credentials = Credentials {
            email: email.to_owned(),
            password: password.to_owned(),
            delivery: Delivery::Bearer,
            device: None,
        };
        let step = self.engine.sign_in().with_password(&stranger, credentials).await?;
        Ok(matches!(step, SignInStep::SignedIn(_)))
    }

    async fn guess(&self, count: usize) {
        for _ in 0..count {
            assert!(!self.sign_in("192.0.2.1", ADMIN, WRONG).await.unwrap());
        }
    }

    async fn gets_in(&self) -> bool {
        self.sign_in("192.0.2.2", ADMIN, PASSWORD).await.unwrap()
    }

    /// The token of the one mail about a lock.
    async fn mailed(&self) -> String {
        let sent = self.send().await;
        let [message] = sent.as_slice() else { panic!("{sent:?}") };
        let Notice::AccountLocked { token: Some(token), .. } = &message.notice else { panic!("{message:?}") };
        token.expose().to_owned()
    }

    pub(crate) fn stranger(&self) -> Caller {
        Caller::anonymous(self.workspace, self.engine.new_request_id(), Origin::default())
    }
}

#[test]
fn five_wrong_passwords_lock_for_a_quarter_of_an_hour_and_then_for_twice_as_long() {
    run(async {
        let house = House::found().await;
        house.guess(4).await;
        assert!(house.gets_in().await, "four are no lock, and are forgotten");
        for minutes in [15, 30, 60] {
            house.guess(5).await;
            assert!(!house.gets_in().await, "not even with the right password");
            house.pass(60 * minutes - 1);
            assert!(!house.gets_in().await);
            house.pass(1);
        }
        assert!(house.gets_in().await);
        house.guess(5).await;
        house.pass(15 * 60);
        assert!(house.gets_in().await, "whoever gets in begins anew");
    });
}

#[test]
fn a_lock_is_told_its_user_once_and_ended_by_the_link_once() {
    run(async {
        let house = House::found().await;
        house.guess(7).await;
        let token = house.mailed().await;
        let unlock = async |email: &str| {
            let unlocked = house.engine.members().unlock_account(&house.stranger(), email, &token).await;
            unlocked.map_err(|error| error.to_string())
        };
        let refused = unlock("nobody@acme.example").await.unwrap_err();
        assert!(!house.gets_in().await);
        unlock(ADMIN).await.unwrap();
        assert!(house.gets_in().await);
        house.guess(5).await;
        assert_eq!(unlock(ADMIN).await.unwrap_err(), refused, "it works once, and says no more than that");
        assert!(!house.gets_in().await);
    });
}

#[test]
fn after_a_hundred_in_a_row_time_alone_ends_no_lock() {
    run(async {
        let house = House::found().await;
        for _ in 0..20 {
            house.guess(5).await;
            house.pass(24 * 60 * 60);
        }
        house.pass(7 * 24 * 60 * 60);
        assert!(!house.gets_in().await);
        let sent = house.send().await;
        let Some(Notice::AccountLocked { token: Some(token), .. }) =
            sent.last().map(|message| &message.notice)
        else {
            panic!("{sent:?}")
        };
        house.engine.members().unlock_account(&house.stranger(), ADMIN, token.expose()).await.unwrap();
        assert!(house.gets_in().await);
    });
}

#[test]
fn whom_nobody_knows_is_locked_alike_and_told_nothing() {
    run(async {
        let house = House::found().await;
        for _ in 0..6 {
            assert!(!house.sign_in("192.0.2.1", "nobody@acme.example", WRONG).await.unwrap());
        }
        assert!(house.send().await.is_empty());
        assert!(house.gets_in().await, "nobody else is locked");
        let viewing = house.engine.view(&house.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 200).await.unwrap();
        let locks = entries.iter().filter(|entry| entry.entry.action == Event::AccountLock.code()).count();
        assert_eq!(locks, 0, "strangers fill the instance's ledger, and no workspace's");
    });
}

#[test]
fn a_network_tries_twenty_accounts_and_then_waits() {
    run(async {
        let house = House::found().await;
        for number in 0..20 {
            let email = format!("user{number}@acme.example");
            assert!(!house.sign_in("2001:db8:0:7::1", &email, WRONG).await.unwrap());
        }
        // Whoever has one address of it has them all.
        let error = house.sign_in("2001:db8:0:7::2", ADMIN, PASSWORD).await.unwrap_err();
        assert_eq!(error.code(), "RATE_LIMITED");
        let error = house.sign_in("2001:db8:0:8::1", ADMIN, PASSWORD).await.unwrap_err();
        assert_eq!(error.code(), "RATE_LIMITED", "the same /48");
        assert!(house.sign_in("2001:db8:1::1", ADMIN, PASSWORD).await.unwrap(), "another one");
        house.pass(15 * 60);
        assert!(house.sign_in("2001:db8:0:7::1", ADMIN, PASSWORD).await.unwrap());
    });
}

#[test]
fn those_who_get_in_are_not_counted_against_their_network() {
    run(async {
        let house = House::found().await;
        for _ in 0..60 {
            assert!(house.sign_in("192.0.2.9", ADMIN, PASSWORD).await.unwrap());
        }
    });
}

#[test]
fn an_administrator_ends_a_lock_and_others_do_not() {
    run(async {
        let company = Company::found().await;
        let rep = id_of(&company.rep);
        let credentials = |password: &str| Credentials {
            email: "rep@acme.example".to_owned(),
            password: password.to_owned(),
            delivery: Delivery::Bearer,
            device: None,
        };
        let sign_in = async |password: &str| {
            let step =
                company.engine.sign_in().with_password(&company.stranger(), credentials(password)).await;
            matches!(step.unwrap(), SignInStep::SignedIn(_))
        };
        for _ in 0..5 {
            assert!(!sign_in(WRONG).await);
        }
        let members = company.engine.members();
        assert_eq!(members.unlock(&company.peer, rep).await.unwrap_err().code(), "FORBIDDEN");
        assert!(!sign_in(PASSWORD).await);
        assert!(members.unlock(&company.admin, rep).await.unwrap().receipt.is_some());
        assert!(members.unlock(&company.admin, rep).await.unwrap().receipt.is_none(), "there is no lock");
        assert!(sign_in(PASSWORD).await);
    });
}
