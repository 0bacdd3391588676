use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sutra_identity::{Notifier, NotifyError};
use tempfile::NamedTempFile;

use crate::notify::{
    Post,
    stand_in::{self, Asked, Reply, WebServer, mail_to},
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// SES as the reference of its API v2 has `SendEmail`: the addresses of its mailbox simulator, and its errors.
fn ses(asked: &Asked) -> Reply {
    if asked.line != "POST /v2/email/outbound-emails" {
        return problem(404, "UnknownOperationException");
    }
    if asked.header("content-type") != "application/json" {
        return problem(415, "UnsupportedMediaTypeException");
    }
    if asked.header("authorization") != expected(asked) {
        return problem(403, "InvalidSignatureException:http://internal.amazon.com/coral/");
    }
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let keys = |value: &Value| {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let is_raw = keys(&body) == ["Content", "Destination"]
        && keys(&body["Content"]) == ["Raw"]
        && keys(&body["Content"]["Raw"]) == ["Data"]
        && keys(&body["Destination"]) == ["ToAddresses"];
    let [to] = body["Destination"]["ToAddresses"].as_array().unwrap().as_slice() else {
        return problem(400, "BadRequestException");
    };
    match to.as_str().unwrap() {
        _ if !is_raw => problem(400, "BadRequestException"),
        "rejected@example.com" => problem(400, "MessageRejected"),
        "paused@example.com" => problem(400, "SendingPausedException"),
        "quota@example.com" => problem(400, "LimitExceededException:http://internal.amazon.com/coral/"),
        "many@example.com" => problem(429, "TooManyRequestsException"),
        "broken@example.com" => problem(500, "<script>"),
        _ => (200, None, json!({ "MessageId": "0100" }).to_string()),
    }
}

fn problem(status: u16, kind: &'static str) -> Reply {
    let body = json!({ "message": "Address is not verified: rejected@example.com" });
    (status, Some(("x-amzn-errortype", kind)), body.to_string())
}

/// What a request with these headers and this body is signed with.
fn expected(asked: &Asked) -> String {
    let date = asked.header("x-amz-date");
    let (day, time) = date.split_once('T').unwrap();
    assert!(day.len() == 8 && time.len() == 7 && time.ends_with('Z'), "{date}");
    let digest = |text: &str| hex(&Sha256::digest(text));
    let canonical = [
        "POST",
        "/v2/email/outbound-emails",
        "",
        "content-type:application/json",
        &format!("host:{}", asked.header("host")),
        &format!("x-amz-date:{date}"),
        "",
        "content-type;host;x-amz-date",
        &digest(&asked.body),
    ];
    let scope = [day, "eu-central-1", "ses", "aws4_request"];
    let text = ["AWS4-HMAC-SHA256", date, &scope.join("/"), &digest(&canonical.join("\n"))].join("\n");
    let start = format!("AWS4{SECRET}").into_bytes();
    let key = scope.iter().fold(start, |key, part| mac(&key, part));
    let signature = hex(&mac(&key, &text));
    let scope = scope.join("/");
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
    )
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn post(server: &WebServer, secret: &str) -> Post {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), secret).unwrap();
    stand_in::post(&format!(
        "[notify]\nfrom_address = 'crm@example.org'\nfrom_name = 'CRM'\n[notify.ses]\nregion = 'eu-central-1'\n\
         access_key_id = 'AKIDEXAMPLE'\nsecret_access_key_file = '{}'\nendpoint = '{}'",
        file.path().display(),
        server.url
    ))
}

#[tokio::test]
async fn a_mail_is_signed_and_sent_to_the_addressee_alone() {
    let server = WebServer::start(ses).await;
    post(&server, &format!("{SECRET}\n")).send(mail_to("success@example.com")).await.unwrap();
    let [asked] = &server.asked()[..] else { panic!() };
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(body["Destination"]["ToAddresses"], json!(["success@example.com"]));
    let raw = STANDARD.decode(body["Content"]["Raw"]["Data"].as_str().unwrap()).unwrap();
    let mail = String::from_utf8(raw).unwrap();
    for line in [
        "From: CRM <crm@example.org>\r\n",
        "Subject: Notices arrive\r\n",
        "Message-ID: <task_00000000000000000000000hrh@example.org>\r\n",
        "Content-Type: multipart/alternative;",
    ] {
        assert!(mail.contains(line), "{line}: {mail}");
    }
    assert!(!mail.contains("\nBcc"), "{mail}");
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again_and_nobody_s_address() {
    let server = WebServer::start(ses).await;
    let right = post(&server, SECRET);
    let wrong = post(&server, "another");
    let permanent = |text: &str| NotifyError::Permanent(text.to_owned());
    let temporary = |text: &str| NotifyError::Temporary(text.to_owned());
    let cases = [
        (&right, "rejected@example.com", permanent("Amazon SES answered 400 (MessageRejected)")),
        (&right, "paused@example.com", temporary("Amazon SES answered 400 (SendingPausedException)")),
        (&right, "quota@example.com", temporary("Amazon SES answered 400 (LimitExceededException)")),
        (&right, "many@example.com", temporary("Amazon SES answered 429 (TooManyRequestsException)")),
        (&right, "broken@example.com", temporary("Amazon SES answered 500")),
        (&wrong, "asa@example.com", permanent("Amazon SES answered 403 (InvalidSignatureException)")),
    ];
    for (post, address, expected) in cases {
        assert_eq!(post.send(mail_to(address)).await.unwrap_err(), expected, "{address}");
    }
}
