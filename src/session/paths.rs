//! Paths as agents write them, made relative to the top of the work tree.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use crate::model::path::RepoPath;

/// Where an agent's path lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Inside(RepoPath),
    /// Absolute.
    Outside(PathBuf),
}

/// `top` is the top of the work tree as git names it, `directory` where the agent stands.
pub fn place(path: &[u8], top: &Path, directory: &Path) -> Place {
    let path = Path::new(OsStr::from_bytes(path));
    let full = normal(&directory.join(path));
    let real_top = top.canonicalize().unwrap_or_else(|_| top.to_owned());
    if let Some(inside) = [top, &real_top].iter().find_map(|top| full.strip_prefix(top).ok()) {
        return Place::Inside(RepoPath::new(inside.as_os_str().as_bytes()));
    }
    // Another name of the same folder: a link on the way. The file itself may be new, or a link that counts as one.
    let real = full.parent().and_then(|folder| folder.canonicalize().ok()).zip(full.file_name());
    let real = real.map(|(folder, name)| folder.join(name));
    match real.as_ref().and_then(|real| real.strip_prefix(&real_top).ok()) {
        Some(inside) => Place::Inside(RepoPath::new(inside.as_os_str().as_bytes())),
        None => Place::Outside(full),
    }
}

/// Without `.` and `..`, by the names alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_whichever_way_they_are_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path().join("repo");
        std::fs::create_dir_all(top.join("sub")).expect("folders");
        std::os::unix::fs::symlink(&top, directory.path().join("link")).expect("a link");
        let at = |path: &str, from: &str| place(path.as_bytes(), &top, &directory.path().join(from));
        let inside = |path: &str| Place::Inside(RepoPath::from(path));
        assert_eq!(at("a.rs", "repo/sub"), inside("sub/a.rs"));
        assert_eq!(at("../x/../a.rs", "repo/sub"), inside("a.rs"));
        assert_eq!(at(top.join("sub/./b").to_str().expect("text"), "elsewhere"), inside("sub/b"));
        assert_eq!(at(directory.path().join("link/sub/new").to_str().expect("text"), ""), inside("sub/new"));
        assert_eq!(at("../../etc", "repo/sub"), Place::Outside(directory.path().join("etc")));
        assert_eq!(at("../repo-2/x", "repo"), Place::Outside(directory.path().join("repo-2/x")));
    }
}
