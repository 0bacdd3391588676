//! Where a request came from, as the proxies say that it passed.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use poem::http::{HeaderMap, HeaderName, StatusCode};

use super::answer::Refusal;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// More than any chain of proxies writes.
const MAX_BYTES: usize = 1_024;

/// The proxies that are believed when they say where a request came from: none, if not set, and then nobody is.
///
/// Each adds the address that it was called from at the end of one `X-Forwarded-For` header. The visitor is the last one
/// that is no proxy: what stands before it, anybody may have written.
///
/// # Security
/// Where proxies are trusted, whoever is none and brings the header is refused, and so is a proxy that brings none, two, or
/// one that is no list of addresses: an address that might be wrong opens nothing.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Those with an address in one of these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of whoever sent a request, if it is known.
    ///
    /// # Errors
    /// If it cannot be believed.
    pub(super) fn visitor(
        &self,
        peer: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<Option<IpAddr>, Refusal> {
        let peer = peer.map(|address| address.to_canonical());
        if self.0.is_empty() {
            return Ok(peer);
        }
        match peer {
            Some(proxy) if self.has(proxy) => self.named(headers).map(Some).ok_or(unsaid()),
            _ if headers.contains_key(FORWARDED_FOR) => Err(no_proxy()),
            _ => Ok(peer),
        }
    }

    /// The last address of the header that is no proxy's; the first of all, if each is one.
    fn named(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let mut values = headers.get_all(FORWARDED_FOR).iter();
        let value = values.next().filter(|value| value.len() <= MAX_BYTES)?;
        if values.next().is_some() {
            return None;
        }
        let hops: Option<Vec<IpAddr>> = value.to_str().ok()?.split(',').map(read).collect();
        let hops = hops?;
        let visitor = hops.iter().rev().find(|hop| !self.has(**hop)).or(hops.first())?;
        Some(*visitor)
    }
}

/// An address, beside which some proxies write the port.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().ok().or_else(|| hop.parse().ok().map(|socket: SocketAddr| socket.ip()))?;
    Some(address.to_canonical())
}

fn no_proxy() -> Refusal {
    let message =
        "leave `X-Forwarded-For` out: this is no address of a proxy that may say where a request came from";
    Refusal::Form(StatusCode::BAD_REQUEST, message)
}

fn unsaid() -> Refusal {
    let message =
        "the proxy must say where a request came from, in one `X-Forwarded-For` header of addresses";
    Refusal::Form(StatusCode::BAD_REQUEST, message)
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";
    const VISITOR: &str = "203.0.113.7";

    fn proxies() -> TrustedProxies {
        TrustedProxies::new(["10.0.0.0/8", "2001:db8::/32"].map(|net| net.parse().unwrap()).to_vec())
    }

    fn seen(proxies: &TrustedProxies, peer: &str, headers: &[&str]) -> Option<String> {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(FORWARDED_FOR, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let visitor = proxies.visitor(Some(peer.parse().unwrap()), &map).ok()?;
        visitor.map(|address| address.to_string())
    }

    #[test]
    fn s17_the_visitor_is_the_last_that_is_no_proxy() {
        let cases = [
            ("one proxy", PROXY, VISITOR, VISITOR),
            ("two of them", PROXY, "203.0.113.7, 10.9.9.9", VISITOR),
            ("what the visitor has written stands before", PROXY, "192.0.2.1, 203.0.113.7", VISITOR),
            (
                "a proxy's address that the visitor has written",
                PROXY,
                "10.0.0.5,203.0.113.7,10.0.0.2",
                VISITOR,
            ),
            ("proxies alone", PROXY, "10.0.0.5, 10.0.0.6", "10.0.0.5"),
            ("with a port", PROXY, "203.0.113.7:50123", VISITOR),
            ("of the newer kind", "2001:db8::1", "2001:db9::7", "2001:db9::7"),
            ("of the newer kind, with a port", PROXY, "[2001:db9::7]:443", "2001:db9::7"),
            ("one within the other", "::ffff:10.0.0.1", "::ffff:203.0.113.7", VISITOR),
        ];
        for (what, peer, header, expected) in cases {
            assert_eq!(seen(&proxies(), peer, &[header]).as_deref(), Some(expected), "{what}");
        }
        assert_eq!(seen(&proxies(), VISITOR, &[]).as_deref(), Some(VISITOR), "without a proxy");
    }

    #[test]
    fn s17_what_cannot_be_believed_is_refused() {
        let long = [VISITOR; 100].join(", ");
        let cases: [(&str, &str, &[&str]); 10] = [
            ("forged", VISITOR, &["192.0.2.1"]),
            ("nothing", PROXY, &[]),
            ("twice", PROXY, &[VISITOR, VISITOR]),
            ("empty", PROXY, &[""]),
            ("a name", PROXY, &["localhost"]),
            ("not known", PROXY, &["unknown"]),
            ("a hole", PROXY, &["203.0.113.7,,10.0.0.2"]),
            ("no address before the visitor", PROXY, &["x, 203.0.113.7"]),
            ("no text", PROXY, &["203.0.113.7\u{e9}"]),
            ("endless", PROXY, &[&long]),
        ];
        for (what, peer, headers) in cases {
            assert_eq!(seen(&proxies(), peer, headers), None, "{what}");
        }
    }

    #[test]
    fn where_no_proxy_is_trusted_nobody_is_believed() {
        let none = TrustedProxies::default();
        assert_eq!(seen(&none, VISITOR, &["192.0.2.1"]).as_deref(), Some(VISITOR));
        assert_eq!(seen(&none, PROXY, &["nonsense"]).as_deref(), Some(PROXY));
    }
}
