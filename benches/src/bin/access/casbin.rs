//! The same world for Casbin: a role graph of who is in what, and a policy line for each share.

use std::collections::BTreeSet;

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use serde::Serialize;
use sutra_acl::{Level, Principal};

use crate::world::{Question, World, user_id};

/// Nothing but sharing: that everybody here may read, update and delete accounts is taken for granted.
const MODEL: &str = "
[request_definition]
r = sub, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _
g2 = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.sub.id == r.obj.owner || g(r.sub.below, r.obj.owner) || \
    (r.obj.id == p.obj && g2(r.act, p.act) && (g(r.sub.id, p.sub) || g(r.sub.below, p.sub)))
";

pub(crate) struct Casbin {
    enforcer: Enforcer,
}

/// A question as Casbin takes it.
pub(crate) type Request = (Asker, Asked, &'static str);

#[derive(Clone, Serialize, Hash)]
pub(crate) struct Asker {
    id: String,
    below: String,
}

#[derive(Clone, Serialize, Hash)]
pub(crate) struct Asked {
    id: String,
    owner: String,
}

impl Casbin {
    pub(crate) async fn new(world: &World) -> Self {
        let model = DefaultModel::from_str(MODEL).await.unwrap();
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await.unwrap();
        enforcer.add_named_grouping_policies("g", people(world)).await.unwrap();
        let levels = [("read", "reading"), ("read", "editing"), ("update", "editing")];
        let all = ["read", "update", "delete"].map(|action| (action, "keeping"));
        let levels = levels.into_iter().chain(all).map(|(action, level)| vec![action.into(), level.into()]);
        enforcer.add_named_grouping_policies("g2", levels.collect()).await.unwrap();
        enforcer.add_policies(shares(world)).await.unwrap();
        Self { enforcer }
    }

    pub(crate) fn request(world: &World, question: &Question) -> Request {
        let Question { user, action, record } = *question;
        let role = world.roles[world.users[user]].id;
        let asker = Asker { id: name(Principal::User(user_id(user))), below: format!("below {role}") };
        let owner = Principal::User(user_id(world.records[record].owner));
        (asker, Asked { id: record.to_string(), owner: name(owner) }, action.as_str())
    }

    pub(crate) fn allows(&self, request: Request) -> bool {
        self.enforcer.enforce(request).unwrap()
    }
}

fn shares(world: &World) -> Vec<Vec<String>> {
    let lines = world.records.iter().enumerate().flat_map(|(number, record)| {
        record.shares.iter().map(move |share| {
            let level = match share.level {
                Level::None => "nothing",
                Level::Read => "reading",
                Level::Edit => "editing",
                Level::Full => "keeping",
            };
            vec![name(share.principal), number.to_string(), level.to_owned()]
        })
    });
    lines.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Who is in what. What is `below` a role is in everything that somebody strictly below is in.
fn people(world: &World) -> Vec<Vec<String>> {
    let mut edges = BTreeSet::new();
    let mut place = |one: String, other: String| edges.insert(vec![one, other]);
    for role in &world.roles {
        let subordinates = name(Principal::RoleAndSubordinates(role.id));
        place(name(Principal::Role(role.id)), subordinates.clone());
        if let Some(parent) = role.parent {
            place(subordinates, name(Principal::RoleAndSubordinates(parent)));
            place(format!("below {parent}"), format!("below {}", role.id));
        }
    }
    for group in &world.groups {
        for member in &group.members {
            place(name(*member), name(Principal::Group(group.id)));
        }
    }
    for (number, role) in world.users.iter().enumerate() {
        let (user, role) = (name(Principal::User(user_id(number))), &world.roles[*role]);
        place(user.clone(), name(Principal::Role(role.id)));
        if let Some(parent) = role.parent {
            place(format!("below {parent}"), user);
        }
    }
    edges.into_iter().collect()
}

fn name(principal: Principal) -> String {
    principal.to_string().replace('`', "")
}
