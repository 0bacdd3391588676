//! The wording that is built in.

macro_rules! built_in {
    ($($file:literal),+ $(,)?) => {
        &[$(($file, include_str!(concat!("../templates/", $file)))),+]
    };
}

/// Every template that there can be, by its file.
pub(super) const BUILT_IN: &[(&str, &str)] = built_in![
    "account_locked.html",
    "account_locked.subject.txt",
    "account_locked.txt",
    "code.html",
    "code.subject.txt",
    "code.txt",
    "confirm_device.html",
    "confirm_device.subject.txt",
    "confirm_device.txt",
    "factor_added.html",
    "factor_added.subject.txt",
    "factor_added.txt",
    "factor_removed.html",
    "factor_removed.subject.txt",
    "factor_removed.txt",
    "invitation.html",
    "invitation.subject.txt",
    "invitation.txt",
    "layout.html",
    "layout.txt",
    "method.txt",
    "occasion.html",
    "occasion.txt",
    "password_changed.html",
    "password_changed.subject.txt",
    "password_changed.txt",
    "purpose.txt",
    "recovery_code_used.html",
    "recovery_code_used.subject.txt",
    "recovery_code_used.txt",
    "reset_link.html",
    "reset_link.subject.txt",
    "reset_link.txt",
    "sign_in_from_new_device.html",
    "sign_in_from_new_device.subject.txt",
    "sign_in_from_new_device.txt",
    "token.html",
    "token.txt",
    "trial.html",
    "trial.subject.txt",
    "trial.txt",
];
