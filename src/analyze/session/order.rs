//! Did a run see what stands now, as far as the order of things tells?
//!
//! Told in one way of every session, whether by a transcript or by our own journal: a file edited after a run began makes it
//! stale; a command that may have written files, and ended after the run began, makes it unknown.

use crate::model::receipt::Freshness;

/// What was written, and when; moments are numbers of events, or milliseconds.
#[derive(Clone, Debug)]
pub struct Order<T> {
    edited: Option<T>,
    /// The last two that may have written, of different runs: when each ended, and the number of the run that it is.
    perhaps: [Option<(T, Option<usize>)>; 2],
}

impl<T> Default for Order<T> {
    fn default() -> Self {
        Self { edited: None, perhaps: [None, None] }
    }
}

impl<T: Copy + Ord> Order<T> {
    /// A file of the work was edited.
    pub fn edited(&mut self, at: T) {
        self.edited = self.edited.max(Some(at));
    }

    /// Files may have been written by something that ended then; `run` where it is one of those that are judged.
    pub fn perhaps(&mut self, at: T, run: Option<usize>) {
        let [last, before] = &mut self.perhaps;
        match last {
            Some((then, other)) if *other == run => *then = (*then).max(at),
            Some((then, _)) if *then > at => {
                if before.is_none_or(|(then, _)| then <= at) {
                    *before = Some((at, run));
                }
            }
            _ => *before = last.replace((at, run)),
        }
    }

    /// Of the run of that number. One that has not ended may yet write itself.
    pub fn freshness(&self, run: usize, start: T, is_over: bool) -> Freshness {
        let by_another = |(at, other): &(T, Option<usize>)| *at > start && *other != Some(run);
        if self.edited.is_some_and(|at| at > start) {
            Freshness::Stale
        } else if !is_over || self.perhaps.iter().flatten().any(by_another) {
            Freshness::Unknown
        } else {
            Freshness::Fresh
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_counts_and_a_run_s_own_doing_does_not() {
        let mut order = Order::default();
        order.perhaps(10, Some(1));
        order.edited(5);
        assert_eq!(order.freshness(1, 8, true), Freshness::Fresh);
        assert_eq!(order.freshness(1, 4, true), Freshness::Stale);
        assert_eq!(order.freshness(2, 8, true), Freshness::Unknown);
        assert_eq!(order.freshness(1, 8, false), Freshness::Unknown);
        order.perhaps(12, Some(2));
        assert_eq!([order.freshness(1, 8, true), order.freshness(2, 11, true)], [Freshness::Unknown, Freshness::Fresh]);
        // It ended before the last one, and after the run began.
        order.perhaps(11, None);
        assert_eq!(order.freshness(2, 10, true), Freshness::Unknown);
    }
}
