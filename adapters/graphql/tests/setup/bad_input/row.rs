//! What each place refuses, and with which code.

use serde_json::{Value, json};

use super::{
    BAD,
    access::{of_people, of_permissions, of_sharing},
    place::{Place, Schema},
    shelf::Shelf,
};

/// A value in a few words, the value, and the code that it is refused with.
pub(super) type Bad = (&'static str, Value, &'static str);

pub(super) const GONE: &str = "NOT_FOUND";
const DENIED: &str = "FORBIDDEN";

/// What a place refuses.
///
/// # Panics
/// If nobody says what values of its type, or what texts and ids in its place, are refused.
pub(super) fn refused(schema: &Schema, place: &Place, it: &Shelf) -> Vec<Bad> {
    let mut refused = if place.is_present { vec![("null", Value::Null, BAD)] } else { Vec::new() };
    refused.extend(by_type(schema, place));
    refused.extend(by_place(place, it));
    refused
}

fn by_type(schema: &Schema, place: &Place) -> Vec<Bad> {
    match place.ty.as_str() {
        "String" => vec![
            ("a number", json!(5), BAD),
            ("a list", json!([["a"]]), BAD),
            ("an object", json!({}), BAD),
            ("U+0000", json!("a\0"), BAD),
        ],
        "ID" => vec![
            ("a truth", json!(true), BAD),
            ("a list", json!([[]]), BAD),
            ("an object", json!({}), BAD),
            ("U+0000", json!("\0"), BAD),
        ],
        "Int" | "Long" => vec![
            ("a text", json!("5"), BAD),
            ("a part", json!(1.5), BAD),
            ("a truth", json!(true), BAD),
            ("negative", json!(-1), BAD),
            ("more than there can be", json!(99_999_999_999_999_999_999.0), BAD),
        ],
        "DateTime" => vec![
            ("a number", json!(5), BAD),
            ("a word", json!("soon"), BAD),
            ("no time", json!("2026-06-01"), BAD),
        ],
        "Boolean" => vec![
            ("a text", json!("true"), BAD),
            ("a number", json!(1), BAD),
            ("a list", json!([[true]]), BAD),
        ],
        // What these may be depends on the field: the place says it.
        "FieldValue" | "RecordCondition" => Vec::new(),
        list if list.starts_with('[') => {
            vec![
                ("a number", json!(5), BAD),
                ("a list of lists", json!([[[]]]), BAD),
                ("a truth", json!(true), BAD),
            ]
        }
        ty if schema.is_enum(ty) => vec![
            ("no word of the list", json!("SPACESHIP"), BAD),
            ("small letters", json!("spaceship"), BAD),
            ("a number", json!(5), BAD),
            ("a truth", json!(true), BAD),
        ],
        ty if schema.is_input(ty) => vec![
            ("a word", json!("Acme"), BAD),
            ("a number", json!(5), BAD),
            ("a list", json!([[]]), BAD),
            ("no field", json!({ "spaceship": 1 }), BAD),
        ],
        ty => panic!("nobody says what `{ty}` refuses: add a row"),
    }
}

fn by_place(place: &Place, it: &Shelf) -> Vec<Bad> {
    let key = place.key.as_str();
    let (_, name) = key.split_once('.').unwrap();
    let found = of_sign_ins(key)
        .or_else(|| of_factors(key))
        .or_else(|| of_security(key))
        .or_else(|| of_people(key, name, it))
        .or_else(|| of_permissions(key, name, it))
        .or_else(|| of_sharing(key, name, it))
        .or_else(|| of_definitions(key, name))
        .or_else(|| of_any(key, name));
    found.unwrap_or_else(|| {
        let is_said_by_type = !["String", "ID"].contains(&place.ty.as_str());
        assert!(is_said_by_type, "nobody says what `{key}` refuses: add a row");
        Vec::new()
    })
}

/// What comes before a session. What is wrong about a sign-in is one of its steps, and no error; and whoever has no good
/// link is told nothing else.
fn of_sign_ins(key: &str) -> Option<Vec<Bad>> {
    Some(match key {
        "signIn.workspace" | "signIn.email" | "signIn.password" | "stepUp.password" => Vec::new(),
        "completeSetup.email" | "completeSetup.name" | "completeSetup.password" => Vec::new(),
        "activate.email" | "unlockAccount.email" | "beginPasswordReset.email" => {
            vec![("of another", json!("bob@example.com"), DENIED)]
        }
        "activate.workspace"
        | "unlockAccount.workspace"
        | "completeSetup.workspace"
        | "beginPasswordReset.workspace" => {
            vec![("of none", json!("spaceship"), DENIED)]
        }
        "activate.token" | "unlockAccount.token" | "completeSetup.token" | "beginPasswordReset.token" => {
            vec![("no token", json!("x"), DENIED), ("endless", json!("x".repeat(10_000)), DENIED)]
        }
        "activate.password" => {
            vec![("too short", json!("short"), BAD), ("too long", json!("x".repeat(2_000)), BAD)]
        }
        _ => return None,
    })
}

/// What is shown beside a password. A wrong answer is one of the steps, and no error.
fn of_factors(key: &str) -> Option<Vec<Bad>> {
    Some(match key {
        "answerFactor.flow" | "answerFactor.code" | "answerStepUp.flow" | "answerStepUp.code" => Vec::new(),
        "changePassword.flow" | "changePassword.password" | "changePassword.code" => Vec::new(),
        "beginPasswordChange.password" | "signIn.deviceToken" => Vec::new(),
        // Whether somebody has an address is not said, and so is not whether it is one.
        "requestPasswordReset.workspace" | "requestPasswordReset.email" => Vec::new(),
        "answerFactor.ceremony" | "answerStepUp.ceremony" | "changePassword.ceremony" => Vec::new(),
        "beginPasskeySignIn.workspace" | "signInWithPasskey.workspace" => Vec::new(),
        "signInWithPasskey.ceremony"
        | "signInWithPasskey.credential"
        | "stepUpWithPasskey.ceremony"
        | "stepUpWithPasskey.credential" => Vec::new(),
        "addPasskey.ceremony" | "addPasskey.credential" => {
            vec![("no letter", json!(""), BAD), ("endless", json!("1".repeat(100_000)), BAD)]
        }
        "sendCode.flow" | "challengePasskey.flow" => {
            vec![("no flow", json!("x"), DENIED), ("endless", json!("x".repeat(10_000)), DENIED)]
        }
        "sendEnrolmentCode.phone" | "addSmsCode.phone" => vec![
            ("no letter", json!(""), BAD),
            ("without a country", json!("0701740605"), BAD),
            ("endless", json!("1".repeat(10_000)), BAD),
        ],
        "addTotp.secret" | "addTotp.code" | "addEmailCode.code" | "addSmsCode.code" => vec![
            ("no letter", json!(""), BAD),
            ("a word", json!("spaceship"), BAD),
            ("endless", json!("1".repeat(10_000)), BAD),
        ],
        "addTotp.name" | "addSmsCode.name" | "addPasskey.name" | "renameFactor.name" => texts(121),
        "renameFactor.id" | "removeFactor.id" => ids("cred", "user_01h455vb4pex5vsknk084sn02q", GONE),
        _ => return None,
    })
}

/// What is decided about signing in, tokens and devices.
fn of_security(key: &str) -> Option<Vec<Bad>> {
    Some(match key {
        "SessionPolicyInput.idleSeconds" => vec![("none", json!(0), BAD), ("days", json!(100_000), BAD)],
        "SessionPolicyInput.absoluteSeconds" => {
            vec![("less than idle", json!(60), BAD), ("years", json!(100_000_000), BAD)]
        }
        "PasswordPolicyInput.minLength" | "PasswordPolicyInput.minLengthWithFactor" => {
            vec![("too few", json!(5), BAD), ("too many", json!(65), BAD), ("endless", json!(70_000), BAD)]
        }
        "PasswordPolicyInput.history" => vec![("too many", json!(25), BAD)],
        "PasswordPolicyInput.maxAgeDays" => vec![("none", json!(0), BAD), ("too many", json!(3_651), BAD)],
        "PasswordPolicyInput.words[]" => {
            vec![("a short one", json!("a"), BAD), ("endless", json!("x".repeat(10_000)), BAD)]
        }
        "MfaPolicyInput.graceDays" => vec![("too many", json!(91), BAD)],
        "MfaPolicyInput.rememberDays" => vec![("too many", json!(31), BAD)],
        "signInDecision.address" => {
            vec![("a name", json!("localhost"), BAD), ("endless", json!("1".repeat(10_000)), BAD)]
        }
        "importUser.passwordHash" => vec![
            ("a password", json!("sleepy otters juggle lanterns"), BAD),
            ("of another kind", json!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"), BAD),
            ("endless", json!("$2b$12$".repeat(1_000)), BAD),
        ],
        "signInDecision.at" => Vec::new(),
        "AccessLimitsInput.allowAddresses[]" | "AccessLimitsInput.denyAddresses[]" => {
            vec![("a name", json!("localhost"), BAD), ("too wide a prefix", json!("192.0.2.0/33"), BAD)]
        }
        "AccessLimitsInput.countries[]" => {
            vec![("no country", json!("XX"), BAD), ("a name", json!("Sweden"), BAD)]
        }
        "AccessLimitsInput.countries" => vec![("nothing", json!([]), BAD)],
        "SignInHoursInput.zone" => vec![("nowhere", json!("Mars/Olympus"), BAD)],
        "SignInHoursInput.windows" => vec![("nothing", json!([]), BAD)],
        "SignInHoursInput.windows[]" => {
            vec![("backward", json!("monday 18:00-08:00"), BAD), ("a word", json!("always"), BAD)]
        }
        "SessionPolicyInput.limit" => vec![("none", json!(0), BAD), ("too many", json!(1_001), BAD)],
        "CreateAccessTokenInput.name" => texts(121),
        "CreateAccessTokenInput.expiresAt" => vec![
            ("long ago", json!("1999-06-01T00:00:00Z"), BAD),
            ("in years", json!("2099-06-01T00:00:00Z"), BAD),
        ],
        "CreateAccessTokenInput.scopes" => vec![("nothing", json!([]), BAD)],
        "revokeAccessToken.id" => ids("token", "user_01h455vb4pex5vsknk084sn02q", GONE),
        "forgetDevice.id" => ids("device", "user_01h455vb4pex5vsknk084sn02q", GONE),
        _ => return None,
    })
}

/// Objects, fields and rules.
fn of_definitions(key: &str, name: &str) -> Option<Vec<Bad>> {
    let taken = |taken: &'static str, reserved: &'static str| {
        [names(), vec![("taken", json!(taken), BAD), ("reserved", json!(reserved), BAD)]].concat()
    };
    Some(match (key, name) {
        ("CreateObjectInput.name" | "CreateObjectInput.plural", _) => taken("account", "user"),
        ("CreateFieldInput.name", _) => taken("phone", "ownerId"),
        ("SubjectInput.field", _) => taken("name", "id"),
        ("CreateValidationRuleInput.name", _) => [names(), vec![("taken", json!("named"), BAD)]].concat(),
        ("SubjectInput.target", _) => {
            vec![("no object", json!("spaceship"), BAD), ("no persons", json!("account"), BAD)]
        }
        ("CreateFieldInput.maxLength" | "CreateFieldInput.scale", _) => {
            vec![("of another type", json!(5), BAD)]
        }
        ("CreateFieldInput.target", _) => vec![("of another type", json!("account"), BAD)],
        ("CreateFieldInput.picklist", _) => {
            vec![("nothing", json!([]), BAD), ("twice the same", twice(), BAD)]
        }
        ("UpdateFieldInput.picklist", _) => vec![("twice the same", twice(), BAD)],
        ("PicklistValueInput.value", _) => texts(256),
        ("updateValidationRule.id", _) => ids("rule", "user_01h455vb4pex5vsknk084sn02q", GONE),
        (_, "defaultValue") => {
            vec![("a number", json!(5), BAD), ("no value of the list", json!("Nowhere"), BAD)]
        }
        (_, "expression") => vec![
            ("no letter", json!(""), BAD),
            ("no expression", json!("name !="), BAD),
            ("no field", json!("spaceship == 1"), BAD),
            ("no truth", json!("1"), BAD),
            ("too long", json!("x".repeat(10_000)), BAD),
        ],
        (_, "message") => vec![("no letter", json!(""), BAD), ("too long", json!("x".repeat(256)), BAD)],
        (_, "help") => {
            vec![("too long", json!("x".repeat(501)), BAD), ("a hidden character", json!("a\u{7}"), BAD)]
        }
        (_, "label" | "pluralLabel" | "nameLabel") => texts(256),
        _ => return None,
    })
}

fn of_any(key: &str, name: &str) -> Option<Vec<Bad>> {
    Some(match (key, name) {
        (_, "idempotencyKey") => vec![
            ("no letter", json!(""), BAD),
            ("too long", json!("k".repeat(256)), BAD),
            ("other letters", json!("ключ"), BAD),
        ],
        (_, "object" | "field") | ("object.name", _) => {
            vec![("of none", json!("spaceship"), BAD), ("no letter", json!(""), BAD)]
        }
        _ => return None,
    })
}

/// What is shown to people cannot be empty, this long, or have characters that are not shown.
pub(super) fn texts(length: usize) -> Vec<Bad> {
    vec![
        ("no letter", json!(""), BAD),
        ("too long", json!("x".repeat(length)), BAD),
        ("a hidden character", json!("a\u{7}"), BAD),
    ]
}

fn twice() -> Value {
    json!([{ "value": "Same" }, { "value": "same" }])
}

fn names() -> Vec<Bad> {
    vec![
        ("no letter", json!(""), BAD),
        ("two words", json!("two words"), BAD),
        ("a capital", json!("Capital"), BAD),
        ("too long", json!("x".repeat(65)), BAD),
        ("a word of the language", json!("__typename"), BAD),
    ]
}

/// What is no id of this kind, and the id of nothing.
pub(super) fn ids(prefix: &'static str, another: &str, absent: &'static str) -> Vec<Bad> {
    let nobody = json!(format!("{prefix}_01h455vb4pex5vsknk084sn02q"));
    [wrong_ids(another), vec![("of nothing", nobody, absent)]].concat()
}

pub(super) fn wrong_ids(another: &str) -> Vec<Bad> {
    vec![
        ("no letter", json!(""), BAD),
        ("a word", json!("Acme"), BAD),
        ("of another kind", json!(another), BAD),
        ("endless", json!("0".repeat(10_000)), BAD),
    ]
}
