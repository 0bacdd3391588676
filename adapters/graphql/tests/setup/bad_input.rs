//! Every operation of `/graphql/setup`, asked for wrongly in every way there is: one code and a sentence each, and nothing
//! half done.
//!
//! Operations, their arguments and the fields of their inputs are read off the schema: what is new has no row in the
//! tables, and fails.

mod access;
mod operation;
mod place;
mod row;
mod shelf;

use serde_json::{Value, json};

use self::{operation::Operation, place::Schema, shelf::Shelf};
use crate::house::{ADMIN, Answer, House, PASSWORD, Who};

const BAD: &str = "BAD_USER_INPUT";

#[tokio::test]
async fn whatever_is_asked_wrongly_has_one_code_and_a_sentence_and_nothing_is_half_done() {
    let (house, mut admin) = House::with_administrator().await;
    let shelf = Shelf::fill(&house, &admin).await;
    let schema = Schema::read(&house, &admin).await;
    let operations = Operation::all(&schema, &shelf);
    let before = everything(&house, &admin).await;
    let (mut asked, mut mistakes) = (0, Vec::new());
    for operation in &operations {
        house.wait(1);
        admin = house.step_up(&admin).await;
        for place in schema.places(operation) {
            for (what, value, code) in row::refused(&schema, &place, &shelf) {
                let arguments = place.filled(operation, value);
                let answer = house.send(&admin, &operation.document(&arguments), arguments).await;
                asked += 1;
                mistakes.extend(
                    mistake(&answer, code).map(|it| format!("{}, {what}: {it}", place.path(operation))),
                );
            }
            if place.is_required {
                let arguments = place.emptied(operation);
                let answer = house.send(&admin, &operation.document(&arguments), arguments).await;
                mistakes.extend(
                    mistake(&answer, BAD).map(|it| format!("{}, left out: {it}", place.path(operation))),
                );
            }
        }
        for rest in ["(spaceship: 1) { __typename }", "{ spaceship }", "{}", "{ __typename "] {
            let answer = house.ask(&admin, &operation.misspelt(rest)).await;
            mistakes.extend(mistake(&answer, BAD).map(|it| format!("{}{rest}: {it}", operation.name)));
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    assert!(asked > 1_000, "the tables were hardly asked: {asked}");
    assert_eq!(everything(&house, &admin).await, before, "something is half done");

    admin = house.step_up(&admin).await;
    // The same, asked rightly, is done: what was refused was refused for what was wrong with it.
    for operation in &operations {
        let arguments = operation.good.clone();
        let who = if operation.is_last { house.sign_in(ADMIN, PASSWORD).await } else { admin.clone() };
        let answer = house.send(&who, &operation.document(&arguments), arguments).await;
        match operation.refused {
            Some(code) => assert_eq!(answer.code(), code, "{}", operation.name),
            None => drop(answer.data()),
        }
    }
}

/// What is wrong with an answer that should have this code alone.
fn mistake(answer: &Answer, expected: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    if errors.is_empty() {
        return Some(format!("{expected}, and no error"));
    }
    errors.iter().find_map(|error| {
        let code = error["extensions"]["code"].as_str().unwrap_or("no code");
        let sentence = error["message"].as_str().unwrap_or_default();
        let is_right = code == expected && !sentence.is_empty() && !sentence.contains('\n');
        (!is_right).then(|| format!("{expected}, and not {code}: {sentence}"))
    })
}

/// All that is set up.
async fn everything(house: &House, admin: &Who) -> Value {
    let document = "query ($object: String!) {
        users(first: 200) { edges { node { id name email state version profileId roleId } } }
        profiles { id name systemPermissions objectPermissions { object permissions } fieldPermissions { object field read edit writeOnly } }
        permissionSets { id name objectPermissions { object permissions } } permissionSetGroups { id name permissionSetIds }
        roles { id name parentRoleId } groups { id name members { id } } territories { id name parentTerritoryId userIds }
        orgWideDefaults { objectId defaultAccess grantAccessUsingHierarchies }
        objects { name label pluralLabel help needsReason fields { name label help required unique indexed searchable } }
        validationRules(object: $object) { id name expression message active }
        restrictionRules(object: $object) { id name condition binds { everybody profileIds principals { id } } }
        sharingRules(object: $object) { id name source { id } condition target { id } level }
        sessions { id }
    }";
    house.send(admin, document, json!({ "object": "account" })).await.data()
}
