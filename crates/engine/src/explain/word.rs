//! Reasons in sentences, with the names that people have given to things.

use std::collections::{BTreeMap, HashMap};

use sutra_acl::{
    Action, Cause, Denial, Explanation, FieldPermission, Ground, Level, Policy, Principal, Share, Source,
};
use sutra_identity::User;
use sutra_kernel::{GroupId, RestrictionRuleId, RoleId, SharingRuleId, TerritoryId, UserId};
use sutra_records::{ObjectDef, Standing};

use super::FieldExplanation;
use crate::{Error, Reads};

/// What the things are called that reasons are about.
pub(super) struct Names<'p> {
    policy: &'p Policy,
    roles: BTreeMap<RoleId, String>,
    territories: BTreeMap<TerritoryId, String>,
    users: HashMap<UserId, String>,
    controller: Option<Controller>,
}

/// What is said of a record that controls another.
pub(super) struct Controller {
    /// What one of its kind is called.
    pub(super) label: String,
    /// What it is called itself, unless it is hidden.
    pub(super) name: Option<String>,
}

impl<'p> Names<'p> {
    /// The names of what may come up: every role and territory, and the users with whom a record is shared.
    pub(super) async fn load(
        reads: &mut dyn Reads,
        policy: &'p Policy,
        standing: &Standing,
    ) -> Result<Self, Error> {
        let roles = reads.roles().await?.into_iter().map(|role| (role.id, role.name)).collect();
        let territories = reads.territories().await?.into_iter();
        let territories = territories.map(|territory| (territory.id, territory.name)).collect();
        let shared = standing.shares.iter().filter_map(|share| match share.principal {
            Principal::User(user) => Some(user),
            _ => None,
        });
        let users = reads.find_users(&shared.collect::<Vec<_>>()).await?;
        let users = users.into_iter().map(|user| (user.id, user.name)).collect();
        Ok(Self { policy, roles, territories, users, controller: None })
    }

    /// The same, for reasons about a record that this one controls.
    pub(super) fn of_controlled(self, controller: Option<Controller>) -> Self {
        Self { controller, ..self }
    }

    /// The decision, and what spoke for it and against it.
    pub(super) fn explanation(
        &self,
        user: &User,
        object: &ObjectDef,
        explanation: &Explanation,
        field: Option<&FieldExplanation>,
    ) -> Vec<String> {
        let (name, verb) = (&user.name, verb(explanation.action));
        let label = object.label.to_lowercase();
        let mut said = vec![match &explanation.verdict {
            Ok(()) => format!("{name} may {verb} this {label}."),
            Err(Denial::Hidden) => {
                format!("{name} may not {verb} this {label}, and does not learn that it is there.")
            }
            Err(Denial::Forbidden(reason)) => format!("{name} may not {verb} this {label}: {reason}."),
        }];
        said.push(self.permitted(object, explanation));
        said.extend(self.grounds(user, object, &explanation.grounds));
        if explanation.level < explanation.needed {
            let (needed, level) = (reach(explanation.needed), reach(explanation.level));
            said.push(format!("To {verb} takes access {needed}, and there is {level}."));
        }
        said.extend(explanation.restrictions.iter().map(|(rule, is_met)| self.restriction(*rule, *is_met)));
        said.extend(field.map(|field| self.field(name, field)));
        said
    }

    /// Everything that opens a record to somebody.
    pub(super) fn grounds(
        &self,
        user: &User,
        object: &ObjectDef,
        grounds: &[(Ground, Level)],
    ) -> Vec<String> {
        if grounds.is_empty() {
            return vec![format!("Nothing opens it to {}.", user.name)];
        }
        grounds.iter().map(|(ground, level)| self.ground(&user.name, object, ground, *level)).collect()
    }

    fn ground(&self, name: &str, object: &ObjectDef, ground: &Ground, level: Level) -> String {
        let (plural, it) = (object.plural_label.to_lowercase(), self.it());
        let why = match ground {
            Ground::OrgWideDefault => {
                format!("by the org-wide default everybody reaches {}", self.many(object))
            }
            Ground::Owner => format!("{name} owns {it}"),
            Ground::Queue(queue) => {
                format!("{it} is the queue {}'s, and {name} is in it", self.group(*queue))
            }
            Ground::Hierarchy(role) => {
                format!("{} has the role {}, which is below that of {name}", self.owner(), self.role(*role))
            }
            Ground::Share(share) => {
                format!("{it} is shared with {}{}", self.principal(share), self.cause(share))
            }
            Ground::ShareBelow(share) => format!(
                "{it} is shared with {}{}, among whom is somebody below {name}",
                self.principal(share),
                self.cause(share)
            ),
            Ground::OwnerRule(rule) => {
                format!("the sharing rule {} opens what {} has", self.rule(*rule), self.owner())
            }
            Ground::ViewAll => format!("{name} may view all {plural}"),
            Ground::ModifyAll => format!("{name} may do everything with all {plural}"),
        };
        let mut letters = why.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}: {}.", letters.as_str(), reach(level))
    }

    /// What a reason is about: the record, or the one that controls it.
    fn it(&self) -> String {
        match &self.controller {
            None => "it".to_owned(),
            Some(Controller { label, name: Some(name) }) => format!("the {label} `{name}` that controls it"),
            Some(Controller { label, name: None }) => format!("the {label} that controls it"),
        }
    }

    fn owner(&self) -> String {
        if self.controller.is_none() { "its owner".to_owned() } else { format!("the owner of {}", self.it()) }
    }

    /// What an org-wide default is of.
    fn many(&self, object: &ObjectDef) -> String {
        match &self.controller {
            None => object.plural_label.to_lowercase(),
            Some(Controller { label, .. }) => format!("every {label}, and what it controls"),
        }
    }

    fn permitted(&self, object: &ObjectDef, explanation: &Explanation) -> String {
        let (verb, plural) = (verb(explanation.action), object.plural_label.to_lowercase());
        match explanation.permitted_by.as_slice() {
            [] => format!("Neither profile nor permission set permits to {verb} {plural}."),
            sources => format!("To {verb} {plural} is permitted by {}.", self.sources(sources)),
        }
    }

    fn field(&self, name: &str, field: &FieldExplanation) -> String {
        let FieldExplanation { name: field, permission, masked, read_by, edited_by } = field;
        let FieldPermission { read, edit, .. } = permission;
        match (read, edit) {
            (false, _) => format!("No profile or permission set lets {name} read the field `{field}`."),
            (true, _) if *masked => format!(
                "The field `{field}` is shown as a mask: it is encrypted, and {name} may not view encrypted data."
            ),
            (true, false) => {
                format!("The field `{field}` may be read, by {}, and not edited.", self.sources(read_by))
            }
            (true, true) => format!(
                "The field `{field}` may be read, by {}, and edited, by {}.",
                self.sources(read_by),
                self.sources(edited_by)
            ),
        }
    }

    fn restriction(&self, rule: RestrictionRuleId, is_met: bool) -> String {
        let rules = self.policy.objects.values().flat_map(|object| &object.restrictions);
        let name = quoted(rules.into_iter().find(|it| it.id == rule).map(|it| &it.name), rule);
        let effect = if is_met { "does not hide it" } else { "hides it, whatever opens it" };
        format!("The restriction rule {name} {effect}.")
    }

    fn sources(&self, sources: &[Source]) -> String {
        let each = sources.iter().map(|source| match source {
            Source::Profile(id) => {
                format!("the profile {}", quoted(self.policy.profiles.get(id).map(|it| &it.name), id))
            }
            Source::PermissionSet(id) => {
                let name = self.policy.permission_sets.get(id).map(|it| &it.name);
                format!("the permission set {}", quoted(name, id))
            }
            Source::PermissionSetGroup(id) => {
                let name = self.policy.permission_set_groups.get(id).map(|it| &it.name);
                format!("the permission set group {}", quoted(name, id))
            }
        });
        each.collect::<Vec<_>>().join(" and ")
    }

    fn principal(&self, share: &Share) -> String {
        match share.principal {
            Principal::User(user) => quoted(self.users.get(&user), user),
            Principal::Group(group) => format!("the group {}", self.group(group)),
            Principal::Role(role) => format!("everybody with the role {}", self.role(role)),
            Principal::RoleAndSubordinates(role) => {
                format!("everybody with the role {} or one below", self.role(role))
            }
            Principal::TerritoryAndAbove(territory) => {
                let name = quoted(self.territories.get(&territory), territory);
                format!("everybody in the territory {name} or one above")
            }
        }
    }

    fn cause(&self, share: &Share) -> String {
        match share.cause {
            Cause::Manual => " by hand".to_owned(),
            Cause::Team => " as a member of its team".to_owned(),
            Cause::OwnerRule(rule) | Cause::CriteriaRule(rule) => {
                format!(" by the sharing rule {}", self.rule(rule))
            }
            Cause::Territory => " by its territory".to_owned(),
            // It is the record that controls the other of which that is said.
            Cause::Parent(_) => String::new(),
            Cause::Program => " by a program".to_owned(),
        }
    }

    fn role(&self, role: RoleId) -> String {
        quoted(self.roles.get(&role), role)
    }

    fn group(&self, group: GroupId) -> String {
        quoted(self.policy.directory.group(group).map(|it| &it.name), group)
    }

    fn rule(&self, rule: SharingRuleId) -> String {
        let objects = self.policy.objects.values();
        let names = objects.flat_map(|object| {
            let owner = object.owner_rules.iter().map(|it| (it.id, &it.name));
            owner.chain(object.criteria_rules.iter().map(|it| (it.id, &it.name)))
        });
        quoted(names.into_iter().find(|(id, _)| *id == rule).map(|(_, name)| name), rule)
    }
}

/// The name of a thing, or its identifier if it has none any more.
fn quoted(name: Option<&String>, id: impl ToString) -> String {
    format!("`{}`", name.cloned().unwrap_or_else(|| id.to_string()))
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "change",
        Action::Delete => "delete",
        Action::Restore => "restore",
        Action::Transfer => "give away",
        Action::Purge => "remove for good",
        Action::Share => "share",
    }
}

fn reach(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Read => "to read",
        Level::Edit => "to read and change",
        Level::Full => "in full",
    }
}
