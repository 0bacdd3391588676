use sutra_identity::{Notifier, NotifyError};

use crate::notify::{
    Post,
    stand_in::{self, Encryption, MailServer, mail_to},
};

/// What a configuration with these settings of `notify.smtp` sends with.
fn post(port: u16, settings: &str) -> Post {
    let file = format!(
        "[notify]\nfrom_address = 'crm@example.org'\n\
         [notify.smtp]\nhost = 'localhost'\nport = {port}\n{settings}"
    );
    stand_in::post(&file)
}

/// The settings with which this server takes mail.
fn trusted(server: &MailServer, tls: &str) -> String {
    let (ca, password) = (server.ca_file(), server.password_file());
    format!(
        "tls = '{tls}'\nca_file = '{}'\nuser = 'crm'\npassword_file = '{}'",
        ca.display(),
        password.display()
    )
}

#[tokio::test]
async fn mail_is_encrypted_from_the_first_byte_or_after_starttls() {
    for (encryption, tls) in [(Encryption::Implicit, "implicit"), (Encryption::StartTls, "starttls")] {
        let server = MailServer::start(encryption).await;
        let post = post(server.port(), &trusted(&server, tls));
        for _ in 0..2 {
            post.send(mail_to("asa@example.com")).await.unwrap();
        }
        let taken = server.taken();
        let [first, second] = &taken[..] else { panic!("{tls}: {}", taken.len()) };
        assert_eq!((&*first.from, &*first.to), ("crm@example.org", &["asa@example.com".to_owned()][..]));
        let [first_id, second_id] = [first, second].map(|taken| header(&taken.mail, "Message-ID"));
        assert_eq!(first_id, Some("<task_00000000000000000000000hrh@example.org>".to_owned()));
        assert_eq!(first_id, second_id);
    }
}

/// The value of a header field, unfolded.
fn header(mail: &str, name: &str) -> Option<String> {
    let (head, _) = mail.split_once("\r\n\r\n")?;
    let head = head.replace("\r\n ", " ");
    head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

#[tokio::test]
async fn a_mail_is_text_and_html_under_headers_that_nobody_adds_to() {
    let server = MailServer::start(Encryption::None).await;
    post(server.port(), "tls = 'none'").send(mail_to("asa@example.com")).await.unwrap();
    let taken = server.taken();
    let mail = &taken[0].mail;
    assert_eq!(header(mail, "Auto-Submitted").as_deref(), Some("auto-generated"), "{mail}");
    assert_eq!(header(mail, "Subject").as_deref(), Some("Notices arrive"), "{mail}");
    assert_eq!(header(mail, "Date").as_deref(), Some("Sun, 01 Mar 2026 12:00:00 +0000"), "{mail}");
    assert!(header(mail, "To").is_some_and(|to| to.ends_with("<asa@example.com>")), "{mail}");
    assert!(header(mail, "From").is_some_and(|from| from.ends_with("<crm@example.org>")), "{mail}");
    let kind = header(mail, "Content-Type");
    assert!(kind.is_some_and(|kind| kind.starts_with("multipart/alternative")), "{mail}");
    assert!(mail.contains("Content-Type: text/plain; charset=utf-8"), "{mail}");
    assert!(mail.contains("Content-Type: text/html; charset=utf-8"), "{mail}");
    assert!(!mail.contains("\nBcc"), "{mail}");
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again_and_nobody_s_address() {
    let server = MailServer::start(Encryption::StartTls).await;
    let post = post(server.port(), &trusted(&server, "starttls"));
    let refused = post.send(mail_to("gone@example.com")).await.unwrap_err();
    assert_eq!(refused, NotifyError::Permanent("the mail server answered 550".to_owned()));
    let refused = post.send(mail_to("busy@example.com")).await.unwrap_err();
    assert_eq!(refused, NotifyError::Temporary("the mail server answered 452".to_owned()));
    let abroad = post.send(mail_to("用户@example.com")).await.unwrap_err();
    assert!(matches!(abroad, NotifyError::Permanent(_)), "{abroad}");
    assert!(!abroad.to_string().contains("用户"), "{abroad}");
    assert_eq!(server.taken().len(), 0);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_told() {
    let server = MailServer::start(Encryption::Implicit).await;
    let settings = trusted(&server, "implicit");
    std::fs::write(server.password_file(), "wrong-horse").unwrap();
    let refused = post(server.port(), &settings).send(mail_to("asa@example.com")).await.unwrap_err();
    assert_eq!(refused, NotifyError::Permanent("the mail server answered 535".to_owned()));
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_show_who_it_is() {
    let server = MailServer::start(Encryption::Implicit).await;
    let stranger = MailServer::start(Encryption::Implicit).await;
    let trusts_another = trusted(&stranger, "implicit");
    let refused = post(server.port(), &trusts_another).send(mail_to("asa@example.com")).await.unwrap_err();
    assert!(matches!(&refused, NotifyError::Temporary(why) if why.contains("certificate")), "{refused}");

    let plain = MailServer::start(Encryption::None).await;
    let refused = post(plain.port(), &trusted(&server, "starttls")).send(mail_to("asa@example.com")).await;
    let refused = refused.unwrap_err();
    assert!(matches!(&refused, NotifyError::Permanent(why) if why.contains("STARTTLS")), "{refused}");
    for server in [server, plain] {
        assert_eq!(server.taken().len(), 0);
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_again_later() {
    let port = MailServer::away().await;
    let refused = post(port, "tls = 'none'").send(mail_to("asa@example.com")).await.unwrap_err();
    assert!(matches!(&refused, NotifyError::Temporary(why) if why.contains("refused")), "{refused}");
}
