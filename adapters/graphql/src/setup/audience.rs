//! Whom restriction rules bind.

use async_graphql::{ID, InputObject, SimpleObject};
use sutra_acl::Audience as Stored;
use sutra_engine::Error;

use super::{
    principal::Principal,
    request::{Result, parse},
};

/// Whom a rule binds: everybody, or whoever is named in one of these ways.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "AudienceInput")]
pub(super) struct Audience {
    /// Whether it is everybody; then nobody else is named.
    #[graphql(default)]
    everybody: bool,
    /// Users with one of these profiles.
    #[graphql(default)]
    profile_ids: Vec<ID>,
    /// Users that are named so.
    #[graphql(default)]
    principals: Vec<Principal>,
}

impl Audience {
    pub(super) fn resolve(&self) -> Result<Stored> {
        if self.everybody && !(self.profile_ids.is_empty() && self.principals.is_empty()) {
            return Err(Error::BadInput("name everybody, or some, and not both".to_owned()));
        }
        if self.everybody {
            return Ok(Stored::Everybody);
        }
        Ok(Stored::Some {
            profiles: self.profile_ids.iter().map(parse).collect::<Result<_>>()?,
            principals: self.principals.iter().map(Principal::resolve).collect::<Result<_>>()?,
        })
    }
}

impl From<&Stored> for Audience {
    fn from(audience: &Stored) -> Self {
        match audience {
            Stored::Everybody => Self { everybody: true, profile_ids: Vec::new(), principals: Vec::new() },
            Stored::Some { profiles, principals } => Self {
                everybody: false,
                profile_ids: profiles.iter().map(|profile| ID::from(*profile)).collect(),
                principals: principals.iter().copied().map(Principal::from).collect(),
            },
        }
    }
}
