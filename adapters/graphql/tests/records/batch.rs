//! What the records of a page refer to is loaded in one batch for each field, and for each request anew.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::json;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::world::World;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The lines since the last time that say this.
    fn take(&self, what: &str) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        text.lines().filter(|line| line.contains(what)).map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_length_of_a_page_does_not_count_in_what_is_loaded() {
    let (world, ada) = World::new().await;
    for number in 0..7 {
        let account = world.account(&ada, json!({ "name": format!("Account {number}") })).await;
        world.create(&ada, "Contact", json!({ "lastName": "Lovelace", "accountId": account })).await;
    }
    let log = Log::default();
    let logging = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false);
    let logging = logging.with_env_filter(EnvFilter::new("sutra_graphql::loader=trace")).finish();
    let _logging = tracing::subscriber::set_default(logging);

    let document = "{ contacts { nodes { account { name } owner { name } } } }";
    // Which of them are logged is found out when they are logged first, by whichever test does so, and it may be one that
    // keeps no log. After that it is asked of this one.
    world.data(&ada, document).await;
    tracing::callsite::rebuild_interest_cache();
    log.take("");

    for request in ["the first", "another"] {
        world.data(&ada, document).await;
        let loads = log.take("that are referred to");
        let count = |what: &str| loads.iter().filter(|line| line.contains(what)).count();
        assert_eq!((count("records"), count("users")), (1, 1), "{request}: {loads:?}");
        assert!(loads.iter().any(|line| line.contains("records") && line.contains("count=7")), "{loads:?}");
    }
}
