//! Typed identifiers: one append-only list.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::{Entropy, Timestamp};

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text names another kind of thing, or none.
    #[error("expected an identifier that starts with `{0}_`")]
    Prefix(&'static str),
    /// The part after the prefix is not 26 digits of base32 that fit 128 bits.
    #[error("expected 26 lower-case base32 digits after `{0}_`")]
    Digits(&'static str),
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// A UUID version 7; on the wire `prefix_` and 26 base32 digits, as the TypeID
        /// specification (version 0.3) has it. Ids made a microsecond later sort later.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The word before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Makes an id that sorts after those made before `now`.
            #[must_use]
            pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(generate(now, entropy))
            }

            /// Wraps an identifier that was stored.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare identifier, for storage and hashing.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The 16 bytes, big-endian.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_", $prefix)?;
                encode(self.0).try_for_each(|digit| fmt::Write::write_char(f, digit))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let digits = text
                    .strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .ok_or(IdError::Prefix($prefix))?;
                decode(digits).map(Self).ok_or(IdError::Digits($prefix))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A workspace: one customer's data, isolated from every other's.
    WorkspaceId = "ws";
    /// A person who can sign in to one workspace.
    UserId = "user";
    /// A set of permissions that every user has exactly one of.
    ProfileId = "profile";
    /// A place in the role hierarchy.
    RoleId = "role";
    /// A record of any object.
    RecordId = "rec";
    /// The definition of an object, such as Account.
    ObjectId = "object";
    /// The definition of a field of an object.
    FieldId = "field";
    /// A signed-in session.
    SessionId = "session";
    /// A stored credential of a user.
    CredentialId = "cred";
    /// A unit of work: everything that commits together.
    UnitId = "unit";
    /// One request from outside, for logs and the ledger.
    RequestId = "req";
    /// A piece of work to be done outside the unit that asked for it.
    TaskId = "task";
    /// One run of the importer.
    ImportId = "import";
    /// A validation rule of an object.
    RuleId = "rule";
    /// A set of permissions that any number of users may have beside their profile.
    PermissionSetId = "permset";
    /// Permission sets that are given together.
    PermissionSetGroupId = "permsetgroup";
    /// A group of people, or a queue that owns records.
    GroupId = "group";
    /// A territory: records and people assigned to it, in a tree.
    TerritoryId = "territory";
    /// A rule that shares records.
    SharingRuleId = "sharingrule";
    /// A rule that hides records.
    RestrictionRuleId = "restriction";
    /// A device on which no second factor is asked for.
    DeviceId = "device";
    /// A personal access token: what is stored of it.
    AccessTokenId = "token";
    /// A ceremony that is under way, such as a sign-in that waits for a code.
    FlowId = "flow";
}

impl WorkspaceId {
    /// The installation itself, which has its own operators, keys and ledger, and no records.
    pub const INSTANCE: Self = Self(Uuid::nil());
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// RFC 9562, section 6.2, method 3: the twelve bits after the millisecond tell the part of it.
fn generate(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let micros = u64::try_from(now.as_micros()).unwrap_or(0);
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let [high, low] = u16::try_from((micros % 1_000) * 4_096 / 1_000).unwrap_or(0).to_be_bytes();
    let [first, second, ..] = &mut random;
    (*first, *second) = (high, low);
    Builder::from_unix_timestamp_millis(micros / 1_000, &random).into_uuid()
}

fn encode(uuid: Uuid) -> impl Iterator<Item = char> {
    let bits = uuid.as_u128();
    (0..26).rev().map(move |place| {
        let digit = (bits >> (place * 5)) & 31;
        DIGITS.get(usize::try_from(digit).unwrap_or(0)).map_or('0', |byte| char::from(*byte))
    })
}

fn decode(digits: &str) -> Option<Uuid> {
    let valid = digits.len() == 26 && digits.bytes().next()? <= b'7';
    if !valid {
        return None;
    }
    let bits = digits.bytes().try_fold(0_u128, |bits, byte| {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        Some(bits << 5 | u128::try_from(digit).ok()?)
    })?;
    Some(Uuid::from_u128(bits))
}

#[cfg(test)]
mod tests {
    use uuid::uuid;

    use super::*;

    /// From the TypeID specification's `valid.yml`.
    #[test]
    fn ids_are_written_as_the_specification_has_them() {
        let cases = [
            ("nil", "rec_00000000000000000000000000", Uuid::nil()),
            ("one", "rec_00000000000000000000000001", Uuid::from_u128(1)),
            ("ten", "rec_0000000000000000000000000a", Uuid::from_u128(10)),
            ("thirty-two", "rec_00000000000000000000000010", Uuid::from_u128(32)),
            ("max", "rec_7zzzzzzzzzzzzzzzzzzzzzzzzz", Uuid::max()),
            ("alphabet", "rec_0123456789abcdefghjkmnpqrs", uuid!("0110c853-1d09-52d8-d73e-1194e95b5f19")),
            ("version 7", "rec_01h455vb4pex5vsknk084sn02q", uuid!("01890a5d-ac96-774b-bcce-b302099a8057")),
        ];
        for (name, text, uuid) in cases {
            assert_eq!(RecordId::from_uuid(uuid).to_string(), text, "{name}");
            assert_eq!(text.parse(), Ok(RecordId::from_uuid(uuid)), "{name}");
        }
    }

    struct AlwaysTheSame;

    impl Entropy for AlwaysTheSame {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0xa5);
        }
    }

    #[test]
    fn ids_made_a_microsecond_later_sort_later() {
        let made = |micros| RecordId::generate(Timestamp::from_micros(micros), &AlwaysTheSame);
        for micros in [0, 1, 998, 999, 1_000, 1_772_366_400_000_999] {
            assert!(made(micros) < made(micros + 1), "{micros}");
        }
        let uuid = made(1_772_366_400_000_999).uuid();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_timestamp().unwrap().to_unix(), (1_772_366_400, 0));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let cases = [
            ("another kind", "user_00000000000000000000000000"),
            ("no prefix", "00000000000000000000000000"),
            ("upper case", "rec_0000000000000000000000000A"),
            ("too short", "rec_0000000000000000000000000"),
            ("too long", "rec_000000000000000000000000000"),
            ("too large", "rec_8zzzzzzzzzzzzzzzzzzzzzzzzz"),
            ("not in the alphabet", "rec_0000000000000000000000000u"),
            ("not ascii", "rec_000000000000000000000000é"),
            ("empty", ""),
        ];
        for (name, text) in cases {
            assert!(text.parse::<RecordId>().is_err(), "{name}");
        }
    }
}
