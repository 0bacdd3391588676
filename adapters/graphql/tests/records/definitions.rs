//! Objects and fields of a workspace's own: made at `/graphql/setup`, and there at `/graphql` at once.

use std::sync::Arc;

use serde_json::{Value, json};
use sutra_kernel::ProfileId;

use crate::world::{Member, World};

const CREATE_OBJECT: &str = r#"mutation { createObject(input: {
    name: "invoice", label: "Invoice", plural: "invoices", pluralLabel: "Invoices", aboutAPerson: false,
    nameLabel: "Number", nameCategory: BUSINESS }) { receipt object { name standard fields { name indexed } } } }"#;
const CREATE_FIELD: &str = "mutation ($object: String!, $input: CreateFieldInput!) {
    createField(object: $object, input: $input) { receipt field { name type indexed searchable category } } }";

async fn make_field(world: &World, member: &Member, object: &str, input: Value) -> Value {
    let variables = json!({ "object": object, "input": input });
    world.set_up(member, CREATE_FIELD, variables).await.data()["createField"].take()
}

#[tokio::test]
async fn an_object_and_its_fields_work_from_end_to_end_at_once() {
    let (world, ada) = World::new().await;
    // The schema of before is built and kept.
    assert_eq!(world.code(&ada, "{ invoices { totalCount } }").await, "BAD_USER_INPUT");
    let made = world.set_up(&ada, CREATE_OBJECT, json!({})).await.data()["createObject"].take();
    assert_eq!(made["object"]["fields"], json!([{ "name": "name", "indexed": true }]));
    assert!(made["receipt"].is_string());
    let inputs = [
        json!({ "name": "state", "label": "State", "type": "PICKLIST", "indexed": true, "category": "BUSINESS",
            "picklist": [{ "value": "open", "label": "Open" }, { "value": "paid" }] }),
        json!({ "name": "total", "label": "Total", "type": "MONEY", "indexed": true }),
        json!({ "name": "account", "label": "Account", "type": "REFERENCE", "target": "account" }),
    ];
    for input in inputs {
        let field = make_field(&world, &ada, "invoice", input.clone()).await;
        assert_eq!((&field["field"]["type"], &field["field"]["indexed"]), (&input["type"], &json!(true)));
    }

    let motto = json!({ "name": "motto", "label": "Motto", "type": "LONG_TEXT", "searchable": true });
    let motto = make_field(&world, &ada, "invoice", motto).await;
    assert_eq!((&motto["field"]["indexed"], &motto["field"]["searchable"]), (&json!(false), &json!(true)));

    let acme = world.account(&ada, json!({ "name": "Acme" })).await;
    let total = json!({ "amount": "12.5", "currency": "EUR" });
    let open = json!({ "name": "1", "state": "open", "total": total, "accountId": acme });
    let first = world.create(&ada, "Invoice", open).await;
    world.create(&ada, "Invoice", json!({ "name": "2", "state": "paid" })).await;
    let document = r#"{ invoices(filter: { state: { eq: "open" } }, orderBy: { field: TOTAL, direction: DESC }) {
        totalCount nodes { id name state total { amount } account { name } } } }"#;
    let found = world.data(&ada, document).await["invoices"].take();
    let node = json!({ "id": first, "name": "1", "state": "open", "total": { "amount": "12.5" }, "account": { "name": "Acme" } });
    assert_eq!(found, json!({ "totalCount": 1, "nodes": [node] }));

    let update =
        format!(r#"mutation {{ updateInvoice(id: "{first}", input: {{ state: "paid" }}) {{ version }} }}"#);
    assert_eq!(world.data(&ada, &update).await["updateInvoice"]["version"], 2);
    let history = format!(
        r#"{{ invoiceHistory(id: "{first}") {{ version changes {{ field label old {{ label }} new {{ label }} }} }} }}"#
    );
    let saves = world.data(&ada, &history).await["invoiceHistory"].take();
    let change =
        json!({ "field": "state", "label": "State", "old": { "label": "Open" }, "new": { "label": "paid" } });
    assert_eq!(saves[0], json!({ "version": 2, "changes": [change] }));
}

#[tokio::test]
async fn a_default_is_told_and_given_also_to_those_who_may_not_write_it() {
    let (world, ada) = World::new().await;
    let seller = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", seller).await;
    let price = json!({ "amount": "12.50", "currency": "EUR" });
    let day = json!("2026-03-01");
    let cases = [
        ("grade", json!({ "type": "INTEGER", "defaultValue": 3 }), json!(3), "Left out, it is `3`."),
        ("fee", json!({ "type": "MONEY", "defaultValue": price }), price.clone(), "it is `12.50 EUR`."),
        ("open", json!({ "type": "BOOLEAN", "defaultValue": true }), json!(true), "it is `true`."),
        ("due", json!({ "type": "DATE", "defaultValue": day }), day.clone(), "it is `2026-03-01`."),
        (
            "terms",
            json!({ "type": "LONG_TEXT", "defaultValue": "a\nb" }),
            json!("a\nb"),
            "it has its default.",
        ),
    ];
    for (name, input, shown, _) in &cases {
        let mut input = input.clone();
        (input["name"], input["label"]) = (json!(name), json!(name));
        let document = "mutation ($input: CreateFieldInput!) {
            createField(object: \"account\", input: $input) { field { defaultValue } } }";
        let made = world.set_up(&ada, document, json!({ "input": input })).await.data();
        assert_eq!(&made["createField"]["field"]["defaultValue"], shown, "{name}");
    }
    world.data(&bob, r#"mutation { createAccount(input: { name: "Acme" }) { id } }"#).await;
    let document = "{ accounts { nodes { grade fee { amount currency } open due terms } }
        object(name: \"account\") { fields { name defaultValue } }
        __type(name: \"CreateAccountInput\") { inputFields { name description } } }";
    let found = world.data(&ada, document).await;
    let of_name = |list: &Value, name: &str| {
        list.as_array().unwrap().iter().find(|it| it["name"] == name).cloned().unwrap()
    };
    for (name, _, shown, told) in &cases {
        assert_eq!(&found["accounts"]["nodes"][0][name], shown, "{name}");
        assert_eq!(&of_name(&found["object"]["fields"], name)["defaultValue"], shown, "{name}");
        let described = of_name(&found["__type"]["inputFields"], name);
        assert!(described["description"].as_str().unwrap().ends_with(told), "{described}");
    }

    let update = "mutation ($input: UpdateFieldInput!) {
        updateField(object: \"account\", field: \"grade\", input: $input) { field { label defaultValue } } }";
    let steps = [
        (json!({ "label": "Grade" }), json!({ "label": "Grade", "defaultValue": 3 })),
        (json!({ "defaultValue": 4 }), json!({ "label": "Grade", "defaultValue": 4 })),
        (json!({ "defaultValue": null }), json!({ "label": "Grade", "defaultValue": null })),
    ];
    for (input, expected) in steps {
        let changed = world.set_up(&ada, update, json!({ "input": input })).await.data();
        assert_eq!(changed["updateField"]["field"], expected, "{input}");
    }
    let refused = world.set_up(&ada, update, json!({ "input": { "defaultValue": "4" } })).await;
    assert_eq!(refused.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn others_get_what_is_new_with_their_profile() {
    let (world, ada) = World::new().await;
    let seller = world.profile("Seller", &[], &[]).await;
    let bob = world.join("Bob", seller).await;
    world.set_up(&ada, CREATE_OBJECT, json!({})).await.data();
    make_field(&world, &ada, "account", json!({ "name": "grade", "label": "Grade", "type": "INTEGER" }))
        .await;
    assert_eq!(world.code(&bob, "{ invoices { totalCount } }").await, "FORBIDDEN");
    let create = r#"mutation { createAccount(input: { name: "Acme", grade: 1 }) { id } }"#;
    assert_eq!(world.code(&bob, create).await, "FORBIDDEN");
    assert_eq!(world.set_up(&bob, CREATE_OBJECT, json!({})).await.code(), "FORBIDDEN");

    grant(&world, &ada, seller).await;
    world.data(&bob, create).await;
    assert_eq!(
        world.data(&bob, "{ accounts { nodes { grade } } }").await["accounts"]["nodes"][0]["grade"],
        1
    );
}

async fn grant(world: &World, ada: &Member, profile: ProfileId) {
    let document = "mutation ($id: ID!) { updateProfile(id: $id, input: { name: \"Seller\",
        objectPermissions: [{ object: \"account\", permissions: [CREATE] }],
        fieldPermissions: [{ object: \"account\", field: \"name\", read: true, edit: true },
            { object: \"account\", field: \"grade\", read: true, edit: true }] }) { receipt } }";
    world.set_up(ada, document, json!({ "id": profile.to_string() })).await.data();
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_sentence() {
    let (world, ada) = World::new().await;
    let cases = [
        (json!({ "name": "createdBy", "label": "By", "type": "TEXT" }), "createdBy"),
        (json!({ "name": "Grade", "label": "Grade", "type": "TEXT" }), "camelCase"),
        (json!({ "name": "grade", "label": "", "type": "TEXT" }), "a label"),
        (
            json!({ "name": "grade", "label": "Grade", "type": "TEXT", "scale": 2 }),
            "`scale` is for a DECIMAL",
        ),
        (json!({ "name": "grade", "label": "Grade", "type": "PICKLIST" }), "1 to 200"),
        (json!({ "name": "grade", "label": "Grade", "type": "REFERENCE" }), "`target`"),
        (json!({ "name": "grade", "label": "Grade", "type": "LONG_TEXT", "indexed": true }), "long text"),
        (json!({ "name": "grade", "label": "Grade", "type": "MULTI_PICKLIST" }), "1 to 200"),
        (
            json!({ "name": "grade", "label": "Grade", "type": "MULTI_PICKLIST", "picklist": [{ "value": "a;b" }] }),
            "`a;b`",
        ),
        (json!({ "name": "grade", "label": "Grade", "type": "INTEGER", "searchable": true }), "searchable"),
        (json!({ "name": "grade", "label": "Grade", "type": "TEXT", "maxLength": 256 }), "1 to 255"),
    ];
    for (input, named) in cases {
        let answer = world.set_up(&ada, CREATE_FIELD, json!({ "object": "account", "input": input })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{input}");
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(named), "{input}: {message}");
    }
    let picklist = r#"mutation { updateField(object: "account", field: "name", input: {
        picklist: [{ value: "x" }] }) { receipt } }"#;
    assert_eq!(world.set_up(&ada, picklist, json!({})).await.code(), "BAD_USER_INPUT");
}

/// A schema is replaced as a whole: a reader who asks while it changes is answered by the one before or the one
/// after, and whoever has met the one after does not meet the one before again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_meet_one_of_two_schemas_and_nothing_between() {
    let (world, ada) = World::new().await;
    world.account(&ada, json!({ "name": "Acme" })).await;
    let world = Arc::new(world);
    let readers: Vec<_> = (0..8).map(|_| tokio::spawn(read(Arc::clone(&world), ada.token.clone()))).collect();
    for number in 0..6 {
        let name = if number == 3 { "grade".to_owned() } else { format!("other{number}") };
        make_field(&world, &ada, "account", json!({ "name": name, "label": "New", "type": "INTEGER" })).await;
        tokio::task::yield_now().await;
    }
    for reader in readers {
        let answers = reader.await.unwrap();
        assert!(answers.is_sorted(), "the old schema came back: {answers:?}");
        assert_eq!(answers.last(), Some(&true), "the new schema never came");
    }
}

/// Asks for a field that is being made until it is there; says of each answer whether it was.
async fn read(world: Arc<World>, token: String) -> Vec<bool> {
    let mut answers = Vec::new();
    while answers.last() != Some(&true) || answers.len() < 40 {
        let plain = world.ask_as(&token, "{ accounts { nodes { name } } }").await;
        assert_eq!(plain.data()["accounts"]["nodes"], json!([{ "name": "Acme" }]));
        let asked = world.ask_as(&token, "{ accounts { nodes { name grade } } }").await;
        answers.push(match asked.json["errors"][0]["message"].as_str() {
            Some(message) => {
                assert!(message.starts_with("Unknown field \"grade\""), "{message}");
                false
            }
            None => {
                assert_eq!(asked.data()["accounts"]["nodes"], json!([{ "name": "Acme", "grade": null }]));
                true
            }
        });
        assert!(answers.len() < 10_000, "the field never came");
    }
    answers
}

#[tokio::test]
async fn records_are_about_whom_a_field_refers_to() {
    let (world, ada) = World::new().await;
    let document = r#"mutation { createObject(input: { name: "treatment", label: "Treatment", plural: "treatments",
        pluralLabel: "Treatments", aboutAPerson: false,
        subject: { field: "patient", label: "Patient", target: "contact" } }) {
        object { dataSubject fields { name type target } } } }"#;
    let made = world.set_up(&ada, document, json!({})).await.data()["createObject"]["object"].take();
    let fields = json!([
        { "name": "name", "type": "TEXT", "target": null },
        { "name": "patient", "type": "REFERENCE", "target": "contact" },
    ]);
    assert_eq!(made, json!({ "dataSubject": "reference:patient", "fields": fields }));
    let contact = world.create(&ada, "Contact", json!({ "lastName": "Lovelace" })).await;
    let id = world.create(&ada, "Treatment", json!({ "name": "Rest", "patientId": contact })).await;
    let read = format!(r#"{{ treatment(id: "{id}") {{ patient {{ lastName }} }} }}"#);
    assert_eq!(world.data(&ada, &read).await["treatment"]["patient"]["lastName"], "Lovelace");
}
