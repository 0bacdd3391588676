use crate::{config::Config, notify::Post};

fn refusal(file: &str) -> String {
    let refused = Config::of(file).err().map(|error| error.to_string()).unwrap_or_default();
    // The name of the file is different each time.
    match refused.split_once(" (from ").map(|(key, rest)| (key, rest.split_once(')'))) {
        Some((key, Some((_, must)))) => format!("{key}{must}"),
        _ => refused,
    }
}

const TWILIO: &str =
    "[notify.twilio]\naccount_sid = 'AC0123456789abcdef0123456789abcdef'\nsecret_file = 'x'\n";

/// What is beside an account at Twilio, and what is said about it.
const SMS: [(&str, &str); 5] = [
    (
        "",
        "`notify.twilio.from` must be set, or `notify.twilio.messaging_service_sid` in its place, and not both",
    ),
    (
        "from = '+12025550123'\nmessaging_service_sid = 'MG0123456789abcdef0123456789abcdef'",
        "`notify.twilio.from` must be set, or `notify.twilio.messaging_service_sid` in its place, and not both",
    ),
    (
        "from = '0170'",
        "`notify.twilio.from` must be a telephone number such as `+491701234567`: a plus sign and 8 to 15 digits",
    ),
    (
        "messaging_service_sid = 'AC0123456789abcdef0123456789abcdef'",
        "`notify.twilio.messaging_service_sid` must be `MG` and 32 hexadecimal digits",
    ),
    (
        "from = '+12025550123'\nendpoint = 'http://api.example.com'",
        "`notify.twilio.endpoint` must be an https address such as `https://crm.example.com`, or an http address on this machine, without a path",
    ),
];

const SES: &str =
    "[notify.ses]\nregion = 'eu-central-1'\naccess_key_id = 'AKIDEXAMPLE'\nsecret_access_key_file = 'x'\n";

const FROM: &str = "[notify]\nfrom_address = 'crm@example.com'\n";

/// What follows a sender, and what is said about it.
const SMTP: [(&str, &str); 9] = [
    ("[notify.smtp]", "`notify.smtp.host` must be set beside the others of `notify.smtp`"),
    (
        "[notify.smtp]\nhost = 'mail.example.com:25'",
        "`notify.smtp.host` must be the name of a machine, such as `mail.example.com`, without a port",
    ),
    (
        "[notify.smtp]\nhost = 'mail.example.com'\ntls = 'maybe'",
        "`notify.smtp.tls` must be one of `implicit`, `starttls`, `none`",
    ),
    (
        "[notify.smtp]\nhost = 'mail.example.com'\ntls = 'none'",
        "`notify.smtp.tls` must be `implicit` or `starttls` unless `notify.smtp.host` is this machine",
    ),
    (
        "[notify.smtp]\nhost = '192.0.2.1'\ntls = 'none'",
        "`notify.smtp.tls` must be `implicit` or `starttls` unless `notify.smtp.host` is this machine",
    ),
    (
        "[notify.smtp]\nhost = 'mail.example.com'\nport = 0",
        "`notify.smtp.port` must be a whole number from 1 to 65535",
    ),
    (
        "[notify.smtp]\nhost = 'mail.example.com'\nuser = 'crm'",
        "`notify.smtp.password_file` must be set if `notify.smtp.user` is",
    ),
    (
        "[notify.smtp]\nhost = 'mail.example.com'\npassword_file = 'x'",
        "`notify.smtp.user` must be set if `notify.smtp.password_file` is",
    ),
    (
        "[notify.smtp]\nhost = 'mail.example.com'\npassword = 'hunter2'",
        "`notify.smtp.password` is no key; the keys in `notify.smtp` are `host`, `port`, `tls`, `ca_file`, `user`, `password_file`",
    ),
];

#[test]
fn half_of_a_way_is_refused_in_one_sentence_that_names_the_key() {
    for (file, expected) in SMTP {
        assert_eq!(refusal(&format!("{FROM}{file}")), expected, "{file}");
    }
    for file in [
        "host = 'localhost'\ntls = 'none'",
        "host = '127.0.0.1'\ntls = 'none'",
        "host = '[::1]'\ntls = 'none'",
    ] {
        assert_eq!(refusal(&format!("{FROM}[notify.smtp]\n{file}")), "", "{file}");
    }
    let nobody = refusal("[notify.smtp]\nhost = 'mail.example.com'");
    assert_eq!(nobody, "`notify.from_address` must be set if mail is sent");
    let no_mailbox = refusal("[notify]\nfrom_address = 'CRM <crm@example.com>'");
    assert_eq!(no_mailbox, "`notify.from_address` must be an e-mail address such as `crm@example.com`");
}

#[test]
fn sms_come_from_somebody() {
    for (file, expected) in SMS {
        assert_eq!(refusal(&format!("{TWILIO}{file}")), expected, "{file}");
    }
    let half = refusal("[notify.twilio]\naccount_sid = 'AC0123456789abcdef0123456789abcdef'");
    assert_eq!(half, "`notify.twilio.secret_file` must be set beside the others of `notify.twilio`");
    assert_eq!(refusal(&format!("{TWILIO}from = '+12025550123'")), "");
}

#[test]
fn mail_goes_by_one_way() {
    assert_eq!(refusal(&format!("{FROM}{SES}")), "");
    assert_eq!(refusal(SES), "`notify.from_address` must be set if mail is sent");
    let both = refusal(&format!("{FROM}{SES}[notify.smtp]\nhost = 'mail.example.com'"));
    assert_eq!(both, "`notify.ses` must not be set beside `notify.smtp`: mail goes by one of them");
    let region = refusal(&format!("{FROM}{}", SES.replace("eu-central-1", "eu.evil.example/")));
    assert_eq!(region, "`notify.ses.region` must be letters, digits and hyphens");
}

#[test]
fn a_secret_that_is_not_there_is_named_at_the_start() {
    let ways = [
        (format!("{FROM}{SES}"), "notify.ses.secret_access_key_file"),
        (format!("{TWILIO}from = '+12025550123'"), "notify.twilio.secret_file"),
        (
            format!("{FROM}[notify.smtp]\nhost = 'localhost'\nuser = 'crm'\npassword_file = 'x'"),
            "notify.smtp.password_file",
        ),
    ];
    let home = tempfile::tempdir().unwrap();
    let (away, empty) = (home.path().join("away"), home.path().join("empty"));
    std::fs::write(&empty, "\n").unwrap();
    for (file, key) in ways {
        for (path, why) in [(&away, "cannot be read"), (&empty, "cannot be used: it is empty")] {
            let config = Config::of(&file.replace("'x'", &format!("'{}'", path.display()))).ok().unwrap();
            let refused = Post::open(&config).err().unwrap().to_string();
            let expected = format!("`{key}` names `{}`, which {why}", path.display());
            assert!(refused.starts_with(&expected), "{refused}");
        }
    }
}
