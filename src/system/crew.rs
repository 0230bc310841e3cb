//! A long list handled by several threads, and its results taken in order.
//!
//! The list is cut into chunks of fixed places, so that what a chunk comes to does not depend on how many threads there are
//! or which of them had it. A thread keeps one reader for all its chunks. No more results are waiting than those of a few
//! chunks a thread, so a list of any length costs the same memory.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Neighbours share most of what they read; much larger chunks would leave threads idle at the end.
pub const CHUNK: usize = 250;

/// How many chunks a thread has at least, and how many items these have, where there are enough of them.
const SHARES: usize = 4;
const LEAST: usize = 8;

/// Shorter lists are done before a thread is worth its start.
pub const MIN_ITEMS: usize = 8;

/// More readers than this wait for each other and for memory.
const MAX_THREADS: usize = 8;

/// How many chunks a thread may be ahead.
const AHEAD: usize = 2;

/// As much as the main thread has: files are taken apart by recursion.
const STACK_BYTES: usize = 8 << 20;

/// Is to be given each result of a chunk, in order, and says whether there is still use for more.
pub type Send<'a, T> = dyn FnMut(T) -> bool + 'a;

/// How many threads this machine has for it.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS)
}

/// The chunks of a list that `threads` have in common: several for each of them, for some take far longer than others.
fn chunks(items: usize, threads: usize, most: usize) -> impl Iterator<Item = Range<usize>> {
    let threads = threads.max(1);
    let least = items.div_ceil(threads).min(LEAST);
    let size = items.div_ceil(threads * SHARES).max(least).clamp(1, most);
    (0..items).step_by(size).map(move |start| start..items.min(start + size))
}

/// Has `work` handle all of a list in chunks of at most `chunk`; `take` gets what it sends, in order. An error of `take` ends it
/// all. Each thread calls `start` once.
pub fn in_order<S, T: std::marker::Send, E>(
    (items, chunk): (usize, usize),
    threads: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&S, Range<usize>, &mut Send<'_, T>) + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let (tasks, queue) = mpsc::channel::<(Range<usize>, SyncSender<T>)>();
    let queue = Mutex::new(queue);
    let serve = || {
        let state = start();
        while let Some((range, sender)) = next(&queue) {
            work(&state, range, &mut |result| sender.send(result).is_ok());
        }
    };
    thread::scope(|scope| {
        let start_one = |_: &usize| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, serve).is_ok();
        if (0..threads.max(1)).filter(start_one).count() == 0 {
            return alone((items, chunk), &start, &work, take);
        }
        let mut left = chunks(items, threads, chunk);
        let mut waiting: VecDeque<Receiver<T>> = VecDeque::new();
        let tasks = tasks;
        let mut hand_out = |waiting: &mut VecDeque<Receiver<T>>| {
            let Some(range) = left.next() else { return };
            let (sender, results) = mpsc::sync_channel(range.len());
            // The threads listen as long as this end lives.
            if tasks.send((range, sender)).is_ok() {
                waiting.push_back(results);
            }
        };
        for _ in 0..threads * AHEAD {
            hand_out(&mut waiting);
        }
        while let Some(results) = waiting.pop_front() {
            for result in results {
                take(result)?;
            }
            hand_out(&mut waiting);
        }
        Ok(())
    })
}

/// The same where the machine gives no thread.
fn alone<S, T, E>(
    (items, chunk): (usize, usize),
    start: &impl Fn() -> S,
    work: &impl Fn(&S, Range<usize>, &mut Send<'_, T>),
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let state = start();
    let mut taken = Ok(());
    for range in chunks(items, 1, chunk) {
        work(&state, range, &mut |result| {
            taken = take(result);
            taken.is_ok()
        });
        if taken.is_err() {
            break;
        }
    }
    taken
}

/// The lock is held while waiting: whoever has it gets the next chunk.
fn next<T>(queue: &Mutex<Receiver<T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for (items, threads) in [(0, 1), (1, 1), (1, 4), (49, 2), (1000, 1), (1000, 3), (1001, 8)] {
            let mut taken = Vec::new();
            let done: Result<(), ()> = in_order(
                (items, CHUNK),
                threads,
                || (),
                |(), range, send| {
                    for index in range {
                        send(index);
                    }
                },
                |index| {
                    taken.push(index);
                    Ok(())
                },
            );
            assert_eq!(done, Ok(()));
            assert_eq!(taken, (0..items).collect::<Vec<_>>(), "{items} items, {threads} threads");
        }
    }

    #[test]
    fn without_threads_it_is_done_here() {
        let mut taken = Vec::new();
        let each = |(): &(), range: Range<usize>, send: &mut Send<'_, usize>| {
            for index in range {
                if !send(index) {
                    break;
                }
            }
        };
        let done: Result<(), usize> = alone((1000, CHUNK), &|| (), &each, |index| {
            taken.push(index);
            if index == 700 { Err(index) } else { Ok(()) }
        });
        assert_eq!((done, taken), (Err(700), (0..=700).collect()));
    }

    #[test]
    fn an_error_ends_the_work() {
        let mut taken = 0;
        let done = in_order(
            (100_000, CHUNK),
            2,
            || (),
            |(), range, send| {
                for index in range {
                    if !send(index) {
                        break;
                    }
                }
            },
            |index| {
                taken += 1;
                if index == 700 { Err(index) } else { Ok(()) }
            },
        );
        assert_eq!((done, taken), (Err(700), 701));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_not_lost() {
        let _: Result<(), ()> =
            in_order((10, CHUNK), 2, || (), |(), range, _| assert!(range.start > 100), |(): ()| Ok(()));
    }
}
