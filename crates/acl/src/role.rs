//! The role hierarchy, in memory as intervals.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use sutra_kernel::RoleId;

/// A place in the hierarchy. Whoever holds it reaches the records of those strictly below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Which role it is.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// The role right above, if any.
    pub parent: Option<RoleId>,
}

/// The roles of a workspace, compiled so that *above* is a comparison of numbers.
///
/// Each role is numbered before those below it, and remembers where they end (a preorder
/// interval). Moving a role renumbers this tree and touches no record. It is cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct RoleTree(Arc<Numbering>);

/// Why a set of roles is no hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Two roles have the same id.
    #[error("role `{0}` is there twice")]
    Duplicate(RoleId),
    /// The role above is none of these roles.
    #[error("the parent of role `{0}` is unknown")]
    UnknownParent(RoleId),
    /// The role is above itself, or below one that is.
    #[error("role `{0}` is in a circle or below one")]
    Cycle(RoleId),
}

#[derive(Debug, Default)]
struct Numbering {
    /// Roles by number.
    order: Vec<RoleId>,
    /// Each role's own number, and the first number after those below it.
    spans: BTreeMap<RoleId, Range<usize>>,
}

impl RoleTree {
    /// Numbers these roles, whatever order they come in.
    ///
    /// # Errors
    /// A role that is there twice, has an unknown parent, or is in or below a circle is refused.
    pub fn compile(roles: &[Role]) -> Result<Self, RoleError> {
        let known = distinct(roles)?;
        let mut below: BTreeMap<Option<RoleId>, BTreeSet<RoleId>> = BTreeMap::new();
        for role in roles {
            if role.parent.is_some_and(|parent| !known.contains(&parent)) {
                return Err(RoleError::UnknownParent(role.id));
            }
            below.entry(role.parent).or_default().insert(role.id);
        }
        let numbering = Numbering::of(&below);
        // A walk from the top reaches every role but those that hang on a circle.
        match known.into_iter().find(|role| !numbering.spans.contains_key(role)) {
            Some(role) => Err(RoleError::Cycle(role)),
            None => Ok(Self(Arc::new(numbering))),
        }
    }

    /// Whether there is such a role.
    #[must_use]
    pub fn contains(&self, role: RoleId) -> bool {
        self.position(role).is_some()
    }

    /// Whether `a` is strictly above `b`: nobody is above himself, and peers are not above each other.
    #[must_use]
    pub fn above(&self, a: RoleId, b: RoleId) -> bool {
        self.position(b).is_some_and(|position| self.below(a).contains(&position))
    }

    /// The numbers of the roles strictly below; none below a role that is not in the tree.
    pub(crate) fn below(&self, role: RoleId) -> Range<usize> {
        self.0.spans.get(&role).map_or(0..0, |span| span.start + 1..span.end)
    }

    pub(crate) fn position(&self, role: RoleId) -> Option<usize> {
        self.0.spans.get(&role).map(|span| span.start)
    }

    pub(crate) fn named(&self, numbers: Range<usize>) -> &[RoleId] {
        self.0.order.get(numbers).unwrap_or_default()
    }
}

impl Numbering {
    /// Walks down from the roles without a parent, without recursion: a hierarchy may be deep.
    fn of(below: &BTreeMap<Option<RoleId>, BTreeSet<RoleId>>) -> Self {
        enum Step {
            Enter(RoleId),
            Leave(RoleId, usize),
        }
        let children = |parent| below.get(&parent).into_iter().flatten().copied();

        let mut numbering = Self::default();
        let mut steps: Vec<_> = children(None).map(Step::Enter).collect();
        while let Some(step) = steps.pop() {
            let next = numbering.order.len();
            match step {
                Step::Enter(role) => {
                    numbering.order.push(role);
                    steps.push(Step::Leave(role, next));
                    steps.extend(children(Some(role)).map(Step::Enter));
                }
                Step::Leave(role, start) => {
                    numbering.spans.insert(role, start..next);
                }
            }
        }
        numbering
    }
}

fn distinct(roles: &[Role]) -> Result<BTreeSet<RoleId>, RoleError> {
    let mut known = BTreeSet::new();
    match roles.iter().find(|role| !known.insert(role.id)) {
        Some(role) => Err(RoleError::Duplicate(role.id)),
        None => Ok(known),
    }
}

#[cfg(test)]
mod tests {
    use sutra_kernel::Uuid;

    use super::*;

    fn id(number: u128) -> RoleId {
        RoleId::from_uuid(Uuid::from_u128(number))
    }

    fn role(number: u128, parent: Option<u128>) -> Role {
        Role { id: id(number), name: number.to_string(), parent: parent.map(id) }
    }

    #[test]
    fn above_is_strict_and_reaches_all_the_way_down() {
        let tree = RoleTree::compile(&[
            role(3, Some(2)),
            role(2, Some(1)),
            role(1, None),
            role(4, Some(1)),
            role(5, None),
        ])
        .unwrap();
        let cases = [
            ("the one right below", 1, 2, true),
            ("two below", 1, 3, true),
            ("itself", 2, 2, false),
            ("upwards", 3, 1, false),
            ("a sibling", 2, 4, false),
            ("a sibling's child", 4, 3, false),
            ("another tree", 5, 3, false),
            ("an unknown role below", 1, 9, false),
            ("an unknown role above", 9, 1, false),
        ];
        for (name, a, b, expected) in cases {
            assert_eq!(tree.above(id(a), id(b)), expected, "{name}");
        }
    }

    #[test]
    fn the_roles_below_are_those_one_is_above() {
        let tree =
            RoleTree::compile(&[role(1, None), role(2, Some(1)), role(3, Some(2)), role(4, None)]).unwrap();
        let below = |number| BTreeSet::from_iter(tree.named(tree.below(id(number))));
        assert_eq!(below(1), BTreeSet::from([&id(2), &id(3)]));
        assert_eq!(below(3), BTreeSet::new());
        assert_eq!(below(9), BTreeSet::new(), "not in the tree");
    }

    #[test]
    fn what_is_no_hierarchy_is_refused() {
        let cases = [
            ("twice", vec![role(1, None), role(1, None)], RoleError::Duplicate(id(1))),
            ("unknown parent", vec![role(1, Some(9))], RoleError::UnknownParent(id(1))),
            ("its own parent", vec![role(1, Some(1))], RoleError::Cycle(id(1))),
            ("a circle", vec![role(1, Some(2)), role(2, Some(1)), role(3, None)], RoleError::Cycle(id(1))),
            ("below a circle", vec![role(1, Some(2)), role(2, Some(2))], RoleError::Cycle(id(1))),
        ];
        for (name, roles, expected) in cases {
            assert_eq!(RoleTree::compile(&roles).unwrap_err(), expected, "{name}");
        }
    }

    #[test]
    fn a_very_deep_hierarchy_is_no_danger() {
        let roles: Vec<_> = (1..=20_000).map(|n| role(n, (n > 1).then(|| n - 1))).collect();
        let tree = RoleTree::compile(&roles).unwrap();
        assert!(tree.above(id(1), id(20_000)));
        assert_eq!(tree.below(id(1)).len(), 19_999);
    }
}
