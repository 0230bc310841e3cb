//! The sides a policy may be read from, in order of trust: the base of the change, then the work tree (or, in a bare
//! repository, `HEAD`). The later counts only where the earlier holds no policy.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use bstr::ByteSlice as _;

use crate::model::content::Bytes;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::policy::Side;
use crate::source::git::{GitError, GitSource};

/// More of a work-tree file than this is not read; the policy loader's own bound is lower.
const MAX_BYTES: u64 = 16 << 20;

/// The sides of one repository.
pub struct Sides<'a> {
    list: Vec<Box<dyn Side + 'a>>,
}

impl<'a> Sides<'a> {
    /// `base` is the commit before the change under judgement.
    pub fn new(git: &'a dyn GitSource, base: Option<ObjectId>) -> Result<Self, GitError> {
        let head = git.head()?.commit;
        let mut list: Vec<Box<dyn Side + 'a>> = Vec::new();
        if let Some(commit) = base {
            let name = if head == base { "HEAD".to_owned() } else { commit.short() };
            list.push(Box::new(CommitSide { git, commit, name }));
        }
        if let Some(root) = &git.layout().work_tree {
            list.push(Box::new(WorkTreeSide { root: root.clone() }));
        } else if let Some(commit) = head.filter(|_| head != base) {
            list.push(Box::new(CommitSide { git, commit, name: "HEAD".to_owned() }));
        }
        Ok(Self { list })
    }

    /// The sides of a session: the commit it started on, then the work tree as it was then. What stands there now may be the
    /// agent's, so it counts only where nothing else is known.
    pub fn at_start(git: &'a dyn GitSource, head: Option<ObjectId>, tree: Option<ObjectId>) -> Result<Self, GitError> {
        let mut list: Vec<Box<dyn Side + 'a>> = Vec::new();
        if let Some(commit) = head {
            let is_head = git.head()?.commit == head;
            let name = if is_head { "HEAD".to_owned() } else { commit.short() };
            list.push(Box::new(CommitSide { git, commit, name }));
        }
        match (tree, &git.layout().work_tree) {
            (Some(tree), _) => list.push(Box::new(TreeSide { git, tree })),
            (None, Some(root)) => list.push(Box::new(WorkTreeSide { root: root.clone() })),
            (None, None) => {}
        }
        Ok(Self { list })
    }

    /// The files below one directory, of a repository or not.
    pub fn directory(root: PathBuf) -> Self {
        Self { list: vec![Box::new(WorkTreeSide { root })] }
    }

    pub fn list(&self) -> Vec<&dyn Side> {
        self.list.iter().map(AsRef::as_ref).collect()
    }
}

struct CommitSide<'a> {
    git: &'a dyn GitSource,
    commit: ObjectId,
    name: String,
}

impl Side for CommitSide<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String> {
        self.git.file_at(self.commit, path).map_err(|error| error.to_string())
    }

    /// Regular files only: what a link points at is not this commit's to say.
    fn holding(&self, name: &str, folders: Vec<RepoPath>) -> Result<Vec<RepoPath>, String> {
        if folders.is_empty() {
            return Ok(folders);
        }
        let found = self.git.entries_at(self.commit, &folders, name.as_bytes()).map_err(|error| error.to_string())?;
        match found.iter().find(|(_, mode)| !mode.is_regular()) {
            Some((folder, _)) => Err(format!("{folder}/{name} is no regular file, as a policy has to be")),
            None => Ok(found.into_iter().map(|(folder, _)| folder).collect()),
        }
    }
}

/// The work tree a session found.
struct TreeSide<'a> {
    git: &'a dyn GitSource,
    tree: ObjectId,
}

impl Side for TreeSide<'_> {
    fn name(&self) -> String {
        "the work tree as the session found it".to_owned()
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String> {
        let found = self.git.side_in(self.tree, path).ok_or_else(|| format!("{path}: the tree cannot be read"))?;
        let Some(side) = found.filter(|side| side.mode.is_regular()) else { return Ok(None) };
        match self.git.size(path, &side) {
            Ok(size) if size <= MAX_BYTES => {
                self.git.read(path, &side).map(Some).map_err(|error| format!("{path}: {error}"))
            }
            Ok(size) => Err(format!("{path} is too large for a policy ({size} bytes)")),
            Err(error) => Err(format!("{path}: {error}")),
        }
    }
}

struct WorkTreeSide {
    root: PathBuf,
}

impl Side for WorkTreeSide {
    fn name(&self) -> String {
        "the work tree".to_owned()
    }

    /// Regular files only: a symlink could point anywhere.
    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String> {
        let Ok(relative) = path.as_bytes().to_path() else { return Ok(None) };
        let full = self.root.join(relative);
        let meta = match std::fs::symlink_metadata(&full) {
            Ok(meta) => meta,
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(format!("{path}: {error}")),
        };
        if meta.is_symlink() {
            return Err(format!("{path} is a symlink; a policy has to be a regular file"));
        }
        if !meta.is_file() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let file = File::open(&full).map_err(|error| format!("{path}: {error}"))?;
        file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|error| format!("{path}: {error}"))?;
        Ok(Some(Arc::from(bytes)))
    }
}
