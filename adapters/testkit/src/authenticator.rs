//! An authenticator app.

use sutra_kernel::Timestamp;
use totp_rs::{Builder, Secret};

/// The code that an app shows at this moment, to which a secret was typed in.
///
/// # Panics
/// If it is no secret.
#[must_use]
pub fn authenticator_code(secret: &str, at: Timestamp) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret in base 32");
    let app = Builder::new().with_secret(secret.as_bytes()).build().expect("a secret that is long enough");
    let seconds = u64::try_from(at.as_micros()).expect("a time after 1970") / 1_000_000;
    app.generate(seconds).to_string()
}
