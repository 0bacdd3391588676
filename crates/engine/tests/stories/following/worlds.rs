//! Whatever happens while records follow the one that controls them: what is open is what the rule opens, told from that
//! one, or less.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*};
use sutra_acl::{Level, Principal, Withheld};
use sutra_engine::{Caller, ListRequest, NewShare, Part};
use sutra_kernel::{ApiName, RecordId, Value};
use sutra_records::Resharing;

use crate::{
    company::{Company, id_of, run},
    controlled::folders::controlled,
};

/// So many follow at once.
const AT_ONCE: usize = 1;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_more_is_open_meanwhile_than_what_controls_records_opens(deeds in vec(deed(), 1..40)) {
        run(async {
            let mut world = World::found().await;
            for deed in deeds {
                world.perform(deed).await;
                world.expect().await;
            }
            while world.company.step(2).await {}
            world.expect_settled().await;
        });
    }
}

/// Something that happens; numbers are of things that there may be.
#[derive(Debug, Clone)]
enum Deed {
    Folder(usize),
    Page(usize),
    Transfer(usize, usize),
    Share(usize, usize),
    Unshare(usize, usize),
    MoveFolder(usize, usize),
    MovePage(usize, usize),
    Delete(usize),
    Step,
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0_usize..2).prop_map(Deed::Folder),
        4 => (0_usize..9).prop_map(Deed::Page),
        2 => (0_usize..2, 0_usize..2).prop_map(|(account, owner)| Deed::Transfer(account, owner)),
        2 => (0_usize..2, 0_usize..2).prop_map(|(account, with)| Deed::Share(account, with)),
        1 => (0_usize..2, 0_usize..2).prop_map(|(account, with)| Deed::Unshare(account, with)),
        2 => (0_usize..9, 0_usize..2).prop_map(|(folder, account)| Deed::MoveFolder(folder, account)),
        1 => (0_usize..9, 0_usize..9).prop_map(|(page, folder)| Deed::MovePage(page, folder)),
        1 => (0_usize..9).prop_map(Deed::Delete),
        6 => Just(Deed::Step),
        1 => Just(Deed::Restart),
    ]
}

/// What is open to whom: the number of an onlooker, and a record.
type Open = BTreeSet<(usize, RecordId)>;

/// Two accounts, what belongs to them, two who may own them, and all who look on.
struct World {
    company: Company,
    owners: [Caller; 2],
    onlookers: Vec<Caller>,
    accounts: Vec<(RecordId, usize, BTreeSet<usize>)>,
    folders: Vec<(RecordId, usize)>,
    pages: Vec<(RecordId, usize, bool)>,
}

impl World {
    async fn found() -> Self {
        let mut company = controlled().await;
        company.restart_following(AT_ONCE);
        let guest = company.hire("guest", "Standard User", None).await;
        let owners = [company.rep.clone(), company.peer.clone()];
        let onlookers = vec![company.rep.clone(), company.peer.clone(), company.manager.clone(), guest];
        let mut accounts = Vec::new();
        for (number, owner) in owners.iter().enumerate() {
            accounts.push((company.account(owner, "Firm").await, number, BTreeSet::new()));
        }
        let (folders, pages) = (Vec::new(), Vec::new());
        Self { company, owners, onlookers, accounts, folders, pages }
    }

    async fn perform(&mut self, deed: Deed) {
        let (company, admin) = (&self.company, self.company.admin.clone());
        match deed {
            Deed::Folder(account) => {
                let id = company.part(&admin, "folder", self.accounts[account].0).await.unwrap();
                self.folders.push((id, account));
            }
            Deed::Page(folder) => {
                let Some((parent, _)) = self.folders.get(folder) else { return };
                self.pages.push((company.part(&admin, "page", *parent).await.unwrap(), folder, false));
            }
            Deed::Transfer(account, owner) => {
                let (id, now, shares) = &mut self.accounts[account];
                if *now != owner {
                    (*now, *shares) = (owner, BTreeSet::new());
                    company.give_to("account", *id, &self.owners[owner]).await.unwrap();
                }
            }
            Deed::Share(account, with) => {
                let (id, _, shares) = &mut self.accounts[account];
                shares.insert(2 + with);
                let with = Principal::User(id_of(&self.onlookers[2 + with]));
                let share = [NewShare { with, level: Level::Read }];
                company.engine.sharing().share(&admin, "account", *id, &share, None).await.unwrap();
            }
            Deed::Unshare(account, with) => {
                let (id, _, shares) = &mut self.accounts[account];
                shares.remove(&(2 + with));
                company.unshare(*id, &self.onlookers[2 + with]).await;
            }
            Deed::Step => drop(company.step(2).await),
            Deed::Restart => {
                self.company.restart_following(AT_ONCE);
                self.company.engine.tasks().wake_all().await.unwrap();
            }
            Deed::MoveFolder(..) | Deed::MovePage(..) | Deed::Delete(_) => self.rearrange(deed).await,
        }
    }

    async fn rearrange(&mut self, deed: Deed) {
        let company = &self.company;
        let set_parent = async |object, id, parent| {
            company.set_parent(&company.admin, object, id, Value::Reference(parent)).await.unwrap();
        };
        match deed {
            Deed::MoveFolder(folder, account) => {
                let Some((id, of)) = self.folders.get_mut(folder) else { return };
                *of = account;
                set_parent("folder", *id, self.accounts[account].0).await;
            }
            Deed::MovePage(page, folder) => {
                let (Some(page), Some((parent, _))) = (self.pages.get_mut(page), self.folders.get(folder))
                else {
                    return;
                };
                if !page.2 {
                    page.1 = folder;
                    set_parent("page", page.0, *parent).await;
                }
            }
            Deed::Delete(page) => {
                let Some((id, _, deleted)) = self.pages.get_mut(page) else { return };
                let records = company.engine.records();
                match *deleted {
                    false => drop(records.delete(&company.admin, "page", *id, None).await.unwrap()),
                    true => drop(records.restore(&company.admin, "page", *id).await.unwrap()),
                }
                *deleted = !*deleted;
            }
            _ => {}
        }
    }

    /// The records that are there, with the account that controls each.
    fn records(&self) -> Vec<(&'static str, RecordId, usize)> {
        let folders = self.folders.iter().map(|(id, account)| ("folder", *id, *account));
        let pages = self.pages.iter().filter(|(.., deleted)| !deleted);
        folders.chain(pages.map(|(id, folder, _)| ("page", *id, self.folders[*folder].1))).collect()
    }

    /// The rule, slow and plain: whose the account is, who is above him, and with whom it is shared.
    fn open(&self, account: usize) -> Open {
        let (_, owner, shares) = &self.accounts[account];
        let is_open = |onlooker: usize| onlooker == *owner || onlooker == 2 || shares.contains(&onlooker);
        let of_account = self.records().into_iter().filter(|(_, _, of)| *of == account);
        of_account
            .flat_map(|(_, id, _)| (0..self.onlookers.len()).map(move |onlooker| (onlooker, id)))
            .filter(|(onlooker, _)| is_open(*onlooker))
            .collect()
    }

    /// What is seen, by looking at each record and by listing: both are of one mind.
    async fn seen(&self) -> Open {
        let mut seen = Open::new();
        for (number, onlooker) in self.onlookers.iter().enumerate() {
            let viewing = self.company.engine.view(onlooker).await.unwrap();
            let mut listed = BTreeSet::new();
            for object in ["folder", "page"] {
                let object = ApiName::parse(object).unwrap();
                let (filter, search, order, part) = (None, None, None, Part::first(200, None));
                let request = ListRequest { object, filter, search, order, part };
                let count = viewing.count_records(&request).await.unwrap().count;
                let list = viewing.list_records(&request).await.unwrap();
                assert_eq!(count, list.items.len() as u64);
                listed.extend(list.items.iter().map(|(view, _)| view.record.id));
            }
            for (object, id, _) in self.records() {
                let found = viewing.find_record(object, id).await.unwrap().is_some();
                assert_eq!(found, listed.contains(&id), "onlooker {number}");
                seen.extend(found.then_some((number, id)));
            }
            viewing.close().await.unwrap();
        }
        seen
    }

    async fn withheld(&self) -> BTreeMap<RecordId, Withheld> {
        let viewing = self.company.engine.view(&self.company.admin).await.unwrap();
        let resharings = viewing.resharings().await.unwrap();
        viewing.close().await.unwrap();
        Resharing::withheld(&resharings)
    }

    /// Nothing is seen that the rule does not open, and nothing by what is withheld.
    async fn expect(&self) {
        let (seen, withheld) = (self.seen().await, self.withheld().await);
        let open: Open = (0..self.accounts.len()).flat_map(|account| self.open(account)).collect();
        assert!(seen.is_subset(&open), "{seen:?} is seen, and open is {open:?}");
        for (_, record, account) in self.records() {
            let (id, owner, _) = &self.accounts[account];
            let may = |onlooker: usize| match withheld.get(id) {
                Some(Withheld::Everything) => false,
                Some(Withheld::Shares) => onlooker == *owner || onlooker == 2,
                None => true,
            };
            let closed = (0..self.onlookers.len()).filter(|onlooker| !may(*onlooker));
            let seen: Vec<_> = closed.filter(|onlooker| seen.contains(&(*onlooker, record))).collect();
            assert!(seen.is_empty(), "{record} is open to {seen:?} by what is withheld");
        }
    }

    async fn expect_settled(&self) {
        let open: Open = (0..self.accounts.len()).flat_map(|account| self.open(account)).collect();
        assert_eq!(self.seen().await, open);
        assert!(self.withheld().await.is_empty());
    }
}
