//! Personal access tokens, and how many sessions somebody has.

use std::{collections::BTreeSet, time::Duration};

use sutra_engine::{
    Caller, Credentials, Error, IssuedAccessToken, MemberEdit, NewAccessToken, Origin, SignInStep, SignedIn,
    Viewing,
};
use sutra_identity::{AccessScope, Area, AtSessionLimit, Delivery, SessionPolicy, Setting, SettingScope};
use sutra_kernel::Timestamp;

use crate::{
    company::{PASSWORD, run},
    notices::House,
};

impl House {
    async fn enters(&self) -> Option<Box<SignedIn>> {
        let credentials = Credentials {
            email: "admin@acme.example".to_owned(),
            password: PASSWORD.to_owned(),
            delivery: Delivery::Bearer,
            device: None,
        };
        match self.engine.sign_in().with_password(&self.stranger(), credentials).await.unwrap() {
            SignInStep::SignedIn(signed_in) => Some(signed_in),
            _ => None,
        }
    }

    async fn issue(
        &self,
        caller: &Caller,
        scopes: &str,
        lasts: Duration,
    ) -> Result<IssuedAccessToken, Error> {
        let new = NewAccessToken {
            name: "Nightly".to_owned(),
            scopes: AccessScope::parse_all(scopes).unwrap(),
            expires_at: self.engine.now().plus(lasts),
        };
        Ok(self.engine.access_tokens().issue(caller, &new).await?.value)
    }

    async fn by(&self, token: &str, delivery: Delivery, area: Area) -> Result<Viewing, Error> {
        let request = self.engine.new_request_id();
        self.engine.authenticate(token, (delivery, area), request, Origin::default()).await
    }

    async fn rename(&self, caller: &Caller, name: &str) -> Result<(), Error> {
        let edit = MemberEdit { name: Some(name.to_owned()), ..MemberEdit::default() };
        let me = caller.user_id().unwrap();
        self.engine.members().update(caller, me, &edit).await.map(|_| ())
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);

#[test]
fn a_token_reaches_what_its_scopes_say_and_is_taken_in_the_header_alone() {
    run(async {
        let house = House::found().await;
        let ada = house.enters().await.unwrap().caller;
        let issued = house.issue(&ada, "records:read setup:read", HOUR).await.unwrap();
        let token = issued.token.expose();
        for area in [Area::Records, Area::Setup] {
            let viewing = house.by(token, Delivery::Bearer, area).await.unwrap();
            assert_eq!(viewing.me().await.unwrap().id, ada.user_id().unwrap());
            let caller = viewing.close().await.unwrap();
            assert_eq!((caller.is_token(), caller.session_id()), (true, None));
            assert_eq!(house.rename(&caller, "Eve").await.unwrap_err().code(), "FORBIDDEN");
        }
        let cookie = house.by(token, Delivery::Cookie, Area::Setup).await.err().unwrap();
        assert_eq!(cookie.code(), "UNAUTHENTICATED");
        let records = house.issue(&ada, "records:write", HOUR).await.unwrap();
        let setup = house.by(records.token.expose(), Delivery::Bearer, Area::Setup).await.err().unwrap();
        assert_eq!(setup.code(), "UNAUTHENTICATED");
    });
}

#[test]
fn a_token_changes_what_it_was_made_for_and_never_how_its_user_signs_in() {
    run(async {
        let house = House::found().await;
        let ada = house.enters().await.unwrap().caller;
        let issued = house.issue(&ada, "setup:write", 10 * HOUR).await.unwrap();
        house.pass(HOUR.as_secs());
        let viewing = house.by(issued.token.expose(), Delivery::Bearer, Area::Setup).await.unwrap();
        let program = viewing.close().await.unwrap();
        house.rename(&program, "Ada Berg").await.unwrap();
        let factors = house.engine.factors();
        let refused = [
            house.issue(&program, "setup:write", HOUR).await.err().unwrap(),
            factors.issue_recovery_codes(&program).await.err().unwrap(),
            factors.offer_totp(&program).await.err().unwrap(),
        ];
        for error in refused {
            assert_eq!(error.code(), "FORBIDDEN", "{error}");
        }
        let step_up =
            house.engine.step_up().with_password(&program, PASSWORD.to_owned()).await.err().unwrap();
        assert_eq!(step_up.code(), "UNAUTHENTICATED", "it is no session");
        let change =
            house.engine.passwords().begin_change(&program, PASSWORD.to_owned()).await.err().unwrap();
        assert_eq!(change.code(), "UNAUTHENTICATED");
        assert_eq!(house.engine.sign_in().sign_out(&program).await.unwrap_err().code(), "UNAUTHENTICATED");
    });
}

#[test]
fn a_token_ends_when_it_says_when_it_is_revoked_and_with_its_user() {
    run(async {
        let house = House::found().await;
        let ada = house.enters().await.unwrap().caller;
        let me = ada.user_id().unwrap();
        let [short, long] = [HOUR, 100 * HOUR].map(|lasts| (lasts, "records:read"));
        let short = house.issue(&ada, short.1, short.0).await.unwrap();
        let long = house.issue(&ada, long.1, long.0).await.unwrap();
        let good = async |token: &str| house.by(token, Delivery::Bearer, Area::Records).await.is_ok();
        house.pass(HOUR.as_secs() - 1);
        assert!(good(short.token.expose()).await);
        house.pass(1);
        assert!(!good(short.token.expose()).await && good(long.token.expose()).await);
        house.engine.sessions().flush_touches().await.unwrap();
        let viewing = house.engine.view(&house.admin).await.unwrap();
        let listed = viewing.access_tokens_of(me).await.unwrap();
        viewing.close().await.unwrap();
        assert_eq!(listed.len(), 1, "what has expired is not listed");
        assert!(listed[0].last_used_at.is_some());
        let tokens = house.engine.access_tokens();
        tokens.revoke(&ada, me, long.access.id).await.unwrap();
        assert!(!good(long.token.expose()).await);
        assert_eq!(tokens.revoke(&ada, me, long.access.id).await.unwrap_err().code(), "NOT_FOUND");
    });
}

#[test]
fn tokens_are_made_under_a_fresh_proof_for_something_and_for_a_year_at_most() {
    run(async {
        let house = House::found().await;
        let ada = house.enters().await.unwrap().caller;
        let none = NewAccessToken {
            name: "Nothing".to_owned(),
            scopes: BTreeSet::new(),
            expires_at: house.engine.now().plus(HOUR),
        };
        let tokens = house.engine.access_tokens();
        assert_eq!(tokens.issue(&ada, &none).await.err().unwrap().code(), "BAD_USER_INPUT");
        for expires_at in [Timestamp::from_micros(0), house.engine.now().plus(367 * 24 * HOUR)] {
            let scopes = BTreeSet::from([AccessScope::RecordsRead]);
            let new = NewAccessToken { name: "Long".to_owned(), scopes, expires_at };
            assert_eq!(
                tokens.issue(&ada, &new).await.err().unwrap().code(),
                "BAD_USER_INPUT",
                "{expires_at}"
            );
        }
        house.pass(600);
        let stale = house.issue(&ada, "records:read", HOUR).await.err().unwrap();
        assert_eq!(stale.code(), "STEP_UP_REQUIRED");
    });
}

#[test]
fn one_session_more_than_is_allowed_ends_the_oldest_or_is_refused() {
    run(async {
        let house = House::found().await;
        let decide = async |at_limit| {
            let policy = SessionPolicy { limit: Some(2), at_limit, ..SessionPolicy::default() };
            let setting = Setting::Session(policy);
            house.engine.settings().put(&house.admin, SettingScope::Workspace, setting).await.unwrap();
        };
        decide(AtSessionLimit::EndOldest).await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(house.enters().await.unwrap().token.expose().to_owned());
        }
        let mut live = Vec::new();
        for token in &tokens {
            live.push(house.by(token, Delivery::Bearer, Area::Setup).await.is_ok());
        }
        assert_eq!(live, [false, true, true]);
        decide(AtSessionLimit::Refuse).await;
        assert!(house.enters().await.is_none());
        let ada = house.by(&tokens[2], Delivery::Bearer, Area::Setup).await.unwrap().close().await.unwrap();
        house.engine.sign_in().sign_out(&ada).await.unwrap();
        assert!(house.enters().await.is_some());
    });
}
