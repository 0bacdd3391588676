//! Who may ask for what: every operation of the schema, asked by each kind of caller.

use std::collections::BTreeSet;

use crate::house::{House, Who};

/// What a caller may come to hear.
const IN: &str = "allowed";
const NO: &str = "FORBIDDEN";
const NONE: &str = "NOT_FOUND";
const BAD: &str = "BAD_USER_INPUT";

const USER: &str = "user_00000000000000000000000000";
const PROFILE: &str = "profile_00000000000000000000000000";
const ROLE: &str = "role_00000000000000000000000000";
const THING: &str =
    "{ name: \"thing\", label: \"Thing\", plural: \"things\", pluralLabel: \"Things\", aboutAPerson: false }";
const RULE: &str = "rule_00000000000000000000000000";
const RULE_INPUT: &str = "{ name: \"named\", expression: \"name != null\", message: \"Name it.\" }";
const SET: &str = "permset_00000000000000000000000000";
const SET_GROUP: &str = "permsetgroup_00000000000000000000000000";
const GROUP: &str = "group_00000000000000000000000000";
const TERRITORY: &str = "territory_00000000000000000000000000";
const RECORD: &str = "rec_00000000000000000000000000";
const RESTRICTION: &str = "restriction_00000000000000000000000000";
const RESTRICTION_INPUT: &str =
    "{ name: \"Firms\", binds: { everybody: true }, condition: { industry: { eq: \"Energy\" } } }";
const SHARING: &str = "sharingrule_00000000000000000000000000";
const FACTOR: &str = "cred_00000000000000000000000000";
const DEVICE: &str = "device_00000000000000000000000000";
const TOKEN: &str = "token_00000000000000000000000000";
const SESSION: &str = "session_00000000000000000000000000";

/// What is told about access.
fn explanations() -> Vec<(&'static str, String, &'static str, &'static str)> {
    vec![
        (
            "explainAccess",
            format!(
                "{{ explainAccess(userId: \"{USER}\", object: \"account\", recordId: \"{RECORD}\") {{ allowed }} }}"
            ),
            NO,
            NONE,
        ),
        (
            "simulateAccessChange",
            "{ simulateAccessChange(change: { setOrgWideDefault: { object: \"account\", defaultAccess: READ } }, first: 10) { nodes { userId } } }".to_owned(),
            NO,
            IN,
        ),
        (
            "whoCanSee",
            format!("{{ whoCanSee(object: \"account\", recordId: \"{RECORD}\") {{ nodes {{ userId }} }} }}"),
            NO,
            NONE,
        ),
    ]
}

/// Each operation, with what a standard user and an administrator hear. Strangers hear UNAUTHENTICATED.
fn operations() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let user_input = format!("{{ email: \"cai@example.com\", name: \"Cai\", profileId: \"{PROFILE}\" }}");
    vec![
        ("me", "{ me { id } }".to_owned(), IN, IN),
        ("user", format!("{{ user(id: \"{USER}\") {{ id }} }}"), NONE, NONE),
        ("users", "{ users { edges { cursor } } }".to_owned(), NO, IN),
        ("sessions", "{ sessions { id } }".to_owned(), IN, IN),
        ("profiles", "{ profiles { id } }".to_owned(), NO, IN),
        ("profile", format!("{{ profile(id: \"{PROFILE}\") {{ id }} }}"), NO, NONE),
        ("roles", "{ roles { id } }".to_owned(), NO, IN),
        ("orgWideDefaults", "{ orgWideDefaults { object } }".to_owned(), NO, IN),
        ("preparations", "{ preparations { object } }".to_owned(), NO, IN),
        ("ledgerEntries", "{ ledgerEntries { seq } }".to_owned(), NO, IN),
        (
            "revokeSession",
            change(&format!("revokeSession(userId: \"{USER}\", id: \"{SESSION}\") {{ sessionId }}")),
            NO,
            NONE,
        ),
        (
            "revokeAllSessions",
            change(&format!("revokeAllSessions(userId: \"{USER}\") {{ count }}")),
            NO,
            NONE,
        ),
        (
            "inviteUser",
            change(&format!("inviteUser(input: {user_input}) {{ receipt }}")),
            NO,
            "BAD_USER_INPUT",
        ),
        ("reinviteUser", change(&format!("reinviteUser(id: \"{USER}\") {{ receipt }}")), NO, NONE),
        ("unlockUser", change(&format!("unlockUser(id: \"{USER}\") {{ receipt }}")), NO, NONE),
        (
            "updateUser",
            change(&format!("updateUser(id: \"{USER}\", input: {{ active: false }}) {{ receipt }}")),
            NO,
            NONE,
        ),
        ("createProfile", change("createProfile(input: { name: \"Empty\" }) { receipt }"), NO, IN),
        (
            "updateProfile",
            change(&format!("updateProfile(id: \"{PROFILE}\", input: {{ name: \"Mine\" }}) {{ receipt }}")),
            NO,
            NONE,
        ),
        ("createRole", change("createRole(input: { name: \"Sales\" }) { receipt }"), NO, IN),
        (
            "updateRole",
            change(&format!("updateRole(id: \"{ROLE}\", input: {{ name: \"Mine\" }}) {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "setOrgWideDefault",
            change("setOrgWideDefault(object: \"account\", defaultAccess: READ) { receipt }"),
            NO,
            IN,
        ),
        ("signOut", change("signOut { sessionId }"), IN, IN),
    ]
}

fn change(field: &str) -> String {
    format!("mutation {{ {field} }}")
}

/// The same of objects and fields.
fn definitions() -> Vec<(&'static str, String, &'static str, &'static str)> {
    vec![
        ("objects", "{ objects { name } }".to_owned(), IN, IN),
        ("object", "{ object(name: \"account\") { name } }".to_owned(), IN, IN),
        ("createObject", change(&format!("createObject(input: {THING}) {{ receipt }}")), NO, IN),
        (
            "updateObject",
            change("updateObject(object: \"account\", input: { label: \"Firm\" }) { receipt }"),
            NO,
            IN,
        ),
        (
            "createField",
            change(
                "createField(object: \"account\", input: { name: \"grade\", label: \"Grade\", type: TEXT }) { receipt }",
            ),
            NO,
            IN,
        ),
        (
            "updateField",
            change("updateField(object: \"account\", field: \"fax\", input: { help: \"Old.\" }) { receipt }"),
            NO,
            IN,
        ),
        ("validationRules", "{ validationRules(object: \"account\") { name } }".to_owned(), NO, IN),
        (
            "createValidationRule",
            change(&format!("createValidationRule(object: \"account\", input: {RULE_INPUT}) {{ receipt }}")),
            NO,
            IN,
        ),
        (
            "updateValidationRule",
            change(&format!(
                "updateValidationRule(id: \"{RULE}\", input: {{ active: false }}) {{ receipt }}"
            )),
            NO,
            NONE,
        ),
    ]
}

/// The same of what is shown beside a password.
fn factors() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let wrong = "flow: \"x\", method: TOTP, code: \"000000\"";
    vec![
        ("stepUp", change("stepUp(password: \"not the right one\") { __typename }"), IN, IN),
        ("answerStepUp", change(&format!("answerStepUp({wrong}) {{ __typename }}")), IN, IN),
        ("factors", format!("{{ factors(userId: \"{USER}\") {{ id }} }}"), NO, IN),
        ("offerTotp", change("offerTotp { secret }"), IN, IN),
        ("sendEnrolmentCode", change("sendEnrolmentCode { expiresAt }"), IN, IN),
        ("addTotp", change("addTotp(name: \"App\", secret: \"x\", code: \"0\") { receipt }"), BAD, BAD),
        ("addEmailCode", change("addEmailCode(code: \"0\") { receipt }"), BAD, BAD),
        (
            "addSmsCode",
            change("addSmsCode(name: \"Mine\", phone: \"+46701740605\", code: \"0\") { receipt }"),
            BAD,
            BAD,
        ),
        (
            "renameFactor",
            change(&format!("renameFactor(id: \"{FACTOR}\", name: \"Mine\") {{ receipt }}")),
            NONE,
            NONE,
        ),
        (
            "removeFactor",
            change(&format!("removeFactor(userId: \"{USER}\", id: \"{FACTOR}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        ("offerPasskey", change("offerPasskey { expiresAt }"), IN, IN),
        (
            "addPasskey",
            change("addPasskey(name: \"Key\", ceremony: \"x\", credential: \"{}\") { receipt }"),
            BAD,
            BAD,
        ),
        ("beginPasskeyStepUp", change("beginPasskeyStepUp { expiresAt }"), BAD, BAD),
        (
            "stepUpWithPasskey",
            change("stepUpWithPasskey(ceremony: \"x\", credential: \"{}\") { __typename }"),
            IN,
            IN,
        ),
        ("issueRecoveryCodes", change("issueRecoveryCodes { codes }"), IN, IN),
        ("rememberedDevices", "{ rememberedDevices { id } }".to_owned(), IN, IN),
        (
            "forgetDevice",
            change(&format!("forgetDevice(userId: \"{USER}\", id: \"{DEVICE}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "beginPasswordChange",
            change("beginPasswordChange(password: \"not the right one\") { __typename }"),
            IN,
            IN,
        ),
    ]
}

/// The same of tokens, resets, and what is decided about signing in.
fn security() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let session = "{ idleSeconds: 600, absoluteSeconds: 6000 }";
    let password = "{ minLength: 16, minLengthWithFactor: 9, required: [], history: 3, words: [] }";
    vec![
        ("accessTokens", "{ accessTokens { id } }".to_owned(), IN, IN),
        (
            "createAccessToken",
            change(
                "createAccessToken(input: { name: \"Mine\", scopes: [RECORDS_READ], expiresAt: \"2026-06-01T00:00:00Z\" }) { receipt }",
            ),
            IN,
            IN,
        ),
        (
            "revokeAccessToken",
            change(&format!("revokeAccessToken(userId: \"{USER}\", id: \"{TOKEN}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "startPasswordReset",
            change(&format!("startPasswordReset(id: \"{USER}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "importUser",
            change(&format!(
                "importUser(input: {{ email: \"wim@example.com\", name: \"Wim\", profileId: \"{PROFILE}\" }}, passwordHash: \"$2b$12${}\") {{ receipt }}",
                "a".repeat(53)
            )),
            NO,
            BAD,
        ),
        ("securitySettings", "{ securitySettings { passwordFindings { rule } } }".to_owned(), NO, IN),
        ("setSessionPolicy", change(&format!("setSessionPolicy(input: {session}) {{ receipt }}")), NO, IN),
        ("setPasswordPolicy", change(&format!("setPasswordPolicy(input: {password}) {{ receipt }}")), NO, IN),
        ("signInDecision", format!("{{ signInDecision(userId: \"{USER}\") {{ allowed }} }}"), NO, NONE),
        ("setAccessLimits", change("setAccessLimits(input: {}) { receipt }"), NO, IN),
        ("setMfaPolicy", change("setMfaPolicy(input: { required: false }) { receipt }"), NO, IN),
    ]
}

/// The same of groups and territories.
fn people() -> Vec<(&'static str, String, &'static str, &'static str)> {
    vec![
        ("groups", "{ groups { id } }".to_owned(), NO, IN),
        ("group", format!("{{ group(id: \"{GROUP}\") {{ id }} }}"), NO, NONE),
        ("createGroup", change("createGroup(input: { name: \"Desk\", kind: QUEUE }) { receipt }"), NO, IN),
        (
            "updateGroup",
            change(&format!(
                "updateGroup(id: \"{GROUP}\", input: {{ name: \"Desk\", members: [] }}) {{ receipt }}"
            )),
            NO,
            NONE,
        ),
        ("territories", "{ territories { id } }".to_owned(), NO, IN),
        ("territory", format!("{{ territory(id: \"{TERRITORY}\") {{ id }} }}"), NO, NONE),
        ("createTerritory", change("createTerritory(input: { name: \"Asia\" }) { receipt }"), NO, IN),
        (
            "updateTerritory",
            change(&format!(
                "updateTerritory(id: \"{TERRITORY}\", input: {{ name: \"Asia\" }}) {{ receipt }}"
            )),
            NO,
            NONE,
        ),
        (
            "assignTerritoryUsers",
            change(&format!("assignTerritoryUsers(id: \"{TERRITORY}\", userIds: []) {{ receipt }}")),
            NO,
            NONE,
        ),
        ("simpleScopes", "{ simpleScopes(object: \"account\") { custom } }".to_owned(), NO, IN),
        (
            "setSimpleScopes",
            change("setSimpleScopes(object: \"account\", input: { teamIds: [], scopes: [] }) { receipt }"),
            NO,
            IN,
        ),
        (
            "setTerritoryLevels",
            change(&format!("setTerritoryLevels(id: \"{TERRITORY}\", levels: []) {{ receipt }}")),
            NO,
            NONE,
        ),
        ("deleteTerritory", change(&format!("deleteTerritory(id: \"{TERRITORY}\") {{ receipt }}")), NO, NONE),
        ("deleteProfile", change(&format!("deleteProfile(id: \"{PROFILE}\") {{ receipt }}")), NO, NONE),
        ("deleteRole", change(&format!("deleteRole(id: \"{ROLE}\") {{ receipt }}")), NO, NONE),
        ("deleteGroup", change(&format!("deleteGroup(id: \"{GROUP}\") {{ receipt }}")), NO, NONE),
    ]
}

/// The same of permission sets.
fn permission_sets() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let group = "{ name: \"Desk\", permissionSetIds: [] }";
    vec![
        ("permissionSets", "{ permissionSets { id } }".to_owned(), NO, IN),
        ("permissionSet", format!("{{ permissionSet(id: \"{SET}\") {{ id }} }}"), NO, NONE),
        ("permissionSetGroups", "{ permissionSetGroups { id } }".to_owned(), NO, IN),
        ("permissionSetGroup", format!("{{ permissionSetGroup(id: \"{SET_GROUP}\") {{ id }} }}"), NO, NONE),
        (
            "permissionAssignments",
            format!("{{ permissionAssignments(userIds: [\"{USER}\"]) {{ userId }} }}"),
            NO,
            NONE,
        ),
        ("createPermissionSet", change("createPermissionSet(input: { name: \"Desk\" }) { receipt }"), NO, IN),
        (
            "updatePermissionSet",
            change(&format!("updatePermissionSet(id: \"{SET}\", input: {{ name: \"Mine\" }}) {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "deletePermissionSet",
            change(&format!("deletePermissionSet(id: \"{SET}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "createPermissionSetGroup",
            change(&format!("createPermissionSetGroup(input: {group}) {{ receipt }}")),
            NO,
            IN,
        ),
        (
            "updatePermissionSetGroup",
            change(&format!("updatePermissionSetGroup(id: \"{SET_GROUP}\", input: {group}) {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "deletePermissionSetGroup",
            change(&format!("deletePermissionSetGroup(id: \"{SET_GROUP}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "assignPermissionSets",
            change(&format!(
                "assignPermissionSets(userId: \"{USER}\", permissionSetIds: [], permissionSetGroupIds: []) {{ receipt }}"
            )),
            NO,
            NONE,
        ),
    ]
}

/// The same of rules about access.
fn access_rules() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let shared = format!(
        "{{ name: \"Energy\", level: READ, target: {{ kind: USER, id: \"{USER}\" }},
            condition: {{ industry: {{ eq: \"Energy\" }} }} }}"
    );
    vec![
        ("sharingRules", "{ sharingRules(object: \"account\") { name } }".to_owned(), NO, IN),
        ("movingUsers", "{ movingUsers { userId startedAt } }".to_owned(), NO, IN),
        ("resharings", "{ resharings { object done total } }".to_owned(), NO, IN),
        (
            "createSharingRule",
            change(&format!("createSharingRule(object: \"account\", input: {shared}) {{ receipt }}")),
            NO,
            "BAD_USER_INPUT",
        ),
        (
            "updateSharingRule",
            change(&format!("updateSharingRule(id: \"{SHARING}\", input: {shared}) {{ receipt }}")),
            NO,
            NONE,
        ),
        (
            "deleteSharingRule",
            change(&format!("deleteSharingRule(id: \"{SHARING}\") {{ receipt }}")),
            NO,
            NONE,
        ),
        ("restrictionRules", "{ restrictionRules(object: \"account\") { name } }".to_owned(), NO, IN),
        (
            "createRestrictionRule",
            change(&format!(
                "createRestrictionRule(object: \"account\", input: {RESTRICTION_INPUT}) {{ receipt }}"
            )),
            NO,
            IN,
        ),
        (
            "updateRestrictionRule",
            change(&format!(
                "updateRestrictionRule(id: \"{RESTRICTION}\", input: {RESTRICTION_INPUT}) {{ receipt }}"
            )),
            NO,
            NONE,
        ),
        (
            "deleteRestrictionRule",
            change(&format!("deleteRestrictionRule(id: \"{RESTRICTION}\") {{ receipt }}")),
            NO,
            NONE,
        ),
    ]
}

/// What somebody without a session may ask for; shown elsewhere.
const OPEN: [&str; 12] = [
    "signIn",
    "beginPasskeySignIn",
    "signInWithPasskey",
    "challengePasskey",
    "sendCode",
    "answerFactor",
    "changePassword",
    "requestPasswordReset",
    "beginPasswordReset",
    "activate",
    "unlockAccount",
    "completeSetup",
];

#[tokio::test]
async fn each_operation_answers_each_caller_as_the_table_says() {
    let (house, admin) = House::with_administrator().await;
    let bob = house.join(&admin, "bob@example.com", "Standard User").await;
    let all =
        definitions().into_iter().chain(permission_sets()).chain(people()).chain(factors()).chain(security());
    let all = all.chain(explanations()).chain(access_rules()).chain(operations());
    for (name, document, standard, administrator) in all {
        let callers = [
            ("stranger", &Who::Stranger, "UNAUTHENTICATED"),
            ("standard", &bob, standard),
            ("administrator", &admin, administrator),
        ];
        for (who, caller, expected) in callers {
            let answer = house.ask(caller, &document).await;
            let heard = if answer.body.contains("\"errors\"") { answer.code() } else { IN.to_owned() };
            assert_eq!(heard, expected, "{name}, {who}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn no_operation_is_missing_from_the_table() {
    let (house, admin) = House::with_administrator().await;
    let document = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let schema = house.ask(&admin, document).await.data()["__schema"].take();
    let roots =
        ["queryType", "mutationType"].into_iter().flat_map(|root| schema[root]["fields"].as_array().unwrap());
    let offered: BTreeSet<_> = roots.map(|field| field["name"].as_str().unwrap().to_owned()).collect();
    let known = operations()
        .into_iter()
        .chain(explanations())
        .chain(definitions())
        .chain(permission_sets())
        .chain(people())
        .chain(factors())
        .chain(security())
        .chain(access_rules())
        .map(|(name, ..)| name)
        .chain(OPEN)
        .map(str::to_owned)
        .collect();
    assert_eq!(offered, known);
}
