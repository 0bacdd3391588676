//! Random small worlds, as words and lists.

mod any;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub(crate) use any::worlds;
use sutra_acl::{
    Cause, Directory, Facts, Fields, Grants, Group, Level, ObjectMuting, ObjectPermissions, ObjectPolicy,
    OrgWideDefault, Owner, People, PermissionSet, PermissionSetGroup, Policy, Principal, Profile, Role,
    RoleTree, Root, Share, Subject, SystemPermission, Territory, TerritoryTree, UserPlan, Withheld,
};
use sutra_kernel::{
    ApiName, GroupId, ObjectId, PermissionSetGroupId, PermissionSetId, ProfileId, RecordId,
    RestrictionRuleId, RoleId, SharingRuleId, TerritoryId, UserId, Uuid, Value, WorkspaceId,
};

/// The object permissions, in the order of their bits.
pub(crate) const WORDS: [&str; 10] =
    ["create", "read", "update", "delete", "view_all", "modify_all", "import", "export", "mass", "purge"];

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) workspace: WorkspaceId,
    pub(crate) roles: Vec<Role>,
    pub(crate) territories: Vec<Territory>,
    pub(crate) groups: Vec<Group>,
    pub(crate) profiles: Vec<Words>,
    pub(crate) sets: Vec<Words>,
    pub(crate) set_groups: Vec<SetGroup>,
    pub(crate) objects: Vec<ObjectPolicy>,
    /// Some are inactive, live elsewhere, or have a profile or a role that nobody knows.
    pub(crate) users: Vec<Subject>,
    pub(crate) assigned: BTreeSet<(TerritoryId, UserId)>,
    /// Users whose records and shares still carry the role they had before.
    pub(crate) moving: BTreeMap<UserId, Option<RoleId>>,
    /// Records whose controlled ones may carry what they were open by before.
    pub(crate) withheld: BTreeMap<RecordId, Withheld>,
    /// Some live elsewhere, or are of an object that nobody knows.
    pub(crate) records: Vec<Thing>,
}

/// Permissions as somebody would say them, with nothing implied.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) number: usize,
    pub(crate) system: BTreeSet<SystemPermission>,
    pub(crate) objects: BTreeSet<(ObjectId, &'static str)>,
}

/// Sets that are given together, and single words that are muted in them.
#[derive(Debug, Clone)]
pub(crate) struct SetGroup {
    pub(crate) number: usize,
    pub(crate) sets: BTreeSet<usize>,
    pub(crate) system: BTreeSet<SystemPermission>,
    pub(crate) objects: BTreeSet<(ObjectId, &'static str)>,
}

/// A record with one field, `x`.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) workspace: WorkspaceId,
    pub(crate) object: ObjectId,
    pub(crate) record: RecordId,
    pub(crate) version: u64,
    pub(crate) owner: Owner,
    /// Those that somebody made, of whatever kind.
    pub(crate) shares: Vec<(Principal, Level, Cause)>,
    pub(crate) x: X,
    /// The record it belongs to, which controls it if its object is controlled by the other's.
    pub(crate) parent: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct X(pub(crate) i64);

impl Fields for X {
    fn value(&self, field: &ApiName) -> Value {
        if field.as_str() == "x" { Value::Integer(self.0) } else { Value::Null }
    }
}

/// A record as a store would hand it over.
pub(crate) struct Stored<'a> {
    thing: &'a Thing,
    root: Option<&'a Thing>,
    role: Option<RoleId>,
    shares: Vec<Share>,
}

impl World {
    pub(crate) fn plan(&self, user: &Subject) -> UserPlan {
        UserPlan::compile(&self.policy(), user)
    }

    pub(crate) fn policy(&self) -> Policy {
        let profile =
            |words: &Words| Profile { id: id(words.number), name: "some".into(), grants: words.grants() };
        let set = |words: &Words| PermissionSet {
            id: id(words.number),
            name: "some".into(),
            grants: words.grants(),
        };
        Policy {
            roles: RoleTree::compile(&self.roles).unwrap(),
            profiles: self
                .profiles
                .iter()
                .map(|words| (id(words.number), Arc::new(profile(words))))
                .collect(),
            permission_sets: self.sets.iter().map(|words| (id(words.number), Arc::new(set(words)))).collect(),
            permission_set_groups: self
                .set_groups
                .iter()
                .map(|of| (id(of.number), Arc::new(of.group())))
                .collect(),
            directory: Directory::compile(
                self.groups.clone(),
                TerritoryTree::compile(&self.territories).unwrap(),
                self.people(),
            )
            .unwrap(),
            objects: self.objects.iter().map(|policy| (policy.object, policy.clone())).collect(),
            moving: Arc::new(self.moving.keys().copied().collect()),
            withheld: Arc::new(self.withheld.clone()),
            ..Policy::closed(self.workspace, 1)
        }
    }

    fn people(&self) -> People {
        let mut people = People::default();
        for user in self.at_home() {
            people.roles.extend(user.role.map(|role| (user.user, role)));
            people.inhabited.extend(user.role);
        }
        for (territory, user) in &self.assigned {
            people.territories.entry(*territory).or_default().insert(*user);
        }
        people
    }

    /// The users of the workspace.
    pub(crate) fn at_home(&self) -> impl Iterator<Item = &Subject> {
        self.users.iter().filter(|user| user.workspace == self.workspace)
    }

    /// The role of a user of the workspace.
    pub(crate) fn role_of(&self, user: UserId) -> Option<RoleId> {
        self.at_home().find(|known| known.user == user).and_then(|known| known.role)
    }

    /// What his records and shares say about his role.
    fn stored_role(&self, user: UserId) -> Option<RoleId> {
        self.moving.get(&user).copied().unwrap_or_else(|| self.role_of(user))
    }

    pub(crate) fn object(&self, object: ObjectId) -> Option<&ObjectPolicy> {
        self.objects.iter().find(|policy| policy.object == object)
    }

    /// The object whose records control those of this one, if they are.
    pub(crate) fn controller(&self, of: &ObjectPolicy) -> Option<&ObjectPolicy> {
        let is_controlled = of.default == OrgWideDefault::ControlledByParent;
        of.parent.filter(|_| is_controlled).and_then(|parent| self.object(parent))
    }

    /// The object and those that control it.
    pub(crate) fn chain(&self, object: ObjectId) -> Vec<&ObjectPolicy> {
        std::iter::successors(self.object(object), |of| self.controller(of)).collect()
    }

    /// The object at the top of those that control this one, if there is one.
    pub(crate) fn top(&self, object: ObjectId) -> Option<&ObjectPolicy> {
        self.chain(object).pop().filter(|top| top.default != OrgWideDefault::ControlledByParent)
    }

    /// The record that controls this one, if one does: the last on the way up.
    pub(crate) fn root<'a>(&'a self, thing: &'a Thing) -> Option<&'a Thing> {
        let above = |thing: &&'a Thing| {
            thing.parent.filter(|_| self.is_controlled(thing)).and_then(|parent| self.records.get(parent))
        };
        std::iter::successors(Some(thing), above).skip(1).last()
    }

    /// What does not count of what the record carries, if another controls it.
    pub(crate) fn withheld(&self, thing: &Thing) -> Option<Withheld> {
        self.withheld.get(&self.root(thing)?.record).copied()
    }

    fn is_controlled(&self, thing: &Thing) -> bool {
        self.object(thing.object).is_some_and(|policy| policy.default == OrgWideDefault::ControlledByParent)
    }

    pub(crate) fn store<'a>(&'a self, thing: &'a Thing) -> Stored<'a> {
        let root = self.root(thing);
        let of = root.unwrap_or(thing);
        let role = match of.owner {
            Owner::User(user) => self.stored_role(user),
            Owner::Queue(_) => None,
        };
        let made = of.shares.iter().copied();
        let own_role = match of.owner {
            Owner::User(user) => self.role_of(user),
            Owner::Queue(_) => None,
        };
        let facts = Facts {
            owner_role: own_role,
            values: &of.x,
            ..Facts::new(of.workspace, of.object, of.record, of.owner)
        };
        let by_rule = self.policy().shares_by_rule(&facts);
        let by_rule = by_rule.into_iter().map(|share| (share.principal, share.level, share.cause));
        let share = |(principal, level, cause)| {
            let role = match principal {
                Principal::User(user) => self.stored_role(user),
                _ => None,
            };
            Share { principal, role, level, cause }
        };
        Stored { thing, root, role, shares: made.chain(by_rule).map(share).collect() }
    }

    /// Whether it is a queue.
    pub(crate) fn is_queue(&self, principal: Principal) -> bool {
        self.groups.iter().any(|group| group.queue && Principal::Group(group.id) == principal)
    }
}

impl Stored<'_> {
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            workspace: self.thing.workspace,
            object: self.thing.object,
            record: self.thing.record,
            version: self.thing.version,
            owner: self.root.unwrap_or(self.thing).owner,
            owner_role: self.role,
            shares: &self.shares,
            values: &self.thing.x,
            root: self.root.map(|root| Root {
                object: root.object,
                record: root.record,
                values: Some(&root.x),
            }),
        }
    }
}

impl Words {
    fn grants(&self) -> Grants {
        let bits = |of| {
            let words = self.objects.iter().filter(|(object, _)| *object == of);
            words.fold(0, |bits, (_, word)| bits | 1 << WORDS.iter().position(|known| known == word).unwrap())
        };
        let objects = self.objects.iter().map(|(of, _)| (*of, ObjectPermissions::from_bits(bits(*of))));
        Grants {
            system: self.system.iter().copied().collect(),
            objects: objects.collect(),
            fields: [].into(),
        }
    }
}

impl SetGroup {
    fn group(&self) -> PermissionSetGroup {
        let words = |of: ObjectId| {
            let words = self.objects.iter().filter(|(object, _)| *object == of).map(|(_, word)| *word);
            ObjectMuting::of(&words.collect::<Vec<_>>())
        };
        PermissionSetGroup {
            id: id(self.number),
            name: "some".into(),
            sets: self.sets.iter().map(|set| id(*set)).collect(),
            muting: sutra_acl::Muting {
                system: self.system.clone(),
                objects: self.objects.iter().map(|(object, _)| (*object, words(*object))).collect(),
                fields: [].into(),
            },
        }
    }
}

/// Identifiers of any kind from small numbers.
pub(crate) trait Numbered {
    fn numbered(number: Uuid) -> Self;
}

macro_rules! numbered {
    ($($id:ident)+) => {$(impl Numbered for $id {
        fn numbered(number: Uuid) -> Self {
            Self::from_uuid(number)
        }
    })+};
}
numbered!(
    WorkspaceId UserId ProfileId PermissionSetId PermissionSetGroupId RoleId GroupId TerritoryId ObjectId RecordId
    SharingRuleId RestrictionRuleId
);

pub(crate) fn id<I: Numbered>(number: usize) -> I {
    I::numbered(Uuid::from_u128(number as u128 + 1))
}
