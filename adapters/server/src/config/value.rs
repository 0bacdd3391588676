//! Values that cannot be wrong once they are read.

use std::{
    fmt, fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::Duration,
};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};
use sutra_identity::{EmailAddress, PhoneNumber};
use url::{Host, Url};

use super::ConfigError;

/// A whole number between two bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Bounded<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// A default; what is out of bounds is brought to the nearest bound.
    pub(super) const fn new(number: u32) -> Self {
        Self(if number < MIN {
            MIN
        } else if number > MAX {
            MAX
        } else {
            number
        })
    }

    pub(crate) const fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn seconds(self) -> Duration {
        Duration::from_secs(self.0.into())
    }

    pub(crate) fn minutes(self) -> Duration {
        Duration::from_secs(60 * u64::from(self.0))
    }
}

struct BoundedVisitor<const MIN: u32, const MAX: u32>;

impl<const MIN: u32, const MAX: u32> de::Visitor<'_> for BoundedVisitor<MIN, MAX> {
    type Value = Bounded<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {MIN} to {MAX}")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        let fits = u32::try_from(number).ok().filter(|number| (MIN..=MAX).contains(number));
        fits.map(Bounded).ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Bounded<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(BoundedVisitor)
    }
}

/// A text that must not be seen: it has no `Debug`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    /// What a file holds, without the line break at its end.
    ///
    /// # Errors
    /// If it cannot be read, or is empty.
    pub(super) fn read(key: &str, file: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(file).map_err(|error| ConfigError::unreadable(key, file, &error))?;
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err(ConfigError::unusable(key, file, "it is empty")),
            secret => Ok(Self(secret.to_owned())),
        }
    }

    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// An address and a port.
pub(super) fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let must = "must be an address and a port, such as `127.0.0.1:8080` or `[::1]:8080`";
    text.parse().map_err(|_| de::Error::custom(must))
}

/// The address that browsers see: encrypted, unless it never leaves the machine.
pub(super) fn public_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let must = "must be an https address such as `https://crm.example.com`, or an http address on this machine, \
                without a path";
    let url = Url::parse(&text).map_err(|_| de::Error::custom(must))?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    let is_origin = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_plain = url.username().is_empty() && url.password().is_none();
    if is_safe && is_origin && is_plain { Ok(Some(url)) } else { Err(de::Error::custom(must)) }
}

/// Whether an address is of this machine alone.
pub(super) fn is_loopback(url: &Url) -> bool {
    url.host().is_some_and(|host| is_loopback_host(&host))
}

/// Whether a host is this machine.
pub(super) fn is_loopback_host<Name: AsRef<str>>(host: &Host<Name>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost" || name.as_ref().ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A machine, by its name or its address.
pub(super) fn host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Host, D::Error> {
    let text = String::deserialize(deserializer)?;
    let must = "must be the name of a machine, such as `mail.example.com`, without a port";
    Host::parse(&text).map_err(|_| de::Error::custom(must))
}

/// An e-mail address.
pub(super) fn email<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EmailAddress>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let must = "must be an e-mail address such as `crm@example.com`";
    EmailAddress::parse(&text).map(Some).map_err(|_| de::Error::custom(must))
}

/// A telephone number.
pub(super) fn telephone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PhoneNumber>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let must = "must be a telephone number such as `+491701234567`: a plus sign and 8 to 15 digits";
    PhoneNumber::parse(&text).map(Some).map_err(|_| de::Error::custom(must))
}

/// A name that programs give each other.
pub(super) fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !text.is_empty() && text.chars().all(is_word) {
        return Ok(text);
    }
    Err(de::Error::custom("must be letters, digits and hyphens"))
}

/// What Twilio calls a thing of this kind: two letters and 32 hexadecimal digits.
#[derive(Clone)]
pub(crate) struct Sid<const A: char, const B: char>(String);

impl<const A: char, const B: char> Sid<A, B> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de, const A: char, const B: char> Deserialize<'de> for Sid<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix(A).and_then(|rest| rest.strip_prefix(B)).unwrap_or_default();
        if digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self(text));
        }
        Err(de::Error::custom(format!("must be `{A}{B}` and 32 hexadecimal digits")))
    }
}

/// Networks, and addresses, which are the smallest of them.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = |text: &String| text.parse().ok().or_else(|| text.parse().ok().map(|one: IpAddr| one.into()));
    let networks: Option<Vec<IpNet>> = texts.iter().map(read).collect();
    networks.ok_or_else(|| {
        de::Error::custom("must be addresses and networks such as `10.0.0.2` or `10.0.0.0/24`")
    })
}

/// Exact origins, as browsers write them.
pub(super) fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let is_origin = |text: &String| {
        Url::parse(text)
            .is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == *text)
    };
    if texts.iter().all(is_origin) {
        return Ok(texts);
    }
    Err(de::Error::custom("must be exact origins such as `https://crm.example.com`, without a path"))
}
