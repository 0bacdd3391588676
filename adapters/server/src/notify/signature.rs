//! Signature Version 4, by which AWS knows who asks.
//!
//! The libraries for it bring a runtime of their own or a reader of configuration files along; this is what one kind of
//! request needs of it. It is checked against the example that AWS has published.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sutra_kernel::Timestamp;
use zeroize::Zeroizing;

use crate::config::Secret;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const HEADERS: &str = "content-type;host;x-amz-date";

/// The access key of somebody, for a service in a region.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) region: String,
    pub(super) service: &'static str,
}

/// What is asked. The path and the query are written as they travel.
pub(super) struct Request<'r> {
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    pub(super) query: &'r str,
    pub(super) host: &'r str,
    pub(super) content_type: &'r str,
    pub(super) body: &'r [u8],
}

/// The headers that show who asks.
pub(super) struct Signed {
    /// Of `x-amz-date`.
    pub(super) date: String,
    /// Of `authorization`.
    pub(super) authorization: String,
}

impl Key {
    /// Signs a request that is sent now.
    pub(super) fn sign(&self, request: &Request<'_>, now: Timestamp) -> Signed {
        let date = basic_format(now);
        let day = date.split('T').next().unwrap_or_default();
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let canonical = hex(&Sha256::digest(request.canonical(&date)));
        let text = format!("{ALGORITHM}\n{date}\n{scope}\n{canonical}");
        let signature = hex(&mac(&*self.derived(day), text.as_bytes()));
        let authorization = format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={HEADERS}, Signature={signature}",
            self.id
        );
        Signed { date, authorization }
    }

    /// The key of this day, this region and this service.
    fn derived(&self, day: &str) -> Zeroizing<[u8; 32]> {
        let secret = Zeroizing::new(format!("AWS4{}", self.secret.expose()));
        let mut key = Zeroizing::new(mac(secret.as_bytes(), day.as_bytes()));
        for part in [&self.region, self.service, "aws4_request"] {
            *key = mac(&*key, part.as_bytes());
        }
        key
    }
}

impl Request<'_> {
    fn canonical(&self, date: &str) -> String {
        let Self { method, path, query, host, content_type, body } = self;
        let body = hex(&Sha256::digest(body));
        format!(
            "{method}\n{path}\n{query}\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{date}\n\n{HEADERS}\n{body}"
        )
    }
}

/// `20150830T123600Z`
fn basic_format(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.get(..19).unwrap_or(&text);
    seconds.chars().filter(|c| !matches!(c, '-' | ':')).chain(['Z']).collect()
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length; what came of no key would be refused.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the AWS General Reference, "Signature Version 4 signing process".
    #[test]
    fn the_published_example_is_signed_as_published() {
        let key = Key {
            id: "AKIDEXAMPLE".to_owned(),
            secret: Secret::of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1".to_owned(),
            service: "iam",
        };
        let request = Request {
            method: "GET",
            path: "/",
            query: "Action=ListUsers&Version=2010-05-08",
            host: "iam.amazonaws.com",
            content_type: "application/x-www-form-urlencoded; charset=utf-8",
            body: b"",
        };
        let now = "2015-08-30T12:36:00Z".parse().unwrap();
        assert_eq!(
            hex(&Sha256::digest(request.canonical("20150830T123600Z"))),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
        assert_eq!(
            hex(&*key.derived("20150830")),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
        let signed = key.sign(&request, now);
        assert_eq!(signed.date, "20150830T123600Z");
        assert_eq!(
            signed.authorization,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }
}
