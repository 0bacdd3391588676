//! Changes of companies that are put together by chance: what was foretold of them is what comes.

use std::collections::{BTreeMap, BTreeSet};

use sutra_acl::{Assigned, Audience, Grants, Level, ObjectPermissions, OrgWideDefault, Principal, Profile};
use sutra_engine::{
    AccessChange, GroupEdit, MemberEdit, NewShare, PermissionSetEdit, ProfileEdit, RestrictionEdit,
};
use sutra_kernel::{Condition, Entropy, GroupId, PermissionSetId, RestrictionRuleId, RoleId, Value};
use sutra_testkit::TestEntropy;

use super::{default, industry, place};
use crate::company::{Company, id_of, run};

/// Chances, the same each time.
struct Dice(TestEntropy);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A company in which much is shared and little is plain, and a change of it.
struct World {
    company: Company,
    dice: Dice,
    roles: Vec<RoleId>,
    group: GroupId,
    set: PermissionSetId,
    rule: RestrictionRuleId,
}

impl World {
    async fn by_chance(seed: u64) -> Self {
        let company = Company::found().await;
        let dice = Dice(TestEntropy::seeded(seed));
        let admin = &company.admin;
        let reads = ObjectPermissions::READ;
        let account =
            company.engine.view(admin).await.unwrap().metadata().object_named("account").unwrap().id;
        let all = Grants {
            objects: BTreeMap::from([(account, reads.union(ObjectPermissions::VIEW_ALL))]),
            ..Grants::default()
        };
        let edit = PermissionSetEdit { name: "Set".to_owned(), grants: all };
        let set = company.engine.permissions().create_permission_set(admin, &edit).await.unwrap().value.id;
        let members = BTreeSet::from([Principal::User(id_of(&company.peer))]);
        let edit = GroupEdit { name: "Group".to_owned(), members };
        let group = company.engine.groups().create(admin, dice.below(2) == 0, &edit).await.unwrap().value.id;
        let roles = company.engine.view(admin).await.unwrap().roles().await.unwrap();
        let roles: Vec<_> = roles.iter().map(|role| role.id).collect();
        let rules = company.engine.access_rules();
        let edit = Self::rule(&company, &dice, group);
        let rule = rules.create_restriction(admin, "account", &edit).await.unwrap().value.rule.id;
        let world = Self { company, dice, roles, group, set, rule };
        world.fill().await;
        world
    }

    /// Accounts of many, some of them shared.
    async fn fill(&self) {
        let Self { company, dice, .. } = self;
        for number in 0..12 {
            let owner = dice.pick(&company.people());
            let name = format!("Account {number}");
            let trade = dice.pick(&["Energy", "Banking"]);
            let fields = [("name", Value::text(name)), ("industry", Value::text(trade))];
            // Whoever is bound by the rule makes none that it would hide.
            let Ok(id) = company.create(owner, "account", &fields).await else { continue };
            let share = NewShare { with: self.principal(), level: Level::Read };
            if dice.below(3) == 0 {
                company.engine.sharing().share(&company.admin, "account", id, &[share], None).await.unwrap();
            }
        }
    }

    fn principal(&self) -> Principal {
        match self.dice.below(4) {
            0 => Principal::User(id_of(self.dice.pick(&self.company.people()))),
            1 => Principal::Group(self.group),
            2 => Principal::Role(self.dice.pick(&self.roles)),
            _ => Principal::RoleAndSubordinates(self.dice.pick(&self.roles)),
        }
    }

    fn rule(company: &Company, dice: &Dice, group: GroupId) -> RestrictionEdit {
        let (rep, manager) = (Principal::User(id_of(&company.rep)), Principal::User(id_of(&company.manager)));
        let bound = dice.pick(&[rep, manager, Principal::Group(group)]);
        let binds = Audience::Some { profiles: BTreeSet::new(), principals: BTreeSet::from([bound]) };
        let condition = industry(dice.pick(&["Energy", "Banking"]));
        let condition = if dice.below(3) == 0 { Condition::Not(Box::new(condition)) } else { condition };
        RestrictionEdit { name: format!("Rule {}", dice.below(1_000_000)), binds, condition }
    }

    async fn change(&self) -> AccessChange {
        let Self { company, dice, .. } = self;
        let somebody = id_of(dice.pick(&company.people()));
        match dice.below(9) {
            0 => {
                let defaults = [OrgWideDefault::Private, OrgWideDefault::Read, OrgWideDefault::ReadWrite];
                default(dice.pick(&defaults), dice.below(2) == 0)
            }
            1 => {
                let Profile { id, name, mut grants } = company.profile("Standard User").await;
                let bits = [ObjectPermissions::NONE, ObjectPermissions::READ, ObjectPermissions::VIEW_ALL];
                grants.objects.values_mut().for_each(|it| *it = dice.pick(&bits));
                AccessChange::Profile(id, ProfileEdit { name, grants })
            }
            2 => {
                let edit = PermissionSetEdit { name: "Set".to_owned(), grants: Grants::default() };
                AccessChange::PermissionSet(self.set, edit)
            }
            3 => {
                let permission_sets = if dice.below(2) == 0 { [self.set].into() } else { BTreeSet::new() };
                let assigned = Assigned { permission_sets, ..Assigned::default() };
                AccessChange::Assignment(somebody, assigned)
            }
            4 => {
                let role = (dice.below(4) > 0).then(|| dice.pick(&self.roles));
                AccessChange::Member(somebody, MemberEdit { role: Some(role), ..MemberEdit::default() })
            }
            5 => {
                let parent = (dice.below(3) > 0).then(|| dice.pick(&self.roles));
                place(dice.pick(&self.roles), parent)
            }
            6 => {
                let members = (0..2).map(|_| self.principal()).collect();
                AccessChange::Group(self.group, GroupEdit { name: "Group".to_owned(), members })
            }
            7 => {
                let edit = Self::rule(company, dice, self.group);
                if dice.below(2) == 0 {
                    AccessChange::NewRestriction("account".to_owned(), edit)
                } else {
                    AccessChange::Restriction(self.rule, edit)
                }
            }
            _ => AccessChange::NoRestriction(self.rule),
        }
    }
}

#[test]
fn b2_what_was_foretold_is_what_comes() {
    run(async {
        let (mut noticed, mut refused) = (0, 0);
        for seed in 0..40 {
            let world = World::by_chance(seed).await;
            for step in 0..5 {
                let change = world.change().await;
                let before = world.company.sight().await;
                let foretold = world.company.foresee(&world.company.admin, &change).await;
                let made = world.company.make(&change).await;
                let Ok(foretold) = foretold else {
                    assert!(
                        made.is_err(),
                        "world {seed}, step {step}: {foretold:?}, and it was made: {change:?}"
                    );
                    refused += 1;
                    continue;
                };
                made.unwrap_or_else(|error| panic!("world {seed}, step {step}: {error}: {change:?}"));
                let after = world.company.sight().await;
                for who in world.company.people().map(id_of) {
                    let told = foretold.found.iter().find(|it| it.user.id == who);
                    let told =
                        told.and_then(|it| it.objects.iter().find(|it| it.object.name.as_str() == "account"));
                    let counts = told.map_or((0, 0), |it| (it.gained.count, it.lost.count));
                    let gained: Vec<_> = after[&who].difference(&before[&who]).copied().collect();
                    let lost: Vec<_> = before[&who].difference(&after[&who]).copied().collect();
                    let came = (gained.len() as u64, lost.len() as u64);
                    assert_eq!(counts, came, "world {seed}, step {step}, {who}: {change:?}");
                    for view in told.iter().flat_map(|it| &it.gained.samples) {
                        assert!(gained.contains(&view.record.id));
                    }
                    noticed += came.0 + came.1;
                }
            }
        }
        assert!(
            noticed > 100 && refused > 0,
            "{noticed} records came or went, {refused} changes were refused"
        );
    });
}
