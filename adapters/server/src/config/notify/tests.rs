use crate::config::Config;

fn refusal(file: &str) -> String {
    let refused = Config::of(file).err().map(|error| error.to_string()).unwrap_or_default();
    // The name of the file is different each time.
    match refused.split_once(" (from ").map(|(key, rest)| (key, rest.split_once(')'))) {
        Some((key, Some((_, must)))) => format!("{key}{must}"),
        _ => refused,
    }
}

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
