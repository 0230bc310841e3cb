//! That events of a session could not be written down, and when: the disk was full, or a lock was held.
//!
//! Told by the times of two empty files beside the ledger, for which even a full disk has room.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// When it was first so.
const FIRST: &str = "lost-first";

/// When it was last so.
const LAST: &str = "lost-last";

/// Notes that an event of that time is lost, in the first folder that takes it.
pub(super) fn note<'a>(folders: impl Iterator<Item = &'a PathBuf>, at: i64) {
    let Some(time) = u64::try_from(at).ok().and_then(|at| UNIX_EPOCH.checked_add(Duration::from_millis(at))) else {
        return;
    };
    for folder in folders {
        let is_made = folder.is_dir() || fs::create_dir_all(folder).is_ok();
        let first = folder.join(FIRST);
        let is_noted = || {
            if !first.exists() {
                File::create(&first)?.set_modified(time)?;
            }
            File::create(folder.join(LAST))?.set_modified(time)
        };
        if is_made && is_noted().is_ok() {
            return;
        }
    }
}

/// From when to when events were lost, over all folders.
pub(super) fn read<'a>(folders: impl Iterator<Item = &'a PathBuf>) -> Option<(i64, i64)> {
    let time = |path: PathBuf| {
        let at: SystemTime = fs::metadata(path).ok()?.modified().ok()?;
        i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
    };
    let told = folders.filter_map(|folder| Some((time(folder.join(FIRST))?, time(folder.join(LAST))?)));
    told.reduce(|(first, last), (other_first, other_last)| (first.min(other_first), last.max(other_last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_time_are_told() {
        let directory = tempfile::tempdir().expect("a directory");
        let folders = [directory.path().join("file/below"), directory.path().join("state")];
        fs::write(directory.path().join("file"), "").expect("a file");
        assert_eq!(read(folders.iter()), None);
        for at in [2_000, 5_000, 9_000] {
            note(folders.iter(), at);
        }
        assert_eq!(read(folders.iter()), Some((2_000, 9_000)));
    }
}
