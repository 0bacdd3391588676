//! Companies made by chance, with groups, territories, shares, sharing rules, restrictions and people who change their
//! roles: what anybody lists is what is decided of each record.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sutra_acl::{
    AccessPlan, Action, Audience, Cause, CriteriaRule, Directory, Grants, Group, Level, ObjectPermissions,
    ObjectPolicy, OrgWideDefault, OwnerRule, People, Policy, Principal, Profile, RestrictionRule, Role,
    RoleTree, Share, Subject, Territory, TerritoryTree, UserPlan,
};
use sutra_identity::User;
use sutra_kernel::{
    Condition, Direction, GroupId, RecordId, RestrictionRuleId, RoleId, SharingRuleId, TerritoryId, Value,
};
use sutra_records::{Key, ListQuery, Order, Record, RecordShare, Relation, Search, Standing, Stored, Turn};

use super::{
    aggregates,
    gadget::{self, INDEXED},
    home::{Home, at},
    lists::turn_pages,
};
use crate::{Reads, Store};

const WORLDS: usize = 8;
const USERS: usize = 8;
const QUERIES: usize = 4;

/// As a list is read in many pages or in one.
const PAGES: [usize; 3] = [1, 3, 50];

pub(super) async fn a_list_is_what_is_decided(store: &dyn Store) {
    for number in 0..WORLDS {
        let home = Home::found(store, &format!("scopes {number}")).await;
        let world = World::by_chance(&home, 7, 40).await;
        world.expect_decided(&home, &PAGES).await;
    }
}

/// So many roles that records are looked at before runs are, and more records than that is of use for.
pub(super) async fn many_runs_are_read_in_their_order(store: &dyn Store) {
    let home = Home::found(store, "many runs").await;
    let world = World::by_chance(&home, 160, 280).await;
    world.expect_decided(&home, &[40]).await;
}

/// A company, its policy, and all its records with their standing.
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) cast: Cast,
    pub(super) records: Vec<(Record, Standing)>,
    /// The records that control these.
    pub(super) above: Vec<(Record, Standing)>,
}

/// All that shares and rules can name.
#[derive(Clone, Default)]
pub(super) struct Cast {
    pub(super) users: Vec<User>,
    roles: Vec<RoleId>,
    groups: Vec<GroupId>,
    territories: Vec<TerritoryId>,
}

impl World {
    pub(super) async fn by_chance(home: &Home<'_>, roles: usize, records: u64) -> Self {
        let roles = hierarchy(home, roles);
        let users = (0..USERS).map(|number| user(home, number, &roles)).collect();
        let ids = roles.iter().map(|role| role.id).collect();
        let mut cast = Cast { users, roles: ids, ..Cast::default() };
        let policy = policy(home, &roles, &mut cast);
        let mut world = Self { policy, cast, records: Vec::new(), above: Vec::new() };
        let mut work = home.begin().await;
        let mut shares = Vec::new();
        for second in 0..records {
            let mut fields = gadget::some(&home.dice);
            if !world.records.is_empty() {
                let parent = home.dice.pick(&world.records).0.id;
                fields.insert(gadget::name("parent"), Value::Reference(parent));
            }
            let change = home.create(&home.dice.pick(&world.cast.users), fields, at(second));
            let mut record = change.after().clone();
            work.put(change).await.unwrap();
            if home.dice.below(9) == 0 {
                let change = home.delete(&record, at(second + 1));
                record = change.after().clone();
                work.put(change).await.unwrap();
            }
            let standing = world.standing(home, &record);
            let of = |share: &Share| RecordShare { object: record.object, record: record.id, share: *share };
            shares.extend(standing.shares.iter().map(of));
            world.records.push((record, standing));
        }
        work.unit.put_shares(&shares).await.unwrap();
        work.commit().await;
        world
    }

    /// What somebody has shared of a record, and what rules share.
    pub(super) fn standing(&self, home: &Home<'_>, record: &Record) -> Standing {
        let by_rule = self.policy.shares_by_rule(&record.facts(Standing::NONE)).into_iter();
        let by_rule = by_rule.map(|share| Share { role: self.cast.role_of(share.principal), ..share });
        let mut shares: Vec<_> = self.cast.shares(home).into_iter().chain(by_rule).collect();
        shares.sort();
        Standing { shares, root: None }
    }

    pub(super) async fn expect_decided(&self, home: &Home<'_>, pages: &[usize]) {
        let mut reads = home.reads().await;
        for user in &self.cast.users {
            let subject = Subject { role: user.role, ..Subject::new(home.workspace, user.id, user.profile) };
            let plan = UserPlan::compile(&self.policy, &subject);
            let plan = plan.object(home.object.id);
            for (record, standing) in &self.records {
                let facts = record.facts(standing);
                let is_allowed = plan.decide(Action::Read, &facts).is_allow();
                assert_eq!(plan.scope().admits(&facts), is_allowed, "{}", user.name);
            }
            let newest = Order { field: gadget::name("id"), direction: Direction::Descending };
            let newest = ListQuery { scope: plan.scope(), order: newest, limit: 7, ..home.everything() };
            self.expect_list(reads.as_mut(), newest).await;
            for _ in 0..QUERIES {
                let query = ListQuery { limit: home.dice.pick(pages), ..self.query(home, plan) };
                self.expect_list(reads.as_mut(), query).await;
            }
            self.expect_groups(reads.as_mut(), home, plan).await;
        }
        reads.finish().await.unwrap();
    }

    /// A query of any kind.
    fn query(&self, home: &Home<'_>, plan: &AccessPlan) -> ListQuery {
        let dice = &home.dice;
        let fields: Vec<_> = INDEXED.into_iter().chain(["id", "id", "id", "createdAt", "ownerId"]).collect();
        let direction = dice.pick(&[Direction::Ascending, Direction::Descending]);
        let filter = gadget::condition(dice, &self.owners(), 2);
        let related = Condition::Related(Relation {
            field: gadget::name("parent"),
            object: Arc::clone(&home.object),
            scope: plan.scope(),
            condition: Box::new(gadget::condition(dice, &self.owners(), 1)),
        });
        let both = Condition::All(vec![related.clone(), Condition::Not(Box::new(filter.clone()))]);
        let word = dice.pick(&["al", "str", "com", "xx"]);
        let search = Search::new(word, &home.object, |_| true).unwrap();
        ListQuery {
            scope: plan.scope(),
            filter: dice.pick(&[None, Some(filter), Some(related), Some(both)]),
            search: dice.pick(&[None, None, Some(search)]),
            order: Order { field: gadget::name(dice.pick(&fields)), direction },
            turn: dice.pick(&[Turn::Forward, Turn::Backward]),
            deleted: dice.below(4) == 0,
            ..home.everything()
        }
    }

    async fn expect_list(&self, reads: &mut dyn Reads, query: ListQuery) {
        let mut meant: Vec<_> = self.meant(&query).collect();
        meant.sort_by(|a, b| query.order(a, b));
        let meant: Vec<_> = meant.into_iter().map(|record| record.id).collect();
        assert_eq!(
            reads.count_records(&query, 1_000).await.unwrap(),
            meant.len() as u64,
            "count of {query:?}"
        );
        assert_eq!(turn_pages(reads, query.clone()).await, meant, "list of {query:?}");
    }

    /// The groups of records by their parents, as far as both may be seen.
    async fn expect_groups(&self, reads: &mut dyn Reads, home: &Home<'_>, plan: &AccessPlan) {
        let key = Key::reference(gadget::name("parent"), Arc::clone(&home.object), plan.scope());
        let list = ListQuery { scope: plan.scope(), ..home.everything() };
        let aggregate = aggregates::of(list, vec![key], vec![gadget::name("count")]);
        let groups = reads.aggregate_records(&aggregate).await.unwrap();
        let meant = aggregate.answer(self.meant(&aggregate.list), &|id| self.find(id));
        let told = |groups: Vec<sutra_records::Group>| -> BTreeMap<_, _> {
            groups
                .into_iter()
                .map(|group| (format!("{:?}", group.key), (group.count, group.measures)))
                .collect()
        };
        assert_eq!(told(groups), told(meant));
    }

    fn meant<'w>(&'w self, query: &'w ListQuery) -> impl Iterator<Item = &'w Record> {
        let stored = self.records.iter().map(|(record, standing)| (record, standing));
        stored.filter(|stored| query.matches(*stored, &|id| self.find(id))).map(|(record, _)| record)
    }

    fn find(&self, id: RecordId) -> Option<Stored<'_>> {
        let found = self.records.iter().chain(&self.above).find(|(record, _)| record.id == id);
        found.map(|(record, standing)| (record, standing))
    }

    fn owners(&self) -> Vec<Value> {
        self.records.iter().map(|(record, _)| record.value(&gadget::name("ownerId"))).collect()
    }
}

fn hierarchy(home: &Home<'_>, number: usize) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for number in 0..number {
        // Nearly all below the first.
        let parent = roles.get(home.dice.below(roles.len() * 9 / 8 + 1)).map(|role| role.id);
        let id = RoleId::generate(at(0), &home.dice);
        roles.push(Role { id, name: format!("Role {number}"), parent });
    }
    roles
}

fn user(home: &Home<'_>, number: usize, roles: &[Role]) -> User {
    let role = match number {
        0 => roles.first(),
        _ => roles.get(home.dice.below(roles.len() + 1)),
    };
    User { role: role.map(|role| role.id), ..home.newcomer(&format!("user{number}")) }
}

fn policy(home: &Home<'_>, roles: &[Role], cast: &mut Cast) -> Policy {
    let dice = &home.dice;
    let directory = directory(home, cast);
    let permissions =
        dice.pick(&[ObjectPermissions::READ, ObjectPermissions::UPDATE, ObjectPermissions::VIEW_ALL]);
    let grants = Grants { objects: BTreeMap::from([(home.object.id, permissions)]), ..Grants::default() };
    let profile = Profile { id: home.limited.id, name: String::new(), grants };
    let default = dice.pick(&[OrgWideDefault::Private, OrgWideDefault::Private, OrgWideDefault::Read]);
    let mut object = ObjectPolicy::new(home.object.id, default, dice.below(4) > 0);
    object.owner_rules = (0..dice.below(3)).map(|_| cast.owner_rule(home)).collect();
    object.criteria_rules = (0..dice.below(3)).map(|_| cast.criteria_rule(home)).collect();
    object.restrictions = (0..dice.below(3)).map(|_| cast.restriction(home)).collect();
    Policy {
        roles: RoleTree::compile(roles).unwrap(),
        directory,
        profiles: BTreeMap::from([(profile.id, Arc::new(profile))]),
        moving: Arc::new((0..dice.below(3)).map(|_| dice.pick(&cast.users).id).collect()),
        objects: BTreeMap::from([(object.object, object)]),
        ..Policy::closed(home.workspace, 1)
    }
}

/// Groups in groups, and territories below each other.
fn directory(home: &Home<'_>, cast: &mut Cast) -> Directory {
    let mut territories: Vec<Territory> = Vec::new();
    for _ in 0..4 {
        let parent = territories.get(home.dice.below(territories.len() + 1)).map(|it| it.id);
        let id = TerritoryId::generate(at(0), &home.dice);
        territories.push(Territory { id, name: String::new(), parent });
        cast.territories.push(id);
    }
    let mut groups: Vec<Group> = Vec::new();
    for _ in 0..4 {
        let members = (0..2).map(|_| cast.principal(home)).collect();
        let id = GroupId::generate(at(0), &home.dice);
        groups.push(Group { id, name: String::new(), queue: false, members });
        cast.groups.push(id);
    }
    let assigned = cast.territories.iter().map(|id| (*id, BTreeSet::from([home.dice.pick(&cast.users).id])));
    let people = People {
        roles: cast.users.iter().filter_map(|user| Some((user.id, user.role?))).collect(),
        territories: assigned.collect(),
        inhabited: cast.users.iter().filter_map(|user| user.role).collect(),
    };
    Directory::compile(groups, TerritoryTree::compile(&territories).unwrap(), people).unwrap()
}

impl Cast {
    /// Anybody that a share or a rule can name.
    fn principal(&self, home: &Home<'_>) -> Principal {
        let dice = &home.dice;
        match dice.below(6) {
            0 if !self.groups.is_empty() => Principal::Group(dice.pick(&self.groups)),
            1 => Principal::Role(dice.pick(&self.roles)),
            2 => Principal::RoleAndSubordinates(dice.pick(&self.roles)),
            3 => Principal::TerritoryAndAbove(dice.pick(&self.territories)),
            _ => Principal::User(dice.pick(&self.users).id),
        }
    }

    /// The role of a single user.
    fn role_of(&self, principal: Principal) -> Option<RoleId> {
        let is_it = |user: &&User| Principal::User(user.id) == principal;
        self.users.iter().find(is_it).and_then(|user| user.role)
    }

    /// A few shares of a record, each with another principal.
    pub(super) fn shares(&self, home: &Home<'_>) -> Vec<Share> {
        let number = home.dice.pick(&[0, 0, 0, 1, 1, 2, 3]);
        let principals: BTreeSet<_> = (0..number).map(|_| self.principal(home)).collect();
        let share = |principal| {
            let role = self.role_of(principal);
            let level = home.dice.pick(&[Level::Read, Level::Edit, Level::Full]);
            Share { principal, role, level, cause: home.dice.pick(&[Cause::Manual, Cause::Team]) }
        };
        principals.into_iter().map(share).collect()
    }

    pub(super) fn owner_rule(&self, home: &Home<'_>) -> OwnerRule {
        OwnerRule {
            id: SharingRuleId::generate(at(0), &home.dice),
            name: String::new(),
            source: self.principal(home),
            target: self.principal(home),
            level: Level::Read,
        }
    }

    fn criteria_rule(&self, home: &Home<'_>) -> CriteriaRule {
        CriteriaRule {
            id: SharingRuleId::generate(at(0), &home.dice),
            name: String::new(),
            condition: gadget::condition(&home.dice, &self.owners(), 2),
            target: self.principal(home),
            level: Level::Read,
        }
    }

    /// The users as a condition reads them.
    fn owners(&self) -> Vec<Value> {
        self.users.iter().map(|user| Value::Reference(RecordId::from_uuid(user.id.uuid()))).collect()
    }

    pub(super) fn restriction(&self, home: &Home<'_>) -> Arc<RestrictionRule> {
        let principals = (0..2).map(|_| self.principal(home)).collect();
        let some = Audience::Some { profiles: BTreeSet::new(), principals };
        Arc::new(RestrictionRule {
            id: RestrictionRuleId::generate(at(0), &home.dice),
            name: String::new(),
            binds: home.dice.pick(&[Audience::Everybody, some]),
            condition: gadget::condition(&home.dice, &self.owners(), 2),
        })
    }
}
