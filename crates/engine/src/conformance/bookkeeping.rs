//! The outbox and the counts of refusals.

use sutra_kernel::{TaskId, Timestamp};

use super::{
    gadget,
    home::{Home, at},
    traces::task,
};
use crate::{OutboxTask, RefusalCount, Store};

pub(super) async fn a_task_is_handed_out_when_it_is_due(store: &dyn Store) {
    let home = Home::found(store, "due tasks").await;
    let tasks = [30, 10, 20, 99].map(|due| task(&home, due));
    enqueue(&home, &tasks).await;
    assert_eq!(claim(&home, at(9), at(9), 10).await, []);
    let mut book = home.book().await;
    let claimed = book.claim_tasks(at(10), at(500), 10).await.unwrap();
    book.commit().await.unwrap();
    let [first] = claimed.as_slice() else { panic!("one task is due at its very instant") };
    assert_eq!((first.id, &first.kind, first.due_at), (tasks[1].id, &tasks[1].kind, tasks[1].due_at));
    assert_eq!(first.payload.as_bytes(), tasks[1].payload.as_bytes());
    assert_eq!(first.attempts, 1, "with this one");
    assert_eq!(claim(&home, at(50), at(500), 1).await, [(tasks[2].id, 1)], "the oldest first");
    assert_eq!(claim(&home, at(50), at(500), 10).await, [(tasks[0].id, 1)]);
}

pub(super) async fn a_taken_task_is_hidden_until_its_lease_ends(store: &dyn Store) {
    let home = Home::found(store, "leases").await;
    let task = task(&home, 10);
    enqueue(&home, std::slice::from_ref(&task)).await;
    assert_eq!(claim(&home, at(10), at(40), 10).await, [(task.id, 1)]);
    assert_eq!(claim(&home, at(39), at(90), 10).await, []);
    assert_eq!(claim(&home, at(40), at(90), 10).await, [(task.id, 2)]);
}

pub(super) async fn a_task_is_tried_again(store: &dyn Store) {
    let home = Home::found(store, "retries").await;
    let task = task(&home, 10);
    enqueue(&home, std::slice::from_ref(&task)).await;
    assert_eq!(claim(&home, at(10), at(900), 10).await, [(task.id, 1)]);
    let mut book = home.book().await;
    book.retry_task(task.id, at(20)).await.unwrap();
    book.commit().await.unwrap();
    assert_eq!(claim(&home, at(19), at(900), 10).await, []);
    assert_eq!(claim(&home, at(20), at(900), 10).await, [(task.id, 2)]);
}

pub(super) async fn a_completed_task_is_gone(store: &dyn Store) {
    let home = Home::found(store, "completed tasks").await;
    let tasks = [10, 10].map(|due| task(&home, due));
    enqueue(&home, &tasks).await;
    assert_eq!(claim(&home, at(10), at(20), 10).await.len(), 2);
    let mut book = home.book().await;
    book.complete_task(tasks[0].id).await.unwrap();
    book.complete_task(tasks[0].id).await.unwrap();
    book.retry_task(tasks[0].id, at(20)).await.unwrap();
    book.commit().await.unwrap();
    assert_eq!(claim(&home, at(20), at(90), 10).await, [(tasks[1].id, 2)]);
}

pub(super) async fn refusals_are_counted_by_the_minute(store: &dyn Store) {
    let home = Home::found(store, "refusals").await;
    let [one, two] = [(); 2].map(|()| gadget::digest(&home.dice));
    let steps = [
        ("the first", one, 7, 1, 0),
        ("the second", one, 7, 2, 0),
        ("another key", two, 7, 1, 0),
        ("a later minute", one, 9, 1, 2),
        ("again in that minute", one, 9, 2, 0),
        ("the next minute", one, 10, 1, 2),
        ("another key later", two, 10, 1, 1),
    ];
    for (name, key, minute, count, before) in steps {
        let mut book = home.book().await;
        let counted = book.count_refusal(&key, minute).await.unwrap();
        book.commit().await.unwrap();
        assert_eq!(counted, RefusalCount { count, before }, "{name}");
    }
}

pub(super) async fn a_unit_reads_the_refusals_of_a_minute(store: &dyn Store) {
    let (home, neighbour) = Home::found_twins(store, "refusals read").await;
    let [one, two] = [(); 2].map(|()| gadget::digest(&home.dice));
    for key in [one, one, two] {
        let mut book = home.book().await;
        book.count_refusal(&key, 7).await.unwrap();
        book.commit().await.unwrap();
    }
    let cases = [
        ("two of one kind", &home, one, 7, 2),
        ("one of another", &home, two, 7, 1),
        ("the next minute", &home, one, 8, 0),
        ("another workspace", &neighbour, one, 7, 0),
    ];
    for (name, home, key, minute, expected) in cases {
        let mut work = home.begin().await;
        assert_eq!(work.unit.refusals(&key, minute).await.unwrap(), expected, "{name}");
        work.cancel().await;
    }
}

async fn enqueue(home: &Home<'_>, tasks: &[OutboxTask]) {
    let mut work = home.begin().await;
    for task in tasks {
        work.unit.enqueue(task).await.unwrap();
    }
    work.commit().await;
}

/// Takes tasks, and says which and how often they were tried.
async fn claim(home: &Home<'_>, now: Timestamp, until: Timestamp, limit: usize) -> Vec<(TaskId, u32)> {
    let mut book = home.book().await;
    let tasks = book.claim_tasks(now, until, limit).await.unwrap();
    book.commit().await.unwrap();
    tasks.into_iter().map(|task| (task.id, task.attempts)).collect()
}
