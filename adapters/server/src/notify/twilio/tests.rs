use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sutra_identity::{Address, CodeUse, Notice, Notifier, NotifyError, SecretText};
use tempfile::NamedTempFile;
use url::form_urlencoded;

use crate::notify::{
    Post,
    stand_in::{self, Asked, Reply, WebServer, message},
};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SK0123456789abcdef0123456789abcdef";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";

/// Twilio as its reference has it: the Message resource, and the numbers and errors of its test credentials.
fn twilio(asked: &Asked) -> Reply {
    if asked.line != format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json") {
        return problem(404, 20404, "The requested resource was not found");
    }
    let pairs = [ACCOUNT, KEY].map(|user| format!("Basic {}", STANDARD.encode(format!("{user}:to ken:7"))));
    if !pairs.iter().any(|pair| pair == asked.header("authorization")) {
        return problem(401, 20003, "Authenticate");
    }
    if asked.header("content-type") != "application/x-www-form-urlencoded" {
        return problem(415, 20415, "Unsupported Media Type");
    }
    let form: Vec<(String, String)> = form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
    let names: Vec<_> = form.iter().map(|(name, _)| name.as_str()).collect();
    let (["To", "Body", "From"] | ["To", "Body", "MessagingServiceSid"]) = names[..] else {
        return problem(400, 21603, "A 'From' phone number is required.");
    };
    match form[0].1.as_str() {
        "+15005550001" => problem(400, 21211, "The 'To' number +15005550001 is not a valid phone number."),
        "+15005550009" => problem(400, 21614, "'To' number is not a valid mobile number"),
        "+15005550429" => problem(429, 20429, "Too Many Requests"),
        "+15005550503" => (503, None, "<html>upstream connect error</html>".to_owned()),
        "+15005550307" => (307, Some(("location", "/elsewhere")), String::new()),
        _ => (
            201,
            None,
            json!({ "sid": "SM0123456789abcdef0123456789abcdef", "status": "queued" }).to_string(),
        ),
    }
}

fn problem(status: u16, code: u32, message: &str) -> Reply {
    let more_info = format!("https://www.twilio.com/docs/errors/{code}");
    let body = json!({ "code": code, "message": message, "more_info": more_info, "status": status });
    (status, None, body.to_string())
}

fn post(server: &WebServer, secret: &str, settings: &str) -> Post {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), secret).unwrap();
    stand_in::post(&format!(
        "[notify.twilio]\naccount_sid = '{ACCOUNT}'\nsecret_file = '{}'\nendpoint = '{}'\n{settings}",
        file.path().display(),
        server.url
    ))
}

async fn send(post: &Post, number: &str) -> Result<(), NotifyError> {
    post.send(message(Address::Sms(number.parse().unwrap()), Notice::Trial)).await
}

#[tokio::test]
async fn an_sms_is_posted_as_the_reference_has_it() {
    let server = WebServer::start(twilio).await;
    let from = post(&server, "to ken:7\n", "from = '+15005550006'");
    let code = Notice::Code {
        code: SecretText::new("12345678".to_owned()),
        used_for: CodeUse::SignIn,
        expires_at: "2026-03-01T12:10:00Z".parse().unwrap(),
    };
    from.send(message(Address::Sms("+491701234567".parse().unwrap()), code)).await.unwrap();
    let settings = format!("messaging_service_sid = '{SERVICE}'\napi_key_sid = '{KEY}'");
    send(&post(&server, "to ken:7", &settings), "+12025550123").await.unwrap();

    let asked = server.asked();
    let forms: Vec<Vec<(String, String)>> = asked
        .iter()
        .map(|asked| form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect())
        .collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let text = "12345678 is your code to sign in.\nIt is good until 2026-03-01 12:10 UTC. \
                Nobody will ever ask you for it.\nHäuser & Söhne";
    assert_eq!(forms[0], [pair("To", "+491701234567"), pair("Body", text), pair("From", "+15005550006")]);
    assert_eq!(
        forms[1],
        [
            pair("To", "+12025550123"),
            pair("Body", "Notices arrive here.\nHäuser & Söhne"),
            pair("MessagingServiceSid", SERVICE)
        ]
    );
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again_and_nobody_s_number() {
    let server = WebServer::start(twilio).await;
    let right = post(&server, "to ken:7", "from = '+15005550006'");
    let wrong = post(&server, "to ken:8", "from = '+15005550006'");
    let permanent = |text: &str| NotifyError::Permanent(text.to_owned());
    let temporary = |text: &str| NotifyError::Temporary(text.to_owned());
    let cases = [
        (&right, "+15005550001", permanent("Twilio answered 400 (21211)")),
        (&right, "+15005550009", permanent("Twilio answered 400 (21614)")),
        (&right, "+15005550307", permanent("Twilio answered 307")),
        (&right, "+15005550429", temporary("Twilio answered 429 (20429)")),
        (&right, "+15005550503", temporary("Twilio answered 503")),
        (&wrong, "+12025550123", permanent("Twilio answered 401 (20003)")),
    ];
    for (post, number, expected) in cases {
        assert_eq!(send(post, number).await.unwrap_err(), expected, "{number}");
    }
    assert_eq!(server.asked().len(), 6, "nobody is followed elsewhere");
}

#[tokio::test]
async fn a_service_that_is_away_is_asked_again_later() {
    let away = WebServer::away().await;
    let refused = send(&post(&away, "to ken:7", "from = '+15005550006'"), "+12025550123").await;
    assert_eq!(refused.unwrap_err(), NotifyError::Temporary("Twilio was not reached".to_owned()));
}
