//! Which work tree a call is about, and where small files about agents are kept.
//!
//! `.git` is looked up by hand: this runs before every tool of an agent, and needs to know no more than the directory.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::adapter::Lookup;
use crate::system;

/// Variables in which clients name the directory a session began in.
const PROJECT: &[&str] = &[
    "CURSOR_PROJECT_DIR",
    "COPILOT_PROJECT_DIR",
    "QWEN_PROJECT_DIR",
    "GEMINI_PROJECT_DIR",
    "DEVIN_PROJECT_DIR",
    "FACTORY_PROJECT_DIR",
    "CLAUDE_PROJECT_DIR",
];

/// Where it is noted of which session and turn a fault was told.
pub const FAULTS: &str = "faults";

/// The larger of the files that git keeps for a linked work tree hold one path.
const MAX_LINK: u64 = 16 << 10;

/// The directory a call is about. In some clients it follows the agent's `cd`, even out of the repository: it counts only
/// within the repository that the session began in.
pub fn directory(told: &Path, environment: &Lookup) -> PathBuf {
    let project = PROJECT.iter().find_map(|name| environment(name)).map(PathBuf::from);
    let project = project.filter(|path| path.is_absolute());
    let told = if told.is_absolute() { Some(told.to_owned()) } else { None };
    match (told, project) {
        (Some(told), Some(project)) => {
            let home = common_dir(&project);
            if home.is_none() || common_dir(&told) == home { told } else { project }
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => system::current_dir().unwrap_or_default(),
    }
}

/// The git directory that all work trees of this repository share, real path.
pub fn common_dir(start: &Path) -> Option<PathBuf> {
    for directory in start.ancestors() {
        let git = directory.join(".git");
        let Ok(meta) = fs::metadata(&git) else { continue };
        let git_dir = if meta.is_dir() { git } else { directory.join(link(&git, "gitdir:")?) };
        if git_dir.join("HEAD").symlink_metadata().is_err() {
            continue;
        }
        let common = link(&git_dir.join("commondir"), "").map(|path| git_dir.join(path)).unwrap_or(git_dir);
        return common.canonicalize().ok();
    }
    None
}

/// The top of the work tree: where `.git` is.
pub fn work_tree(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|directory| directory.join(".git").symlink_metadata().is_ok()).map(Path::to_owned)
}

/// The path that a file of git's holds after `key`.
fn link(file: &Path, key: &str) -> Option<PathBuf> {
    let mut text = Vec::new();
    fs::File::open(file).ok()?.take(MAX_LINK).read_to_end(&mut text).ok()?;
    let path = text.strip_prefix(key.as_bytes())?.trim_ascii();
    let path: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(path);
    Some(PathBuf::from(path))
}

/// Where files about agents are kept: in the repository, and for a sandbox that keeps it from being written, in the user's
/// state directory.
pub fn homes(common_dir: &Path) -> Vec<PathBuf> {
    let mut homes = vec![common_dir.join("warrant/agents")];
    let digest = super::hex(&Sha256::digest(common_dir.as_os_str().as_encoded_bytes()));
    homes.extend(system::state_dir().map(|state| state.join("agents").join(digest)));
    homes
}

/// Writes a small file into the first home that takes it.
pub fn put(homes: &[PathBuf], name: &str, content: &[u8]) -> io::Result<PathBuf> {
    let mut result = Err(io::Error::from(io::ErrorKind::NotFound));
    for home in homes {
        let path = home.join(name);
        result = fs::create_dir_all(path.parent().unwrap_or(home))
            .and_then(|()| fs::File::create(&path)?.write_all(content))
            .map(|()| path);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// A small file from whichever home has it; the one written last where several have.
pub fn get(homes: &[PathBuf], name: &str) -> Option<String> {
    let read = |path: PathBuf| -> Option<(std::time::SystemTime, String)> {
        let mut text = String::new();
        let file = fs::File::open(path).ok()?;
        let written = file.metadata().and_then(|meta| meta.modified()).ok()?;
        file.take(MAX_LINK).read_to_string(&mut text).ok()?;
        Some((written, text))
    };
    homes.iter().filter_map(|home| read(home.join(name))).max_by_key(|(written, _)| *written).map(|(_, text)| text)
}

/// Makes an empty file anew in the first home that takes it.
pub fn mark(homes: &[PathBuf], name: &str) -> io::Result<()> {
    let mut result = Err(io::Error::from(io::ErrorKind::NotFound));
    for path in homes.iter().map(|home| home.join(name)) {
        let _was_none = fs::remove_file(&path);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        result = made.and_then(|()| fs::File::create(&path)).map(drop);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// How old the youngest file of that name is.
pub fn age(homes: &[PathBuf], name: &str) -> Option<Duration> {
    let age =
        |home: &PathBuf| fs::metadata(home.join(name)).ok()?.modified().ok().map(|at| at.elapsed().unwrap_or_default());
    homes.iter().filter_map(age).min()
}

/// Takes away what [`mark`] left of faults that are older than `age`.
pub fn forget_faults(homes: &[PathBuf], age: Duration) {
    for home in homes {
        for entry in fs::read_dir(home.join(FAULTS)).into_iter().flatten().flatten() {
            let written = entry.metadata().and_then(|found| found.modified());
            if written.is_ok_and(|at| at.elapsed().is_ok_and(|since| since > age)) {
                let _stays = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(at: &Path) {
        fs::create_dir_all(at.join(".git")).expect("a directory");
        fs::write(at.join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
    }

    #[test]
    fn a_cd_out_of_the_repository_is_not_followed() {
        let top = tempfile::TempDir::new().expect("a directory");
        let top = top.path().canonicalize().expect("it exists");
        let (home, other, linked) = (top.join("home"), top.join("other"), top.join("linked"));
        repository(&home);
        repository(&other);
        fs::create_dir_all(home.join("src")).expect("a directory");
        // A linked work tree, as `git worktree add` leaves it.
        let git_dir = home.join(".git/worktrees/linked");
        fs::create_dir_all(&git_dir).expect("a directory");
        fs::create_dir_all(&linked).expect("a directory");
        fs::write(git_dir.join("HEAD"), "ref: refs/heads/x\n").expect("a file");
        fs::write(git_dir.join("commondir"), "../..\n").expect("a file");
        fs::write(linked.join(".git"), format!("gitdir: {}\n", git_dir.display())).expect("a file");

        let project = home.clone();
        let environment = move |name: &str| (name == "CLAUDE_PROJECT_DIR").then(|| project.display().to_string());
        assert_eq!(directory(&home.join("src"), &environment), home.join("src"));
        assert_eq!(directory(&linked, &environment), linked);
        assert_eq!(directory(&other, &environment), home);
        assert_eq!(directory(&top, &environment), home);
        assert_eq!(directory(&other, &|_| None), other);
        assert_eq!(common_dir(&linked), Some(home.join(".git")));
        assert_eq!(work_tree(&home.join("src")), Some(home));
    }

    #[test]
    fn what_cannot_be_kept_in_the_repository_is_kept_elsewhere() {
        let top = tempfile::TempDir::new().expect("a directory");
        fs::write(top.path().join("file"), "").expect("a file");
        let homes = [top.path().join("file/warrant"), top.path().join("state")];
        put(&homes, "codex.heartbeat", b"x").expect("the second home takes it");
        assert_eq!(get(&homes, "codex.heartbeat").as_deref(), Some("x"));
        assert_eq!(get(&homes, "gemini.heartbeat"), None);
        assert_eq!(age(&homes, "faults/x"), None);
        mark(&homes, "faults/x").expect("the second home takes it");
        forget_faults(&homes, Duration::from_secs(3600));
        assert!(age(&homes, "faults/x").is_some_and(|age| age < Duration::from_secs(60)));
        forget_faults(&homes, Duration::ZERO);
        assert_eq!((age(&homes, "faults/x"), get(&homes, "codex.heartbeat").as_deref()), (None, Some("x")));
    }
}
