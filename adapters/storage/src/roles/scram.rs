//! SCRAM verifiers, so that no password is in a statement that a server may log.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sutra_kernel::Entropy;

/// What PostgreSQL itself uses.
const ITERATIONS: u32 = 4_096;

/// What PostgreSQL stores instead of a password (RFC 5803, with SHA-256).
///
/// Nothing if the password is empty or has other than printable ASCII characters, which need no preparation.
pub(super) fn verifier(password: &str, entropy: &dyn Entropy) -> Option<String> {
    if password.is_empty() || !password.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return None;
    }
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let salted = salted(password.as_bytes(), &salt)?;
    let stored_key = Sha256::digest(mac(&salted, &[b"Client Key"])?);
    let server_key = mac(&salted, &[b"Server Key"])?;
    let [salt, stored, server] =
        [&salt[..], &stored_key[..], &server_key[..]].map(|bytes| BASE64.encode(bytes));
    Some(format!("SCRAM-SHA-256${ITERATIONS}:{salt}${stored}:{server}"))
}

/// `Hi` of RFC 5802: PBKDF2 with one block.
fn salted(password: &[u8], salt: &[u8]) -> Option<[u8; 32]> {
    let mut round = mac(password, &[salt, &1_u32.to_be_bytes()])?;
    let mut result = round;
    for _ in 1..ITERATIONS {
        round = mac(password, &[&round])?;
        result.iter_mut().zip(round).for_each(|(left, right)| *left ^= right);
    }
    Some(result)
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Salt(&'static str);

    impl Entropy for Salt {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.copy_from_slice(&BASE64.decode(self.0).unwrap());
        }
    }

    /// The exchange of RFC 7677, section 3: its server signature is made with this server key.
    #[test]
    fn a_verifier_is_the_one_of_the_specification() {
        let verifier = verifier("pencil", &Salt("W22ZaJ0SNY7soEsUEjb6gQ==")).unwrap();
        let (head, keys) = verifier.rsplit_once('$').unwrap();
        assert_eq!(head, "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==");
        let server_key = BASE64.decode(keys.split_once(':').unwrap().1).unwrap();
        let exchange = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                        s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,\
                        r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let signature = mac(&server_key, &[exchange.as_bytes()]).unwrap();
        assert_eq!(BASE64.encode(signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn a_password_that_needs_preparation_is_refused() {
        for password in ["", "pässword", "tab\t"] {
            assert_eq!(verifier(password, &Salt("W22ZaJ0SNY7soEsUEjb6gQ==")), None, "{password:?}");
        }
    }
}
