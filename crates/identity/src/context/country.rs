//! Countries, and which of them people may sign in from.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// A country, by its code of two letters (ISO 3166-1 alpha-2; Kosovo is `XK`, as everywhere).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "&str")]
pub struct Country(&'static str);

/// A text that is no country's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no country; write the two capital letters of ISO 3166-1, such as `SE` or `GB`")]
pub struct CountryError(String);

/// From which countries somebody may sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CountryLimits {
    /// Which countries.
    pub rule: CountryRule,
    /// Whether addresses of private networks pass, if there is a rule. They are of no country: by default they do not.
    pub allow_private_addresses: bool,
}

/// Which countries pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountryRule {
    /// Nobody asks.
    #[default]
    Any,
    /// These alone. Where the country of an address is unknown, it does not pass.
    Only(BTreeSet<Country>),
    /// All but these. Where the country of an address is unknown, it passes.
    Except(BTreeSet<Country>),
}

/// What became of looking up the country of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountryFinding {
    /// It is this one.
    Known(Country),
    /// There is none, or nobody knows it.
    Unknown,
    /// It could not be looked up.
    Unavailable,
}

impl Country {
    /// The country's code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl CountryLimits {
    /// Whether nothing is asked about countries.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.rule == CountryRule::Any
    }
}

impl CountryRule {
    /// Whether people may sign in from this country.
    #[must_use]
    pub fn passes(&self, country: Country) -> bool {
        match self {
            Self::Any => true,
            Self::Only(named) => named.contains(&country),
            Self::Except(named) => !named.contains(&country),
        }
    }
}

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        let code = CODES.split_ascii_whitespace().find(|code| *code == text);
        code.map(Self).ok_or_else(|| CountryError(text.chars().take(SHOWN).collect()))
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl From<Country> for &str {
    fn from(country: Country) -> Self {
        country.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

const SHOWN: usize = 16;

const CODES: &str = "
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        let codes: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert_eq!(codes.len(), 249 + 1);
        assert!(codes.is_sorted_by(|a, b| a < b));
        for text in ["", "se", "UK", "SWE", "EU", "XX", "S E", "SE "] {
            assert!(text.parse::<Country>().is_err(), "{text}");
        }
        assert_eq!("SE".parse::<Country>().unwrap().to_string(), "SE");
    }
}
