//! Simple scopes: how far people reach records in the words of a small installation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use sutra_kernel::{GroupId, ObjectId};

use crate::{Level, ObjectPermissions, OrgWideDefault, OwnerRule, Policy, Principal, Source};

/// Which records somebody reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SimpleScope {
    /// None.
    None,
    /// His own.
    Own,
    /// What he owns, and what the members of his teams do.
    Team,
    /// All.
    All,
}

/// What a profile or a permission set lets do with records of an object, and with which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimpleScopes {
    /// Whether records may be made.
    pub create: bool,
    /// Which may be read.
    pub read: SimpleScope,
    /// Which may be changed.
    pub update: SimpleScope,
    /// Which may be deleted and restored.
    pub delete: SimpleScope,
}

/// How the records of an object are open, said in simple scopes.
///
/// It is a form in which a policy is written and read, and no rule beside the others. `Own` is what owners have anyway,
/// `Team` a sharing rule that shares what the members of a group own with the same group, and `All` a permission for every record.
/// What roles, territories and shares by hand open comes on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleAccess {
    /// The groups that are teams.
    pub teams: BTreeSet<GroupId>,
    /// What each profile and permission set lets do.
    pub scopes: BTreeMap<Source, SimpleScopes>,
}

/// Why simple scopes do not say how the records of an object are open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSimple {
    /// The object has no policy.
    #[error("there is no org-wide default")]
    Closed,
    /// Its default opens them to everybody, or another record to whoever has that.
    #[error("the org-wide default is `{0}` and not `private`")]
    Default(OrgWideDefault),
    /// A rule opens them to others than the owner's team.
    #[error("the sharing rule `{0}` opens them to others than a team")]
    Rule(String),
    /// Not every team has the same of what its members own.
    #[error("some teams may change what their members own, and others only read it")]
    Levels,
    /// A rule hides some of them.
    #[error("the restriction rule `{0}` hides some of them")]
    Restriction(String),
}

impl SimpleScopes {
    /// What these permissions come to, where teams have this of what their members own.
    #[must_use]
    pub fn of(permissions: ObjectPermissions, team: Level) -> Self {
        let scope = |one, all, needed| match () {
            () if !permissions.has(one) => SimpleScope::None,
            () if permissions.has(all) => SimpleScope::All,
            () if team >= needed => SimpleScope::Team,
            () => SimpleScope::Own,
        };
        Self {
            create: permissions.has(ObjectPermissions::CREATE),
            read: scope(ObjectPermissions::READ, ObjectPermissions::VIEW_ALL, Level::Read),
            update: scope(ObjectPermissions::UPDATE, ObjectPermissions::MODIFY_ALL, Level::Edit),
            delete: scope(ObjectPermissions::DELETE, ObjectPermissions::MODIFY_ALL, Level::Full),
        }
    }

    /// The permissions that come closest, with what they say nothing of: to import, export, purge and act on many at once.
    /// That is not kept of somebody who may do everything, since he has it for that reason.
    #[must_use]
    pub fn permissions(self, beside: ObjectPermissions) -> ObjectPermissions {
        let others = [
            ObjectPermissions::IMPORT,
            ObjectPermissions::EXPORT,
            ObjectPermissions::MASS,
            ObjectPermissions::PURGE,
        ];
        let is_kept =
            |one: &ObjectPermissions| beside.has(*one) && !beside.has(ObjectPermissions::MODIFY_ALL);
        let (all, some) = (SimpleScope::All, |scope| scope != SimpleScope::None);
        let said = [
            (self.create, ObjectPermissions::CREATE),
            (some(self.read), ObjectPermissions::READ),
            (some(self.update), ObjectPermissions::UPDATE),
            (some(self.delete), ObjectPermissions::DELETE),
            (self.read == all, ObjectPermissions::VIEW_ALL),
            (self.update == all && self.delete == all, ObjectPermissions::MODIFY_ALL),
        ];
        let said = said.into_iter().filter_map(|(is_said, one)| is_said.then_some(one));
        said.chain(others.into_iter().filter(is_kept)).fold(ObjectPermissions::NONE, ObjectPermissions::union)
    }

    /// What teams need to have of what their members own.
    #[must_use]
    pub fn team(self) -> Level {
        if [self.update, self.delete].contains(&SimpleScope::Team) {
            Level::Edit
        } else if self.read == SimpleScope::Team {
            Level::Read
        } else {
            Level::None
        }
    }
}

impl SimpleAccess {
    /// What teams need to have of what their members own.
    #[must_use]
    pub fn team(&self) -> Level {
        self.scopes.values().map(|scopes| scopes.team()).max().unwrap_or(Level::None)
    }
}

impl OwnerRule {
    /// The group within which the rule shares, if it does so within one.
    #[must_use]
    pub fn team(&self) -> Option<GroupId> {
        match self.source {
            Principal::Group(group) if self.target == self.source => Some(group),
            _ => None,
        }
    }
}

impl Policy {
    /// How the records of an object are open, in simple scopes.
    ///
    /// # Errors
    /// Why these do not say it.
    pub fn simple_access(&self, object: ObjectId) -> Result<SimpleAccess, NotSimple> {
        let of = self.objects.get(&object).ok_or(NotSimple::Closed)?;
        if of.default != OrgWideDefault::Private {
            return Err(NotSimple::Default(of.default));
        }
        if let Some(rule) = of.restrictions.first() {
            return Err(NotSimple::Restriction(rule.name.clone()));
        }
        if let Some(rule) = of.criteria_rules.first() {
            return Err(NotSimple::Rule(rule.name.clone()));
        }
        let (mut teams, mut level) = (BTreeSet::new(), None);
        for rule in &of.owner_rules {
            let team = rule.team().filter(|team| !self.directory.is_queue(*team));
            teams.insert(team.ok_or_else(|| NotSimple::Rule(rule.name.clone()))?);
            if *level.get_or_insert(rule.level) != rule.level {
                return Err(NotSimple::Levels);
            }
        }
        let level = level.unwrap_or(Level::None);
        let profiles = self.profiles.values().map(|it| (Source::Profile(it.id), &it.grants));
        let sets = self.permission_sets.values().map(|it| (Source::PermissionSet(it.id), &it.grants));
        let scopes = profiles.chain(sets);
        let scopes = scopes.map(|(source, grants)| (source, SimpleScopes::of(grants.object(object), level)));
        Ok(SimpleAccess { teams, scopes: scopes.collect() })
    }
}

impl fmt::Display for SimpleScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        })
    }
}

impl fmt::Display for SimpleScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { create, read, update, delete } = self;
        let create = if *create { "yes" } else { "no" };
        write!(f, "create {create}, read {read}, update {update}, delete {delete}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPES: [SimpleScope; 4] =
        [SimpleScope::None, SimpleScope::Own, SimpleScope::Team, SimpleScope::All];

    fn every() -> impl Iterator<Item = SimpleScopes> {
        let pairs = SCOPES.into_iter().flat_map(|read| SCOPES.map(|update| (read, update)));
        let triples = pairs.flat_map(|(read, update)| SCOPES.map(|delete| (read, update, delete)));
        triples.flat_map(|(read, update, delete)| {
            [false, true].map(|create| SimpleScopes { create, read, update, delete })
        })
    }

    /// Whether permissions and one level for teams can say it.
    fn can_be_said(SimpleScopes { create, read, update, delete }: SimpleScopes) -> bool {
        let everything = [read, update, delete] == [SimpleScope::All; 3];
        let one_of_all = [update, delete].contains(&SimpleScope::All);
        // Whoever reads what his team owns because others change it changes it, too.
        (everything && create)
            || (!one_of_all
                && delete != SimpleScope::Team
                && (delete == SimpleScope::None || update != SimpleScope::None)
                && (update == SimpleScope::None || read != SimpleScope::None)
                && (!create || read != SimpleScope::None)
                && (update != SimpleScope::Team || read >= SimpleScope::Team))
    }

    #[test]
    fn what_can_be_said_is_read_as_it_was_written_and_the_rest_is_not() {
        for scopes in every() {
            let read = SimpleScopes::of(scopes.permissions(ObjectPermissions::NONE), scopes.team());
            assert_eq!(read == scopes, can_be_said(scopes), "{scopes}: {read}");
        }
    }

    #[test]
    fn what_they_say_nothing_of_stays_but_what_came_with_everything() {
        let read = SimpleScopes::of(ObjectPermissions::READ.union(ObjectPermissions::MASS), Level::None);
        assert!(read.permissions(ObjectPermissions::MASS).has(ObjectPermissions::MASS));
        assert_eq!(read.permissions(ObjectPermissions::MODIFY_ALL), ObjectPermissions::READ);
    }
}
