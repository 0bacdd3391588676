//! The world that is asked about: roles six deep, groups, users, and records that belong to them and are shared.

use std::{collections::BTreeMap, fmt, sync::Arc};

use sutra_acl::{
    Action, Cause, Directory, Facts, Grants, Group, Level, ObjectPermissions, ObjectPolicy, OrgWideDefault,
    Owner, People, Policy, Principal, Profile, Role, RoleTree, Share, Subject, TerritoryTree, UserPlan,
};
use sutra_benches::Dice;
use sutra_kernel::{GroupId, ObjectId, ProfileId, RecordId, RoleId, UserId, Uuid, WorkspaceId};

/// How much of everything there is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) roles: usize,
    pub(crate) users: usize,
    pub(crate) groups: usize,
    pub(crate) records: usize,
}

pub(crate) struct World {
    pub(crate) roles: Vec<Role>,
    /// The role of each user.
    pub(crate) users: Vec<usize>,
    pub(crate) groups: Vec<Group>,
    pub(crate) records: Vec<Record>,
    policy: Policy,
}

pub(crate) struct Record {
    pub(crate) owner: usize,
    pub(crate) shares: Vec<Share>,
}

/// May this user do this to that record?
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) user: usize,
    pub(crate) action: Action,
    pub(crate) record: usize,
}

/// Users from the bottom of the hierarchy to its top, and how many levels of it are above them.
pub(crate) const PERSONAS: [(&str, usize); 5] =
    [("rep", 5), ("team lead", 4), ("manager", 3), ("director", 1), ("executive", 0)];

/// What anybody may ask to do.
const ACTIONS: [Action; 3] = [Action::Read, Action::Update, Action::Delete];

const WORKSPACE: WorkspaceId = WorkspaceId::from_uuid(Uuid::from_u128(1));
const ACCOUNT: ObjectId = ObjectId::from_uuid(Uuid::from_u128(2));
const PROFILE: ProfileId = ProfileId::from_uuid(Uuid::from_u128(3));

impl World {
    pub(crate) fn new(size: Size, dice: &mut Dice) -> Self {
        let roles = hierarchy(size.roles);
        let users: Vec<usize> = (0..size.users).map(|user| user % size.roles).collect();
        let groups: Vec<Group> = (0..size.groups).map(|number| group(number, size, dice)).collect();
        let records = (0..size.records).map(|_| record(&users, size, dice)).collect();
        let policy = policy(&roles, &users, &groups);
        Self { roles, users, groups, records, policy }
    }

    /// A user so many levels below the top.
    pub(crate) fn somebody(&self, depth: usize, dice: &mut Dice) -> usize {
        let fits: Vec<usize> = (0..self.users.len())
            .filter(|user| level(self.users[*user], self.roles.len()) == depth)
            .collect();
        fits[dice.below(fits.len())]
    }

    pub(crate) fn plan(&self, user: usize) -> UserPlan {
        let role = Some(role_id(self.users[user]));
        UserPlan::compile(&self.policy, &Subject { role, ..Subject::new(WORKSPACE, user_id(user), PROFILE) })
    }

    /// A record as a store hands it over.
    pub(crate) fn facts(&self, record: usize) -> Facts<'_> {
        let Record { owner, shares } = &self.records[record];
        let facts = Facts::new(WORKSPACE, ACCOUNT, record_id(record), Owner::User(user_id(*owner)));
        Facts { version: 1, owner_role: Some(role_id(self.users[*owner])), shares, ..facts }
    }

    /// What this user may be asked about: as many records that he may read as such that he may not, if there are any.
    pub(crate) fn questions(&self, user: usize, count: usize, dice: &mut Dice) -> Vec<Question> {
        let plan = self.plan(user);
        let is_open = |record: &usize| ours(&plan, Action::Read, &self.facts(*record));
        let (open, closed): (Vec<usize>, Vec<usize>) = (0..self.records.len()).partition(is_open);
        let question = |number: usize| {
            let wanted = if number.is_multiple_of(2) { [&open, &closed] } else { [&closed, &open] };
            let from = wanted.into_iter().find(|records| !records.is_empty())?;
            let action = ACTIONS[dice.below(ACTIONS.len())];
            Some(Question { user, action, record: from[dice.below(from.len())] })
        };
        (0..count).filter_map(question).collect()
    }
}

/// What is measured of us.
pub(crate) fn ours(plan: &UserPlan, action: Action, facts: &Facts<'_>) -> bool {
    plan.object(facts.object).decide(action, facts).is_allow()
}

/// The numbers of the first role of each of the six levels, and of the end.
fn levels(roles: usize) -> [usize; 7] {
    [0, 1, 2 + roles / 200, 3 + roles / 40, 4 + roles / 10, 5 + roles / 3, roles]
}

fn level(role: usize, roles: usize) -> usize {
    let levels = levels(roles);
    (0..6).rev().find(|level| levels[*level] <= role).unwrap_or(0)
}

/// Each role is below one of the level above, by turns.
fn hierarchy(roles: usize) -> Vec<Role> {
    let levels = levels(roles);
    let parent = |role: usize| {
        let above = level(role, roles).checked_sub(1)?;
        let width = (levels[above + 1] - levels[above]).max(1);
        Some(role_id(levels[above] + role % width))
    };
    (0..roles).map(|role| Role { id: role_id(role), name: role.to_string(), parent: parent(role) }).collect()
}

/// Ten people, a role with those below it, and now and then another group.
fn group(number: usize, size: Size, dice: &mut Dice) -> Group {
    let people = (0..10).map(|_| Principal::User(user_id(dice.below(size.users)))).collect::<Vec<_>>();
    let role = role_id(size.roles / 4 + dice.below(size.roles * 3 / 4));
    let inner = (number % 3 == 1).then(|| Principal::Group(group_id(number - 1)));
    let members = people.into_iter().chain([Principal::RoleAndSubordinates(role)]).chain(inner);
    Group { id: group_id(number), name: number.to_string(), queue: false, members: members.collect() }
}

/// Every second record is shared, with up to three.
fn record(users: &[usize], size: Size, dice: &mut Dice) -> Record {
    let shares = if dice.below(2) == 0 { 0 } else { 1 + dice.below(3) };
    let mut share = || {
        let level = [Level::Read, Level::Edit, Level::Full][dice.below(3)];
        let (principal, role) = match dice.below(3) {
            0 => {
                let user = dice.below(users.len());
                (Principal::User(user_id(user)), Some(role_id(users[user])))
            }
            1 => (Principal::Group(group_id(dice.below(size.groups))), None),
            _ => (Principal::RoleAndSubordinates(role_id(size.roles / 4 + dice.below(size.roles / 2))), None),
        };
        Share { principal, role, level, cause: Cause::Manual }
    };
    let shares = (0..shares).map(|_| share()).collect();
    Record { owner: dice.below(users.len()), shares }
}

fn policy(roles: &[Role], users: &[usize], groups: &[Group]) -> Policy {
    let grants =
        Grants { objects: BTreeMap::from([(ACCOUNT, ObjectPermissions::DELETE)]), ..Grants::default() };
    let profile = Profile { id: PROFILE, name: "Sales".to_owned(), grants };
    let people = People {
        roles: users.iter().enumerate().map(|(user, role)| (user_id(user), role_id(*role))).collect(),
        territories: BTreeMap::new(),
        inhabited: users.iter().map(|role| role_id(*role)).collect(),
    };
    let directory = Directory::compile(groups.to_vec(), TerritoryTree::default(), people);
    Policy {
        roles: RoleTree::compile(roles).unwrap(),
        profiles: BTreeMap::from([(PROFILE, Arc::new(profile))]),
        directory: directory.unwrap(),
        objects: BTreeMap::from([(ACCOUNT, ObjectPolicy::new(ACCOUNT, OrgWideDefault::Private, true))]),
        ..Policy::closed(WORKSPACE, 1)
    }
}

pub(crate) fn user_id(number: usize) -> UserId {
    UserId::from_uuid(scattered(number))
}

fn role_id(number: usize) -> RoleId {
    RoleId::from_uuid(scattered(number))
}

fn group_id(number: usize) -> GroupId {
    GroupId::from_uuid(scattered(number))
}

fn record_id(number: usize) -> RecordId {
    RecordId::from_uuid(scattered(number))
}

/// Numbers in no order that anybody could profit from.
fn scattered(number: usize) -> Uuid {
    let mixed = (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Uuid::from_u128(mixed)
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { roles, users, groups, records } = self;
        write!(f, "{users} users, {roles} roles, {groups} groups, {records} records")
    }
}
