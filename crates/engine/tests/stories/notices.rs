//! What users are told by mail.

use std::{sync::Arc, time::Duration};

use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{
    Caller, Engine, EngineBuilder, FirstAdministrator, NewMember, Origin, Ports, memory::MemoryStore,
};
use sutra_identity::{Address, EmailAddress, Message, Notice, NotifyError};
use sutra_kernel::{Entropy, WorkspaceId};
use sutra_testkit::{TestClock, TestEntropy, TestNotifier, TestPasswords};

use crate::company::{PASSWORD, run};

/// A workspace with an administrator, whose mail somebody collects.
pub(crate) struct House {
    pub(crate) engine: Engine,
    clock: Arc<TestClock>,
    post: Arc<TestNotifier>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) admin: Caller,
}

impl House {
    pub(crate) async fn found() -> Self {
        Self::found_with(|builder| builder).await
    }

    /// The same, of an engine that was put together otherwise.
    pub(crate) async fn found_with(build: impl FnOnce(EngineBuilder) -> EngineBuilder) -> Self {
        let entropy: Arc<dyn Entropy> = Arc::new(TestEntropy::seeded(7));
        let (clock, post) = (Arc::new(TestClock::at_noon()), Arc::new(TestNotifier::default()));
        let vault = LocalVault::new(RootKeys::generate(entropy.as_ref()), Arc::clone(&entropy));
        let engine = build(Engine::builder(Arc::new(MemoryStore::new()))).build(Ports {
            vault: Arc::new(vault),
            passwords: Arc::new(TestPasswords),
            notifier: post.clone(),
            clock: clock.clone(),
            entropy,
        });
        engine.workspaces().open_instance().await.unwrap();
        let workspace = engine.workspaces().ensure("acme", "Acme").await.unwrap().id;
        let link = engine.workspaces().offer_setup_link(workspace).await.unwrap().unwrap();
        let stranger = Caller::anonymous(workspace, engine.new_request_id(), Origin::default());
        let (email, name) = ("admin@acme.example".to_owned(), "Ada".to_owned());
        let ada = FirstAdministrator { email, name, password: PASSWORD.to_owned() };
        engine.workspaces().complete_setup(&stranger, link.expose(), ada).await.unwrap();
        let admin = engine.sessions().act_as(workspace, "admin@acme.example").await.unwrap();
        Self { engine, clock, post, workspace, admin }
    }

    /// Invites somebody by mail.
    async fn invite(&self, email: &str) -> Result<bool, sutra_engine::Error> {
        let profiles = self.engine.view(&self.admin).await?.profiles().await?;
        let profile = profiles.into_iter().find(|it| it.name == "Standard User").unwrap().id;
        let new = NewMember { email: email.to_owned(), name: "Åsa".to_owned(), profile, role: None };
        let invited = self.engine.members().invite_by_mail(&self.admin, &new).await?.value;
        Ok(invited.token.is_some())
    }

    pub(crate) async fn send(&self) -> Vec<Message> {
        while self.engine.notices().send_due().await.unwrap() {}
        self.post.take()
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

#[test]
fn an_invitation_by_mail_reaches_nobody_but_the_user() {
    run(async {
        let house = House::found().await;
        let shown = house.invite("asa@acme.example").await.unwrap();
        assert!(!shown, "whoever invites does not get the token");
        let sent = house.send().await;
        let [message] = sent.as_slice() else { panic!("{sent:?}") };
        assert_eq!(message.to, Address::Mail(EmailAddress::parse("asa@acme.example").unwrap()));
        assert_eq!((message.name.as_str(), message.workspace.as_str()), ("Åsa", "acme"));
        let Notice::Invitation { token, .. } = &message.notice else { panic!("{message:?}") };
        let stranger = Caller::anonymous(house.workspace, house.engine.new_request_id(), Origin::default());
        let members = house.engine.members();
        let password = PASSWORD.to_owned();
        members.activate(&stranger, "asa@acme.example", token.expose(), password).await.unwrap();
        assert!(house.send().await.is_empty(), "a notice is sent once");
    });
}

#[test]
fn what_was_refused_leaves_no_notice() {
    run(async {
        let house = House::found().await;
        let refused = house.invite("admin@acme.example").await.err().unwrap();
        assert_eq!(refused.code(), "BAD_USER_INPUT");
        assert!(house.send().await.is_empty());
    });
}

#[test]
fn a_notice_that_is_not_taken_is_tried_again_each_time_later() {
    run(async {
        let house = House::found().await;
        house.post.refuse_with(Some(NotifyError::Temporary("busy".to_owned())));
        house.invite("asa@acme.example").await.unwrap();
        assert!(house.send().await.is_empty());
        house.pass(4);
        assert!(house.send().await.is_empty());
        house.pass(1);
        assert!(house.send().await.is_empty(), "refused once more, and due in fifteen seconds");
        house.post.refuse_with(None);
        house.pass(14);
        assert!(house.send().await.is_empty());
        house.pass(1);
        assert_eq!(house.send().await.len(), 1);
    });
}

#[test]
fn an_invitation_that_has_expired_is_not_sent() {
    run(async {
        let house = House::found().await;
        house.invite("asa@acme.example").await.unwrap();
        house.pass(3 * 24 * 60 * 60);
        assert!(house.send().await.is_empty());
        house.pass(24 * 60 * 60);
        assert!(house.send().await.is_empty());
    });
}

#[test]
fn all_that_is_due_is_sent_in_the_order_it_was_written() {
    run(async {
        let house = House::found().await;
        let names: Vec<_> = (0..11).map(|n| format!("user{n}@acme.example")).collect();
        for name in &names {
            house.invite(name).await.unwrap();
        }
        let sent = house.send().await;
        let to: Vec<_> = sent
            .iter()
            .map(|message| match &message.to {
                Address::Mail(address) => address.as_str().to_owned(),
                Address::Sms(number) => number.as_str().to_owned(),
            })
            .collect();
        assert_eq!(to, names);
    });
}
