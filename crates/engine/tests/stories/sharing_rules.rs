//! Stories of sharing rules: what one opens, to whom, from when on, and until when.

use sutra_acl::{Action, Level, Owner, Principal};
use sutra_audit::EntryFilter;
use sutra_engine::{
    AccessQuestion, Caller, Error, GroupEdit, ListRequest, MAX_SHARING_RULES, MemberEdit, Part, ShareRule,
    SharedRecords, SharingEdit, Written,
};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};

use crate::company::{Company, edit, id_of, run};

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

pub(crate) fn meeting(industry: &str) -> SharedRecords {
    SharedRecords::Meeting(Condition::test(name("industry"), Test::Eq(Value::text(industry))))
}

fn user(caller: &Caller) -> Principal {
    Principal::User(id_of(caller))
}

pub(crate) fn rule(name: &str, records: SharedRecords, target: &Caller, level: Level) -> SharingEdit {
    SharingEdit { name: name.to_owned(), records, target: user(target), level }
}

pub(crate) async fn share(company: &Company, edit: &SharingEdit) -> Result<Written<ShareRule>, Error> {
    company.engine.access_rules().create_sharing(&company.admin, "account", edit).await
}

pub(crate) async fn account(company: &Company, owner: &Caller, text: &str, industry: &str) -> RecordId {
    let fields = [("name", Value::text(text)), ("industry", Value::text(industry))];
    company.create(owner, "account", &fields).await.unwrap()
}

/// Goes through the records that are there, to the end.
pub(crate) async fn settle(company: &Company) {
    while company.engine.tasks().run_due().await.unwrap() {}
}

/// The names of the accounts that are listed; single reads are of one mind with them.
pub(crate) async fn accounts(company: &Company, caller: &Caller) -> Vec<String> {
    names(company, caller, "account").await
}

/// The same of another object.
pub(crate) async fn names(company: &Company, caller: &Caller, object: &str) -> Vec<String> {
    let viewing = company.engine.view(caller).await.unwrap();
    let (filter, search, order, part) = (None, None, None, Part::first(50, None));
    let request = ListRequest { object: name(object), filter, search, order, part };
    let listed = viewing.list_records(&request).await.unwrap();
    let mut names = Vec::new();
    for (view, _) in &listed.items {
        assert!(viewing.find_record(object, view.record.id).await.unwrap().is_some());
        names.push(view.value(&name("name")).to_string());
    }
    names
}

#[test]
fn a_record_is_shared_for_what_is_in_it_as_long_as_it_is() {
    run(async {
        let company = Company::found().await;
        let (records, peer) = (company.engine.records(), &company.peer);
        let old = account(&company, &company.rep, "Old Power", "Energy").await;
        let bank = account(&company, &company.rep, "Bank", "Banking").await;
        share(&company, &rule("Energy", meeting("energy"), peer, Level::Read)).await.unwrap();
        account(&company, &company.rep, "New Power", "Energy").await;
        assert_eq!(accounts(&company, peer).await, ["New Power"], "what is written is shared at once");
        settle(&company).await;
        assert_eq!(accounts(&company, peer).await, ["New Power", "Old Power"]);

        let to = |industry: &str| edit(&[("industry", Value::text(industry))]);
        let refused = records.update(peer, "account", old, &to("Mining")).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN", "he may read, and no more");
        records.update(&company.rep, "account", old, &to("Mining")).await.unwrap();
        records.update(&company.rep, "account", bank, &to("Energy")).await.unwrap();
        assert_eq!(accounts(&company, peer).await, ["New Power", "Bank"]);
        records.delete(&company.rep, "account", bank, None).await.unwrap();
        assert_eq!(accounts(&company, peer).await, ["New Power"]);
        records.restore(&company.rep, "account", bank).await.unwrap();
        assert_eq!(accounts(&company, peer).await, ["New Power", "Bank"]);
    });
}

#[test]
fn what_somebody_owns_is_shared_as_long_as_he_owns_it() {
    run(async {
        let company = Company::found().await;
        let (records, peer) = (company.engine.records(), &company.peer);
        let of_rep = SharedRecords::OwnedBy(Principal::User(id_of(&company.rep)));
        let id = account(&company, &company.rep, "Acme", "Energy").await;
        share(&company, &rule("Of the rep", of_rep, peer, Level::Edit)).await.unwrap();
        settle(&company).await;
        assert_eq!(accounts(&company, peer).await, ["Acme"]);
        let renamed = edit(&[("name", Value::text("Apex"))]);
        records.update(peer, "account", id, &renamed).await.unwrap();
        let mut away = edit(&[]);
        away.owner = Some(id_of(&company.manager).into());
        records.update(&company.rep, "account", id, &away).await.unwrap();
        assert!(accounts(&company, peer).await.is_empty());
    });
}

#[test]
fn managers_reach_what_a_rule_shares_with_their_people() {
    run(async {
        let company = Company::found().await;
        account(&company, &company.admin, "Acme", "Energy").await;
        share(&company, &rule("Energy", meeting("Energy"), &company.peer, Level::Read)).await.unwrap();
        settle(&company).await;
        assert_eq!(accounts(&company, &company.manager).await, ["Acme"]);
        assert!(accounts(&company, &company.rep).await.is_empty());
    });
}

#[test]
fn of_a_queue_a_rule_shares_what_the_queue_owns() {
    run(async {
        let company = Company::found().await;
        let desk = company.group("Desk", true, &[user(&company.rep)]).await.id;
        account(&company, &company.rep, "A member's", "Energy").await;
        let mut waiting = edit(&[("name", Value::text("Waiting"))]);
        waiting.owner = Some(Owner::Queue(desk));
        let records = company.engine.records();
        let waiting = records.create(&company.rep, "account", &waiting).await.unwrap().value.id;
        let of_desk = SharedRecords::OwnedBy(Principal::Group(desk));
        share(&company, &rule("Of the desk", of_desk, &company.peer, Level::Read)).await.unwrap();
        settle(&company).await;
        assert_eq!(accounts(&company, &company.peer).await, ["Waiting"]);
        let mut taken = edit(&[]);
        taken.owner = Some(Owner::User(id_of(&company.rep)));
        records.update(&company.rep, "account", waiting, &taken).await.unwrap();
        assert!(accounts(&company, &company.peer).await.is_empty());
    });
}

/// Who is behind a name in a rule changes in every way there is.
#[test]
fn a_rule_follows_those_whom_its_source_names() {
    run(async {
        let company = Company::found().await;
        let (engine, admin, rep) = (&company.engine, &company.admin, &company.rep);
        account(&company, rep, "Acme", "Energy").await;
        let peer = &company.hire("onlooker", "Standard User", None).await;
        let branch = company.role("Branch", None).await;
        let desk_role = company.role("Desk", Some(branch)).await;
        let region = engine.territories().create(admin, "Region", None).await.unwrap().value.territory.id;
        let town = engine.territories().create(admin, "Town", Some(region)).await.unwrap().value.territory.id;
        let inner = company.group("Inner", false, &[]).await;
        let desk = company.group("Desk", false, &[Principal::Group(inner.id)]).await;
        let of_desk = SharedRecords::OwnedBy(Principal::Group(desk.id));
        share(&company, &rule("Of the desk", of_desk, peer, Level::Read)).await.unwrap();
        settle(&company).await;
        assert!(accounts(&company, peer).await.is_empty());

        let members = async |members: &[Principal]| {
            let edit = GroupEdit { name: "Inner".to_owned(), members: members.iter().copied().collect() };
            engine.groups().update(admin, inner.id, &edit).await.unwrap();
        };
        let role = async |role| {
            let edit = MemberEdit { role: Some(role), ..MemberEdit::default() };
            engine.members().update(admin, id_of(rep), &edit).await.unwrap();
        };
        let expect_gone = async |what: &str| {
            assert!(accounts(&company, peer).await.is_empty(), "{what}: gone at once");
            settle(&company).await;
            assert!(accounts(&company, peer).await.is_empty(), "{what}: gone for good");
        };
        let expect_there = async |what: &str| {
            settle(&company).await;
            assert_eq!(accounts(&company, peer).await, ["Acme"], "{what}");
        };

        members(&[user(rep)]).await;
        expect_there("in the group of a group").await;
        members(&[]).await;
        expect_gone("out of it").await;
        members(&[Principal::TerritoryAndAbove(town)]).await;
        engine.territories().assign(admin, region, &[id_of(rep)].into()).await.unwrap();
        expect_there("assigned above").await;
        engine.territories().update(admin, town, "Town", None).await.unwrap();
        expect_gone("the territory moves").await;
        members(&[Principal::RoleAndSubordinates(branch)]).await;
        role(Some(desk_role)).await;
        expect_there("another role").await;
        engine.permissions().update_role(admin, desk_role, "Desk", None).await.unwrap();
        expect_gone("the role moves").await;
        engine.permissions().update_role(admin, desk_role, "Desk", Some(branch)).await.unwrap();
        expect_there("the role moves back").await;
        role(None).await;
        expect_gone("no role").await;
    });
}

#[test]
fn it_is_told_that_a_rule_opens_a_record() {
    run(async {
        let company = Company::found().await;
        let id = account(&company, &company.rep, "Acme", "Energy").await;
        share(&company, &rule("Energy", meeting("Energy"), &company.peer, Level::Edit)).await.unwrap();
        settle(&company).await;
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let question = AccessQuestion {
            user: id_of(&company.peer),
            action: Action::Update,
            object: "account".to_owned(),
            record: id,
            field: None,
        };
        let told = viewing.explain_access(&question).await.unwrap();
        assert_eq!(
            told.sentences[2],
            "It is shared with `peer` by the sharing rule `Energy`: to read and change."
        );
        let seen = viewing.who_can_see("account", id, None, 50).await.unwrap();
        assert!(seen.found.iter().any(|witness| witness.user.id == id_of(&company.peer)));
    });
}

#[test]
fn rules_are_entered_into_the_ledger_with_what_they_said() {
    run(async {
        let company = Company::found().await;
        let (rules, admin) = (company.engine.access_rules(), &company.admin);
        let made =
            share(&company, &rule("One", meeting("Energy"), &company.peer, Level::Read)).await.unwrap();
        let id = made.value.rule.id();
        let of_rep = SharedRecords::OwnedBy(user(&company.rep));
        let other = rule("One", of_rep, &company.peer, Level::Edit);
        assert!(rules.update_sharing(admin, id, &other).await.unwrap().receipt.is_some());
        assert_eq!(rules.update_sharing(admin, id, &other).await.unwrap().receipt, None, "nothing new");
        rules.delete_sharing(admin, id).await.unwrap();
        assert_eq!(rules.delete_sharing(admin, id).await.unwrap_err().code(), "NOT_FOUND");
        let viewing = company.engine.view(admin).await.unwrap();
        let cases = [
            ("sharing_rule.create", vec!["name", "source", "target", "level", "condition"]),
            ("sharing_rule.update", vec!["source", "level", "condition"]),
            ("sharing_rule.delete", vec!["name", "source", "target", "level"]),
        ];
        for (action, fields) in cases {
            let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
            let entries = viewing.ledger_entries(&filter, 10).await.unwrap();
            let [entry] = entries.as_slice() else { panic!("{action}: {} entries", entries.len()) };
            let changed: Vec<_> = entry.changes.iter().map(|change| change.field.as_str()).collect();
            assert_eq!(changed, fields, "{action}");
        }
    });
}

#[test]
fn a_sharing_rule_that_cannot_be_is_refused_with_the_reason() {
    run(async {
        let company = Company::found().await;
        let peer = &company.peer;
        share(&company, &rule("One", meeting("Energy"), peer, Level::Read)).await.unwrap();
        let stranger = "role_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let from_nowhere = SharedRecords::OwnedBy(Principal::Role(stranger));
        let to_nobody =
            SharingEdit { target: Principal::Role(stranger), ..rule("A", meeting("A"), peer, Level::Read) };
        let on = |field| SharedRecords::Meeting(Condition::test(name(field), Test::Eq(Value::text("A"))));
        let nothing = SharedRecords::Meeting(Condition::All(Vec::new()));
        let cases = [
            ("no name", rule(" ", meeting("A"), peer, Level::Read), "name"),
            ("a taken name", rule("One", meeting("A"), peer, Level::Read), "has this name"),
            ("an unknown source", rule("A", from_nowhere, peer, Level::Read), "there is no role"),
            ("an unknown target", to_nobody, "there is no role"),
            ("nothing", rule("A", nothing, peer, Level::Read), "at least one field"),
            ("no field", rule("A", on("spaceship"), peer, Level::Read), "no field `spaceship`"),
            ("too far", rule("A", meeting("A"), peer, Level::Full), "read or edit"),
            ("not far", rule("A", meeting("A"), peer, Level::None), "read or edit"),
        ];
        for (what, edit, expected) in cases {
            let error = share(&company, &edit).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{what}");
            assert!(error.to_string().contains(expected), "{what}: {error}");
        }
        let rules = company.engine.access_rules();
        let refused =
            rules.create_sharing(peer, "account", &rule("A", meeting("A"), peer, Level::Read)).await;
        assert_eq!(refused.unwrap_err().code(), "FORBIDDEN");
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let listed = viewing.sharing_rules("account").unwrap();
        assert_eq!(listed.iter().map(|it| it.rule.name()).collect::<Vec<_>>(), ["One"]);
    });
}

#[test]
fn an_object_has_fifty_rules_and_no_more() {
    run(async {
        let company = Company::found().await;
        for number in 0..=MAX_SHARING_RULES {
            let edit = rule(&format!("Rule {number}"), meeting("Energy"), &company.peer, Level::Read);
            let made = share(&company, &edit).await;
            assert_eq!(made.is_ok(), number < 50, "rule {number}");
        }
    });
}

#[test]
fn whom_a_rule_names_is_not_removed() {
    run(async {
        let company = Company::found().await;
        let (engine, admin) = (&company.engine, &company.admin);
        let desk = company.group("Desk", false, &[]).await.id;
        let town = engine.territories().create(admin, "Town", None).await.unwrap().value.territory.id;
        let records = SharedRecords::OwnedBy(Principal::Group(desk));
        let target = Principal::TerritoryAndAbove(town);
        let edit = SharingEdit { name: "Of the desk".to_owned(), records, target, level: Level::Read };
        let made = share(&company, &edit).await.unwrap().value;
        let role = company.role("Desk", None).await;
        let of_role = SharedRecords::OwnedBy(Principal::RoleAndSubordinates(role));
        share(&company, &SharingEdit { records: of_role, name: "Of the desk's".to_owned(), ..edit })
            .await
            .unwrap();
        let error = engine.permissions().delete_role(admin, role).await.unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().contains("`Of the desk's`")),
            ("IN_USE", true),
            "{error}"
        );
        let refused = [
            engine.groups().delete(admin, desk).await.map(drop).unwrap_err(),
            engine.territories().delete(admin, town).await.map(drop).unwrap_err(),
        ];
        for error in refused {
            assert_eq!(
                (error.code(), error.to_string().contains("`Of the desk`")),
                ("IN_USE", true),
                "{error}"
            );
        }
        engine.access_rules().delete_sharing(admin, made.rule.id()).await.unwrap();
        engine.groups().delete(admin, desk).await.unwrap();
    });
}
