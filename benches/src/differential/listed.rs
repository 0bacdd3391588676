//! Lists as somebody turns their pages.

use std::sync::Arc;

use sutra_acl::Scope;
use sutra_engine::Reads;
use sutra_kernel::{Condition, Direction, RecordId, Test, Value};
use sutra_records::{ListQuery, ObjectDef, Order, Record, Standing, Turn};

use super::defined::name;
use crate::Dice;

/// As a list is read in many pages or in one.
const PAGES: [usize; 4] = [2, 5, 10, 50];

/// A list of some kind.
pub(super) fn any_list(object: &Arc<ObjectDef>, scope: Scope, dice: &mut Dice) -> ListQuery {
    let x = Value::Integer(dice.below(4).try_into().unwrap_or(0));
    let tests = [None, None, Some(Test::Lte(x.clone())), Some(Test::Neq(x))];
    let field = ["id", "id", "createdAt", "x"][dice.below(4)];
    ListQuery {
        object: Arc::clone(object),
        scope,
        filter: tests[dice.below(4)].clone().map(|test| Condition::test(name("x"), test)),
        search: None,
        order: Order {
            field: name(field),
            direction: [Direction::Ascending, Direction::Descending][dice.below(2)],
        },
        turn: [Turn::Forward, Turn::Backward][dice.below(2)],
        from: None,
        limit: PAGES[dice.below(PAGES.len())],
        deleted: false,
    }
}

/// Reads a list to its end and says in how many pages, if it holds what it ought to of these records: those that are
/// open to whoever reads it.
pub(super) async fn pages_of(
    reads: &mut dyn Reads,
    list: &ListQuery,
    open: &[&Record],
) -> Result<u64, String> {
    let all = ListQuery { scope: Scope::ALL, ..list.clone() };
    let meant = |record: &&&Record| all.matches((record, Standing::NONE), &|_| None);
    let mut meant: Vec<_> = open.iter().filter(meant).collect();
    meant.sort_by(|a, b| list.order(a, b));
    let meant: Vec<_> = meant.into_iter().map(|record| record.id).collect();
    let (listed, pages) = turned(reads, list.clone(), meant.len()).await;
    let counted = reads.count_records(list, 1_000).await.expect("a count");
    if listed == meant && usize::try_from(counted) == Ok(meant.len()) {
        return Ok(pages);
    }
    Err(format!("{listed:?} are listed, {counted} counted, by the rule {meant:?}: {list:?}"))
}

/// The records of a list in its order, and how many pages were turned. It stops where there are more than there may be.
async fn turned(reads: &mut dyn Reads, mut list: ListQuery, most: usize) -> (Vec<RecordId>, u64) {
    let (mut listed, mut pages) = (Vec::new(), 0);
    loop {
        let page = reads.list_records(&list).await.expect("a page");
        pages += 1;
        let ids = page.items.iter().map(|record| record.id);
        let last = if list.turn == Turn::Forward { page.items.last() } else { page.items.first() };
        match list.turn {
            Turn::Forward => listed.extend(ids),
            Turn::Backward => drop(listed.splice(0..0, ids)),
        }
        match last {
            Some(last) if page.more && listed.len() <= most => list.from = Some(list.position_beyond(last)),
            _ => return (listed, pages),
        }
    }
}
