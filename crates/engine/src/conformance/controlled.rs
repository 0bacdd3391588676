//! Companies made by chance in which records control others, two levels deep: what anybody lists of those is what is
//! decided of each.

use std::sync::Arc;

use sutra_acl::{ObjectPermissions, ObjectPolicy, OrgWideDefault, Profile, Share, Withheld};
use sutra_kernel::Value;
use sutra_records::{RecordShare, Standing};

use super::{
    gadget,
    home::{Home, at},
    scopes::World,
};
use crate::Store;

const WORLDS: usize = 10;

pub(super) async fn a_list_of_what_others_control_is_what_is_decided(store: &dyn Store) {
    for number in 0..WORLDS {
        let home = Home::found(store, &format!("controlled {number}")).await;
        let part = home.with(gadget::part("widget", "gadget")).await;
        let detail = part.with(gadget::part("screw", "widget")).await;
        let mut wholes = World::by_chance(&home, 7, 20).await;
        wholes.withhold(&home);
        wholes.control(&part, &home);
        wholes.control(&detail, &part);
        let parts = wholes.below(&part).await;
        let details = parts.below(&detail).await;
        for (home, world) in [(&home, &wholes), (&part, &parts), (&detail, &details)] {
            world.expect_decided(home, &[1, 3, 50]).await;
        }
    }
}

impl World {
    /// Has the records of an object controlled by those of the one above.
    fn control(&mut self, part: &Home<'_>, above: &Home<'_>) {
        let dice = &part.dice;
        let default = OrgWideDefault::ControlledByParent;
        let mut policy = ObjectPolicy::new(part.object.id, default, dice.below(4) > 0);
        policy.parent = Some(above.object.id);
        policy.owner_rules = (0..dice.below(2)).map(|_| self.cast.owner_rule(part)).collect();
        policy.restrictions = (0..dice.below(2)).map(|_| self.cast.restriction(part)).collect();
        policy.settling = dice.below(12) == 0;
        self.policy.objects.insert(part.object.id, policy);
        let profile = self.policy.profiles.get_mut(&part.limited.id).unwrap();
        let mut wider = Profile::clone(profile);
        let read = ObjectPermissions::READ;
        let permissions =
            dice.pick(&[read, read, read, ObjectPermissions::VIEW_ALL, ObjectPermissions::NONE]);
        wider.grants.objects.insert(part.object.id, permissions);
        *profile = Arc::new(wider);
    }

    /// Has something not count of what some of the records control.
    fn withhold(&mut self, home: &Home<'_>) {
        let some = (0..home.dice.below(4)).map(|_| {
            let withheld = home.dice.pick(&[Withheld::Shares, Withheld::Everything]);
            (home.dice.pick(&self.records).0.id, withheld)
        });
        self.policy.withheld = Arc::new(some.collect());
    }

    /// Records that those of this world control; a few nobody does.
    async fn below(&self, home: &Home<'_>) -> Self {
        let (policy, cast, above) = (self.policy.clone(), self.cast.clone(), self.with_above());
        let mut world = Self { policy, cast, records: Vec::new(), above };
        let mut work = home.begin().await;
        let mut shares = Vec::new();
        for second in 0..40 {
            let mut fields = gadget::some(&home.dice);
            let whole = (home.dice.below(6) > 0).then(|| home.dice.pick(&self.records));
            if let Some((record, _)) = &whole {
                fields.insert(gadget::name("whole"), Value::Reference(record.id));
            }
            let control = whole.as_ref().map(|(record, _)| record.as_control());
            let owner = home.dice.pick(&world.cast.users);
            let change = home.create_under(control, &owner, fields, at(second));
            let record = change.after().clone();
            work.put(change).await.unwrap();
            let own = match &whole {
                Some((_, standing)) => standing.inherited(record.as_control().root),
                None => world.cast.shares(home),
            };
            let of = |share: &Share| RecordShare { object: record.object, record: record.id, share: *share };
            shares.extend(own.iter().map(of));
            let root =
                record.control.and_then(|control| world.above.iter().find(|it| it.0.id == control.root));
            let root = root.map(|(root, _)| Box::new(root.clone()));
            world.records.push((record, Standing { shares: own, root }));
        }
        work.unit.put_shares(&shares).await.unwrap();
        work.commit().await;
        world
    }

    fn with_above(&self) -> Vec<(sutra_records::Record, Standing)> {
        self.records.iter().chain(&self.above).cloned().collect()
    }
}
