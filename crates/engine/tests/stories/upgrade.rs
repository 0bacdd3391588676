//! Stories of workspaces that an earlier version of the product has made.

use std::collections::BTreeMap;

use sutra_audit::{ActorKind, EntryFilter};
use sutra_engine::{Error, ListRequest, Part, Upgraded};
use sutra_kernel::{ApiName, FieldId, Value};
use sutra_records::{FieldDef, FieldEdit, FieldKind, NewObject, ObjectDef, ObjectEdit, PickEdit, standard};

use crate::{
    company::{Company, run},
    definitions::field,
};

/// The standard objects of a version that knew nothing of products, websites and other kinds of accounts, and in which contacts
/// were not found by their e-mail addresses, nor ordered by titles.
fn older() -> Vec<ObjectDef> {
    let mut objects = standard::objects();
    objects.retain(|object| object.name.as_str() != "product");
    let [account, contact, ..] = objects.as_mut_slice() else { panic!("the first two") };
    account.fields.retain(|field| field.name.as_str() != "website");
    let FieldKind::Picklist { values } = &mut known(account, "type").kind else { panic!("a picklist") };
    values.retain(|pick| pick.value != "Other");
    known(contact, "email").searchable = false;
    known(contact, "title").slot = None;
    objects
}

fn known<'a>(object: &'a mut ObjectDef, field: &str) -> &'a mut FieldDef {
    object.fields.iter_mut().find(|known| known.name.as_str() == field).unwrap()
}

/// A company of that version, in which there are a contact and two accounts, served by this one.
async fn company() -> Company {
    let mut company = Company::found_with(older()).await;
    let fields = [("lastName", Value::text("Doe")), ("email", Value::text("jo@example.com"))];
    company.create(&company.rep, "contact", &fields).await.unwrap();
    for name in ["Acme", "Zed"] {
        company.account(&company.rep, name).await;
    }
    company.restart();
    company
}

async fn upgrade(company: &Company) -> Upgraded {
    let upgraded = company.engine.workspaces().upgrade(company.workspace).await.unwrap();
    while company.engine.tasks().run_due().await.unwrap() {}
    upgraded
}

async fn objects(company: &Company) -> Vec<ObjectDef> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    viewing.metadata().objects().iter().map(|object| ObjectDef::clone(object)).collect()
}

async fn object(company: &Company, name: &str) -> ObjectDef {
    objects(company).await.into_iter().find(|object| object.name.as_str() == name).unwrap()
}

async fn entries(company: &Company, action: &str) -> Vec<ActorKind> {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let filter = EntryFilter { action: Some(action.to_owned()), ..EntryFilter::default() };
    let entries = viewing.ledger_entries(&filter, 100).await.unwrap();
    entries.iter().map(|it| it.entry.actor.kind).collect()
}

/// How many contacts are found by a word.
async fn found(company: &Company, word: &str) -> u64 {
    let viewing = company.engine.view(&company.admin).await.unwrap();
    let request = ListRequest {
        object: ApiName::parse("contact").unwrap(),
        filter: None,
        search: Some(word.to_owned()),
        order: None,
        part: Part::first(1, None),
    };
    viewing.count_records(&request).await.unwrap().count
}

fn by_id(object: &ObjectDef) -> BTreeMap<FieldId, &FieldDef> {
    object.fields.iter().map(|field| (field.id, field)).collect()
}

#[test]
fn a_workspace_of_an_earlier_version_gets_what_it_lacks() {
    run(async {
        let company = company().await;
        assert_eq!(found(&company, "example").await, 0);
        assert_eq!(upgrade(&company).await, Upgraded { objects: 3, left_out: Vec::new() });

        let known = objects(&company).await;
        for shipped in standard::objects() {
            let object = known.iter().find(|object| object.id == shipped.id).unwrap();
            let (known, shipped_fields) = (by_id(object), by_id(&shipped));
            let differ = shipped_fields.iter().filter(|(id, field)| known.get(*id) != Some(*field));
            assert_eq!(differ.collect::<Vec<_>>(), [], "{}", shipped.name);
            assert_eq!(known.len(), shipped_fields.len(), "{}", shipped.name);
        }
        assert_eq!(found(&company, "example").await, 1);
    });
}

#[test]
fn what_is_new_is_for_administrators_until_they_grant_it() {
    run(async {
        let company = company().await;
        upgrade(&company).await;
        let fields = [("name", Value::text("Acme")), ("website", Value::text("https://acme.example"))];
        company.create(&company.admin, "account", &fields).await.unwrap();
        let made = company.create(&company.rep, "account", &fields).await;
        assert!(matches!(made, Err(Error::Forbidden(_))), "{made:?}");
        let product = [("name", Value::text("Label printer"))];
        company.create(&company.admin, "product", &product).await.unwrap();
        let made = company.create(&company.rep, "product", &product).await;
        assert!(matches!(made, Err(Error::Forbidden(_))), "{made:?}");
    });
}

#[test]
fn an_upgrade_is_in_the_ledger_once_and_the_next_one_does_nothing() {
    run(async {
        let company = company().await;
        upgrade(&company).await;
        for action in ["workspace.upgrade", "object.create", "object.prepare"] {
            let actors = entries(&company, action).await;
            let by_the_product = actors.iter().filter(|actor| **actor == ActorKind::System).count();
            assert_eq!(by_the_product, 1, "{action}");
        }
        let before = objects(&company).await;
        assert_eq!(upgrade(&company).await, Upgraded::default());
        assert_eq!(objects(&company).await, before);
        assert_eq!(entries(&company, "workspace.upgrade").await.len(), 1);
    });
}

#[test]
fn what_an_administrator_has_decided_stays() {
    run(async {
        let company = company().await;
        let definitions = company.engine.objects();
        for searchable in [true, false] {
            let edit = FieldEdit { searchable: Some(searchable), ..FieldEdit::default() };
            definitions.update_field(&company.admin, "contact", "email", &edit).await.unwrap();
        }
        let retired = PickEdit { value: "Analyst".to_owned(), label: None, active: Some(false) };
        let edit = FieldEdit { label: Some("Kind".to_owned()), picks: vec![retired], ..FieldEdit::default() };
        definitions.update_field(&company.admin, "account", "type", &edit).await.unwrap();
        let edit = ObjectEdit { label: Some("Company".to_owned()), ..ObjectEdit::default() };
        definitions.update(&company.admin, "account", &edit).await.unwrap();

        upgrade(&company).await;
        assert!(!object(&company, "contact").await.field("email").unwrap().searchable);
        let account = object(&company, "account").await;
        let kind = account.field("type").unwrap();
        assert_eq!((account.label.as_str(), kind.label.as_str()), ("Company", "Kind"));
        let FieldKind::Picklist { values } = &kind.kind else { panic!("a picklist") };
        let active = |value: &str| values.iter().find(|it| it.value == value).map(|it| it.active);
        assert_eq!((active("Analyst"), active("Other")), (Some(false), Some(true)));
    });
}

#[test]
fn a_name_that_is_taken_stays_with_whoever_took_it() {
    run(async {
        let company = company().await;
        let definitions = company.engine.objects();
        let website = field("website", FieldKind::LongText);
        definitions.create_field(&company.admin, "account", &website).await.unwrap();
        let product = NewObject {
            name: "product".to_owned(),
            label: "Product".to_owned(),
            plural: "products".to_owned(),
            plural_label: "Products".to_owned(),
            help: String::new(),
            about_a_person: false,
            name_label: "Name".to_owned(),
            name_category: sutra_privacy::DataCategory::Business,
            needs_reason: false,
            subject: None,
        };
        definitions.create(&company.admin, &product).await.unwrap();

        let upgraded = upgrade(&company).await;
        assert_eq!(upgraded.left_out, ["product", "account.website"]);
        assert_eq!(object(&company, "account").await.field("website").unwrap().kind, FieldKind::LongText);
        assert_eq!(object(&company, "product").await.fields.len(), 1);
        assert_eq!(found(&company, "example").await, 1, "the rest has come");
        assert_eq!(upgrade(&company).await, Upgraded { objects: 0, ..upgraded });
    });
}

#[test]
fn a_slot_that_is_taken_stays_with_whoever_took_it() {
    run(async {
        let company = company().await;
        let mut indexed = field("mood", FieldKind::Text { max: 20 });
        indexed.indexed = true;
        company.engine.objects().create_field(&company.admin, "contact", &indexed).await.unwrap();
        upgrade(&company).await;
        let contact = object(&company, "contact").await;
        let slot = |name: &str| contact.field(name).unwrap().index().unwrap();
        assert_eq!(slot("mood").column(), "text_04", "which is the title's in a new workspace");
        assert_eq!(slot("title").column(), "text_08", "the first that is free");
    });
}

#[test]
fn a_field_that_is_required_from_now_on_is_not_of_the_records_of_before() {
    run(async {
        let mut shipped = older();
        let account = &mut shipped[0];
        account.fields.retain(|field| field.name.as_str() != "fax");
        let mut company = Company::found_with(shipped).await;
        let acme = company.account(&company.rep, "Acme").await;
        let mut shipped = standard::objects();
        known(&mut shipped[0], "fax").required = true;
        company.restart_with(shipped);
        upgrade(&company).await;
        assert!(!object(&company, "account").await.field("fax").unwrap().required);
        let renamed = crate::company::edit(&[("name", Value::text("Acme Ltd"))]);
        company.engine.records().update(&company.rep, "account", acme, &renamed).await.unwrap();
    });
}
