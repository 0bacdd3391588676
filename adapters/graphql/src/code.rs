//! The closed list of what programs can tell errors apart by.

/// What a program can tell errors apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// As it stands in an error's `extensions.code`.
    pub code: &'static str,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// What a client does about it, in a sentence.
    pub remedy: &'static str,
}

/// Every code there is. A new one is a change of the API.
pub const ERROR_CODES: [ErrorCode; 15] = [
    code("UNAUTHENTICATED", "Nobody is signed in, or no longer.", "Sign in."),
    code(
        "STEP_UP_REQUIRED",
        "You have not shown lately enough who you are.",
        "Show it once more by `stepUp`, and ask again with the new token.",
    ),
    code("FORBIDDEN", "You may not do this, and that it can be done is no secret.", "Ask an administrator."),
    code(
        "FIELD_NOT_READABLE",
        "A filter, an order, a group or an aggregate names a field that you may not read, be it of a record referred to.",
        "Leave it out.",
    ),
    code("NOT_FOUND", "It does not exist, or you may not know that it does.", "Look for it in a list."),
    code("BAD_USER_INPUT", "The request makes no sense.", "Mend it; sent again as it is, it fails again."),
    code(
        "VALIDATION_FAILED",
        "Fields hold what they cannot hold; `extensions.fields` names each with a code and a message.",
        "Show the messages beside the fields.",
    ),
    code("IN_USE", "It cannot be removed while something else needs it.", "Take it away there first."),
    code(
        "VERSION_CONFLICT",
        "The record has changed since the version you named.",
        "Read it again, and decide anew.",
    ),
    code(
        "IDEMPOTENCY_CONFLICT",
        "The idempotency key was used for another change.",
        "Use a new key for each change.",
    ),
    code("IDEMPOTENCY_KEY_REQUIRED", "Changes need an idempotency key here.", "Send one."),
    code("QUERY_TOO_COMPLEX", "The request asks for too much.", "Ask for less, or by smaller pages."),
    code(
        "RATE_LIMITED",
        "There were too many refused requests, or too many unique values that were used already.",
        "Wait for as many seconds as `extensions.retryAfter` says.",
    ),
    code(
        "UNAVAILABLE",
        "A part of the system cannot be reached.",
        "Try again later, with the same idempotency key.",
    ),
    code(
        "INTERNAL",
        "There is a defect or damage; `extensions.traceId` finds it in the log.",
        "Tell an operator.",
    ),
];

const fn code(code: &'static str, meaning: &'static str, remedy: &'static str) -> ErrorCode {
    ErrorCode { code, meaning, remedy }
}
