//! Takes old sessions away: their ledgers, in both homes. Their refs are the caller's to take away.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::store::{self, Session};

/// How many sessions one automatic pruning takes away at most.
const FEW: usize = 20;

/// How long an automatic pruning keeps from the next one.
const REST: Duration = Duration::from_secs(24 * 3600);

/// The sessions of a repository in which nothing has happened for `age`.
pub fn old(common_dir: &Path, age: Duration) -> Vec<Session> {
    let is_old = |touched: &SystemTime| touched.elapsed().is_ok_and(|since| since > age);
    let found = store::ids(common_dir).into_iter().filter(|(_, touched)| is_old(touched));
    // The state directory holds the sessions of all repositories; those of others are theirs to prune.
    let own = own(common_dir);
    found.filter(|(id, _)| own.contains(id)).map(|(id, _)| store::by_id(&id, common_dir)).collect()
}

/// [`old`], now and then and only a few: what a session start has the time for.
pub fn due(common_dir: &Path, age: Duration) -> Vec<Session> {
    let mark = common_dir.join("warrant/pruned");
    let is_due = fs::metadata(&mark)
        .and_then(|found| found.modified())
        .map_or(true, |at| at.elapsed().is_ok_and(|since| since > REST));
    if !is_due {
        return Vec::new();
    }
    let is_marked = fs::create_dir_all(common_dir.join("warrant")).and_then(|()| fs::write(&mark, b""));
    if is_marked.is_err() {
        return Vec::new();
    }
    let mut found = old(common_dir, age);
    found.truncate(FEW);
    found
}

/// Takes a session's folders away.
pub fn remove(session: &Session) -> std::io::Result<()> {
    for folder in session.ledger.folders() {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The ids of the sessions of this repository: those that lie in it, and those that say they do.
fn own(common_dir: &Path) -> BTreeSet<String> {
    let common = common_dir.canonicalize().unwrap_or_else(|_| common_dir.to_owned());
    let lies = |id: &str| common_dir.join("warrant/sessions").join(id).exists();
    let says = |id: &str| {
        let start = store::by_id(id, common_dir).ledger.start();
        start.is_some_and(|start| Path::new(&start.git_dir).starts_with(&common))
    };
    store::ids(common_dir).into_iter().map(|(id, _)| id).filter(|id| lies(id) || says(id)).collect()
}
