use std::collections::BTreeSet;

use sutra_identity::{Address, CodeUse, EmailAddress, Occasion, SecretText};
use sutra_kernel::{TaskId, Timestamp, Uuid};

use super::*;

/// What a hostile name, workspace or program would be called.
const HOSTILE: &str = "<b onload='x'>Eve</b>\r\nBcc: all@example.com\r\n\r\n\"&{{ code }}\u{202e}";

/// The same, as one line of plain text.
const TAMED: &str = "<b onload='x'>Eve</b> Bcc: all@example.com \"&{{ code }}";

fn built_in() -> Wording {
    Wording::load(None, "https://crm.example.com".to_owned()).unwrap()
}

fn message(name: &str, notice: Notice) -> Message {
    Message {
        id: TaskId::from_uuid(Uuid::from_u128(1)),
        workspace: "main".to_owned(),
        workspace_name: name.to_owned(),
        to: Address::Mail(EmailAddress::parse("asa@example.com").unwrap()),
        name: name.to_owned(),
        notice,
        written_at: Timestamp::from_micros(0),
    }
}

fn hostile_occasion() -> Occasion {
    let told = || Some(HOSTILE.to_owned());
    Occasion { at: Timestamp::from_micros(0), address: told(), user_agent: told() }
}

#[test]
fn there_are_samples_of_every_kind() {
    let sampled: BTreeSet<_> = samples().iter().map(Notice::kind).collect();
    assert_eq!(sampled, BTreeSet::from(Notice::KINDS));
    for kind in Notice::KINDS {
        for form in ["subject.txt", "txt", "html"] {
            let file = format!("{kind}.{form}");
            assert!(BUILT_IN.iter().any(|(name, _)| *name == file), "{file}");
        }
    }
}

#[test]
fn no_name_breaks_out_of_any_form() {
    let wording = built_in();
    for notice in samples() {
        let kind = notice.kind();
        let Said { subject, text, html } = wording.say(&message(HOSTILE, notice)).unwrap();
        assert!(!subject.contains(char::is_control), "{kind}: {subject:?}");
        assert!(text.starts_with(&format!("Hello {TAMED},\n")), "{kind}: {text}");
        assert!(html.contains("&lt;b onload=&#x27;x&#x27;&gt;Eve&lt;&#x2f;b&gt;"), "{kind}: {html}");
        for form in [&text, &html] {
            assert!(!form.contains("\nBcc") && !form.contains(['\r', '\u{202e}']), "{kind}: {form}");
        }
        assert!(!html.contains("<b onload"), "{kind}: {html}");
    }
}

#[test]
fn what_a_visitor_calls_its_program_is_escaped_and_short() {
    let wording = built_in();
    let said =
        wording.say(&message("Asa", Notice::PasswordChanged { occasion: hostile_occasion() })).unwrap();
    assert!(said.text.contains(&format!("by a program that calls itself \"{TAMED}\"")), "{}", said.text);
    assert!(said.html.contains("calls itself “&lt;b onload"), "{}", said.html);
    assert!(!said.html.contains("<b onload"), "{}", said.html);

    let long = Occasion { user_agent: Some("x".repeat(5_000)), ..hostile_occasion() };
    let said = wording.say(&message("Asa", Notice::PasswordChanged { occasion: long })).unwrap();
    assert!(said.text.contains(&format!("\"{}…\"", "x".repeat(120))), "{}", said.text);
}

#[test]
fn a_code_says_what_it_is_good_for() {
    let wording = built_in();
    let code = |used_for| Notice::Code {
        code: SecretText::new("12345678".to_owned()),
        used_for,
        expires_at: "2026-03-01T12:10:00Z".parse().unwrap(),
    };
    let said = wording.say(&message("Asa", code(CodeUse::SignIn))).unwrap();
    assert_eq!(said.subject, "Your code to sign in");
    assert_eq!(
        said.text,
        "Hello Asa,\n\n12345678 is your code to sign in.\nIt is good until 2026-03-01 12:10 UTC. Nobody will ever ask you for it.\n\n-- \nAsa"
    );
    let sms = Message {
        to: Address::Sms("+491701234567".parse().unwrap()),
        ..message("Main", code(CodeUse::PasswordChange))
    };
    assert_eq!(
        wording.say(&sms).unwrap().text,
        "12345678 is your code to change your password.\nIt is good until 2026-03-01 12:10 UTC. Nobody will ever ask you for it.\nMain"
    );
}

#[test]
fn an_operator_words_what_he_likes_and_links_where_he_likes() {
    let folder = tempfile::tempdir().unwrap();
    let link = "{{ public_url }}/new#workspace={{ workspace|urlencode }}&token={{ token|urlencode }}";
    fs::write(folder.path().join("reset_link.txt"), link).unwrap();
    fs::write(folder.path().join("reset_link.subject.txt"), "A new\n password").unwrap();
    fs::create_dir(folder.path().join("..data")).unwrap();
    let wording = Wording::load(Some(folder.path()), "https://crm.example.com".to_owned()).unwrap();
    let token = SecretText::new("a+b".to_owned());
    let said = wording
        .say(&message("Asa", Notice::ResetLink { token, expires_at: Timestamp::from_micros(0) }))
        .unwrap();
    assert_eq!(said.text, "https://crm.example.com/new#workspace=main&token=a%2Bb");
    assert_eq!(said.subject, "A new password");
    assert!(said.html.contains("a+b"), "{}", said.html);
}

#[test]
fn a_template_that_is_wrong_is_named() {
    let cases = [
        ("code.txt", "{{ code", "line 1: syntax error"),
        ("code.html", "<p>{{ cod }} {{ code }}</p>", "line 1: undefined value"),
        ("code.txt", "{{ code }}{{ occasion.at }}", "line 1: undefined value"),
        ("layout.html", "{% block body %}{% endblock %}{{ nobody }}", "line 1: undefined value"),
        ("code.html", "{% extends 'base.html' %}", "line 1: template not found"),
        ("code.txt", "A code.", "it does not tell the `code` or the `token`"),
        ("invitation.html", "<p>Welcome</p>", "it does not tell the `code` or the `token`"),
        ("trial.subject.txt", " \n", "it says nothing"),
        ("cod.txt", "{{ code }}", "no template has this name"),
        ("code.txt~", "{{ code }}", "no template has this name"),
    ];
    for (file, source, why) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        fs::write(&path, source).unwrap();
        let refused = Wording::load(Some(folder.path()), String::new()).err().unwrap().to_string();
        let named = format!("`notify.templates` names `{}`, which cannot be used: {why}", path.display());
        assert!(refused.starts_with(&named), "{file}: {refused}");
    }
    let nowhere = Wording::load(Some(Path::new("/nowhere/at/all")), String::new()).err().unwrap();
    assert!(
        nowhere.to_string().starts_with("`notify.templates` names `/nowhere/at/all`, which cannot be read")
    );
}
