//! Stories of permission sets: what they add, who may give them, and what keeps them.

use std::collections::{BTreeMap, BTreeSet};

use crate::company::{Company, id_of, run};
use sutra_acl::{
    Assigned, FieldMuting, FieldPermission, Grants, Muting, ObjectMuting, ObjectPermissions, PermissionSet,
    PermissionSetGroup, SystemPermission, SystemPermissions,
};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Error, MemberEdit, PermissionSetEdit, PermissionSetGroupEdit, ProfileEdit};
use sutra_kernel::{FieldId, ObjectId, Value};

impl Company {
    async fn set(&self, name: &str, grants: Grants) -> PermissionSet {
        let edit = PermissionSetEdit { name: name.to_owned(), grants };
        self.engine.permissions().create_permission_set(&self.admin, &edit).await.unwrap().value
    }

    async fn set_group(&self, name: &str, sets: &[&PermissionSet], muting: Muting) -> PermissionSetGroup {
        let sets = sets.iter().map(|set| set.id).collect();
        let edit = PermissionSetGroupEdit { name: name.to_owned(), sets, muting };
        self.engine.permissions().create_permission_set_group(&self.admin, &edit).await.unwrap().value
    }

    async fn give(&self, to: &Caller, assigned: &Assigned) -> Result<(), Error> {
        self.engine.permissions().assign(&self.admin, id_of(to), assigned).await.map(drop)
    }

    async fn object(&self, name: &str) -> ObjectId {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        viewing.metadata().object_named(name).unwrap().id
    }

    async fn field(&self, object: &str, name: &str) -> FieldId {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        viewing.metadata().object_named(object).unwrap().field(name).unwrap().id
    }
}

fn sets(sets: &[&PermissionSet]) -> Assigned {
    Assigned { permission_sets: sets.iter().map(|set| set.id).collect(), ..Assigned::default() }
}

fn groups(groups: &[&PermissionSetGroup]) -> Assigned {
    Assigned { permission_set_groups: groups.iter().map(|group| group.id).collect(), ..Assigned::default() }
}

fn powers(powers: &[SystemPermission]) -> Grants {
    Grants { system: powers.iter().copied().collect(), ..Grants::default() }
}

#[test]
fn h14_a_permission_set_adds_to_the_profile_until_it_is_taken_away() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "old").await;
        let account = company.object("account").await;
        let grants =
            Grants { objects: BTreeMap::from([(account, ObjectPermissions::PURGE)]), ..Grants::default() };
        let cleaner = company.set("Cleaner", grants).await;
        let records = company.engine.records();
        records.delete(&company.rep, "account", id, None).await.unwrap();
        let purge = async || records.purge(&company.rep, "account", id).await.map(drop);
        assert_eq!(purge().await.unwrap_err().code(), "FORBIDDEN");
        company.give(&company.rep, &sets(&[&cleaner])).await.unwrap();
        company.give(&company.rep, &Assigned::default()).await.unwrap();
        assert_eq!(purge().await.unwrap_err().code(), "FORBIDDEN", "taken away again");
        company.give(&company.rep, &sets(&[&cleaner])).await.unwrap();
        purge().await.unwrap();
    });
}

#[test]
fn a_group_gives_what_its_sets_give_but_for_what_it_mutes() {
    run(async {
        let company = Company::found().await;
        let (account, phone) = (company.object("account").await, company.field("account", "phone").await);
        let name = company.field("account", "name").await;
        let reader = ProfileEdit { name: "Nobody".to_owned(), grants: Grants::default() };
        company.engine.permissions().create_profile(&company.admin, &reader).await.unwrap();
        let guest = company.hire("guest", "Nobody", None).await;
        let desk = company
            .set(
                "Desk",
                Grants {
                    system: SystemPermissions::NONE.with(SystemPermission::ViewAuditLog),
                    objects: BTreeMap::from([(
                        account,
                        ObjectPermissions::CREATE.union(ObjectPermissions::DELETE),
                    )]),
                    fields: [name, phone].map(|field| (field, FieldPermission::new(true, true))).into(),
                },
            )
            .await;
        let muting = Muting {
            system: BTreeSet::from([SystemPermission::ViewAuditLog]),
            objects: BTreeMap::from([(account, ObjectMuting::of(&["delete"]))]),
            fields: BTreeMap::from([(phone, FieldMuting::Edit)]),
        };
        let group = company.set_group("Careful desk", &[&desk], muting).await;
        company.give(&guest, &groups(&[&group])).await.unwrap();

        let id = company.account(&guest, "Acme").await;
        let deleted = company.engine.records().delete(&guest, "account", id, None).await;
        assert_eq!(deleted.unwrap_err().code(), "FORBIDDEN");
        let called = [("name", Value::text("B")), ("phone", Value::text("1"))];
        let error = company.create(&guest, "account", &called).await.unwrap_err();
        assert_eq!(error.code(), "FORBIDDEN", "a muted field");
        let viewing = company.engine.view(&guest).await.unwrap();
        assert!(viewing.ledger_entries(&EntryFilter::default(), 1).await.is_err(), "a muted power");
        viewing.close().await.unwrap();

        let both = Assigned { permission_sets: BTreeSet::from([desk.id]), ..groups(&[&group]) };
        company.give(&guest, &both).await.unwrap();
        company.engine.records().delete(&guest, "account", id, None).await.unwrap();
    });
}

#[test]
fn nobody_gives_by_a_set_what_he_does_not_have() {
    run(async {
        let company = Company::found().await;
        let permissions = company.engine.permissions();
        let helper = company
            .set("Helper", powers(&[SystemPermission::ManageUsers, SystemPermission::ManagePermissions]))
            .await;
        company.give(&company.manager, &sets(&[&helper])).await.unwrap();
        let auditor = company.set("Auditor", powers(&[SystemPermission::ViewAuditLog])).await;
        let group = company.set_group("Auditors", &[&auditor], Muting::default()).await;
        let (manager, rep) = (&company.manager, id_of(&company.rep));
        let edit = PermissionSetEdit { name: "Mine".to_owned(), grants: auditor.grants.clone() };
        let less = PermissionSetEdit { name: "Less".to_owned(), grants: Grants::default() };
        let bundle = PermissionSetGroupEdit {
            name: "Mine".to_owned(),
            sets: BTreeSet::from([auditor.id]),
            muting: Muting::default(),
        };
        let own = PermissionSetEdit { name: "Helper".to_owned(), grants: Grants::default() };
        let refused = [
            ("making", permissions.create_permission_set(manager, &edit).await.err()),
            ("emptying", permissions.update_permission_set(manager, auditor.id, &less).await.err()),
            ("removing", permissions.delete_permission_set(manager, auditor.id).await.err()),
            ("making a group", permissions.create_permission_set_group(manager, &bundle).await.err()),
            (
                "changing a group",
                permissions.update_permission_set_group(manager, group.id, &bundle).await.err(),
            ),
            ("removing a group", permissions.delete_permission_set_group(manager, group.id).await.err()),
            ("giving", permissions.assign(manager, rep, &sets(&[&auditor])).await.err()),
            ("giving a group", permissions.assign(manager, rep, &groups(&[&group])).await.err()),
            ("giving himself", permissions.assign(manager, id_of(manager), &Assigned::default()).await.err()),
            ("changing his own", permissions.update_permission_set(manager, helper.id, &own).await.err()),
        ];
        for (name, error) in refused {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "{name}");
        }
        let muting = Muting { system: BTreeSet::from([SystemPermission::ViewAuditLog]), ..Muting::default() };
        let muted = PermissionSetGroupEdit { muting, ..bundle };
        permissions.create_permission_set_group(manager, &muted).await.unwrap();
        permissions.assign(manager, rep, &sets(&[&helper])).await.unwrap();
    });
}

#[test]
fn whoever_has_more_by_a_set_is_beyond_the_reach_of_others() {
    run(async {
        let company = Company::found().await;
        let helper = company
            .set("Helper", powers(&[SystemPermission::ManageUsers, SystemPermission::ManagePermissions]))
            .await;
        let auditor = company.set("Auditor", powers(&[SystemPermission::ViewAuditLog])).await;
        company.give(&company.manager, &sets(&[&helper])).await.unwrap();
        company.give(&company.rep, &sets(&[&auditor])).await.unwrap();
        let members = company.engine.members();
        let off = MemberEdit { active: Some(false), ..MemberEdit::default() };
        let sessions = company.engine.sessions();
        let refused = [
            members.update(&company.manager, id_of(&company.rep), &off).await.err(),
            sessions.revoke_all(&company.manager, id_of(&company.rep)).await.err(),
            company
                .engine
                .permissions()
                .assign(&company.manager, id_of(&company.rep), &Assigned::default())
                .await
                .err(),
        ];
        for (place, error) in refused.into_iter().enumerate() {
            assert_eq!(error.map(|error| error.code()), Some("FORBIDDEN"), "case {place}");
        }
        members.update(&company.manager, id_of(&company.peer), &off).await.unwrap();
    });
}

#[test]
fn what_somebody_has_is_not_removed() {
    run(async {
        let company = Company::found().await;
        let permissions = company.engine.permissions();
        let set = company.set("Set", Grants::default()).await;
        let group = company.set_group("Group", &[&set], Muting::default()).await;
        company.give(&company.rep, &groups(&[&group])).await.unwrap();
        let error = permissions.delete_permission_set_group(&company.admin, group.id).await.unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            ("IN_USE", "one user has this permission set group")
        );
        let error = permissions.delete_permission_set(&company.admin, set.id).await.unwrap_err();
        let grouped = "permission set group `Group` contains this permission set";
        assert_eq!((error.code(), error.to_string().as_str()), ("IN_USE", grouped));
        for user in [&company.rep, &company.peer] {
            company.give(user, &sets(&[&set])).await.unwrap();
        }
        permissions.delete_permission_set_group(&company.admin, group.id).await.unwrap();
        let error = permissions.delete_permission_set(&company.admin, set.id).await.unwrap_err();
        assert_eq!(error.to_string(), "2 users have this permission set");
        for user in [&company.rep, &company.peer] {
            company.give(user, &Assigned::default()).await.unwrap();
        }
        permissions.delete_permission_set(&company.admin, set.id).await.unwrap();
        let again = permissions.delete_permission_set(&company.admin, set.id).await.unwrap_err();
        assert_eq!(again.code(), "NOT_FOUND");
    });
}

#[test]
fn a_workspace_can_be_administered_by_whoever_has_the_sets_for_it() {
    run(async {
        let company = Company::found().await;
        let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
        let administrator = profiles.iter().find(|profile| profile.name == "Administrator").unwrap();
        let whole = company.set("Whole", administrator.grants.clone()).await;
        company.give(&company.chief, &sets(&[&whole])).await.unwrap();
        let off = MemberEdit { active: Some(false), ..MemberEdit::default() };
        company.engine.members().update(&company.chief, id_of(&company.admin), &off).await.unwrap();
        let link = company.engine.workspaces().offer_setup_link(company.workspace).await.unwrap();
        assert!(link.is_none(), "there is an administrator");
    });
}

#[test]
fn nobody_takes_from_the_last_administrator_what_makes_him_one() {
    run(async {
        let company = Company::found().await;
        let (members, permissions) = (company.engine.members(), company.engine.permissions());
        let keys = powers(&[SystemPermission::ManagePermissions]);
        let named = |name: &str| ProfileEdit { name: name.to_owned(), grants: keys.clone() };
        let profile = permissions.create_profile(&company.admin, &named("Keys")).await.unwrap().value;
        permissions.create_profile(&company.admin, &named("Helper")).await.unwrap();
        let helper = company.hire("helper", "Helper", None).await;
        let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
        let whole = profiles.iter().find(|profile| profile.name == "Administrator").unwrap();
        let others =
            SystemPermission::ALL.into_iter().filter(|it| *it != SystemPermission::ManagePermissions);
        let rest = Grants { system: others.collect(), ..whole.grants.clone() };
        let (rest, keys) = (company.set("Rest", rest).await, company.set("Keys", keys).await);
        let off = MemberEdit { active: Some(false), ..MemberEdit::default() };

        // The chief has by two ways what it takes, and is the only one in the end.
        company.give(&company.chief, &sets(&[&rest, &keys])).await.unwrap();
        members.update(&company.chief, id_of(&company.admin), &off).await.unwrap();
        let nothing = PermissionSetEdit { name: "Keys".to_owned(), grants: Grants::default() };
        let error = permissions.update_permission_set(&helper, keys.id, &nothing).await.unwrap_err();
        let sentence = "this would leave nobody who can administer the workspace";
        assert_eq!((error.code(), error.to_string().as_str()), ("FORBIDDEN", sentence));

        let heir = company.peer.clone();
        let by_profile = MemberEdit { profile: Some(profile.id), ..MemberEdit::default() };
        members.update(&company.chief, id_of(&heir), &by_profile).await.unwrap();
        permissions.assign(&company.chief, id_of(&heir), &sets(&[&rest])).await.unwrap();
        members.update(&heir, id_of(&company.chief), &off).await.unwrap();
        let nothing = ProfileEdit { name: "Keys".to_owned(), grants: Grants::default() };
        let error = permissions.update_profile(&helper, profile.id, &nothing).await.unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("FORBIDDEN", sentence));
    });
}

#[test]
fn each_change_of_a_set_is_in_the_ledger_with_what_it_was_before() {
    run(async {
        let company = Company::found().await;
        let permissions = company.engine.permissions();
        let set = company.set("Auditor", powers(&[SystemPermission::ViewAuditLog])).await;
        company.give(&company.rep, &sets(&[&set])).await.unwrap();
        company.give(&company.rep, &Assigned::default()).await.unwrap();
        let edit = PermissionSetEdit { name: "Auditor".to_owned(), grants: Grants::default() };
        permissions.update_permission_set(&company.admin, set.id, &edit).await.unwrap();
        permissions.delete_permission_set(&company.admin, set.id).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let mut told = Vec::new();
        for action in
            ["permission_set.create", "user.assign", "permission_set.update", "permission_set.delete"]
        {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            for entry in viewing.ledger_entries(&filter, 10).await.unwrap() {
                let changed: Vec<_> = entry.changes.iter().map(|change| change.field.clone()).collect();
                told.push(format!("{action}: {}", changed.join(" ")));
            }
        }
        let expected = [
            "permission_set.create: name system",
            "user.assign: permissionSets",
            "user.assign: permissionSets",
            "permission_set.update: system",
            "permission_set.delete: name",
        ];
        assert_eq!(told, expected);
    });
}
