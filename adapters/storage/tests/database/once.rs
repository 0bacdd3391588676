//! What works once, tried in many places at the same time: one of them gets in.

use std::sync::Arc;

use sutra_engine::{Caller, Credentials, Engine, FactorAnswer, NewFactor, Origin, PasskeyShown, SignInStep};
use sutra_identity::{Delivery, Method, Notice};
use sutra_kernel::WorkspaceId;
use sutra_storage::SqlStore;
use sutra_testkit::{Manner, PasskeyDevice, TestNotifier, TestPasswords, authenticator_code};

use crate::{
    fixture::{Postgres, sqlite_url},
    guessing::process,
    house::administrator,
};

const USES: usize = 100;

/// Two processes on one database.
struct Processes {
    one: Engine,
    two: Engine,
    post: Arc<TestNotifier>,
    workspace: WorkspaceId,
    admin: Caller,
}

impl Processes {
    async fn start(url: &str) -> Self {
        let (passwords, post) = (Arc::new(TestPasswords), Arc::new(TestNotifier::default()));
        let one = process(1, url, &passwords, &post).await;
        let two = process(2, url, &passwords, &post).await;
        let admin = administrator(&one).await;
        Self { one, two, post, workspace: admin.workspace(), admin }
    }

    fn engine(&self, number: usize) -> Engine {
        if number.is_multiple_of(2) { self.one.clone() } else { self.two.clone() }
    }

    /// The flow of a sign-in that asks for a second factor.
    async fn challenge(&self) -> Option<String> {
        let engine = self.engine(0);
        let stranger = Caller::anonymous(self.workspace, engine.new_request_id(), Origin::default());
        let credentials = Credentials {
            email: "ada@acme.example".to_owned(),
            password: "a heron stands in the shallow water".to_owned(),
            delivery: Delivery::Bearer,
            device: None,
        };
        match engine.sign_in().with_password(&stranger, credentials).await.unwrap() {
            SignInStep::FactorRequired(challenge) => Some(challenge.flow.expose().to_owned()),
            SignInStep::SignedIn(_) | SignInStep::PasswordExpired(_) | SignInStep::Refused => None,
        }
    }

    async fn code(&self) -> String {
        while self.engine(0).notices().send_due().await.unwrap() {}
        let sent = self.post.take();
        let code = sent.iter().rev().find_map(|message| match &message.notice {
            Notice::Code { code, .. } => Some(code.expose().to_owned()),
            _ => None,
        });
        code.unwrap()
    }

    /// How many of these flows a code opens, answered all at once.
    async fn opened(&self, flows: Vec<String>, method: Method, code: &str) -> usize {
        let tries = flows.into_iter().enumerate().map(|(number, flow)| {
            let (engine, workspace, code) = (self.engine(number), self.workspace, code.to_owned());
            tokio::spawn(async move {
                let stranger = caller(&engine, workspace, number);
                let answer = FactorAnswer::code(method, code);
                // Whoever is told to try again is not in.
                let step = engine.sign_in().with_factor(&stranger, &flow, &answer, false).await;
                usize::from(matches!(step, Ok(SignInStep::SignedIn(_))))
            })
        });
        total(tries.collect()).await
    }
}

fn caller(engine: &Engine, workspace: WorkspaceId, place: usize) -> Caller {
    let origin = Origin { address: Some(format!("10.0.0.{place}")), user_agent: None };
    Caller::anonymous(workspace, engine.new_request_id(), origin)
}

async fn total(tries: Vec<tokio::task::JoinHandle<usize>>) -> usize {
    let mut count = 0;
    for one in tries {
        count += one.await.unwrap();
    }
    count
}

async fn each_thing_works_once(url: &str) {
    let all = Processes::start(url).await;
    let engine = all.engine(0);
    let factors = engine.factors();

    factors.send_to_mailbox(&all.admin).await.unwrap();
    factors.add(&all.admin, &NewFactor::EmailCode { code: all.code().await }).await.unwrap();
    let flow = all.challenge().await.unwrap();
    let stranger = caller(&engine, all.workspace, 0);
    factors.send_code(&stranger, &flow, Method::EmailCode).await.unwrap();
    let code = all.code().await;
    assert_eq!(all.opened(vec![flow; USES], Method::EmailCode, &code).await, 1, "a code by mail");

    let offer = factors.offer_totp(&all.admin).await.unwrap();
    let app = offer.secret.expose().to_owned();
    let code = authenticator_code(&app, engine.now());
    let new = NewFactor::Totp { name: "App".to_owned(), secret: app.clone(), code };
    factors.add(&all.admin, &new).await.unwrap();
    let mut flows = Vec::new();
    for _ in 0..USES {
        flows.push(all.challenge().await.unwrap());
    }
    // An app whose clock is half a minute ahead, for the code of this half is used.
    let code = authenticator_code(&app, engine.now().plus(std::time::Duration::from_secs(30)));
    assert_eq!(all.opened(flows, Method::Totp, &code).await, 1, "a code of an app");

    let codes = factors.issue_recovery_codes(&all.admin).await.unwrap().value;
    let code = codes.first().unwrap().expose().to_owned();
    let tries = (0..USES).map(|number| {
        let (engine, workspace, code) = (all.engine(number), all.workspace, code.clone());
        tokio::spawn(async move {
            let stranger = caller(&engine, workspace, number);
            let unlocked = engine.members().unlock_account(&stranger, "ada@acme.example", &code).await;
            usize::from(unlocked.is_ok())
        })
    });
    assert_eq!(total(tries.collect()).await, 1, "a recovery code");
    assert_eq!(let_in_by_a_passkey(&all).await, 1, "a passkey");
}

/// How many sessions one answer of a passkey opens, shown by many at once.
async fn let_in_by_a_passkey(all: &Processes) -> usize {
    let factors = all.engine(0);
    let factors = factors.factors();
    let mut device = PasskeyDevice::new(1).unwrap();
    let offer = factors.offer_passkey(&all.admin).await.unwrap();
    let credential = device.register(&offer.options, &Manner::default()).unwrap().to_string();
    let shown = PasskeyShown { ceremony: offer.ceremony.expose().to_owned(), credential };
    let new = NewFactor::Passkey { name: "Laptop".to_owned(), shown };
    factors.add(&all.admin, &new).await.unwrap();
    let asked = factors.begin_passkey_sign_in(&caller(&all.one, all.workspace, 0)).await.unwrap();
    let credential = device.sign(&asked.options, &Manner::default()).unwrap().to_string();
    let shown = PasskeyShown { ceremony: asked.ceremony.expose().to_owned(), credential };
    let tries = (0..USES).map(|number| {
        let (engine, workspace, shown) = (all.engine(number), all.workspace, shown.clone());
        tokio::spawn(async move {
            let stranger = caller(&engine, workspace, number);
            let step = engine.sign_in().with_passkey(&stranger, &shown, Delivery::Bearer).await;
            usize::from(matches!(step, Ok(SignInStep::SignedIn(_))))
        })
    });
    total(tries.collect()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_uses_at_once_on_sqlite_one_counts() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    SqlStore::migrate(&url.parse().unwrap()).await.unwrap();
    each_thing_works_once(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_uses_at_once_on_postgresql_one_counts() {
    let Some(postgres) = Postgres::migrated().await else { return };
    each_thing_works_once(&postgres.url("sutra_app")).await;
}
