//! What the stages of a push share: git's lists of refs, and the reply over many outcomes.

use std::io::Read as _;

use bstr::{BString, ByteSlice as _};

use super::{Reply, StageError};
use crate::gate::push::{At, Budget, judge_push};
use crate::model::object::ObjectId;
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::Mode;
use crate::model::push::RefUpdate;
use crate::source::git::GitSource;

/// More than any push names; a line is a few hundred bytes.
const MAX_INPUT: u64 = 64 << 20;

/// The most outcomes that are shown one by one.
const MAX_SHOWN: usize = 50;

/// Git's list, from standard input.
pub(super) fn input() -> Result<Vec<u8>, StageError> {
    let mut text = Vec::new();
    std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_INPUT {
        return Err(StageError::Refs(format!("it is larger than the bound of {MAX_INPUT} bytes")));
    }
    Ok(text)
}

/// An id of a list; all zeros, of either length, is none.
pub(super) fn id(text: &[u8]) -> Result<Option<ObjectId>, StageError> {
    let id = ObjectId::from_hex(text)
        .ok_or_else(|| StageError::Refs(format!("`{}` is no id", crate::model::escape::visible(text))))?;
    Ok((!id.is_zero()).then_some(id))
}

/// A line of `pre-receive`: `OLD NEW REF`. A ref's name has no blank (git-check-ref-format).
pub(super) fn update(line: &[u8]) -> Result<RefUpdate, StageError> {
    let mut fields = line.splitn(3, |byte| *byte == b' ');
    let (Some(old), Some(new), Some(name)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(StageError::Refs(format!("`{}` is no ref with its ids", crate::model::escape::visible(line))));
    };
    Ok(RefUpdate { name: BString::from(name), old: id(old)?, new: id(new)? })
}

/// Lines end at a line feed and nowhere else: a ref may hold what other languages take for one.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// Judges the refs. What passes is not kept.
pub(super) fn judge(git: &dyn GitSource, updates: &[RefUpdate], at: &At, budget: Budget) -> Result<Reply, StageError> {
    let mut reply = Reply::default();
    let mut more = 0;
    let mut refused: Vec<BString> = Vec::new();
    judge_push(git, updates, at, budget, &mut |update, policy, outcome| {
        let blocks = match outcome.decision {
            Decision::Pass | Decision::Warn => false,
            Decision::Incomplete => policy.mode == Mode::Enforce,
            Decision::Block => true,
        };
        reply.blocks |= blocks;
        if blocks && refused.last() != Some(&update.name) {
            refused.push(update.name.clone());
        }
        if says_something(outcome) {
            if reply.outcomes.len() < MAX_SHOWN {
                reply.outcomes.push(outcome.clone());
            } else {
                more += 1;
            }
        }
    })?;
    if more > 0 {
        reply = reply.note(format!("{more} more of the pushed commits have findings"));
    }
    if reply.blocks {
        let names: Vec<String> = refused.iter().map(|name| name.to_str_lossy().into_owned()).collect();
        reply = reply.note(format!("refused: {}", names.join(", ")));
    }
    Ok(reply)
}

fn says_something(outcome: &Outcome) -> bool {
    outcome.decision > Decision::Pass
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_refs_are_read_as_bytes() {
        let line = format!("{} {} refs/heads/a\u{2028}b", "0".repeat(40), "1".repeat(40));
        let read = update(line.as_bytes()).expect("a line");
        assert_eq!((read.old, read.name.to_str_lossy().as_ref()), (None, "refs/heads/a\u{2028}b"));
        assert!(read.new.is_some());
        assert_eq!(id(&[b'0'; 64]).expect("an id"), None);
        for text in ["", "x", "0 0 refs/heads/a", "refs/heads/a"] {
            assert!(update(text.as_bytes()).is_err(), "{text}");
        }
    }
}
