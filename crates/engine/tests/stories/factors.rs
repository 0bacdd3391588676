//! Second factors: set up in two steps, asked for at every sign-in, and used once.

use sutra_audit::{EntryFilter, Event};
use sutra_engine::{
    Caller, Credentials, Error, FactorAnswer, NewFactor, Origin, SignInStep, SignedIn, StepUpStep,
};
use sutra_identity::{Delivery, Method, Notice, TotpSecret};
use sutra_kernel::CredentialId;
use sutra_testkit::authenticator_code;

use crate::{
    company::{PASSWORD, run},
    notices::House,
};

const ADMIN: &str = "admin@acme.example";
const PHONE: &str = "+46701740605";

impl House {
    pub(crate) async fn password(&self, password: &str) -> SignInStep {
        let credentials = Credentials {
            email: ADMIN.to_owned(),
            password: password.to_owned(),
            delivery: Delivery::Bearer,
            device: None,
        };
        self.engine.sign_in().with_password(&self.stranger(), credentials).await.unwrap()
    }

    /// The flow of a sign-in that asks for a second factor.
    pub(crate) async fn challenge(&self) -> (String, Vec<Method>) {
        match self.password(PASSWORD).await {
            SignInStep::FactorRequired(challenge) => (challenge.flow.expose().to_owned(), challenge.methods),
            SignInStep::SignedIn(_) | SignInStep::PasswordExpired(_) | SignInStep::Refused => {
                panic!("a second factor is asked for")
            }
        }
    }

    async fn answer(&self, flow: &str, method: Method, code: &str) -> Option<Box<SignedIn>> {
        let answer = FactorAnswer::code(method, code.to_owned());
        match self.engine.sign_in().with_factor(&self.stranger(), flow, &answer, false).await.unwrap() {
            SignInStep::SignedIn(signed_in) => Some(signed_in),
            SignInStep::FactorRequired(_) | SignInStep::PasswordExpired(_) => panic!("it was answered"),
            SignInStep::Refused => None,
        }
    }

    /// Sends a code and reads it where it arrives.
    async fn code_for(&self, flow: &str, method: Method) -> String {
        self.engine.factors().send_code(&self.stranger(), flow, method).await.unwrap();
        self.code().await
    }

    pub(crate) async fn code(&self) -> String {
        let sent = self.send().await;
        let code = sent.iter().rev().find_map(|message| match &message.notice {
            Notice::Code { code, .. } => Some(code.expose().to_owned()),
            _ => None,
        });
        code.unwrap()
    }

    /// Signs in without a second factor: whoever sets the first one up.
    pub(crate) async fn session(&self) -> Caller {
        match self.password(PASSWORD).await {
            SignInStep::SignedIn(signed_in) => signed_in.caller,
            SignInStep::FactorRequired(_) | SignInStep::PasswordExpired(_) | SignInStep::Refused => {
                panic!("no second factor is set up")
            }
        }
    }

    async fn add_mailbox(&self, caller: &Caller) {
        self.engine.factors().send_to_mailbox(caller).await.unwrap();
        let code = self.code().await;
        self.engine.factors().add(caller, &NewFactor::EmailCode { code }).await.unwrap();
    }

    /// Sets up an authenticator app, which is the secret.
    pub(crate) async fn add_app(&self, caller: &Caller) -> TotpSecret {
        let offer = self.engine.factors().offer_totp(caller).await.unwrap();
        let app = TotpSecret::from_text(offer.secret.expose()).unwrap();
        let (name, secret) = ("Telephone".to_owned(), offer.secret.expose().to_lowercase());
        let new = NewFactor::Totp { name, secret, code: self.app_code(&app) };
        self.engine.factors().add(caller, &new).await.unwrap();
        self.pass(30);
        app
    }

    pub(crate) fn app_code(&self, app: &TotpSecret) -> String {
        authenticator_code(&app.to_text(), self.engine.now())
    }

    async fn shown(&self) -> Vec<(CredentialId, Method, Option<String>, Option<usize>)> {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let shown = viewing.factors_of(self.admin.user_id().unwrap()).await.unwrap();
        shown.into_iter().map(|it| (it.factor.id, it.factor.method, it.hint, it.left)).collect()
    }

    pub(crate) async fn entries(&self, event: Event) -> usize {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 200).await.unwrap();
        entries.iter().filter(|entry| entry.entry.action == event.code()).count()
    }
}

#[test]
fn an_app_is_set_up_with_its_first_code_and_asked_for_from_then_on() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let app = house.add_app(&ada).await;
        let told = house.send().await;
        assert!(matches!(&told[..], [mail] if matches!(mail.notice, Notice::FactorAdded { .. })), "{told:?}");

        let (flow, methods) = house.challenge().await;
        assert_eq!(methods, [Method::Totp, Method::RecoveryCode]);
        let code = house.app_code(&app);
        let signed_in = house.answer(&flow, Method::Totp, &code).await.unwrap();
        assert_eq!(signed_in.session.proof.by.as_str(), "totp");
        assert!(house.answer(&flow, Method::Totp, &code).await.is_none(), "the flow is over");
        let (flow, _) = house.challenge().await;
        assert!(house.answer(&flow, Method::Totp, &code).await.is_none(), "a code works once");
        house.pass(30);
        assert!(house.answer(&flow, Method::Totp, &house.app_code(&app)).await.is_some());
        assert_eq!(house.entries(Event::FactorChallenge).await, 2);
        assert_eq!(house.entries(Event::FactorAdd).await, 1);
    });
}

#[test]
fn a_secret_that_was_not_offered_or_a_wrong_code_sets_nothing_up() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let factors = house.engine.factors();
        let own = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let (name, secret) = ("Own".to_owned(), own.to_text().to_string());
        let new = NewFactor::Totp { name, secret, code: house.app_code(&own) };
        assert_eq!(factors.add(&ada, &new).await.unwrap_err().code(), "BAD_USER_INPUT");

        let offer = factors.offer_totp(&ada).await.unwrap();
        let app = TotpSecret::from_text(offer.secret.expose()).unwrap();
        let with = |code: String| NewFactor::Totp {
            name: "App".to_owned(),
            secret: offer.secret.expose().to_owned(),
            code,
        };
        assert_eq!(factors.add(&ada, &with("000000".to_owned())).await.unwrap_err().code(), "BAD_USER_INPUT");
        factors.add(&ada, &with(house.app_code(&app))).await.unwrap();
        let again = factors.add(&ada, &with(house.app_code(&app))).await.unwrap_err();
        assert_eq!(again.code(), "BAD_USER_INPUT", "an offer is taken once");
        let others = factors.offer_totp(&ada).await.unwrap();
        house.pass(10 * 60);
        let late = factors.offer_totp(&ada).await.err().unwrap();
        assert_eq!(late.code(), "STEP_UP_REQUIRED", "the session's proof is stale");
        drop(others);
    });
}

#[test]
fn a_code_by_mail_works_once_in_its_own_flow_for_ten_minutes() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        house.add_mailbox(&ada).await;
        let (first, methods) = house.challenge().await;
        assert_eq!(methods, [Method::EmailCode, Method::RecoveryCode]);
        let code = house.code_for(&first, Method::EmailCode).await;
        let (second, _) = house.challenge().await;
        assert!(house.answer(&second, Method::EmailCode, &code).await.is_none(), "it is another flow's");
        let newer = house.code_for(&first, Method::EmailCode).await;
        assert!(house.answer(&first, Method::EmailCode, &code).await.is_none(), "the last one counts");
        assert!(house.answer(&first, Method::EmailCode, &newer).await.is_some());

        let (third, _) = house.challenge().await;
        let code = house.code_for(&third, Method::EmailCode).await;
        house.pass(10 * 60);
        assert!(house.answer(&third, Method::EmailCode, &code).await.is_none(), "too late");
    });
}

#[test]
fn codes_by_sms_go_to_the_telephone_that_was_shown() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let factors = house.engine.factors();
        assert_eq!(factors.send_to_phone(&ada, "0701740605").await.unwrap_err().code(), "BAD_USER_INPUT");
        factors.send_to_phone(&ada, PHONE).await.unwrap();
        let code = house.code().await;
        let with = |phone: &str, code: &str| NewFactor::SmsCode {
            name: "Mine".to_owned(),
            phone: phone.to_owned(),
            code: code.to_owned(),
        };
        let other = factors.add(&ada, &with("+46701740606", &code)).await.unwrap_err();
        assert_eq!(other.code(), "BAD_USER_INPUT", "the code is for the telephone it was sent to");
        factors.add(&ada, &with(PHONE, &code)).await.unwrap();
        assert_eq!(factors.add(&ada, &with(PHONE, &code)).await.unwrap_err().code(), "BAD_USER_INPUT");
        let hints: Vec<_> = house.shown().await.into_iter().filter_map(|(_, _, hint, _)| hint).collect();
        assert!(hints[0].ends_with("05") && !hints[0].contains("70174"), "{hints:?}");
        let (flow, _) = house.challenge().await;
        let code = house.code_for(&flow, Method::SmsCode).await;
        assert!(house.answer(&flow, Method::SmsCode, &code).await.is_some());
    });
}

#[test]
fn five_wrong_codes_end_the_flow_and_lock_the_method() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let app = house.add_app(&ada).await;
        house.send().await;
        let (flow, _) = house.challenge().await;
        for _ in 0..5 {
            assert!(house.answer(&flow, Method::Totp, "000000").await.is_none());
        }
        let told = house.send().await;
        assert!(
            matches!(&told[..], [mail] if matches!(mail.notice, Notice::AccountLocked { .. })),
            "{told:?}"
        );
        assert!(
            house.answer(&flow, Method::Totp, &house.app_code(&app)).await.is_none(),
            "the flow is spent"
        );
        let (flow, _) = house.challenge().await;
        assert!(house.answer(&flow, Method::Totp, &house.app_code(&app)).await.is_none(), "codes are locked");
        house.pass(15 * 60);
        let (flow, _) = house.challenge().await;
        assert!(house.answer(&flow, Method::Totp, &house.app_code(&app)).await.is_some());
    });
}

#[test]
fn codes_that_nobody_types_are_sent_five_times() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        house.add_mailbox(&ada).await;
        let (flow, _) = house.challenge().await;
        for _ in 0..5 {
            house.code_for(&flow, Method::EmailCode).await;
        }
        let (flow, _) = house.challenge().await;
        let send = house.engine.factors().send_code(&house.stranger(), &flow, Method::EmailCode).await;
        assert_eq!(send.unwrap_err().code(), "RATE_LIMITED", "another sign-in sends no more");
        house.pass(15 * 60);
        let (flow, _) = house.challenge().await;
        let code = house.code_for(&flow, Method::EmailCode).await;
        assert!(house.answer(&flow, Method::EmailCode, &code).await.is_some());
        let (flow, _) = house.challenge().await;
        for _ in 0..5 {
            house.code_for(&flow, Method::EmailCode).await;
        }
    });
}

#[test]
fn recovery_codes_are_there_from_the_start_and_end_every_lock() {
    run(async {
        let house = House::found().await;
        assert_eq!(house.shown().await[0].3, Some(10), "issued when the account was made");
        let ada = house.session().await;
        house.add_app(&ada).await;
        let codes = house.engine.factors().issue_recovery_codes(&ada).await.unwrap().value;
        house.send().await;
        for _ in 0..5 {
            assert!(matches!(house.password("a heron stands in the deep water").await, SignInStep::Refused));
        }
        assert!(matches!(house.password(PASSWORD).await, SignInStep::Refused), "locked");
        let members = house.engine.members();
        let unlock =
            async |email: &str, code: &str| members.unlock_account(&house.stranger(), email, code).await;
        let code = codes[0].expose();
        assert_eq!(unlock("nobody@acme.example", code).await.unwrap_err().code(), "FORBIDDEN");
        unlock(ADMIN, code).await.unwrap();
        assert_eq!(unlock(ADMIN, code).await.unwrap_err().code(), "FORBIDDEN", "it works once");
        let (flow, _) = house.challenge().await;
        assert!(house.answer(&flow, Method::RecoveryCode, code).await.is_none());
        assert!(house.answer(&flow, Method::RecoveryCode, codes[1].expose()).await.is_some());
        assert!(house.shown().await.iter().any(|(_, _, _, left)| *left == Some(8)));
        let sent = house.send().await;
        let used = |left: u32| {
            sent.iter().any(|it| matches!(&it.notice, Notice::RecoveryCodeUsed { left: n, .. } if *n == left))
        };
        assert!(used(9) && used(8), "{sent:?}");
    });
}

#[test]
fn whoever_guesses_recovery_codes_is_stopped_after_five() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let codes = house.engine.factors().issue_recovery_codes(&ada).await.unwrap().value;
        let (members, stranger) = (house.engine.members(), house.stranger());
        for _ in 0..5 {
            let guess = members.unlock_account(&stranger, ADMIN, "0000-1111-2222-3333").await;
            assert_eq!(guess.unwrap_err().code(), "FORBIDDEN");
        }
        let right = members.unlock_account(&stranger, ADMIN, codes[0].expose()).await;
        assert_eq!(right.unwrap_err().code(), "FORBIDDEN", "it is not looked at");
        house.session().await;
    });
}

#[test]
fn a_step_up_asks_for_the_second_factor_too() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let app = house.add_app(&ada).await;
        house.pass(10 * 60);
        let step_up = house.engine.step_up();
        let challenge = async || match step_up.with_password(&ada, PASSWORD.to_owned()).await.unwrap() {
            StepUpStep::FactorRequired(challenge) => challenge.flow.expose().to_owned(),
            StepUpStep::SteppedUp(_) | StepUpStep::Refused => panic!("a second factor is asked for"),
        };
        let answer = |code: String| FactorAnswer::code(Method::Totp, code);
        let flow = challenge().await;
        let is_proved = |step: Result<StepUpStep, Error>| matches!(step.unwrap(), StepUpStep::SteppedUp(_));
        assert!(!is_proved(step_up.with_factor(&ada, &flow, &answer("000000".to_owned())).await));
        let code = house.app_code(&app);
        assert!(house.answer(&flow, Method::Totp, &code).await.is_none(), "it opens no session");
        let other = house.challenge().await.0;
        assert!(
            !is_proved(step_up.with_factor(&ada, &other, &answer(code.clone())).await),
            "nor the other way"
        );
        let StepUpStep::SteppedUp(proved) = step_up.with_factor(&ada, &flow, &answer(code)).await.unwrap()
        else {
            panic!("the code was right")
        };
        assert_eq!(proved.session.proof.by.as_str(), "totp");
        house.engine.factors().issue_recovery_codes(&proved.caller).await.unwrap();
    });
}

#[test]
fn factors_are_named_and_removed_by_their_user_or_an_administrator_and_by_nobody_else() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        let factors = house.engine.factors();
        house.add_app(&ada).await;
        let app = house.shown().await.iter().find(|it| it.1 == Method::Totp).unwrap().0;
        assert_eq!(factors.rename(&ada, app, "My key").await.unwrap().value.name, "My key");
        assert_eq!(factors.rename(&ada, app, " ").await.unwrap_err().code(), "BAD_USER_INPUT");
        let stranger = house.stranger();
        let user = ada.user_id().unwrap();
        assert_eq!(factors.remove(&stranger, user, app).await.unwrap_err().code(), "UNAUTHENTICATED");
        house.send().await;
        factors.remove(&ada, user, app).await.unwrap();
        assert_eq!(factors.remove(&ada, user, app).await.unwrap_err().code(), "NOT_FOUND");
        let told = house.send().await;
        assert!(
            matches!(&told[..], [mail] if matches!(mail.notice, Notice::FactorRemoved { .. })),
            "{told:?}"
        );
        house.session().await;
    });
}

#[test]
fn what_is_no_flow_has_the_answer_of_a_wrong_code() {
    run(async {
        let house = House::found().await;
        let ada = house.session().await;
        house.add_app(&ada).await;
        let (flow, _) = house.challenge().await;
        let mut forged = flow.clone();
        forged.pop();
        forged.push(if flow.ends_with('0') { '1' } else { '0' });
        for wrong in ["", "nonsense", &forged] {
            assert!(house.answer(wrong, Method::Totp, "000000").await.is_none(), "{wrong}");
            let stranger =
                Caller::anonymous(house.workspace, house.engine.new_request_id(), Origin::default());
            let sent = house.engine.factors().send_code(&stranger, wrong, Method::EmailCode).await;
            assert_eq!(sent.unwrap_err().code(), "FORBIDDEN");
        }
        let passkey = house.answer(&flow, Method::Passkey, "000000").await;
        assert!(passkey.is_none(), "a method that was not set up");
        let sent = house.engine.factors().send_code(&house.stranger(), &flow, Method::EmailCode).await;
        assert_eq!(sent.unwrap_err().code(), "BAD_USER_INPUT");
    });
}
