#![doc = include_str!("../README.md")]

mod decide;
pub mod grant;
mod level;
mod permission;
mod permit;
mod plan;
mod policy;
mod port;
mod profile;
mod role;
mod scope;
mod system;

pub use decide::{Action, Decision, Denial, Facts, Reason};
pub use level::{Level, OrgWideDefault, UnknownWord};
pub use permission::{FieldPermission, ObjectPermissions};
pub use permit::{Permit, PermitMismatch, Stage};
pub use plan::{AccessPlan, UserPlan};
pub use policy::{ObjectPolicy, Policy, Subject};
pub use port::{PolicyReader, PolicyWriter};
pub use profile::Profile;
pub use role::{Role, RoleError, RoleTree};
pub use scope::Scope;
pub use system::{SystemPermission, SystemPermissions};
