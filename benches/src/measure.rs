//! Measuring two things side by side, so that whatever else the machine does meets both alike.

use std::time::{Duration, Instant};

/// What both sides took.
#[derive(Debug)]
pub struct Pair {
    name: String,
    ours: Samples,
    bare: Samples,
}

/// How long something took, each time.
#[derive(Debug)]
pub struct Samples(Vec<Duration>);

/// How often something is done to be measured so often: a tenth more, which does not count.
#[must_use]
pub fn turns(samples: usize) -> usize {
    samples + samples / 10 + 1
}

/// Runs both by turns, each first as often as the other.
pub async fn side_by_side<A, B>(
    name: &str,
    samples: usize,
    mut ours: impl AsyncFnMut() -> A,
    mut bare: impl AsyncFnMut() -> B,
) -> Pair {
    let (mut our_samples, mut bare_samples) = (Vec::new(), Vec::new());
    let warm_up = turns(samples) - samples;
    for turn in 0..turns(samples) {
        let (our_time, bare_time) = if turn % 2 == 0 {
            let ours = timed(&mut ours).await;
            (ours, timed(&mut bare).await)
        } else {
            let bare = timed(&mut bare).await;
            (timed(&mut ours).await, bare)
        };
        if turn >= warm_up {
            our_samples.push(our_time);
            bare_samples.push(bare_time);
        }
    }
    Pair::of(name, our_samples, bare_samples)
}

/// How long something takes.
pub async fn timed<T>(work: &mut impl AsyncFnMut() -> T) -> Duration {
    let start = Instant::now();
    let answer = work().await;
    let elapsed = start.elapsed();
    drop(answer);
    elapsed
}

impl Pair {
    /// What was measured by other means.
    #[must_use]
    pub fn of(name: &str, ours: Vec<Duration>, bare: Vec<Duration>) -> Self {
        Self { name: name.to_owned(), ours: Samples::sorted(ours), bare: Samples::sorted(bare) }
    }
}

impl Samples {
    /// These, in whatever order.
    #[must_use]
    pub fn sorted(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    /// What so many percent of them stayed within.
    ///
    /// # Panics
    /// There must be some.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() - 1) * percent / 100]
    }

    /// The same, in nanoseconds.
    #[must_use]
    pub fn nanos(&self, percent: usize) -> u128 {
        self.percentile(percent).as_nanos()
    }
}

/// What is printed of several pairs.
#[derive(Debug)]
pub struct Table {
    title: String,
    pairs: Vec<Pair>,
}

impl Table {
    /// An empty one.
    #[must_use]
    pub fn titled(title: &str) -> Self {
        Self { title: title.to_owned(), pairs: Vec::new() }
    }

    /// Adds a row.
    pub fn add(&mut self, pair: Pair) {
        self.pairs.push(pair);
    }

    /// As a table of Markdown, in microseconds.
    pub fn print(&self) {
        println!("\n### {}\n", self.title);
        println!("| | ours p50 | p99 | bare p50 | p99 | ratio |");
        println!("|---|--:|--:|--:|--:|--:|");
        for Pair { name, ours, bare } in &self.pairs {
            let [ours_50, ours_99, bare_50, bare_99] =
                [(ours, 50), (ours, 99), (bare, 50), (bare, 99)].map(|(side, at)| side.percentile(at));
            let ratio = ours_50.as_secs_f64() / bare_50.as_secs_f64();
            let [ours_50, ours_99, bare_50, bare_99] =
                [ours_50, ours_99, bare_50, bare_99].map(|time| time.as_micros());
            println!("| {name} | {ours_50} | {ours_99} | {bare_50} | {bare_99} | {ratio:.2} |");
        }
    }
}
