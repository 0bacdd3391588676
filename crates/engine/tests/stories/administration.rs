//! Stories of administration: nobody gets more than somebody could give, and everything is in the ledger.

use crate::company::{Company, PASSWORD, edit, id_of, run};
use sutra_acl::{Grants, ObjectPermissions, OrgWideDefault, Profile, SystemPermission, SystemPermissions};
use sutra_audit::EntryFilter;
use sutra_engine::{Invited, ListRequest, MemberEdit, NewMember, Part, ProfileEdit};
use sutra_identity::UserState;
use sutra_kernel::{ApiName, Condition, Test, Value};

async fn profile(company: &Company, name: &str) -> Profile {
    let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
    profiles.into_iter().find(|profile| profile.name == name).unwrap()
}

fn edit_of(profile: &Profile) -> ProfileEdit {
    let Profile { name, grants, .. } = profile.clone();
    ProfileEdit { name, grants }
}

#[test]
fn administration_needs_its_permissions() {
    run(async {
        let company = Company::found().await;
        let standard = profile(&company, "Standard User").await;
        let permissions = company.engine.permissions();
        let new = NewMember {
            email: "friend@acme.example".to_owned(),
            name: "Friend".to_owned(),
            profile: standard.id,
            role: None,
        };
        let rep = &company.rep;
        let refused = [
            company.engine.members().invite(rep, &new).await.err(),
            company.engine.members().update(rep, id_of(&company.peer), &MemberEdit::default()).await.err(),
            permissions.create_profile(rep, &edit_of(&standard)).await.err(),
            permissions.create_role(rep, "Emperor", None).await.err(),
            permissions.set_default(rep, "account", OrgWideDefault::ReadWrite, true).await.err(),
        ];
        for (place, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "case {place}");
        }
        let viewing = company.engine.view(rep).await.unwrap();
        assert!(viewing.profiles().await.is_err() && viewing.list_users(None, 10).await.is_err());
        assert!(viewing.ledger_entries(&EntryFilter::default(), 10).await.is_err());
    });
}

#[test]
fn nobody_changes_what_he_himself_may_do_or_grants_what_he_lacks() {
    run(async {
        let company = Company::found().await;
        let (admin, permissions) = (&company.admin, company.engine.permissions());
        let administrator = profile(&company, "Administrator").await;
        let own = permissions.update_profile(admin, administrator.id, &edit_of(&administrator)).await;
        assert_eq!(own.unwrap_err().code(), "FORBIDDEN", "one's own profile");
        let demote = MemberEdit { active: Some(false), ..MemberEdit::default() };
        let own = company.engine.members().update(admin, id_of(admin), &demote).await;
        assert_eq!(own.unwrap_err().code(), "FORBIDDEN", "oneself");

        let helper = ProfileEdit {
            name: "Helper".to_owned(),
            grants: Grants {
                system: SystemPermissions::NONE
                    .with(SystemPermission::ManageUsers)
                    .with(SystemPermission::ManagePermissions),
                ..profile(&company, "Standard User").await.grants
            },
        };
        permissions.create_profile(admin, &helper).await.unwrap();
        let helper = company.hire("helper", "Helper", None).await;
        let promote = MemberEdit { profile: Some(administrator.id), ..MemberEdit::default() };
        let error =
            company.engine.members().update(&helper, id_of(&company.rep), &promote).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN", "a profile with more than one has");
        let error = company.engine.members().update(&helper, id_of(admin), &demote).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN", "somebody with more than one has");
        let grab = ProfileEdit { name: "Grab".to_owned(), ..edit_of(&administrator) };
        assert_eq!(permissions.create_profile(&helper, &grab).await.unwrap_err().code(), "FORBIDDEN");
    });
}

#[test]
fn a_change_of_permissions_holds_from_the_next_request_on() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "shared").await;
        let list = ListRequest {
            object: ApiName::parse("account").unwrap(),
            filter: None,
            search: None,
            order: None,
            part: Part::first(10, None),
        };
        let seen = async |company: &Company| {
            let viewing = company.engine.view(&company.peer).await.unwrap();
            viewing.list_records(&list).await.map(|listed| listed.items.len())
        };
        assert_eq!(seen(&company).await.unwrap(), 0);
        let permissions = company.engine.permissions();
        permissions.set_default(&company.admin, "account", OrgWideDefault::Read, true).await.unwrap();
        assert_eq!(seen(&company).await.unwrap(), 1);
        let mut closed = edit_of(&profile(&company, "Standard User").await);
        closed.grants.objects.values_mut().for_each(|object| *object = ObjectPermissions::NONE);
        let standard = profile(&company, "Standard User").await;
        permissions.update_profile(&company.admin, standard.id, &closed).await.unwrap();
        assert_eq!(seen(&company).await.unwrap_err().code(), "FORBIDDEN");
    });
}

#[test]
fn an_object_without_a_parent_is_not_controlled_by_one() {
    run(async {
        let company = Company::found().await;
        let (permissions, by_parent) = (company.engine.permissions(), OrgWideDefault::ControlledByParent);
        let refused = permissions.set_default(&company.admin, "account", by_parent, true).await;
        assert_eq!(refused.unwrap_err().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn h19_a_hidden_field_is_hidden_on_every_path() {
    run(async {
        let company = Company::found().await;
        let fields = [("name", Value::text("Acme")), ("phone", Value::text("+1 302 556 4395"))];
        let id = company.create(&company.rep, "account", &fields).await.unwrap();
        let standard = profile(&company, "Standard User").await;
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let phone = viewing.metadata().object_named("account").unwrap().field("phone").unwrap().id;
        viewing.close().await.unwrap();
        let mut edited = edit_of(&standard);
        edited.grants.fields.remove(&phone);
        company.engine.permissions().update_profile(&company.admin, standard.id, &edited).await.unwrap();

        let viewing = company.engine.view(&company.rep).await.unwrap();
        let name = ApiName::parse("phone").unwrap();
        let view = viewing.find_record("account", id).await.unwrap().unwrap();
        assert!(view.hides(&name) && view.value(&name).is_null());
        let history = viewing.record_history("account", id, 10).await.unwrap().unwrap();
        assert!(history.iter().flat_map(|save| &save.changes).all(|change| change.field != "phone"));
        let filter = Some(Condition::test(name.clone(), Test::IsNull(false)));
        let filtered = ListRequest {
            object: ApiName::parse("account").unwrap(),
            filter,
            search: None,
            order: None,
            part: Part::first(10, None),
        };
        assert_eq!(viewing.list_records(&filtered).await.unwrap_err().code(), "FIELD_NOT_READABLE");
        assert_eq!(viewing.count_records(&filtered).await.unwrap_err().code(), "FIELD_NOT_READABLE");
        let change = edit(&[("phone", Value::text("1"))]);
        let error = company.engine.records().update(&company.rep, "account", id, &change).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
    });
}

#[test]
fn h16_a_user_who_changes_role_takes_his_records_along() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "mine").await;
        let seen = async || {
            let viewing = company.engine.view(&company.manager).await.unwrap();
            let object = ApiName::parse("account").unwrap();
            let list =
                ListRequest { object, filter: None, search: None, order: None, part: Part::first(10, None) };
            viewing.list_records(&list).await.unwrap().items.len()
        };
        assert_eq!(seen().await, 1);
        let away = company.role("Elsewhere", None).await;
        let edit = MemberEdit { role: Some(Some(away)), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, id_of(&company.rep), &edit).await.unwrap();
        assert_eq!(seen().await, 0);
    });
}

#[test]
fn a_role_is_never_below_itself() {
    run(async {
        let company = Company::found().await;
        let permissions = company.engine.permissions();
        let upper = company.role("Upper", None).await;
        let lower = company.role("Lower", Some(upper)).await;
        let error = permissions.update_role(&company.admin, upper, "Upper", Some(lower)).await.unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT");
        let taken = permissions.create_role(&company.admin, "Upper", None).await.unwrap_err();
        assert_eq!(taken.code(), "BAD_USER_INPUT");
    });
}

#[test]
fn nobody_hands_out_a_role_that_shows_more_than_his_own() {
    run(async {
        let company = Company::found().await;
        let (admin, permissions, members) =
            (&company.admin, company.engine.permissions(), company.engine.members());
        let roles = company.engine.view(admin).await.unwrap().roles().await.unwrap();
        let role = |name: &str| roles.iter().find(|role| role.name == name).unwrap().id;
        let helper = ProfileEdit {
            name: "Helper".to_owned(),
            grants: Grants {
                system: SystemPermissions::NONE
                    .with(SystemPermission::ManageUsers)
                    .with(SystemPermission::ManagePermissions),
                ..profile(&company, "Standard User").await.grants
            },
        };
        let profile = permissions.create_profile(admin, &helper).await.unwrap().value.id;
        let helper = company.hire("helper", "Helper", Some(role("Sales manager"))).await;
        let new = |name: &str, role| NewMember {
            email: format!("{name}@acme.example"),
            name: name.to_owned(),
            profile,
            role: Some(role),
        };
        let top = members.invite(&helper, &new("double", role("Chief executive"))).await.err().unwrap();
        assert_eq!(top.code(), "FORBIDDEN");
        members.invite(&helper, &new("peer2", role("Sales manager"))).await.unwrap();
        members.invite(&helper, &new("rep2", role("Sales rep"))).await.unwrap();
        let elsewhere = company.role("Elsewhere", None).await;
        let grab =
            permissions.update_role(&helper, elsewhere, "Elsewhere", Some(role("Sales manager"))).await;
        assert_eq!(grab.unwrap_err().code(), "FORBIDDEN", "moving somebody else's branch below oneself");
        let promote = MemberEdit { role: Some(Some(role("Chief executive"))), ..MemberEdit::default() };
        let error = members.update(&helper, id_of(&company.rep), &promote).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN");
    });
}

#[test]
fn whoever_has_never_had_a_password_is_invited_again() {
    run(async {
        let company = Company::found().await;
        let (admin, members) = (&company.admin, company.engine.members());
        let new = NewMember {
            email: "guest@acme.example".to_owned(),
            name: "Guest".to_owned(),
            profile: profile(&company, "Read Only").await.id,
            role: None,
        };
        let first = members.invite(admin, &new).await.unwrap().value;
        let active = |active| MemberEdit { active: Some(active), ..MemberEdit::default() };
        members.update(admin, first.user.id, &active(false)).await.unwrap();
        let back = members.update(admin, first.user.id, &active(true)).await.unwrap().value;
        assert_eq!(back.state, UserState::Invited);
        let activate = async |invited: &Invited| {
            let token = invited.token.as_ref().unwrap().expose();
            members.activate(&company.stranger(), &new.email, token, PASSWORD.to_owned()).await
        };
        assert!(activate(&first).await.is_err(), "deactivating took the invitation back");
        let second = members.reinvite(admin, first.user.id).await.unwrap().value;
        let third = members.reinvite(admin, first.user.id).await.unwrap().value;
        assert!(activate(&second).await.is_err(), "a newer one took its place");
        activate(&third).await.unwrap();
        assert_eq!(members.reinvite(admin, first.user.id).await.err().unwrap().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn an_auditor_sees_who_and_when_and_not_what_he_may_not_read() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "secret").await;
        let auditor = ProfileEdit {
            name: "Auditor".to_owned(),
            grants: Grants {
                system: SystemPermissions::NONE.with(SystemPermission::ViewAuditLog),
                ..profile(&company, "Read Only").await.grants
            },
        };
        company.engine.permissions().create_profile(&company.admin, &auditor).await.unwrap();
        let auditor = company.hire("auditor", "Auditor", None).await;
        for (caller, expected) in [(&auditor, false), (&company.admin, true)] {
            let viewing = company.engine.view(caller).await.unwrap();
            for action in ["record.create", "user.create"] {
                let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
                let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
                assert!(!entries.is_empty());
                assert_eq!(entries.iter().any(|entry| !entry.changes.is_empty()), expected, "{action}");
            }
        }
    });
}
