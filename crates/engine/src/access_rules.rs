//! Rules about access: whom they bind, and to which records.

mod audience;
mod condition;
mod restriction;
mod sharing;
mod simple;
mod sources;

use std::sync::Arc;

use sutra_acl::{
    Audience, Level, NotSimple, ObjectPolicy, Principal, RestrictionRule, SharingRule, SimpleAccess,
    SystemPermission,
};
use sutra_kernel::{Condition, ObjectId, RestrictionRuleId, SharingRuleId};
use sutra_records::{ObjectDef, Readable, check_condition};

use crate::{
    Caller, Engine, Error, Viewing, Written,
    authority::Authority,
    work::{Work, find_object},
};

/// How many restriction rules an object has at most: each that binds a user is part of all his lists.
pub const MAX_RESTRICTIONS: usize = 20;

/// How many rules that share an object has at most.
pub const MAX_SHARING_RULES: usize = 50;

/// The use cases of rules about access: see [`Engine::access_rules`].
///
/// All of them need *Manage Sharing*. A change is there for everybody from the next request on.
#[derive(Clone, Copy)]
pub struct AccessRules<'e> {
    pub(crate) engine: &'e Engine,
}

/// A restriction rule as it should be.
#[derive(Debug, Clone)]
pub struct RestrictionEdit {
    /// What people call it.
    pub name: String,
    /// Whom it binds.
    pub binds: Audience,
    /// What a record must meet to be seen by them.
    pub condition: Condition,
}

/// A restriction rule, and the object that it is about.
#[derive(Debug, Clone)]
pub struct Restriction {
    /// Which records it hides.
    pub object: Arc<ObjectDef>,
    /// What it says.
    pub rule: Arc<RestrictionRule>,
}

/// A rule that shares, as it should be.
#[derive(Debug, Clone)]
pub struct SharingEdit {
    /// What people call it.
    pub name: String,
    /// Which records.
    pub records: SharedRecords,
    /// With whom.
    pub target: Principal,
    /// How far: to read or to edit.
    pub level: Level,
}

/// Which records a rule shares.
#[derive(Debug, Clone)]
pub enum SharedRecords {
    /// Those that some people own.
    OwnedBy(Principal),
    /// Those that meet a condition.
    Meeting(Condition),
}

/// A rule that shares, and the object that it is about.
#[derive(Debug, Clone)]
pub struct ShareRule {
    /// Whose records it shares.
    pub object: Arc<ObjectDef>,
    /// What it says.
    pub rule: SharingRule,
}

impl AccessRules<'_> {
    /// Shares records of an object with some people: at once when they are written from now on, and those that are there
    /// [step by step](Engine::tasks).
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::BadInput`] for an unknown object, for a name that another
    /// such rule of the object has, for people who are not there, for a condition that reads what is not there or
    /// encrypted, and if the object has [`MAX_SHARING_RULES`].
    pub async fn create_sharing(
        &self,
        caller: &Caller,
        object: &str,
        edit: &SharingEdit,
    ) -> Result<Written<ShareRule>, Error> {
        self.engine.write_and_wake(caller, &sharing::CreateSharing { object, edit }).await
    }

    /// Replaces what such a rule says. What it shared before is shared no more, at once, unless it is only renamed.
    ///
    /// # Errors
    /// As [`create_sharing`](Self::create_sharing); and [`Error::NotFound`] for one that is not there.
    pub async fn update_sharing(
        &self,
        caller: &Caller,
        id: SharingRuleId,
        edit: &SharingEdit,
    ) -> Result<Written<ShareRule>, Error> {
        self.engine.write_and_wake(caller, &sharing::UpdateSharing { id, edit }).await
    }

    /// Removes such a rule. What it shared is shared no more, at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`] for one that is not there.
    pub async fn delete_sharing(
        &self,
        caller: &Caller,
        id: SharingRuleId,
    ) -> Result<Written<SharingRuleId>, Error> {
        self.engine.write(caller, &sharing::DeleteSharing { id }).await
    }

    /// Hides from some people every record of an object that fails a condition, whatever else opens it to them. It
    /// binds those who may view all records too, and only those who may modify all data not.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::BadInput`] for an unknown object, for a name that another
    /// restriction of the object has, for an audience that is nobody or not there, for a condition that reads what
    /// lists cannot be filtered by, and if the object has [`MAX_RESTRICTIONS`].
    pub async fn create_restriction(
        &self,
        caller: &Caller,
        object: &str,
        edit: &RestrictionEdit,
    ) -> Result<Written<Restriction>, Error> {
        self.engine.write(caller, &restriction::CreateRestriction { object, edit }).await
    }

    /// Replaces what a restriction rule says. Nobody changes one that binds himself.
    ///
    /// # Errors
    /// As [`create_restriction`](Self::create_restriction); and [`Error::Forbidden`] for one that binds the caller,
    /// [`Error::NotFound`] for one that is not there.
    pub async fn update_restriction(
        &self,
        caller: &Caller,
        id: RestrictionRuleId,
        edit: &RestrictionEdit,
    ) -> Result<Written<Restriction>, Error> {
        self.engine.write(caller, &restriction::UpdateRestriction { id, edit }).await
    }

    /// Removes a restriction rule: what it hid is open again to whom something else opens it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing* and for one that binds the caller; [`Error::NotFound`] for one that
    /// is not there.
    pub async fn delete_restriction(
        &self,
        caller: &Caller,
        id: RestrictionRuleId,
    ) -> Result<Written<RestrictionRuleId>, Error> {
        self.engine.write(caller, &restriction::DeleteRestriction { id }).await
    }
}

impl AccessRules<'_> {
    /// Says how far profiles and permission sets reach records of an object in simple scopes: their own, their team's or all.
    /// What is not named stays as it is, of the object as of profiles; the teams are these and no others. It is written as
    /// permissions of the profiles and sets, and as sharing rules of which each shares what a group owns with that group.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing* and *Manage Permissions*, and as
    /// [`update_profile`](crate::Permissions::update_profile); [`Error::BadInput`] if simple scopes do not say how the
    /// records are open, for profiles, permission sets and groups that are not there, and for what permissions and rules
    /// cannot say: it tells what it would come to.
    pub async fn set_simple(
        &self,
        caller: &Caller,
        object: &str,
        edit: &SimpleAccess,
    ) -> Result<Written<(ObjectId, SimpleAccess)>, Error> {
        self.engine.write_and_wake(caller, &simple::SetSimple { object, edit }).await
    }
}

impl Viewing {
    /// How far profiles and permission sets reach records of an object in simple scopes, or why these do not say it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing* and *Manage Permissions*; [`Error::BadInput`] for an unknown object.
    pub fn simple_access(&self, object: &str) -> Result<Result<SimpleAccess, NotSimple>, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        self.require_permission(SystemPermission::ManagePermissions)?;
        let object = find_object(self.metadata(), object)?;
        Ok(self.authority.policy.simple_access(object.id))
    }
}

impl Viewing {
    /// The restriction rules of an object, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::BadInput`] for an unknown object.
    pub fn restrictions(&self, object: &str) -> Result<Vec<Restriction>, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        let object = find_object(self.metadata(), object)?;
        let rules = self.authority.policy.objects.get(&object.id);
        let rules = rules.into_iter().flat_map(|policy| &policy.restrictions);
        let whole = |rule: &Arc<_>| Restriction { object: Arc::clone(&object), rule: Arc::clone(rule) };
        let mut restrictions: Vec<_> = rules.map(whole).collect();
        restrictions.sort_by(|one, other| one.rule.name.cmp(&other.rule.name));
        Ok(restrictions)
    }

    /// One restriction rule.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`].
    pub fn restriction(&self, id: RestrictionRuleId) -> Result<Restriction, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        find_restriction(&self.authority, id)
    }
}

impl Viewing {
    /// The rules that share an object's records, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::BadInput`] for an unknown object.
    pub fn sharing_rules(&self, object: &str) -> Result<Vec<ShareRule>, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        let object = find_object(self.metadata(), object)?;
        let rules = self.authority.policy.objects.get(&object.id);
        let rules = rules.into_iter().flat_map(ObjectPolicy::sharing_rules);
        let mut rules: Vec<_> = rules.map(|rule| ShareRule { object: Arc::clone(&object), rule }).collect();
        rules.sort_by(|one, other| one.rule.name().cmp(other.rule.name()));
        Ok(rules)
    }

    /// One rule that shares.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without *Manage Sharing*; [`Error::NotFound`].
    pub fn sharing_rule(&self, id: SharingRuleId) -> Result<ShareRule, Error> {
        self.require_permission(SystemPermission::ManageSharing)?;
        find_sharing(&self.authority, id)
    }
}

fn find_sharing(authority: &Authority, id: SharingRuleId) -> Result<ShareRule, Error> {
    let with_rule = |object: &Arc<ObjectDef>| {
        let mut rules = authority.policy.objects.get(&object.id)?.sharing_rules();
        let rule = rules.find(|rule| rule.id() == id)?;
        Some(ShareRule { object: Arc::clone(object), rule })
    };
    authority.metadata.objects().iter().find_map(with_rule).ok_or(Error::NotFound("sharing rule"))
}

impl Authority {
    /// A restriction that the caller may change: one that he is not bound by.
    pub(crate) fn changeable_restriction(&self, id: RestrictionRuleId) -> Result<Restriction, Error> {
        let known = find_restriction(self, id)?;
        if self.plan.is_bound(&known.rule.binds) {
            return Err(Error::Forbidden("nobody changes a restriction rule that binds them".to_owned()));
        }
        Ok(known)
    }
}

fn find_restriction(authority: &Authority, id: RestrictionRuleId) -> Result<Restriction, Error> {
    let with_rule = |object: &Arc<ObjectDef>| {
        let rules = &authority.policy.objects.get(&object.id)?.restrictions;
        let rule = rules.iter().find(|rule| rule.id == id)?;
        Some(Restriction { object: Arc::clone(object), rule: Arc::clone(rule) })
    };
    authority.metadata.objects().iter().find_map(with_rule).ok_or(Error::NotFound("restriction rule"))
}

impl Work<'_> {
    /// The restriction rules of an object.
    fn restrictions_of(&self, object: ObjectId) -> &[Arc<RestrictionRule>] {
        let policy = self.authority.policy.objects.get(&object);
        policy.map_or(&[], |policy| policy.restrictions.as_slice())
    }

    fn is_controlled(&self, object: ObjectId) -> bool {
        self.authority.policy.objects.get(&object).is_some_and(ObjectPolicy::is_controlled)
    }

    /// The rules that share an object's records.
    fn sharing_rules_of(&self, object: ObjectId) -> Vec<SharingRule> {
        let policy = self.authority.policy.objects.get(&object);
        policy.map(|policy| policy.sharing_rules().collect()).unwrap_or_default()
    }

    /// Refuses a definition under which some rule about access would no longer mean anything.
    pub(crate) fn require_readable_by_rules(&self, after: &ObjectDef) -> Result<(), Error> {
        for rule in self.sharing_rules_of(after.id) {
            let SharingRule::Criteria(rule) = rule else { continue };
            check_condition(after, &rule.condition, Readable::Stored).map_err(|error| {
                Error::BadInput(format!("sharing rule `{}` stands against it: {error}", rule.name))
            })?;
        }
        for rule in self.restrictions_of(after.id) {
            check_condition(after, &rule.condition, Readable::Indexed).map_err(|error| {
                Error::BadInput(format!("restriction rule `{}` stands against it: {error}", rule.name))
            })?;
        }
        Ok(())
    }
}
