//! Batches, loaded by the request that waits for them.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

use tokio::sync::mpsc;

type Load = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The batches of one request.
///
/// They are loaded when nothing else of its answer can go on, so that each has all that is wanted by then, whatever the
/// clock says, and they end with the request.
pub(crate) struct Batches(mpsc::UnboundedReceiver<Load>);

/// How a batch is handed over, and where it goes.
pub(crate) fn batches() -> (impl Fn(Load) + Send + Sync + 'static, Batches) {
    let (hand_over, batches) = mpsc::unbounded_channel();
    // Nobody is there to take it once the request has ended, and nobody waits for it.
    (move |load| drop(hand_over.send(load)), Batches(batches))
}

impl Batches {
    /// Does the work, and what it asks for whenever it waits.
    pub(crate) async fn beside<T>(mut self, work: impl Future<Output = T>) -> T {
        let (mut work, mut loading) = (pin!(work), Vec::new());
        poll_fn(|context| {
            loop {
                if let Poll::Ready(done) = work.as_mut().poll(context) {
                    return Poll::Ready(done);
                }
                while let Ok(load) = self.0.try_recv() {
                    loading.push(load);
                }
                let before = loading.len();
                loading.retain_mut(|load: &mut Load| load.as_mut().poll(context).is_pending());
                if loading.len() == before {
                    return Poll::Pending;
                }
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use async_graphql::dataloader::{DataLoader, Loader};
    use futures_lite::future::{yield_now, zip};

    use super::*;

    /// Notes what is loaded at once.
    #[derive(Clone, Default)]
    struct Noting(Arc<Mutex<Vec<usize>>>);

    impl Loader<usize> for Noting {
        type Value = usize;
        type Error = ();

        async fn load(&self, keys: &[usize]) -> Result<std::collections::HashMap<usize, usize>, ()> {
            yield_now().await;
            self.0.lock().unwrap().push(keys.len());
            Ok(keys.iter().map(|key| (*key, key * 10)).collect())
        }
    }

    #[tokio::test]
    async fn what_is_wanted_at_once_is_loaded_at_once() {
        let noting = Noting::default();
        let (hand_over, batches) = batches();
        let loader = DataLoader::new(noting.clone(), hand_over).delay(std::time::Duration::ZERO);
        let twice =
            async |key| (loader.load_one(key).await.unwrap(), loader.load_one(key + 2).await.unwrap());
        let both = batches.beside(zip(twice(0), twice(1))).await;
        assert_eq!(both, ((Some(0), Some(20)), (Some(10), Some(30))));
        assert_eq!(*noting.0.lock().unwrap(), [2, 2]);
    }
}
