//! Where requests come from.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// The network address that a request came from.
///
/// An IPv4 address in IPv6's clothes is the IPv4 address, so that no list can be got around by writing one as the
/// other. `Debug` leaves out which it is: it says where somebody was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientAddress(IpAddr);

/// A text that is no network address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a network address such as `192.0.2.7` or `2001:db8::7`")]
pub struct ClientAddressError;

/// A range of network addresses, as lists name them: `192.0.2.0/24`, `2001:db8::/32`, or one address.
///
/// ```
/// use sutra_identity::{AddressRange, ClientAddress};
///
/// let office: AddressRange = "192.0.2.0/24".parse()?;
/// assert!(office.contains("192.0.2.7".parse::<ClientAddress>()?));
/// assert!(office.contains("::ffff:192.0.2.7".parse::<ClientAddress>()?));
///
/// let refused = "192.0.2.7/24".parse::<AddressRange>().map_err(|error| error.to_string());
/// assert_eq!(refused, Err("`192.0.2.7/24` is not where a range begins; write `192.0.2.0/24`".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AddressRange(IpNet);

/// A text that is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressRangeError {
    /// It is neither an address nor a range.
    #[error("`{0}` is no range of addresses; write `192.0.2.0/24`, `2001:db8::/32` or one address")]
    Form(String),
    /// It has bits behind its prefix.
    #[error("`{0}` is not where a range begins; write `{1}`")]
    NoBeginning(String, AddressRange),
    /// It is a range of IPv4 written as one of IPv6, which no address would ever be in.
    #[error("`{0}` is a range of IPv4; write it as one")]
    Mapped(String),
}

/// How much of a text that is wrong is repeated to whoever wrote it.
const SHOWN: usize = 64;

impl ClientAddress {
    /// The address.
    #[must_use]
    pub const fn ip(self) -> IpAddr {
        self.0
    }

    /// Whether it is of a private network, of this machine or of this link: no country has it.
    #[must_use]
    pub const fn is_private(self) -> bool {
        match self.0 {
            IpAddr::V4(address) => {
                let [first, second, ..] = address.octets();
                let is_shared = first == 100 && second & 0xC0 == 64;
                let is_this = first == 0;
                address.is_private()
                    || address.is_loopback()
                    || address.is_link_local()
                    || is_shared
                    || is_this
            }
            IpAddr::V6(address) => {
                let is_this = address.is_loopback() || address.is_unspecified();
                is_this || address.is_unique_local() || address.is_unicast_link_local()
            }
        }
    }
}

impl AddressRange {
    /// Whether the address is in it.
    #[must_use]
    pub fn contains(&self, address: ClientAddress) -> bool {
        self.0.contains(&address.0)
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl FromStr for ClientAddress {
    type Err = ClientAddressError;

    fn from_str(text: &str) -> Result<Self, ClientAddressError> {
        text.parse::<IpAddr>().map(Self::from).map_err(|_| ClientAddressError)
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAddress")
    }
}

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, AddressRangeError> {
        let shown = || text.chars().take(SHOWN).collect::<String>();
        let range = range(text).ok_or_else(|| AddressRangeError::Form(shown()))?;
        if matches!(range.addr(), IpAddr::V6(address) if address.to_ipv4_mapped().is_some()) {
            return Err(AddressRangeError::Mapped(shown()));
        }
        if range.trunc() == range {
            Ok(Self(range))
        } else {
            Err(AddressRangeError::NoBeginning(shown(), Self(range.trunc())))
        }
    }
}

/// An address and how many of its bits count; all, if it does not say. The standard library reads the address, because
/// it refuses leading zeros, which some programs take for octal numbers.
fn range(text: &str) -> Option<IpNet> {
    let Some((address, bits)) = text.split_once('/') else {
        return text.parse::<IpAddr>().ok().map(IpNet::from);
    };
    let is_number = bits.bytes().all(|digit| digit.is_ascii_digit());
    let bits = bits.parse().ok().filter(|_| is_number)?;
    IpNet::new(address.parse().ok()?, bits).ok()
}

impl TryFrom<String> for AddressRange {
    type Error = AddressRangeError;

    fn try_from(text: String) -> Result<Self, AddressRangeError> {
        text.parse()
    }
}

impl From<AddressRange> for String {
    fn from(range: AddressRange) -> Self {
        range.to_string()
    }
}

/// A range of one address is written as that address.
impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_those_of_countries() {
        let cases = [
            ("10.1.2.3", true),
            ("172.16.0.1", true),
            ("172.32.0.1", false),
            ("192.168.0.1", true),
            ("169.254.1.1", true),
            ("127.0.0.1", true),
            ("0.0.0.0", true),
            ("100.64.0.1", true),
            ("100.127.255.255", true),
            ("100.128.0.1", false),
            ("89.160.20.112", false),
            ("::1", true),
            ("::", true),
            ("fd00::1", true),
            ("fe80::1", true),
            ("::ffff:10.0.0.1", true),
            ("::ffff:89.160.20.112", false),
            ("2001:218::1", false),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<ClientAddress>().unwrap().is_private(), expected, "{text}");
        }
    }

    #[test]
    fn a_range_is_written_as_it_is_read() {
        for text in ["192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "2001:db8::7", "0.0.0.0/0", "::/0"] {
            assert_eq!(text.parse::<AddressRange>().unwrap().to_string(), text);
        }
        assert_eq!("192.0.2.7/32".parse::<AddressRange>().unwrap().to_string(), "192.0.2.7");
    }

    #[test]
    fn what_is_no_range_is_refused_with_what_to_write() {
        let form = "is no range of addresses";
        let cases = [
            ("", form),
            ("office", form),
            ("192.0.2", form),
            ("192.0.2.0/33", form),
            ("192.0.02.0/24", form),
            ("192.0.2.0/+24", form),
            ("192.0.2.0/", form),
            (" 192.0.2.0/24", form),
            ("fe80::1%eth0", form),
            ("192.0.2.7/24", "write `192.0.2.0/24`"),
            ("2001:db8::7/32", "write `2001:db8::/32`"),
            ("::ffff:192.0.2.0/120", "is a range of IPv4"),
            ("::ffff:192.0.2.1", "is a range of IPv4"),
        ];
        for (text, expected) in cases {
            let refused = text.parse::<AddressRange>().unwrap_err().to_string();
            assert!(refused.contains(expected), "`{text}`: {refused}");
        }
        let long = "9".repeat(1_000).parse::<AddressRange>().unwrap_err().to_string();
        assert!(long.len() < 200, "{long}");
    }
}
