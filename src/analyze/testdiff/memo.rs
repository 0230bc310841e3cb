//! The tests of files that are read again and again: what one commit leaves is what the next one finds, the base of a range is
//! asked for at each of its commits, and a file is looked at by itself before it is with all others.
//!
//! What is kept follows from the grammar and the text alone, so that it changes no verdict; it is kept for the whole process,
//! within a bound, the oldest going first.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::analyze::syntax::{Grammar, Unparsed};
use crate::analyze::testcode::{self, TestCode};

/// The most text whose tests are kept, in bytes. What is kept of it takes a few times as much.
const MAX_BYTES: usize = 16 << 20;

/// Names a text; it may be made to collide with nothing.
type Key = (Grammar, [u8; 32]);

#[derive(Default)]
struct Memo {
    known: FxHashMap<Key, Arc<TestCode>>,
    /// In the order of coming, with the size of the text.
    order: VecDeque<(Key, usize)>,
    bytes: usize,
}

static MEMO: LazyLock<Mutex<Memo>> = LazyLock::new(Mutex::default);

/// [`testcode::read`], once for each text.
pub(super) fn read(grammar: Grammar, source: &[u8]) -> Result<Arc<TestCode>, Unparsed> {
    let key = (grammar, Sha256::digest(source).into());
    let known = || MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = known().known.get(&key) {
        return Ok(Arc::clone(code));
    }
    let code = Arc::new(testcode::read(grammar, source)?);
    known().keep(key, Arc::clone(&code), source.len());
    Ok(code)
}

impl Memo {
    fn keep(&mut self, key: Key, code: Arc<TestCode>, size: usize) {
        if size > MAX_BYTES / 4 || self.known.insert(key, code).is_some() {
            return;
        }
        self.order.push_back((key, size));
        self.bytes += size;
        while self.bytes > MAX_BYTES {
            let Some((oldest, size)) = self.order.pop_front() else { break };
            self.known.remove(&oldest);
            self.bytes -= size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_read_once_and_a_text_of_another_grammar_is_another() {
        let text = b"def test_memo_a():\n    assert 1 == 1\n";
        let first = read(Grammar::Python, text).expect("parsed");
        assert!(Arc::ptr_eq(&first, &read(Grammar::Python, text).expect("parsed")));
        assert!(!Arc::ptr_eq(&first, &read(Grammar::Ruby, text).expect("parsed")));
        assert_eq!(first.tests.len(), 1);
    }

    #[test]
    fn the_oldest_goes_first_and_what_is_kept_has_a_bound() {
        let mut memo = Memo::default();
        let key = |at: u8| (Grammar::Python, [at; 32]);
        for at in 0..9 {
            memo.keep(key(at), Arc::default(), MAX_BYTES / 4);
        }
        memo.keep(key(9), Arc::default(), MAX_BYTES);
        let kept: Vec<u8> = (0..10).filter(|at| memo.known.contains_key(&key(*at))).collect();
        assert_eq!((kept, memo.bytes, memo.order.len()), (vec![5, 6, 7, 8], MAX_BYTES, 4));
    }
}
