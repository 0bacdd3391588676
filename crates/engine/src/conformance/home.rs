//! A workspace to live in: three users, two profiles, two roles, and gadgets.

use std::{collections::BTreeMap, sync::Arc};

use sutra_acl::{
    FieldPermission, Grants, ObjectPermissions, ObjectPolicy, OrgWideDefault, Policy, Profile, Role,
    RoleTree, Scope, Subject, SystemPermissions, UserPlan,
};
use sutra_crypto::{DataKey, KeySlot, Purpose, Token, WrappedKey};
use sutra_identity::{
    Delivery, EmailAddress, OpenedSession, PasswordVerdict, SecondFactor, Session, SessionPolicy, SignIn,
    SignInProgress, User, UserState,
};
use sutra_kernel::{
    Direction, PortError, PortErrorKind, ProfileId, RoleId, RuleId, Timestamp, UnitId, UserId, WorkspaceId,
};
use sutra_records::{Change, ListQuery, ObjectDef, Order, Record, Turn, ValidationRule};

use super::{dice::Dice, gadget, work::Work};
use crate::{Bookkeeping, Reads, Store, Workspace, WorkspaceState};

/// A workspace of a case, and what is in it from the start.
pub(super) struct Home<'s> {
    pub(super) store: &'s dyn Store,
    pub(super) dice: Dice,
    pub(super) workspace: WorkspaceId,
    /// May everything; the admin has it.
    pub(super) profile: Profile,
    /// May nothing; the others have it.
    pub(super) limited: Profile,
    /// The admin's role, above that of the seller.
    pub(super) boss: Role,
    pub(super) sales: Role,
    pub(super) admin: User,
    pub(super) seller: User,
    /// Has no role.
    pub(super) loner: User,
    pub(super) object: Arc<ObjectDef>,
    pub(super) plan: UserPlan,
}

/// The instant this many seconds after the beginning of all cases.
pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(1_767_225_600_000_000).plus(std::time::Duration::from_secs(seconds))
}

/// What a failed port must say.
pub(super) fn expect_kind<T>(result: Result<T, PortError>, kind: PortErrorKind, what: &str) {
    match result {
        Ok(_) => panic!("{what}: expected {kind:?}, and it was done"),
        Err(error) => assert_eq!(error.kind(), kind, "{what}: {error}"),
    }
}

impl<'s> Home<'s> {
    /// Makes a workspace for the case of this name.
    pub(super) async fn found(store: &'s dyn Store, case: &str) -> Self {
        let workspace = WorkspaceId::generate(at(0), &Dice::named(case));
        Self::found_as(store, workspace, case).await
    }

    /// Makes two workspaces whose contents have the same ids.
    pub(super) async fn found_twins(store: &'s dyn Store, case: &str) -> (Self, Self) {
        let dice = Dice::named(case);
        let [one, two] = [(); 2].map(|()| WorkspaceId::generate(at(0), &dice));
        (Self::found_as(store, one, case).await, Self::found_as(store, two, case).await)
    }

    async fn found_as(store: &'s dyn Store, workspace: WorkspaceId, case: &str) -> Self {
        store.registry().create_workspace(&entry_of(workspace)).await.unwrap();
        let dice = Dice::named(&format!("{case}: contents"));
        let object = Arc::new(gadget::define("gadget"));
        let profile = everything(ProfileId::generate(at(0), &dice), &object);
        let limited = nothing(ProfileId::generate(at(0), &dice), "Limited");
        let boss = Role { id: RoleId::generate(at(0), &dice), name: "Boss".to_owned(), parent: None };
        let sales =
            Role { id: RoleId::generate(at(0), &dice), name: "Sales".to_owned(), parent: Some(boss.id) };
        let make = |name: &str, profile, role| user(workspace, name, profile, role, &dice);
        let admin = make("Admin", profile.id, Some(boss.id));
        let seller = make("Seller", limited.id, Some(sales.id));
        let loner = make("Loner", limited.id, None);
        let plan = plan(&admin, &profile, &[boss.clone(), sales.clone()], &object);
        let home = Self {
            store,
            dice,
            workspace,
            profile,
            limited,
            boss,
            sales,
            admin,
            seller,
            loner,
            object,
            plan,
        };
        home.furnish().await;
        home
    }

    /// The same workspace with other things in place of gadgets.
    pub(super) async fn with(&self, object: ObjectDef) -> Self {
        let object = Arc::new(object);
        let mut profile = self.profile.clone();
        profile.grants.fields.extend(everything(profile.id, &object).grants.fields);
        profile.grants.objects.insert(object.id, ObjectPermissions::MODIFY_ALL);
        let roles = [self.boss.clone(), self.sales.clone()];
        let home = Self {
            store: self.store,
            dice: Dice::named(&format!("{}: {}", self.workspace, object.name)),
            workspace: self.workspace,
            limited: self.limited.clone(),
            boss: self.boss.clone(),
            sales: self.sales.clone(),
            admin: self.admin.clone(),
            seller: self.seller.clone(),
            loner: self.loner.clone(),
            plan: plan(&self.admin, &profile, &roles, &object),
            profile,
            object,
        };
        let mut work = home.begin().await;
        work.unit.put_object(&home.object).await.unwrap();
        work.unit.put_object_policy(&open_to_nobody(&home.object)).await.unwrap();
        work.unit.bump_metadata_version().await.unwrap();
        work.commit().await;
        home
    }

    async fn furnish(&self) {
        let mut work = self.begin().await;
        let unit = &mut work.unit;
        for profile in [&self.profile, &self.limited] {
            unit.put_profile(profile).await.unwrap();
        }
        for role in [&self.boss, &self.sales] {
            unit.put_role(role).await.unwrap();
        }
        for user in [&self.admin, &self.seller, &self.loner] {
            unit.put_user(user, None).await.unwrap();
        }
        unit.put_object(&self.object).await.unwrap();
        unit.put_object_policy(&open_to_nobody(&self.object)).await.unwrap();
        work.commit().await;
    }

    /// A rule of the gadgets, with an id of its own.
    pub(super) fn rule(&self, name: &str) -> ValidationRule {
        ValidationRule {
            id: RuleId::generate(at(1), &self.dice),
            object: self.object.id,
            name: gadget::name(name),
            expression: "true // straße".to_owned(),
            message: "It's \"so\".".to_owned(),
            active: true,
        }
    }

    /// Opens a snapshot.
    pub(super) async fn reads(&self) -> Box<dyn Reads> {
        self.store.reads(self.workspace).await.unwrap()
    }

    /// Begins a unit of work.
    pub(super) async fn begin(&self) -> Work<'_> {
        let id = UnitId::generate(at(0), &self.dice);
        let mut unit = self.store.begin(self.workspace, id).await.unwrap();
        let seen = unit.epochs().await.unwrap();
        Work::new(unit, seen, &self.dice)
    }

    /// Begins bookkeeping.
    pub(super) async fn book(&self) -> Box<dyn Bookkeeping> {
        self.store.bookkeeping(self.workspace).await.unwrap()
    }

    /// Stores a change in a unit of its own, and returns the record.
    pub(super) async fn store(&self, change: Change) -> Record {
        let record = change.after().clone();
        let mut work = self.begin().await;
        work.put(change).await.unwrap();
        work.commit().await;
        record
    }

    /// A user who is not stored yet.
    pub(super) fn newcomer(&self, name: &str) -> User {
        user(self.workspace, name, self.limited.id, None, &self.dice)
    }

    /// A session of the user that is not stored yet.
    pub(super) fn session(&self, user: &User, now: Timestamp) -> (OpenedSession, Token) {
        let SignInProgress::Complete(proof) =
            SignIn::begin(Some(user)).password(PasswordVerdict::Yes, SecondFactor::NotSetUp, now)
        else {
            panic!("the user may sign in");
        };
        let (session, token) =
            Session::open(proof, Delivery::Bearer, SessionPolicy::default(), now, &self.dice);
        (session.opened_from(Some("192.0.2.1"), Some("a browser")), token)
    }

    /// A key that is not stored yet.
    pub(super) fn key(&self, slot: KeySlot, version: u32) -> WrappedKey {
        let [key, by] = [(); 2].map(|()| DataKey::generate(&self.dice));
        WrappedKey::wrap(self.workspace, slot, version, &key, &by, at(0), &self.dice).unwrap()
    }

    /// A key of no slot in particular, that is not stored yet.
    pub(super) fn audit_key(&self) -> WrappedKey {
        self.key(KeySlot::Purpose(Purpose::Audit), 1)
    }

    /// The list of all gadgets.
    pub(super) fn everything(&self) -> ListQuery {
        ListQuery {
            object: Arc::clone(&self.object),
            scope: Scope::ALL,
            filter: None,
            search: None,
            order: Order { field: gadget::name("id"), direction: Direction::Ascending },
            turn: Turn::Forward,
            from: None,
            limit: 1_000,
            deleted: false,
        }
    }
}

/// How a workspace of this id is entered.
pub(super) fn entry_of(id: WorkspaceId) -> Workspace {
    Workspace {
        id,
        slug: id.to_string().replace('_', "-"),
        name: "A workspace".to_owned(),
        region: "eu".to_owned(),
        state: WorkspaceState::Active,
        created_at: at(0),
    }
}

fn user(workspace: WorkspaceId, name: &str, profile: ProfileId, role: Option<RoleId>, dice: &Dice) -> User {
    User {
        workspace,
        id: UserId::generate(at(0), dice),
        email: EmailAddress::parse(&format!("{name}@example.com")).unwrap(),
        name: name.to_owned(),
        profile,
        role,
        state: UserState::Active,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn everything(id: ProfileId, object: &ObjectDef) -> Profile {
    let every_field = object.fields.iter().map(|field| (field.id, FieldPermission::new(true, true)));
    Profile {
        id,
        name: "Everything".to_owned(),
        grants: Grants {
            system: SystemPermissions::EVERY,
            objects: BTreeMap::from([(object.id, ObjectPermissions::MODIFY_ALL)]),
            fields: every_field.collect(),
        },
    }
}

/// A profile that allows nothing.
pub(super) fn nothing(id: ProfileId, name: &str) -> Profile {
    Profile { id, name: name.to_owned(), grants: Grants::default() }
}

/// Private, and open to those above.
pub(super) fn open_to_nobody(object: &ObjectDef) -> ObjectPolicy {
    ObjectPolicy::new(object.id, OrgWideDefault::Private, true)
}

fn plan(user: &User, profile: &Profile, roles: &[Role], object: &ObjectDef) -> UserPlan {
    let policy = Policy {
        roles: RoleTree::compile(roles).unwrap(),
        profiles: BTreeMap::from([(profile.id, Arc::new(profile.clone()))]),
        objects: BTreeMap::from([(object.id, open_to_nobody(object))]),
        ..Policy::closed(user.workspace, 0)
    };
    let subject = Subject { role: user.role, ..Subject::new(user.workspace, user.id, user.profile) };
    UserPlan::compile(&policy, &subject)
}
