use sutra_crypto::{LocalVault, RootKeys};
use sutra_engine::{ListRequest, Part, Ports, Viewing, memory::MemoryStore};
use sutra_kernel::{ApiName, Clock, RecordId, Value};
use sutra_testkit::TestNotifier;

use super::*;
use crate::{config::Passwords as Cost, config::Size, entropy::SystemEntropy, password_work::ArgonWork};

/// A small company by this seed, made in memory on the first of March 2026, as the administrator sees it.
async fn company(seed: u32) -> Viewing {
    let entropy = Arc::new(SystemEntropy);
    let end: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let clock = Arc::new(WalkingClock::at(calendar::first_morning(end)));
    let engine = Engine::builder(Arc::new(MemoryStore::new())).build(Ports {
        vault: Arc::new(LocalVault::new(RootKeys::generate(&*entropy), entropy.clone())),
        passwords: Arc::new(ArgonWork::new(&Cost::default(), None, entropy.clone()).unwrap()),
        notifier: Arc::new(TestNotifier::default()),
        clock: clock.clone(),
        entropy: entropy.clone(),
    });
    engine.workspaces().open_instance().await.unwrap();
    let demo = config::Demo { size: Size::Small, seed };
    let workspace = found(&engine, &clock, demo, &Passwords::random(&*entropy), end).await.unwrap();
    assert!(clock.now() < end, "the history ends before the present begins");
    let admin = engine.sessions().act_as(workspace, people::ADMINISTRATOR.email).await.unwrap();
    engine.view(&admin).await.unwrap()
}

/// Everything that is said of the records of an object, but for which other records they name.
async fn said_of(company: &Viewing, object: &str) -> Vec<String> {
    let request = ListRequest {
        object: ApiName::parse(object).unwrap(),
        filter: None,
        search: None,
        order: None,
        part: Part::first(200, None),
    };
    let listed = company.list_records(&request).await.unwrap();
    let nobody = Value::Reference(RecordId::from_uuid(sutra_kernel::Uuid::nil()));
    let said = listed.items.iter().map(|(view, _)| {
        let said = view.record.fields.iter().map(|(name, value)| match value {
            Value::Reference(_) => (name, &nobody),
            value => (name, value),
        });
        format!("{} {} {:?}", view.record.version, view.record.created_at, said.collect::<Vec<_>>())
    });
    let mut said: Vec<String> = said.collect();
    // Those of one batch have no order among themselves.
    said.sort();
    said
}

#[tokio::test]
async fn a_seed_makes_the_same_company_again_and_another_makes_another() {
    let (one, again, other) = (company(1).await, company(1).await, company(2).await);
    for object in one.metadata().objects() {
        let object = object.name.as_str();
        let said = said_of(&one, object).await;
        assert!(said.len() > 3, "{object}: {}", said.len());
        assert_eq!(said, said_of(&again, object).await, "{object}");
        assert_ne!(said, said_of(&other, object).await, "{object}");
    }
}
