//! Stories of restriction rules: what one hides is not there for whom it binds, on no way at all.

use std::collections::BTreeSet;

use sutra_acl::{Audience, FieldPermission, Grants, ObjectPermissions, Principal, SystemPermission};
use sutra_audit::EntryFilter;
use sutra_engine::{
    AggregateRequest, Caller, Error, GroupEdit, ListRequest, Moment, Part, ProfileEdit, Related, Restriction,
    RestrictionEdit, Written,
};
use sutra_kernel::{ApiName, Condition, RecordId, Test, Value};
use sutra_records::FieldEdit;

use crate::company::{Company, edit, id_of, run};

type Changes = Result<Written<Restriction>, Error>;

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn is(field: &str, text: &str) -> Condition {
    Condition::test(name(field), Test::Eq(Value::text(text)))
}

fn only(who: &[&Caller]) -> Audience {
    let principals = who.iter().map(|caller| Principal::User(id_of(caller))).collect();
    Audience::Some { profiles: BTreeSet::new(), principals }
}

fn rule(name: &str, binds: Audience, condition: Condition) -> RestrictionEdit {
    RestrictionEdit { name: name.to_owned(), binds, condition }
}

async fn restrict(company: &Company, by: &Caller, object: &str, edit: &RestrictionEdit) -> Changes {
    company.engine.access_rules().create_restriction(by, object, edit).await
}

/// Whoever is bound sees accounts of the energy business and no others.
async fn energy_only(company: &Company, who: &[&Caller]) -> Restriction {
    let edit = rule("Energy only", only(who), is("industry", "Energy"));
    restrict(company, &company.admin, "account", &edit).await.unwrap().value
}

async fn account(company: &Company, owner: &Caller, text: &str, industry: &str) -> RecordId {
    let fields = [("name", Value::text(text)), ("industry", Value::text(industry))];
    company.create(owner, "account", &fields).await.unwrap()
}

fn list(object: &str, filter: Option<Condition<Related>>, search: Option<&str>) -> ListRequest {
    let search = search.map(ToOwned::to_owned);
    ListRequest { object: name(object), filter, search, order: None, part: Part::first(50, None) }
}

/// The names of what is listed; the count is of one mind with it.
async fn listed(company: &Company, caller: &Caller, request: &ListRequest) -> Vec<String> {
    let viewing = company.engine.view(caller).await.unwrap();
    let listed = viewing.list_records(request).await.unwrap();
    assert_eq!(viewing.count_records(request).await.unwrap().count, listed.items.len() as u64);
    let shown = |field| listed.items.iter().map(|(view, _)| view.value(field).to_string()).collect();
    shown(&listed.object.name_field)
}

async fn accounts(company: &Company, caller: &Caller) -> Vec<String> {
    listed(company, caller, &list("account", None, None)).await
}

/// A user with a profile that gives these beside all of what standard users have.
async fn hire(
    company: &Company,
    name: &str,
    system: &[SystemPermission],
    accounts: ObjectPermissions,
) -> Caller {
    let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
    let standard = profiles.into_iter().find(|it| it.name == "Standard User").unwrap();
    let mut grants = Grants { system: system.iter().copied().collect(), ..standard.grants };
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let object = viewing.metadata().object_named("account").unwrap().id;
    viewing.close().await.unwrap();
    let bits = grants.objects.entry(object).or_default();
    *bits = bits.union(accounts);
    let edit = ProfileEdit { name: name.to_owned(), grants };
    company.engine.permissions().create_profile(&company.admin, &edit).await.unwrap();
    company.hire(name, name, None).await
}

#[test]
fn what_a_restriction_hides_is_not_there_on_any_way_to_it() {
    run(async {
        let company = Company::found().await;
        let (engine, manager) = (&company.engine, &company.manager);
        let seen = account(&company, &company.rep, "Acme Power", "Energy").await;
        let hidden = account(&company, &company.rep, "Acme Bank", "Banking").await;
        let contact = [("lastName", Value::text("Teller")), ("account", Value::Reference(hidden))];
        company.create(&company.rep, "contact", &contact).await.unwrap();
        assert_eq!(accounts(&company, manager).await, ["Acme Bank", "Acme Power"]);
        energy_only(&company, &[manager]).await;

        assert_eq!(accounts(&company, manager).await, ["Acme Power"]);
        assert_eq!(listed(&company, manager, &list("account", None, Some("acme"))).await, ["Acme Power"]);
        let condition = Condition::test(name("name"), Test::StartsWith("Acme".to_owned()));
        let of_acme = Condition::Related(Related { field: name("account"), condition: Box::new(condition) });
        assert!(listed(&company, manager, &list("contact", Some(of_acme), None)).await.is_empty());

        let viewing = engine.view(manager).await.unwrap();
        let groups = AggregateRequest {
            object: name("account"),
            filter: None,
            search: None,
            group_by: vec![name("industry")],
            measures: BTreeSet::new(),
        };
        let groups = AggregateRequest { group_by: vec![name("ownerId")], ..groups };
        let groups = viewing.aggregate_records(&groups).await.unwrap();
        assert_eq!(groups.iter().map(|group| group.count).collect::<Vec<_>>(), [1]);
        assert!(viewing.find_record("account", seen).await.unwrap().is_some());
        assert!(viewing.find_record("account", hidden).await.unwrap().is_none());
        assert!(viewing.find_record_at("account", hidden, Moment::Version(1)).await.unwrap().is_none());
        assert!(viewing.record_history("account", hidden, 10).await.unwrap().is_none());
        viewing.close().await.unwrap();

        let absent = "rec_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let link = |id| edit(&[("lastName", Value::text("New")), ("account", Value::Reference(id))]);
        let change = edit(&[("name", Value::text("Mine"))]);
        let mut answers = Vec::new();
        for id in [hidden, absent] {
            let records = engine.records();
            let errors = [
                records.update(manager, "account", id, &change).await.map(drop),
                records.delete(manager, "account", id, None).await.map(drop),
                records.restore(manager, "account", id).await.map(drop),
                records.create(manager, "contact", &link(id)).await.map(drop),
            ];
            answers.push(errors.map(|error| error.unwrap_err().to_string()));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(accounts(&company, &company.rep).await, ["Acme Bank", "Acme Power"], "he is not bound");
    });
}

#[test]
fn whoever_may_see_all_is_bound_and_whoever_may_modify_all_data_is_not() {
    run(async {
        let company = Company::found().await;
        account(&company, &company.rep, "Acme Power", "Energy").await;
        account(&company, &company.rep, "Acme Bank", "Banking").await;
        let nothing = ObjectPermissions::NONE;
        let everybody = rule("Energy only", Audience::Everybody, is("industry", "Energy"));
        restrict(&company, &company.admin, "account", &everybody).await.unwrap();
        let all: &[&str] = &["Acme Bank", "Acme Power"];
        let some: &[&str] = &["Acme Power"];
        let cases = [
            ("views all", hire(&company, "views", &[], ObjectPermissions::VIEW_ALL).await, some),
            ("modifies all", hire(&company, "modifies", &[], ObjectPermissions::MODIFY_ALL).await, some),
            (
                "views all data",
                hire(&company, "viewer", &[SystemPermission::ViewAllData], nothing).await,
                some,
            ),
            (
                "modifies all data",
                hire(&company, "modifier", &[SystemPermission::ModifyAllData], nothing).await,
                all,
            ),
            ("owns them", company.rep.clone(), some),
        ];
        for (name, caller, expected) in cases {
            assert_eq!(accounts(&company, &caller).await, expected, "{name}");
        }
    });
}

#[test]
fn a_change_past_a_restriction_is_flagged_in_its_entry() {
    run(async {
        let company = Company::found().await;
        let (records, admin) = (company.engine.records(), &company.admin);
        let seen = account(&company, &company.rep, "Acme Power", "Energy").await;
        let hidden = account(&company, &company.rep, "Acme Bank", "Banking").await;
        let everybody = rule("Energy only", Audience::Everybody, is("industry", "Energy"));
        let rule = restrict(&company, admin, "account", &everybody).await.unwrap().value.rule.id;
        let flag = async |id: RecordId| {
            let viewing = company.engine.view(admin).await.unwrap();
            let target = Some(("account".to_owned(), id.uuid()));
            let entries =
                viewing.ledger_entries(&EntryFilter { target, ..EntryFilter::default() }, 1).await.unwrap();
            let mut detail = entries[0].detail.clone().into_iter();
            detail.find(|(key, _)| key == "past_restriction").map(|(_, rule)| rule)
        };
        let change = |field, text: &str| edit(&[(field, Value::text(text))]);
        let passed = Some(rule.to_string());
        records.update(admin, "account", seen, &change("name", "Power")).await.unwrap();
        assert_eq!(flag(seen).await, None);
        records.update(admin, "account", seen, &change("industry", "Banking")).await.unwrap();
        assert_eq!(flag(seen).await, passed, "he makes it what others could not");
        records.update(admin, "account", hidden, &change("name", "Bank")).await.unwrap();
        assert_eq!(flag(hidden).await, passed);
        records.delete(admin, "account", hidden, None).await.unwrap();
        assert_eq!(flag(hidden).await, passed);
        records.purge(admin, "account", hidden).await.unwrap();
        assert_eq!(flag(hidden).await, passed);
    });
}

#[test]
fn whoever_is_bound_by_several_sees_what_meets_them_all() {
    run(async {
        let company = Company::found().await;
        account(&company, &company.rep, "Acme Power", "Energy").await;
        account(&company, &company.rep, "Apex Power", "Energy").await;
        account(&company, &company.rep, "Acme Bank", "Banking").await;
        energy_only(&company, &[&company.manager, &company.rep]).await;
        let starts = Condition::test(name("name"), Test::StartsWith("acme".to_owned()));
        let profiles = company.engine.view(&company.admin).await.unwrap().profiles().await.unwrap();
        let standard = profiles.into_iter().find(|it| it.name == "Standard User").unwrap().id;
        let binds = Audience::Some { profiles: [standard].into(), principals: BTreeSet::new() };
        restrict(&company, &company.admin, "account", &rule("Acme only", binds, starts)).await.unwrap();
        assert_eq!(accounts(&company, &company.manager).await, ["Acme Power"]);
        assert_eq!(accounts(&company, &company.chief).await, ["Acme Bank", "Acme Power"]);
    });
}

#[test]
fn nobody_moves_a_record_out_of_his_own_sight() {
    run(async {
        let company = Company::found().await;
        let (records, rep) = (company.engine.records(), &company.rep);
        let id = account(&company, rep, "Acme Power", "Energy").await;
        energy_only(&company, &[rep]).await;
        let away = edit(&[("industry", Value::text("Banking"))]);
        let refused = records.update(rep, "account", id, &away).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN");
        let fields = [("name", Value::text("Acme Bank")), ("industry", Value::text("Banking"))];
        let refused = company.create(rep, "account", &fields).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN");
    });
}

#[test]
fn a_rule_is_changed_and_removed_by_those_whom_it_does_not_bind() {
    run(async {
        let company = Company::found().await;
        let rules = company.engine.access_rules();
        let sharing = [SystemPermission::ManageSharing];
        let bound = hire(&company, "bound", &sharing, ObjectPermissions::VIEW_ALL).await;
        let free = hire(&company, "free", &sharing, ObjectPermissions::NONE).await;
        account(&company, &company.rep, "Acme Bank", "Banking").await;
        let made = energy_only(&company, &[&bound]).await;
        let id = made.rule.id;
        let wider = rule("Banks too", only(&[&company.rep]), is("industry", "Banking"));

        for caller in [&bound, &company.rep] {
            let changed = rules.update_restriction(caller, id, &wider).await.map(drop);
            let removed = rules.delete_restriction(caller, id).await.map(drop);
            for refused in [changed, removed] {
                assert_eq!(refused.unwrap_err().code(), "FORBIDDEN");
            }
        }
        assert!(accounts(&company, &bound).await.is_empty());
        let changed = rules.update_restriction(&free, id, &wider).await.unwrap();
        assert!(changed.receipt.is_some());
        assert_eq!(changed.value.rule.name, "Banks too");
        assert_eq!(rules.update_restriction(&free, id, &wider).await.unwrap().receipt, None, "nothing new");
        assert_eq!(accounts(&company, &bound).await, ["Acme Bank"]);
        let viewing = company.engine.view(&free).await.unwrap();
        let listed = viewing.restrictions("account").unwrap();
        assert_eq!(listed.iter().map(|it| it.rule.name.as_str()).collect::<Vec<_>>(), ["Banks too"]);
        viewing.close().await.unwrap();
        assert!(rules.delete_restriction(&free, id).await.unwrap().receipt.is_some());
        assert_eq!(rules.delete_restriction(&free, id).await.unwrap_err().code(), "NOT_FOUND");
    });
}

#[test]
fn a_rule_that_cannot_be_is_refused_with_the_reason() {
    run(async {
        let company = Company::found().await;
        energy_only(&company, &[&company.rep]).await;
        let rep = || only(&[&company.rep]);
        let nobody = Audience::Some { profiles: BTreeSet::new(), principals: BTreeSet::new() };
        let stranger = "role_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let stranger = Audience::Some {
            profiles: BTreeSet::new(),
            principals: [Principal::RoleAndSubordinates(stranger)].into(),
        };
        let industry = || is("industry", "Energy");
        let cases = [
            ("no name", "account", rule(" ", rep(), industry()), "name"),
            ("a taken name", "account", rule("Energy only", rep(), industry()), "has this name"),
            ("no object", "spaceship", rule("A", rep(), industry()), "no object `spaceship`"),
            ("nobody", "account", rule("A", nobody, industry()), "binds somebody"),
            ("an unknown role", "account", rule("A", stranger, industry()), "there is no role"),
            ("nothing", "account", rule("A", rep(), Condition::All(Vec::new())), "at least one field"),
            ("no field", "account", rule("A", rep(), is("spaceship", "A")), "no field `spaceship`"),
            ("no index", "account", rule("A", rep(), is("description", "A")), "not indexed"),
            (
                "another kind",
                "account",
                rule("A", rep(), Condition::test(name("industry"), Test::Eq(Value::Integer(1)))),
                "cannot be compared",
            ),
        ];
        for (what, object, edit, expected) in cases {
            let error = restrict(&company, &company.admin, object, &edit).await.unwrap_err();
            assert_eq!(error.code(), "BAD_USER_INPUT", "{what}");
            assert!(error.to_string().contains(expected), "{what}: {error}");
        }
    });
}

#[test]
fn a_field_that_a_rule_reads_keeps_its_index() {
    run(async {
        let company = Company::found().await;
        let made = energy_only(&company, &[&company.rep]).await;
        let objects = company.engine.objects();
        let without = FieldEdit { indexed: Some(false), ..FieldEdit::default() };
        let refused = objects.update_field(&company.admin, "account", "industry", &without).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "BAD_USER_INPUT");
        assert!(refused.to_string().contains("`Energy only`"), "{refused}");
        company.restrict("Standard User", "account", "industry", FieldPermission::NONE).await;
        account(&company, &company.admin, "Acme Bank", "Banking").await;
        assert!(accounts(&company, &company.rep).await.is_empty(), "a rule reads what its people may not");
        company.engine.access_rules().delete_restriction(&company.admin, made.rule.id).await.unwrap();
        objects.update_field(&company.admin, "account", "industry", &without).await.unwrap();
    });
}

#[test]
fn nobody_leaves_the_group_by_which_a_rule_binds_him() {
    run(async {
        let company = Company::found().await;
        let groups = company.engine.groups();
        let sharing = [SystemPermission::ManageSharing];
        let bound = hire(&company, "bound", &sharing, ObjectPermissions::VIEW_ALL).await;
        account(&company, &company.rep, "Acme Bank", "Banking").await;
        let members = |people: &[&Caller]| people.iter().map(|who| Principal::User(id_of(who))).collect();
        let group = |people: &[&Caller]| GroupEdit { name: "Abroad".to_owned(), members: members(people) };
        let made = groups.create(&company.admin, false, &group(&[&bound, &company.rep])).await.unwrap();
        let id = made.value.id;
        let binds = Audience::Some { profiles: BTreeSet::new(), principals: [Principal::Group(id)].into() };
        let edit = rule("Energy only", binds, is("industry", "Energy"));
        restrict(&company, &company.admin, "account", &edit).await.unwrap();

        let refused = groups.update(&bound, id, &group(&[&company.rep])).await.unwrap_err();
        assert_eq!((refused.code(), refused.to_string().contains("themselves out")), ("FORBIDDEN", true));
        assert!(accounts(&company, &bound).await.is_empty());
        let named = groups.delete(&company.admin, id).await.unwrap_err();
        assert_eq!((named.code(), named.to_string().contains("`Energy only`")), ("IN_USE", true));
        groups.update(&bound, id, &group(&[&bound])).await.unwrap();
        groups.update(&company.admin, id, &group(&[])).await.unwrap();
        assert_eq!(accounts(&company, &bound).await, ["Acme Bank"]);
    });
}
