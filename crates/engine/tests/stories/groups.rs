//! Stories of groups: who is in them, and what keeps them.

use std::collections::BTreeSet;

use crate::company::{Company, id_of, run};
use sutra_acl::{Group, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{GroupEdit, MAX_MEMBERS};
use sutra_kernel::{GroupId, RoleId, UserId, Uuid};

impl Company {
    pub(crate) async fn group(&self, name: &str, queue: bool, members: &[Principal]) -> Group {
        let edit = edit(name, members);
        self.engine.groups().create(&self.admin, queue, &edit).await.unwrap().value
    }
}

fn edit(name: &str, members: &[Principal]) -> GroupEdit {
    GroupEdit { name: name.to_owned(), members: members.iter().copied().collect() }
}

#[test]
fn groups_are_for_those_who_manage_sharing() {
    run(async {
        let company = Company::found().await;
        let desk = company.group("Desk", false, &[Principal::User(id_of(&company.rep))]).await;
        let groups = company.engine.groups();
        let refused = [
            groups.create(&company.rep, true, &edit("Mine", &[])).await.err(),
            groups.update(&company.rep, desk.id, &edit("Mine", &[])).await.err(),
            groups.delete(&company.rep, desk.id).await.err(),
            company.engine.view(&company.rep).await.unwrap().groups().err(),
        ];
        for (place, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "case {place}");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert_eq!(viewing.groups().unwrap(), [desk]);
    });
}

#[test]
fn a_group_is_never_in_itself() {
    run(async {
        let company = Company::found().await;
        let groups = company.engine.groups();
        let inner = company.group("Inner", false, &[]).await;
        let middle = company.group("Middle", true, &[Principal::Group(inner.id)]).await;
        let outer = company.group("Outer", false, &[Principal::Group(middle.id)]).await;
        for around in [inner.id, middle.id, outer.id] {
            let circle = edit("Inner", &[Principal::Group(around)]);
            let error = groups.update(&company.admin, inner.id, &circle).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT");
            assert!(error.to_string().ends_with("is in itself"), "{error}");
        }
    });
}

#[test]
fn only_those_who_are_there_can_be_members() {
    run(async {
        let company = Company::found().await;
        let nobody = Uuid::from_u128(7);
        let many = (0..=MAX_MEMBERS as u128).map(|n| Principal::User(UserId::from_uuid(Uuid::from_u128(n))));
        let cases = [
            ("a user", vec![Principal::User(UserId::from_uuid(nobody))], "there is no user `user_"),
            ("a group", vec![Principal::Group(GroupId::from_uuid(nobody))], "there is no group `group_"),
            ("a role", vec![Principal::Role(RoleId::from_uuid(nobody))], "there is no role `role_"),
            (
                "a branch",
                vec![Principal::RoleAndSubordinates(RoleId::from_uuid(nobody))],
                "there is no role `role_",
            ),
            ("too many", many.collect(), "a group has at most 1000 members"),
        ];
        for (name, members, sentence) in cases {
            let made = company.engine.groups().create(&company.admin, false, &edit("Odd", &members)).await;
            let error = made.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{name}");
            assert!(error.to_string().starts_with(sentence), "{name}: {error}");
        }
        company.group("Desk", false, &[]).await;
        for queue in [false, true] {
            let taken = company.engine.groups().create(&company.admin, queue, &edit("Desk", &[])).await;
            assert_eq!(taken.unwrap_err().to_string(), "another group has this name");
        }
    });
}

#[test]
fn a_group_that_something_names_stays() {
    run(async {
        let company = Company::found().await;
        let groups = company.engine.groups();
        let inner = company.group("Inner", false, &[]).await;
        let outer = company.group("Outer", false, &[Principal::Group(inner.id)]).await;
        let error = groups.delete(&company.admin, inner.id).await.unwrap_err();
        let sentence = format!("group `{}` is in group `Outer`", inner.id);
        assert_eq!((error.code(), error.to_string()), ("IN_USE", sentence));
        groups.delete(&company.admin, outer.id).await.unwrap();
        groups.delete(&company.admin, inner.id).await.unwrap();
        assert_eq!(groups.delete(&company.admin, inner.id).await.unwrap_err().code(), "NOT_FOUND");
    });
}

#[test]
fn each_change_of_a_group_is_in_the_ledger() {
    run(async {
        let company = Company::found().await;
        let (admin, groups) = (&company.admin, company.engine.groups());
        let desk = company.group("Desk", true, &[]).await;
        let members =
            edit("Desk", &[Principal::User(id_of(&company.rep)), Principal::User(id_of(&company.peer))]);
        assert!(groups.update(admin, desk.id, &members).await.unwrap().receipt.is_some());
        assert!(
            groups.update(admin, desk.id, &members).await.unwrap().receipt.is_none(),
            "nothing has changed"
        );
        groups.delete(admin, desk.id).await.unwrap();
        let viewing = company.engine.view(admin).await.unwrap();
        let mut told = BTreeSet::new();
        for action in ["group.create", "group.update", "group.delete"] {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            for entry in viewing.ledger_entries(&filter, 10).await.unwrap() {
                let changed: Vec<_> = entry.changes.iter().map(|change| change.field.clone()).collect();
                told.insert(format!("{action}: {}", changed.join(" ")));
            }
        }
        let expected =
            ["group.create: name queue members", "group.delete: name members", "group.update: members"];
        assert!(told.iter().map(String::as_str).eq(expected), "{told:?}");
    });
}
