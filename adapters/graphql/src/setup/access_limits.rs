//! From where and when people may sign in and work.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use sutra_engine::Error;
use sutra_identity::{
    AccessLimits as Stored, AddressLists, ContextLevel as Level, ContextReason as Reason,
    ContextRule as Rule, Country, CountryLimits, CountryRule as Countries, Setting, SettingScope,
    SignInHours as Hours, Zone,
};
use sutra_kernel::{ProfileId, UserId};

use super::{
    request::{Result, parse, parse_optional, viewing},
    scalar::DateTime,
    security::{SecuritySettingPayload, put},
};

/// From where and when people may sign in and work: what the limits for everybody, for a profile and for a user all allow.
#[derive(SimpleObject)]
pub(super) struct AccessLimits {
    /// The profile that they are about, if they are about one.
    profile_id: Option<ID>,
    /// The user that they are about, if they are about one.
    user_id: Option<ID>,
    /// The addresses and ranges that alone pass; any does if there are none.
    allow_addresses: Vec<String>,
    /// Those that do not pass, whatever else says so.
    deny_addresses: Vec<String>,
    /// Which countries pass.
    country_rule: CountryRule,
    /// The countries that the rule names.
    countries: Vec<String>,
    /// Whether addresses of private networks pass, if there is a rule about countries.
    allow_private_addresses: bool,
    /// At which hours; null for any.
    hours: Option<SignInHours>,
}

/// What is to count.
#[derive(InputObject)]
struct AccessLimitsInput {
    /// The addresses and ranges that alone pass, such as `192.0.2.0/24`; any does if there are none.
    #[graphql(default)]
    allow_addresses: Vec<String>,
    /// Those that do not pass, whatever else says so.
    #[graphql(default)]
    deny_addresses: Vec<String>,
    /// Which countries pass.
    #[graphql(default_with = "CountryRule::Any")]
    country_rule: CountryRule,
    /// The countries that the rule names, by two letters of ISO 3166-1, such as `SE`.
    #[graphql(default)]
    countries: Vec<String>,
    /// Whether addresses of private networks pass, if there is a rule about countries.
    #[graphql(default)]
    allow_private_addresses: bool,
    /// At which hours; any if left out.
    hours: Option<SignInHours>,
}

/// Which countries pass.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum CountryRule {
    /// All.
    Any,
    /// Those that are named.
    Only,
    /// All but those that are named.
    Except,
}

/// Windows on the clock of a place.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "SignInHoursInput")]
struct SignInHours {
    /// Where the clock stands, such as `Europe/Stockholm`.
    zone: String,
    /// When it is open, such as `monday 08:00-18:00`.
    windows: Vec<String>,
}

/// What would become of somebody who signs in.
#[derive(SimpleObject)]
struct SignInDecision {
    /// Whether every rule allows it.
    allowed: bool,
    /// What became of every rule that there is, in the order in which they are asked.
    reasons: Vec<ContextReason>,
}

/// What became of one rule.
#[derive(SimpleObject)]
struct ContextReason {
    /// Whom the rule is about.
    level: ContextLevel,
    /// What it is about.
    rule: ContextRule,
    /// Why it denies, such as `address_not_allowed`; null if it allows.
    denial: Option<String>,
}

/// Whom a rule is about.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Level")]
enum ContextLevel {
    /// Everybody in the workspace.
    Installation,
    /// Everybody with the profile.
    Profile,
    /// The user.
    User,
}

/// What a rule is about.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Rule")]
enum ContextRule {
    /// The network address.
    Address,
    /// The country of the address.
    Country,
    /// The hour.
    Hours,
}

#[derive(Default)]
pub(super) struct AccessLimitsQuery;

#[derive(Default)]
pub(super) struct AccessLimitsMutation;

#[Object]
impl AccessLimitsQuery {
    /// What would become of a user who signed in from an address at some time, rule by rule. Nothing is tried. Needs
    /// Manage Security.
    async fn sign_in_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] user_id: ID,
        #[graphql(desc = "From which address; one that nobody knows if left out.")] address: Option<String>,
        #[graphql(desc = "When; now if left out.")] at: Option<DateTime>,
    ) -> Result<SignInDecision> {
        let user: UserId = parse(&user_id)?;
        let viewing = viewing(ctx).await?;
        let decision = viewing.sign_in_decision(user, address.as_deref(), at.map(Into::into)).await?;
        let allowed = decision.is_allowed();
        Ok(SignInDecision { allowed, reasons: decision.reasons.into_iter().map(Into::into).collect() })
    }
}

#[Object]
impl AccessLimitsMutation {
    /// Decides from where and when people may sign in and work: everybody, those with one profile, or one user. It counts
    /// from the next request on, and nobody locks themselves out from where they are. Needs Manage Security.
    async fn set_access_limits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The profile, if it is about one.")] profile_id: Option<ID>,
        #[graphql(desc = "The user, if it is about one.")] user_id: Option<ID>,
        #[graphql(desc = "What is to count.")] input: AccessLimitsInput,
        #[graphql(desc = "Sent again with the same key, the change is not made again.")]
        idempotency_key: Option<String>,
    ) -> Result<SecuritySettingPayload> {
        let profile: Option<ProfileId> = parse_optional(profile_id.as_ref())?;
        let user: Option<UserId> = parse_optional(user_id.as_ref())?;
        let scope = match (profile, user) {
            (None, None) => SettingScope::Workspace,
            (Some(profile), None) => SettingScope::Profile(profile),
            (None, Some(user)) => SettingScope::User(user),
            (Some(_), Some(_)) => {
                return Err(Error::BadInput("name a profile or a user, not both".to_owned()));
            }
        };
        put(ctx, idempotency_key.as_deref(), scope, Setting::Access(input.resolve()?)).await
    }
}

impl AccessLimitsInput {
    fn resolve(self) -> Result<Stored> {
        let countries = all::<Country>(&self.countries)?;
        let rule = match self.country_rule {
            CountryRule::Any if !self.countries.is_empty() => {
                return Err(Error::BadInput(
                    "say whether only these countries pass, or all but these".to_owned(),
                ));
            }
            CountryRule::Any => Countries::Any,
            CountryRule::Only => Countries::Only(countries.into_iter().collect()),
            CountryRule::Except => Countries::Except(countries.into_iter().collect()),
        };
        let hours = match self.hours {
            Some(hours) => Some(Hours { zone: Zone::named(&hours.zone), windows: all(&hours.windows)? }),
            None => None,
        };
        Ok(Stored {
            addresses: AddressLists { allow: all(&self.allow_addresses)?, deny: all(&self.deny_addresses)? },
            countries: CountryLimits { rule, allow_private_addresses: self.allow_private_addresses },
            hours,
        })
    }
}

fn all<T: std::str::FromStr<Err: std::fmt::Display>>(texts: &[String]) -> Result<Vec<T>> {
    texts
        .iter()
        .map(|text| text.parse().map_err(|error: T::Err| Error::BadInput(error.to_string())))
        .collect()
}

impl AccessLimits {
    /// What was decided, if that is about access.
    pub(super) fn of(scope: SettingScope, setting: &Setting) -> Option<Self> {
        let Setting::Access(limits) = setting else { return None };
        let (profile_id, user_id) = match scope {
            SettingScope::Workspace => (None, None),
            SettingScope::Profile(profile) => (Some(profile.into()), None),
            SettingScope::User(user) => (None, Some(user.into())),
        };
        let (country_rule, countries) = match &limits.countries.rule {
            Countries::Any => (CountryRule::Any, None),
            Countries::Only(countries) => (CountryRule::Only, Some(countries)),
            Countries::Except(countries) => (CountryRule::Except, Some(countries)),
        };
        Some(Self {
            profile_id,
            user_id,
            allow_addresses: texts(&limits.addresses.allow),
            deny_addresses: texts(&limits.addresses.deny),
            country_rule,
            countries: countries.map(texts).unwrap_or_default(),
            allow_private_addresses: limits.countries.allow_private_addresses,
            hours: limits.hours.as_ref().map(|hours| SignInHours {
                zone: hours.zone.name().to_owned(),
                windows: texts(&hours.windows),
            }),
        })
    }
}

fn texts<'a, T: std::fmt::Display + 'a>(of: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    of.into_iter().map(ToString::to_string).collect()
}

impl From<Reason> for ContextReason {
    fn from(reason: Reason) -> Self {
        let denial = reason.denial.map(|denial| denial.to_string());
        Self { level: reason.level.into(), rule: reason.rule.into(), denial }
    }
}
