//! Documents for the common jobs, for people to begin with.

/// A document that does one job, as people would send it.
///
/// Its first line is a comment that says what it does. If it has variables, its second line is a comment with
/// some to try, as JSON; `rec_…` stands for the id of an account, and `user_…` for that of a user.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What it is called, as `list-accounts`.
    pub name: &'static str,
    /// The path of the endpoint that it is sent to.
    pub endpoint: &'static str,
    /// The document.
    pub document: &'static str,
}

/// A document for `/graphql`.
macro_rules! records {
    ($name:literal) => {
        Example {
            name: $name,
            endpoint: "/graphql",
            document: include_str!(concat!("../examples/records/", $name, ".graphql")),
        }
    };
}

/// A document for `/graphql/setup`.
macro_rules! setup {
    ($name:literal) => {
        Example {
            name: $name,
            endpoint: "/graphql/setup",
            document: include_str!(concat!("../examples/setup/", $name, ".graphql")),
        }
    };
}

/// The examples, in an order in which they can be run on one account.
pub const EXAMPLES: [Example; 31] = [
    records!("me"),
    records!("list-accounts"),
    records!("browse-accounts"),
    records!("filter-opportunities"),
    records!("sum-opportunities"),
    records!("page-contacts"),
    records!("search-contacts"),
    records!("read-account"),
    records!("account-with-contacts"),
    records!("create-account"),
    records!("create-accounts"),
    records!("update-account"),
    records!("account-history"),
    records!("account-as-it-was"),
    records!("restore-account-version"),
    records!("add-account-team-members"),
    records!("account-team"),
    records!("delete-account"),
    records!("restore-account"),
    records!("object"),
    setup!("ledger"),
    setup!("refusals"),
    setup!("users"),
    setup!("sessions"),
    setup!("factors"),
    setup!("sign-in"),
    setup!("send-code"),
    setup!("answer-factor"),
    setup!("step-up"),
    setup!("answer-step-up"),
    setup!("sign-out"),
];
