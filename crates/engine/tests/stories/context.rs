//! From where and when people may sign in and work.

use std::sync::Arc;

use sutra_audit::{EntryFilter, Event};
use sutra_engine::{Caller, Credentials, Error, Origin, Recovery, SignInStep, SignedIn};
use sutra_identity::{
    AccessLimits, Area, ClientAddress, ContextDenial, CountryFinding, CountryLimits, CountryLookup,
    CountryRule, Delivery, Setting, SettingScope, SignInHours, Zone,
};
use sutra_kernel::Timestamp;

use crate::{
    company::{PASSWORD, run},
    notices::House,
};

const OFFICE: &str = "192.0.2.7";
const ABROAD: &str = "198.51.100.9";

/// Whoever is abroad is in France, and the rest nobody knows.
struct Map;

impl CountryLookup for Map {
    fn country_of(&self, address: ClientAddress) -> CountryFinding {
        match "FR".parse() {
            Ok(france) if address.to_string() == ABROAD => CountryFinding::Known(france),
            _ => CountryFinding::Unknown,
        }
    }

    fn made_at(&self) -> Option<Timestamp> {
        None
    }
}

fn from(address: &str) -> Origin {
    Origin { address: Some(address.to_owned()), user_agent: None }
}

impl House {
    async fn sign_in_from(&self, address: &str) -> Option<Box<SignedIn>> {
        let stranger = Caller::anonymous(self.workspace, self.engine.new_request_id(), from(address));
        let credentials = Credentials {
            email: "admin@acme.example".to_owned(),
            password: PASSWORD.to_owned(),
            delivery: Delivery::Bearer,
            device: None,
        };
        match self.engine.sign_in().with_password(&stranger, credentials).await.unwrap() {
            SignInStep::SignedIn(signed_in) => Some(signed_in),
            _ => None,
        }
    }

    async fn works(&self, token: &str, address: &str) -> bool {
        let request = self.engine.new_request_id();
        let asked = (Delivery::Bearer, Area::Setup);
        self.engine.authenticate(token, asked, request, from(address)).await.is_ok()
    }

    async fn limit(&self, who: &Caller, scope: SettingScope, limits: AccessLimits) -> Result<(), Error> {
        self.engine.settings().put(who, scope, Setting::Access(limits)).await.map(|_| ())
    }

    async fn last_refusal(&self) -> String {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let filter =
            EntryFilter { action: Some(Event::SignInRefuse.code().to_owned()), ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 1).await.unwrap();
        format!("{:?}", entries[0])
    }
}

fn office() -> AccessLimits {
    let mut limits = AccessLimits::default();
    limits.addresses.allow.push("192.0.2.0/24".parse().unwrap());
    limits
}

#[test]
fn whoever_is_elsewhere_is_refused_at_the_door_and_in_a_session() {
    run(async {
        let house = House::found().await;
        let session = house.sign_in_from(OFFICE).await.unwrap();
        let token = session.token.expose();
        assert!(house.works(token, ABROAD).await);
        house.limit(&session.caller, SettingScope::Workspace, office()).await.unwrap();
        assert!(house.sign_in_from(ABROAD).await.is_none());
        assert!(house.last_refusal().await.contains(ContextDenial::AddressNotAllowed.as_str()));
        assert!(!house.works(token, ABROAD).await, "the next request notices");
        assert!(house.works(token, OFFICE).await, "and nothing else is lost");
        assert!(house.sign_in_from(OFFICE).await.is_some());
        let unknown = house.engine.authenticate(
            token,
            (Delivery::Bearer, Area::Setup),
            house.engine.new_request_id(),
            Origin::default(),
        );
        assert!(unknown.await.is_err(), "whose address nobody knows is nowhere");
    });
}

#[test]
fn nobody_locks_themselves_out_from_where_they_are() {
    run(async {
        let house = House::found().await;
        let session = house.sign_in_from(ABROAD).await.unwrap();
        let me = session.caller.user_id().unwrap();
        let locked = house.limit(&session.caller, SettingScope::Workspace, office()).await.unwrap_err();
        assert_eq!(locked.code(), "BAD_USER_INPUT");
        assert!(locked.to_string().contains("lock you out"), "{locked}");
        assert!(house.sign_in_from(ABROAD).await.is_some(), "nothing was decided");
        let one = house.limit(&session.caller, SettingScope::User(me), office()).await;
        assert!(one.is_err(), "nor of oneself");
        house.limit(&house.admin, SettingScope::User(me), office()).await.unwrap();
        assert!(house.sign_in_from(ABROAD).await.is_none(), "an operator may");
    });
}

#[test]
fn hours_end_a_session_at_the_minute_and_open_it_again() {
    run(async {
        let house = House::found().await;
        let session = house.sign_in_from(OFFICE).await.unwrap();
        // It is noon in UTC, on a Sunday.
        let window = "sunday 12:00-12:30".parse().unwrap();
        let hours = Some(SignInHours { zone: Zone::named("Etc/UTC"), windows: vec![window] });
        let limits = AccessLimits { hours, ..AccessLimits::default() };
        house.limit(&session.caller, SettingScope::Workspace, limits).await.unwrap();
        let token = session.token.expose();
        house.pass(29 * 60);
        assert!(house.works(token, OFFICE).await);
        house.pass(60);
        assert!(!house.works(token, OFFICE).await && house.sign_in_from(OFFICE).await.is_none());
    });
}

#[test]
fn a_country_rule_denies_where_nothing_tells_countries() {
    run(async {
        let house = House::found().await;
        let rule = |rule| AccessLimits {
            countries: CountryLimits { rule, allow_private_addresses: false },
            ..AccessLimits::default()
        };
        let france = || ["FR".parse().unwrap()].into();
        let only = rule(CountryRule::Only(france()));
        house.limit(&house.admin, SettingScope::Workspace, only.clone()).await.unwrap();
        assert!(house.sign_in_from(ABROAD).await.is_none());
        assert!(house.last_refusal().await.contains(ContextDenial::CountryUnavailable.as_str()));
        let house = House::found_with(|builder| builder.countries(Arc::new(Map))).await;
        house.limit(&house.admin, SettingScope::Workspace, only).await.unwrap();
        assert!(house.sign_in_from(ABROAD).await.is_some());
        assert!(house.sign_in_from(OFFICE).await.is_none(), "of which nobody knows the country");
        house
            .limit(&house.admin, SettingScope::Workspace, rule(CountryRule::Except(france())))
            .await
            .unwrap();
        assert!(house.sign_in_from(ABROAD).await.is_none() && house.sign_in_from(OFFICE).await.is_some());
    });
}

#[test]
fn what_would_become_of_somebody_is_told_administrators_rule_by_rule() {
    run(async {
        let house = House::found().await;
        let me = house.admin.user_id().unwrap();
        house.limit(&house.admin, SettingScope::User(me), office()).await.unwrap();
        let viewing = house.engine.view(&house.admin).await.unwrap();
        let asked = async |address| viewing.sign_in_decision(me, address, None).await;
        assert!(asked(Some(OFFICE)).await.unwrap().is_allowed());
        let denied = asked(Some(ABROAD)).await.unwrap();
        assert_eq!(denied.denial(), Some(ContextDenial::AddressNotAllowed));
        assert_eq!(denied.reasons.len(), 1, "{denied:?}");
        assert_eq!(asked(None).await.unwrap().denial(), Some(ContextDenial::AddressUnknown));
        assert_eq!(asked(Some("somewhere")).await.unwrap_err().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn an_operator_lets_a_locked_out_user_in_again_and_the_ledger_knows() {
    run(async {
        let house = House::found().await;
        let session = house.sign_in_from(ABROAD).await.unwrap();
        let me = session.caller.user_id().unwrap();
        house.limit(&house.admin, SettingScope::User(me), office()).await.unwrap();
        house.add_app(&house.admin).await;
        let members = house.engine.members();
        let (email, how) = ("admin@acme.example", Recovery { drop_limits: true, drop_factors: true });
        let recovered = members.recover(house.workspace, email, how).await.unwrap();
        assert_eq!(recovered.codes.len(), 10);
        assert!(house.sign_in_from(ABROAD).await.is_some(), "no limit and no factor is left");
        assert!(!house.works(session.token.expose(), ABROAD).await, "and no session");
        let passwords = house.engine.passwords();
        let begun = passwords.begin_reset(&house.stranger(), email, recovered.reset.expose()).await.unwrap();
        let other = "tractors hum beneath the larch".to_owned();
        passwords.choose(&house.stranger(), begun.flow.expose(), None, other).await.unwrap();
        assert!(house.sign_in_from(ABROAD).await.is_none(), "the password is another one");
        assert_eq!(house.entries(Event::AccountRecover).await, 1);
        let nobody = members.recover(house.workspace, "nobody@acme.example", how).await.err().unwrap();
        assert_eq!(nobody.code(), "NOT_FOUND");
    });
}
