//! The work tree against a tree: what would be committed if everything were added now.
//!
//! What may differ is listed (index against tree, work tree against index, untracked files), by git or by [`scan`]; contents
//! are read, converted and hashed here,
//! so a file that was only touched, or whose line ends git would normalise, is no change. What git hides is hidden here
//! too: ignored files, what is uncommitted inside a submodule, and, unless they are asked for ([`Look`]), files that git was
//! told not to look at.

mod ask;
mod convert;
mod disk;
mod hidden;
mod scan;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use rustc_hash::FxHashMap;

use self::ask::{Ask, Checkout};
use self::convert::{Attributes, Recipe};
pub(super) use self::disk::Files;
use self::disk::Kind;
pub(super) use self::hidden::Look;
pub use self::hidden::{Flag, Hidden};
use super::objects::{Objects, empty_tree};
use super::raw::RawDiff;
use super::{GitError, Layout, tree};
use crate::analyze::facts::MAX_BLOB_BYTES;
use crate::model::change::{Change, ChangeSet, Engine, Incomplete, Side, Subject};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;

/// The most bytes of files that are hashed for one listing.
const MAX_HASHED_BYTES: u64 = 4 << 30;

/// The most repositories inside the work tree that are asked for their commit.
const MAX_NESTED: usize = 500;

/// Some twenty thousand files.
const LARGE_INDEX: u64 = 2 << 20;

/// What is known about one path before its file is looked at.
#[derive(Debug)]
struct Entry {
    /// One a tree.
    olds: Vec<Old>,
    index: Option<Side>,
    work: Work,
    /// Git was told not to look.
    hidden: Option<Flag>,
}

/// What a tree has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Old {
    /// What the index has.
    AsIndex,
    Is(Option<Side>),
}

/// Where the new side of a path comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// The file is what the index says.
    AsIndex,
    /// The file may differ; git gives it this mode, if any.
    OnDisk(Option<Mode>),
    Gone,
}

impl Entry {
    fn has_id(&self, id: ObjectId) -> bool {
        self.index.is_some_and(|index| index.id == id)
    }
}

impl Old {
    fn side(self, index: Option<Side>) -> Option<Side> {
        match self {
            Self::AsIndex => index,
            Self::Is(side) => side,
        }
    }
}

/// A side that could not be told.
struct Unjudged(String);

/// What may differ, as lists.
struct Listed {
    /// The index against each tree.
    staged: Vec<RawDiff>,
    /// Files that may differ from the index.
    files: Vec<File>,
    /// Conflicts among them.
    unmerged: Vec<RepoPath>,
    /// Files neither in the index nor ignored; a repository inside is one of them.
    untracked: Vec<RepoPath>,
    /// Files that git was told not to look at, those included that are as the index has them.
    hidden: Vec<(File, Flag)>,
    /// There may be attributes that git takes from the index.
    has_attributes: bool,
}

/// A file that may differ from the index.
struct File {
    path: RepoPath,
    index: Option<Side>,
    work: Work,
}

/// What came of a comparison.
pub(super) struct Compared {
    pub(super) set: ChangeSet,
    pub(super) files: Files,
    pub(super) hidden: Vec<Hidden>,
}

/// Compares the work tree with the trees given: one, or one per parent of a merge under way, where only what differs from
/// all of them counts. `None` is the empty tree. `index` names the index for a scan of our own; without it git lists.
pub(super) fn change_set(
    objects: &impl Objects,
    layout: &Layout,
    index: Option<&Path>,
    id_bytes: usize,
    olds: &[Option<ObjectId>],
    look: Look,
) -> Result<Compared, GitError> {
    let top = layout.work_tree.as_deref().ok_or(GitError::Bare)?;
    // Git is asked for its configuration while the index is read.
    let (ask, read) = thread::scope(|scope| {
        let read = || scan::Read::of(index?, id_bytes);
        let reading = thread::Builder::new().spawn_scoped(scope, read).ok();
        let ask = Ask::new(layout, top);
        if let (Ok(ask), true) = (&ask, index.is_some_and(is_large)) {
            ask.start_ahead();
        }
        (ask, reading.map_or_else(read, |reading| reading.join().ok()?))
    });
    let ask = ask?;
    let trees: Vec<ObjectId> = olds.iter().map(|old| old.unwrap_or_else(|| empty_tree(id_bytes))).collect();
    let scanned = read.as_ref().and_then(|read| scan::list(&ask, top, read, objects, &trees));
    // To give back that much memory takes as long as git takes for the next question.
    thread::Builder::new().spawn(move || drop(read)).ok();
    let engine = if scanned.is_some() { Engine::Libgit2 } else { Engine::Plumbing };
    let listed = match scanned {
        Some(listed) => listed,
        None => listed(&ask, objects, &trees, hidden::list(&ask, top, index, id_bytes)?)?,
    };
    let has_attributes = listed.has_attributes;
    let (entries, mut hidden) = merge(listed, objects, &trees)?;
    let files = Files::new(top, id_bytes);
    let mut reader = Reader {
        attributes: attributes(&ask, &files, &entries, has_attributes)?,
        ask,
        objects,
        files,
        hashed: 0,
        nested: 0,
    };
    let mut changes = Vec::new();
    let mut incomplete = Vec::new();
    for (path, entry) in entries {
        let told = reader.new_side(&path, &entry);
        if let Some(flag) = entry.hidden {
            let differs = matches!(told, Ok(new) if new != entry.index);
            hidden.push(Hidden { path: path.clone(), flag, index: entry.index, differs });
        }
        let new = match told {
            _ if entry.hidden.is_some() && look == Look::AsGit => entry.index,
            Ok(new) => new,
            Err(Unjudged(reason)) => {
                incomplete.push(Incomplete { path: Some(path), reason });
                continue;
            }
        };
        let mut sides = entry.olds.iter().map(|old| old.side(entry.index));
        if sides.clone().any(|old| old == new) {
            continue;
        }
        let old = sides.next().flatten();
        changes.push(Change { path, old, new, other_olds: sides.collect() });
    }
    let set = ChangeSet {
        subject: Subject::Worktree,
        changes,
        base: trees.first().copied(),
        merge: trees.len() > 1,
        engine,
        incomplete,
    };
    hidden.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Compared { set, files: reader.files, hidden })
}

/// Takes reading an index longer than starting git?
fn is_large(index: &Path) -> bool {
    std::fs::metadata(index).is_ok_and(|meta| meta.len() > LARGE_INDEX)
}

/// Asks git.
fn listed(
    ask: &Ask<'_>,
    objects: &impl Objects,
    trees: &[ObjectId],
    hidden: Vec<(File, Flag)>,
) -> Result<Listed, GitError> {
    let staged = trees.iter().map(|tree| ask.index_against(*tree)).collect::<Result<_, _>>()?;
    let found = ask.files()?;
    let mut files = Vec::with_capacity(found.changes.len());
    for change in found.changes {
        let announced = change.new.is_none() && is_announced_only(objects, &change, trees)?;
        let work = change.new.map_or(Work::Gone, |side| Work::OnDisk(Some(side.mode)));
        files.push(File { path: change.path, index: change.old.filter(|_| !announced), work });
    }
    // Of what is left out of the work tree, git takes the attributes from the index.
    let has_attributes = ask.settings.checkout == Checkout::Sparse
        || hidden.iter().any(|(file, _)| file.path.file_name() == b".gitattributes");
    Ok(Listed { staged, files, unmerged: found.unmerged, untracked: untracked(ask)?, hidden, has_attributes })
}

fn untracked(ask: &Ask<'_>) -> Result<Vec<RepoPath>, GitError> {
    let mut untracked = ask.untracked()?;
    for path in &mut untracked {
        // A repository inside is listed with a slash.
        if let Some(name) = path.as_bytes().strip_suffix(b"/") {
            *path = RepoPath::new(name);
        }
    }
    Ok(untracked)
}

/// Every path that may differ from a tree, and the hidden files that do not differ from the index.
fn merge(
    listed: Listed,
    objects: &impl Objects,
    trees: &[ObjectId],
) -> Result<(BTreeMap<RepoPath, Entry>, Vec<Hidden>), GitError> {
    let mut entries: BTreeMap<RepoPath, Entry> = BTreeMap::new();
    let mut unmerged = listed.unmerged;
    let entry = || Entry { olds: vec![Old::AsIndex; trees.len()], index: None, work: Work::AsIndex, hidden: None };
    for (at, staged) in listed.staged.into_iter().enumerate() {
        unmerged.extend(staged.unmerged);
        for change in staged.changes {
            let entry = entries.entry(change.path).or_insert_with(entry);
            entry.index = change.new;
            if let Some(slot) = entry.olds.get_mut(at) {
                *slot = Old::Is(change.old);
            }
        }
    }
    for file in listed.files {
        let entry = entries.entry(file.path).or_insert_with(entry);
        entry.index = file.index;
        entry.work = file.work;
    }
    let mut same = Vec::new();
    for (file, flag) in listed.hidden {
        if file.work == Work::AsIndex {
            same.push(Hidden { path: file.path, flag, index: file.index, differs: false });
            continue;
        }
        let entry = entries.entry(file.path).or_insert_with(entry);
        // In a sparse checkout git looks at a file to be skipped that is there all the same.
        if entry.work == Work::AsIndex {
            *entry =
                Entry { index: file.index, work: file.work, hidden: Some(flag), olds: std::mem::take(&mut entry.olds) };
        }
    }
    for path in unmerged {
        let olds = trees.iter().map(|tree| tree::entry_at(objects, *tree, &path).map(Old::Is));
        let olds = olds.collect::<Result<_, _>>()?;
        entries.insert(path, Entry { olds, index: None, work: Work::OnDisk(None), hidden: None });
    }
    for path in listed.untracked {
        let entry = entries.entry(path).or_insert_with(entry);
        entry.work = Work::OnDisk(None);
    }
    Ok((entries, same))
}

/// Git lists a file that was announced (`git add -N`) and deleted again as an empty one that was in the index.
fn is_announced_only(objects: &impl Objects, gone: &Change, trees: &[ObjectId]) -> Result<bool, GitError> {
    let empty = gone.old.is_some_and(|old| {
        let hex: &[u8] = match old.id.as_bytes().len() {
            32 => b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
            _ => b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        };
        ObjectId::from_hex(hex) == Some(old.id)
    });
    if !empty {
        return Ok(false);
    }
    for tree in trees {
        if tree::entry_at(objects, *tree, &gone.path)?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The attributes of the files that have to be read.
fn attributes(
    ask: &Ask<'_>,
    files: &Files,
    entries: &BTreeMap<RepoPath, Entry>,
    in_index: bool,
) -> Result<FxHashMap<RepoPath, Attributes>, GitError> {
    let read = entries.iter().filter(|(path, entry)| {
        matches!(entry.work, Work::OnDisk(_)) && matches!(files.kind(path), Ok(Kind::Regular { .. }))
    });
    ask.attributes(&read.map(|(path, _)| path).collect::<Vec<_>>(), in_index)
}

/// Finds new sides, within bounds.
struct Reader<'a, O> {
    ask: Ask<'a>,
    objects: &'a O,
    attributes: FxHashMap<RepoPath, Attributes>,
    files: Files,
    hashed: u64,
    nested: usize,
}

impl<O: Objects> Reader<'_, O> {
    fn new_side(&mut self, path: &RepoPath, entry: &Entry) -> Result<Option<Side>, Unjudged> {
        let recorded = match entry.work {
            Work::AsIndex => return Ok(entry.index),
            Work::Gone => return Ok(None),
            Work::OnDisk(mode) => mode.or(self.mode_if_untrusted(entry)),
        };
        let kind = self.files.kind(path)?;
        if kind == Kind::Special {
            return Err(Unjudged("a pipe, socket or device lies there, which git cannot store".to_owned()));
        }
        let Some(mode) = disk::mode(kind, recorded, self.ask.settings.trust_executable) else { return Ok(None) };
        let id = match kind {
            Kind::Link => self.link(path)?,
            Kind::Regular { size, .. } if mode == Mode::Symlink => self.plain(path, size)?,
            Kind::Regular { size, .. } => self.regular(path, entry, size)?,
            Kind::Directory => self.nested(path)?,
            Kind::Nothing | Kind::Special => return Ok(None),
        };
        Ok(Some(Side { mode, id }))
    }

    /// Where the file system does not know the executable bit, a file keeps the one it had.
    fn mode_if_untrusted(&self, entry: &Entry) -> Option<Mode> {
        let old = entry.olds.first()?.side(entry.index)?;
        (!self.ask.settings.trust_executable && old.mode.is_regular()).then_some(old.mode)
    }

    fn link(&mut self, path: &RepoPath) -> Result<ObjectId, Unjudged> {
        let target = self.files.link(path)?;
        self.store(path, &target, Recipe::AsIs)
    }

    /// A symbolic link on a file system without links: a file that holds the target.
    fn plain(&mut self, path: &RepoPath, size: u64) -> Result<ObjectId, Unjudged> {
        self.take(size)?;
        let content = self.files.regular(path, MAX_BLOB_BYTES)?;
        self.store(path, &content, Recipe::AsIs)
    }

    fn regular(&mut self, path: &RepoPath, entry: &Entry, size: u64) -> Result<ObjectId, Unjudged> {
        self.take(size)?;
        let attributes = self.attributes.get(path).cloned().unwrap_or_default();
        let filter = attributes.filter.as_ref().filter(|name| self.ask.settings.filters.contains(name));
        let lfs = filter.is_some_and(|name| name == b"lfs");
        let plain = !lfs && attributes.line_ends == convert::LineEnds::Keep && !attributes.ident;
        let new = entry.index.is_none();
        if size > MAX_BLOB_BYTES {
            let id = self.files.hash_large(path)?;
            if !(plain && filter.is_none() || new || entry.has_id(id)) {
                return Err(Unjudged(format!("git converts this file, and it is too large for that ({size} bytes)")));
            }
            self.files.remember(path, id, size, Recipe::AsIs);
            return Ok(id);
        }
        let content = self.files.regular(path, MAX_BLOB_BYTES)?;
        if !new && !lfs && (filter.is_some() || attributes.encoding) && !entry.has_id(self.files.hash(&content)?) {
            let what =
                if filter.is_some() { "runs a filter over this file" } else { "stores this file in another encoding" };
            return Err(Unjudged(format!("git {what}, and its result is not known here")));
        }
        let failed = Cell::new(None);
        let recipe =
            attributes.recipe(&content, lfs, || self.indexed(entry).map_err(|why| failed.set(Some(why))).ok()?);
        match failed.take() {
            Some(why) => Err(why),
            None => self.store(path, &content, recipe),
        }
    }

    /// The content in the index; it decides whether carriage returns are kept.
    fn indexed(&self, entry: &Entry) -> Result<Option<Vec<u8>>, Unjudged> {
        let Some(index) = entry.index.filter(|side| side.mode.is_regular()) else { return Ok(None) };
        let failed = |why: String| Unjudged(format!("the version in the index could not be read: {why}"));
        let header = self.objects.header(index.id).map_err(|error| failed(error.to_string()))?;
        if header.is_none_or(|header| header.size > MAX_BLOB_BYTES) {
            return Err(failed("it is missing or too large".to_owned()));
        }
        let content = self.objects.content(index.id).map_err(|error| failed(error.to_string()))?;
        Ok(content.map(|content| content.as_ref().to_vec()))
    }

    fn nested(&mut self, path: &RepoPath) -> Result<ObjectId, Unjudged> {
        self.nested += 1;
        if self.nested > MAX_NESTED {
            return Err(Unjudged(format!("more than {MAX_NESTED} repositories lie inside this one")));
        }
        let head = ask::nested_head(&self.files.absolute(path)).map_err(|error| Unjudged(error.to_string()))?;
        head.ok_or_else(|| Unjudged("a repository inside this one, without a commit that could be recorded".to_owned()))
    }

    fn store(&mut self, path: &RepoPath, content: &[u8], recipe: Recipe) -> Result<ObjectId, Unjudged> {
        let stored = recipe.apply(content);
        let id = self.files.hash(&stored)?;
        self.files.remember(path, id, stored.len() as u64, recipe);
        Ok(id)
    }

    fn take(&mut self, size: u64) -> Result<(), Unjudged> {
        self.hashed = self.hashed.saturating_add(size);
        if self.hashed > MAX_HASHED_BYTES {
            return Err(Unjudged(format!("more than {MAX_HASHED_BYTES} bytes of changed files in the work tree")));
        }
        Ok(())
    }
}

impl From<std::io::Error> for Unjudged {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
