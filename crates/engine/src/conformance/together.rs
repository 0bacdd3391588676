//! Futures that run at the same time, without a runtime.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

/// Runs all of them, interleaved wherever they wait, and returns their outcomes in order.
pub(super) async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Run<F>> = futures.into_iter().map(|future| Run::Going(Box::pin(future))).collect();
    poll_fn(|context| {
        let waiting = running.iter_mut().map(|run| run.advance(context)).filter(|done| !done).count();
        if waiting == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    running.into_iter().map(Run::outcome).collect()
}

/// Lets the others go first, once: where a store answers at once, nothing else would interleave them.
pub(super) async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

enum Run<F: Future> {
    Going(Pin<Box<F>>),
    Done(F::Output),
}

impl<F: Future> Run<F> {
    /// Polls it unless it is done; says whether it is.
    fn advance(&mut self, context: &mut Context<'_>) -> bool {
        if let Self::Going(future) = self {
            match future.as_mut().poll(context) {
                Poll::Ready(outcome) => *self = Self::Done(outcome),
                Poll::Pending => return false,
            }
        }
        true
    }

    fn outcome(self) -> F::Output {
        match self {
            Self::Done(outcome) => outcome,
            Self::Going(_) => panic!("everything is done"),
        }
    }
}
