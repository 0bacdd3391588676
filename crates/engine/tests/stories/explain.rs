//! Stories of access explained: why, why not, and who.

use sutra_acl::{Action, FieldPermission, Ground, Level, OrgWideDefault, Owner, Principal, Source};
use sutra_engine::{AccessExplanation, AccessQuestion, Caller, Edit, Error, Witnesses};
use sutra_kernel::{ApiName, RecordId, UserId, Uuid, Value};

use crate::company::{Company, edit, id_of, run};

impl Company {
    async fn explain(
        &self,
        asker: &Caller,
        about: &Caller,
        action: Action,
        record: RecordId,
    ) -> Result<AccessExplanation, Error> {
        self.explain_field(asker, about, action, record, None).await
    }

    async fn explain_field(
        &self,
        asker: &Caller,
        about: &Caller,
        action: Action,
        record: RecordId,
        field: Option<&str>,
    ) -> Result<AccessExplanation, Error> {
        let viewing = self.engine.view(asker).await.unwrap();
        let field = field.map(|name| ApiName::parse(name).unwrap());
        let object = "account".to_owned();
        viewing.explain_access(&AccessQuestion { user: id_of(about), action, object, record, field }).await
    }

    async fn viewers(
        &self,
        record: RecordId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Witnesses, Error> {
        self.engine.view(&self.admin).await.unwrap().who_can_see("account", record, after, limit).await
    }

    /// Whether somebody sees an account, by looking.
    async fn sees(&self, who: &Caller, record: RecordId) -> bool {
        self.engine.view(who).await.unwrap().find_record("account", record).await.unwrap().is_some()
    }

    fn everybody(&self) -> [&Caller; 5] {
        [&self.admin, &self.chief, &self.manager, &self.rep, &self.peer]
    }
}

#[test]
fn b1_it_is_told_why_somebody_may_and_why_another_may_not() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let above = company.explain(&company.admin, &company.manager, Action::Delete, id).await.unwrap();
        assert!(above.explanation.verdict.is_ok());
        let grounds = above.explanation.grounds;
        assert!(matches!(grounds.as_slice(), [(Ground::Hierarchy(_), Level::Full)]), "{grounds:?}");
        assert_eq!(
            above.sentences,
            [
                "manager may delete this account.",
                "To delete accounts is permitted by the profile `Standard User`.",
                "Its owner has the role `Sales rep`, which is below that of manager: in full.",
            ]
        );
        let beside = company.explain(&company.admin, &company.peer, Action::Read, id).await.unwrap();
        assert_eq!(
            beside.sentences,
            [
                "peer may not read this account, and does not learn that it is there.",
                "To read accounts is permitted by the profile `Standard User`.",
                "Nothing opens it to peer.",
                "To read takes access to read, and there is none.",
            ]
        );
    });
}

#[test]
fn b1_a_queue_is_named_to_those_who_ask_why() {
    run(async {
        let company = Company::found().await;
        let desk = company.group("Desk", true, &[Principal::User(id_of(&company.peer))]).await.id;
        let new = Edit { owner: Some(Owner::Queue(desk)), ..edit(&[("name", Value::text("Acme"))]) };
        let id = company.engine.records().create(&company.rep, "account", &new).await.unwrap().value.id;
        let why = company.explain(&company.admin, &company.peer, Action::Delete, id).await.unwrap();
        assert_eq!(
            why.sentences,
            [
                "peer may delete this account.",
                "To delete accounts is permitted by the profile `Standard User`.",
                "It is the queue `Desk`'s, and peer is in it: in full.",
            ]
        );
        let viewers = company.viewers(id, None, 50).await.unwrap().found;
        let in_it = viewers.iter().find(|viewer| viewer.user.id == id_of(&company.peer)).unwrap();
        assert_eq!(in_it.grounds, [(Ground::Queue(desk), Level::Full)]);
        assert!(viewers.iter().all(|viewer| viewer.user.id != id_of(&company.manager)));
    });
}

#[test]
fn b1_it_is_told_who_lets_somebody_read_a_field() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let ask = async || {
            let explained = company
                .explain_field(&company.admin, &company.rep, Action::Read, id, Some("phone"))
                .await
                .unwrap();
            (explained.field.unwrap(), explained.sentences.last().cloned().unwrap())
        };
        let (field, said) = ask().await;
        assert!(matches!(field.read_by.as_slice(), [Source::Profile(_)]));
        assert!(said.contains("may be read, by the profile `Standard User`, and edited"), "{said}");
        company.restrict("Standard User", "account", "phone", FieldPermission::NONE).await;
        let (field, said) = ask().await;
        assert_eq!((field.permission, field.read_by.len()), (FieldPermission::NONE, 0));
        assert_eq!(said, "No profile or permission set lets rep read the field `phone`.");
        let unknown =
            company.explain_field(&company.admin, &company.rep, Action::Read, id, Some("colour")).await;
        assert_eq!(unknown.unwrap_err().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn b1_who_sees_a_record_is_who_sees_it() {
    run(async {
        let company = Company::found().await;
        let owners = [&company.rep, &company.manager, &company.chief, &company.admin];
        for default in [OrgWideDefault::Private, OrgWideDefault::Read, OrgWideDefault::ReadWrite] {
            let permissions = company.engine.permissions();
            permissions.set_default(&company.admin, "account", default, true).await.unwrap();
            for owner in owners {
                let id = company.account(owner, "Acme").await;
                let found = company.viewers(id, None, 50).await.unwrap();
                assert_eq!(found.next, None);
                let mut told: Vec<_> = found.found.iter().map(|witness| witness.user.id).collect();
                let mut seen = Vec::new();
                for who in company.everybody() {
                    let sees = company.sees(who, id).await;
                    seen.extend(sees.then(|| id_of(who)));
                    let explained = company.explain(&company.admin, who, Action::Read, id).await.unwrap();
                    assert_eq!(explained.explanation.verdict.is_ok(), sees);
                }
                told.sort();
                seen.sort();
                assert_eq!(told, seen, "{default}");
                assert!(found.found.iter().all(|witness| !witness.grounds.is_empty()));
            }
        }
    });
}

#[test]
fn viewers_come_by_the_page() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        let whole: Vec<_> = company.viewers(id, None, 50).await.unwrap().found;
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = company.viewers(id, after, 1).await.unwrap();
            assert!(page.found.len() <= 1);
            paged.extend(page.found);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let ids =
            |witnesses: &[sutra_engine::Witness]| witnesses.iter().map(|it| it.user.id).collect::<Vec<_>>();
        assert_eq!(ids(&paged), ids(&whole));
        assert!(paged.len() > 2);
    });
}

#[test]
fn explanations_tell_nobody_of_what_he_does_not_see_or_administer() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "Acme").await;
        for asker in [&company.rep, &company.chief] {
            let refused = company.explain(asker, &company.rep, Action::Read, id).await;
            assert_eq!(refused.unwrap_err().code(), "FORBIDDEN");
        }
        let absent = RecordId::from_uuid(Uuid::from_u128(1));
        let absent = company.explain(&company.admin, &company.rep, Action::Read, absent).await;
        assert_eq!(absent.unwrap_err().code(), "NOT_FOUND");
        let records = company.engine.records();
        records.delete(&company.rep, "account", id, None).await.unwrap();
        let deleted = company.viewers(id, None, 50).await;
        assert_eq!(deleted.unwrap_err().code(), "NOT_FOUND");
    });
}
