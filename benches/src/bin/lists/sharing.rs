//! With whom accounts are shared.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use sutra_acl::{Group, Level, Principal};
use sutra_benches::{Bare, Copies, Dice, Given, Place};
use sutra_engine::NewShare;
use sutra_kernel::{GroupId, RecordId};

use crate::{
    company::{Company, Size, digits},
    hierarchy::{role_id, scattered, user_id},
};

/// Ten people each, and a role with those below it.
pub(crate) fn groups(size: Size) -> Vec<Group> {
    let mut dice = Dice::new(2);
    let group = |number: usize| {
        let people = (0..10).map(|_| Principal::User(user_id(dice.below(size.users))));
        let members: BTreeSet<_> = people.collect();
        // One of the many at the bottom.
        let role = Principal::RoleAndSubordinates(role_id(size.roles / 2 + dice.below(size.roles / 2)));
        let members = members.into_iter().chain([role]).collect();
        Group { id: group_id(number), name: format!("Group {number}"), queue: false, members }
    };
    (0..size.groups).map(group).collect()
}

/// Shares accounts: a third each with a user, with a group, and with a role and those below it. All are copies of one share
/// that was made by hand.
pub(crate) async fn share(place: &Place, company: &Company, bare: &mut Bare, model: RecordId) {
    let with = NewShare { with: Principal::User(user_id(0)), level: Level::Read };
    place.engine.sharing().share(&company.admin, "account", model, &[with], None).await.unwrap();
    let mut dice = Dice::new(3);
    let mut shares = BTreeSet::new();
    while shares.len() < company.size.shares() {
        shares
            .insert((company.accounts[dice.below(company.accounts.len())], anybody(company.size, &mut dice)));
    }
    let copies: Vec<Json> =
        shares.into_iter().map(|(account, with)| copy(company, model, account, with)).collect();
    let given =
        [("principal_kind", Given::Text), ("principal_id", Given::Id), ("grantee_role_id", Given::Id)];
    let shares = Copies { table: "record_share", key: "record_id", given: &given };
    shares.make(bare, company.admin.workspace().uuid(), &copies).await;
}

fn anybody(size: Size, dice: &mut Dice) -> usize {
    let kind = dice.below(3);
    3 * dice.below([size.users, size.groups, size.roles][kind]) + kind
}

fn copy(company: &Company, model: RecordId, account: RecordId, with: usize) -> Json {
    let (number, kind) = (with / 3, with % 3);
    let (kind, id, role) = match kind {
        0 => ("user", user_id(number).uuid(), Some(role_id(company.hierarchy.role_of(number)))),
        1 => ("group", group_id(number).uuid(), None),
        _ => ("role_and_subordinates", role_id(number).uuid(), None),
    };
    json!({
        "model": digits(model.uuid()), "id": digits(account.uuid()), "principal_kind": kind,
        "principal_id": digits(id), "grantee_role_id": role.map(|role| digits(role.uuid())),
    })
}

fn group_id(number: usize) -> GroupId {
    GroupId::from_uuid(scattered(2_000_000 + number))
}
