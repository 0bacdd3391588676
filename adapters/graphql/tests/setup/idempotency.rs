//! Requests that come twice.

use serde_json::json;

use crate::house::{House, PASSWORD, Who};

const KEYED: &str = ", idempotencyKey: \"k1\"";

#[tokio::test]
async fn a_repeated_invitation_answers_the_user_without_the_token() {
    let (house, admin) = House::with_administrator().await;
    let profile = house.profile(&admin, "Standard User").await;
    let document = "mutation ($profile: ID!) {
        inviteUser(input: { email: \"bob@example.com\", name: \"Bob\", profileId: $profile }, idempotencyKey: \"k1\") {
            activationToken repeated receipt user { id email } } }";
    let invite = async || {
        house.send(&admin, document, json!({ "profile": profile })).await.data()["inviteUser"].take()
    };
    let (first, again) = (invite().await, invite().await);
    assert_eq!((&first["repeated"], &again["repeated"]), (&json!(false), &json!(true)));
    assert_eq!((&first["user"], &first["receipt"]), (&again["user"], &again["receipt"]));
    assert_eq!(again["activationToken"], json!(null));
    let token = first["activationToken"].as_str().unwrap();
    house.activate("bob@example.com", token).await.data();
    house.sign_in("bob@example.com", PASSWORD).await;
}

#[tokio::test]
async fn every_kind_of_administration_can_be_repeated() {
    let (house, admin) = House::with_administrator().await;
    house.join(&admin, "bob@example.com", "Standard User").await;
    let users =
        house.ask(&admin, "{ users { edges { node { id email } } } }").await.data()["users"]["edges"].take();
    let bob =
        users.as_array().unwrap().iter().find(|edge| edge["node"]["email"] == "bob@example.com").unwrap();
    let bob = bob["node"]["id"].as_str().unwrap();
    let role =
        house.ask(&admin, "mutation { createRole(input: { name: \"Clerk\" }) { role { id } } }").await.data();
    let role = role["createRole"]["role"]["id"].as_str().unwrap();
    let profile = house
        .ask(&admin, "mutation { createProfile(input: { name: \"Guest\" }) { profile { id } } }")
        .await
        .data();
    let profile = profile["createProfile"]["profile"]["id"].as_str().unwrap();
    let changes = [
        format!(
            "updateUser(id: \"{bob}\", input: {{ name: \"Robert\" }}{KEYED}) {{ receipt user {{ name version }} }}"
        ),
        format!("createRole(input: {{ name: \"Auditor\" }}{KEYED}) {{ receipt role {{ id name }} }}"),
        format!(
            "updateRole(id: \"{role}\", input: {{ name: \"Writer\" }}{KEYED}) {{ receipt role {{ id name }} }}"
        ),
        format!("createProfile(input: {{ name: \"Visitor\" }}{KEYED}) {{ receipt profile {{ id name }} }}"),
        format!(
            "updateProfile(id: \"{profile}\", input: {{ name: \"Caller\" }}{KEYED}) {{ receipt profile {{ id name }} }}"
        ),
        format!("deleteRole(id: \"{role}\"{KEYED}) {{ receipt id }}"),
        format!("deleteProfile(id: \"{profile}\"{KEYED}) {{ receipt id }}"),
        format!(
            "setOrgWideDefault(object: \"account\", defaultAccess: READ{KEYED}) {{ receipt orgWideDefault {{ defaultAccess }} }}"
        ),
        format!(
            "createObject(input: {{ name: \"project\", label: \"Project\", plural: \"projects\", pluralLabel: \"Projects\", aboutAPerson: false }}{KEYED}) {{ receipt object {{ id name }} }}"
        ),
        format!(
            "updateObject(object: \"account\", input: {{ label: \"Firm\" }}{KEYED}) {{ receipt object {{ label }} }}"
        ),
        format!(
            "createField(object: \"account\", input: {{ name: \"colour\", label: \"Colour\", type: TEXT, maxLength: 20 }}{KEYED}) {{ receipt field {{ id name }} }}"
        ),
        format!(
            "updateField(object: \"account\", field: \"colour\", input: {{ label: \"Shade\" }}{KEYED}) {{ receipt field {{ label }} }}"
        ),
        format!("revokeAllSessions(userId: \"{bob}\"{KEYED}) {{ count }}"),
    ];
    assert_repeatable(&house, &admin, &changes).await;
}

#[tokio::test]
async fn permission_sets_are_written_once() {
    let (house, admin) = House::with_administrator().await;
    let me = house.join(&admin, "bob@example.com", "Standard User").await;
    let bob = house.me(&me).await;
    let made = "mutation { createPermissionSet(input: { name: \"Set\" }) { permissionSet { id } }
        createPermissionSetGroup(input: { name: \"Group\", permissionSetIds: [] }) { permissionSetGroup { id } } }";
    let made = house.ask(&admin, made).await.data();
    let set = made["createPermissionSet"]["permissionSet"]["id"].as_str().unwrap();
    let group = made["createPermissionSetGroup"]["permissionSetGroup"]["id"].as_str().unwrap();
    let input = format!("input: {{ name: \"Other\", permissionSetIds: [\"{set}\"] }}{KEYED}");
    let assigned =
        format!("userId: \"{bob}\", permissionSetIds: [\"{set}\"], permissionSetGroupIds: []{KEYED}");
    let changes = [
        format!(
            "createPermissionSet(input: {{ name: \"A\" }}{KEYED}) {{ receipt permissionSet {{ id name }} }}"
        ),
        format!(
            "updatePermissionSet(id: \"{set}\", input: {{ name: \"B\" }}{KEYED}) {{ receipt permissionSet {{ name }} }}"
        ),
        format!("createPermissionSetGroup({input}) {{ receipt permissionSetGroup {{ id name }} }}"),
        format!(
            "updatePermissionSetGroup(id: \"{group}\", input: {{ name: \"B\", permissionSetIds: [] }}{KEYED}) {{ receipt permissionSetGroup {{ name }} }}"
        ),
        format!("deletePermissionSetGroup(id: \"{group}\"{KEYED}) {{ receipt id }}"),
        format!("assignPermissionSets({assigned}) {{ receipt permissionAssignment {{ permissionSetIds }} }}"),
    ];
    assert_repeatable(&house, &admin, &changes).await;
}

#[tokio::test]
async fn groups_and_territories_are_written_once() {
    let (house, admin) = House::with_administrator().await;
    let me = house.me(&admin).await;
    let made = "mutation { createGroup(input: { name: \"People\", kind: PUBLIC }) { group { id } }
        createTerritory(input: { name: \"Place\" }) { territory { id } } }";
    let made = house.ask(&admin, made).await.data();
    let people = made["createGroup"]["group"]["id"].as_str().unwrap();
    let place = made["createTerritory"]["territory"]["id"].as_str().unwrap();
    let changes = [
        format!(
            "createGroup(input: {{ name: \"A\", kind: QUEUE }}{KEYED}) {{ receipt group {{ id name }} }}"
        ),
        format!(
            "updateGroup(id: \"{people}\", input: {{ name: \"B\", members: [] }}{KEYED}) {{ receipt group {{ name }} }}"
        ),
        format!("deleteGroup(id: \"{people}\"{KEYED}) {{ receipt id }}"),
        format!("createTerritory(input: {{ name: \"A\" }}{KEYED}) {{ receipt territory {{ id name }} }}"),
        format!(
            "updateTerritory(id: \"{place}\", input: {{ name: \"B\" }}{KEYED}) {{ receipt territory {{ name }} }}"
        ),
        format!(
            "assignTerritoryUsers(id: \"{place}\", userIds: [\"{me}\"]{KEYED}) {{ receipt territory {{ userIds }} }}"
        ),
        format!(
            "assignTerritoryUsers(id: \"{place}\", userIds: [], idempotencyKey: \"k2\") {{ receipt territory {{ userIds }} }}"
        ),
        format!(
            "setTerritoryLevels(id: \"{place}\", levels: [{{ object: \"lead\", level: READ }}]{KEYED}) {{ receipt territory {{ levels {{ object }} }} }}"
        ),
        format!("deleteTerritory(id: \"{place}\"{KEYED}) {{ receipt id }}"),
    ];
    assert_repeatable(&house, &admin, &changes).await;
}

/// Asked for twice, each change answers the same.
async fn assert_repeatable(house: &House, who: &Who, changes: &[String]) {
    for change in changes {
        let document = format!("mutation {{ {change} }}");
        let (first, again) = (house.ask(who, &document).await.data(), house.ask(who, &document).await.data());
        assert_eq!(first, again, "{change}");
    }
}

#[tokio::test]
async fn a_session_is_revoked_once_and_the_answer_repeated() {
    let (house, admin) = House::with_administrator().await;
    let me = house.me(&admin).await;
    house.sign_in("ada@example.com", PASSWORD).await;
    let sessions = house.ask(&admin, "{ sessions { id current } }").await.data()["sessions"].take();
    let other = sessions.as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    let id = other["id"].as_str().unwrap();
    let revoke = |key: &str| {
        format!("mutation {{ revokeSession(userId: \"{me}\", id: \"{id}\"{key}) {{ sessionId }} }}")
    };
    let (first, again) = (house.ask(&admin, &revoke(KEYED)).await, house.ask(&admin, &revoke(KEYED)).await);
    assert_eq!(first.data(), again.data());
    assert_eq!(house.ask(&admin, &revoke("")).await.code(), "NOT_FOUND", "it has ended");
}
