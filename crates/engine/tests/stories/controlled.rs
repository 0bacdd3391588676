//! Stories of records that are as open as those they belong to: folders as accounts, and pages as folders.

pub(crate) mod folders;
mod territories;

use std::collections::BTreeSet;

use sutra_acl::{Action, Audience, Level, ObjectPermissions, OrgWideDefault, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{
    AccessChange, AccessQuestion, Caller, Error, MemberEdit, NewShare, ProfileEdit, RestrictionEdit,
    SharedRecords,
};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};

use self::folders::{controlled, found};
use crate::{
    company::{edit, id_of, run},
    sharing_rules,
};

pub(crate) const CONTROLLED: OrgWideDefault = OrgWideDefault::ControlledByParent;

fn code<T>(result: Result<T, Error>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}

#[test]
fn what_belongs_to_a_record_is_as_open_as_that() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        let page = company.part(&company.rep, "page", folder).await.unwrap();
        let all = [("account", account), ("folder", folder), ("page", page)];
        for (object, id) in all {
            assert_eq!(company.seen(object, id).await, "chief manager rep", "{object}");
        }
        company.share(account, &company.peer, Level::Read).await;
        for (object, id) in all {
            assert_eq!(company.seen(object, id).await, "chief manager rep peer", "{object}, shared");
        }
        let rename = edit(&[("name", Value::text("New"))]);
        let renamed = company.engine.records().update(&company.peer, "page", page, &rename).await;
        assert_eq!(code(renamed), Some("FORBIDDEN"), "to read and no more");
        company.share(account, &company.peer, Level::Edit).await;
        company.engine.records().update(&company.peer, "page", page, &rename).await.unwrap();
        let with = [Principal::User(id_of(&company.peer))];
        company.engine.sharing().unshare(&company.admin, "account", account, &with, None).await.unwrap();
        for (object, id) in all {
            assert_eq!(company.seen(object, id).await, "chief manager rep", "{object}, shared no more");
        }
        company.give_to("account", account, &company.peer).await.unwrap();
        for (object, id) in all {
            assert_eq!(company.seen(object, id).await, "chief manager peer", "{object}, given away");
        }
        company.engine.records().delete(&company.peer, "page", page, None).await.unwrap();
        let deleted = company.engine.records().restore(&company.rep, "page", page).await;
        assert_eq!(code(deleted), Some("NOT_FOUND"), "in the bin too");
    });
}

#[test]
fn another_parent_is_another_control() {
    run(async {
        let company = controlled().await;
        let [of_rep, of_peer] =
            [company.account(&company.rep, "Rep").await, company.account(&company.peer, "Peer").await];
        let folder = company.part(&company.rep, "folder", of_rep).await.unwrap();
        let page = company.part(&company.rep, "page", folder).await.unwrap();
        company.share(of_rep, &company.peer, Level::Read).await;
        company.set_parent(&company.admin, "folder", folder, Value::Reference(of_peer)).await.unwrap();
        for (object, id) in [("folder", folder), ("page", page)] {
            assert_eq!(company.seen(object, id).await, "chief manager peer", "{object} under another");
        }
        let cleared = company.set_parent(&company.admin, "folder", folder, Value::Null).await;
        assert_eq!(code(cleared), Some("VALIDATION_FAILED"), "what has a parent keeps one");
        company.control(&["account"], OrgWideDefault::Read).await;
        assert_eq!(company.seen("page", page).await, "chief manager rep peer", "as everybody reads accounts");
        company.set_parent(&company.admin, "folder", folder, Value::Reference(of_rep)).await.unwrap();
        company.control(&["account"], OrgWideDefault::Private).await;
        assert_eq!(company.seen("page", page).await, "chief manager rep peer", "as it is shared with him");
    });
}

#[test]
fn a_parent_is_one_that_may_be_read_and_changed() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let absent =
            company.part(&company.peer, "folder", RecordId::from_uuid(sutra_kernel::Uuid::nil())).await;
        let hidden = company.part(&company.peer, "folder", account).await;
        assert_eq!(hidden.map_err(|error| error.to_string()), absent.map_err(|error| error.to_string()));
        company.share(account, &company.peer, Level::Read).await;
        assert_eq!(code(company.part(&company.peer, "folder", account).await), Some("FORBIDDEN"));
        company.share(account, &company.peer, Level::Edit).await;
        let folder = company.part(&company.peer, "folder", account).await.unwrap();
        let delete = company.engine.records().delete(&company.peer, "folder", folder, None).await;
        assert_eq!(code(delete), Some("FORBIDDEN"), "his own, and yet no more than the account is");

        let of_rep = company.account(&company.rep, "Hidden").await;
        let moved = company.set_parent(&company.peer, "folder", folder, Value::Reference(of_rep)).await;
        assert_eq!(code(moved), Some("NOT_FOUND"));
        let share = NewShare { with: Principal::User(id_of(&company.manager)), level: Level::Read };
        let shared = company.engine.sharing().share(&company.admin, "folder", folder, &[share], None).await;
        assert_eq!(code(shared), Some("BAD_USER_INPUT"), "the account is shared instead");
    });
}

#[test]
fn who_has_a_controlled_record_in_full_may_give_it_away_and_not_share_it() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.rep, "folder", account).await.unwrap();
        for (object, id, expected) in [("account", account, true), ("folder", folder, false)] {
            let viewing = company.engine.view(&company.rep).await.unwrap();
            let object = viewing.metadata().object_named(object).unwrap().id;
            let rights = viewing.find_rights(object, &[id]).await.unwrap().remove(&id).unwrap();
            assert_eq!((rights.has(Action::Transfer), rights.has(Action::Share)), (true, expected));
            viewing.close().await.unwrap();
        }
        let viewing = company.engine.view(&company.rep).await.unwrap();
        assert!(
            viewing.record_shares("folder", folder).await.unwrap().is_some(),
            "he sees by whom it is open"
        );
        viewing.close().await.unwrap();
        let with = [Principal::User(id_of(&company.peer))];
        let unshare = async |by: &Caller| {
            code(company.engine.sharing().unshare(by, "folder", folder, &with, None).await)
        };
        assert_eq!(unshare(&company.rep).await, Some("FORBIDDEN"));
        assert_eq!(unshare(&company.peer).await, Some("NOT_FOUND"), "to whom it is hidden it is not there");
    });
}

#[test]
fn who_may_not_read_what_controls_reads_nothing_that_it_does() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.rep, "folder", account).await.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let profile = viewing.profiles().await.unwrap().into_iter().find(|it| it.name == "Standard User");
        let object = viewing.metadata().object_named("account").unwrap().id;
        viewing.close().await.unwrap();
        let mut profile = profile.unwrap();
        profile.grants.objects.insert(object, ObjectPermissions::NONE);
        let edit = ProfileEdit { name: profile.name, grants: profile.grants };
        company.engine.permissions().update_profile(&company.admin, profile.id, &edit).await.unwrap();
        let viewing = company.engine.view(&company.rep).await.unwrap();
        assert_eq!(code(viewing.find_record("folder", folder).await), Some("FORBIDDEN"));
    });
}

#[test]
fn a_restriction_of_what_controls_hides_what_it_does() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.rep, "folder", account).await.unwrap();
        let page = company.part(&company.rep, "page", folder).await.unwrap();
        let industry = |text: &str| edit(&[("industry", Value::text(text))]);
        let update = async |text| {
            company.engine.records().update(&company.admin, "account", account, &industry(text)).await
        };
        update("Energy").await.unwrap();
        let name = ApiName::parse("industry").unwrap();
        let rule = RestrictionEdit {
            name: "Energy only".to_owned(),
            binds: Audience::Everybody,
            condition: Condition::test(name, Test::Eq(Value::text("Energy"))),
        };
        company.engine.access_rules().create_restriction(&company.admin, "account", &rule).await.unwrap();
        assert_eq!(company.seen("page", page).await, "chief manager rep");
        let rename = edit(&[("name", Value::text("New"))]);
        company.engine.records().update(&company.rep, "page", page, &rename).await.unwrap();
        update("Banking").await.unwrap();
        for (object, id) in [("folder", folder), ("page", page)] {
            assert_eq!(company.seen(object, id).await, "", "{object}");
            let renamed = company.engine.records().update(&company.rep, object, id, &rename).await;
            assert_eq!(code(renamed), Some("NOT_FOUND"));
        }
        let rename = edit(&[("name", Value::text("Newer"))]);
        let written = company.engine.records().update(&company.admin, "page", page, &rename).await;
        written.unwrap().receipt.unwrap();
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 1).await.unwrap();
        let flagged = entries[0].detail.iter().any(|(key, _)| key == "past_restriction");
        assert!(flagged, "whoever may modify all data gets past it, and that is told");
    });
}

#[test]
fn a_role_that_changes_is_the_role_of_all_that_follows_it() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        let other = company.account(&company.admin, "Shared").await;
        company.share(other, &company.rep, Level::Read).await;
        let shared = company.part(&company.admin, "folder", other).await.unwrap();
        assert_eq!(company.seen("folder", folder).await, "chief manager rep");
        assert_eq!(company.seen("folder", shared).await, "chief manager rep");
        let nobody = MemberEdit { role: Some(None), ..MemberEdit::default() };
        company.engine.members().update(&company.admin, id_of(&company.rep), &nobody).await.unwrap();
        assert_eq!(company.seen("folder", folder).await, "rep", "nobody is above him");
        assert_eq!(company.seen("folder", shared).await, "rep", "nor above whom it is shared with");
    });
}

#[test]
fn records_that_are_there_follow_the_default() {
    run(async {
        let company = found().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        let page = company.part(&company.admin, "page", folder).await.unwrap();
        let share = NewShare { with: Principal::User(id_of(&company.peer)), level: Level::Read };
        company.engine.sharing().share(&company.admin, "folder", folder, &[share], None).await.unwrap();
        assert_eq!(company.seen("folder", folder).await, "chief manager peer");

        company.control(&["page", "folder"], CONTROLLED).await;
        assert_eq!(company.seen("folder", folder).await, "chief manager rep", "and its own shares are gone");
        assert_eq!(company.seen("page", page).await, "chief manager rep", "which was controlled first");
        let again =
            company.engine.permissions().set_default(&company.admin, "folder", CONTROLLED, true).await;
        assert_eq!(again.unwrap().receipt, None);

        company.control(&["folder"], OrgWideDefault::Private).await;
        assert_eq!(company.seen("folder", folder).await, "", "the administrator's");
        assert_eq!(company.seen("page", page).await, "", "which follows the folder still");
        company.give_to("folder", folder, &company.peer).await.unwrap();
        assert_eq!(company.seen("page", page).await, "chief manager peer");
    });
}

#[test]
fn an_explanation_names_what_controls() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        company.share(account, &company.peer, Level::Read).await;
        let explain = async |who: &Caller| {
            let viewing = company.engine.view(&company.admin).await.unwrap();
            let (user, object) = (id_of(who), "folder".to_owned());
            let question = AccessQuestion { user, action: Action::Read, object, record: folder, field: None };
            viewing.explain_access(&question).await.unwrap().sentences
        };
        let said = [
            (&company.rep, "Rep owns the account `Acme` that controls it: in full."),
            (&company.peer, "The account `Acme` that controls it is shared with `peer`: to read."),
            (
                &company.manager,
                "The owner of the account `Acme` that controls it has the role `Sales rep`, which is below that of \
                 manager: in full.",
            ),
        ];
        for (who, expected) in said {
            let said = explain(who).await;
            assert!(said.iter().any(|sentence| sentence.eq_ignore_ascii_case(expected)), "{said:?}");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let witnesses = viewing.who_can_see("folder", folder, None, 10).await.unwrap();
        assert_eq!(witnesses.found.len(), 5, "the administrator, and those who see the account");
    });
}

#[test]
fn what_rules_share_is_shared_with_all_that_it_controls() {
    run(async {
        let company = controlled().await;
        let account = sharing_rules::account(&company, &company.rep, "Acme", "Energy").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        let page = company.part(&company.admin, "page", folder).await.unwrap();
        let all = [("account", account), ("folder", folder), ("page", page)];
        let of_rep = || SharedRecords::OwnedBy(Principal::User(id_of(&company.rep)));
        for (what, records) in
            [("for what is in it", sharing_rules::meeting("Energy")), ("for whose it is", of_rep())]
        {
            let rule = sharing_rules::rule(what, records, &company.peer, Level::Read);
            let rule = sharing_rules::share(&company, &rule).await.unwrap().value.rule.id();
            sharing_rules::settle(&company).await;
            let new = company.part(&company.admin, "page", folder).await.unwrap();
            for (object, id) in all.into_iter().chain([("page", new)]) {
                assert_eq!(company.seen(object, id).await, "chief manager rep peer", "{object}, {what}");
            }
            company.engine.access_rules().delete_sharing(&company.admin, rule).await.unwrap();
            for (object, id) in all.into_iter().chain([("page", new)]) {
                assert_eq!(company.seen(object, id).await, "chief manager rep", "{object}, no more {what}");
            }
        }
        let rule = sharing_rules::rule("Again", sharing_rules::meeting("Energy"), &company.peer, Level::Read);
        sharing_rules::share(&company, &rule).await.unwrap();
        sharing_rules::settle(&company).await;
        let banking = edit(&[("industry", Value::text("Banking"))]);
        company.engine.records().update(&company.rep, "account", account, &banking).await.unwrap();
        assert_eq!(company.seen("page", page).await, "chief manager rep", "with the change of the account");
        let folders = sharing_rules::rule("Own", of_rep(), &company.peer, Level::Read);
        let refused = company.engine.access_rules().create_sharing(&company.admin, "folder", &folders).await;
        assert_eq!(code(refused), Some("BAD_USER_INPUT"), "folders are shared through accounts");
    });
}

#[test]
fn what_comes_to_be_controlled_carries_what_rules_share() {
    run(async {
        let company = found().await;
        let account = sharing_rules::account(&company, &company.rep, "Acme", "Energy").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        let energy =
            sharing_rules::rule("Energy", sharing_rules::meeting("Energy"), &company.peer, Level::Read);
        let rule = sharing_rules::share(&company, &energy).await.unwrap().value.rule.id();
        sharing_rules::settle(&company).await;
        company.control(&["folder"], CONTROLLED).await;
        assert_eq!(company.seen("folder", folder).await, "chief manager rep peer");
        company.control(&["folder"], OrgWideDefault::Private).await;
        assert_eq!(company.seen("folder", folder).await, "", "the administrator's again");
        let own = SharedRecords::OwnedBy(Principal::User(id_of(&company.admin)));
        let own = sharing_rules::rule("Own", own, &company.peer, Level::Read);
        company.engine.access_rules().create_sharing(&company.admin, "folder", &own).await.unwrap();
        let refused =
            company.engine.permissions().set_default(&company.admin, "folder", CONTROLLED, true).await;
        assert_eq!(code(refused), Some("IN_USE"), "rules of its own stand against it");
        company.engine.access_rules().delete_sharing(&company.admin, rule).await.unwrap();
    });
}

#[test]
fn many_records_follow_the_default_in_steps_and_are_hidden_until_they_have() {
    run(async {
        let company = found().await;
        let account = company.account(&company.rep, "Acme").await;
        let folders: Vec<_> = (0..=sutra_engine::MAX_RECORDS)
            .map(|_| edit(&[("name", Value::text("Part")), ("parent", Value::Reference(account))]))
            .collect();
        let mut ids = Vec::new();
        for some in folders.chunks(sutra_engine::MAX_RECORDS) {
            let written = company.engine.records().create_all(&company.rep, "folder", some).await.unwrap();
            ids.extend(written.iter().map(|written| written.value.id));
        }
        let page = company.part(&company.rep, "page", ids[0]).await.unwrap();
        company.control(&["page"], CONTROLLED).await;
        let set = company.engine.permissions().set_default(&company.admin, "folder", CONTROLLED, true).await;
        assert!(set.unwrap().value.settling);
        let last = *ids.last().unwrap();
        for (object, id) in [("folder", last), ("page", page)] {
            assert_eq!(company.seen(object, id).await, "", "{object}: open neither as before nor as after");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert_eq!(viewing.resharings().await.unwrap().len(), 2, "and that is told");
        assert!(viewing.find_record("folder", last).await.unwrap().is_some(), "to who may view all");
        viewing.close().await.unwrap();
        sharing_rules::settle(&company).await;
        for (object, id) in [("folder", last), ("page", page)] {
            assert_eq!(company.seen(object, id).await, "chief manager rep", "{object}");
        }
        let viewing = company.engine.view(&company.admin).await.unwrap();
        assert!(viewing.defaults().unwrap().iter().all(|of| !of.settling));
    });
}

#[test]
fn b2_what_a_change_would_do_to_a_record_is_told_of_what_belongs_to_it() {
    run(async {
        let company = controlled().await;
        let account = company.account(&company.rep, "Acme").await;
        let folder = company.part(&company.admin, "folder", account).await.unwrap();
        company.part(&company.rep, "page", folder).await.unwrap();
        let told = async |change: AccessChange| {
            let viewing = company.engine.view(&company.admin).await.unwrap();
            let told = viewing.simulate_access_change(&change, None, 50).await.unwrap();
            let told = told.found.iter().map(|it| {
                let objects = it.objects.iter();
                let counts = objects.map(|it| (it.object.name.as_str(), it.gained.count, it.lost.count));
                format!("{} {:?}", it.user.name, counts.collect::<Vec<_>>())
            });
            told.collect::<Vec<_>>().join("; ")
        };
        let object = "account".to_owned();
        let opened = AccessChange::Default { object, default: OrgWideDefault::Read, hierarchy: true };
        let gained = r#"peer [("account", 1, 0), ("folder", 1, 0), ("page", 1, 0)]"#;
        assert_eq!(told(opened).await, gained);
        let binds = Audience::Some {
            profiles: BTreeSet::new(),
            principals: BTreeSet::from([Principal::User(id_of(&company.rep))]),
        };
        let condition = Condition::test(ApiName::parse("name").unwrap(), Test::Eq(Value::text("Other")));
        let edit = RestrictionEdit { name: "Others only".to_owned(), binds, condition };
        let hidden = AccessChange::NewRestriction("account".to_owned(), edit);
        let lost = r#"rep [("account", 0, 1), ("folder", 0, 1), ("page", 0, 1)]"#;
        assert_eq!(told(hidden).await, lost);
    });
}
