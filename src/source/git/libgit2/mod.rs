//! The fast adapter: libgit2 for refs, objects and configuration; tree walk and index reader are ours.
//!
//! libgit2's own `Index`, `diff_*` and `find_similar` stay out: they load the whole index and walk every tree. Each
//! operation that libgit2 cannot do is done by git instead, and the change set says which of the two it was.

mod contents;

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

use bstr::BString;
use git2::{ErrorCode, ObjectType, Repository, Sort};

use super::index::{self, Index, Tail, With};
use super::indexed::Indexed;
use super::objects::{self, Kind, Objects};
use super::packs::Packs;
use super::plumbing::{Plumbing, kept_name};
use super::range::{self, MAX_COMMITS};
use super::reach::Known;
use super::shared::{self, Olds};
use super::store::{Own, Store, from_oid, to_oid};
use super::worktree::{Hidden, Look};
use super::{
    CommitRange, CommitTimes, GitError, GitSource, Head, Layout, Opening, Snapshot, commit, each, head, notes, open,
    snapshot, treediff,
};
use crate::model::change::{Change, ChangeSet, CommitInfo, Engine, Subject};
use crate::model::content::Bytes;
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;
use crate::system;

/// A repository read by libgit2 and by us.
pub(super) struct Libgit2 {
    directory: PathBuf,
    repository: Repository,
    layout: Layout,
    index_file: PathBuf,
    /// 20 or 32.
    id_bytes: usize,
    /// Only then are there threads to spare.
    is_alone: bool,
    /// The blobs of a large change of which none was asked for yet.
    pending: RefCell<Vec<ObjectId>>,
    /// As it was when first asked for; `None` when libgit2 cannot read it.
    configuration: OnceCell<Option<git2::Config>>,
    /// As it was when first asked for: one judgement is about one commit.
    head: OnceCell<Head>,
    /// The index as names of trees, as it was when first asked for.
    indexed: OnceCell<Option<Indexed>>,
    plumbing: Plumbing,
    /// Our own reader of objects, and what was read.
    own: Own,
}

impl Libgit2 {
    /// What is read is kept, up to so many bytes. `is_alone`: there is no other reader in this process.
    pub(super) fn new(directory: &Path, repository: Repository, kept_bytes: usize, is_alone: bool) -> Self {
        let layout = open::layout(directory, &repository);
        let id_bytes = match repository.object_format() {
            git2::ObjectFormat::Sha1 => 20,
            git2::ObjectFormat::Sha256 => 32,
        };
        let index_file = open::index_file(directory, &layout);
        let own = Own::new(Packs::new(&layout.common_dir, id_bytes), kept_bytes);
        let plumbing = Plumbing::new(directory, layout.clone(), id_bytes).scanning(index_file.clone());
        Self {
            directory: directory.to_owned(),
            index_file,
            repository,
            layout,
            id_bytes,
            is_alone,
            pending: RefCell::default(),
            configuration: OnceCell::new(),
            head: OnceCell::new(),
            indexed: OnceCell::new(),
            plumbing,
            own,
        }
    }

    /// Makes one more reader of the same objects, for a thread of its own.
    fn reader(&self) -> impl Fn() -> Packs + Sync + use<'_> {
        let (common_dir, id_bytes) = (self.layout.common_dir.as_path(), self.id_bytes);
        move || Packs::new(common_dir, id_bytes)
    }

    /// Reads all of a large change when the first of it is asked for: by several threads, and in the order in which it lies there.
    fn read_pending(&self) {
        let ids = std::mem::take(&mut *self.pending.borrow_mut());
        if !ids.is_empty() {
            let mut next = ids.iter();
            each::read_ahead(self.reader(), &ids, |content| {
                next.next().is_some_and(|id| content.is_none_or(|content| self.own.keep(*id, Kind::Blob, content)))
            });
        }
    }

    fn store(&self) -> Store<'_> {
        Store::new(&self.repository, &self.own)
    }

    fn compare(
        &self,
        subject: Subject,
        olds: &[Option<ObjectId>],
        new: Option<ObjectId>,
    ) -> Result<(ChangeSet, bool), GitError> {
        let (set, holes) = compare(&self.store(), subject, olds, new)?;
        if self.is_alone && set.changes.len() >= each::MIN_AHEAD {
            let sides = set.changes.iter().flat_map(|change| [change.old, change.new]).flatten();
            *self.pending.borrow_mut() = sides.filter(|side| side.mode.is_regular()).map(|side| side.id).collect();
        }
        Ok((set, holes))
    }

    /// Ours, or git's when ours is in doubt. Answers that git would give too are not asked for twice.
    fn or_git<T>(
        &self,
        ours: Result<T, GitError>,
        git: impl FnOnce(&Plumbing) -> Result<T, GitError>,
    ) -> Result<T, GitError> {
        match ours {
            Err(GitError::Failed { .. }) => git(&self.plumbing),
            answer => answer,
        }
    }

    /// A comparison with holes is kept only if git cannot do better.
    fn or_whole(
        &self,
        ours: Result<(ChangeSet, bool), GitError>,
        git: impl FnOnce(&Plumbing) -> Result<ChangeSet, GitError>,
    ) -> Result<ChangeSet, GitError> {
        match ours {
            Ok((set, false)) => Ok(set),
            Ok((set, true)) => Ok(git(&self.plumbing).unwrap_or(set)),
            Err(GitError::Failed { .. }) => git(&self.plumbing),
            Err(error) => Err(error),
        }
    }

    fn own_head(&self) -> Result<Head, GitError> {
        if let Some((id, branch)) = head::plain(&self.layout, self.id_bytes).filter(|(id, _)| self.is_commit(*id)) {
            return Ok(Head { commit: Some(id), branch });
        }
        let failed = |error: &git2::Error| failed("HEAD", error);
        let head = self.repository.find_reference("HEAD").map_err(|error| failed(&error))?;
        let branch = head.symbolic_target_bytes().and_then(|name| name.strip_prefix(b"refs/heads/")).map(BString::from);
        let commit = match head.resolve() {
            Ok(reference) => reference.target().map(from_oid).transpose()?,
            // No other error may be taken for an unborn branch: a repository read wrongly would seem to have no commit.
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Head { commit: None, branch }),
            Err(error) => return Err(failed(&error)),
        };
        match commit.filter(|id| self.is_commit(*id)) {
            Some(commit) => Ok(Head { commit: Some(commit), branch }),
            None => Err(failed(&git2::Error::from_str("names no commit"))),
        }
    }

    fn is_commit(&self, id: ObjectId) -> bool {
        self.store().header(id).is_ok_and(|found| found.is_some_and(|found| found.kind == Kind::Commit))
    }

    fn own_resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        let object = self.repository.revparse_single(revision).and_then(|object| object.peel(ObjectType::Commit));
        from_oid(object.map_err(|error| failed(revision, &error))?.id())
    }

    fn own_tree(&self, revision: &str) -> Result<ObjectId, GitError> {
        let object = self.repository.revparse_single(revision).and_then(|object| object.peel(ObjectType::Tree));
        from_oid(object.map_err(|error| failed(revision, &error))?.id())
    }

    fn own_worktree(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError> {
        let store = self.store();
        let parents = shared::next_parents(&self.head()?, base, shared::merge_heads(&self.layout)?);
        let olds = if parents.is_empty() {
            Olds::Trees(vec![None])
        } else {
            shared::trees_of(&store, self.plumbing.boundary()?, &parents)?
        };
        match olds {
            Olds::Trees(olds) => self.plumbing.worktree_against(&store, &olds, Look::AsGit),
            Olds::Unknown(why) => Ok(shared::unknown(Subject::Worktree, Engine::Libgit2, parents.len() > 1, why)),
        }
    }

    fn staged_with(&self, base: Option<ObjectId>, merged: Vec<ObjectId>) -> Result<ChangeSet, GitError> {
        let parents = shared::next_parents(&self.head()?, base, merged);
        let olds = if parents.is_empty() {
            vec![None]
        } else {
            match shared::trees_of(&self.store(), self.plumbing.boundary()?, &parents)? {
                Olds::Trees(olds) => olds,
                Olds::Unknown(why) => {
                    return Ok(shared::unknown(Subject::Staged, Engine::Libgit2, parents.len() > 1, why));
                }
            }
        };
        let store = self.store();
        // Git has just written that tree inside its commit hooks; the rest of the index need not be looked at.
        if let Tail::Valid(root) = index::tree_by_tail(&self.index_file, self.id_bytes) {
            if root.is_in(&store)? {
                return self
                    .or_whole(self.compare(Subject::Staged, &olds, Some(root.id)), |git| git.staged_against(&olds));
            }
        }
        let read = Index::read(&self.index_file, self.id_bytes);
        let Some(made) = read.and_then(|index| index::make(&index)) else {
            return self.plumbing.staged_against(&olds);
        };
        let ours = compare(&With(&store, &made), Subject::Staged, &olds, Some(made.root));
        self.or_whole(ours, |git| git.staged_against(&olds))
    }

    fn own_commit(&self, id: ObjectId) -> Result<(ChangeSet, bool), GitError> {
        let store = self.store();
        let commit = shared::commit(&store, id)?;
        match shared::olds_of(&store, self.plumbing.boundary()?, &commit)? {
            Olds::Trees(olds) => self.compare(Subject::Commit(id), &olds, Some(commit.tree)),
            Olds::Unknown(why) => {
                let merge = commit.info.parents.len() > 1;
                Ok((shared::unknown(Subject::Commit(id), Engine::Libgit2, merge, why), false))
            }
        }
    }

    fn own_range(&self, spec: &str) -> Result<CommitRange, GitError> {
        let ends = range::parse(spec)?;
        let (from, to) = (self.resolve(ends.from)?, self.resolve(ends.to)?);
        let failed = |error: git2::Error| failed(spec, &error);
        // libgit2 looks for the boundary in the wrong directory of a linked work tree.
        if !self.plumbing.boundary()?.is_empty() {
            return self.plumbing.range(spec);
        }
        let (from, to) = (to_oid(from)?, to_oid(to)?);
        let base = match self.repository.merge_base(from, to) {
            Ok(base) => Some(from_oid(base)?),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let mut walk = self.repository.revwalk().map_err(failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE).map_err(failed)?;
        walk.push(to).map_err(failed)?;
        walk.hide(from).map_err(failed)?;
        let mut commits = Vec::new();
        for id in walk {
            commits.push(from_oid(id.map_err(failed)?)?);
            if commits.len() > MAX_COMMITS {
                return Err(range::too_long(spec));
            }
        }
        Ok(CommitRange { base, commits })
    }

    fn own_outer_config(&self, key: &str) -> Result<Vec<BString>, GitError> {
        let failed = |error: git2::Error| failed(key, &error);
        let config = self.repository.config().map_err(failed)?;
        let mut values = Vec::new();
        let mut entries = config.multivar(key, None).map_err(failed)?;
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(failed)?;
            let is_outer = matches!(
                entry.level(),
                git2::ConfigLevel::ProgramData
                    | git2::ConfigLevel::System
                    | git2::ConfigLevel::XDG
                    | git2::ConfigLevel::Global
            );
            if is_outer && entry.has_value() {
                values.push(entry.value_bytes().into());
            }
        }
        Ok(values)
    }

    fn own_config(&self, key: &str) -> Result<Option<BString>, GitError> {
        // Settings given by variables are unknown to libgit2.
        if system::env_os("GIT_CONFIG_COUNT").is_some() || system::env_os("GIT_CONFIG_PARAMETERS").is_some() {
            return self.plumbing.config(key);
        }
        let read = || self.repository.config().and_then(|mut config| config.snapshot());
        let config = self.configuration.get_or_init(|| read().ok()).as_ref();
        let Some(config) = config else { return self.plumbing.config(key) };
        match config.get_entry(key) {
            Ok(entry) if entry.has_value() => Ok(Some(entry.value_bytes().into())),
            // A key without a value means true, and git prints nothing for it.
            Ok(_) => Ok(Some(BString::default())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed(key, &error)),
        }
    }
}

impl GitSource for Libgit2 {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn opening(&self) -> Opening {
        Opening { directory: self.directory.clone(), with_git: false }
    }

    fn head(&self) -> Result<Head, GitError> {
        if let Some(head) = self.head.get() {
            return Ok(head.clone());
        }
        let head = self.or_git(self.own_head(), GitSource::head)?;
        Ok(self.head.get_or_init(|| head).clone())
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        // Git knows spellings that libgit2 does not, so it has the last word on "unknown" too.
        self.or_git(self.own_resolve(revision), |git| git.resolve(revision))
    }

    fn commit_info(&self, id: ObjectId) -> Result<CommitInfo, GitError> {
        self.or_git(shared::commit_info(&self.store(), id), |git| git.commit_info(id))
    }

    fn staged(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError> {
        let merged = shared::merge_heads(&self.layout)?;
        self.or_git(self.staged_with(base, merged), |git| git.staged(base))
    }

    fn staged_merge(&self) -> Result<ChangeSet, GitError> {
        self.or_git(self.staged_with(None, shared::announced_heads()), GitSource::staged_merge)
    }

    fn worktree(&self, base: Option<ObjectId>) -> Result<ChangeSet, GitError> {
        self.or_git(self.own_worktree(base), |git| git.worktree(base))
    }

    fn hidden(&self) -> Vec<Hidden> {
        self.plumbing.hidden()
    }

    fn snapshot(&self) -> Result<Snapshot, GitError> {
        let store = self.store();
        let base = match self.head()?.commit {
            None => objects::empty_tree(self.id_bytes),
            Some(commit) => self.tree_of(commit)?,
        };
        let set = match self.plumbing.worktree_against(&store, &[Some(base)], Look::AtAll) {
            Err(GitError::Failed { .. }) => self.plumbing.since_head(Look::AtAll)?.1,
            set => set?,
        };
        Ok(snapshot::store(&store, self, &mut Written(&store), base, set))
    }

    fn worktree_since(&self, tree: ObjectId) -> Result<ChangeSet, GitError> {
        let ours = self.plumbing.worktree_against(&self.store(), &[Some(tree)], Look::AtAll);
        let ours = ours.map(|set| ChangeSet { subject: Subject::Session, ..set });
        self.or_git(ours, |git| git.worktree_since(tree))
    }

    fn tree_now(&self) -> Result<Option<ObjectId>, GitError> {
        let (base, set) = self.plumbing.since_head(Look::AsGit)?;
        if set.incomplete.is_empty() { self.tree_after(base, &set.changes).map(Some) } else { Ok(None) }
    }

    fn tree_after(&self, tree: ObjectId, changes: &[Change]) -> Result<ObjectId, GitError> {
        self.or_git(shared::tree_after(&self.store(), tree, changes), |git| git.tree_after(tree, changes))
    }

    fn keep(&self, name: &str, object: Option<ObjectId>) -> Result<(), GitError> {
        let full = kept_name(name)?;
        let failed = |error: git2::Error| failed(&full, &error);
        match object {
            Some(object) => {
                self.repository.reference(&full, to_oid(object)?, true, "git-warrant").map_err(failed)?;
                Ok(())
            }
            None => match self.repository.find_reference(&full) {
                Ok(mut reference) => reference.delete().map_err(failed),
                Err(error) if error.code() == ErrorCode::NotFound => Ok(()),
                Err(error) => Err(failed(error)),
            },
        }
    }

    fn commit_times(&self, id: ObjectId) -> Result<CommitTimes, GitError> {
        self.or_git(commit::times(&self.store(), id), |git| git.commit_times(id))
    }

    fn commit(&self, id: ObjectId) -> Result<ChangeSet, GitError> {
        self.or_whole(self.own_commit(id), |git| git.commit(id))
    }

    fn trees(&self, old: &str, new: &str) -> Result<ChangeSet, GitError> {
        let subject = Subject::Trees { old: old.to_owned(), new: new.to_owned() };
        let ours = self.own_tree(old).and_then(|from| Ok((from, self.own_tree(new)?)));
        let ours = ours.and_then(|(from, to)| self.compare(subject, &[Some(from)], Some(to)));
        self.or_whole(ours, |git| git.trees(old, new))
    }

    fn range(&self, spec: &str) -> Result<CommitRange, GitError> {
        self.or_git(self.own_range(spec), |git| git.range(spec))
    }

    fn new_commits(&self, tips: &[ObjectId], known: &Known) -> Result<Vec<ObjectId>, GitError> {
        self.plumbing.new_commits(tips, known)
    }

    fn is_ancestor(&self, old: ObjectId, new: ObjectId) -> Result<Option<bool>, GitError> {
        self.plumbing.is_ancestor(old, new)
    }

    fn peel(&self, id: ObjectId) -> Result<Option<ObjectId>, GitError> {
        if self.is_commit(id) {
            return Ok(Some(id));
        }
        self.plumbing.peel(id)
    }

    fn tree_of(&self, commit: ObjectId) -> Result<ObjectId, GitError> {
        self.or_git(shared::tree_of(&self.store(), commit), |git| git.tree_of(commit))
    }

    fn note(&self, reference: &str, commit: ObjectId) -> Result<Option<Vec<u8>>, GitError> {
        self.or_git(notes::read(&self.repository, reference, commit), |git| git.note(reference, commit))
    }

    fn write_note(&self, reference: &str, commit: ObjectId, text: &str) -> Result<(), GitError> {
        self.or_git(notes::write(&self.repository, reference, commit, text), |git| {
            git.write_note(reference, commit, text)
        })
    }

    fn file_at(&self, commit: ObjectId, path: &RepoPath) -> Result<Option<Bytes>, GitError> {
        self.or_git(shared::file_at(&self.store(), commit, path), |git| git.file_at(commit, path))
    }

    fn paths_at(&self, commit: ObjectId) -> Result<Vec<RepoPath>, GitError> {
        self.or_git(shared::paths_at(&self.store(), commit), |git| git.paths_at(commit))
    }

    fn entries_at(
        &self,
        commit: ObjectId,
        folders: &[RepoPath],
        name: &[u8],
    ) -> Result<Vec<(RepoPath, Mode)>, GitError> {
        self.or_git(shared::entries_at(&self.store(), commit, folders, name), |git| {
            git.entries_at(commit, folders, name)
        })
    }

    fn config(&self, key: &str) -> Result<Option<BString>, GitError> {
        self.or_git(self.own_config(key), |git| git.config(key))
    }

    fn outer_config(&self, key: &str) -> Result<Vec<BString>, GitError> {
        self.or_git(self.own_outer_config(key), |git| git.outer_config(key))
    }
}

/// Compares trees. Says, too, whether one is not in the store: git may still know how to get it.
fn compare(
    objects: &impl Objects,
    subject: Subject,
    olds: &[Option<ObjectId>],
    new: Option<ObjectId>,
) -> Result<(ChangeSet, bool), GitError> {
    let found = treediff::compare(objects, olds, new)?;
    let set = ChangeSet {
        subject,
        changes: found.changes,
        base: olds.first().copied().flatten(),
        merge: olds.len() > 1,
        engine: Engine::Libgit2,
        incomplete: found.incomplete,
    };
    Ok((set, found.missing))
}

/// Writes objects as they are: loose ones, in the repository's own store.
struct Written<'a, 's>(&'a Store<'s>);

impl Written<'_, '_> {
    fn write(&self, kind: ObjectType, content: &[u8]) -> Result<ObjectId, GitError> {
        self.0.write(kind, content)
    }
}

impl snapshot::Sink for Written<'_, '_> {
    fn blob(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        self.write(ObjectType::Blob, content)
    }

    fn tree(&mut self, content: &[u8]) -> Result<ObjectId, GitError> {
        self.write(ObjectType::Tree, content)
    }
}

fn failed(context: &str, error: &git2::Error) -> GitError {
    GitError::Failed { context: context.to_owned(), reason: error.message().to_owned() }
}
