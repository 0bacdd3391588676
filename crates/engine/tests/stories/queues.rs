//! Stories of queues: records that belong to several people until one of them takes it.

use crate::company::{Company, edit, id_of, run};
use sutra_acl::{Owner, Principal};
use sutra_engine::{Caller, Edit, ListRequest, Moment, Part, Related};
use sutra_kernel::{ApiName, Condition, GroupId, RecordId, Test, Uuid, Value};

impl Company {
    /// Gives an account to somebody.
    async fn hand(&self, by: &Caller, id: RecordId, owner: Owner) -> Result<(), sutra_engine::Error> {
        let edit = Edit { owner: Some(owner), ..Edit::default() };
        self.engine.records().update(by, "account", id, &edit).await.map(drop)
    }

    /// Whether somebody sees an account, by a list and by itself.
    async fn lists(&self, who: &Caller, id: RecordId) -> bool {
        let viewing = self.engine.view(who).await.unwrap();
        let found = viewing.find_record("account", id).await.unwrap().is_some();
        let listed = viewing.list_records(&accounts(None)).await.unwrap().items;
        assert_eq!(listed.iter().any(|(view, _)| view.record.id == id), found, "a list says the same");
        found
    }
}

fn accounts(filter: Option<Condition<Related>>) -> ListRequest {
    let object = ApiName::parse("account").unwrap();
    ListRequest { object, filter, search: None, order: None, part: Part::first(50, None) }
}

#[test]
fn what_a_queue_owns_is_every_members_until_one_takes_it() {
    run(async {
        let company = Company::found().await;
        let desk = company.group("Desk", true, &[Principal::User(id_of(&company.peer))]).await.id;
        let id = company.account(&company.rep, "Acme").await;
        assert!(!company.lists(&company.peer, id).await);
        company.hand(&company.rep, id, Owner::Queue(desk)).await.unwrap();
        assert!(company.lists(&company.peer, id).await);
        for (name, who) in [("who gave it away", &company.rep), ("above a member", &company.manager)] {
            assert!(!company.lists(who, id).await, "{name}");
        }
        let rename = edit(&[("name", Value::text("Acme Ltd"))]);
        company.engine.records().update(&company.peer, "account", id, &rename).await.unwrap();
        company.hand(&company.peer, id, id_of(&company.peer).into()).await.unwrap();
        assert!(company.lists(&company.manager, id).await, "it is a user's again");

        let viewing = company.engine.view(&company.peer).await.unwrap();
        let owners = [
            Owner::User(id_of(&company.rep)),
            Owner::Queue(desk),
            Owner::Queue(desk),
            id_of(&company.peer).into(),
        ];
        for (version, owner) in (1..).zip(owners) {
            let then =
                viewing.find_record_at("account", id, Moment::Version(version)).await.unwrap().unwrap();
            assert_eq!(then.record.owner, owner, "version {version}");
        }
    });
}

#[test]
fn a_record_is_made_for_a_queue_and_found_by_it() {
    run(async {
        let company = Company::found().await;
        let everybody = Principal::RoleAndSubordinates(company.role("Support", None).await);
        let desk = company.group("Desk", true, &[everybody, Principal::User(id_of(&company.rep))]).await.id;
        let new = Edit { owner: Some(Owner::Queue(desk)), ..edit(&[("name", Value::text("Acme"))]) };
        let made = company.engine.records().create(&company.rep, "account", &new).await.unwrap().value;
        company.account(&company.rep, "mine").await;
        let owner = ApiName::parse("ownerId").unwrap();
        let of_desk = Test::Eq(Value::Reference(RecordId::from_uuid(desk.uuid())));
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let listed = viewing.list_records(&accounts(Some(Condition::test(owner, of_desk)))).await.unwrap();
        let listed: Vec<_> = listed.items.iter().map(|(view, _)| view.record.id).collect();
        assert_eq!(listed, [made.id]);
        assert_eq!(
            (viewing.owner(desk.uuid()), viewing.queue_name(desk)),
            (Owner::Queue(desk), Some("Desk"))
        );
    });
}

#[test]
fn only_a_queue_owns_records() {
    run(async {
        let company = Company::found().await;
        let group = company.group("Friends", false, &[Principal::User(id_of(&company.rep))]).await.id;
        let id = company.account(&company.rep, "Acme").await;
        for (name, queue) in [("a group", group), ("nothing", GroupId::from_uuid(Uuid::from_u128(7)))] {
            let error = company.hand(&company.rep, id, Owner::Queue(queue)).await.unwrap_err();
            assert_eq!(
                (error.code(), error.to_string().as_str()),
                ("BAD_USER_INPUT", "the owner is not a queue here"),
                "{name}"
            );
            let new = Edit { owner: Some(Owner::Queue(queue)), ..edit(&[("name", Value::text("B"))]) };
            let error = company.engine.records().create(&company.rep, "account", &new).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{name}");
        }
    });
}

#[test]
fn a_queue_that_owns_records_stays() {
    run(async {
        let company = Company::found().await;
        let desk = company.group("Desk", true, &[Principal::User(id_of(&company.rep))]).await.id;
        let id = company.account(&company.rep, "Acme").await;
        company.hand(&company.rep, id, Owner::Queue(desk)).await.unwrap();
        company.engine.records().delete(&company.rep, "account", id, None).await.unwrap();
        let error = company.engine.groups().delete(&company.admin, desk).await.unwrap_err();
        assert_eq!(error.code(), "IN_USE");
        company.engine.records().restore(&company.rep, "account", id).await.unwrap();
        company.hand(&company.rep, id, id_of(&company.rep).into()).await.unwrap();
        company.engine.groups().delete(&company.admin, desk).await.unwrap();
    });
}
