//! Stories of filters through references: what a viewer cannot see is not there, on either side of one.

use sutra_acl::FieldPermission;
use sutra_engine::{Caller, ListRequest, MAX_RELATIONS, MAX_STEPS, Part, Related};
use sutra_kernel::{ApiName, Condition, Test, Value};
use sutra_privacy::DataCategory;
use sutra_records::{FieldKind, NewField, OnDelete};

use crate::company::{Company, edit, id_of, run};

type Filter = Condition<Related>;

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn starts(field: &str, text: &str) -> Filter {
    Condition::test(name(field), Test::StartsWith(text.to_owned()))
}

fn through(field: &str, condition: Filter) -> Filter {
    Condition::Related(Related { field: name(field), condition: Box::new(condition) })
}

fn not(filter: Filter) -> Filter {
    Condition::Not(Box::new(filter))
}

fn anything() -> Filter {
    Condition::All(Vec::new())
}

/// The last names of the contacts that the caller finds, and they are as many as he counts.
async fn contacts(company: &Company, caller: &Caller, filter: Filter) -> Result<String, &'static str> {
    let part = Part::first(50, None);
    let request =
        ListRequest { object: name("contact"), filter: Some(filter), search: None, order: None, part };
    let viewing = company.engine.view(caller).await.unwrap();
    let listed = viewing.list_records(&request).await.map_err(|error| error.code())?;
    let count = viewing.count_records(&request).await.unwrap().count;
    assert_eq!(count, listed.items.len() as u64);
    let last_name = name("lastName");
    let mut names: Vec<_> = listed.items.iter().map(|(view, _)| view.value(&last_name).to_string()).collect();
    names.sort();
    Ok(names.concat())
}

/// Contacts of the rep: `H` of an account that he may not see, `O` of one he may, `D` of one that is deleted, and
/// `N` of none.
async fn company_with_contacts() -> Company {
    let company = Company::found().await;
    let hidden = company.account(&company.manager, "Alpha hidden").await;
    let open = company.account(&company.rep, "Alpha open").await;
    let deleted = company.account(&company.rep, "Alpha deleted").await;
    let contacts = [
        ("H", Some(hidden), &company.manager),
        ("O", Some(open), &company.rep),
        ("D", Some(deleted), &company.rep),
        ("N", None, &company.rep),
    ];
    for (last_name, account, by) in contacts {
        let link = account.map(|account| ("account", Value::Reference(account)));
        let fields: Vec<_> = [("lastName", Value::text(last_name))].into_iter().chain(link).collect();
        let contact = company.create(by, "contact", &fields).await.unwrap();
        let mut gift = edit(&[]);
        gift.owner = Some(id_of(&company.rep).into());
        company.engine.records().update(by, "contact", contact, &gift).await.unwrap();
    }
    company.engine.records().delete(&company.rep, "account", deleted, None).await.unwrap();
    company
}

#[test]
fn l09_a_filter_through_a_reference_takes_a_hidden_record_for_none() {
    run(async {
        let company = company_with_contacts().await;
        let alpha = || through("account", starts("name", "alpha"));
        let any = || through("account", anything());
        let cases = [
            ("such a parent", alpha(), "O", "HO"),
            ("any parent", any(), "O", "HO"),
            ("no such parent", not(alpha()), "DHN", "DN"),
            ("no parent", not(any()), "DHN", "DN"),
            ("twice not", not(not(alpha())), "O", "HO"),
            ("a parent that is not such", through("account", not(starts("name", "beta"))), "O", "HO"),
            ("one or the other", Condition::Any(vec![alpha(), not(alpha())]), "DHNO", "DHNO"),
            ("one and the other", Condition::All(vec![alpha(), not(alpha())]), "", ""),
            ("either it or a name", Condition::Any(vec![alpha(), starts("lastName", "n")]), "NO", "HNO"),
        ];
        for (case, filter, rep, manager) in cases {
            assert_eq!(contacts(&company, &company.rep, filter.clone()).await.unwrap(), rep, "rep: {case}");
            assert_eq!(
                contacts(&company, &company.manager, filter).await.unwrap(),
                manager,
                "manager: {case}"
            );
        }
    });
}

/// l36: whatever stands beside it in an `or`, the scope of the list restricts, and so does that of the reference.
#[test]
fn l36_no_alternative_reaches_around_the_scope() {
    run(async {
        let company = company_with_contacts().await;
        let alpha = || starts("name", "alpha");
        let always = through("account", Condition::Any(vec![alpha(), not(alpha())]));
        assert_eq!(contacts(&company, &company.rep, always.clone()).await.unwrap(), "O");
        let either = Condition::Any(vec![always.clone(), not(always)]);
        assert_eq!(contacts(&company, &company.peer, either).await.unwrap(), "");
    });
}

#[test]
fn l04_a_filter_through_a_reference_reads_no_hidden_field() {
    run(async {
        let company = company_with_contacts().await;
        let nothing = FieldPermission::new(false, false);
        company.restrict("Standard User", "account", "phone", nothing).await;
        let phone = || through("account", starts("phone", "+49"));
        let deep = not(Condition::Any(vec![anything(), not(phone())]));
        for filter in [phone(), deep] {
            for who in [&company.rep, &company.peer] {
                let found = contacts(&company, who, filter.clone()).await;
                assert_eq!(found, Err("FIELD_NOT_READABLE"));
            }
            assert_eq!(contacts(&company, &company.admin, filter).await, Ok(String::new()));
        }
        company.restrict("Standard User", "contact", "account", nothing).await;
        let found = contacts(&company, &company.rep, through("account", anything())).await;
        assert_eq!(found, Err("FIELD_NOT_READABLE"), "the reference itself");
    });
}

#[test]
fn a_filter_goes_through_a_few_references_and_no_further() {
    run(async {
        let company = company_with_contacts().await;
        let parent = NewField {
            name: "parent".to_owned(),
            label: "Parent".to_owned(),
            help: String::new(),
            kind: FieldKind::Reference { target: name("account"), on_delete: OnDelete::Keep },
            required: false,
            indexed: true,
            searchable: false,
            default: None,
            unique: false,
            encrypted: None,
            category: DataCategory::Business,
        };
        company.engine.objects().create_field(&company.admin, "account", &parent).await.unwrap();
        let steps =
            |count| through("account", (1..count).fold(anything(), |inner, _| through("parent", inner)));
        let many = |count| Condition::Any(vec![through("account", anything()); count]);
        let cases = [
            ("as far as it goes", steps(MAX_STEPS), Ok("")),
            ("too far", steps(MAX_STEPS + 1), Err("BAD_USER_INPUT")),
            ("as many as there may be", many(MAX_RELATIONS), Ok("HO")),
            ("too many", many(MAX_RELATIONS + 1), Err("BAD_USER_INPUT")),
            ("no reference", through("lastName", anything()), Err("BAD_USER_INPUT")),
            ("no field", through("spaceship", anything()), Err("BAD_USER_INPUT")),
            ("the owner", through("ownerId", anything()), Err("BAD_USER_INPUT")),
        ];
        for (case, filter, expected) in cases {
            let found = contacts(&company, &company.admin, filter).await;
            assert_eq!(found.as_deref().map_err(|code| *code), expected, "{case}");
        }
    });
}
