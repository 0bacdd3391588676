//! Companies made by chance, in which lists are compared with decisions, and both with the rule itself,
//! told once more, slowly and plainly.

use std::{collections::BTreeMap, sync::Arc};

use sutra_acl::{
    Action, FieldPermission, Grants, ObjectPermissions, ObjectPolicy, OrgWideDefault, Owner, Profile, Role,
    Scope, SystemPermission, SystemPermissions, UserPlan,
};
use sutra_identity::{User, UserState};
use sutra_kernel::{Condition, ProfileId, RecordId, RoleId, Value};
use sutra_records::{Key, ListQuery, Record, Relation, Standing};

use super::{
    aggregates, gadget,
    home::{Home, at},
};
use crate::{Reads, Store};

const WORLDS: usize = 12;
const ROLES: usize = 7;
const USERS: usize = 9;
const RECORDS: u64 = 40;

/// What gadgets, which have no parent, may be open by.
const DEFAULTS: [OrgWideDefault; 3] =
    [OrgWideDefault::Private, OrgWideDefault::Read, OrgWideDefault::ReadWrite];

/// A company, as the rule reads it.
struct World {
    default: OrgWideDefault,
    hierarchy: bool,
    roles: Vec<Role>,
    profiles: Vec<Profile>,
    users: Vec<User>,
    records: Vec<Record>,
}

pub(super) async fn a_list_is_what_the_rule_allows(store: &dyn Store) {
    for number in 0..WORLDS {
        let home = Home::found(store, &format!("world {number}")).await;
        let mut world = World::by_chance(&home);
        world.settle(&home).await;
        world.expect_the_rule(&home, number).await;
        world.move_somebody(&home).await;
        world.expect_the_rule(&home, number).await;
    }
}

pub(super) async fn a_relation_goes_to_what_the_rule_allows(store: &dyn Store) {
    for number in 0..WORLDS {
        let home = Home::found(store, &format!("world of relations {number}")).await;
        let mut world = World::by_chance(&home);
        world.settle(&home).await;
        world.expect_the_rule_of_parents(&home, number).await;
    }
}

pub(super) async fn a_difference_is_where_it_is_looked_for(store: &dyn Store) {
    for number in 0..WORLDS {
        let home = Home::found(store, &format!("world of differences {number}")).await;
        let mut world = World::by_chance(&home);
        world.settle(&home).await;
        world.expect_the_differences(&home, number).await;
    }
}

impl World {
    fn by_chance(home: &Home<'_>) -> Self {
        let dice = &home.dice;
        let mut roles: Vec<Role> = Vec::new();
        for number in 0..ROLES {
            let above = dice.below(roles.len() + 1);
            let parent = roles.get(above).map(|role| role.id);
            roles.push(Role { id: RoleId::generate(at(0), dice), name: format!("Role {number}"), parent });
        }
        let profiles: Vec<Profile> = (0..4).map(|number| profile(home, number)).collect();
        let users = (0..USERS).map(|number| user(home, number, &roles, &profiles)).collect();
        Self {
            default: dice.pick(&DEFAULTS),
            hierarchy: dice.below(4) > 0,
            roles,
            profiles,
            users,
            records: Vec::new(),
        }
    }

    async fn settle(&mut self, home: &Home<'_>) {
        let mut work = home.begin().await;
        for role in &self.roles {
            work.unit.put_role(role).await.unwrap();
        }
        for profile in &self.profiles {
            work.unit.put_profile(profile).await.unwrap();
        }
        for user in &self.users {
            work.unit.put_user(user, None).await.unwrap();
        }
        let (object, default, hierarchy) = (home.object.id, self.default, self.hierarchy);
        work.unit.put_object_policy(&ObjectPolicy::new(object, default, hierarchy)).await.unwrap();
        work.unit.bump_policy_epoch().await.unwrap();
        for second in 0..RECORDS {
            let mut fields = gadget::some(&home.dice);
            if !self.records.is_empty() {
                let parent = home.dice.pick(&self.records).id;
                fields.insert(gadget::name("parent"), Value::Reference(parent));
            }
            let change = home.create(&home.dice.pick(&self.users), fields, at(second));
            self.records.push(change.after().clone());
            work.put(change).await.unwrap();
        }
        work.commit().await;
    }

    /// A user gets another role, and what he owns moves along.
    async fn move_somebody(&mut self, home: &Home<'_>) {
        let chosen = home.dice.below(self.users.len());
        let role = self.roles.get(home.dice.below(self.roles.len() + 1)).map(|role| role.id);
        let user = &mut self.users[chosen];
        let before = user.version;
        (user.role, user.version) = (role, before + 1);
        let mut work = home.begin().await;
        work.unit.put_user(user, Some(before)).await.unwrap();
        work.unit.move_owned(user.id, role, 1_000).await.unwrap();
        work.unit.bump_policy_epoch().await.unwrap();
        work.commit().await;
        let moved = user.id;
        self.records
            .iter_mut()
            .filter(|it| it.owner == Owner::User(moved))
            .for_each(|it| it.owner_role = role);
    }

    async fn expect_the_rule(&self, home: &Home<'_>, number: usize) {
        let mut reads = home.reads().await;
        let policy = reads.policy().await.unwrap();
        for user in &self.users {
            let subject = reads.subject(user.id).await.unwrap().unwrap();
            let plan = UserPlan::compile(&policy, &subject);
            let plan = plan.object(home.object.id);
            let listed = reads.list_records(&ListQuery { scope: plan.scope(), ..home.everything() }).await;
            let listed: Vec<_> = listed.unwrap().items.iter().map(|record| record.id).collect();
            let decided =
                self.which(|record| plan.decide(Action::Read, &record.facts(Standing::NONE)).is_allow());
            let ruled = self.which(|record| self.may_read(home, user, record));
            assert_eq!(decided, ruled, "decisions and the rule, world {number}, {}", user.name);
            assert_eq!(listed, ruled, "the list and the rule, world {number}, {}", user.name);
        }
        reads.finish().await.unwrap();
    }

    /// What one user sees and another does not is where the one's scope goes beyond the other's.
    async fn expect_the_differences(&self, home: &Home<'_>, number: usize) {
        let mut reads = home.reads().await;
        let policy = reads.policy().await.unwrap();
        let mut scopes = Vec::new();
        for user in &self.users {
            let subject = reads.subject(user.id).await.unwrap().unwrap();
            scopes.push((user, UserPlan::compile(&policy, &subject).object(home.object.id).scope()));
        }
        for ((user, one), (peer, other)) in scopes.iter().zip(scopes.iter().cycle().skip(1)) {
            let scope = one.beyond(other).scope;
            let mut found =
                reads.list_records(&ListQuery { scope, ..home.everything() }).await.unwrap().items;
            found.retain(|record| !other.admits(&record.facts(Standing::NONE)));
            let found: Vec<_> = found.iter().map(|record| record.id).collect();
            let ruled =
                self.which(|record| self.may_read(home, user, record) && !self.may_read(home, peer, record));
            assert_eq!(found, ruled, "world {number}, {} and not {}", user.name, peer.name);
        }
        reads.finish().await.unwrap();
    }

    /// What each user finds through the parents of records: those alone that he may read.
    async fn expect_the_rule_of_parents(&self, home: &Home<'_>, number: usize) {
        let mut reads = home.reads().await;
        let policy = reads.policy().await.unwrap();
        for user in &self.users {
            let subject = reads.subject(user.id).await.unwrap().unwrap();
            let scope = UserPlan::compile(&policy, &subject).object(home.object.id).scope();
            let has_parent = Condition::Related(Relation {
                field: gadget::name("parent"),
                object: Arc::clone(&home.object),
                scope: scope.clone(),
                condition: Box::new(Condition::All(Vec::new())),
            });
            let may_read_parent = |record: &Record| {
                let parent = record.value(&gadget::name("parent"));
                let parent = self.records.iter().find(|it| Value::Reference(it.id) == parent);
                parent.is_some_and(|parent| self.may_read(home, user, parent))
            };
            self.expect_groups_by_parents(home, reads.as_mut(), user, &scope).await;
            for (filter, wanted) in
                [(has_parent.clone(), true), (Condition::Not(Box::new(has_parent)), false)]
            {
                let query = ListQuery { scope: scope.clone(), filter: Some(filter), ..home.everything() };
                let listed = reads.list_records(&query).await.unwrap();
                let listed: Vec<_> = listed.items.iter().map(|record| record.id).collect();
                let ruled = self
                    .which(|record| self.may_read(home, user, record) && may_read_parent(record) == wanted);
                assert_eq!(listed, ruled, "world {number}, {}, {wanted}", user.name);
            }
        }
        reads.finish().await.unwrap();
    }

    /// The groups by parents are of records that the user may read, under parents that he may read.
    async fn expect_groups_by_parents(
        &self,
        home: &Home<'_>,
        reads: &mut dyn Reads,
        user: &User,
        scope: &Scope,
    ) {
        let key = Key::reference(gadget::name("parent"), Arc::clone(&home.object), scope.clone());
        let list = ListQuery { scope: scope.clone(), ..home.everything() };
        let groups = reads.aggregate_records(&aggregates::of(list, vec![key], Vec::new())).await.unwrap();
        let listed = groups.into_iter().map(|group| (format!("{:?}", group.key), group.count));
        let mut ruled: BTreeMap<String, u64> = BTreeMap::new();
        for record in self.records.iter().filter(|record| self.may_read(home, user, record)) {
            let parent = record.value(&gadget::name("parent"));
            let parent = self.records.iter().find(|it| Value::Reference(it.id) == parent);
            let parent = parent.filter(|parent| self.may_read(home, user, parent));
            let key = [parent.map_or(Value::Null, |parent| Value::Reference(parent.id))];
            *ruled.entry(format!("{key:?}")).or_default() += 1;
        }
        assert_eq!(listed.collect::<BTreeMap<_, _>>(), ruled, "{}", user.name);
    }

    fn which(&self, visible: impl Fn(&Record) -> bool) -> Vec<RecordId> {
        let mut visible: Vec<_> = self.records.iter().filter(|it| visible(it)).map(|it| it.id).collect();
        visible.sort();
        visible
    }

    /// The rule. It walks from role to role, and asks for one permission after the other.
    fn may_read(&self, home: &Home<'_>, user: &User, record: &Record) -> bool {
        let profile = self.profiles.iter().find(|profile| profile.id == user.profile).unwrap();
        let object = profile.grants.objects.get(&home.object.id).copied().unwrap_or(ObjectPermissions::NONE);
        let sees_all = profile.grants.system.has(SystemPermission::ViewAllData)
            || profile.grants.system.has(SystemPermission::ModifyAllData)
            || object.has(ObjectPermissions::VIEW_ALL)
            || object.has(ObjectPermissions::MODIFY_ALL);
        let is_let_in = user.state == UserState::Active && (sees_all || object.has(ObjectPermissions::READ));
        let is_shared = self.default != OrgWideDefault::Private
            || record.owner == Owner::User(user.id)
            || (self.hierarchy && self.is_above(user, record.owner));
        is_let_in && (sees_all || is_shared)
    }

    fn is_above(&self, user: &User, owner: Owner) -> bool {
        let owner = self.users.iter().find(|it| Owner::User(it.id) == owner).unwrap();
        let parent = |role: RoleId| self.roles.iter().find(|it| it.id == role).and_then(|it| it.parent);
        let superiors = std::iter::successors(owner.role.and_then(parent), |role| parent(*role));
        user.role.is_some_and(|mine| superiors.into_iter().any(|role| role == mine))
    }
}

fn profile(home: &Home<'_>, number: usize) -> Profile {
    let dice = &home.dice;
    let objects = [
        ObjectPermissions::NONE,
        ObjectPermissions::READ,
        ObjectPermissions::READ,
        ObjectPermissions::UPDATE,
        ObjectPermissions::VIEW_ALL,
        ObjectPermissions::MODIFY_ALL,
    ];
    let none = SystemPermissions::NONE;
    let system = [none, none, none, none.with(SystemPermission::ViewAllData)];
    Profile {
        id: ProfileId::generate(at(0), dice),
        name: format!("Profile {number}"),
        grants: Grants {
            system: dice.pick(&system),
            objects: BTreeMap::from([(home.object.id, dice.pick(&objects))]),
            fields: home
                .object
                .fields
                .iter()
                .map(|field| (field.id, FieldPermission::new(true, false)))
                .collect(),
        },
    }
}

fn user(home: &Home<'_>, number: usize, roles: &[Role], profiles: &[Profile]) -> User {
    let dice = &home.dice;
    User {
        profile: dice.pick(profiles).id,
        role: roles.get(dice.below(roles.len() + 1)).map(|role| role.id),
        state: if dice.below(6) == 0 { UserState::Deactivated } else { UserState::Active },
        ..home.newcomer(&format!("user{number}"))
    }
}
