//! Where `HEAD` has been, from its log: which commits were made here, and which moves brought in what others had made.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use bstr::ByteSlice as _;

use super::Layout;
use crate::model::object::ObjectId;

/// The most of the log that is read. A line is some 200 bytes.
const MAX_BYTES: u64 = 4 << 20;

/// One line of `HEAD`'s log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadMove {
    /// `None` where there was no commit before.
    pub from: Option<ObjectId>,
    pub to: ObjectId,
    /// Seconds since 1970.
    pub at: i64,
    pub kind: MoveKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveKind {
    /// A commit was made on the spot: `commit`, `revert`, a merge that is no fast-forward.
    Made,
    /// A commit was made after the pattern of another: `cherry-pick`, `am`, a step of a rebase.
    Replayed,
    /// `HEAD` went to a commit that need not be of this place: `pull`, `checkout`, `reset`, a fast-forward.
    Went,
}

/// How long the log is; what is written later comes after that.
pub fn head_log_size(layout: &Layout) -> u64 {
    std::fs::metadata(layout.git_dir.join("logs/HEAD")).map(|found| found.len()).unwrap_or_default()
}

/// The moves that were logged when the log was already `size` bytes long, oldest first; `None` where this cannot be told: no
/// log, a shorter one, another store of refs. The times are those of the committer's clock, which a variable can set.
pub fn head_moves(layout: &Layout, size: u64) -> Option<Vec<HeadMove>> {
    let mut file = File::open(layout.git_dir.join("logs/HEAD")).ok()?;
    let new = file.metadata().ok()?.len().checked_sub(size)?;
    if new > MAX_BYTES {
        return None;
    }
    file.seek(SeekFrom::Start(size)).ok()?;
    let mut text = Vec::new();
    file.take(new).read_to_end(&mut text).ok()?;
    Some(text.lines().filter_map(parse).collect())
}

/// `<old> <new> Name <mail> <seconds> <zone>\t<what>`.
fn parse(line: &[u8]) -> Option<HeadMove> {
    let (head, what) = line.split_once_str("\t").unwrap_or((line, b""));
    let mut ids = head.splitn(3, |byte| *byte == b' ');
    let from = ObjectId::from_hex(ids.next()?)?;
    let to = ObjectId::from_hex(ids.next()?)?;
    let rest = ids.next()?;
    let time = rest.rsplit(|byte| *byte == b'>').next()?.to_str().ok()?;
    let at = time.split_whitespace().next()?.parse().ok()?;
    Some(HeadMove { from: (!from.is_zero()).then_some(from), to, at, kind: kind(what) })
}

fn kind(what: &[u8]) -> MoveKind {
    let has = |needle: &[u8]| memchr::memmem::find(what, needle).is_some();
    let starts = |word: &[u8]| what.starts_with(word);
    // `git pull --rebase` writes `pull --rebase (pick)` for what it makes anew.
    let is_step =
        [&b"(pick)"[..], b"(reword)", b"(squash)", b"(fixup)", b"(edit)", b"(continue)"].iter().any(|step| has(step));
    let is_merge = (starts(b"merge") || starts(b"pull")) && has(b"Merge made");
    if starts(b"commit") || starts(b"revert") || is_merge {
        MoveKind::Made
    } else if starts(b"cherry-pick") || starts(b"am: ") || is_step {
        MoveKind::Replayed
    } else {
        MoveKind::Went
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_here_is_told_from_what_comes_from_elsewhere() {
        for made in [
            "commit: x",
            "commit (amend): x",
            "commit (initial): x",
            "commit (merge): x",
            "revert: x",
            "merge side: Merge made by the 'ort' strategy.",
        ] {
            assert_eq!(kind(made.as_bytes()), MoveKind::Made, "{made}");
        }
        for replayed in ["cherry-pick: x", "rebase (pick): x", "pull --rebase (pick): x", "am: x"] {
            assert_eq!(kind(replayed.as_bytes()), MoveKind::Replayed, "{replayed}");
        }
        for went in [
            "pull: Fast-forward",
            "merge side: Fast-forward",
            "checkout: moving from a to b",
            "reset: moving to HEAD~1",
            "rebase (start): checkout main",
            "rebase (finish): returning to refs/heads/x",
            "clone: from x",
            "",
        ] {
            assert_eq!(kind(went.as_bytes()), MoveKind::Went, "{went}");
        }
    }

    #[test]
    fn a_line_is_read_whatever_the_name() {
        let (zero, one) = ("0".repeat(40), "1".repeat(40));
        let line = format!("{zero} {one} A > B <a@b> 1767225600 +0100\tcommit (initial): x\ty");
        let found = parse(line.as_bytes()).expect("a move");
        assert_eq!((found.from, found.at, found.kind), (None, 1_767_225_600, MoveKind::Made));
        assert!(parse(b"broken").is_none());
    }
}
