//! What the people of the demo company may do: three profiles beside those that every workspace has.

use std::collections::BTreeMap;

use sutra_acl::{FieldPermission, Grants, ObjectPermissions, OrgWideDefault};
use sutra_engine::{Caller, Engine, ProfileEdit};
use sutra_kernel::ProfileId;
use sutra_records::{Metadata, ObjectDef};

use super::fields::NATIONAL_ID;
use crate::failure::Failure;

/// What somebody is there for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Job {
    Administration,
    Management,
    Sales,
    Service,
    Marketing,
}

impl Job {
    /// The profile of those who do it.
    fn profile(self) -> &'static str {
        match self {
            Self::Administration => "Administrator",
            Self::Management => "Standard User",
            Self::Sales => "Sales",
            Self::Service => "Service",
            Self::Marketing => "Marketing",
        }
    }
}

/// A profile: what its people work on, what they look up wherever it is, and what of it is not for them.
struct Kind {
    job: Job,
    works_on: &'static [&'static str],
    looks_up: &'static [&'static str],
    hidden: &'static [(&'static str, &'static str)],
}

const KINDS: [Kind; 3] = [
    Kind {
        job: Job::Sales,
        works_on: &["account", "contact", "opportunity", "lead", "task", "note"],
        looks_up: &["campaign", "case", "product"],
        hidden: &[],
    },
    Kind {
        job: Job::Service,
        works_on: &["case", "task", "note"],
        looks_up: &["account", "contact", "product"],
        hidden: &[("account", "annualRevenue"), ("contact", "mobilePhone"), ("contact", NATIONAL_ID)],
    },
    Kind {
        job: Job::Marketing,
        works_on: &["campaign", "lead", "task", "note"],
        looks_up: &["account", "product"],
        hidden: &[("account", "annualRevenue"), ("account", "phone")],
    },
];

/// What everybody sees, whosever it is.
const PUBLIC: [&str; 2] = ["campaign", "product"];

/// Makes the profiles and opens what is everybody's; answers which profile is for which job.
pub(super) async fn make(engine: &Engine, admin: &Caller) -> Result<BTreeMap<Job, ProfileId>, Failure> {
    let viewing = engine.view(admin).await?;
    let metadata = viewing.metadata().clone();
    let known = viewing.profiles().await?;
    viewing.close().await?;
    for object in PUBLIC {
        engine.permissions().set_default(admin, object, OrgWideDefault::Read, true).await?;
    }
    let mut made = BTreeMap::new();
    for job in [Job::Administration, Job::Management] {
        let found = known.iter().find(|profile| profile.name == job.profile());
        let found = found.ok_or_else(|| Failure::new(format!("there is no profile `{}`", job.profile())))?;
        made.insert(job, found.id);
    }
    for kind in &KINDS {
        let profile = engine.permissions().create_profile(admin, &kind.edit(&metadata)).await?;
        made.insert(kind.job, profile.value.id);
    }
    Ok(made)
}

impl Kind {
    fn edit(&self, metadata: &Metadata) -> ProfileEdit {
        let objects = metadata.objects().iter();
        let open: Vec<_> = objects.filter_map(|it| Some((it, self.permissions(it)?))).collect();
        let fields = open.iter().flat_map(|(object, _)| {
            object.fields.iter().map(|field| {
                let is_open = !self.hidden.contains(&(object.name.as_str(), field.name.as_str()));
                // What is sealed is written by those who see only its mask.
                let permission = FieldPermission {
                    write_only: is_open && field.encrypted,
                    ..FieldPermission::new(is_open, is_open)
                };
                (field.id, permission)
            })
        });
        ProfileEdit {
            name: self.job.profile().to_owned(),
            grants: Grants {
                fields: fields.collect(),
                objects: open.iter().map(|(object, permissions)| (object.id, *permissions)).collect(),
                ..Grants::default()
            },
        }
    }

    /// Nothing for what is closed to them.
    fn permissions(&self, object: &ObjectDef) -> Option<ObjectPermissions> {
        let work = [ObjectPermissions::CREATE, ObjectPermissions::DELETE, ObjectPermissions::MASS];
        let name = object.name.as_str();
        if self.works_on.contains(&name) {
            return Some(work.into_iter().fold(ObjectPermissions::READ, ObjectPermissions::union));
        }
        self.looks_up.contains(&name).then_some(ObjectPermissions::VIEW_ALL)
    }
}
