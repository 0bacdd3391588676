//! Stories of ways in: set-up, invitation, sign-in, sessions.

use std::{sync::Arc, time::Duration};

use crate::company::{Company, PASSWORD, engine, id_of, run};
use sutra_crypto::{Token, TokenKind};
use sutra_engine::{
    Caller, Credentials, Error, FirstAdministrator, MemberEdit, NewMember, Origin, SignInStep, SignedIn,
};
use sutra_identity::{Area, Delivery, SessionPolicy, Setting, SettingScope, Settings};
use sutra_kernel::{UserId, Uuid, WorkspaceId};
use sutra_testkit::{TestClock, TestEntropy};

fn credentials(email: &str, password: &str, delivery: Delivery) -> Credentials {
    Credentials { email: email.to_owned(), password: password.to_owned(), delivery, device: None }
}

async fn try_sign_in(company: &Company, email: &str, password: &str) -> Option<Box<SignedIn>> {
    let step = company
        .engine
        .sign_in()
        .with_password(&company.stranger(), credentials(email, password, Delivery::Bearer))
        .await
        .unwrap();
    match step {
        SignInStep::SignedIn(signed_in) => Some(signed_in),
        SignInStep::FactorRequired(_) | SignInStep::PasswordExpired(_) | SignInStep::Refused => None,
    }
}

async fn is_open(company: &Company, token: &str, delivery: Delivery) -> bool {
    let request = company.engine.new_request_id();
    match company.engine.authenticate(token, (delivery, Area::Setup), request, Origin::default()).await {
        Ok(_) => true,
        Err(Error::Unauthenticated) => false,
        Err(error) => panic!("{error}"),
    }
}

fn nowhere() -> WorkspaceId {
    "ws_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

fn ada() -> FirstAdministrator {
    FirstAdministrator {
        email: "ada@acme.example".to_owned(),
        name: "Ada".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

#[test]
fn a_set_up_link_makes_one_administrator_once() {
    run(async {
        let clock = Arc::new(TestClock::at_noon());
        let engine = engine(&clock);
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("acme", "Acme").await.unwrap().id;
        let setup = engine.workspaces();
        let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let replaced = setup.offer_setup_link(workspace).await.unwrap().unwrap();
        let link = setup.offer_setup_link(workspace).await.unwrap().unwrap();
        let error = setup.complete_setup(&stranger, replaced.expose(), ada()).await.err().unwrap();
        assert_eq!(error.code(), "FORBIDDEN", "an earlier link stops working");
        let weak = FirstAdministrator { password: "short".to_owned(), ..ada() };
        let error = setup.complete_setup(&stranger, link.expose(), weak).await.err().unwrap();
        assert_eq!(error.code(), "BAD_USER_INPUT", "a weak password does not use the link up");
        setup.complete_setup(&stranger, link.expose(), ada()).await.unwrap();
        let error = setup.complete_setup(&stranger, link.expose(), ada()).await.err().unwrap();
        assert_eq!(error.code(), "FORBIDDEN");
        assert!(setup.offer_setup_link(workspace).await.unwrap().is_none());
    });
}

#[test]
fn a_set_up_link_is_good_for_half_an_hour() {
    run(async {
        let clock = Arc::new(TestClock::at_noon());
        let engine = engine(&clock);
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("acme", "Acme").await.unwrap().id;
        let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        clock.advance(Duration::from_secs(30 * 60));
        let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let error = engine.workspaces().complete_setup(&stranger, link.expose(), ada()).await.err().unwrap();
        assert_eq!(error.code(), "FORBIDDEN");
    });
}

#[test]
fn only_the_right_password_of_an_active_user_signs_in() {
    run(async {
        let company = Company::found().await;
        let cases = [
            ("right", "rep@acme.example", PASSWORD, true),
            ("the address in capitals", "REP@ACME.EXAMPLE", PASSWORD, true),
            ("wrong password", "rep@acme.example", "a heron stands in the deep water", false),
            ("empty password", "rep@acme.example", "", false),
            ("unknown user", "nobody@acme.example", PASSWORD, false),
            ("no address", "rep", PASSWORD, false),
        ];
        for (case, email, password, expected) in cases {
            assert_eq!(try_sign_in(&company, email, password).await.is_some(), expected, "{case}");
        }
    });
}

#[test]
fn a_session_is_good_for_its_own_transport_until_it_ends() {
    run(async {
        let company = Company::found().await;
        let signed_in = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        let token = signed_in.token.expose();
        assert!(is_open(&company, token, Delivery::Bearer).await);
        assert!(!is_open(&company, token, Delivery::Cookie).await, "the other transport");
        assert!(!is_open(&company, &token.replace("ses", "setup"), Delivery::Bearer).await, "another kind");
        assert!(!is_open(&company, "", Delivery::Bearer).await, "no token");
        let elsewhere = Token::generate(TokenKind::Session, nowhere(), &TestEntropy::seeded(9));
        assert!(!is_open(&company, elsewhere.expose(), Delivery::Bearer).await, "an unknown workspace");
        company.engine.sign_in().sign_out(&signed_in.caller).await.unwrap();
        assert!(!is_open(&company, token, Delivery::Bearer).await, "after signing out");
    });
}

#[test]
fn h22_a_session_ends_when_it_is_idle_and_when_it_is_old() {
    run(async {
        let company = Company::found().await;
        let idle = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        let used = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        for _ in 0..28 {
            company.pass(25);
            assert!(is_open(&company, used.token.expose(), Delivery::Bearer).await);
            company.engine.sessions().flush_touches().await.unwrap();
        }
        assert!(!is_open(&company, idle.token.expose(), Delivery::Bearer).await);
        company.pass(25);
        assert!(!is_open(&company, used.token.expose(), Delivery::Bearer).await, "12 hours are over");
    });
}

fn sessions_of(idle: u64, absolute: u64) -> Setting {
    let minutes = |minutes| Duration::from_secs(60 * minutes);
    Setting::Session(SessionPolicy {
        idle: minutes(idle),
        absolute: minutes(absolute),
        ..SessionPolicy::default()
    })
}

#[test]
fn h22_administrators_decide_how_long_sessions_last() {
    run(async {
        let company = Company::found().await;
        let before = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        let settings = company.engine.settings();
        let put = |caller, scope, setting| settings.put(caller, scope, setting);
        let decided = put(&company.admin, SettingScope::Workspace, sessions_of(5, 10)).await.unwrap();
        assert!(decided.receipt.is_some());
        let again = put(&company.admin, SettingScope::Workspace, sessions_of(5, 10)).await.unwrap();
        assert!(again.receipt.is_none(), "there was nothing to change");
        let after = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        company.pass(6);
        assert!(is_open(&company, before.token.expose(), Delivery::Bearer).await);
        assert!(!is_open(&company, after.token.expose(), Delivery::Bearer).await);
    });
}

#[test]
fn not_everything_can_be_decided_and_not_by_everybody() {
    run(async {
        let company = Company::found().await;
        let everybody = SettingScope::Workspace;
        let rep = SettingScope::User(id_of(&company.rep));
        let nobody = SettingScope::User(UserId::from_uuid(Uuid::nil()));
        let cases = [
            ("a user", &company.rep, everybody, sessions_of(5, 10), "FORBIDDEN"),
            ("sessions that never end", &company.admin, everybody, sessions_of(5, 60_000), "BAD_USER_INPUT"),
            ("one user's sessions", &company.admin, rep, sessions_of(5, 10), "BAD_USER_INPUT"),
            ("about nobody", &company.admin, nobody, sessions_of(5, 10), "NOT_FOUND"),
        ];
        for (case, caller, scope, setting, code) in cases {
            let error = company.engine.settings().put(caller, scope, setting).await.unwrap_err();
            assert_eq!(error.code(), code, "{case}");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert_eq!(viewing.settings().unwrap(), &Settings::default());
        let viewing = company.engine.view(&company.rep).await.unwrap();
        assert_eq!(viewing.settings().unwrap_err().code(), "FORBIDDEN");
    });
}

#[test]
fn s18_revocation_is_seen_by_the_next_request() {
    run(async {
        let company = Company::found().await;
        let one = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        let two = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        let rep = id_of(&company.rep);
        let sessions = company.engine.sessions();
        let error = sessions.revoke(&company.peer, rep, one.session.id).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN", "not somebody else's");
        sessions.revoke(&two.caller, rep, one.session.id).await.unwrap();
        assert!(!is_open(&company, one.token.expose(), Delivery::Bearer).await);
        assert!(is_open(&company, two.token.expose(), Delivery::Bearer).await);
        sessions.revoke_all(&company.admin, rep).await.unwrap();
        assert!(!is_open(&company, two.token.expose(), Delivery::Bearer).await);
    });
}

#[test]
fn a_deactivated_user_is_out_at_once_and_does_not_come_back() {
    run(async {
        let company = Company::found().await;
        let signed_in = try_sign_in(&company, "rep@acme.example", PASSWORD).await.unwrap();
        let edit = MemberEdit { active: Some(false), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, id_of(&company.rep), &edit).await.unwrap();
        assert!(!is_open(&company, signed_in.token.expose(), Delivery::Bearer).await);
        assert!(try_sign_in(&company, "rep@acme.example", PASSWORD).await.is_none());
        let error = company.create(&signed_in.caller, "account", &[]).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
        let edit = MemberEdit { active: Some(true), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, id_of(&company.rep), &edit).await.unwrap();
        let is_back = is_open(&company, signed_in.token.expose(), Delivery::Bearer).await;
        assert!(!is_back, "who is let in again signs in again");
        assert!(try_sign_in(&company, "rep@acme.example", PASSWORD).await.is_some());
    });
}

#[test]
fn l26_strangers_cannot_tell_addresses_apart_by_a_limit() {
    run(async {
        let mut answers = Vec::new();
        for email in ["rep@acme.example", "stranger@nowhere.example"] {
            let company = Company::found().await;
            let mut refused = 0;
            loop {
                let credentials = credentials(email, "a heron stands in the deep water", Delivery::Bearer);
                match company.engine.sign_in().with_password(&company.stranger(), credentials).await {
                    Ok(_) => refused += 1,
                    Err(error) => break answers.push((refused, error.code())),
                }
            }
        }
        assert_eq!(answers, [(60, "RATE_LIMITED"), (60, "RATE_LIMITED")]);
    });
}

#[test]
fn an_invitation_tells_strangers_nothing_whatever_they_send() {
    run(async {
        let company = Company::found().await;
        let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
        let new = NewMember {
            email: "guest@acme.example".to_owned(),
            name: "Guest".to_owned(),
            profile: profiles[0].id,
            role: None,
        };
        let invited = company.engine.members().invite(&company.admin, &new).await.unwrap().value;
        let forged = Token::generate(TokenKind::Activation, company.workspace, &TestEntropy::seeded(9));
        let activate = async |email: &str, token: &str, password: &str| {
            let members = company.engine.members();
            let result = members.activate(&company.stranger(), email, token, password.to_owned()).await;
            result.map_err(|error| (error.code(), error.to_string()))
        };
        let mut answers = Vec::new();
        for email in ["guest@acme.example", "rep@acme.example", "nobody@acme.example"] {
            for password in [PASSWORD, "weak"] {
                for token in [forged.expose(), "nonsense"] {
                    answers.push(activate(email, token, password).await.err().unwrap());
                }
            }
        }
        answers.push(
            activate("rep@acme.example", invited.token.as_ref().unwrap().expose(), PASSWORD)
                .await
                .err()
                .unwrap(),
        );
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers[0].0, "FORBIDDEN");
        let weak = activate("guest@acme.example", invited.token.as_ref().unwrap().expose(), "weak")
            .await
            .err()
            .unwrap();
        assert_eq!(weak.0, "BAD_USER_INPUT", "and a weak password does not use the invitation up");
        activate("guest@acme.example", invited.token.as_ref().unwrap().expose(), PASSWORD).await.unwrap();
        assert!(
            activate("guest@acme.example", invited.token.as_ref().unwrap().expose(), PASSWORD).await.is_err()
        );
    });
}
