//! What one user sees under one policy, and not under another.

use std::sync::Arc;

use sutra_acl::{Bound, Difference, ObjectPermissions, Reach, Scope, UserPlan};
use sutra_kernel::{Condition, RecordId, Test, Value};
use sutra_records::{Filter, ListQuery, ObjectDef, Record, Standing, View};

use super::{ObjectDifference, RecordDifference, change::Foreseen};
use crate::{
    Error, Reads,
    authority::Authority,
    guard,
    records::{newest_first, whole_list},
};

/// How many records are looked at for one count.
const LOOKED_THROUGH: usize = 1_000;

/// How many records are looked at for one answer, before no further user is begun.
const BUDGET: usize = 20_000;

/// How many records are read at a time.
const CHUNK: usize = 200;

/// How many records are shown.
const SAMPLES: usize = 3;

/// Compares for one asker, who counts and is shown what he sees himself.
pub(super) struct Comparison<'r> {
    asker: &'r Authority,
    reads: &'r mut dyn Reads,
    looked_at: usize,
}

impl<'r> Comparison<'r> {
    pub(super) fn new(asker: &'r Authority, reads: &'r mut dyn Reads) -> Self {
        Self { asker, reads, looked_at: 0 }
    }

    /// Whether no more users should be begun.
    pub(super) fn is_exhausted(&self) -> bool {
        self.looked_at >= BUDGET
    }

    /// The objects at which the plans differ, of those that the asker may read.
    pub(super) async fn objects(
        &mut self,
        before: &UserPlan,
        after: &UserPlan,
        foreseen: &Foreseen,
    ) -> Result<Vec<ObjectDifference>, Error> {
        let mut differences = Vec::new();
        let asker = self.asker;
        for object in asker.metadata.objects() {
            if !asker.plan.object(object.id).permissions().has(ObjectPermissions::READ) {
                continue;
            }
            let (own, new) = (before.object(object.id), after.object(object.id));
            let (seen, scope) = (own.scope(), new.scope());
            let is_seen = |record: &Record, standing: &Standing| seen.admits(&record.facts(standing));
            let is_foreseen =
                |record: &Record, standing: &Standing| foreseen.admits(&scope, record, standing);
            let (come, go) = foreseen.differences(&seen, &scope);
            let roots = own.reads_root() || new.reads_root();
            let gained =
                self.look(object, come, roots, |it, at| is_foreseen(it, at) && !is_seen(it, at)).await?;
            let lost = self.look(object, go, roots, |it, at| is_seen(it, at) && !is_foreseen(it, at)).await?;
            let (before, after) = (own.permissions(), new.permissions());
            if before != after || gained.is_something() || lost.is_something() {
                differences.push(ObjectDifference {
                    object: Arc::clone(object),
                    before,
                    after,
                    gained,
                    lost,
                });
            }
        }
        Ok(differences)
    }

    /// The records at a place that are different; to tell may take those that control them.
    ///
    /// # Security
    /// Nothing is looked at but what the asker sees, so that neither a count nor where it ends depends on anything else.
    async fn look(
        &mut self,
        object: &Arc<ObjectDef>,
        place: Difference,
        reads_root: bool,
        is_different: impl Fn(&Record, &Standing) -> bool + Send + Sync,
    ) -> Result<RecordDifference, Error> {
        let mut difference = RecordDifference { count: 0, exact: true, samples: Vec::new() };
        if place.scope.reach == Reach::None {
            return Ok(difference);
        }
        let authority = self.asker;
        let asker = authority.plan.object(object.id);
        let visible = asker.scope();
        let mut query = Some(if visible == Scope::ALL {
            search(object, place.scope, fails_one(&place.failing))?
        } else {
            search(object, visible, None)?
        });
        let mut looked_at = 0;
        while let Some(page_of) = query.take() {
            let page = self.reads.list_records(&page_of).await?;
            let ids: Vec<RecordId> = page.items.iter().map(|record| record.id).collect();
            let mut standings = self.reads.standings(object.id, &ids).await?;
            if reads_root {
                guard::add_roots(&mut *self.reads, &page.items, &mut standings).await?;
            }
            looked_at += ids.len();
            let next = page.items.last().filter(|_| page.more).map(|last| page_of.position_beyond(last));
            let standing = |record: &Record| standings.get(&record.id).unwrap_or(Standing::NONE);
            for record in page.items.into_iter().filter(|record| is_different(record, standing(record))) {
                difference.count += 1;
                if difference.samples.len() < SAMPLES {
                    difference.samples.push(View::of(record, object, asker));
                }
            }
            difference.exact = next.is_none();
            let next = next.filter(|_| looked_at < LOOKED_THROUGH);
            query = next.map(|from| ListQuery { from: Some(from), ..page_of });
        }
        self.looked_at += looked_at;
        Ok(difference)
    }
}

impl RecordDifference {
    /// Whether there is a record, or may be one.
    fn is_something(&self) -> bool {
        self.count > 0 || !self.exact
    }
}

/// The records among which a difference is, newest first.
fn search(object: &Arc<ObjectDef>, scope: Scope, filter: Option<Filter>) -> Result<ListQuery, Error> {
    Ok(ListQuery { scope, filter, order: newest_first()?, ..whole_list(object, CHUNK)? })
}

/// That a record fails one of these, as far as lists can say it: they compare money by its amount alone, and look at no
/// other record.
fn fails_one(bounds: &[Bound]) -> Option<Filter> {
    let is_money = |test: &Test| test.values().iter().any(|value| matches!(value, Value::Money(_)));
    let can_be_said = |Bound { rule, root }: &Bound| {
        root.is_none() && !rule.condition.tests().into_iter().any(|(_, test)| is_money(test))
    };
    if bounds.is_empty() || !bounds.iter().all(can_be_said) {
        return None;
    }
    let condition =
        |bound: &Bound| bound.rule.condition.map(&|_, test| test.clone(), &|never| match *never {});
    Some(Condition::Not(Box::new(Condition::All(bounds.iter().map(condition).collect()))))
}
