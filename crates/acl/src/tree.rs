//! Hierarchies, in memory as intervals.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::Hash,
    ops::Range,
    sync::Arc,
};

use rustc_hash::FxHashMap;
use sutra_kernel::{RoleId, TerritoryId};

/// A place in the role hierarchy. Whoever holds it reaches the records of those strictly below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Which role it is.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// The role right above, if any.
    pub parent: Option<RoleId>,
}

/// A territory: people assigned to it, or to one above it, reach the records assigned to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// Which territory it is.
    pub id: TerritoryId,
    /// What people call it.
    pub name: String,
    /// The territory right above, if any.
    pub parent: Option<TerritoryId>,
}

/// Something that has at most one of its kind right above it.
pub trait Node {
    /// How it is told from others.
    type Id: Copy + Ord + Hash + fmt::Debug + fmt::Display;

    /// Which one it is.
    fn id(&self) -> Self::Id;

    /// The one right above, if any.
    fn parent(&self) -> Option<Self::Id>;
}

/// A hierarchy, compiled so that *above* is a comparison of numbers.
///
/// Each node is numbered before those below it, and remembers where they end (a preorder
/// interval). Moving a node renumbers this tree and touches no record. It is cheap to clone.
#[derive(Debug)]
pub struct Tree<I>(Arc<Numbering<I>>);

/// The roles of a workspace.
pub type RoleTree = Tree<RoleId>;

/// The territories of a workspace.
pub type TerritoryTree = Tree<TerritoryId>;

/// Why a set of nodes is no hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError<I: fmt::Debug + fmt::Display> {
    /// Two nodes have the same id.
    #[error("`{0}` is there twice")]
    Duplicate(I),
    /// The node above is none of these.
    #[error("what is above `{0}` is unknown")]
    UnknownParent(I),
    /// The node is above itself, or below one that is.
    #[error("`{0}` is in a circle or below one")]
    Cycle(I),
}

#[derive(Debug)]
struct Numbering<I> {
    /// Nodes by number.
    order: Vec<I>,
    /// Each node's own number, and the first number after those below it.
    spans: FxHashMap<I, Range<usize>>,
    /// What is right above each node that has something above it.
    parents: BTreeMap<I, I>,
}

impl<I: Copy + Ord + Hash + fmt::Debug + fmt::Display> Tree<I> {
    /// Numbers these nodes, whatever order they come in.
    ///
    /// # Errors
    /// A node that is there twice, has an unknown parent, or is in or below a circle is refused.
    pub fn compile<N: Node<Id = I>>(nodes: &[N]) -> Result<Self, TreeError<I>> {
        let known = distinct(nodes)?;
        let mut below: BTreeMap<Option<I>, BTreeSet<I>> = BTreeMap::new();
        for node in nodes {
            if node.parent().is_some_and(|parent| !known.contains(&parent)) {
                return Err(TreeError::UnknownParent(node.id()));
            }
            below.entry(node.parent()).or_default().insert(node.id());
        }
        let parents = nodes.iter().filter_map(|node| Some((node.id(), node.parent()?))).collect();
        let numbering = Numbering { parents, ..Numbering::of(&below) };
        // A walk from the top reaches every node but those that hang on a circle.
        match known.into_iter().find(|node| !numbering.spans.contains_key(node)) {
            Some(node) => Err(TreeError::Cycle(node)),
            None => Ok(Self(Arc::new(numbering))),
        }
    }

    /// Whether there is such a node.
    #[must_use]
    pub fn contains(&self, node: I) -> bool {
        self.position(node).is_some()
    }

    /// Whether `a` is strictly above `b`: nobody is above himself, and peers are not above each other.
    #[must_use]
    pub fn above(&self, a: I, b: I) -> bool {
        self.position(b).is_some_and(|position| self.below(a).contains(&position))
    }

    /// The node itself and all below it; nothing if it is not in the tree.
    #[must_use]
    pub fn subtree(&self, node: I) -> &[I] {
        self.named(self.span(node))
    }

    /// The node itself and all above it, upwards.
    pub(crate) fn up_from(&self, node: I) -> impl Iterator<Item = I> {
        std::iter::successors(Some(node), |node| self.0.parents.get(node).copied())
    }

    /// The number of the node alone, as a range; empty if it is not in the tree.
    pub(crate) fn place(&self, node: I) -> Range<usize> {
        self.position(node).map_or(0..0, |position| position..position + 1)
    }

    /// The numbers of the node itself and of those below.
    pub(crate) fn span(&self, node: I) -> Range<usize> {
        self.0.spans.get(&node).cloned().unwrap_or_default()
    }

    /// The numbers of the nodes strictly below; none below a node that is not in the tree.
    pub(crate) fn below(&self, node: I) -> Range<usize> {
        self.0.spans.get(&node).map_or(0..0, |span| span.start + 1..span.end)
    }

    pub(crate) fn position(&self, node: I) -> Option<usize> {
        self.0.spans.get(&node).map(|span| span.start)
    }

    pub(crate) fn named(&self, numbers: Range<usize>) -> &[I] {
        self.0.order.get(numbers).unwrap_or_default()
    }
}

impl<I: Copy + Ord + Hash> Numbering<I> {
    /// Walks down from the nodes without a parent, without recursion: a hierarchy may be deep.
    fn of(below: &BTreeMap<Option<I>, BTreeSet<I>>) -> Self {
        enum Step<I> {
            Enter(I),
            Leave(I, usize),
        }
        let children = |parent| below.get(&parent).into_iter().flatten().copied();

        let mut numbering = Self::default();
        let mut steps: Vec<_> = children(None).map(Step::Enter).collect();
        while let Some(step) = steps.pop() {
            let next = numbering.order.len();
            match step {
                Step::Enter(node) => {
                    numbering.order.push(node);
                    steps.push(Step::Leave(node, next));
                    steps.extend(children(Some(node)).map(Step::Enter));
                }
                Step::Leave(node, start) => {
                    numbering.spans.insert(node, start..next);
                }
            }
        }
        numbering
    }
}

fn distinct<N: Node>(nodes: &[N]) -> Result<BTreeSet<N::Id>, TreeError<N::Id>> {
    let mut known = BTreeSet::new();
    match nodes.iter().find(|node| !known.insert(node.id())) {
        Some(node) => Err(TreeError::Duplicate(node.id())),
        None => Ok(known),
    }
}

impl Node for Role {
    type Id = RoleId;

    fn id(&self) -> RoleId {
        self.id
    }

    fn parent(&self) -> Option<RoleId> {
        self.parent
    }
}

impl Node for Territory {
    type Id = TerritoryId;

    fn id(&self) -> TerritoryId {
        self.id
    }

    fn parent(&self) -> Option<TerritoryId> {
        self.parent
    }
}

impl<I> Clone for Tree<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I> Default for Tree<I> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<I> Default for Numbering<I> {
    fn default() -> Self {
        Self { order: Vec::new(), spans: FxHashMap::default(), parents: BTreeMap::new() }
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
            ("twice", vec![role(1, None), role(1, None)], TreeError::Duplicate(id(1))),
            ("unknown parent", vec![role(1, Some(9))], TreeError::UnknownParent(id(1))),
            ("its own parent", vec![role(1, Some(1))], TreeError::Cycle(id(1))),
            ("a circle", vec![role(1, Some(2)), role(2, Some(1)), role(3, None)], TreeError::Cycle(id(1))),
            ("below a circle", vec![role(1, Some(2)), role(2, Some(2))], TreeError::Cycle(id(1))),
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
