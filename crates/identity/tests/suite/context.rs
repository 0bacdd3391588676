//! From where and when people may sign in, against slow twins.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod twin;

use proptest::{collection::vec, option, prelude::*};
use sutra_identity::{
    AccessLimits, ClientAddress, ContextDenial, ContextPolicy, CountryFinding, CountryLimits, CountryRule,
    ForwardingHeader, SignInContext, SignInHours, TrustedProxies, Zone, decide,
};

use self::twin::{country, finding, hours, instant, ip, is_in, is_open, lets_in, limits, range};

fn decided(
    address: Option<&str>,
    found: CountryFinding,
    at: &str,
    installation: &AccessLimits,
) -> Option<ContextDenial> {
    let context = SignInContext {
        address: address.map(|it| it.parse().unwrap()),
        country: found,
        at: at.parse().unwrap(),
    };
    let free = AccessLimits::default();
    decide(&context, &ContextPolicy { installation, profile: &free, user: &free }).denial()
}

proptest! {
    #[test]
    fn an_address_is_in_a_range_if_it_begins_like_it(range in range(), ip in ip()) {
        prop_assert_eq!(range.contains(ip.into()), is_in(range, ip));
    }

    #[test]
    fn hours_go_by_the_clock_of_the_place(hours in hours(), at in instant()) {
        prop_assert_eq!(hours.are_open(at).unwrap_or(false), is_open(&hours, at));
    }

    #[test]
    fn a_decision_is_what_every_level_allows(
        levels in (limits(), limits(), limits()),
        ip in option::weighted(0.9, ip()),
        found in finding(),
        at in instant(),
    ) {
        let (installation, profile, user) = &levels;
        let policy = ContextPolicy { installation, profile, user };
        let decision = decide(&SignInContext { address: ip.map(ClientAddress::from), country: found, at }, &policy);
        prop_assert_eq!(decision.is_allowed(), lets_in(ip, found, at, &[installation, profile, user]));
        prop_assert!(decision.reasons.iter().map(|reason| (reason.rule, reason.level)).is_sorted());
    }

    #[test]
    fn limits_only_ever_limit(limits in limits(), more in limits(), ip in ip(), found in finding(), at in instant()) {
        let (free, context) = (AccessLimits::default(), SignInContext { address: Some(ip.into()), country: found, at });
        let alone = decide(&context, &ContextPolicy { installation: &limits, profile: &free, user: &free });
        let both = decide(&context, &ContextPolicy { installation: &limits, profile: &more, user: &free });
        prop_assert!(alone.is_allowed() || !both.is_allowed());
    }

    #[test]
    fn what_somebody_forges_in_front_changes_nothing(
        forged in vec(ip(), 0..4), client in ip(), proxies in vec(0_u32..9, 0..4),
    ) {
        let ranges = vec!["10.0.0.0/8".parse().unwrap()];
        let trusted = TrustedProxies { ranges, header: ForwardingHeader::XForwardedFor };
        let client = ClientAddress::from(client);
        prop_assume!(!client.is_private());
        let forged = forged.iter().map(ToString::to_string);
        let hops = forged.chain([client.to_string()]).chain(proxies.iter().map(|low| format!("10.0.1.{low}")));
        let value = hops.collect::<Vec<_>>().join(", ");
        let peer = "10.0.0.1".parse().unwrap();
        prop_assert_eq!(trusted.client(peer, [value.as_bytes()]), Ok(client));
    }

    #[test]
    fn no_header_is_too_strange(value in vec(any::<u8>(), 0..100), text in "[fFor=\",;:.\\[\\]0-9\\\\ ]{0,60}") {
        let ranges = vec!["10.0.0.0/8".parse().unwrap()];
        for header in ForwardingHeader::ALL {
            let trusted = TrustedProxies { ranges: ranges.clone(), header };
            for value in [value.as_slice(), text.as_bytes()] {
                let found = trusted.client("10.0.0.1".parse().unwrap(), [value]);
                prop_assert!(found.is_err() || value.iter().any(u8::is_ascii_digit) || value.contains(&b':'));
            }
        }
    }
}

#[test]
fn a_rule_about_countries_denies_what_is_not_known() {
    use CountryFinding::{Known, Unavailable, Unknown};
    let limits = |rule, allow_private_addresses| {
        let countries = CountryLimits { rule, allow_private_addresses };
        AccessLimits { countries, ..AccessLimits::default() }
    };
    let only = limits(CountryRule::Only([country("SE")].into()), false);
    let except = limits(CountryRule::Except([country("SE")].into()), false);
    let home = limits(CountryRule::Only([country("SE")].into()), true);
    let (outside, inside) = (Some("89.160.20.112"), Some("10.0.0.1"));
    let cases = [
        ("named", &only, outside, Known(country("SE")), None),
        ("another", &only, outside, Known(country("DE")), Some(ContextDenial::CountryDenied)),
        ("unknown", &only, outside, Unknown, Some(ContextDenial::CountryUnknown)),
        ("no file", &only, outside, Unavailable, Some(ContextDenial::CountryUnavailable)),
        ("no address", &only, None, Unknown, Some(ContextDenial::AddressUnknown)),
        ("private", &only, inside, Unknown, Some(ContextDenial::PrivateAddress)),
        ("private and no file", &only, inside, Unavailable, Some(ContextDenial::PrivateAddress)),
        ("blocked", &except, outside, Known(country("SE")), Some(ContextDenial::CountryDenied)),
        ("not blocked", &except, outside, Known(country("DE")), None),
        ("unknown is not blocked", &except, outside, Unknown, None),
        ("no file blocks all", &except, outside, Unavailable, Some(ContextDenial::CountryUnavailable)),
        ("private is not blocked by name", &except, inside, Unknown, Some(ContextDenial::PrivateAddress)),
        ("private allowed", &home, inside, Unavailable, None),
        ("private allowed, but not others", &home, outside, Unknown, Some(ContextDenial::CountryUnknown)),
    ];
    for (name, limits, address, found, expected) in cases {
        assert_eq!(decided(address, found, "2026-03-01T12:00:00Z", limits), expected, "{name}");
    }
}

#[test]
fn hours_hold_when_clocks_change() {
    let hours = |zone: &str, window: &str| {
        let hours = SignInHours { zone: Zone::named(zone), windows: vec![window.parse().unwrap()] };
        AccessLimits { hours: Some(hours), ..AccessLimits::default() }
    };
    let berlin = hours("Europe/Berlin", "sunday 02:00-03:00");
    let york = hours("America/New_York", "sunday 01:30-02:30");
    let howe = hours("Australia/Lord_Howe", "sunday 01:30-02:00");
    let nowhere = hours("Atlantis/Sunken", "sunday 00:00-24:00");
    let (open, shut) = (None, Some(ContextDenial::OutOfHours));
    let cases = [
        ("spring: the hour is left out", &berlin, "2026-03-29T00:59:59Z", shut),
        ("spring: and it is three at once", &berlin, "2026-03-29T01:00:00Z", shut),
        ("autumn: not yet", &berlin, "2026-10-24T23:59:59Z", shut),
        ("autumn: the hour comes", &berlin, "2026-10-25T00:00:00Z", open),
        ("autumn: and once more", &berlin, "2026-10-25T01:59:59Z", open),
        ("autumn: and is over", &berlin, "2026-10-25T02:00:00Z", shut),
        ("New York in spring: half is left", &york, "2026-03-08T06:59:59Z", open),
        ("New York in spring: then it is three", &york, "2026-03-08T07:00:00Z", shut),
        ("New York in autumn: the first time", &york, "2026-11-01T05:30:00Z", open),
        ("New York in autumn: back to one", &york, "2026-11-01T06:00:00Z", shut),
        ("New York in autumn: the second time", &york, "2026-11-01T06:30:00Z", open),
        ("half an hour twice", &howe, "2026-04-04T14:59:59Z", open),
        ("half an hour the second time", &howe, "2026-04-04T15:29:59Z", open),
        ("half an hour is over", &howe, "2026-04-04T15:30:00Z", shut),
        ("no such place", &nowhere, "2026-03-01T12:00:00Z", Some(ContextDenial::ZoneUnknown)),
    ];
    for (name, limits, at, expected) in cases {
        assert_eq!(decided(None, CountryFinding::Unknown, at, limits), expected, "{name}");
    }
}

#[test]
fn limits_that_would_keep_everybody_out_by_mistake_are_refused() {
    let limits = |json: &str| serde_json::from_str::<AccessLimits>(json).map_err(|error| error.to_string());
    let cases = [
        ("nothing", "{}", Ok(())),
        ("a list", r#"{"addresses":{"allow":["192.0.2.0/24"]}}"#, Ok(())),
        (
            "a range of IPv4 as IPv6",
            r#"{"addresses":{"deny":["::ffff:192.0.2.0/120"]}}"#,
            Err("range of IPv4"),
        ),
        ("a country", r#"{"countries":{"rule":{"only":["SE"]}}}"#, Ok(())),
        ("no country", r#"{"countries":{"rule":{"only":[]}}}"#, Err("name at least one country")),
        ("not a country", r#"{"countries":{"rule":{"except":["UK"]}}}"#, Err("`UK` is no country")),
        ("hours", r#"{"hours":{"zone":"UTC","windows":["monday 08:00-18:00"]}}"#, Ok(())),
        ("no window", r#"{"hours":{"zone":"UTC","windows":[]}}"#, Err("name at least one window")),
        (
            "no zone",
            r#"{"hours":{"zone":"CEST","windows":["monday 08:00-18:00"]}}"#,
            Err("`CEST` is no time zone"),
        ),
        (
            "a zone in small letters",
            r#"{"hours":{"zone":"utc","windows":["monday 08:00-18:00"]}}"#,
            Err("`utc` is no"),
        ),
        (
            "over midnight",
            r#"{"hours":{"zone":"UTC","windows":["monday 22:00-02:00"]}}"#,
            Err("over midnight as two"),
        ),
        ("a misspelt key", r#"{"adresses":{}}"#, Err("unknown field")),
    ];
    for (name, json, expected) in cases {
        let found = limits(json).and_then(|limits| limits.check().map_err(|problem| problem.to_string()));
        match expected {
            Ok(()) => assert_eq!(found, Ok(()), "{name}"),
            Err(part) => assert!(found.as_ref().is_err_and(|text| text.contains(part)), "{name}: {found:?}"),
        }
        let again = limits(json).ok().map(|limits| serde_json::to_string(&limits).unwrap());
        assert!(again.is_none_or(|json| limits(&json).is_ok()), "{name}");
    }
}
