//! Policies that stand above those of all repositories: an organisation's, named outside of the repository.
//!
//! `warrant.policy` is read from the user's and the system's git configuration, never from the repository's own, which the
//! one under judgement can write; `GIT_WARRANT_POLICY` (paths as in `PATH`) is for servers and CI. Whatever is named can
//! only tighten, so that naming one is no way out either.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::GateError;
use crate::model::diagnostic::Diagnostic;
use crate::model::escape;
use crate::policy::Floor;
use crate::source::git::GitSource;
use crate::system;

/// The key in git's configuration; it may have several values.
const KEY: &str = "warrant.policy";

const VARIABLE: &str = "GIT_WARRANT_POLICY";

/// The most that are read.
const MAX_POLICIES: usize = 16;

/// More of a file than this is not read; the policy loader's own bound is lower.
const MAX_BYTES: u64 = 1 << 20;

/// Reads them all. One that cannot be read is a fault: nothing is judged without it.
pub(super) fn policies(git: &dyn GitSource) -> Result<Vec<Floor>, GateError> {
    let configured = git.outer_config(KEY)?.into_iter().map(|value| (expand(value.into()), KEY));
    let variable = system::env_os(VARIABLE).unwrap_or_default();
    let named = std::env::split_paths(&variable).filter(|path| !path.as_os_str().is_empty());
    let mut found: Vec<Floor> = Vec::new();
    let mut faults = Vec::new();
    for (path, by) in configured.chain(named.map(|path| (path, VARIABLE))) {
        if found.len() == MAX_POLICIES {
            faults.push(Diagnostic::error(format!("more than {MAX_POLICIES} policies are named by {by}"), None));
            break;
        }
        let name = escape::visible(path.as_os_str().as_encoded_bytes());
        if found.iter().any(|floor| floor.name == name) {
            continue;
        }
        match read(&path, git.layout().work_tree.as_deref()) {
            Ok(bytes) => found.push(Floor { name, side: by.to_owned(), bytes }),
            Err(reason) => faults.push(
                Diagnostic::error(format!("the policy `{name}`, named by {by}, cannot be read: {reason}"), None)
                    .help("nothing is judged without it; mend the file or its name"),
            ),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(GateError::Policy(faults)) }
}

fn read(path: &Path, work_tree: Option<&Path>) -> Result<Vec<u8>, String> {
    if !path.is_absolute() {
        return Err("its path is not absolute".to_owned());
    }
    let full = path.canonicalize().map_err(|error| error.to_string())?;
    if work_tree.and_then(|top| top.canonicalize().ok()).is_some_and(|top| full.starts_with(top)) {
        return Err("it lies in the repository; its own policy can `extend` it".to_owned());
    }
    let file = File::open(&full).map_err(|error| error.to_string())?;
    if !file.metadata().map_err(|error| error.to_string())?.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// `~/` is the home directory, as git has it in paths.
fn expand(value: Vec<u8>) -> PathBuf {
    let path = PathBuf::from(OsString::from_vec(value));
    match (path.strip_prefix("~"), system::env_os("HOME")) {
        (Ok(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => path,
    }
}
