//! Random small worlds, as words and lists.

use std::{collections::BTreeSet, sync::Arc};

use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::select,
};
use sutra_acl::{
    Facts, ObjectPermissions, ObjectPolicy, OrgWideDefault, Policy, Profile, Role, RoleTree, Subject,
    SystemPermission, UserPlan,
};
use sutra_kernel::{ObjectId, ProfileId, RecordId, RoleId, UserId, Uuid, WorkspaceId};

/// The object permissions, in the order of their bits.
pub(crate) const WORDS: [&str; 10] =
    ["create", "read", "update", "delete", "view_all", "modify_all", "import", "export", "mass", "purge"];

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) workspace: WorkspaceId,
    pub(crate) roles: Vec<Role>,
    pub(crate) profiles: Vec<Words>,
    pub(crate) objects: Vec<ObjectPolicy>,
    /// Some are inactive, live elsewhere, or have a profile or a role that nobody knows.
    pub(crate) users: Vec<Subject>,
    /// Some live elsewhere, or are of an object that nobody knows.
    pub(crate) records: Vec<Facts>,
}

/// A profile as somebody would say it, with nothing implied.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) id: ProfileId,
    pub(crate) system: BTreeSet<SystemPermission>,
    pub(crate) objects: BTreeSet<(ObjectId, &'static str)>,
}

impl World {
    pub(crate) fn plan(&self, user: &Subject) -> UserPlan {
        UserPlan::compile(&self.policy(), user)
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy {
            workspace: self.workspace,
            epoch: 1,
            roles: RoleTree::compile(&self.roles).unwrap(),
            profiles: self.profiles.iter().map(|words| (words.id, Arc::new(words.profile()))).collect(),
            objects: self.objects.iter().map(|policy| (policy.object, *policy)).collect(),
        }
    }

    /// The known objects and one unknown.
    pub(crate) fn every_object(&self) -> [ObjectId; 3] {
        [id(0), id(1), id(2)]
    }
}

impl Words {
    fn profile(&self) -> Profile {
        let bits = |of| {
            let words = self.objects.iter().filter(|(object, _)| *object == of);
            words.fold(0, |bits, (_, word)| bits | 1 << WORDS.iter().position(|known| known == word).unwrap())
        };
        let objects = self.objects.iter().map(|(of, _)| (*of, ObjectPermissions::from_bits(bits(*of))));
        Profile {
            id: self.id,
            name: "some".into(),
            system: self.system.iter().copied().collect(),
            objects: objects.collect(),
            fields: [].into(),
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
numbered!(WorkspaceId UserId ProfileId RoleId ObjectId RecordId);

pub(crate) fn id<I: Numbered>(number: usize) -> I {
    I::numbered(Uuid::from_u128(number as u128 + 1))
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let profiles = vec((system(), btree_set((0_usize..2, select(&WORDS[..])), 0..5)), 1..4);
    let objects = [object(0), object(1)];
    (roles(), profiles, objects, vec(user(), 1..6), vec(record(), 1..8)).prop_map(
        |(roles, profiles, objects, users, records)| World {
            workspace: id(0),
            roles,
            profiles: (0..)
                .zip(profiles)
                .map(|(number, (system, words))| words_of(number, system, words))
                .collect(),
            objects: objects.to_vec(),
            users: (0..).zip(users).map(|(number, user)| Subject { user: id(number), ..user }).collect(),
            records: (0..)
                .zip(records)
                .map(|(number, record)| Facts { record: id(number), ..record })
                .collect(),
        },
    )
}

fn words_of(
    number: usize,
    system: BTreeSet<SystemPermission>,
    words: BTreeSet<(usize, &'static str)>,
) -> Words {
    Words {
        id: id(number),
        system,
        objects: words.into_iter().map(|(object, word)| (id(object), word)).collect(),
    }
}

/// A forest in no particular order. Each role is below one made before it, or below none.
fn roles() -> impl Strategy<Value = Vec<Role>> {
    let parents = vec(option::weighted(0.8, any::<usize>()), 1..7);
    let forest = parents.prop_map(|parents| {
        let role = |(number, parent): (usize, Option<usize>)| Role {
            id: id(number),
            name: number.to_string(),
            parent: parent.filter(|_| number > 0).map(|parent| id(parent % number)),
        };
        (0..).zip(parents).map(role).collect::<Vec<_>>()
    });
    forest.prop_shuffle()
}

fn system() -> impl Strategy<Value = BTreeSet<SystemPermission>> {
    prop_oneof![6 => Just(BTreeSet::new()), 1 => btree_set(select(&SystemPermission::ALL[..]), 0..3)]
}

fn object(number: usize) -> impl Strategy<Value = ObjectPolicy> {
    let default = prop_oneof![3 => Just(OrgWideDefault::Private), 2 => select(&OrgWideDefault::ALL[..])];
    (default, proptest::bool::weighted(0.8)).prop_map(move |(default, hierarchy)| ObjectPolicy {
        object: id(number),
        default,
        hierarchy,
    })
}

fn user() -> impl Strategy<Value = Subject> {
    (home(), 0_usize..4, option::weighted(0.9, 0_usize..8), proptest::bool::weighted(0.9)).prop_map(
        |(workspace, profile, role, active)| Subject {
            workspace,
            user: id(0),
            profile: id(profile),
            role: role.map(id),
            active,
        },
    )
}

fn record() -> impl Strategy<Value = Facts> {
    (
        home(),
        prop_oneof![6 => Just(0), 4 => Just(1), 1 => Just(2)],
        0_u64..3,
        0_usize..6,
        option::weighted(0.9, 0_usize..8),
    )
        .prop_map(|(workspace, object, version, owner, owner_role)| Facts {
            workspace,
            object: id(object),
            record: id(0),
            version,
            owner: id(owner),
            owner_role: owner_role.map(id),
        })
}

fn home() -> impl Strategy<Value = WorkspaceId> {
    prop_oneof![9 => Just(id(0)), 1 => Just(id(1))]
}
