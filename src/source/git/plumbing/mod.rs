//! The adapter over the `git` program: lists by `diff-tree` and `diff-index`, contents by one `cat-file` child.

mod contents;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice as _};

use super::batch::Batch;
use super::objects::{Header, Objects, empty_tree};
use super::process::{self, Git};
use super::range::{self, MAX_COMMITS};
use super::raw::{self, RawDiff};
use super::reach::{self, Known};
use super::shared::{self, Olds};
use super::tree::is_impossible;
use super::worktree::{Hidden, Look};
use super::{
    CommitRange, CommitTimes, GitError, GitSource, Head, Layout, Opening, Snapshot, config, notes, shallow, snapshot,
};
use crate::model::change::{Change, ChangeSet, CommitInfo, Engine, Incomplete, Side, Subject};
use crate::model::content::{Bytes, Unreadable};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// What every listing is asked with. The repository under judgement can set none of these.
const LIST: &[&str] = &["--raw", "-z", "--no-renames", "--no-abbrev", "--no-relative", "--ignore-submodules=none"];

/// A repository read by the `git` program.
pub(super) struct Plumbing {
    git: Git,
    layout: Layout,
    /// 20 or 32.
    id_bytes: usize,
    /// Each read when first needed.
    head: OnceCell<Head>,
    boundary: OnceCell<Result<BTreeSet<ObjectId>, String>>,
    configuration: OnceCell<Result<config::Listing, String>>,
    headers: RefCell<Option<Batch>>,
    contents: RefCell<Option<Batch>>,
    /// What the work tree held when it was last listed.
    files: RefCell<super::worktree::Files>,
    /// What of it git was told not to look at.
    hidden: RefCell<Vec<Hidden>>,
    /// The index, where the work tree is scanned by us.
    scanned: Option<PathBuf>,
}

impl Plumbing {
    pub(super) fn open(directory: &Path) -> Result<Self, GitError> {
        let git = Git::new(directory);
        let git_dir = git.run(&["rev-parse", "--absolute-git-dir"], b"")?;
        if !git_dir.success {
            let reason = git_dir.reason();
            // Anything else is a repository git will not read: an unknown extension, an owner it does not trust.
            return Err(if reason.contains("not a git repository") {
                GitError::NotARepository(directory.to_owned())
            } else {
                GitError::Refused(reason)
            });
        }
        // One question a call: a path may hold any byte, a line end too.
        let common = git.output(&["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
        let format = git.output(&["rev-parse", "--show-object-format"])?;
        let top = git.run(&["rev-parse", "--show-toplevel"], b"")?;
        let layout = Layout {
            git_dir: path(git_dir.stdout),
            common_dir: path(common),
            work_tree: top.success.then(|| path(top.stdout)),
        };
        let id_bytes = if format.trim_ascii() == b"sha256" { 32 } else { 20 };
        Ok(Self::new(directory, layout, id_bytes))
    }

    /// Over a repository whose places are known. Runs nothing.
    pub(super) fn new(directory: &Path, layout: Layout, id_bytes: usize) -> Self {
        Self {
            git: Git::new(directory),
            layout,
            id_bytes,
            head: OnceCell::new(),
            boundary: OnceCell::new(),
            configuration: OnceCell::new(),
            headers: RefCell::default(),
            contents: RefCell::default(),
            files: RefCell::default(),
            hidden: RefCell::default(),
            scanned: None,
        }
    }

    /// The work tree is scanned by us, with this index.
    #[must_use]
    pub(super) fn scanning(self, index: PathBuf) -> Self {
        Self { scanned: Some(index), ..self }
    }

    /// The work tree against these trees, read from `objects`.
    pub(super) fn worktree_against(
        &self,
        objects: &impl Objects,
        olds: &[Option<ObjectId>],
        look: Look,
    ) -> Result<ChangeSet, GitError> {
        let index = self.scanned.as_deref();
        let found = super::worktree::change_set(objects, &self.layout, index, self.id_bytes, olds, look)?;
        *self.files.borrow_mut() = found.files;
        *self.hidden.borrow_mut() = found.hidden;
        Ok(found.set)
    }

    pub(super) fn boundary(&self) -> Result<&BTreeSet<ObjectId>, GitError> {
        let read = || shallow::boundary(&self.layout).map_err(|error| error.to_string());
        self.boundary.get_or_init(read).as_ref().map_err(|reason| GitError::Refused(reason.clone()))
    }

    /// One question for any number of keys.
    fn configuration(&self) -> Result<&config::Listing, GitError> {
        let read = || {
            let mut command = self.git.plain_command();
            command.args(["config", "--null", "--list"]);
            match process::finish(command, b"", "config") {
                Ok(found) if found.success => Ok(config::Listing::parse(&found.stdout)),
                Ok(found) => Err(found.reason()),
                Err(error) => Err(error.to_string()),
            }
        };
        let failed = |reason: &String| GitError::Failed { context: "git config".to_owned(), reason: reason.clone() };
        self.configuration.get_or_init(read).as_ref().map_err(failed)
    }

    fn list(&self, command: &[&str], arguments: &[String]) -> Result<RawDiff, GitError> {
        let mut all: Vec<&str> = command.to_vec();
        all.extend(LIST);
        all.extend(arguments.iter().map(String::as_str));
        all.push("--");
        raw::parse(&self.git.output(&all)?)
    }

    /// The index against one tree or more.
    fn index_against(&self, olds: &[Option<ObjectId>]) -> Result<RawDiff, GitError> {
        let listed = olds.iter().map(|old| {
            let tree = old.unwrap_or_else(|| empty_tree(self.id_bytes));
            self.list(&["diff-index", "--cached", "--ita-invisible-in-index"], &[tree.to_string()])
        });
        listed.collect::<Result<_, _>>().map(raw::intersect)
    }

    /// A tree against one tree or more.
    fn tree_against(&self, olds: &[Option<ObjectId>], new: ObjectId) -> Result<RawDiff, GitError> {
        let listed = olds.iter().map(|old| {
            let tree = old.unwrap_or_else(|| empty_tree(self.id_bytes));
            self.list(&["diff-tree", "-r"], &[tree.to_string(), new.to_string()])
        });
        listed.collect::<Result<_, _>>().map(raw::intersect)
    }

    /// The index against the trees given, which the caller has found.
    pub(super) fn staged_against(&self, olds: &[Option<ObjectId>]) -> Result<ChangeSet, GitError> {
        if self.layout.work_tree.is_none() && crate::system::env_os("GIT_INDEX_FILE").is_none() {
            return Err(GitError::Bare);
        }
        let found = self.index_against(olds)?;
        Ok(change_set(Subject::Staged, olds, found))
    }

    fn staged_with(&self, base: Option<ObjectId>, merged: Vec<ObjectId>) -> Result<ChangeSet, GitError> {
        let parents = shared::next_parents(&self.head()?, base, merged);
        if parents.is_empty() {
            return self.staged_against(&[None]);
        }
        match shared::trees_of(self, self.boundary()?, &parents)? {
            Olds::Trees(olds) => self.staged_against(&olds),
            Olds::Unknown(why) => Ok(shared::unknown(Subject::Staged, Engine::Plumbing, parents.len() > 1, why)),
        }
    }

    /// The id a revision names after peeling to `kind` (`commit`, `tree`).
    fn peel(&self, revision: &str, kind: &str) -> Result<ObjectId, GitError> {
        let unknown = || GitError::UnknownRevision(revision.to_owned());
        if revision.is_empty() || revision.contains(['\0', '\n']) {
            return Err(unknown());
        }
        // After a colon the suffix would belong to a path or to a searched text.
        let named = if revision.contains(':') { self.verify(revision)?.map(|id| id.to_string()) } else { None };
        let start = named.as_deref().unwrap_or(revision);
        self.verify(&format!("{start}^{{{kind}}}"))?.ok_or_else(unknown)
    }

    fn verify(&self, expression: &str) -> Result<Option<ObjectId>, GitError> {
        let found = self.git.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", expression], b"")?;
        // `--end-of-options` is echoed by some versions of git.
        Ok(found.stdout.lines().next_back().and_then(ObjectId::from_hex).filter(|_| found.success))
    }

    /// The tree of `HEAD`, and the work tree against it. A merge under way makes no difference.
    pub(super) fn since_head(&self, look: Look) -> Result<(ObjectId, ChangeSet), GitError> {
        let unborn = empty_tree(self.id_bytes);
        let base = match self.head()?.commit {
            None => unborn,
            Some(commit) => shared::commit(self, commit)?.tree,
        };
        Ok((base, self.worktree_against(self, &[Some(base)], look)?))
    }

    /// The size of a file of the work tree, if this side is one.
    pub(super) fn size_on_disk(&self, path: &RepoPath, side: &Side) -> Option<u64> {
        self.files.borrow().size(path, side)
    }

    /// The content of a file of the work tree, if this side is one.
    pub(super) fn read_on_disk(&self, path: &RepoPath, side: &Side) -> Option<Result<Bytes, Unreadable>> {
        self.files.borrow().read(path, side)
    }

    fn is_unborn(&self, reference: &[u8]) -> Result<bool, GitError> {
        let reference = OsString::from_vec(reference.to_vec());
        let arguments = [OsStr::new("for-each-ref"), OsStr::new("--format=%(objectname)"), &reference];
        let listed = self.git.run(&arguments, b"")?;
        Ok(listed.success && listed.stdout.is_empty() && listed.stderr.is_empty())
    }

    fn read_head(&self) -> Result<Head, GitError> {
        let symbolic = self.git.run(&["symbolic-ref", "--quiet", "HEAD"], b"")?;
        let reference = symbolic.success.then(|| symbolic.stdout.trim_ascii_end().to_vec());
        let branch = reference.as_ref().and_then(|name| name.strip_prefix(b"refs/heads/")).map(BString::from);
        match (self.peel("HEAD", "commit"), reference) {
            (Ok(commit), _) => Ok(Head { commit: Some(commit), branch }),
            (Err(GitError::UnknownRevision(_)), Some(name)) if self.is_unborn(&name)? => {
                Ok(Head { commit: None, branch })
            }
            (Err(GitError::UnknownRevision(_)), _) => Err(GitError::Failed {
                context: "HEAD".to_owned(),
                reason: "names no commit, yet is not unborn".to_owned(),
            }),
            (Err(error), _) => Err(error),
        }
    }
}

impl GitSource for Plumbing {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn opening(&self) -> Opening {
        Opening { directory: self.git.directory().to_owned(), with_git: true }
    }

    fn head(&self) -> Result<Head, GitError> {
        if let Some(head) = self.head.get() {
            return Ok(head.clone());
        }
        let head = self.read_head()?;
        Ok(self.head.get_or_init(|| head).clone())
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        self.peel(revision, "commit")
    }

    fn commit_info(&self, id: ObjectId) -> Result<CommitInfo, GitError> {
        shared::commit_info(self, id)
    }

    fn staged(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError> {
        self.staged_with(base, shared::merge_heads(&self.layout)?)
    }

    fn staged_merge(&self) -> Result<ChangeSet, GitError> {
        self.staged_with(None, shared::announced_heads())
    }

    fn worktree(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError> {
        let parents = shared::next_parents(&self.head()?, base, shared::merge_heads(&self.layout)?);
        let olds = if parents.is_empty() {
            vec![None]
        } else {
            match shared::trees_of(self, self.boundary()?, &parents)? {
                Olds::Trees(olds) => olds,
                Olds::Unknown(why) => {
                    return Ok(shared::unknown(Subject::Worktree, Engine::Plumbing, parents.len() > 1, why));
                }
            }
        };
        self.worktree_against(self, &olds, Look::AsGit)
    }

    fn hidden(&self) -> Vec<Hidden> {
        self.hidden.borrow().clone()
    }

    fn snapshot(&self) -> Result<Snapshot, GitError> {
        let (base, set) = self.since_head(Look::AtAll)?;
        Ok(snapshot::store(self, self, &mut Written(&self.git), base, set))
    }

    fn worktree_since(&self, tree: ObjectId) -> Result<ChangeSet, GitError> {
        let mut set = self.worktree_against(self, &[Some(tree)], Look::AtAll)?;
        set.subject = Subject::Session;
        Ok(set)
    }

    fn tree_now(&self) -> Result<Option<ObjectId>, GitError> {
        let (base, set) = self.since_head(Look::AsGit)?;
        if set.incomplete.is_empty() { self.tree_after(base, &set.changes).map(Some) } else { Ok(None) }
    }

    fn tree_after(&self, tree: ObjectId, changes: &[Change]) -> Result<ObjectId, GitError> {
        shared::tree_after(self, tree, changes)
    }

    fn keep(&self, name: &str, object: Option<ObjectId>) -> Result<(), GitError> {
        let name = kept_name(name)?;
        match object {
            Some(object) => self.git.output(&["update-ref", &name, &object.to_string()])?,
            None => self.git.output(&["update-ref", "-d", &name])?,
        };
        Ok(())
    }

    fn commit_times(&self, id: ObjectId) -> Result<CommitTimes, GitError> {
        super::commit::times(self, id)
    }

    fn commit(&self, id: ObjectId) -> Result<ChangeSet, GitError> {
        let commit = shared::commit(self, id)?;
        let merge = commit.info.parents.len() > 1;
        let boundary = self.boundary()?;
        let olds = match shared::olds_of(self, boundary, &commit)? {
            Olds::Trees(olds) => olds,
            Olds::Unknown(why) => return Ok(shared::unknown(Subject::Commit(id), Engine::Plumbing, merge, why)),
        };
        // Git takes a commit of the boundary for a root, so there the parents are named.
        let found = if merge && !boundary.contains(&id) {
            self.list(&["diff-tree", "-r", "-c", "--no-commit-id"], &[id.to_string()])?
        } else {
            self.tree_against(&olds, commit.tree)?
        };
        Ok(change_set(Subject::Commit(id), &olds, found))
    }

    fn trees(&self, old: &str, new: &str) -> Result<ChangeSet, GitError> {
        let (from, to) = (self.peel(old, "tree")?, self.peel(new, "tree")?);
        let olds = [Some(from)];
        let found = self.tree_against(&olds, to)?;
        Ok(change_set(Subject::Trees { old: old.to_owned(), new: new.to_owned() }, &olds, found))
    }

    fn range(&self, spec: &str) -> Result<CommitRange, GitError> {
        let ends = range::parse(spec)?;
        let (from, to) = (self.resolve(ends.from)?, self.resolve(ends.to)?);
        let base = self.git.run(&["merge-base", &from.to_string(), &to.to_string()], b"")?;
        let base = match (base.success, base.code) {
            (true, _) => ObjectId::from_hex(base.stdout.trim_ascii()),
            (false, Some(1)) => None,
            _ => return Err(GitError::Failed { context: "git merge-base".to_owned(), reason: base.reason() }),
        };
        let limit = format!("--max-count={}", MAX_COMMITS + 1);
        let listed = self.git.output(&[
            "rev-list",
            "--reverse",
            "--topo-order",
            &limit,
            &to.to_string(),
            &format!("^{from}"),
        ])?;
        let commits = listed.lines().map(ObjectId::from_hex).collect::<Option<Vec<_>>>().ok_or_else(|| {
            GitError::Failed { context: "git rev-list".to_owned(), reason: "a line that is no id".to_owned() }
        })?;
        if commits.len() > MAX_COMMITS {
            return Err(range::too_long(spec));
        }
        Ok(CommitRange { base, commits })
    }

    fn new_commits(&self, tips: &[ObjectId], known: &Known) -> Result<Vec<ObjectId>, GitError> {
        reach::new_commits(&self.git, tips, known)
    }

    fn is_ancestor(&self, old: ObjectId, new: ObjectId) -> Result<Option<bool>, GitError> {
        reach::is_ancestor(&self.git, old, new)
    }

    fn peel(&self, id: ObjectId) -> Result<Option<ObjectId>, GitError> {
        reach::peel(&self.git, id)
    }

    fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, GitError> {
        shared::tree_of(self, commit)
    }

    fn note(&self, reference: &str, commit: ObjectId) -> Result<Option<Vec<u8>>, GitError> {
        notes::read_by_git(&self.git, reference, commit)
    }

    fn write_note(&self, reference: &str, commit: ObjectId, text: &str) -> Result<(), GitError> {
        notes::write_by_git(&self.git, reference, commit, text)
    }

    fn file_at(&self, commit: ObjectId, path: &RepoPath) -> Result<Option<Bytes>, GitError> {
        shared::file_at(self, commit, path)
    }

    fn paths_at(&self, commit: ObjectId) -> Result<Vec<RepoPath>, GitError> {
        shared::paths_at(self, commit)
    }

    fn entries_at(
        &self,
        commit: ObjectId,
        folders: &[RepoPath],
        name: &[u8],
    ) -> Result<Vec<(RepoPath, Mode)>, GitError> {
        shared::entries_at(self, commit, folders, name)
    }

    fn outer_config(&self, key: &str) -> Result<Vec<BString>, GitError> {
        let mut command = self.git.plain_command();
        command.args(["config", "--null", "--show-scope", "--get-all", key]);
        let failed = |reason: String| GitError::Failed { context: "git config".to_owned(), reason };
        let found = process::finish(command, b"", "config")?;
        // Status 1 without a word: the key is not set.
        if !found.success {
            let reason = found.reason();
            return if found.stderr.is_empty() { Ok(Vec::new()) } else { Err(failed(reason)) };
        }
        Ok(config::outer_values(&found.stdout))
    }

    fn config(&self, key: &str) -> Result<Option<BString>, GitError> {
        self.configuration().map(|listing| listing.value(key).cloned())
    }
}

/// The full name of a ref of ours.
pub(super) fn kept_name(name: &str) -> Result<String, GitError> {
    let is_plain = name
        .split('/')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    is_plain
        .then(|| format!("refs/warrant/{name}"))
        .ok_or_else(|| GitError::Refused(format!("`{name}` is no name of a ref")))
}

/// Writes objects by `git hash-object`, one process each.
struct Written<'a>(&'a Git);

impl Written<'_> {
    fn write(&self, kind: &str, content: &[u8]) -> Result<ObjectId, GitError> {
        let found = self.0.run(&["hash-object", "-w", "--stdin", "-t", kind], content)?;
        ObjectId::from_hex(found.stdout.trim_ascii())
            .filter(|_| found.success)
            .ok_or_else(|| GitError::Failed { context: "git hash-object".to_owned(), reason: found.reason() })
    }
}

impl snapshot::Sink for Written<'_> {
    fn blob(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        self.write("blob", content)
    }

    fn tree(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        self.write("tree", content)
    }
}

impl Objects for Plumbing {
    type Data<'a> = Vec<u8>;

    fn header(&self, id: ObjectId) -> Result<Option<Header>, GitError> {
        ask(&self.headers, &self.git, "--batch-check", |batch| batch.header(id))
    }

    fn content(&self, id: ObjectId) -> Result<Option<Vec<u8>>, GitError> {
        ask(&self.contents, &self.git, "--batch", |batch| match batch.header(id)? {
            Some(header) => batch.content(header.size).map(Some),
            None => Ok(None),
        })
    }
}

/// Asks the child, starting it when needed. After a failure it may be out of step, so it is let go.
fn ask<T>(
    slot: &RefCell<Option<Batch>>,
    git: &Git,
    mode: &str,
    question: impl FnOnce(&mut Batch) -> Result<T, GitError>,
) -> Result<T, GitError> {
    let mut slot = slot.borrow_mut();
    let mut batch = match slot.take() {
        Some(batch) => batch,
        None => Batch::start(git, mode)?,
    };
    let answer = question(&mut batch)?;
    *slot = Some(batch);
    Ok(answer)
}

fn change_set(subject: Subject, olds: &[Option<ObjectId>], found: RawDiff) -> ChangeSet {
    let incomplete = |path, reason: &str| Incomplete { path: Some(path), reason: reason.to_owned() };
    let conflicts = found.unmerged.into_iter().map(|path| incomplete(path, "a conflict is not resolved"));
    let (changes, malformed): (Vec<_>, Vec<_>) =
        found.changes.into_iter().partition(|change| !change.path.components().any(is_impossible));
    let malformed = malformed.into_iter().map(|change| incomplete(change.path, "an impossible name"));
    let incomplete = conflicts.chain(malformed).collect();
    let base = olds.first().copied().flatten();
    ChangeSet { subject, changes, base, merge: olds.len() > 1, engine: Engine::Plumbing, incomplete }
}

/// What git printed without its line end, as a path.
fn path(mut printed: Vec<u8>) -> PathBuf {
    if printed.last() == Some(&b'\n') {
        printed.pop();
    }
    PathBuf::from(OsString::from_vec(printed))
}
