//! Leave to remove profiles and roles: the references of users, and of roles to each other, keep what is in use.

use sea_orm::DbBackend;

use super::{Beside, Step};

pub(super) const STEP: Step = Step { name: "m0030_removal", tables: Vec::new, beside };

fn beside(backend: DbBackend) -> Option<Beside> {
    (backend == DbBackend::Postgres).then_some(Beside {
        up: "GRANT DELETE ON public.profile, public.role TO sutra_app".into(),
        down: "REVOKE DELETE ON public.profile, public.role FROM sutra_app".into(),
    })
}
