//! Stories of records that control many others: what those are open by follows step by step, and until it has, they are
//! open to nobody to whom they are not before and after.

mod worlds;

use std::num::NonZeroUsize;

use sutra_acl::{Level, Owner, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{Caller, Edit, MAX_RECORDS};
use sutra_kernel::{RecordId, Value};
use sutra_records::Whose;

use crate::{
    company::{Company, edit, id_of, run},
    controlled::folders::controlled,
    sharing_rules::settle,
};

/// One more than follow at once.
const MANY: usize = MAX_RECORDS + 1;

impl Company {
    /// Many records that belong to one.
    async fn many(&self, object: &str, parent: RecordId, number: usize) -> Vec<RecordId> {
        let part = || edit(&[("name", Value::text("Part")), ("parent", Value::Reference(parent))]);
        let parts: Vec<Edit> = (0..number).map(|_| part()).collect();
        let mut ids = Vec::new();
        for some in parts.chunks(MAX_RECORDS) {
            let written = self.engine.records().create_all(&self.admin, object, some).await.unwrap();
            ids.extend(written.iter().map(|written| written.value.id));
        }
        // As steps walk along them.
        ids.sort();
        ids
    }

    /// How many resharings there are of what a record controls, and how far they are.
    async fn following(&self) -> Vec<(u64, u64)> {
        let viewing = self.engine.view(&self.admin).await.unwrap();
        let resharings = viewing.resharings().await.unwrap();
        viewing.close().await.unwrap();
        let under = resharings.iter().filter(|it| matches!(it.whose, Whose::Under(..)));
        under.map(|it| (it.done, it.total)).collect()
    }

    async fn step(&self, records: usize) -> bool {
        self.engine.tasks().in_steps_of(NonZeroUsize::new(records).unwrap()).run_due().await.unwrap()
    }

    async fn unshare(&self, account: RecordId, with: &Caller) {
        let with = [Principal::User(id_of(with))];
        self.engine.sharing().unshare(&self.admin, "account", account, &with, None).await.unwrap();
    }
}

#[test]
fn what_many_records_are_open_by_follows_in_steps() {
    run(async {
        let mut company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folders = company.many("folder", account, MANY).await;
        let page = company.part(&company.rep, "page", folders[0]).await.unwrap();
        company.share(account, &company.hire("guest", "Standard User", None).await, Level::Read).await;
        settle(&company).await;

        company.give_to("account", account, &company.peer).await.unwrap();
        assert_eq!(company.seen("account", account).await, "chief manager peer", "it has followed itself");
        assert_eq!(company.following().await.len(), 2, "folders and pages, and that is told");
        for folder in [folders[0], folders[MANY - 1]] {
            assert_eq!(
                company.seen("folder", folder).await,
                "",
                "neither the old owner nor the new one counts"
            );
        }
        assert!(company.step(300).await);
        assert_eq!(company.following().await[0], (300, 1_001));
        assert_eq!(company.seen("folder", folders[0]).await, "", "nor for what has followed");
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert!(viewing.find_record("page", page).await.unwrap().is_some(), "to who may view all it is open");
        viewing.close().await.unwrap();
        let new = company.part(&company.peer, "folder", account).await.unwrap();
        assert_eq!(company.seen("folder", new).await, "", "nor for what is new there");

        company.restart();
        company.engine.tasks().wake_all().await.unwrap();
        settle(&company).await;
        assert!(company.following().await.is_empty());
        for folder in [folders[0], folders[MANY - 1], new] {
            assert_eq!(
                company.seen("folder", folder).await,
                "chief manager peer",
                "it goes on after a crash"
            );
        }
        assert_eq!(company.seen("page", page).await, "chief manager peer");
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let filter = EntryFilter { action: Some("sharing.recalculate".to_owned()), ..EntryFilter::default() };
        let entries = viewing.ledger_entries(&filter, 100).await.unwrap();
        let rows: u64 = entries.iter().filter_map(|entry| entry.entry.rows).sum();
        assert_eq!(
            rows,
            2 * 1_002,
            "each record once for the share and once for the owner, and not the new one"
        );
    });
}

#[test]
fn whom_it_is_shared_with_follows_in_steps_and_its_owner_keeps_it() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folders = company.many("folder", account, MANY).await;
        company.share(account, &company.peer, Level::Read).await;
        let seen = async || company.seen("folder", folders[0]).await;
        assert_eq!(seen().await, "chief manager rep", "those of whom nothing has changed");
        settle(&company).await;
        assert_eq!(seen().await, "chief manager rep peer");
        company.unshare(account, &company.peer).await;
        assert_eq!(seen().await, "chief manager rep");
        company.share(account, &company.peer, Level::Edit).await;
        company.give_to("account", account, &company.peer).await.unwrap();
        assert_eq!(seen().await, "", "the most that is withheld counts");
        settle(&company).await;
        assert_eq!(seen().await, "chief manager peer");
    });
}

#[test]
fn a_change_meanwhile_begins_anew() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folders = company.many("folder", account, MANY).await;
        company.give_to("account", account, &company.peer).await.unwrap();
        company.step(600).await;
        assert_eq!(company.following().await[0], (600, 1_001));
        company.give_to("account", account, &company.manager).await.unwrap();
        assert_eq!(company.following().await[0], (0, 1_001));
        settle(&company).await;
        for folder in [folders[0], folders[MANY - 1]] {
            assert_eq!(company.seen("folder", folder).await, "chief manager");
        }
    });
}

#[test]
fn what_a_moved_record_controls_follows_it() {
    run(async {
        let company = controlled().await;
        let [of_rep, of_peer] =
            [company.account(&company.rep, "Rep").await, company.account(&company.peer, "Peer").await];
        let folder = company.part(&company.rep, "folder", of_rep).await.unwrap();
        let pages = company.many("page", folder, MANY).await;
        company.set_parent(&company.admin, "folder", folder, Value::Reference(of_peer)).await.unwrap();
        assert_eq!(company.seen("folder", folder).await, "chief manager peer");
        let seen =
            async || (company.seen("page", pages[0]).await, company.seen("page", pages[MANY - 1]).await);
        assert_eq!(seen().await, (String::new(), String::new()));
        company.step(600).await;
        let peers = "chief manager peer".to_owned();
        assert_eq!(seen().await, (peers.clone(), String::new()), "what has followed is where it belongs");
        settle(&company).await;
        assert_eq!(seen().await, (peers.clone(), peers));
    });
}

#[test]
fn of_many_that_are_given_away_those_follow_at_once_that_can() {
    run(async {
        let mut company = controlled().await;
        let (mut accounts, mut folders) = (Vec::new(), Vec::new());
        for number in 0..4 {
            let account = company.account(&company.rep, &format!("Firm {number}")).await;
            folders.push(company.part(&company.rep, "folder", account).await.unwrap());
            accounts.push(account);
        }
        company.restart_following(2);
        let owner = Owner::User(id_of(&company.peer));
        let records = company.engine.records();
        records.transfer_all(&company.admin, "account", &accounts, owner).await.unwrap();
        let mut seen = Vec::new();
        for folder in &folders {
            seen.push(company.seen("folder", *folder).await);
        }
        let peers = "chief manager peer";
        assert_eq!(seen, [peers, peers, "", ""]);
        settle(&company).await;
        assert_eq!(company.seen("folder", folders[3]).await, peers);
    });
}
