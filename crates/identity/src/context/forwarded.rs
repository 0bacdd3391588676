//! Who is behind a proxy.

mod rfc7239;

use std::{fmt, net::IpAddr, str::FromStr};

use super::address::{AddressRange, ClientAddress};

/// The proxies that are believed when they say whom they speak for.
///
/// By default none is, and the address of a request is that of its connection, whatever its headers say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    /// Where they are.
    pub ranges: Vec<AddressRange>,
    /// The header that they all write.
    pub header: ForwardingHeader,
}

/// The header in which proxies say whom they speak for. Only the one that is chosen is read: a proxy hands on the
/// other as its client wrote it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardingHeader {
    /// `X-Forwarded-For`, which most proxies write.
    #[default]
    XForwardedFor,
    /// `Forwarded`, of [RFC 7239](https://www.rfc-editor.org/rfc/rfc7239).
    Forwarded,
}

/// Why it cannot be told where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForwardingProblem {
    /// The proxy says nothing.
    #[error("the proxy in between does not say whom it speaks for")]
    Missing,
    /// There are two headers, of which one may be forged.
    #[error("there is more than one forwarding header")]
    Duplicate,
    /// It is longer than any honest one.
    #[error("the forwarding header is too long")]
    Oversized,
    /// Some part of it is no address.
    #[error("the forwarding header cannot be read")]
    Unreadable,
}

const MAX_BYTES: usize = 2_048;
const MAX_HOPS: usize = 32;

impl TrustedProxies {
    /// The address of the client, for a connection from `peer` that brought these values of the
    /// [header](ForwardingHeader::name).
    ///
    /// What an untrusted peer says is not read. What trusted ones say is read from the right: each has added who
    /// spoke to it, so the first address that is no proxy's is the client's, and what stands left of it is hearsay.
    /// If all are proxies, the leftmost has asked by itself.
    ///
    /// # Errors
    /// If there is not exactly one header of bearable length that can be read to its end. Even hearsay has to be
    /// readable: what is not was written to confuse.
    pub fn client<'a>(
        &self,
        peer: ClientAddress,
        values: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<ClientAddress, ForwardingProblem> {
        if !self.trusts(peer) {
            return Ok(peer);
        }
        let mut values = values.into_iter();
        let value = values.next().ok_or(ForwardingProblem::Missing)?;
        if values.next().is_some() {
            return Err(ForwardingProblem::Duplicate);
        }
        let hops = self.header.hops(value)?;
        let client = hops.iter().rev().find(|hop| !self.trusts(**hop)).or(hops.first());
        client.copied().ok_or(ForwardingProblem::Unreadable)
    }

    fn trusts(&self, address: ClientAddress) -> bool {
        self.ranges.iter().any(|range| range.contains(address))
    }
}

impl ForwardingHeader {
    /// Both.
    pub const ALL: [Self; 2] = [Self::XForwardedFor, Self::Forwarded];

    /// Its name, in small letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    fn hops(self, value: &[u8]) -> Result<Vec<ClientAddress>, ForwardingProblem> {
        if value.len() > MAX_BYTES {
            return Err(ForwardingProblem::Oversized);
        }
        let text = str::from_utf8(value).map_err(|_| ForwardingProblem::Unreadable)?;
        let hops = match self {
            Self::XForwardedFor => text.split(',').map(|hop| node(hop.trim_matches(SPACE))).collect(),
            Self::Forwarded => {
                rfc7239::nodes(text).and_then(|nodes| nodes.iter().map(|text| node(text)).collect())
            }
        };
        let hops: Vec<_> = hops.ok_or(ForwardingProblem::Unreadable)?;
        if hops.len() > MAX_HOPS { Err(ForwardingProblem::Oversized) } else { Ok(hops) }
    }
}

/// What may stand around the parts of a header.
const SPACE: [char; 2] = [' ', '\t'];

/// An address, with or without a port: `192.0.2.7`, `192.0.2.7:80`, `2001:db8::7`, `[2001:db8::7]`, `[2001:db8::7]:80`.
fn node(text: &str) -> Option<ClientAddress> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(host, port)| (host, port.strip_prefix(':')))?,
        None => text.split_once(':').map(|(host, port)| (host, Some(port)))?,
    };
    let address: IpAddr = host.parse().ok()?;
    let is_well_written = address.is_ipv6() == text.starts_with('[');
    let is_whole = match port {
        Some(port) => port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => text.ends_with(']'),
    };
    (is_well_written && is_whole).then(|| address.into())
}

impl fmt::Display for ForwardingHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no forwarding header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `x-forwarded-for` or `forwarded`")]
pub struct ForwardingHeaderError;

impl FromStr for ForwardingHeader {
    type Err = ForwardingHeaderError;

    fn from_str(text: &str) -> Result<Self, ForwardingHeaderError> {
        Self::ALL.into_iter().find(|header| header.name() == text).ok_or(ForwardingHeaderError)
    }
}

#[cfg(test)]
mod tests {
    use ForwardingHeader::{Forwarded, XForwardedFor};
    use ForwardingProblem::{Duplicate, Missing, Oversized, Unreadable};

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn client(header: ForwardingHeader, peer: &str, values: &[&str]) -> Result<String, ForwardingProblem> {
        let ranges = ["10.0.0.0/8", "fd00::/8"].map(|range| range.parse().unwrap()).to_vec();
        let values = values.iter().map(|value| value.as_bytes());
        let found = TrustedProxies { ranges, header }.client(peer.parse().unwrap(), values)?;
        Ok(found.to_string())
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_is_the_client() {
        let cases: [(&str, &[&str], Result<&str, ForwardingProblem>); 22] = [
            ("one hop", &["192.0.2.7"], Ok("192.0.2.7")),
            ("proxies in between", &["192.0.2.7, 10.9.9.9, 10.1.1.1"], Ok("192.0.2.7")),
            ("a forged address in front", &["198.51.100.1, 192.0.2.7"], Ok("192.0.2.7")),
            ("a forged proxy in front", &["10.0.0.9,192.0.2.7 , 10.0.0.2"], Ok("192.0.2.7")),
            ("a proxy behind an untrusted one", &["192.0.2.7, 198.51.100.1, 10.0.0.2"], Ok("198.51.100.1")),
            ("proxies alone", &["10.0.0.9, 10.0.0.2"], Ok("10.0.0.9")),
            ("a port", &["192.0.2.7:443"], Ok("192.0.2.7")),
            ("IPv6", &["2001:db8::7"], Ok("2001:db8::7")),
            ("IPv6 and a port", &["[2001:db8::7]:443, fd00::1"], Ok("2001:db8::7")),
            ("IPv4 as IPv6", &["::ffff:192.0.2.7"], Ok("192.0.2.7")),
            ("a proxy as IPv6", &["192.0.2.7, ::ffff:10.0.0.2"], Ok("192.0.2.7")),
            ("nothing", &[], Err(Missing)),
            ("two headers", &["192.0.2.7", "192.0.2.7"], Err(Duplicate)),
            ("empty", &[""], Err(Unreadable)),
            ("an empty hop", &["192.0.2.7,,10.0.0.2"], Err(Unreadable)),
            ("a comma behind", &["192.0.2.7,"], Err(Unreadable)),
            ("a word", &["unknown"], Err(Unreadable)),
            ("a word in front", &["unknown, 192.0.2.7"], Err(Unreadable)),
            ("a bad port", &["192.0.2.7:99999"], Err(Unreadable)),
            ("a port with a sign", &["192.0.2.7:+80"], Err(Unreadable)),
            ("IPv4 in brackets", &["[192.0.2.7]"], Err(Unreadable)),
            ("leading zeros", &["192.0.2.007"], Err(Unreadable)),
        ];
        for (name, values, expected) in cases {
            let expected = expected.map(str::to_owned);
            assert_eq!(client(XForwardedFor, PROXY, values), expected, "{name}");
        }
    }

    #[test]
    fn nobody_else_is_believed() {
        for values in [&["198.51.100.1"][..], &["garbage"], &[], &["10.0.0.1", "10.0.0.2"]] {
            assert_eq!(client(XForwardedFor, "192.0.2.7", values), Ok("192.0.2.7".to_owned()));
        }
        let alone = TrustedProxies::default();
        let peer = PROXY.parse().unwrap();
        assert_eq!(alone.client(peer, [&b"198.51.100.1"[..]]), Ok(peer));
    }

    #[test]
    fn a_header_of_unbearable_length_is_refused() {
        let long = format!("192.0.2.7,{}192.0.2.7", " ".repeat(MAX_BYTES));
        assert_eq!(client(XForwardedFor, PROXY, &[&long]), Err(Oversized));
        let many = vec!["192.0.2.7"; MAX_HOPS + 1].join(",");
        assert_eq!(client(XForwardedFor, PROXY, &[&many]), Err(Oversized));
        let bearable = vec!["192.0.2.7"; MAX_HOPS].join(",");
        assert_eq!(client(XForwardedFor, PROXY, &[&bearable]), Ok("192.0.2.7".to_owned()));
    }

    #[test]
    fn the_header_of_the_standard_is_read_as_the_standard_says() {
        let cases = [
            ("one hop", "for=192.0.2.7", Ok("192.0.2.7")),
            ("other parameters", "proto=https;For=192.0.2.7;by=203.0.113.43", Ok("192.0.2.7")),
            ("a port", r#"for="192.0.2.7:443""#, Ok("192.0.2.7")),
            ("IPv6", r#"for="[2001:db8::7]:4711""#, Ok("2001:db8::7")),
            ("hops", r#"for=198.51.100.1, for="192.0.2.7" ,for=10.0.0.2;proto=http"#, Ok("192.0.2.7")),
            ("a comma in quotes", r#"host="a,b;for=10.0.0.1";for=192.0.2.7"#, Ok("192.0.2.7")),
            ("an escaped quote", r#"host="a\"b";for=192.0.2.7"#, Ok("192.0.2.7")),
            ("escaped digits", r#"for="\1\92.0.2.7""#, Ok("192.0.2.7")),
            ("unknown", "for=unknown", Err(Unreadable)),
            ("hidden", "for=_gazonk, for=192.0.2.7", Err(Unreadable)),
            ("nobody", "proto=https", Err(Unreadable)),
            ("a nameless hop in front", "proto=https, for=192.0.2.7", Err(Unreadable)),
            ("two of a hop", "for=192.0.2.7;for=192.0.2.8", Err(Unreadable)),
            ("an open quote", r#"for="192.0.2.7"#, Err(Unreadable)),
            ("behind a quote", r#"for="192.0.2.7"x"#, Err(Unreadable)),
            ("IPv6 without quotes", "for=[2001:db8::7]", Err(Unreadable)),
            ("the other header's form", "192.0.2.7", Err(Unreadable)),
            ("space around the sign", "for = 192.0.2.7", Err(Unreadable)),
            ("empty", "", Err(Unreadable)),
        ];
        for (name, value, expected) in cases {
            assert_eq!(client(Forwarded, PROXY, &[value]), expected.map(str::to_owned), "{name}");
        }
    }
}
