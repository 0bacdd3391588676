//! Leave to remove records for good.
//!
//! The serving role may overwrite everything in a row, and mark it deleted, as it is: to let it remove nothing but what is
//! marked would keep it from nothing.

use sea_orm::DbBackend;

use super::{Beside, Step};

pub(super) const STEP: Step = Step { name: "m0017_purge", tables: Vec::new, beside };

fn beside(backend: DbBackend) -> Option<Beside> {
    (backend == DbBackend::Postgres).then_some(Beside {
        up: "GRANT DELETE ON public.record TO sutra_app".into(),
        down: "REVOKE DELETE ON public.record FROM sutra_app".into(),
    })
}
