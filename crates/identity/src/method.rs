//! What people show beside a password.

use std::{fmt, str::FromStr};

/// A way to show who one is, beside a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The code of an authenticator app.
    Totp,
    /// A code that is sent by e-mail.
    EmailCode,
    /// A code that is sent by SMS.
    SmsCode,
    /// A passkey or a security key.
    Passkey,
    /// One of the codes that were printed for the day when nothing else is at hand.
    RecoveryCode,
}

/// A text that is no method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `totp`, `email_code`, `sms_code`, `passkey` or `recovery_code`")]
pub struct MethodError;

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Totp, Self::EmailCode, Self::SmsCode, Self::Passkey, Self::RecoveryCode];

    /// Its stored form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::EmailCode => "email_code",
            Self::SmsCode => "sms_code",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = MethodError;

    fn from_str(text: &str) -> Result<Self, MethodError> {
        Self::ALL.into_iter().find(|method| method.as_str() == text).ok_or(MethodError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_read_as_it_is_written() {
        for method in Method::ALL {
            assert_eq!(method.to_string().parse(), Ok(method));
        }
        assert_eq!("sms".parse::<Method>(), Err(MethodError));
    }
}
