//! Stories of users who own much and get another role: what those above reach is never more than the new role says.

use std::num::NonZeroUsize;

use sutra_acl::Owner;
use sutra_engine::{Caller, Edit, ListRequest, MemberEdit, Part};
use sutra_kernel::{ApiName, RecordId, RoleId, Value};

use crate::company::{Company, edit, id_of, run};

/// As many as have the new role at once, and some more.
const OWNED: usize = 1_050;

async fn own_much(company: &Company, owner: &Caller) -> RecordId {
    let firm = |number| Edit {
        owner: Some(Owner::User(id_of(owner))),
        ..edit(&[("name", Value::text(format!("Firm {number}")))])
    };
    let edits: Vec<_> = (0..OWNED).map(firm).collect();
    let (most, rest) = edits.split_at(1_000);
    let records = company.engine.records();
    records.create_all(&company.admin, "account", most).await.unwrap();
    records.create_all(&company.admin, "account", rest).await.unwrap()[0].value.id
}

async fn count(company: &Company, caller: &Caller) -> u64 {
    let viewing = company.engine.view(caller).await.unwrap();
    let object = ApiName::parse("account").unwrap();
    let (filter, search, order, part) = (None, None, None, Part::first(1, None));
    let request = ListRequest { object, filter, search, order, part };
    let count = viewing.count_records(&request).await.unwrap().count;
    let listed = viewing.list_records(&request).await.unwrap().items.len();
    assert_eq!(count > 0, listed > 0);
    count
}

async fn move_to(company: &Company, user: &Caller, role: Option<RoleId>) {
    let edit = MemberEdit { role: Some(role), ..MemberEdit::default() };
    company.engine.members().update(&company.admin, id_of(user), &edit).await.unwrap();
}

async fn moving(company: &Company) -> usize {
    company.engine.view(&company.admin).await.unwrap().moves().await.unwrap().len()
}

async fn step(company: &Company) -> bool {
    company.engine.tasks().in_steps_of(NonZeroUsize::new(20).unwrap()).run_due().await.unwrap()
}

#[test]
fn whoever_moves_is_out_of_sight_until_all_that_is_his_has_moved() {
    run(async {
        let mut company = Company::found().await;
        let head_role = company.role("Head", None).await;
        let branch = company.role("Branch", Some(head_role)).await;
        let head = company.hire("head", "Standard User", Some(head_role)).await;
        let last = own_much(&company, &company.rep).await;
        let counted = count(&company, &company.manager).await;
        assert!(counted > 1_000);

        move_to(&company, &company.rep, Some(branch)).await;
        assert_eq!(moving(&company).await, 1);
        let sees =
            async |company: &Company| (count(company, &company.manager).await, count(company, &head).await);
        assert_eq!(sees(&company).await, (0, 0), "neither role counts");
        assert_eq!(count(&company, &company.rep).await, counted, "his own is his");
        assert!(step(&company).await);
        assert_eq!(sees(&company).await, (0, 0));
        let renamed = edit(&[("name", Value::text("Renamed"))]);
        company.engine.records().update(&company.rep, "account", last, &renamed).await.unwrap();
        company.restart();
        company.engine.tasks().wake_all().await.unwrap();
        while step(&company).await {}
        assert_eq!((moving(&company).await, sees(&company).await), (0, (0, counted)));
    });
}

#[test]
fn whoever_owns_little_moves_at_once() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "Acme").await;
        assert_eq!(count(&company, &company.manager).await, 1);
        move_to(&company, &company.rep, None).await;
        assert_eq!((moving(&company).await, count(&company, &company.manager).await), (0, 0));
    });
}
