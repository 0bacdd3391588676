//! Every operation, asked for wrongly in every way there is: one code and a sentence each, and nothing half done.
//!
//! The operations and their arguments are read off the schema: one that is new has no row in the tables, and fails. What
//! was said is printed, and reviewed, in `docs/errors.md`.

mod argument;
mod field;
mod operation;
mod request;
mod said;
mod shelf;

use std::time::Duration;

use poem::http::StatusCode;
use serde_json::Value;
use sutra_engine::Error;

use self::{
    operation::Operation,
    said::Said,
    shelf::{Shelf, input_name},
};
use crate::world::{Member, World};
use sutra_graphql::{HttpOptions, TrustedProxies};

fn proxies() -> TrustedProxies {
    TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()])
}

#[tokio::test]
async fn whatever_is_asked_wrongly_has_one_code_and_a_sentence_and_nothing_is_half_done() {
    let (world, ada) = World::new().await;
    let shelf = Shelf::fill(&world, &ada).await;
    let operations = Operation::all(&world, &ada, &shelf).await;
    let mut said = Said::default();
    for operation in &operations {
        ask_wrongly(operation, &world, &ada, &mut said).await;
        misspell(operation, &world, &ada, &mut said).await;
        fill_in_wrongly(operation, &world, &ada, &mut said).await;
    }
    // Its own endpoints, which believe some proxies; whoever writes to them here is none.
    let world = world.behaving(HttpOptions { trusted_proxies: proxies(), ..HttpOptions::default() });
    for refused in [
        request::bodies(&world, &ada).await,
        request::headers(&world, &ada).await,
        request::documents(&world, &ada).await,
    ] {
        said.note_all(refused);
    }
    said.assert_expected();
    shelf.assert_untouched(&world, &ada).await;

    // The same, asked rightly, is done: what was refused was refused for what was wrong with it.
    for operation in &operations {
        let answer = operation.ask(&world, &ada, operation.good()).await;
        assert!(answer.json.get("errors").is_none(), "{}: {}", operation.kind, answer.json);
    }
    said.note_all(request::callers(world, &ada).await);
    let limited = Error::RateLimited { retry_after: Duration::ZERO };
    let in_use = Error::InUse("one user has this permission set".to_owned());
    for error in [limited, Error::Internal("a defect".into()), in_use, Error::StepUpRequired] {
        said.add(error.code(), &error.to_string());
    }
    said.assert_expected();
    said.assert_printed();
}

/// Each argument with what it refuses, and without it if it must be given.
async fn ask_wrongly(operation: &Operation<'_>, world: &World, ada: &Member, said: &mut Said) {
    let kind = operation.kind;
    for argument in &operation.arguments {
        let key = argument.key();
        let refused = argument::refused(operation, &key);
        let refused =
            refused.unwrap_or_else(|| panic!("nobody says what `{key}` of `{kind}` refuses: add a row"));
        for (what, value, code) in refused {
            let answer = operation.ask(world, ada, operation.bad(argument, value)).await;
            assert_eq!(answer.status, StatusCode::OK);
            said.note(&format!("{kind}, {key}, {what}"), &answer, code);
        }
        let mut without = operation.good();
        if argument.is_required() && without.remove(&argument.name).is_some() {
            let answer = operation.ask(world, ada, without).await;
            said.note(&format!("{kind} without {key}"), &answer, "BAD_USER_INPUT");
        }
    }
}

/// Names that are not there.
async fn misspell(operation: &Operation<'_>, world: &World, ada: &Member, said: &mut Said) {
    for rest in ["(spaceship: 1) { __typename }", "{ spaceship }", "", "{}", "{ __typename "] {
        let answer = operation.ask_so(world, ada, rest).await;
        said.note(&format!("{}, {rest:?}", operation.kind), &answer, "BAD_USER_INPUT");
    }
}

/// Each field of an input with what it cannot hold.
async fn fill_in_wrongly(operation: &Operation<'_>, world: &World, ada: &Member, said: &mut Said) {
    if !["create{One}", "update{One}"].contains(&operation.kind) {
        return;
    }
    let thing = operation.thing;
    for field in &thing.fields {
        let ty = field["type"].as_str().unwrap();
        let mut refused = field::refused(ty, thing);
        if field["required"] == true {
            refused.push(("null", Value::Null, "VALIDATION_FAILED"));
        }
        for (what, value, code) in refused {
            let mut arguments = operation.good();
            arguments["input"][input_name(field)] = value;
            let answer = operation.ask(world, ada, arguments).await;
            said.note(
                &format!("{}, {}.{}, {ty}, {what}", operation.kind, thing.one, field["name"]),
                &answer,
                code,
            );
        }
    }
}
