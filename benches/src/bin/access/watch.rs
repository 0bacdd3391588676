//! Measuring what takes hardly longer than to look at the clock.

use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

use sutra_benches::{Samples, turns};

/// A clock that knows what it takes to look at it.
pub(crate) struct Watch {
    cost: Duration,
}

/// What was answered, and how long each answer took.
pub(crate) struct Measured {
    pub(crate) answers: Vec<bool>,
    took: Samples,
}

impl Watch {
    pub(crate) fn new() -> Self {
        let looks = (0..100_000).map(|_| {
            let start = Instant::now();
            start.elapsed()
        });
        Self { cost: Samples::sorted(looks.collect()).percentile(50) }
    }

    pub(crate) fn cost(&self) -> Duration {
        self.cost
    }

    /// Asks each question once, and some of them before anybody looks at the clock.
    pub(crate) fn each<Q: Clone>(&self, questions: Vec<Q>, answer: impl Fn(Q) -> bool) -> Measured {
        let warm_up = turns(questions.len()) - questions.len();
        for question in questions.iter().take(warm_up) {
            black_box(answer(black_box(question.clone())));
        }
        let mut answers = Vec::with_capacity(questions.len());
        let mut took = Vec::with_capacity(questions.len());
        for question in questions {
            let question = black_box(question);
            let start = Instant::now();
            let given = black_box(answer(question));
            took.push(start.elapsed().saturating_sub(self.cost));
            answers.push(given);
        }
        Measured { answers, took: Samples::sorted(took) }
    }
}

impl Measured {
    /// The same, and how many times as long as the other it is.
    pub(crate) fn beside(&self, other: &Self) -> String {
        format!("{self} | {}", self.took.nanos(50) / other.took.nanos(50).max(1))
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.took.nanos(50), self.took.nanos(99))
    }
}
