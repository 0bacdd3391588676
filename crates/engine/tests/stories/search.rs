//! Stories of search: what is found, by whom, and what nobody learns from it.

use sutra_acl::FieldPermission;
use sutra_engine::{Caller, Edit, Error, ListRequest, Part};
use sutra_kernel::{ApiName, Condition, Direction, Test, Value};
use sutra_records::{FieldKind, NewField};

use crate::company::{Company, edit, id_of, run};

fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

fn search(object: &str, text: &str) -> ListRequest {
    ListRequest {
        object: name(object),
        filter: None,
        search: Some(text.to_owned()),
        order: None,
        part: Part::first(50, None),
    }
}

/// The names of what is found; the list and its count are of one mind.
async fn found(company: &Company, caller: &Caller, request: &ListRequest) -> Result<Vec<String>, Error> {
    let viewing = company.engine.view(caller).await.unwrap();
    let listed = viewing.list_records(request).await?;
    assert_eq!(viewing.count_records(request).await?.count, listed.items.len() as u64);
    viewing.close().await.unwrap();
    let shown = |field| listed.items.iter().map(|(view, _)| view.value(field).to_string()).collect();
    Ok(shown(&listed.object.name_field))
}

async fn person(company: &Company, owner: &Caller, last: &str, email: &str) {
    let fields = [("lastName", Value::text(last)), ("email", Value::text(email))];
    company.create(owner, "contact", &fields).await.unwrap();
}

#[test]
fn words_find_what_a_filter_and_an_order_then_sort_out() {
    run(async {
        let company = Company::found().await;
        for (account, city) in [("Acme Berlin", "Berlin"), ("ACME Bern", "Bern"), ("Berlin Acme", "Berlin")] {
            let fields = [("name", Value::text(account)), ("billingCity", Value::text(city))];
            company.create(&company.rep, "account", &fields).await.unwrap();
        }
        company.account(&company.rep, "Birch").await;
        let request = search("account", "acme ber");
        let all = found(&company, &company.rep, &request).await.unwrap();
        assert_eq!(all, ["Berlin Acme", "ACME Bern", "Acme Berlin"], "newest first");
        let filter = Some(Condition::test(name("billingCity"), Test::Eq(Value::text("berlin"))));
        let order = Some((name("name"), Direction::Ascending));
        let sorted = ListRequest { filter, order, ..request };
        assert_eq!(found(&company, &company.rep, &sorted).await.unwrap(), ["Acme Berlin", "Berlin Acme"]);
        assert!(found(&company, &company.rep, &search("account", "acme birch")).await.unwrap().is_empty());
    });
}

#[test]
fn a_cursor_is_of_one_search() {
    run(async {
        let company = Company::found().await;
        for number in 0..3 {
            company.account(&company.rep, &format!("Acme {number}")).await;
        }
        let viewing = company.engine.view(&company.rep).await.unwrap();
        let request = search("account", "acme");
        let first = ListRequest { part: Part::first(2, None), ..request.clone() };
        let page = viewing.list_records(&first).await.unwrap();
        assert!(page.more);
        let after = Part::first(2, Some(page.items[1].1.to_string()));
        let rest =
            viewing.list_records(&ListRequest { part: after.clone(), ..request.clone() }).await.unwrap();
        assert_eq!((rest.items.len(), rest.more), (1, false));
        for other in [None, Some("acm".to_owned())] {
            let request = ListRequest { search: other, part: after.clone(), ..request.clone() };
            assert_eq!(viewing.list_records(&request).await.unwrap_err().code(), "BAD_USER_INPUT");
        }
    });
}

#[test]
fn l13_a_search_finds_no_hidden_record() {
    run(async {
        let company = Company::found().await;
        company.account(&company.manager, "Acme secret").await;
        company.account(&company.rep, "Acme open").await;
        let request = search("account", "acme");
        assert_eq!(found(&company, &company.rep, &request).await.unwrap(), ["Acme open"]);
        assert_eq!(found(&company, &company.manager, &request).await.unwrap().len(), 2);
        assert!(found(&company, &company.peer, &request).await.unwrap().is_empty());
    });
}

#[test]
fn l13_a_search_finds_nothing_by_a_hidden_field() {
    run(async {
        let company = Company::found().await;
        person(&company, &company.rep, "Lovelace", "countess@example.com").await;
        company.restrict("Standard User", "contact", "email", FieldPermission::default()).await;
        for (text, expected) in [("love", 1), ("countess", 0), ("love countess", 0), ("nobody", 0)] {
            let found = found(&company, &company.rep, &search("contact", text)).await.unwrap();
            assert_eq!(found.len(), expected, "{text}");
        }
        let found = found(&company, &company.admin, &search("contact", "love countess")).await.unwrap();
        assert_eq!(found, ["Lovelace"]);
    });
}

/// Whether a search is refused depends on definitions and permissions: it is the same with data and without.
#[test]
fn l13_a_refusal_does_not_depend_on_data() {
    run(async {
        let company = Company::found().await;
        let cases = [
            ("no word", "contact", "&", "no word"),
            ("a short word", "contact", "love l", "two letters"),
            ("too many words", "contact", "aa bb cc dd ee ff gg hh ii", "at most 8 words"),
            ("no readable field", "campaign", "summer", "no searchable field"),
        ];
        company.restrict("Standard User", "campaign", "name", FieldPermission::default()).await;
        for with_data in [false, true] {
            if with_data {
                person(&company, &company.rep, "Lovelace", "countess@example.com").await;
                let summer = [("name", Value::text("Summer"))];
                let id = company.create(&company.admin, "campaign", &summer).await.unwrap();
                let give = Edit { owner: Some(id_of(&company.rep).into()), ..Edit::default() };
                company.engine.records().update(&company.admin, "campaign", id, &give).await.unwrap();
            }
            for (case, object, text, told) in cases {
                let error = found(&company, &company.rep, &search(object, text)).await.unwrap_err();
                assert_eq!(error.code(), "BAD_USER_INPUT", "{case}");
                assert!(error.to_string().contains(told), "{case}: {error}");
            }
        }
    });
}

#[test]
fn a_field_of_ones_own_can_be_searched() {
    run(async {
        let company = Company::found().await;
        let new = |name: &str, kind| NewField {
            name: name.to_owned(),
            label: name.to_owned(),
            help: String::new(),
            kind,
            required: false,
            indexed: false,
            unique: false,
            searchable: true,
            encrypted: None,
            default: None,
            category: sutra_privacy::DataCategory::Business,
        };
        let objects = company.engine.objects();
        let refused = objects.create_field(&company.admin, "account", &new("rank", FieldKind::Integer)).await;
        let refused = refused.unwrap_err();
        assert!(refused.to_string().contains("`account.rank` cannot be searchable"), "{refused}");
        let id = company.account(&company.admin, "Birch").await;
        objects.create_field(&company.admin, "account", &new("motto", FieldKind::LongText)).await.unwrap();
        let motto = edit(&[("motto", Value::text("Paper for ever"))]);
        company.engine.records().update(&company.admin, "account", id, &motto).await.unwrap();
        let found = found(&company, &company.admin, &search("account", "paper bir")).await.unwrap();
        assert_eq!(found, ["Birch"]);
    });
}
