//! Errors as clients see them: a message for people, and a stable code for programs.
//!
//! Resolvers return the engine's errors with a plain `?`; GraphQL carries them along as the source. Here, and
//! nowhere else, they get their `extensions`, so that no resolver can forget it.

use std::{error::Error as StdError, sync::Arc};

use async_graphql::{
    ErrorExtensionValues, Name, PathSegment, QueryPathNode, QueryPathSegment, ServerError, Value,
    indexmap::IndexMap,
};
use sutra_engine::Error;
use sutra_kernel::RequestId;
use sutra_records::{FieldProblem, Violation};

/// The code of what the client got wrong before anything was asked of the engine.
pub(crate) const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
/// The code of what a part of the system was too busy for, or out of reach.
pub(crate) const UNAVAILABLE: &str = "UNAVAILABLE";
const INTERNAL: &str = "INTERNAL";

/// What the GraphQL library says of its own and our schema's defects.
const DEFECT: &str = "internal:";
/// Before what the GraphQL library's parser expected; what it draws above is for terminals.
const EXPECTED: &str = "\n  = ";
/// Where the GraphQL library begins to guess at names.
const SUGGESTION: &str = " Did you mean";

/// An error that is no engine's: with this code and this message.
pub(crate) fn coded(code: &str, message: impl Into<String>) -> ServerError {
    with(ServerError::new(message, None), [("code", Value::from(code))])
}

/// Says where in the answer an error belongs, unless it says so itself: in schemas that are built at run time the
/// library does not.
pub(crate) fn placed(error: ServerError, node: &QueryPathNode<'_>) -> ServerError {
    if !error.path.is_empty() {
        return error;
    }
    let nodes = std::iter::once(node).chain(node.parents());
    let mut path: Vec<_> = nodes
        .map(|node| match node.segment {
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
            QueryPathSegment::Index(index) => PathSegment::Index(index),
        })
        .collect();
    path.reverse();
    ServerError { path, ..error }
}

/// Gives an error its code and what else its code promises.
pub(crate) fn explained(error: ServerError, request: RequestId) -> ServerError {
    if error.extensions.as_ref().is_some_and(|known| known.get("code").is_some()) {
        return error;
    }
    let shared = error.source::<Arc<Error>>().map(AsRef::as_ref);
    match shared.or_else(|| error.source::<Error>()) {
        Some(source) => {
            let extensions = extensions(source, request);
            with(error, extensions)
        }
        None => explained_library(error, request),
    }
}

/// An error of the engine that was met outside of any resolver.
pub(crate) fn refused(error: &Error, request: RequestId) -> ServerError {
    with(ServerError::new(error.to_string(), None), extensions(error, request))
}

fn extensions(error: &Error, request: RequestId) -> Vec<(&'static str, Value)> {
    let mut extensions = vec![("code", Value::from(error.code()))];
    match error {
        Error::At { index, error } => {
            extensions = self::extensions(error, request);
            extensions.push(("index", Value::from(*index)));
        }
        Error::Internal(source) => {
            log(source.as_ref(), request);
            extensions.push(("traceId", Value::from(request.to_string())));
        }
        Error::Unavailable(source) => {
            log(source, request);
            extensions.push(("traceId", Value::from(request.to_string())));
        }
        Error::RateLimited { retry_after } => {
            let seconds = u64::try_from(retry_after.as_micros().div_ceil(1_000_000)).unwrap_or(u64::MAX);
            extensions.push(("retryAfter", Value::from(seconds)));
        }
        Error::Validation(problems) => extensions.push(("fields", problems.iter().map(problem).collect())),
        Error::Rules(violations) => {
            extensions.push(("rules", violations.iter().map(violation).collect()));
        }
        _ => {}
    }
    extensions
}

/// An error of the GraphQL library: the document does not fit the schema, or the schema has a defect.
fn explained_library(mut error: ServerError, request: RequestId) -> ServerError {
    if error.message.starts_with(DEFECT) {
        tracing::error!(%request, cause = error.message, "a resolver does not fit its schema");
        error.message = Error::Internal("a resolver does not fit its schema".into()).to_string();
        return with(error, [("code", Value::from(INTERNAL)), ("traceId", Value::from(request.to_string()))]);
    }
    if let Some((_, expected)) = error.message.rsplit_once(EXPECTED) {
        error.message = format!("the document is not GraphQL: {}", expected.trim());
    }
    if let Some((before, _)) = error.message.split_once(SUGGESTION) {
        error.message = before.to_owned();
    }
    with(error, [("code", Value::from(BAD_USER_INPUT))])
}

fn with(mut error: ServerError, pairs: impl IntoIterator<Item = (&'static str, Value)>) -> ServerError {
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    for (key, value) in pairs {
        extensions.set(key, value);
    }
    error
}

/// The causes are for operators, who find them by the request's id.
fn log(source: &(dyn StdError + 'static), request: RequestId) {
    let chain: Vec<String> =
        std::iter::successors(Some(source), |error| (*error).source()).map(ToString::to_string).collect();
    tracing::error!(%request, cause = chain.join(": "), "a request failed");
}

fn problem(problem: &FieldProblem) -> Value {
    let entries = [
        ("field", problem.field.to_string()),
        ("code", problem.code.as_str().to_owned()),
        ("message", problem.message.clone()),
    ];
    let entries = entries.into_iter().map(|(key, text)| (Name::new(key), Value::from(text)));
    Value::Object(entries.collect::<IndexMap<_, _>>())
}

/// A rule that reads what the caller may not see has no name here, and no fields.
fn violation(violation: &Violation) -> Value {
    let mut entries = IndexMap::from([
        (Name::new("code"), Value::from("RULE")),
        (Name::new("message"), Value::from(violation.message.clone())),
    ]);
    if let Some(rule) = &violation.rule {
        let fields = rule.fields.iter().map(|field| Value::from(field.to_string())).collect();
        entries.insert(Name::new("name"), Value::from(rule.name.to_string()));
        entries.insert(Name::new("fields"), Value::List(fields));
    }
    Value::Object(entries)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::Pos;
    use sutra_kernel::{PortError, Uuid};

    use super::*;

    fn shown(error: async_graphql::Error) -> serde_json::Value {
        let request = RequestId::from_uuid(Uuid::from_u128(1));
        let error = error.into_server_error(Pos { line: 1, column: 1 });
        serde_json::to_value(explained(error, request)).unwrap()
    }

    #[test]
    fn every_error_has_its_code_wherever_it_comes_from() {
        let clash = Error::Forbidden("no".to_owned());
        let cases = [
            ("the engine's", Error::Unauthenticated.into(), "UNAUTHENTICATED"),
            ("a load's", async_graphql::Error::new_with_source(Arc::new(clash)), "FORBIDDEN"),
            ("the library's", async_graphql::Error::new("Unknown field \"a\""), "BAD_USER_INPUT"),
            ("a defect of ours", async_graphql::Error::new("internal: not a string"), "INTERNAL"),
        ];
        for (name, error, code) in cases {
            assert_eq!(shown(error)["extensions"]["code"], code, "{name}");
        }
    }

    #[test]
    fn who_asked_too_often_learns_in_how_many_seconds_to_ask_again() {
        let error = Error::RateLimited { retry_after: Duration::from_millis(1_200) };
        assert_eq!(shown(error.into())["extensions"]["retryAfter"], 2);
    }

    #[test]
    fn what_is_for_operators_is_not_for_clients() {
        let source = PortError::corrupt("row 7 of table `record` at 10.0.0.7");
        for error in [Error::from(source), Error::Unavailable(PortError::unavailable("10.0.0.7 is down"))] {
            let json = shown(error.into());
            assert!(!json.to_string().contains("10.0.0.7"), "{json}");
            assert_eq!(json["extensions"]["traceId"], "req_00000000000000000000000001");
        }
        let defect = shown(async_graphql::Error::new("internal: \"7\" not a Value"));
        assert!(!defect.to_string().contains("not a Value"), "{defect}");
    }

    #[test]
    fn nobody_is_helped_to_guess_names() {
        let json = shown(async_graphql::Error::new("Unknown field \"a\". Did you mean \"salary\"?"));
        assert_eq!(json["message"], "Unknown field \"a\".");
    }
}
