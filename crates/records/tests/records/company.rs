//! A small company for the tests: one user, who may do everything but what a test takes away.

use std::{collections::BTreeMap, sync::Arc};

use sutra_acl::{
    Action, FieldPermission, Grants, ObjectPermissions, ObjectPolicy, OrgWideDefault, Permit, Policy,
    Profile, Subject, SystemPermission, SystemPermissions, UserPlan,
};
use sutra_kernel::{
    ApiName, Decimal, Money, ObjectId, ProfileId, RecordId, Timestamp, UserId, Uuid, Value, WorkspaceId,
};
use sutra_records::{
    Change, Draft, Fields, Metadata, NewRecord, ObjectDef, Record, RecordError, Rules, SealedFields,
    Standing, standard,
};

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::from_uuid(Uuid::from_u128(1));
pub(crate) const ANNA: UserId = UserId::from_uuid(Uuid::from_u128(2));
pub(crate) const BORIS: UserId = UserId::from_uuid(Uuid::from_u128(3));

pub(crate) fn name(text: &str) -> ApiName {
    ApiName::parse(text).unwrap()
}

pub(crate) fn object(name: &str) -> ObjectDef {
    standard::objects().into_iter().find(|object| object.name.as_str() == name).unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-03-01T09:30:00Z".parse().unwrap()
}

pub(crate) fn later() -> Timestamp {
    "2026-03-02T09:30:00Z".parse().unwrap()
}

pub(crate) fn id(number: u128) -> RecordId {
    RecordId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn eur(amount: Decimal) -> Value {
    Value::Money(Money { amount, currency: "EUR".parse().unwrap() })
}

pub(crate) fn fields<const N: usize>(values: [(&str, Value); N]) -> Fields {
    values.into_iter().map(|(field, value)| (name(field), value)).collect()
}

/// A plan that reaches every record and field, except the fields named.
pub(crate) fn plan_without(user: UserId, unreadable: &[&str], uneditable: &[&str]) -> UserPlan {
    let objects = standard::objects();
    let permission =
        |name: &str| FieldPermission::new(!unreadable.contains(&name), !uneditable.contains(&name));
    let hidden = |name: &str| unreadable.contains(&name);
    let field = |name: &str| if hidden(name) { FieldPermission::default() } else { permission(name) };
    let profile = Profile {
        id: ProfileId::from_uuid(Uuid::from_u128(9)),
        name: "Everything".into(),
        grants: Grants {
            system: SystemPermissions::NONE.with(SystemPermission::ViewEncryptedData),
            objects: objects.iter().map(|object| (object.id, ObjectPermissions::MODIFY_ALL)).collect(),
            fields: objects
                .iter()
                .flat_map(|object| &object.fields)
                .map(|f| (f.id, field(f.name.as_str())))
                .collect(),
        },
    };
    let policy = |object: &ObjectDef| ObjectPolicy::new(object.id, OrgWideDefault::Private, false);
    let subject = Subject::new(WORKSPACE, user, profile.id);
    let policy = Policy {
        objects: objects.iter().map(|object| (object.id, policy(object))).collect(),
        profiles: BTreeMap::from([(profile.id, Arc::new(profile))]),
        ..Policy::closed(WORKSPACE, 1)
    };
    UserPlan::compile(&policy, &subject)
}

pub(crate) fn plan() -> UserPlan {
    plan_without(ANNA, &[], &[])
}

pub(crate) fn new_record(number: u128, fields: Fields) -> NewRecord {
    NewRecord { workspace: WORKSPACE, id: id(number), owner: ANNA.into(), owner_role: None, fields }
}

/// The record of this number before it is there: what creating it is decided on.
pub(crate) fn blank(def: &ObjectDef, number: u128) -> Record {
    Record {
        workspace: WORKSPACE,
        id: id(number),
        object: def.id,
        owner: ANNA.into(),
        owner_role: None,
        control: None,
        version: 0,
        created_at: now(),
        created_by: ANNA,
        updated_at: now(),
        updated_by: ANNA,
        deleted_at: None,
        fields: Fields::new(),
        sealed: SealedFields::new(),
    }
}

pub(crate) fn permit(plan: &UserPlan, action: Action, record: &Record) -> Permit {
    plan.object(record.object).decide(action, &record.facts(Standing::NONE)).permit().unwrap()
}

pub(crate) fn draft(def: &ObjectDef, number: u128, fields: Fields) -> Result<Draft, RecordError> {
    let plan = plan();
    let permit = permit(&plan, Action::Create, &blank(def, number));
    Record::create(def, plan.object(def.id), permit, new_record(number, fields), now())
}

/// The rules of a workspace that has none.
pub(crate) fn no_rules(object: ObjectId) -> Rules {
    Metadata::new(1, standard::objects()).unwrap().rules(object)
}

/// Confirms for Anna, with a permit to read for every new link.
pub(crate) fn confirm(draft: Draft) -> Result<Change, RecordError> {
    confirm_under(&no_rules(draft.after().object), draft)
}

pub(crate) fn confirm_under(rules: &Rules, draft: Draft) -> Result<Change, RecordError> {
    let plan = plan();
    let after = plan.object(draft.after().object).confirm(draft.action(), &draft.after_facts());
    let link = |link: &sutra_records::Link| {
        let target = Record { id: link.record, ..blank(&object(link.target.as_str()), 0) };
        permit(&plan, Action::Read, &target)
    };
    let links = draft.new_links().iter().map(link).collect();
    draft.confirm(plan.object(rules.object()), rules, after.permit().unwrap(), links)
}

pub(crate) fn stored(def: &ObjectDef, number: u128, fields: Fields) -> Record {
    confirm(draft(def, number, fields).unwrap()).unwrap().into_after()
}
