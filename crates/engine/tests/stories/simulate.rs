//! Stories of changes that are looked at before they are made.

mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use sutra_acl::{
    Audience, Grants, ObjectPermissions, OrgWideDefault, Principal, Profile, SystemPermission,
    SystemPermissions,
};
use sutra_audit::EntryFilter;
use sutra_engine::{
    AccessChange, AccessDifferences, Caller, Error, ListRequest, MemberEdit, Part, ProfileEdit,
    RestrictionEdit,
};
use sutra_kernel::{ApiName, Condition, RecordId, RoleId, Test, UserId, Value};

use crate::company::{Company, id_of, run};

/// Who sees which accounts.
type Sight = BTreeMap<UserId, BTreeSet<RecordId>>;

impl Company {
    fn people(&self) -> [&Caller; 5] {
        [&self.admin, &self.chief, &self.manager, &self.rep, &self.peer]
    }

    async fn foresee(&self, asker: &Caller, change: &AccessChange) -> Result<AccessDifferences, Error> {
        self.engine.view(asker).await?.simulate_access_change(change, None, 50).await
    }

    async fn sight(&self) -> Sight {
        let mut sight = Sight::new();
        for who in self.people() {
            sight.insert(id_of(who), self.accounts_of(who).await);
        }
        sight
    }

    async fn accounts_of(&self, who: &Caller) -> BTreeSet<RecordId> {
        let Ok(viewing) = self.engine.view(who).await else { return BTreeSet::new() };
        let object = ApiName::parse("account").unwrap();
        let request =
            ListRequest { object, filter: None, search: None, order: None, part: Part::first(200, None) };
        match viewing.list_records(&request).await {
            Ok(listed) => listed.items.iter().map(|(view, _)| view.record.id).collect(),
            Err(_) => BTreeSet::new(),
        }
    }

    /// Makes a change that was only looked at.
    async fn make(&self, change: &AccessChange) -> Result<(), Error> {
        let (admin, permissions, rules) =
            (&self.admin, self.engine.permissions(), self.engine.access_rules());
        match change.clone() {
            AccessChange::Default { object, default, hierarchy } => {
                permissions.set_default(admin, &object, default, hierarchy).await.map(drop)
            }
            AccessChange::Profile(id, edit) => permissions.update_profile(admin, id, &edit).await.map(drop),
            AccessChange::PermissionSet(id, edit) => {
                permissions.update_permission_set(admin, id, &edit).await.map(drop)
            }
            AccessChange::Assignment(user, assigned) => {
                permissions.assign(admin, user, &assigned).await.map(drop)
            }
            AccessChange::Member(user, edit) => {
                self.engine.members().update(admin, user, &edit).await.map(drop)
            }
            AccessChange::Role { id, name, parent } => {
                permissions.update_role(admin, id, &name, parent).await.map(drop)
            }
            AccessChange::Group(id, edit) => self.engine.groups().update(admin, id, &edit).await.map(drop),
            AccessChange::NewRestriction(object, edit) => {
                rules.create_restriction(admin, &object, &edit).await.map(drop)
            }
            AccessChange::Restriction(id, edit) => rules.update_restriction(admin, id, &edit).await.map(drop),
            AccessChange::NoRestriction(id) => rules.delete_restriction(admin, id).await.map(drop),
            other => panic!("{other:?}"),
        }
    }

    async fn profile(&self, name: &str) -> Profile {
        let profiles = self.engine.view(&self.admin).await.unwrap().profiles().await.unwrap();
        profiles.into_iter().find(|profile| profile.name == name).unwrap()
    }
}

fn industry(text: &str) -> Condition {
    Condition::test(ApiName::parse("industry").unwrap(), Test::Eq(Value::text(text)))
}

fn private(hierarchy: bool) -> AccessChange {
    default(OrgWideDefault::Private, hierarchy)
}

fn default(default: OrgWideDefault, hierarchy: bool) -> AccessChange {
    AccessChange::Default { object: "account".to_owned(), default, hierarchy }
}

fn place(id: RoleId, parent: Option<RoleId>) -> AccessChange {
    AccessChange::Role { id, name: format!("Role {id}"), parent }
}

#[test]
fn b2_it_is_told_who_gains_and_who_loses_before_it_is_so() {
    run(async {
        let company = Company::found().await;
        let acme = company.account(&company.rep, "Acme").await;
        let opened = company.foresee(&company.admin, &default(OrgWideDefault::Read, true)).await.unwrap();
        let [peer] = opened.found.as_slice() else { panic!("{opened:?}") };
        assert_eq!((peer.user.id, opened.next), (id_of(&company.peer), None));
        let [accounts] = peer.objects.as_slice() else { panic!("{peer:?}") };
        assert_eq!((accounts.object.name.as_str(), accounts.before), ("account", accounts.after));
        assert_eq!((accounts.gained.count, accounts.gained.exact, accounts.lost.count), (1, true, 0));
        assert_eq!(accounts.gained.samples[0].record.id, acme);

        let closed = company.foresee(&company.admin, &private(false)).await.unwrap();
        let losing: Vec<_> = closed.found.iter().map(|it| it.user.name.as_str()).collect();
        assert_eq!(losing, ["chief", "manager"], "whose roles would open nothing any more");
        assert!(closed.found.iter().all(|it| it.objects[0].lost.count == 1));
    });
}

#[test]
fn b2_permissions_that_would_come_or_go_are_told_too() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "Acme").await;
        let Profile { id, name, mut grants } = company.profile("Standard User").await;
        for bits in grants.objects.values_mut() {
            *bits = ObjectPermissions::READ;
        }
        let change = AccessChange::Profile(id, ProfileEdit { name, grants });
        let told = company.foresee(&company.admin, &change).await.unwrap();
        assert_eq!(told.found.len(), 4, "everybody but the administrator");
        for difference in &told.found {
            let accounts = difference.objects.iter().find(|it| it.object.name.as_str() == "account").unwrap();
            assert!(accounts.before.has(ObjectPermissions::DELETE));
            assert_eq!(accounts.after, ObjectPermissions::READ);
            assert_eq!((accounts.gained.count, accounts.lost.count), (0, 0));
        }
    });
}

#[test]
fn b2_to_ask_what_would_be_changes_nothing() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "Acme").await;
        let entries = async || {
            let viewing = company.engine.view(&company.admin).await.unwrap();
            let entries = viewing.ledger_entries(&EntryFilter::default(), 200).await.unwrap();
            (entries.len(), entries.first().map(|entry| entry.stored.seq))
        };
        let tables = async || {
            let mut reads = company.reads().await;
            let (policy, users) = (reads.policy().await.unwrap(), reads.users(None, 50).await.unwrap());
            format!("{policy:?} {users:?} {:?}", reads.epochs().await.unwrap())
        };
        let (before, head, sight) = (tables().await, entries().await, company.sight().await);
        let move_away = MemberEdit { role: Some(None), active: Some(false), ..MemberEdit::default() };
        for change in [private(false), AccessChange::Member(id_of(&company.rep), move_away)] {
            assert!(!company.foresee(&company.admin, &change).await.unwrap().found.is_empty());
        }
        assert_eq!((tables().await, entries().await, company.sight().await), (before, head, sight));
    });
}

#[test]
fn those_who_would_notice_come_by_the_page() {
    run(async {
        let company = Company::found().await;
        company.account(&company.admin, "Acme").await;
        let change = default(OrgWideDefault::Read, true);
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let (mut found, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = viewing.simulate_access_change(&change, after, 1).await.unwrap();
            found.extend(page.found.iter().map(|it| it.user.id));
            (after, pages) = (page.next, pages + 1);
            if after.is_none() {
                break;
            }
        }
        let whole = viewing.simulate_access_change(&change, None, 50).await.unwrap();
        assert_eq!(found, whole.found.iter().map(|it| it.user.id).collect::<Vec<_>>());
        assert_eq!((found.len(), pages), (4, 4));
    });
}

#[test]
fn what_would_be_is_told_to_those_who_may_make_it_so() {
    run(async {
        let company = Company::found().await;
        let (account, industries) = ("account".to_owned(), industry("Energy"));
        let own = Audience::Some {
            profiles: BTreeSet::new(),
            principals: BTreeSet::from([Principal::User(id_of(&company.rep))]),
        };
        let rule = RestrictionEdit { name: "Rule".to_owned(), binds: own, condition: industries };
        let restrict = AccessChange::NewRestriction(account, rule);
        let strip = MemberEdit { active: Some(false), ..MemberEdit::default() };
        let strip = AccessChange::Member(id_of(&company.rep), strip);
        for change in [&private(false), &restrict, &strip] {
            let refused = company.foresee(&company.chief, change).await.unwrap_err();
            assert_eq!(refused.code(), "FORBIDDEN", "{change:?}");
        }
        let sharer = sharer(&company).await;
        assert_eq!(company.foresee(&sharer, &strip).await.unwrap_err().code(), "FORBIDDEN", "no users");
        company.foresee(&sharer, &restrict).await.unwrap();
        company.restrict("Sharer", "account", "industry", sutra_acl::FieldPermission::NONE).await;
        let refused = company.foresee(&sharer, &restrict).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN", "a field that he may not read");
    });
}

/// Somebody who may change how records are shared, and sees none but his own.
async fn sharer(company: &Company) -> Caller {
    let standard = company.profile("Standard User").await;
    let system = SystemPermissions::NONE.with(SystemPermission::ManageSharing);
    let edit = ProfileEdit { name: "Sharer".to_owned(), grants: Grants { system, ..standard.grants } };
    company.engine.permissions().create_profile(&company.admin, &edit).await.unwrap();
    company.hire("sharer", "Sharer", None).await
}

#[test]
fn l10_nobody_counts_what_he_does_not_see() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "Hidden").await;
        let sharer = sharer(&company).await;
        let change = default(OrgWideDefault::Read, true);
        assert!(company.foresee(&sharer, &change).await.unwrap().found.is_empty());
        let own = company.account(&sharer, "Own").await;
        let told = company.foresee(&sharer, &change).await.unwrap();
        assert!(!told.found.is_empty());
        for difference in told.found {
            assert_eq!(difference.objects[0].gained.count, 1);
            assert_eq!(difference.objects[0].gained.samples[0].record.id, own);
        }
    });
}

#[test]
fn what_could_not_be_made_is_refused() {
    run(async {
        let company = Company::found().await;
        let roles = company.engine.view(&company.admin).await.unwrap().roles().await.unwrap();
        let role = |name: &str| roles.iter().find(|role| role.name == name).unwrap().id;
        let (top, bottom) = (role("Chief executive"), role("Sales rep"));
        let administrator = company.profile("Administrator").await;
        let own = ProfileEdit { name: administrator.name, grants: Grants::default() };
        let nobody = UserId::from_uuid(sutra_kernel::Uuid::from_u128(7));
        let cases = [
            ("a circle", place(top, Some(bottom)), "BAD_USER_INPUT"),
            ("a role that is not there", place(RoleId::from_uuid(nobody.uuid()), None), "NOT_FOUND"),
            ("one's own profile", AccessChange::Profile(administrator.id, own), "FORBIDDEN"),
            ("a user who is not there", AccessChange::Member(nobody, MemberEdit::default()), "NOT_FOUND"),
            ("control by parents", default(OrgWideDefault::ControlledByParent, true), "BAD_USER_INPUT"),
        ];
        for (name, change, expected) in cases {
            let error = company.foresee(&company.admin, &change).await.unwrap_err();
            assert_eq!(error.code(), expected, "{name}: {error}");
            assert!(company.make(&change).await.is_err(), "{name}");
        }
    });
}
