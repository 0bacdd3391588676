//! Requests over the wire, and what comes back.

use reqwest::header;
use serde_json::{Value, json};

use crate::{
    ask::{Elsewhere, List, Request},
    case::{Kind, World},
    company::Company,
    wording::{self, Worded, type_of},
};

/// Sends a request, or lets others do something, and says all that came back.
pub(crate) async fn send(company: &mut Company, request: &Request) -> String {
    match request {
        Request::Query(query) => post(company, wording::query(company, query)).await.0,
        Request::List(list) => pages(company, list).await,
        Request::Change(change) => {
            let (said, answer) = post(company, wording::change(company, change)).await;
            for kind in Kind::BOTH {
                if let Some(id) = answer["data"][format!("create{}", type_of(kind))]["id"].as_str() {
                    company.made.push((kind, id.to_owned()));
                }
            }
            said
        }
        Request::Elsewhere(what) => {
            elsewhere(company, *what).await;
            String::new()
        }
    }
}

/// Reads a list page by page, as far as it goes or the viewer wants to.
async fn pages(company: &mut Company, list: &List) -> String {
    let (mut all, mut cursor) = (String::new(), Value::Null);
    for _ in 0..list.pages {
        let (said, answer) = post(company, wording::page(company, list, &cursor)).await;
        all += &said;
        let info = &answer["data"]["page"]["pageInfo"];
        let (more, next) =
            if list.is_backward { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
        if info[more] != true {
            break;
        }
        cursor = info[next].clone();
    }
    all
}

async fn post(company: &mut Company, worded: Worded) -> (String, Value) {
    let Worded { document, variables, key } = worded;
    let request = company.client.post(format!("{}/graphql", company.address));
    let request = request.bearer_auth(&company.token).header(header::CONTENT_TYPE, "application/json");
    let request = match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    };
    let body = json!({ "query": document, "variables": variables }).to_string();
    let response = request.body(body).send().await.unwrap();
    let own = [header::DATE.as_str(), header::CONTENT_LENGTH.as_str(), "x-request-id"];
    let headers: Vec<_> = response
        .headers()
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    let status = response.status();
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let body = company.numbers.replace(&answer);
    (format!("{status} {}\n{body}\n", headers.join(", ")), answer)
}

/// Lets somebody do in one world what the viewer cannot see.
async fn elsewhere(company: &mut Company, what: Elsewhere) {
    if company.world == World::B {
        return;
    }
    match what {
        Elsewhere::Rename(thing, name) => company.rename(thing, name).await,
        Elsewhere::Delete(thing) => company.delete(thing).await,
        Elsewhere::Make(kind, name) => company.make(kind, name).await,
    }
}
