//! Permissions, as a graph: whoever holds one is in it.

use std::collections::BTreeSet;

use cedar_policy::{EntityUid, RestrictedExpression as Expression};
use sutra_acl::{ObjectPolicy, Subject, SystemPermission};
use sutra_kernel::{ObjectId, PermissionSetGroupId, PermissionSetId, ProfileId};

use super::{entities::Graph, uid};
use crate::world::{SetGroup, WORDS, World, id};

/// What implies what, one step far.
const IMPLIED: [(&str, &[&str]); 6] = [
    ("modify_all", &["create", "view_all", "import", "export", "mass", "purge"]),
    ("purge", &["delete"]),
    ("delete", &["update"]),
    ("update", &["read"]),
    ("create", &["read"]),
    ("view_all", &["read"]),
];

type Held = (BTreeSet<SystemPermission>, BTreeSet<(ObjectId, &'static str)>);

impl Graph {
    /// Profiles, sets and groups of sets are so many ways into permissions; and a permission is in those it implies.
    pub(super) fn permissions(&mut self, world: &World) {
        for object in &world.objects {
            self.object(world, object);
        }
        for profile in &world.profiles {
            self.gives(
                &uid("Profile", id::<ProfileId>(profile.number)),
                &(profile.system.clone(), profile.objects.clone()),
            );
        }
        for set in &world.sets {
            self.gives(
                &uid("PermissionSet", id::<PermissionSetId>(set.number)),
                &(set.system.clone(), set.objects.clone()),
            );
        }
        for group in &world.set_groups {
            self.gives(
                &uid("PermissionSetGroup", id::<PermissionSetGroupId>(group.number)),
                &unmuted(world, group),
            );
        }
    }

    /// What a user is given.
    pub(super) fn holds(&mut self, person: &EntityUid, user: &Subject) {
        self.place(person.clone(), uid("Profile", user.profile));
        for set in &user.permission_sets {
            self.place(person.clone(), uid("PermissionSet", set));
        }
        for group in &user.permission_set_groups {
            self.place(person.clone(), uid("PermissionSetGroup", group));
        }
    }

    fn object(&mut self, world: &World, policy: &ObjectPolicy) {
        let may = |word| uid("May", format!("{word} {}", policy.object));
        for (word, implied) in IMPLIED {
            for implied in implied {
                self.place(may(word), may(implied));
            }
        }
        self.place(uid("Power", SystemPermission::ModifyAllData), may("modify_all"));
        self.place(uid("Power", SystemPermission::ViewAllData), may("view_all"));
        let object = uid("Object", policy.object);
        self.describe(object.clone(), WORDS.map(|word| (word, Expression::new_entity_uid(may(word)))));
        let default = Expression::new_string(policy.default.to_string());
        let (controller, top) = (world.controller(policy), world.top(policy.object).unwrap_or(policy));
        let settling = world.chain(policy.object).iter().any(|of| of.settling);
        self.describe(
            object,
            [
                ("default", default),
                ("hierarchy", Expression::new_bool(top.hierarchy)),
                (
                    "controller",
                    Expression::new_entity_uid(uid("Object", controller.unwrap_or(policy).object)),
                ),
                ("settling", Expression::new_bool(settling)),
            ],
        );
    }

    fn gives(&mut self, holder: &EntityUid, (system, objects): &Held) {
        for power in system {
            self.place(holder.clone(), uid("Power", power));
        }
        for (object, word) in objects {
            self.place(holder.clone(), uid("May", format!("{word} {object}")));
        }
    }
}

/// What a group of sets gives: whatever implies nothing that is muted.
fn unmuted(world: &World, group: &SetGroup) -> Held {
    let sets = || world.sets.iter().filter(|set| group.sets.contains(&set.number));
    let mut system: BTreeSet<_> = sets().flat_map(|set| set.system.iter().copied()).collect();
    system.retain(|power| !group.system.contains(power));
    if group.system.contains(&SystemPermission::ViewAllData) {
        system.remove(&SystemPermission::ModifyAllData);
    }
    let all_of = |(object, word)| implied(word).into_iter().map(move |word| (object, word));
    let given = sets().flat_map(|set| set.objects.iter().copied().flat_map(all_of));
    let is_whole = |given: &(ObjectId, &'static str)| !all_of(*given).any(|one| group.objects.contains(&one));
    let objects = given.filter(is_whole).collect();
    (system, objects)
}

/// The word and all that it implies.
fn implied(word: &'static str) -> Vec<&'static str> {
    let next = IMPLIED.iter().filter(|(of, _)| *of == word).flat_map(|(_, implied)| *implied);
    std::iter::once(word).chain(next.flat_map(|word| implied(word))).collect()
}
