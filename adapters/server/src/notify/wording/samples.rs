//! Notices to try templates on.

use sutra_identity::{CodeUse, Notice, Occasion, SecretText};
use sutra_kernel::Timestamp;

/// The secret of every notice that has one.
pub(super) const SECRET: &str = "4711-hush";

/// Notices of every kind, with as much as they can tell and with as little.
pub(super) fn samples() -> Vec<Notice> {
    let mut samples = vec![
        code(CodeUse::SignIn),
        code(CodeUse::Confirmation),
        code(CodeUse::PasswordChange),
        code(CodeUse::Enrolment),
        Notice::Invitation { token: secret(), expires_at: THEN },
        Notice::ResetLink { token: secret(), expires_at: THEN },
        Notice::Trial,
    ];
    samples.extend(occasions().into_iter().flat_map(with));
    samples
}

const THEN: Timestamp = Timestamp::from_micros(0);

fn secret() -> SecretText {
    SecretText::new(SECRET.to_owned())
}

fn code(used_for: CodeUse) -> Notice {
    Notice::Code { code: secret(), used_for, expires_at: THEN }
}

fn occasions() -> [Occasion; 2] {
    let told = |text: &str| Some(text.to_owned());
    [
        Occasion { at: THEN, address: told("192.0.2.1"), user_agent: told("Browser/1.0") },
        Occasion { at: THEN, address: None, user_agent: None },
    ]
}

fn with(occasion: Occasion) -> Vec<Notice> {
    let of = || occasion.clone();
    let method = || "totp".to_owned();
    vec![
        Notice::ConfirmDevice { token: secret(), expires_at: THEN, occasion: of() },
        Notice::SignInFromNewDevice { occasion: of() },
        Notice::AccountLocked { until: THEN, token: Some(secret()), occasion: of() },
        Notice::AccountLocked { until: THEN, token: None, occasion: of() },
        Notice::FactorAdded { method: method(), occasion: of() },
        Notice::FactorRemoved { method: method(), occasion: of() },
        Notice::RecoveryCodeUsed { left: 9, occasion: of() },
        Notice::PasswordChanged { occasion: of() },
    ]
}
