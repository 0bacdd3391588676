//! `sutra notices test`: does what users are told arrive?

use std::{fs, net::TcpListener};

use crate::place::Place;

#[test]
fn without_a_mail_server_a_notice_is_a_file() {
    let place = Place::empty();
    for (flag, to) in [("--to", "asa@example.com"), ("--sms", "+491701234567")] {
        let sent = place.run(&["notices", "test", flag, to]);
        assert_eq!(sent.code, 0, "{sent:?}");
        assert_eq!(
            sent.out,
            format!("A notice for {to} was taken by the folder sutra-data/notices.\n"),
            "{sent:?}"
        );
        let files = fs::read_dir(place.data().join("notices")).unwrap();
        let texts: Vec<_> = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        assert!(
            texts.iter().any(|text| text.contains(to) && text.contains("Notices arrive here.")),
            "{texts:?}"
        );
    }
}

#[test]
fn what_is_not_taken_is_said_in_one_sentence() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place::empty()
        .with("SUTRA_NOTIFY__FROM_ADDRESS", "crm@example.com")
        .with("SUTRA_NOTIFY__SMTP__HOST", "127.0.0.1")
        .with("SUTRA_NOTIFY__SMTP__TLS", "none")
        .with("SUTRA_NOTIFY__SMTP__PORT", port.to_string());
    let refused = place.run(&["notices", "test", "--to", "asa@example.com"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    let sentence =
        "sutra: the notice was not taken by the mail server 127.0.0.1: the mail server was not reached: ";
    assert!(refused.err.starts_with(sentence), "{refused:?}");
    assert!(refused.err.ends_with("; trying again later may help\n"), "{refused:?}");
}

#[test]
fn a_notice_needs_somebody_to_go_to() {
    for (name, arguments, expected) in [
        ("nobody", &["notices", "test"][..], "required arguments were not provided"),
        ("two", &["notices", "test", "--to", "a@b", "--sms", "+12345678"], "cannot be used with"),
        ("no mailbox", &["notices", "test", "--to", "Asa <a@b>"], "expected an e-mail address"),
        ("no telephone", &["notices", "test", "--sms", "0170"], "expected a telephone number"),
    ] {
        let refused = Place::empty().run(arguments);
        assert_eq!(refused.code, 1, "{name}: {refused:?}");
        assert!(refused.err.contains(expected), "{name}: {refused:?}");
    }
}
