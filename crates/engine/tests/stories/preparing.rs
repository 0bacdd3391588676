//! Stories of fields that get an index, or words, when there are records already.

use sutra_audit::EntryFilter;
use sutra_engine::{Edit, ListRequest, Part, Related};
use sutra_kernel::{ApiName, Condition, Test, Value};
use sutra_records::{FieldEdit, FieldKind, NewField};

use crate::company::{Company, edit, run};

fn indexed(indexed: bool) -> FieldEdit {
    FieldEdit { indexed: Some(indexed), ..FieldEdit::default() }
}

fn searchable(searchable: bool) -> FieldEdit {
    FieldEdit { searchable: Some(searchable), ..FieldEdit::default() }
}

/// As many accounts, each with a fax number and a description.
async fn accounts(company: &Company, count: usize) {
    let edit = |place| {
        edit(&[
            ("name", Value::text(format!("Account {place}"))),
            ("fax", Value::text(format!("+49 30 {place}"))),
            ("description", Value::text("paper and steel")),
        ])
    };
    let edits: Vec<Edit> = (0..count).map(edit).collect();
    company.engine.records().create_all(&company.admin, "account", &edits).await.unwrap();
}

async fn change(company: &Company, field: &str, edit: &FieldEdit) -> Result<(), String> {
    let objects = company.engine.objects();
    let changed = objects.update_field(&company.admin, "account", field, edit).await;
    changed.map(|_| ()).map_err(|error| error.to_string())
}

/// How far the preparation is: how many of how many; nothing if there is none.
async fn progress(company: &Company) -> Option<(u64, u64)> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    viewing.preparations().await.unwrap().first().map(|it| (it.done, it.total))
}

async fn count(
    company: &Company,
    filter: Option<Condition<Related>>,
    search: Option<&str>,
) -> Result<u64, String> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let request = ListRequest {
        object: ApiName::parse("account").unwrap(),
        filter,
        search: search.map(ToOwned::to_owned),
        order: None,
        part: Part::first(1, None),
    };
    viewing.count_records(&request).await.map(|it| it.count).map_err(|error| error.to_string())
}

async fn faxes(company: &Company, start: &str) -> Result<u64, String> {
    let starts = Test::StartsWith(start.to_owned());
    count(company, Some(Condition::test(ApiName::parse("fax").unwrap(), starts)), None).await
}

#[test]
fn a_field_gets_an_index_while_its_records_are_in_use() {
    run(async {
        let company = Company::found().await;
        accounts(&company, 401).await;
        assert!(faxes(&company, "+49").await.unwrap_err().contains("not indexed"));
        change(&company, "fax", &indexed(true)).await.unwrap();
        assert_eq!(progress(&company).await, Some((0, 401)));

        for done in [200, 400] {
            assert!(company.engine.tasks().run_due().await.unwrap());
            assert_eq!(progress(&company).await, Some((done, 401)));
            assert!(faxes(&company, "+49").await.unwrap_err().contains("is being prepared"));
            let fields = [("name", Value::text("New")), ("fax", Value::text("+49 40"))];
            company.create(&company.rep, "account", &fields).await.unwrap();
        }
        assert!(company.engine.tasks().run_due().await.unwrap());
        assert_eq!(progress(&company).await, None);
        assert_eq!((faxes(&company, "+49").await, faxes(&company, "+49 4").await), (Ok(403), Ok(2)));
        assert!(!company.engine.tasks().run_due().await.unwrap(), "nothing is left");
    });
}

#[test]
fn a_preparation_is_in_the_ledger_when_it_is_asked_for_and_when_it_is_done() {
    run(async {
        let company = Company::found().await;
        accounts(&company, 3).await;
        change(&company, "fax", &indexed(true)).await.unwrap();
        change(&company, "phone", &indexed(false)).await.unwrap();
        while company.engine.tasks().run_due().await.unwrap() {}
        let viewing = company.engine.view(&company.admin).await.unwrap();
        let entries = viewing.ledger_entries(&EntryFilter::default(), 3).await.unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| entry.stored.action.as_str()).collect();
        assert_eq!(actions, ["object.prepare", "field.update", "field.update"]);
        assert_eq!(entries[0].stored.actor_id, None, "nobody in particular");
    });
}

#[test]
fn words_are_found_when_all_of_them_can_be() {
    run(async {
        let company = Company::found().await;
        accounts(&company, 201).await;
        assert_eq!(count(&company, None, Some("steel")).await, Ok(0));
        change(&company, "description", &searchable(true)).await.unwrap();
        assert!(company.engine.tasks().run_due().await.unwrap());
        assert_eq!(count(&company, None, Some("steel")).await, Ok(0), "all or none");
        assert!(company.engine.tasks().run_due().await.unwrap());
        assert_eq!(count(&company, None, Some("acc steel")).await, Ok(201));
        // What a field gives up is given up at once.
        change(&company, "description", &searchable(false)).await.unwrap();
        assert_eq!(count(&company, None, Some("steel")).await, Ok(0));
        let refused = change(&company, "numberOfEmployees", &searchable(true)).await.unwrap_err();
        assert!(refused.contains("cannot be searchable"), "{refused}");
    });
}

#[test]
fn a_slot_is_free_when_it_has_been_emptied() {
    run(async {
        let company = Company::found().await;
        accounts(&company, 1).await;
        let extra = |place: usize| NewField {
            name: format!("extra{place}"),
            label: "Extra".to_owned(),
            help: String::new(),
            kind: FieldKind::Integer,
            required: false,
            unique: false,
            encrypted: None,
            indexed: true,
            searchable: false,
            category: sutra_privacy::DataCategory::Business,
            default: None,
        };
        let (objects, admin) = (company.engine.objects(), &company.admin);
        for place in 2..12 {
            objects.create_field(admin, "account", &extra(place)).await.unwrap();
        }
        change(&company, "numberOfEmployees", &indexed(false)).await.unwrap();
        let refused = objects.create_field(admin, "account", &extra(12)).await.unwrap_err();
        assert!(refused.to_string().contains("still being emptied"), "{refused}");
        while company.engine.tasks().run_due().await.unwrap() {}
        objects.create_field(admin, "account", &extra(12)).await.unwrap();
        assert!(change(&company, "fax", &indexed(true)).await.is_ok(), "another family");
    });
}

#[test]
fn a_preparation_outlives_the_process() {
    run(async {
        let mut company = Company::found().await;
        accounts(&company, 401).await;
        change(&company, "fax", &indexed(true)).await.unwrap();
        assert!(company.engine.tasks().run_due().await.unwrap());
        company.restart();
        company.engine.tasks().wake_all().await.unwrap();
        assert_eq!(progress(&company).await, Some((200, 401)));
        while company.engine.tasks().run_due().await.unwrap() {}
        assert_eq!(faxes(&company, "+49").await, Ok(401));
    });
}

#[test]
fn indexes_are_for_those_who_manage_objects() {
    run(async {
        let company = Company::found().await;
        let objects = company.engine.objects();
        let refused = objects.update_field(&company.rep, "account", "fax", &indexed(true)).await.unwrap_err();
        assert_eq!(refused.code(), "FORBIDDEN");
        let viewing = company.engine.view(&company.rep).await.unwrap();
        assert_eq!(viewing.preparations().await.unwrap_err().code(), "FORBIDDEN");
        viewing.close().await.unwrap();
        let refused = objects.update_field(&company.admin, "contact", "account", &indexed(false)).await;
        assert!(refused.unwrap_err().to_string().contains("always indexed"));
        assert!(change(&company, "description", &indexed(true)).await.unwrap_err().contains("long text"));
        assert_eq!(progress(&company).await, None);
    });
}
