//! The standard objects: definitions that the product ships, read by the same code as any other.

mod activity;
mod build;
mod customer;
mod sales;
mod service;
mod upgrade;

pub use upgrade::{Attribute, Lacking, Upgrade, lacking, upgrade};

use crate::ObjectDef;

/// Account, Contact, Opportunity, Campaign, Task, Lead, Case, Note and Product, in the order they are shown.
///
/// A workspace has them from the day it is made; one that was made before some were shipped gets them by an [`upgrade`].
///
/// No field of theirs is unique: two companies may have one name, and two people share one address. Whether it is a rule
/// of a workspace that they do not is for its administrators to say.
///
/// Their ids and slots are the same in every workspace and every release; `tests/vectors/standard.txt` has them.
#[must_use]
pub fn objects() -> Vec<ObjectDef> {
    // INVARIANT: every name below is a literal that parses; the vectors would miss one that did not.
    let built = [
        customer::account(),
        customer::contact(),
        sales::opportunity(),
        sales::campaign(),
        activity::task(),
        sales::lead(),
        service::case(),
        activity::note(),
        sales::product(),
    ];
    built.into_iter().filter_map(Result::ok).collect()
}
