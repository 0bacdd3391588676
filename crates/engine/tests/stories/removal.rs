//! Stories of profiles and roles that are no longer needed.

use std::collections::BTreeSet;

use sutra_acl::{Audience, Grants, Principal, Profile, SystemPermission, SystemPermissions};
use sutra_audit::EntryFilter;
use sutra_engine::{Error, GroupEdit, ProfileEdit, RestrictionEdit};
use sutra_kernel::{ApiName, Condition, Test, Value};

use crate::company::{Company, run};

async fn profile(company: &Company, name: &str) -> Profile {
    let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
    profiles.into_iter().find(|profile| profile.name == name).unwrap()
}

/// A profile that may hand out others.
async fn helper(company: &Company) -> ProfileEdit {
    let system = SystemPermissions::NONE.with(SystemPermission::ManagePermissions);
    let grants = Grants { system, ..profile(company, "Standard User").await.grants };
    ProfileEdit { name: "Helper".to_owned(), grants }
}

fn said<T>(result: Result<T, Error>) -> (&'static str, String) {
    let error = result.err().unwrap();
    (error.code(), error.to_string())
}

#[test]
fn a_profile_that_somebody_has_or_a_rule_names_stays() {
    run(async {
        let company = Company::found().await;
        let (admin, permissions) = (&company.admin, company.engine.permissions());
        for (name, expected) in
            [("Administrator", "one user has this profile"), ("Standard User", "4 users have this profile")]
        {
            let removed = permissions.delete_profile(admin, profile(&company, name).await.id).await;
            assert_eq!(said(removed), ("IN_USE", expected.to_owned()), "{name}");
        }
        let read_only = profile(&company, "Read Only").await.id;
        let condition = Condition::test(ApiName::parse("industry").unwrap(), Test::Eq(Value::text("Energy")));
        let binds = Audience::Some { profiles: BTreeSet::from([read_only]), principals: BTreeSet::new() };
        let edit = RestrictionEdit { name: "Energy only".to_owned(), binds, condition };
        let rules = company.engine.access_rules();
        let rule = rules.create_restriction(admin, "account", &edit).await.unwrap().value.rule.id;
        let removed = permissions.delete_profile(admin, read_only).await;
        let named = "restriction rule `Energy only` names this profile".to_owned();
        assert_eq!(said(removed), ("IN_USE", named));
        rules.delete_restriction(admin, rule).await.unwrap();
        permissions.delete_profile(admin, read_only).await.unwrap();
        assert_eq!(said(permissions.delete_profile(admin, read_only).await).0, "NOT_FOUND");
    });
}

#[test]
fn a_role_that_somebody_has_or_something_names_stays() {
    run(async {
        let company = Company::found().await;
        let (admin, permissions) = (&company.admin, company.engine.permissions());
        let roles = company.engine.view(admin).await.unwrap().roles().await.unwrap();
        let role = |name: &str| roles.iter().find(|role| role.name == name).unwrap().id;
        let cases = [
            ("Sales manager", "there are roles below this one"),
            ("Sales rep", "2 users have this role"),
            ("Chief executive", "there are roles below this one"),
        ];
        for (name, expected) in cases {
            let removed = permissions.delete_role(admin, role(name)).await;
            assert_eq!(said(removed), ("IN_USE", expected.to_owned()), "{name}");
        }
        let intern = company.role("Intern", Some(role("Sales rep"))).await;
        for people in [Principal::Role(intern), Principal::RoleAndSubordinates(intern)] {
            let groups = company.engine.groups();
            let members = BTreeSet::from([people]);
            let edit = GroupEdit { name: "Interns".to_owned(), members };
            let group = groups.create(admin, false, &edit).await.unwrap().value.id;
            let (code, sentence) = said(permissions.delete_role(admin, intern).await);
            assert_eq!((code, sentence.contains("is in group `Interns`")), ("IN_USE", true), "{sentence}");
            groups.delete(admin, group).await.unwrap();
        }
        permissions.delete_role(admin, intern).await.unwrap();
        assert_eq!(said(permissions.delete_role(admin, intern).await).0, "NOT_FOUND");
    });
}

#[test]
fn nobody_removes_what_is_beyond_himself() {
    run(async {
        let company = Company::found().await;
        let permissions = company.engine.permissions();
        let admin = &company.admin;
        permissions.create_profile(admin, &helper(&company).await).await.unwrap();
        let roles = company.engine.view(admin).await.unwrap().roles().await.unwrap();
        let middle = roles.iter().find(|role| role.name == "Sales manager").unwrap().id;
        let helper = company.hire("helper", "Helper", Some(middle)).await;
        let edit = ProfileEdit { name: "Spare".to_owned(), ..profile_edit(&company, "Administrator").await };
        let strong = permissions.create_profile(admin, &edit).await.unwrap().value.id;
        let (elsewhere, below) =
            (company.role("Elsewhere", None).await, company.role("Below", Some(middle)).await);
        for (who, caller) in [("without the permission", &company.rep), ("with less", &helper)] {
            assert_eq!(said(permissions.delete_profile(caller, strong).await).0, "FORBIDDEN", "{who}");
            assert_eq!(said(permissions.delete_role(caller, elsewhere).await).0, "FORBIDDEN", "{who}");
        }
        permissions.delete_role(&helper, below).await.unwrap();
        permissions.delete_profile(&helper, profile(&company, "Read Only").await.id).await.unwrap();
    });
}

#[test]
fn what_was_removed_is_in_the_ledger() {
    run(async {
        let company = Company::found().await;
        let (admin, permissions) = (&company.admin, company.engine.permissions());
        let top = company.role("Elsewhere", None).await;
        let below = company.role("Below", Some(top)).await;
        permissions.delete_role(admin, below).await.unwrap();
        permissions.delete_profile(admin, profile(&company, "Read Only").await.id).await.unwrap();
        let viewing = company.engine.view(admin).await.unwrap();
        for (action, expected) in [("role.delete", vec!["name", "parent"]), ("profile.delete", vec!["name"])]
        {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
            let [entry] = entries.as_slice() else { panic!("{action}") };
            let changed: Vec<_> = entry.changes.iter().map(|change| change.field.as_str()).collect();
            assert!(changed.starts_with(&expected), "{action}: {changed:?}");
        }
    });
}

async fn profile_edit(company: &Company, name: &str) -> ProfileEdit {
    let Profile { name, grants, .. } = profile(company, name).await;
    ProfileEdit { name, grants }
}
