//! Stories of records: who sees what, who changes what, and what is kept of it.

use crate::company::{Company, edit, id_of, run};
use sutra_audit::Shown;
use sutra_engine::{Caller, Error, ListRequest, Part};
use sutra_kernel::{ApiName, Condition, Direction, Test, Value};

fn list_of(object: &str) -> ListRequest {
    ListRequest {
        object: ApiName::parse(object).unwrap(),
        filter: None,
        search: None,
        order: None,
        part: Part::first(50, None),
    }
}

async fn names(company: &Company, caller: &Caller) -> Vec<String> {
    let viewing = company.engine.view(caller).await.unwrap();
    let listed = viewing.list_records(&list_of("account")).await.unwrap();
    let name = ApiName::parse("name").unwrap();
    listed.items.iter().map(|(view, _)| view.value(&name).to_string()).collect()
}

#[test]
fn s10_managers_see_what_their_people_own_and_peers_do_not() {
    run(async {
        let company = Company::found().await;
        company.account(&company.rep, "of the rep").await;
        company.account(&company.manager, "of the manager").await;
        assert_eq!(names(&company, &company.chief).await, ["of the manager", "of the rep"]);
        assert_eq!(names(&company, &company.manager).await, ["of the manager", "of the rep"]);
        assert_eq!(names(&company, &company.rep).await, ["of the rep"]);
        assert!(names(&company, &company.peer).await.is_empty());
    });
}

#[test]
fn l23_a_hidden_record_and_an_absent_one_answer_alike() {
    run(async {
        let company = Company::found().await;
        let hidden = company.account(&company.manager, "secret").await;
        let absent = "rec_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let change = edit(&[("name", Value::text("mine"))]);
        let mut answers = Vec::new();
        for id in [hidden, absent] {
            let error =
                company.engine.records().update(&company.rep, "account", id, &change).await.unwrap_err();
            answers.push((error.code(), error.to_string()));
            let viewing = company.engine.view(&company.rep).await.unwrap();
            assert!(viewing.find_record("account", id).await.unwrap().is_none());
            assert!(viewing.record_history("account", id, 10).await.unwrap().is_none());
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].0, "NOT_FOUND");
    });
}

#[test]
fn s13_history_tells_each_change_with_its_receipt() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "before").await;
        let change = edit(&[("name", Value::text("after")), ("phone", Value::text("+1 302 556 4395"))]);
        let written = company.engine.records().update(&company.rep, "account", id, &change).await.unwrap();
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let history = viewing.record_history("account", id, 10).await.unwrap().unwrap();
        assert_eq!(history.len(), 2);
        let newest = &history[0];
        assert_eq!(Some(&newest.receipt), written.receipt.as_ref());
        assert_eq!((newest.version, newest.by), (Some(2), company.rep.user_id()));
        let name = newest.changes.iter().find(|change| change.field == "name").unwrap();
        let side = |side: &Option<Shown<sutra_audit::Opened>>| match side {
            Some(Shown::Value(opened)) => opened.raw.clone(),
            other => panic!("not opened: {other:?}"),
        };
        assert_eq!(side(&name.old), Value::text("before"));
        assert_eq!(side(&name.new), Value::text("after"));
        assert!(newest.changes.iter().any(|change| change.field == "phone"));
    });
}

#[test]
fn a_named_version_that_is_not_the_newest_is_a_conflict_and_changes_nothing() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "first").await;
        let mut change = edit(&[("name", Value::text("second"))]);
        change.version = Some(1);
        company.engine.records().update(&company.rep, "account", id, &change).await.unwrap();
        let error = company.engine.records().update(&company.rep, "account", id, &change).await.unwrap_err();
        assert_eq!(error.code(), "VERSION_CONFLICT");
        assert_eq!(names(&company, &company.rep).await, ["second"]);
    });
}

#[test]
fn a_change_that_changes_nothing_writes_nothing() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "same").await;
        let change = edit(&[("name", Value::text("same"))]);
        let written = company.engine.records().update(&company.rep, "account", id, &change).await.unwrap();
        assert_eq!((written.receipt, written.value.version), (None, 1));
    });
}

#[test]
fn a_deleted_record_is_gone_until_it_is_restored() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "phoenix").await;
        let records = company.engine.records();
        records.delete(&company.rep, "account", id, None).await.unwrap();
        assert!(names(&company, &company.rep).await.is_empty());
        let change = edit(&[("name", Value::text("ghost"))]);
        let error = records.update(&company.rep, "account", id, &change).await.unwrap_err();
        assert_eq!(error.code(), "NOT_FOUND");
        let restored = records.restore(&company.rep, "account", id).await.unwrap();
        assert_eq!(restored.value.version, 3);
        assert_eq!(names(&company, &company.rep).await, ["phoenix"]);
        let again = records.restore(&company.rep, "account", id).await.unwrap_err();
        assert_eq!(again.code(), "BAD_USER_INPUT");
    });
}

#[test]
fn l29_nobody_links_to_a_record_he_cannot_read() {
    run(async {
        let company = Company::found().await;
        let hidden = company.account(&company.manager, "secret").await;
        let fields = [("lastName", Value::text("Doe")), ("account", Value::Reference(hidden))];
        let error = company.create(&company.rep, "contact", &fields).await.unwrap_err();
        assert_eq!(error.code(), "NOT_FOUND");
        company.create(&company.manager, "contact", &fields).await.unwrap();
    });
}

#[test]
fn one_may_give_a_record_away_and_lose_it() {
    run(async {
        let company = Company::found().await;
        let id = company.account(&company.rep, "gift").await;
        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.peer).into());
        let written = company.engine.records().update(&company.rep, "account", id, &gift).await.unwrap();
        assert!(written.value.view.is_none() && written.receipt.is_some());
        assert!(names(&company, &company.rep).await.is_empty());
        assert_eq!(names(&company, &company.peer).await, ["gift"]);
        assert_eq!(names(&company, &company.manager).await, ["gift"]);
    });
}

#[test]
fn every_problem_of_a_record_is_told_at_once() {
    run(async {
        let company = Company::found().await;
        let fields = [("email", Value::text("nobody")), ("phone", Value::text("\0"))];
        let error = company.create(&company.rep, "contact", &fields).await.unwrap_err();
        let Error::Validation(problems) = error else { panic!("{error}") };
        let mut named: Vec<_> = problems.iter().map(|problem| problem.field.to_string()).collect();
        named.sort();
        assert_eq!(named, ["email", "lastName", "phone"]);
    });
}

#[test]
fn pages_put_together_are_the_whole_list() {
    run(async {
        let company = Company::found().await;
        for number in 0..23 {
            company.account(&company.rep, &format!("account {:02}", number % 7)).await;
        }
        let viewing = company.engine.view(&company.chief).await.unwrap();
        let order = Some((ApiName::parse("name").unwrap(), Direction::Ascending));
        let whole =
            viewing.list_records(&ListRequest { order: order.clone(), ..list_of("account") }).await.unwrap();
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let part = Part::first(5, after.take());
            let request = ListRequest { order: order.clone(), part, ..list_of("account") };
            let page = viewing.list_records(&request).await.unwrap();
            after = page.items.last().map(|(_, cursor)| cursor.to_string());
            paged.extend(page.items.into_iter().map(|(view, _)| view.record.id));
            if !page.more {
                break;
            }
        }
        assert_eq!(paged, whole.items.iter().map(|(view, _)| view.record.id).collect::<Vec<_>>());
        assert_eq!(paged.len(), 23);
    });
}

#[test]
fn l12_a_cursor_is_good_for_its_own_viewer_and_list_only() {
    run(async {
        let company = Company::found().await;
        for name in ["one", "two", "three"] {
            company.account(&company.rep, name).await;
        }
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let page = viewing
            .list_records(&ListRequest { part: Part::first(1, None), ..list_of("account") })
            .await
            .unwrap();
        let cursor = page.items[0].1.to_string();
        let again = |after: String| ListRequest { part: Part::first(50, Some(after)), ..list_of("account") };
        let back = |before: String| ListRequest { part: Part::last(50, Some(before)), ..list_of("account") };
        assert_eq!(viewing.list_records(&again(cursor.clone())).await.unwrap().items.len(), 2);
        let name = Condition::test(ApiName::parse("name").unwrap(), Test::StartsWith("t".to_owned()));
        let other_list = ListRequest { filter: Some(name), ..again(cursor.clone()) };
        assert_eq!(viewing.list_records(&other_list).await.unwrap_err().code(), "BAD_USER_INPUT");
        let chief = company.engine.view(&company.chief).await.unwrap();
        for stolen in [again(cursor.clone()), back(cursor.clone())] {
            assert_eq!(chief.list_records(&stolen).await.unwrap_err().code(), "BAD_USER_INPUT");
            assert_eq!(chief.has_records_behind(&stolen).await.unwrap_err().code(), "BAD_USER_INPUT");
        }
        let (first, rest) = cursor.split_at(1);
        let forged = again(format!("{}{rest}", if first == "A" { "B" } else { "A" }));
        assert_eq!(viewing.list_records(&forged).await.unwrap_err().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn a_stranger_and_an_unknown_object_get_nothing() {
    run(async {
        let company = Company::found().await;
        let stranger = company.stranger();
        let error = company.create(&stranger, "account", &[("name", Value::text("x"))]).await.unwrap_err();
        assert_eq!(error.code(), "UNAUTHENTICATED");
        let viewing = company.engine.view(&stranger).await.unwrap();
        assert_eq!(viewing.list_records(&list_of("account")).await.unwrap_err().code(), "FORBIDDEN");
        let error = company.create(&company.rep, "spaceship", &[]).await.unwrap_err();
        assert_eq!(error.code(), "BAD_USER_INPUT");
    });
}

#[test]
fn l09_a_filter_by_reference_finds_nothing_through_a_hidden_record() {
    run(async {
        let company = Company::found().await;
        let hidden = company.account(&company.manager, "secret").await;
        let open = company.account(&company.rep, "open").await;
        for (account, owner) in [(hidden, &company.manager), (open, &company.rep)] {
            let fields = [("lastName", Value::text("Doe")), ("account", Value::Reference(account))];
            let contact = company.create(owner, "contact", &fields).await.unwrap();
            let mut gift = edit(&[]);
            gift.owner = Some(id_of(&company.rep).into());
            company.engine.records().update(owner, "contact", contact, &gift).await.unwrap();
        }
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let found = async |test: Test| {
            let filter = Some(Condition::test(ApiName::parse("account").unwrap(), test));
            viewing.list_records(&ListRequest { filter, ..list_of("contact") }).await.map(|it| it.items.len())
        };
        assert_eq!(found(Test::Eq(Value::Reference(open))).await.unwrap(), 1);
        assert_eq!(found(Test::Eq(Value::Reference(hidden))).await.unwrap(), 0);
        assert_eq!(found(Test::In(vec![Value::Reference(hidden), Value::Reference(open)])).await.unwrap(), 1);
        for telling in [Test::IsNull(true), Test::Eq(Value::Null), Test::Neq(Value::Reference(open))] {
            assert_eq!(found(telling).await.unwrap_err().code(), "BAD_USER_INPUT");
        }
        let order = Some((ApiName::parse("account").unwrap(), Direction::Ascending));
        let sorted = viewing.list_records(&ListRequest { order, ..list_of("contact") }).await;
        assert_eq!(sorted.unwrap_err().code(), "BAD_USER_INPUT");
    });
}

#[test]
fn l14_an_edit_does_not_tell_what_a_record_refers_to() {
    run(async {
        let company = Company::found().await;
        let hidden = company.account(&company.manager, "secret").await;
        let other = company.account(&company.manager, "another").await;
        let fields = [("lastName", Value::text("Doe")), ("account", Value::Reference(hidden))];
        let linked = company.create(&company.manager, "contact", &fields).await.unwrap();
        let bare = company.create(&company.manager, "contact", &fields[..1]).await.unwrap();
        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.rep).into());
        for contact in [linked, bare] {
            company.engine.records().update(&company.manager, "contact", contact, &gift).await.unwrap();
        }
        let change = async |contact, account: Value| {
            let change = edit(&[("account", account)]);
            let changed = company.engine.records().update(&company.rep, "contact", contact, &change).await;
            changed.map(|it| (it.value.version, it.receipt)).map_err(|error| error.code())
        };
        for account in [hidden, other] {
            assert_eq!(change(linked, Value::Reference(account)).await, Err("NOT_FOUND"));
        }
        for contact in [linked, bare] {
            assert_eq!(
                change(contact, Value::Null).await,
                Ok((2, None)),
                "empty it is already, as he sees it"
            );
        }
        let viewing = company.engine.view(&company.manager).await.unwrap();
        let kept = viewing.find_record("contact", linked).await.unwrap().unwrap();
        assert_eq!(kept.value(&ApiName::parse("account").unwrap()), Value::Reference(hidden));
    });
}
