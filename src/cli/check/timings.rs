//! `--timings`: how long each part of a check took, on standard error.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::gate::Watch;
use crate::model::outcome::Outcome;
use crate::policy::Loaded;

/// The parts of one check, in their order.
pub(super) struct Timings {
    started: Instant,
    last: Instant,
    parts: Vec<(&'static str, Duration)>,
}

impl Timings {
    pub(super) fn start() -> RefCell<Self> {
        let now = Instant::now();
        RefCell::new(Self { started: now, last: now, parts: Vec::new() })
    }

    /// A part has ended.
    pub(super) fn end(&mut self, part: &'static str) {
        let now = Instant::now();
        self.parts.push((part, now - self.last));
        self.last = now;
    }

    pub(super) fn line(&self) -> String {
        let mut line = String::from("timings:");
        for (part, took) in &self.parts {
            write!(line, " {part} {},", milliseconds(*took)).expect("a string takes all");
        }
        write!(line, " in all {}", milliseconds(self.last - self.started)).expect("a string takes all");
        line
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

/// Tells when the policy is loaded, and passes everything on.
pub(super) struct Timed<'a> {
    pub(super) inner: &'a mut dyn Watch,
    pub(super) timings: &'a RefCell<Timings>,
}

impl Watch for Timed<'_> {
    fn begin(&mut self, loaded: &Loaded, total: usize) {
        self.timings.borrow_mut().end("policy");
        self.inner.begin(loaded, total);
    }

    fn outcome(&mut self, outcome: &Outcome) {
        self.inner.outcome(outcome);
    }
}
