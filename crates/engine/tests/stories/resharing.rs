//! Stories of going through the records that are there: never is more open than the rules of now open.

use std::{collections::BTreeSet, num::NonZeroUsize};

use proptest::{collection::vec, prelude::*};
use sutra_acl::{Level, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, GroupEdit, SharedRecords, SharingEdit};
use sutra_kernel::{GroupId, RecordId, SharingRuleId, Value};

use crate::{
    company::{Company, edit, id_of, run},
    controlled::folders::controlled,
    sharing_rules::{account, accounts, meeting, names, rule, settle, share},
};

/// While a rule changes, nothing is open that only one of the two would open.
#[test]
fn a_rule_that_changes_opens_nothing_that_it_no_longer_says() {
    run(async {
        let company = Company::found().await;
        let (rules, peer) = (company.engine.access_rules(), &company.peer);
        account(&company, &company.rep, "Power", "Energy").await;
        account(&company, &company.rep, "Bank", "Banking").await;
        let made = share(&company, &rule("One", meeting("Energy"), peer, Level::Read)).await.unwrap();
        let id = made.value.rule.id();
        settle(&company).await;
        let renamed = rule("Two", meeting("Energy"), peer, Level::Read);
        rules.update_sharing(&company.admin, id, &renamed).await.unwrap();
        assert_eq!(accounts(&company, peer).await, ["Power"], "a new name changes nothing");
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert!(viewing.resharings().await.unwrap().is_empty());
        viewing.close().await.unwrap();

        let other = rule("Two", meeting("Banking"), peer, Level::Read);
        rules.update_sharing(&company.admin, id, &other).await.unwrap();
        assert!(accounts(&company, peer).await.is_empty());
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let resharings = viewing.resharings().await.unwrap();
        assert_eq!(resharings.iter().map(|it| (it.done, it.total)).collect::<Vec<_>>(), [(0, 2)]);
        viewing.close().await.unwrap();
        settle(&company).await;
        assert_eq!(accounts(&company, peer).await, ["Bank"]);
        rules.delete_sharing(&company.admin, id).await.unwrap();
        assert!(accounts(&company, peer).await.is_empty());
    });
}

#[test]
fn a_recalculation_goes_on_where_a_crash_has_left_it() {
    run(async {
        let mut company = Company::found().await;
        for number in 0..5 {
            account(&company, &company.rep, &format!("Firm {number}"), "Energy").await;
        }
        share(&company, &rule("Energy", meeting("Energy"), &company.peer, Level::Read)).await.unwrap();
        assert!(step(&company).await);
        assert_eq!(accounts(&company, &company.peer).await.len(), 2);
        company.restart();
        company.engine.tasks().wake_all().await.unwrap();
        while step(&company).await {}
        assert_eq!(accounts(&company, &company.peer).await.len(), 5);
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let filter = EntryFilter { action: Some("sharing.recalculate".to_owned()), ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
        let rows: Vec<_> = entries.iter().map(|entry| entry.entry.rows).collect();
        assert_eq!(rows, [Some(1), Some(2), Some(2)], "each record once");
        assert!(viewing.resharings().await.unwrap().is_empty());
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_meanwhile_no_more_is_open_than_the_rules_open(deeds in vec(deed(), 1..40)) {
        run(async {
            let mut world = World::found().await;
            for deed in deeds {
                world.perform(deed).await;
                world.expect(|seen, open| seen.is_subset(open)).await;
            }
            while step(&world.company).await {}
            world.expect(|seen, open| seen == open).await;
        });
    }
}

/// Something that happens to rules, groups or records; numbers are of things that there may be.
#[derive(Debug, Clone)]
enum Deed {
    Create(usize, usize),
    Change(usize, usize),
    Transfer(usize, usize),
    MakeRule(Said),
    ChangeRule(usize, Said),
    RemoveRule(usize),
    Staff(BTreeSet<usize>),
    Step,
    Restart,
}

/// What a rule says.
#[derive(Debug, Clone)]
struct Said {
    records: Which,
    target: usize,
}

#[derive(Debug, Clone)]
enum Which {
    Of(usize),
    OfTheDesk,
    Meeting(usize),
}

const INDUSTRIES: [&str; 2] = ["Energy", "Banking"];

fn deed() -> impl Strategy<Value = Deed> {
    let which = prop_oneof![
        (0_usize..2).prop_map(Which::Of),
        Just(Which::OfTheDesk),
        (0_usize..2).prop_map(Which::Meeting),
    ];
    let said = (which, 0_usize..2).prop_map(|(records, target)| Said { records, target });
    prop_oneof![
        3 => (0_usize..2, 0_usize..2).prop_map(|(owner, industry)| Deed::Create(owner, industry)),
        2 => (0_usize..9, 0_usize..2).prop_map(|(record, industry)| Deed::Change(record, industry)),
        2 => (0_usize..9, 0_usize..2).prop_map(|(record, owner)| Deed::Transfer(record, owner)),
        2 => said.clone().prop_map(Deed::MakeRule),
        2 => (0_usize..4, said).prop_map(|(rule, said)| Deed::ChangeRule(rule, said)),
        1 => (0_usize..4).prop_map(Deed::RemoveRule),
        2 => proptest::collection::btree_set(0_usize..2, 0..=2).prop_map(Deed::Staff),
        4 => Just(Deed::Step),
        1 => Just(Deed::Restart),
    ]
}

/// A company of two owners and two onlookers, and what ought to be true of it.
struct World {
    company: Company,
    owners: [Caller; 2],
    onlookers: [Caller; 2],
    desk: GroupId,
    staff: BTreeSet<usize>,
    records: Vec<(RecordId, usize, usize)>,
    rules: Vec<(SharingRuleId, Said)>,
    names: usize,
}

impl World {
    async fn found() -> Self {
        let mut company = controlled().await;
        company.restart_following(1);
        let owners = [company.rep.clone(), company.manager.clone()];
        let other = company.hire("onlooker", "Standard User", None).await;
        let desk = company.group("Desk", false, &[]).await.id;
        let (staff, records, rules) = (BTreeSet::new(), Vec::new(), Vec::new());
        let onlookers = [company.peer.clone(), other];
        Self { company, owners, onlookers, desk, staff, records, rules, names: 0 }
    }

    async fn perform(&mut self, deed: Deed) {
        match deed {
            Deed::Create(owner, industry) => {
                let name = format!("Firm {}", self.records.len());
                let id = account(&self.company, &self.owners[owner], &name, INDUSTRIES[industry]).await;
                self.records.push((id, owner, industry));
                for part in 0..2 {
                    let name = format!("{name} {part}");
                    let fields = [("name", Value::text(name)), ("parent", Value::Reference(id))];
                    self.company.create(&self.company.admin, "folder", &fields).await.unwrap();
                }
            }
            Deed::Change(record, industry) => {
                let Some(record) = self.records.get_mut(record) else { return };
                let change = edit(&[("industry", Value::text(INDUSTRIES[industry]))]);
                record.2 = industry;
                self.company.update(record.0, &change).await;
            }
            Deed::Transfer(record, owner) => {
                let Some(record) = self.records.get_mut(record) else { return };
                let mut change = edit(&[]);
                change.owner = Some(id_of(&self.owners[owner]).into());
                record.1 = owner;
                self.company.update(record.0, &change).await;
            }
            Deed::Staff(staff) => {
                let members = staff.iter().map(|number| Principal::User(id_of(&self.owners[*number])));
                let edit = GroupEdit { name: "Desk".to_owned(), members: members.collect() };
                let groups = self.company.engine.groups();
                groups.update(&self.company.admin, self.desk, &edit).await.unwrap();
                self.staff = staff;
            }
            Deed::Step => drop(step(&self.company).await),
            Deed::Restart => {
                self.company.restart_following(1);
                self.company.engine.tasks().wake_all().await.unwrap();
            }
            Deed::MakeRule(_) | Deed::ChangeRule(..) | Deed::RemoveRule(_) => self.rule(deed).await,
        }
    }

    async fn rule(&mut self, deed: Deed) {
        let (admin, rules) = (&self.company.admin, self.company.engine.access_rules());
        match deed {
            Deed::MakeRule(said) => {
                self.names += 1;
                let edit = self.edit(&said);
                let made = rules.create_sharing(admin, "account", &edit).await.unwrap();
                self.rules.push((made.value.rule.id(), said));
            }
            Deed::ChangeRule(number, said) => {
                let Some(id) = self.rules.get(number).map(|rule| rule.0) else { return };
                self.names += 1;
                rules.update_sharing(admin, id, &self.edit(&said)).await.unwrap();
                self.rules[number].1 = said;
            }
            Deed::RemoveRule(number) if number < self.rules.len() => {
                rules.delete_sharing(admin, self.rules[number].0).await.unwrap();
                self.rules.remove(number);
            }
            _ => {}
        }
    }

    fn edit(&self, said: &Said) -> SharingEdit {
        let records = match said.records {
            Which::Of(owner) => SharedRecords::OwnedBy(Principal::User(id_of(&self.owners[owner]))),
            Which::OfTheDesk => SharedRecords::OwnedBy(Principal::Group(self.desk)),
            Which::Meeting(industry) => meeting(INDUSTRIES[industry]),
        };
        rule(&format!("Rule {}", self.names), records, &self.onlookers[said.target], Level::Read)
    }

    /// Compares what each onlooker sees with what the rules of now open to him.
    async fn expect(&self, holds: impl Fn(&BTreeSet<String>, &BTreeSet<String>) -> bool) {
        for (number, onlooker) in self.onlookers.iter().enumerate() {
            let seen: BTreeSet<_> = accounts(&self.company, onlooker).await.into_iter().collect();
            let records = self.records.iter().enumerate();
            let open = records.filter(|(_, (_, owner, industry))| self.opens(number, *owner, *industry));
            let open: BTreeSet<_> = open.map(|(place, _)| format!("Firm {place}")).collect();
            assert!(holds(&seen, &open), "onlooker {number} sees {seen:?}, and open is {open:?}");
            let parts: BTreeSet<_> = names(&self.company, onlooker, "folder").await.into_iter().collect();
            let open = open.iter().flat_map(|name| [format!("{name} 0"), format!("{name} 1")]).collect();
            assert!(holds(&parts, &open), "onlooker {number} sees {parts:?}, and open is {open:?}");
        }
    }

    fn opens(&self, onlooker: usize, owner: usize, industry: usize) -> bool {
        self.rules.iter().filter(|(_, said)| said.target == onlooker).any(|(_, said)| match said.records {
            Which::Of(wanted) => owner == wanted,
            Which::OfTheDesk => self.staff.contains(&owner),
            Which::Meeting(wanted) => industry == wanted,
        })
    }
}

/// A step through few records; whether there may be more.
async fn step(company: &Company) -> bool {
    company.engine.tasks().in_steps_of(NonZeroUsize::new(2).unwrap()).run_due().await.unwrap()
}

impl Company {
    async fn update(&self, record: RecordId, change: &sutra_engine::Edit) {
        self.engine.records().update(&self.admin, "account", record, change).await.unwrap();
    }
}
