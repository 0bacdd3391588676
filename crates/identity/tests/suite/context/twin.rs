//! Slow twins of the rules, and what both are tried with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::{collection::vec, option, prelude::*, sample::select};
use sutra_identity::{
    AccessLimits, AddressLists, AddressRange, Country, CountryFinding, CountryLimits, CountryRule,
    SignInHours, Zone,
};
use sutra_kernel::Timestamp;

/// Few addresses and many ranges around them, so that they meet.
pub(super) fn ip() -> impl Strategy<Value = IpAddr> {
    let four = (0_u32..64).prop_map(|low| IpAddr::V4(Ipv4Addr::from_bits(0xC000_0200 | low)));
    let mapped = (0_u32..64).prop_map(|low| Ipv4Addr::from_bits(0xC000_0200 | low).to_ipv6_mapped().into());
    let six = (0_u128..64).prop_map(|low| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0218 << 96) | low)));
    let private = (0_u32..64).prop_map(|low| IpAddr::V4(Ipv4Addr::from_bits(0x0A00_0000 | low)));
    prop_oneof![four, mapped, six, private]
}

pub(super) fn range() -> impl Strategy<Value = AddressRange> {
    (ip(), 0_u8..8).prop_map(|(ip, wider)| {
        let text = match ip.to_canonical() {
            IpAddr::V4(ip) => {
                format!("{}/{}", Ipv4Addr::from_bits(ip.to_bits() >> wider << wider), 32 - wider)
            }
            IpAddr::V6(ip) => {
                format!("{}/{}", Ipv6Addr::from_bits(ip.to_bits() >> wider << wider), 128 - wider)
            }
        };
        text.parse().unwrap()
    })
}

/// An address as a text of bits.
fn bits(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("4{:032b}", ip.to_bits()),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => bits(ip.into()),
            None => format!("6{:0128b}", ip.to_bits()),
        },
    }
}

/// The slow twin of being in a range: the address begins as the range does.
pub(super) fn is_in(range: AddressRange, ip: IpAddr) -> bool {
    let text = range.to_string();
    let (start, length) = text.split_once('/').unwrap_or((&text, "128"));
    let beginning: String =
        bits(start.parse().unwrap()).chars().take(1 + length.parse::<usize>().unwrap()).collect();
    bits(ip).starts_with(&beginning)
}

pub(super) fn country(code: &str) -> Country {
    code.parse().unwrap()
}

pub(super) fn finding() -> impl Strategy<Value = CountryFinding> {
    let known = select(vec!["SE", "DE", "US"]).prop_map(|code| CountryFinding::Known(country(code)));
    prop_oneof![known, Just(CountryFinding::Unknown), Just(CountryFinding::Unavailable)]
}

fn countries() -> impl Strategy<Value = CountryLimits> {
    let some = vec(select(vec!["SE", "DE", "US"]), 0..3);
    (0..3, some, any::<bool>()).prop_map(|(kind, codes, allow_private_addresses)| {
        let named = codes.into_iter().map(country).collect();
        let rule = match kind {
            0 => CountryRule::Any,
            1 => CountryRule::Only(named),
            _ => CountryRule::Except(named),
        };
        CountryLimits { rule, allow_private_addresses }
    })
}

pub(super) fn hours() -> impl Strategy<Value = SignInHours> {
    let zone =
        select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Atlantis/Sunken"]);
    let windows = vec(select(vec!["monday 00:00-24:00", "sunday 01:00-03:00", "saturday 12:00-13:30"]), 0..3);
    (zone, windows).prop_map(|(zone, windows)| SignInHours {
        zone: Zone::named(zone),
        windows: windows.into_iter().map(|window| window.parse().unwrap()).collect(),
    })
}

pub(super) fn limits() -> impl Strategy<Value = AccessLimits> {
    let lists =
        (vec(range(), 0..3), vec(range(), 0..2)).prop_map(|(allow, deny)| AddressLists { allow, deny });
    (lists, countries(), option::of(hours())).prop_map(|(addresses, countries, hours)| AccessLimits {
        addresses,
        countries,
        hours,
    })
}

/// What the slow twin says: whether somebody is let in, by going through what would keep them out.
pub(super) fn lets_in(
    ip: Option<IpAddr>,
    found: CountryFinding,
    at: Timestamp,
    levels: &[&AccessLimits],
) -> bool {
    let deny: Vec<_> = levels.iter().flat_map(|limits| &limits.addresses.deny).collect();
    let allow: Vec<_> =
        levels.iter().map(|limits| &limits.addresses.allow).filter(|it| !it.is_empty()).collect();
    let rules: Vec<_> =
        levels.iter().map(|it| &it.countries).filter(|it| it.rule != CountryRule::Any).collect();
    let clocks = levels.iter().filter_map(|limits| limits.hours.as_ref());
    let open = clocks.clone().all(|hours| is_open(hours, at));
    let Some(ip) = ip else { return deny.is_empty() && allow.is_empty() && rules.is_empty() && open };
    let is_private = matches!(ip.to_canonical(), IpAddr::V4(ip) if ip.is_private());
    let passes = |rule: &CountryLimits| match (is_private, found, &rule.rule) {
        (true, ..) => rule.allow_private_addresses,
        (_, CountryFinding::Unavailable, _) | (_, CountryFinding::Unknown, CountryRule::Only(_)) => false,
        (_, CountryFinding::Known(country), CountryRule::Only(named)) => named.contains(&country),
        (_, CountryFinding::Known(country), CountryRule::Except(named)) => !named.contains(&country),
        (_, CountryFinding::Unknown, _) | (.., CountryRule::Any) => true,
    };
    let is_on = |list: &Vec<AddressRange>| list.iter().any(|range| is_in(*range, ip));
    !deny.iter().any(|range| is_in(**range, ip))
        && allow.into_iter().all(is_on)
        && rules.into_iter().all(passes)
        && open
}

/// The offset of a zone's clock in minutes, from the rules as the law has them, for the years from 2007 on.
fn offset(zone: &str, at: time::OffsetDateTime) -> Option<i64> {
    use time::Month::{April, March, November, October};
    let sunday = |month: time::Month, from: u8, hour: u8, minute: u8| {
        let mut day = time::Date::from_calendar_date(at.year(), month, from).unwrap();
        while day.weekday() != time::Weekday::Sunday {
            day = day.next_day().unwrap();
        }
        day.with_hms(hour, minute, 0).unwrap().assume_utc()
    };
    let in_summer =
        |standard, summer, begin, end| Some(if at >= begin && at < end { summer } else { standard });
    match zone {
        "UTC" => Some(0),
        // The last Sundays of March and October, at one o'clock of Greenwich.
        "Europe/Berlin" => in_summer(60, 120, sunday(March, 25, 1, 0), sunday(October, 25, 1, 0)),
        // The second Sunday of March and the first of November, at two by the clock there.
        "America/New_York" => in_summer(-300, -240, sunday(March, 8, 7, 0), sunday(November, 1, 6, 0)),
        // The first Sundays of October and April, at two by the clock there, and by half an hour; it is the south.
        "Australia/Lord_Howe" => {
            let begin = sunday(October, 1, 2, 0) - time::Duration::minutes(630);
            let end = sunday(April, 1, 2, 0) - time::Duration::minutes(660);
            Some(if at >= end && at < begin { 630 } else { 660 })
        }
        _ => None,
    }
}

/// The slow twin of the hours: the time on the clock there, written out and compared as text.
pub(super) fn is_open(hours: &SignInHours, now: Timestamp) -> bool {
    let at = time::OffsetDateTime::from_unix_timestamp(now.as_micros().div_euclid(1_000_000)).unwrap();
    let Some(offset) = offset(hours.zone.name(), at) else { return false };
    let local = at + time::Duration::minutes(offset);
    let shown =
        format!("{} {:02}:{:02}", local.weekday().to_string().to_lowercase(), local.hour(), local.minute());
    hours.windows.iter().any(|window| {
        let (from, until) =
            window.to_string().split_once('-').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let day = from.split_once(' ').unwrap().0;
        shown.starts_with(day) && shown >= from && shown < format!("{day} {until}")
    })
}

/// Instants around the changes of clocks, and anywhere.
pub(super) fn instant() -> impl Strategy<Value = Timestamp> {
    let changes = [
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-03-08T07:00:00Z",
        "2026-11-01T06:00:00Z",
        "2026-04-04T15:00:00Z",
        "2026-10-03T15:30:00Z",
    ];
    let near = (select(changes.to_vec()), -7_200_i64..7_200).prop_map(|(change, seconds)| {
        let change: Timestamp = change.parse().unwrap();
        Timestamp::from_micros(change.as_micros() + seconds * 1_000_000)
    });
    let anywhere =
        (1_200_000_000_i64..3_000_000_000).prop_map(|second| Timestamp::from_micros(second * 1_000_000));
    prop_oneof![near, anywhere]
}
