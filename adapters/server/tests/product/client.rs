//! Somebody who talks to the server over HTTP.

use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, HeaderMap},
};
use serde_json::{Value, json};

pub(crate) const RECORDS: &str = "graphql";
pub(crate) const SETUP: &str = "graphql/setup";

/// Talks to one server.
pub(crate) struct Client {
    http: reqwest::Client,
    address: String,
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        Self { http: reqwest::Client::new(), address: address.to_owned() }
    }

    /// Asks, and takes the answer with its errors.
    pub(crate) async fn try_ask(&self, token: &str, endpoint: &str, query: &str, variables: Value) -> Value {
        self.post(token, endpoint, &json!({ "query": query, "variables": variables })).await.1
    }

    /// Sends this body, and takes the status and the answer.
    pub(crate) async fn post(&self, token: &str, endpoint: &str, body: &Value) -> (StatusCode, Value) {
        let mut request = self.http.post(format!("{}/{endpoint}", self.address)).json(body);
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Asks for what must be answered.
    pub(crate) async fn ask(&self, token: &str, endpoint: &str, query: &str, variables: Value) -> Value {
        let mut answer = self.try_ask(token, endpoint, query, variables).await;
        assert_eq!(answer["errors"], Value::Null, "{query}");
        answer["data"].take()
    }

    /// The code of the refusal of what must be refused.
    pub(crate) async fn refusal(&self, token: &str, endpoint: &str, query: &str, variables: Value) -> Value {
        self.try_ask(token, endpoint, query, variables).await["errors"][0].take()
    }

    /// A session's token, or nothing.
    pub(crate) async fn sign_in(&self, workspace: &str, email: &str, password: &str) -> Option<String> {
        let query = "mutation ($workspace: String!, $email: String!, $password: String!) {
            signIn(workspace: $workspace, email: $email, password: $password, deliver: BEARER) {
                ... on SignedIn { token } } }";
        let variables = json!({ "workspace": workspace, "email": email, "password": password });
        let answer = self.ask("", SETUP, query, variables).await;
        answer["signIn"]["token"].as_str().map(str::to_owned)
    }

    /// The status, the headers and the text of a page.
    pub(crate) async fn get(&self, path: &str) -> (u16, HeaderMap, String) {
        let response = self.http.get(format!("{}/{path}", self.address)).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.text().await.unwrap())
    }
}
