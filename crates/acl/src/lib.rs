#![doc = include_str!("../README.md")]

mod decide;
mod difference;
mod directory;
mod explain;
mod facts;
pub mod grant;
mod grants;
mod ground;
mod holder;
mod level;
mod permission;
mod permit;
mod plan;
mod policy;
mod port;
mod principal;
mod profile;
mod rule;
mod scope;
mod sharing;
mod simple;
mod system;
mod tree;

pub use decide::{Action, Decision, Denial, Reason};
pub use difference::Difference;
pub use directory::{Directory, GroupError, People, Staff};
pub use explain::{Explanation, Source};
pub use facts::{Cause, Facts, Fields, NoFields, Root, Share};
pub use grants::Grants;
pub use ground::Ground;
pub use level::{Level, OrgWideDefault, UnknownWord};
pub use permission::{FieldMuting, FieldPermission, ObjectMuting, ObjectPermissions};
pub use permit::{Permit, PermitMismatch, Stage};
pub use plan::{AccessPlan, UserPlan};
pub use policy::{CONTROL_DEPTH, Move, ObjectPolicy, Policy, Subject, TerritoryLevels, Withheld};
pub use port::{
    DirectoryReader, DirectoryWriter, PermissionSetReader, PermissionSetWriter, PolicyReader, PolicyWriter,
    RuleWriter, TerritoryReader, TerritoryWriter,
};
pub use principal::{Group, Owner, Principal, Use};
pub use profile::{Assigned, Bundle, Muting, PermissionSet, PermissionSetGroup, Profile};
pub use rule::{Audience, CriteriaRule, OwnerRule, RestrictionRule};
pub use scope::{Bound, Reach, Rooted, Runs, Scope};
pub use sharing::SharingRule;
pub use simple::{NotSimple, SimpleAccess, SimpleScope, SimpleScopes};
pub use system::{SystemPermission, SystemPermissions};
pub use tree::{Node, Role, RoleTree, Territory, TerritoryTree, Tree, TreeError};
