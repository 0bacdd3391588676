//! The making of changes, with the permits of the admin.

use std::convert::Infallible;

use sutra_acl::{Action, Decision, Facts, Owner, Permit};
use sutra_identity::User;
use sutra_kernel::{RecordId, RoleId, Timestamp};
use sutra_records::{
    Change, Control, Draft, Fields, Link, Metadata, NewRecord, ObjectDef, Patch, Purge, Record, Rules,
    SealedValue, Standing,
};

use super::home::Home;

impl Home<'_> {
    /// A new record, made at this instant.
    pub(super) fn create(&self, owner: &User, fields: Fields, now: Timestamp) -> Change {
        self.create_as(RecordId::generate(now, &self.dice), owner, fields, now)
    }

    /// A new record that another controls.
    pub(super) fn create_under(
        &self,
        control: Option<Control>,
        owner: &User,
        fields: Fields,
        now: Timestamp,
    ) -> Change {
        let draft = self.draft(RecordId::generate(now, &self.dice), owner, fields, now);
        self.confirm(draft.controlled(control, owner.role, Vec::new(), Vec::new()))
    }

    /// A new record of this id.
    pub(super) fn create_as(&self, id: RecordId, owner: &User, fields: Fields, now: Timestamp) -> Change {
        self.confirm(self.draft(id, owner, fields, now))
    }

    fn draft(&self, id: RecordId, owner: &User, fields: Fields, now: Timestamp) -> Draft {
        let (workspace, owner, owner_role) = (self.workspace, Owner::User(owner.id), owner.role);
        let new = NewRecord { workspace, id, owner, owner_role, fields };
        let plan = self.plan.object(self.object.id);
        let facts = Facts::new(workspace, self.object.id, id, owner);
        Record::create(&self.object, plan, allowed(plan.decide(Action::Create, &facts)), new, now).unwrap()
    }

    /// New values.
    pub(super) fn update(&self, record: &Record, fields: Fields, now: Timestamp) -> Change {
        self.patch(record, Action::Update, Patch { fields, owner: None }, now)
    }

    /// A new owner.
    pub(super) fn transfer(&self, record: &Record, owner: &User, now: Timestamp) -> Change {
        self.transfer_to(record, (owner.id.into(), owner.role), now)
    }

    /// Gives a record to a user with a role, or to a queue.
    pub(super) fn transfer_to(
        &self,
        record: &Record,
        owner: (Owner, Option<RoleId>),
        now: Timestamp,
    ) -> Change {
        let patch = Patch { fields: Fields::new(), owner: Some(owner) };
        self.patch(record, Action::Transfer, patch, now)
    }

    /// A deletion.
    pub(super) fn delete(&self, record: &Record, now: Timestamp) -> Change {
        let permit = self.permit(record, Action::Delete);
        self.confirm(record.clone().delete(permit, now).unwrap())
    }

    /// The return of what was deleted.
    pub(super) fn restore(&self, record: &Record, now: Timestamp) -> Change {
        let permit = self.permit(record, Action::Restore);
        self.confirm(record.clone().restore(permit, now).unwrap())
    }

    /// The removal of what was deleted.
    pub(super) fn purge(&self, record: &Record) -> Purge {
        record.clone().purge(self.permit(record, Action::Purge)).unwrap()
    }

    fn patch(&self, record: &Record, action: Action, patch: Patch, now: Timestamp) -> Change {
        let plan = self.plan.object(self.object.id);
        let permit = self.permit(record, action);
        self.confirm(record.clone().update(&self.object, plan, permit, patch, now).unwrap())
    }

    fn permit(&self, record: &Record, action: Action) -> Permit {
        allowed(self.plan.object(self.object.id).decide(action, &record.facts(Standing::NONE)))
    }

    fn confirm(&self, draft: Draft) -> Change {
        let plan = self.plan.object(self.object.id);
        let links = draft.new_links().iter().map(|link| self.permit_link(draft.after(), link)).collect();
        let permit = allowed(plan.confirm(draft.action(), &draft.after_facts()));
        // Stores take what they are given for sealed.
        let sealed = draft.seal(|name, secret| {
            let text = format!("{name}: {:x?}", secret.value().expose());
            Ok::<_, Infallible>(SealedValue::from_stored(text))
        });
        sealed.unwrap().confirm(plan, &self.no_rules(), permit, links).unwrap()
    }

    fn no_rules(&self) -> Rules {
        let mut alone = ObjectDef::clone(&self.object);
        alone.fields.retain(|field| field.name.as_str() != "whole");
        Metadata::new(1, vec![alone]).unwrap().rules(self.object.id)
    }

    /// A permit to read what a link points at, as if it were there: stores do not look.
    fn permit_link(&self, from: &Record, link: &Link) -> Permit {
        let target = Record { id: link.record, ..from.clone() };
        self.permit(&target, Action::Read)
    }
}

fn allowed(decision: Decision) -> Permit {
    match decision {
        Decision::Allow(permit) => permit,
        Decision::Deny(denial) => panic!("the admin may do everything: {denial}"),
    }
}
