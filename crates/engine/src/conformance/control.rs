//! What controls records.

use std::slice::from_ref;

use sutra_acl::{Cause, Level, ObjectPolicy, OrgWideDefault, Owner, Principal, Share, Staff, Withheld};
use sutra_kernel::{PortErrorKind::Conflict, RecordId, SharingRuleId, Value};
use sutra_records::{Control, Controlled, Record, RecordShare, Resharing, Whose};

use super::{
    gadget,
    home::{Home, at, expect_kind},
};
use crate::Store;

/// A gadget of the seller, and a widget of the loner that belongs to it.
async fn two<'s>(store: &'s dyn Store, case: &str) -> (Home<'s>, Record, Record) {
    let home = Home::found(store, case).await;
    let part = home.with(gadget::part("widget", "gadget")).await;
    let whole = home.store(home.create(&home.seller, gadget::named("Whole"), at(1))).await;
    let mut fields = gadget::named("Part");
    fields.insert(gadget::name("whole"), Value::Reference(whole.id));
    let change = part.create_under(Some(whole.as_control()), &part.loner, fields, at(2));
    let record = part.store(change).await;
    (part, whole, record)
}

async fn stored(home: &Home<'_>, id: RecordId) -> Record {
    let mut reads = home.reads().await;
    let found = reads.find_record(home.object.id, id).await.unwrap().unwrap();
    reads.finish().await.unwrap();
    found
}

async fn put(home: &Home<'_>, record: &Record, control: Option<Control>) {
    let owner_role = control.is_none().then_some(home.sales.id);
    let controlled = Controlled { before: record.clone(), control, owner_role };
    let mut work = home.begin().await;
    work.unit.put_controls(from_ref(&controlled)).await.unwrap();
    work.commit().await;
}

pub(super) async fn an_object_s_controller_is_read_as_written(store: &dyn Store) {
    let (home, whole, _) = two(store, "controller").await;
    let object = home.object.id;
    let alone = ObjectPolicy::new(object, OrgWideDefault::Private, true);
    let controlled = ObjectPolicy::new(object, OrgWideDefault::ControlledByParent, false);
    let controlled = ObjectPolicy { parent: Some(whole.object), settling: true, ..controlled };
    for policy in [controlled, alone] {
        let mut work = home.begin().await;
        work.unit.put_object_policy(&policy).await.unwrap();
        work.commit().await;
        let mut reads = home.reads().await;
        assert_eq!(reads.policy().await.unwrap().objects[&object], policy);
        reads.finish().await.unwrap();
    }
}

pub(super) async fn what_controls_a_record_is_read_as_written(store: &dyn Store) {
    let (home, whole, part) = two(store, "control").await;
    let control = Control {
        root: whole.id,
        object: whole.object,
        owner: Owner::User(home.seller.id),
        role: Some(home.sales.id),
        writes: 1,
    };
    assert_eq!(
        (part.control, part.owner, part.owner_role),
        (Some(control), Owner::User(home.loner.id), None)
    );
    assert_eq!(stored(&home, part.id).await, part);
    assert_eq!(home.store(home.update(&part, gadget::named("New"), at(3))).await.control, Some(control));
    assert_eq!(stored(&home, part.id).await.control, Some(control));
    let deleted = home.store(home.delete(&stored(&home, part.id).await, at(4))).await;
    assert_eq!(stored(&home, deleted.id).await.control, Some(control));
}

pub(super) async fn what_controls_a_record_is_written_without_a_version(store: &dyn Store) {
    let (home, whole, part) = two(store, "control anew").await;
    let mut control = whole.as_control().after(part.control);
    (control.owner, control.role) = (Owner::User(home.admin.id), Some(home.boss.id));
    put(&home, &part, Some(control)).await;
    assert_eq!(stored(&home, part.id).await, Record { control: Some(control), ..part.clone() });
    let mut work = home.begin().await;
    let older = Controlled { before: part.clone(), control: None, owner_role: None };
    expect_kind(work.unit.put_controls(&[older]).await, Conflict, "as it was read before");
    work.cancel().await;
    put(&home, &Record { control: Some(control), ..part.clone() }, None).await;
    let alone = Record { control: None, owner_role: Some(home.sales.id), ..part };
    assert_eq!(stored(&home, alone.id).await, alone);
}

pub(super) async fn whoever_has_read_another_control_is_in_conflict(store: &dyn Store) {
    let (home, whole, part) = two(store, "control meanwhile").await;
    put(&home, &part, Some(whole.as_control().after(part.control))).await;
    let mut work = home.begin().await;
    let put = work.put(home.update(&part, gadget::named("New"), at(3))).await;
    expect_kind(put, Conflict, "a change of what was read before");
    work.cancel().await;
    let now = stored(&home, part.id).await;
    home.store(home.update(&now, gadget::named("New"), at(4))).await;
}

pub(super) async fn a_role_follows_the_owner_of_what_controls(store: &dyn Store) {
    let (home, _, part) = two(store, "control and roles").await;
    let mut work = home.begin().await;
    assert_eq!(work.unit.move_owned(home.seller.id, Some(home.boss.id), 9).await.unwrap(), 2, "both");
    assert_eq!(
        work.unit.move_owned(home.loner.id, Some(home.sales.id), 9).await.unwrap(),
        0,
        "it is not his"
    );
    work.commit().await;
    let control = stored(&home, part.id).await.control.unwrap();
    assert_eq!(control.role, Some(home.boss.id));
}

pub(super) async fn a_record_is_held_as_it_is_stored(store: &dyn Store) {
    let (home, whole, part) = two(store, "held").await;
    let mut work = home.begin().await;
    work.unit.hold_records(&[whole.clone(), part.clone()]).await.unwrap();
    work.unit.hold_records(&[]).await.unwrap();
    let older = Record { version: 7, ..whole.clone() };
    expect_kind(work.unit.hold_records(&[older]).await, Conflict, "another version");
    let other = Record { control: None, ..part.clone() };
    expect_kind(work.unit.hold_records(&[other]).await, Conflict, "under another control");
    let absent = Record { id: RecordId::generate(at(9), &home.dice), ..part };
    expect_kind(work.unit.hold_records(&[absent]).await, Conflict, "not there");
    work.cancel().await;
}

pub(super) async fn what_a_record_controls_is_gone_through_and_withheld(store: &dyn Store) {
    let (home, whole, part) = two(store, "followed").await;
    let deleted = home.store(home.delete(&part, at(3))).await;
    let other = home.store(home.create_under(None, &home.loner, gadget::named("Other"), at(4))).await;
    let begin = async |withheld, second| {
        let mut work = home.begin().await;
        let whose = Whose::Under(whole.id, withheld);
        work.unit.begin_resharing(home.object.id, whose, at(second)).await.unwrap();
        work.unit.begin_resharing(home.object.id, Whose::Everybodys, at(second)).await.unwrap();
        work.unit.bump_policy_epoch().await.unwrap();
        work.commit().await;
    };
    let withheld = async || {
        let mut reads = home.reads().await;
        let withheld = reads.policy().await.unwrap().withheld;
        reads.finish().await.unwrap();
        withheld.iter().map(|(root, withheld)| (*root, *withheld)).collect::<Vec<_>>()
    };
    for (second, expected) in [(5, Withheld::Shares), (6, Withheld::Everything)] {
        begin(expected, second).await;
        assert_eq!(withheld().await, [(whole.id, expected)]);
    }
    let [all, below] = home.resharings().await.try_into().unwrap();
    let whose = Whose::Under(whole.id, Withheld::Everything);
    assert_eq!(below, Resharing { whose, total: 1, ..all.clone() }, "and not what is beside");
    assert_eq!(all.total, 2);
    let mut work = home.begin().await;
    assert_eq!(work.unit.records_to_reshare(&below, 9).await.unwrap(), [deleted]);
    let further = Resharing { after: Some(part.id), done: 1, ..below.clone() };
    work.unit.advance_resharing(&below, &further).await.unwrap();
    work.commit().await;
    let mut work = home.begin().await;
    assert!(work.unit.records_to_reshare(&further, 9).await.unwrap().is_empty());
    expect_kind(work.unit.end_resharing(&below).await, Conflict, "where it was before");
    work.cancel().await;
    let mut work = home.begin().await;
    work.unit.end_resharing(&further).await.unwrap();
    work.unit.bump_policy_epoch().await.unwrap();
    work.commit().await;
    assert_eq!((withheld().await, home.resharings().await), (Vec::new(), vec![all]));
    assert_eq!(stored(&home, other.id).await, other);
}

pub(super) async fn what_a_rule_shares_of_an_owner_is_shared_by_what_controls(store: &dyn Store) {
    let (home, whole, part) = two(store, "controlled and shared by rule").await;
    let rule = SharingRuleId::generate(at(1), &home.dice);
    let (principal, cause) = (Principal::Role(home.boss.id), Cause::OwnerRule(rule));
    let share = Share { principal, role: None, level: Level::Read, cause };
    let shares = [&whole, &part].map(|it| RecordShare { object: it.object, record: it.id, share });
    let mut work = home.begin().await;
    work.unit.put_shares(&shares).await.unwrap();
    work.commit().await;
    for (owner, left) in [(&home.loner, 1), (&home.seller, 0)] {
        let leave = Staff { users: [owner.id].into(), ..Staff::default() };
        let mut work = home.begin().await;
        work.unit.remove_shares_of_owners(rule, &leave, &Staff::default()).await.unwrap();
        work.commit().await;
        let mut reads = home.reads().await;
        for record in [&whole, &part] {
            assert_eq!(
                reads.standings(record.object, &[record.id]).await.unwrap().len(),
                left,
                "{}",
                owner.name
            );
        }
        reads.finish().await.unwrap();
    }
}
