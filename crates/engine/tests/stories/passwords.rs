//! Other passwords: changed with a code, reset by a link, and expired.

use std::collections::BTreeSet;

use sutra_audit::Event;
use sutra_engine::{Caller, Credentials, Error, FactorAnswer, NewFactor, PasswordStep, SignInStep, SignedIn};
use sutra_identity::{
    CharacterKind, Delivery, Method, MfaPolicy, Notice, PasswordPolicy, Setting, SettingScope,
};

use crate::{
    company::{PASSWORD, run},
    notices::House,
};

const ADMIN: &str = "admin@acme.example";
const OTHER: &str = "tractors hum beneath the larch";

impl House {
    /// Signs in, perhaps on a device that is known.
    async fn enter(&self, password: &str, device: Option<&str>) -> SignInStep {
        let credentials = Credentials {
            email: ADMIN.to_owned(),
            password: password.to_owned(),
            delivery: Delivery::Bearer,
            device: device.map(str::to_owned),
        };
        self.engine.sign_in().with_password(&self.stranger(), credentials).await.unwrap()
    }

    async fn entered(&self, password: &str) -> Option<Box<SignedIn>> {
        match self.enter(password, None).await {
            SignInStep::SignedIn(signed_in) => Some(signed_in),
            _ => None,
        }
    }

    /// The flow of a change, and what is asked for.
    async fn begin_change(&self, caller: &Caller, password: &str) -> Option<(String, Vec<Method>)> {
        match self.engine.passwords().begin_change(caller, password.to_owned()).await.unwrap() {
            PasswordStep::CodeRequired(challenge) => {
                Some((challenge.flow.expose().to_owned(), challenge.methods))
            }
            PasswordStep::Changed => panic!("nothing was chosen"),
            PasswordStep::Refused => None,
        }
    }

    async fn choose(
        &self,
        caller: &Caller,
        flow: &str,
        code: Option<(Method, &str)>,
        password: &str,
    ) -> Result<bool, Error> {
        let answer = code.map(|(method, code)| FactorAnswer::code(method, code.to_owned()));
        let password = password.to_owned();
        let step = self.engine.passwords().choose(caller, flow, answer.as_ref(), password).await?;
        Ok(matches!(step, PasswordStep::Changed))
    }

    async fn mailed_code(&self, caller: &Caller, flow: &str) -> String {
        self.engine.factors().send_code(caller, flow, Method::EmailCode).await.unwrap();
        self.code().await
    }

    /// The token of the one link that was sent.
    async fn link(&self) -> Option<String> {
        let sent = self.send().await;
        let links = sent.iter().filter_map(|message| match &message.notice {
            Notice::ResetLink { token, .. } => Some(token.expose().to_owned()),
            _ => None,
        });
        let links: Vec<_> = links.collect();
        assert!(links.len() <= 1, "{sent:?}");
        links.into_iter().next()
    }

    async fn request(&self, email: &str) {
        self.engine.passwords().request_reset(&self.stranger(), email).await.unwrap();
    }

    async fn begin_reset(&self, email: &str, token: &str) -> Result<(String, Vec<Method>), Error> {
        let begun = self.engine.passwords().begin_reset(&self.stranger(), email, token).await?;
        Ok((begun.flow.expose().to_owned(), begun.methods))
    }

    async fn decide(&self, setting: Setting) {
        self.engine.settings().put(&self.admin, SettingScope::Workspace, setting).await.unwrap();
    }
}

#[test]
fn a_change_needs_the_password_and_a_code_and_ends_the_other_sessions() {
    run(async {
        let house = House::found().await;
        let (one, other) = (house.entered(PASSWORD).await.unwrap(), house.entered(PASSWORD).await.unwrap());
        let ada = &one.caller;
        assert!(house.begin_change(ada, "a heron stands in the deep water").await.is_none());
        let (flow, methods) = house.begin_change(ada, PASSWORD).await.unwrap();
        assert_eq!(methods, [Method::EmailCode, Method::RecoveryCode], "a code, whatever is set up");
        assert!(!house.choose(ada, &flow, None, OTHER).await.unwrap(), "not without");
        let code = house.mailed_code(ada, &flow).await;
        let code = Some((Method::EmailCode, code.as_str()));
        assert!(!house.choose(&other.caller, &flow, code, OTHER).await.unwrap(), "in another session");
        assert!(!house.choose(&house.stranger(), &flow, code, OTHER).await.unwrap(), "nor without one");
        let weak = house.choose(ada, &flow, code, "otters").await.unwrap_err();
        assert_eq!(weak.code(), "BAD_USER_INPUT");
        assert!(house.choose(ada, &flow, code, OTHER).await.unwrap(), "which has used nothing up");
        assert!(!house.choose(ada, &flow, code, "another one that nobody has").await.unwrap(), "once");

        assert!(house.entered(PASSWORD).await.is_none());
        assert!(house.entered(OTHER).await.is_some());
        let viewing = house.engine.view(&house.admin).await.unwrap();
        let sessions = viewing.sessions_of(ada.user_id().unwrap()).await.unwrap();
        let live = |id| sessions.iter().any(|it| Some(it.id) == id && it.is_live(house.engine.now()));
        assert!(live(ada.session_id()) && !live(other.caller.session_id()));
        let told = house.send().await;
        assert!(told.iter().any(|it| matches!(it.notice, Notice::PasswordChanged { .. })), "{told:?}");
        assert_eq!(house.entries(Event::PasswordChange).await, 1);
    });
}

#[test]
fn the_passwords_before_are_not_chosen_again() {
    run(async {
        let house = House::found().await;
        house.decide(Setting::Password(PasswordPolicy { history: 2, ..PasswordPolicy::default() })).await;
        let mut current = PASSWORD.to_owned();
        let change = async |from: &str, to: &str| {
            let ada = house.entered(from).await.unwrap().caller;
            let (flow, _) = house.begin_change(&ada, from).await.unwrap();
            let code = house.mailed_code(&ada, &flow).await;
            house.choose(&ada, &flow, Some((Method::EmailCode, &code)), to).await
        };
        let used = change(&current, &current).await.unwrap_err();
        assert!(used.to_string().contains("your password before"), "{used}");
        for next in ["tractors hum beneath the larch", "lanterns drift above the quarry"] {
            assert!(change(&current, next).await.unwrap());
            current = next.to_owned();
        }
        for before in [PASSWORD, OTHER] {
            assert_eq!(change(&current, before).await.unwrap_err().code(), "BAD_USER_INPUT", "{before}");
        }
        assert!(change(&current, "violets argue with the weather").await.unwrap());
        assert!(
            change("violets argue with the weather", PASSWORD).await.unwrap(),
            "three ago, and of two it is known"
        );
    });
}

#[test]
fn a_forgotten_password_is_reset_by_a_link_that_works_once() {
    run(async {
        let house = House::found().await;
        house.request("nobody@acme.example").await;
        assert!(house.send().await.is_empty());
        house.request(ADMIN).await;
        let first = house.link().await.unwrap();
        house.request(ADMIN).await;
        let token = house.link().await.unwrap();
        for (email, token) in [(ADMIN, first.as_str()), ("nobody@acme.example", &token), (ADMIN, "nonsense")]
        {
            assert_eq!(house.begin_reset(email, token).await.unwrap_err().code(), "FORBIDDEN", "{email}");
        }
        for _ in 0..5 {
            assert!(house.entered("a heron stands in the deep water").await.is_none());
        }
        let (flow, methods) = house.begin_reset(ADMIN, &token).await.unwrap();
        assert_eq!(methods, [], "nothing is set up");
        assert_eq!(house.begin_reset(ADMIN, &token).await.unwrap_err().code(), "FORBIDDEN", "it works once");
        assert!(house.choose(&house.stranger(), &flow, None, OTHER).await.unwrap());
        assert!(house.entered(OTHER).await.is_some(), "which has ended the lock, too");
        house.request(ADMIN).await;
        let late = house.link().await.unwrap();
        house.pass(60 * 60);
        assert_eq!(house.begin_reset(ADMIN, &late).await.unwrap_err().code(), "FORBIDDEN");
    });
}

#[test]
fn a_reset_never_skips_the_second_factor_and_mail_is_none_of_its_own() {
    run(async {
        let house = House::found().await;
        let ada = house.entered(PASSWORD).await.unwrap().caller;
        house.engine.factors().send_to_mailbox(&ada).await.unwrap();
        let code = house.code().await;
        house.engine.factors().add(&ada, &NewFactor::EmailCode { code }).await.unwrap();
        let codes = house.engine.factors().issue_recovery_codes(&ada).await.unwrap().value;
        house.send().await;
        house.request(ADMIN).await;
        let (flow, methods) = house.begin_reset(ADMIN, &house.link().await.unwrap()).await.unwrap();
        assert_eq!(methods, [Method::RecoveryCode]);
        let stranger = house.stranger();
        let sent = house.engine.factors().send_code(&stranger, &flow, Method::EmailCode).await;
        assert_eq!(sent.unwrap_err().code(), "BAD_USER_INPUT");
        for wrong in
            [None, Some((Method::EmailCode, "00000000")), Some((Method::RecoveryCode, "0000-0000-0000-0000"))]
        {
            assert!(!house.choose(&stranger, &flow, wrong, OTHER).await.unwrap(), "{wrong:?}");
        }
        let right = Some((Method::RecoveryCode, codes[0].expose()));
        assert!(house.choose(&stranger, &flow, right, OTHER).await.unwrap());
    });
}

#[test]
fn resets_are_sent_five_times_and_then_silently_not() {
    run(async {
        let house = House::found().await;
        for _ in 0..5 {
            house.request(ADMIN).await;
            assert!(house.link().await.is_some());
        }
        house.request(ADMIN).await;
        assert!(house.link().await.is_none());
        house.pass(15 * 60);
        house.request(ADMIN).await;
        assert!(house.link().await.is_some());
    });
}

#[test]
fn an_expired_password_is_changed_before_a_session_is_opened() {
    run(async {
        let house = House::found().await;
        house
            .decide(Setting::Password(PasswordPolicy { max_age_days: Some(30), ..PasswordPolicy::default() }))
            .await;
        house.pass(30 * 24 * 60 * 60 - 60);
        assert!(house.entered(PASSWORD).await.is_some());
        house.pass(60);
        let SignInStep::PasswordExpired(challenge) = house.enter(PASSWORD, None).await else {
            panic!("it has expired")
        };
        assert_eq!(challenge.methods, [Method::EmailCode, Method::RecoveryCode]);
        let (flow, stranger) = (challenge.flow.expose().to_owned(), house.stranger());
        let code = house.mailed_code(&stranger, &flow).await;
        assert!(house.choose(&stranger, &flow, Some((Method::EmailCode, &code)), OTHER).await.unwrap());
        assert!(house.entered(OTHER).await.is_some());
    });
}

#[test]
fn after_a_second_factor_an_expired_password_needs_no_further_code() {
    run(async {
        let house = House::found().await;
        let ada = house.entered(PASSWORD).await.unwrap().caller;
        let codes = house.engine.factors().issue_recovery_codes(&ada).await.unwrap().value;
        house.add_app(&ada).await;
        house
            .decide(Setting::Password(PasswordPolicy { max_age_days: Some(1), ..PasswordPolicy::default() }))
            .await;
        house.pass(24 * 60 * 60);
        let (flow, _) = house.challenge().await;
        let answer = FactorAnswer::code(Method::RecoveryCode, codes[0].expose().to_owned());
        let step =
            house.engine.sign_in().with_factor(&house.stranger(), &flow, &answer, false).await.unwrap();
        let SignInStep::PasswordExpired(challenge) = step else { panic!("it has expired") };
        assert_eq!(challenge.methods, []);
        let flow = challenge.flow.expose().to_owned();
        assert!(house.choose(&house.stranger(), &flow, None, "eight characters").await.unwrap());
    });
}

#[test]
fn an_administrator_starts_a_reset_and_chooses_nothing() {
    run(async {
        let house = House::found().await;
        let me = house.admin.user_id().unwrap();
        let offered = house.engine.passwords().offer_reset(&house.admin, me).await.unwrap();
        assert!(offered.receipt.is_some());
        assert!(house.begin_reset(ADMIN, &house.link().await.unwrap()).await.is_ok());
        let refused = house.engine.passwords().offer_reset(&house.stranger(), me).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN");
    });
}

#[test]
fn what_administrators_require_of_passwords_counts_for_everybody_s() {
    run(async {
        let house = House::found().await;
        let required = BTreeSet::from([CharacterKind::Digit]);
        house.decide(Setting::Password(PasswordPolicy { required, ..PasswordPolicy::default() })).await;
        let ada = house.entered(PASSWORD).await.unwrap().caller;
        let (flow, _) = house.begin_change(&ada, PASSWORD).await.unwrap();
        let code = house.mailed_code(&ada, &flow).await;
        let code = Some((Method::EmailCode, code.as_str()));
        let lacking = house.choose(&ada, &flow, code, OTHER).await.unwrap_err();
        assert!(lacking.to_string().contains("digit"), "{lacking}");
        assert!(house.choose(&ada, &flow, code, "tractors hum beneath 47 larches").await.unwrap());
    });
}

#[test]
fn where_a_second_factor_is_required_the_mailbox_is_asked_after_the_time_of_grace() {
    run(async {
        let house = House::found().await;
        let decide = |required| {
            let (since, remember_days) = (house.engine.now(), 30);
            Setting::Mfa(MfaPolicy { required, since, grace_days: 2, remember_days })
        };
        house.decide(decide(true)).await;
        house.pass(24 * 60 * 60);
        house.decide(decide(true)).await;
        assert!(
            house.entered(PASSWORD).await.is_some(),
            "there is time left, and none is won by deciding again"
        );
        house.pass(24 * 60 * 60);
        let (flow, methods) = house.challenge().await;
        assert_eq!(methods, [Method::EmailCode, Method::RecoveryCode]);
        let code = house.mailed_code(&house.stranger(), &flow).await;
        let answer = FactorAnswer::code(Method::EmailCode, code);
        let step =
            house.engine.sign_in().with_factor(&house.stranger(), &flow, &answer, false).await.unwrap();
        assert!(matches!(step, SignInStep::SignedIn(_)));
        house.decide(decide(false)).await;
        assert!(house.entered(PASSWORD).await.is_some());
    });
}

#[test]
fn a_remembered_device_stands_in_for_the_second_factor_and_for_nothing_else() {
    run(async {
        let house = House::found().await;
        let ada = house.entered(PASSWORD).await.unwrap().caller;
        let app = house.add_app(&ada).await;
        let (flow, _) = house.challenge().await;
        let answer = FactorAnswer::code(Method::Totp, house.app_code(&app));
        let step = house.engine.sign_in().with_factor(&house.stranger(), &flow, &answer, true).await.unwrap();
        let SignInStep::SignedIn(signed_in) = step else { panic!("the code was right") };
        let device = signed_in.device.unwrap().expose().to_owned();
        let enters = async |password: &str, device: Option<&str>| match house.enter(password, device).await {
            SignInStep::SignedIn(signed_in) => Some(signed_in.session.proof.by.as_str()),
            _ => None,
        };
        assert_eq!(enters(PASSWORD, Some(&device)).await, Some("device"));
        assert_eq!(enters(PASSWORD, None).await, None);
        assert_eq!(enters(OTHER, Some(&device)).await, None, "not for the password");
        for _ in 0..5 {
            assert_eq!(enters(OTHER, None).await, None);
        }
        assert_eq!(
            enters(PASSWORD, Some(&device)).await,
            Some("device"),
            "nobody locks it out from elsewhere"
        );
        house.pass(15 * 60);
        let SignInStep::SignedIn(signed_in) = house.enter(PASSWORD, Some(&device)).await else { panic!() };
        let codes = house.engine.factors().issue_recovery_codes(&signed_in.caller).await.err().unwrap();
        assert_eq!(codes.code(), "STEP_UP_REQUIRED", "it is no fresh proof");

        let viewing = house.engine.view(&house.admin).await.unwrap();
        let devices = viewing.devices_of(ada.user_id().unwrap()).await.unwrap();
        viewing.close().await.unwrap();
        let user = ada.user_id().unwrap();
        house.engine.factors().forget_device(&signed_in.caller, user, devices[0].id).await.unwrap();
        assert_eq!(enters(PASSWORD, Some(&device)).await, None);
        let again = house.engine.factors().forget_device(&house.admin, user, devices[0].id).await;
        assert_eq!(again.unwrap_err().code(), "NOT_FOUND");
    });
}

#[test]
fn devices_are_forgotten_with_the_password_and_where_administrators_forbid_them() {
    run(async {
        let house = House::found().await;
        let ada = house.entered(PASSWORD).await.unwrap().caller;
        let app = house.add_app(&ada).await;
        let remembered = async || {
            let (flow, _) = house.challenge().await;
            let answer = FactorAnswer::code(Method::Totp, house.app_code(&app));
            let step = house.engine.sign_in().with_factor(&house.stranger(), &flow, &answer, true).await;
            house.pass(30);
            match step.unwrap() {
                SignInStep::SignedIn(signed_in) => {
                    (signed_in.caller, signed_in.device.map(|device| device.expose().to_owned()))
                }
                _ => panic!("the code was right"),
            }
        };
        let (ada, device) = remembered().await;
        let (flow, _) = house.begin_change(&ada, PASSWORD).await.unwrap();
        let code = house.app_code(&app);
        assert!(
            house.choose(&ada, &flow, Some((Method::Totp, &code)), PASSWORD).await.is_err(),
            "used before"
        );
        house.pass(30);
        let code = house.app_code(&app);
        assert!(house.choose(&ada, &flow, Some((Method::Totp, &code)), OTHER).await.unwrap());
        house.pass(30);
        assert!(!matches!(house.enter(OTHER, device.as_deref()).await, SignInStep::SignedIn(_)));
        let (since, grace_days) = (house.engine.now(), 0);
        house.decide(Setting::Mfa(MfaPolicy { required: false, since, grace_days, remember_days: 0 })).await;
        let SignInStep::FactorRequired(challenge) = house.enter(OTHER, None).await else { panic!() };
        let answer = FactorAnswer::code(Method::Totp, house.app_code(&app));
        let flow = challenge.flow.expose();
        let step = house.engine.sign_in().with_factor(&house.stranger(), flow, &answer, true).await.unwrap();
        let SignInStep::SignedIn(signed_in) = step else { panic!("the code was right") };
        assert!(signed_in.device.is_none());
    });
}
