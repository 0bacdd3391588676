//! Typed identifiers on the wire.
//!
//! GraphQL knows one kind of `ID`; ours say by their prefix what they name, and are parsed before anything is
//! asked of the engine.

use std::str::FromStr;

use sutra_acl::Owner;
use sutra_engine::Error;
use sutra_kernel::IdError;

/// Reads an identifier of the wanted kind.
///
/// # Errors
/// [`Error::BadInput`] for one of another kind, and for what is none.
pub(crate) fn parse_id<T: FromStr<Err = IdError>>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|error: IdError| Error::BadInput(error.to_string()))
}

/// Reads the identifier of a user or a queue.
///
/// # Errors
/// [`Error::BadInput`] for what is neither.
pub(crate) fn parse_owner(text: &str) -> Result<Owner, Error> {
    let user = text.parse().ok().map(Owner::User);
    let owner = user.or_else(|| text.parse().ok().map(Owner::Queue));
    owner.ok_or_else(|| {
        Error::BadInput(
            "an owner is a user or a queue: its identifier starts with `user_` or `group_`".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use sutra_kernel::{RecordId, UserId, Uuid};

    use super::*;

    #[test]
    fn an_identifier_of_another_kind_is_refused() {
        let user = UserId::from_uuid(Uuid::from_u128(7));
        assert_eq!(parse_id::<UserId>(&user.to_string()).unwrap(), user);
        let error = parse_id::<RecordId>(&user.to_string()).unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT");
        assert_eq!(error.to_string(), "expected an identifier that starts with `rec_`");
    }
}
