//! Passkeys: made with a fresh proof, used alone or beside a password, and every way in which they are not.

use sutra_audit::{EntryFilter, Event};
use sutra_engine::{Caller, FactorAnswer, NewFactor, PasskeyChallenge, PasskeyShown, SignInStep, StepUpStep};
use sutra_identity::{Delivery, Flow, Method, RelyingParty};
use sutra_testkit::{Manner, PRESENT, PasskeyDevice};

use crate::{company::run, notices::House};

impl House {
    async fn with_site() -> Self {
        let site = RelyingParty::new("https://crm.example.com", "Acme").unwrap();
        Self::found_with(|builder| builder.relying_party(site)).await
    }

    async fn add_passkey(&self, caller: &Caller, seed: u8) -> PasskeyDevice {
        let mut device = PasskeyDevice::new(seed).unwrap();
        let offer = self.engine.factors().offer_passkey(caller).await.unwrap();
        let credential = device.register(&offer.options, &Manner::default()).unwrap().to_string();
        let shown = PasskeyShown { ceremony: offer.ceremony.expose().to_owned(), credential };
        let new = NewFactor::Passkey { name: "Laptop".to_owned(), shown };
        self.engine.factors().add(caller, &new).await.unwrap();
        device
    }

    async fn any(&self) -> PasskeyChallenge {
        self.engine.factors().begin_passkey_sign_in(&self.stranger()).await.unwrap()
    }

    async fn lets_in(&self, shown: &PasskeyShown) -> bool {
        let step = self.engine.sign_in().with_passkey(&self.stranger(), shown, Delivery::Bearer).await;
        matches!(step.unwrap(), SignInStep::SignedIn(_))
    }

    /// The reasons for which sign-ins were refused, the newest first, in the ledgers of the workspace.
    async fn reasons(&self) -> Vec<String> {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 200).await.unwrap();
        let refused = entries.into_iter().filter(|it| it.entry.action == Event::SignInRefuse.code());
        refused
            .flat_map(|it| it.detail)
            .filter(|(key, _)| key == "reason")
            .map(|(_, reason)| reason)
            .collect()
    }
}

fn shown(device: &mut PasskeyDevice, challenge: &PasskeyChallenge, manner: &Manner) -> PasskeyShown {
    let credential = device.sign(&challenge.options, manner).unwrap().to_string();
    PasskeyShown { ceremony: challenge.ceremony.expose().to_owned(), credential }
}

#[test]
fn a_passkey_needs_a_fresh_proof_and_a_site() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        house.pass(10 * 60);
        let offered = house.engine.factors().offer_passkey(&ada).await;
        assert_eq!(offered.err().unwrap().code(), "STEP_UP_REQUIRED");
        let house = House::found().await;
        let ada = house.session().await;
        let offered = house.engine.factors().offer_passkey(&ada).await;
        assert_eq!(offered.err().unwrap().code(), "BAD_USER_INPUT");
        let asked = house.engine.factors().begin_passkey_sign_in(&house.stranger()).await;
        assert_eq!(asked.err().unwrap().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn an_offer_makes_one_passkey() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let factors = house.engine.factors();
        let offer = factors.offer_passkey(&ada).await.unwrap();
        let mut device = PasskeyDevice::new(1).unwrap();
        let credential = device.register(&offer.options, &Manner::default()).unwrap().to_string();
        let ceremony = offer.ceremony.expose().to_owned();
        let add = async |ceremony: &str| {
            let shown = PasskeyShown { ceremony: ceremony.to_owned(), credential: credential.clone() };
            let new = NewFactor::Passkey { name: "Key".to_owned(), shown };
            factors.add(&ada, &new).await.map(|_| ()).map_err(|error| error.code())
        };
        let other = factors.offer_passkey(&ada).await.unwrap();
        assert_eq!(add(other.ceremony.expose()).await, Err("BAD_USER_INPUT"), "of another offer");
        let sign_in = house.any().await;
        assert_eq!(add(sign_in.ceremony.expose()).await, Err("BAD_USER_INPUT"), "of a sign-in");
        assert_eq!(add("").await, Err("BAD_USER_INPUT"));
        assert_eq!(add(&ceremony).await, Ok(()));
        assert_eq!(add(&ceremony).await, Err("BAD_USER_INPUT"), "used");
    });
}

#[test]
fn a_passkey_lets_its_user_in_once_for_each_challenge() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let mut device = house.add_passkey(&ada, 1).await;
        let right = Manner::default();
        let challenge = house.any().await;
        let answer = shown(&mut device, &challenge, &right);
        assert!(house.lets_in(&answer).await);
        assert!(!house.lets_in(&answer).await, "reused");

        let stale = house.any().await;
        let answer = shown(&mut device, &stale, &right);
        house.pass(Flow::LIFETIME.as_secs());
        assert!(!house.lets_in(&answer).await, "late");
        let own = house.any().await;
        let answer = PasskeyShown {
            ceremony: house.any().await.ceremony.expose().to_owned(),
            ..shown(&mut device, &own, &right)
        };
        assert!(!house.lets_in(&answer).await, "to another challenge");
    });
}

#[test]
fn a_passkey_that_counts_nothing_answers_once_all_the_same() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let mut device = house.add_passkey(&ada, 1).await;
        for _ in 0..2 {
            device.counter = u32::MAX;
            let answer = shown(&mut device, &house.any().await, &Manner::default());
            assert!(house.lets_in(&answer).await);
            assert!(!house.lets_in(&answer).await, "reused");
        }
    });
}

#[test]
fn what_is_wrong_with_an_answer_is_in_the_ledger_and_nowhere_else() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let mut device = house.add_passkey(&ada, 1).await;
        device.counter = 5;
        let right = || Manner::default();
        assert!(house.lets_in(&shown(&mut device, &house.any().await, &right())).await);
        let cases = [
            (Manner { origin: "https://evil.example.com", ..right() }, "passkey_wrong_origin"),
            (Manner { site: "example.com", ..right() }, "passkey_wrong_relying_party"),
            (Manner { flags: PRESENT, ..right() }, "passkey_not_verified"),
        ];
        for (manner, reason) in cases {
            let answer = shown(&mut device, &house.any().await, &manner);
            assert!(!house.lets_in(&answer).await, "{reason}");
            assert!(house.reasons().await.iter().any(|it| it.contains(reason)), "{reason}");
        }
        device.counter = 2;
        let answer = shown(&mut device, &house.any().await, &right());
        assert!(!house.lets_in(&answer).await, "a copy");
        assert!(house.reasons().await.iter().any(|it| it.contains("passkey_cloned")));
    });
}

#[test]
fn a_flow_takes_the_passkey_of_its_own_challenge() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let mut device = house.add_passkey(&ada, 1).await;
        let (flow, methods) = house.challenge().await;
        assert_eq!(methods, [Method::Passkey, Method::RecoveryCode]);
        let stranger = house.stranger();
        let (factors, sign_in) = (house.engine.factors(), house.engine.sign_in());
        let challenge = factors.challenge_passkey(&stranger, &flow).await.unwrap();
        let any = house.any().await;
        let answer = async |shown: PasskeyShown| {
            let answer = FactorAnswer::passkey(shown);
            let step = sign_in.with_factor(&stranger, &flow, &answer, false).await.unwrap();
            matches!(step, SignInStep::SignedIn(_))
        };
        assert!(!answer(shown(&mut device, &any, &Manner::default())).await, "of a sign-in without a name");
        let right = shown(&mut device, &challenge, &Manner::default());
        assert!(!house.lets_in(&right).await, "nor the other way");
        assert!(answer(right).await);
        let over = factors.challenge_passkey(&stranger, &flow).await;
        assert_eq!(over.err().unwrap().code(), "FORBIDDEN");
    });
}

#[test]
fn a_passkey_proves_a_session_anew() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let mut device = house.add_passkey(&ada, 1).await;
        house.pass(10 * 60);
        let step_up = house.engine.step_up();
        let challenge = house.engine.factors().begin_passkey_step_up(&ada).await.unwrap();
        let any = house.any().await;
        let wrong = shown(&mut device, &any, &Manner::default());
        assert!(matches!(step_up.with_passkey(&ada, &wrong).await.unwrap(), StepUpStep::Refused));
        let right = shown(&mut device, &challenge, &Manner::default());
        let StepUpStep::SteppedUp(proved) = step_up.with_passkey(&ada, &right).await.unwrap() else {
            panic!("it was right")
        };
        assert_eq!(proved.session.proof.by.as_str(), "passkey");
        house.engine.factors().issue_recovery_codes(&proved.caller).await.unwrap();
        assert!(
            step_up
                .with_passkey(&proved.caller, &right)
                .await
                .is_ok_and(|step| matches!(step, StepUpStep::Refused))
        );
    });
}

#[test]
fn no_lock_holds_against_a_passkey() {
    run(async {
        let house = House::with_site().await;
        let ada = house.session().await;
        let mut device = house.add_passkey(&ada, 1).await;
        for _ in 0..6 {
            house.password("not the right one").await;
        }
        assert!(house.lets_in(&shown(&mut device, &house.any().await, &Manner::default())).await);
    });
}
