//! What a message says, in plain words.

use sutra_identity::{Address, CodeUse, Message, Notice, Occasion, SecretText};

/// The whole message, as a text.
pub(super) fn of(message: &Message) -> String {
    let to = match &message.to {
        Address::Mail(address) => address.as_str(),
        Address::Sms(number) => number.as_str(),
    };
    let mut lines = vec![
        format!("To: {} <{to}>", message.name),
        format!("From: {} ({})", message.workspace_name, message.workspace),
        String::new(),
    ];
    lines.extend(said(&message.notice));
    lines.push(String::new());
    lines.join("\n")
}

fn said(notice: &Notice) -> Vec<String> {
    let says = |text: &str| text.to_owned();
    let token = |token: &SecretText| format!("Token: {}", token.expose());
    match notice {
        Notice::Code { code, used_for, expires_at } => vec![
            format!("{} is your code {}.", code.expose(), purpose(*used_for)),
            format!("It is good until {expires_at}. Nobody will ever ask you for it."),
        ],
        Notice::Invitation { token: secret, expires_at } => {
            vec![format!("You are invited. Choose a password until {expires_at}."), token(secret)]
        }
        Notice::ResetLink { token: secret, expires_at } => {
            vec![format!("You can choose a new password until {expires_at}."), token(secret)]
        }
        Notice::ConfirmDevice { token: secret, expires_at, occasion } => vec![
            says("Somebody signs in from a device that is not known. If it is you, confirm it."),
            whence(occasion),
            format!("Until: {expires_at}"),
            token(secret),
        ],
        Notice::SignInFromNewDevice { occasion } => {
            vec![says("You have signed in from a device that was not known."), whence(occasion)]
        }
        Notice::AccountLocked { until, token: secret, occasion } => {
            let mut lines = vec![
                format!("After too many wrong answers nobody can sign in until {until}."),
                whence(occasion),
            ];
            lines.extend(secret.as_ref().map(token));
            lines
        }
        Notice::FactorAdded { method, occasion } => {
            vec![format!("You can show that you are you by one more method: {method}."), whence(occasion)]
        }
        Notice::FactorRemoved { method, occasion } => {
            vec![format!("A method to show that you are you was removed: {method}."), whence(occasion)]
        }
        Notice::RecoveryCodeUsed { left, occasion } => {
            vec![format!("One of your recovery codes was used; {left} are left."), whence(occasion)]
        }
        Notice::PasswordChanged { occasion } => {
            vec![says("Your password was changed."), whence(occasion)]
        }
        Notice::Trial => vec![says("Notices arrive here.")],
        other => vec![format!("Notice: {}", other.kind())],
    }
}

fn purpose(used_for: CodeUse) -> &'static str {
    match used_for {
        CodeUse::SignIn => "to sign in",
        CodeUse::Confirmation => "to confirm that you are you",
        CodeUse::PasswordChange => "to change your password",
        CodeUse::Enrolment => "to show that this address or number is yours",
    }
}

fn whence(occasion: &Occasion) -> String {
    let address = occasion.address.as_deref().unwrap_or("an unknown address");
    let program = occasion.user_agent.as_deref().unwrap_or("an unknown program");
    format!("At {} from {address} by {program}", occasion.at)
}
