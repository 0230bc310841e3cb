//! Facts about a change set, computed when first asked for and kept: a check of paths alone never reads a blob.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use crate::analyze::attributes::Attributes;
use crate::analyze::classify::{self, Classes};
use crate::analyze::code_lines::{Class, Language, Regions, language_of};
use crate::analyze::deps::gather::Dependencies;
use crate::analyze::derived::{self, Derived};
use crate::analyze::layout::{self, Natures};
use crate::analyze::linediff::{self, Effort};
use crate::analyze::path_index::PathIndex;
use crate::analyze::renames::{self, Renames};
use crate::analyze::scan::Hits;
use crate::analyze::symbols::diff::SymbolDiff;
use crate::analyze::testdiff::{self, TestDiff};
use crate::analyze::treesearch::{Found, Leaves, Needle, TreeSearch};
use crate::analyze::utf16;
use crate::model::change::{Change, ChangeSet, Engine, Incomplete, Side};
use crate::model::content::{BaseFiles, Bytes, Contents, Unreadable};
use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

/// The largest blob whose content is read.
pub const MAX_BLOB_BYTES: u64 = 64 << 20;

/// The most bytes of content one check reads in all.
pub const MAX_TOTAL_BYTES: u64 = 512 << 20;

/// Lazy facts over one change set. What cannot be read is kept in a list that makes the decision `incomplete`.
pub struct Facts<'a> {
    set: &'a ChangeSet,
    contents: &'a dyn Contents,
    classes: Vec<OnceCell<Classes>>,
    lines: Vec<OnceCell<Option<LineDiff>>>,
    decoded: Vec<OnceCell<Option<LineDiff>>>,
    hits: Vec<OnceCell<Option<Hits>>>,
    regions: Vec<OnceCell<Regions>>,
    natures: OnceCell<Vec<Natures>>,
    derived: Vec<OnceCell<Option<Derived>>>,
    attributes: Attributes,
    renames: OnceCell<Renames>,
    dependencies: OnceCell<Dependencies>,
    tests: OnceCell<TestDiff>,
    tree: TreeSearch,
    paths: OnceCell<Option<PathIndex>>,
    symbols: OnceCell<SymbolDiff>,
    bytes_read: RefCell<u64>,
    effort: Effort,
    incomplete: RefCell<Vec<Incomplete>>,
}

impl<'a> Facts<'a> {
    pub fn new(set: &'a ChangeSet, contents: &'a dyn Contents) -> Self {
        let count = set.changes.len();
        Self {
            set,
            contents,
            classes: vec![OnceCell::new(); count],
            lines: (0..count).map(|_| OnceCell::new()).collect(),
            decoded: (0..count).map(|_| OnceCell::new()).collect(),
            hits: (0..count).map(|_| OnceCell::new()).collect(),
            regions: (0..count).map(|_| OnceCell::new()).collect(),
            natures: OnceCell::new(),
            derived: (0..count).map(|_| OnceCell::new()).collect(),
            attributes: Attributes::default(),
            renames: OnceCell::new(),
            dependencies: OnceCell::new(),
            tests: OnceCell::new(),
            tree: TreeSearch::default(),
            paths: OnceCell::new(),
            symbols: OnceCell::new(),
            bytes_read: RefCell::new(0),
            effort: Effort::default(),
            incomplete: RefCell::default(),
        }
    }

    /// Facts about another change of the same repository. What is read for it counts toward the same bound; what of it
    /// cannot be read makes only its own list.
    pub fn of_other<'b>(&self, set: &'b ChangeSet) -> Facts<'b>
    where
        'a: 'b,
    {
        let other = Facts::new(set, self.contents);
        *other.bytes_read.borrow_mut() = *self.bytes_read.borrow();
        other
    }

    pub fn set(&self) -> &'a ChangeSet {
        self.set
    }

    pub fn changes(&self) -> impl Iterator<Item = (usize, &'a Change)> + use<'a> {
        self.set.changes.iter().enumerate()
    }

    pub fn classes(&self, index: usize) -> Classes {
        *self.classes[index].get_or_init(|| classify::classify(&self.set.changes[index].path))
    }

    pub fn renames(&self) -> &Renames {
        self.renames.get_or_init(|| renames::detect(self.set, self.contents))
    }

    /// Where the range of commits started that the change is one of.
    pub fn base(&self) -> Option<&'a dyn BaseFiles> {
        self.contents.base()
    }

    /// What became of the tests.
    pub fn tests(&self) -> &TestDiff {
        self.tests.get_or_init(|| testdiff::compare_tests(self))
    }

    /// What became of the declared symbols. What of them is not known is told there, and nowhere else.
    pub fn symbols(&self) -> &SymbolDiff {
        self.symbols.get_or_init(|| SymbolDiff::of(self))
    }

    /// The line diff of a change; for the new side of a rename, against the old path. `None` when there are no lines (a
    /// symlink, a submodule, the old side of a rename) or the content could not be had, which is then recorded.
    pub fn lines(&self, index: usize) -> Option<&LineDiff> {
        self.lines[index].get_or_init(|| self.diff(index)).as_ref()
    }

    /// The line diff, if it was made for something else already.
    pub fn known_lines(&self, index: usize) -> Option<&LineDiff> {
        self.lines.get(index)?.get()?.as_ref()
    }

    /// Makes the line diffs of all changes.
    pub fn read_lines(&self) {
        for (index, _) in self.changes() {
            self.lines(index);
        }
    }

    /// The line diff of what people read as text: of UTF-16 with a byte order mark, which git calls binary, as well. `None`
    /// for what is binary.
    pub fn text_lines(&self, index: usize) -> Option<&LineDiff> {
        let diff = self.lines(index)?;
        if !diff.binary {
            return Some(diff);
        }
        self.decoded[index].get_or_init(|| self.diff_decoded(index)).as_ref()
    }

    fn diff_decoded(&self, index: usize) -> Option<LineDiff> {
        let (change, old_side) = (self.set.changes.get(index)?, self.old_side(index));
        let new = utf16::decode(&self.side_bytes(change.new.map(|side| (&change.path, side)))?)?;
        let old = self.side_bytes(old_side)?;
        let old = utf16::decode(&old).unwrap_or(old);
        self.or_record(&change.path, linediff::diff(&old, &new, &self.effort))
    }

    /// What the shared keyword search found in the added lines.
    pub fn hits(&self, index: usize) -> Option<&Hits> {
        let search = || {
            let classes = self.classes(index);
            let foreign = classes.generated || classes.vendored || classes.lock_file || classes.snapshot;
            let hits = Hits::of(&self.text_lines(index)?.added, foreign);
            for line in &hits.crowded {
                let reason = format!("line {line} holds too many words that could start a secret or a mark");
                self.cannot_judge(&self.set.changes[index].path, reason);
            }
            Some(hits)
        };
        self.hits[index].get_or_init(search).as_ref()
    }

    /// What each changed line is: real, white space alone, or moved. Looks at the whole change when first asked.
    pub fn natures(&self, index: usize) -> Option<&Natures> {
        let all = self.natures.get_or_init(|| {
            let file = |index: usize, change: &'a Change| {
                let diff = self.lines(index)?;
                let whole = self.set.engine != Engine::Patch && change.other_olds.is_empty();
                Some(layout::File { path: &change.path, diff, whole })
            };
            let files: Vec<_> = self.changes().map(|(index, change)| file(index, change)).collect();
            layout::natures(&files)
        });
        all.get(index)
    }

    /// Is the file made by a tool, or by others, and how is that known? Judged by the state before the change alone.
    pub fn derived(&self, index: usize) -> Option<&Derived> {
        self.derived.get(index)?.get_or_init(|| derived::of(self, index)).as_ref()
    }

    /// What the `.gitattributes` files of the state before the change say.
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    pub fn language(&self, index: usize) -> Option<Language> {
        language_of(&self.set.changes[index].path)
    }

    /// What a byte of an added line belongs to: `row` counts the added lines from 0, `column` the line's bytes. `None`
    /// where that cannot be told.
    pub fn class_at(&self, index: usize, row: usize, column: usize) -> Option<Class> {
        let language = self.language(index)?;
        let added = &self.text_lines(index)?.added;
        let (line, start) = added.at(row)?;
        if self.set.engine == Engine::Patch {
            // A patch shows parts of a file; a line is taken for itself.
            return Regions::of(language, line.text).class_at(column);
        }
        let regions = self.regions[index].get_or_init(|| Regions::of(language, added.source()));
        regions.class_at(start + column)
    }

    /// Notes that something about a path could not be judged.
    pub fn cannot_judge(&self, path: &RepoPath, reason: impl Into<String>) {
        self.record(path, &Unreadable::Failed(reason.into()));
    }

    /// The whole new content of a regular file. Recorded as incomplete when it cannot be had.
    pub fn new_content(&self, index: usize) -> Option<Bytes> {
        let change = &self.set.changes[index];
        change.new.filter(|side| side.mode.is_regular()).and_then(|side| self.read_or_record(&change.path, &side))
    }

    /// The whole old content of a regular file; of the old path for a rename.
    pub fn old_content(&self, index: usize) -> Option<Bytes> {
        let (path, side) = self.old_side(index)?;
        side.mode.is_regular().then(|| self.read_or_record(path, &side)).flatten()
    }

    /// The old content in each parent (one, but for a merge) and the new content, each `None` where there is no regular
    /// file. `None` in all when one of them could not be had, which is recorded.
    pub fn states(&self, index: usize) -> Option<(Vec<Option<Bytes>>, Option<Bytes>)> {
        let change = &self.set.changes[index];
        let side = |side: Option<(&RepoPath, Side)>| match side {
            Some((path, side)) if side.mode.is_regular() => self.read_or_record(path, &side).map(Some),
            _ => Some(None),
        };
        let mut olds = vec![side(self.old_side(index))?];
        for other in &change.other_olds {
            olds.push(side(other.map(|other| (&change.path, other)))?);
        }
        Some((olds, side(change.new.map(|new| (&change.path, new)))?))
    }

    /// A regular file of the old state, changed or not. `None` when that cannot be told; a file that is there and cannot be
    /// read is recorded too.
    pub fn base_file(&self, path: &RepoPath) -> Option<Option<Bytes>> {
        match self.contents.side_in(self.set.base?, path)?.filter(|side| side.mode.is_regular()) {
            Some(side) => self.read_or_record(path, &side).map(Some),
            None => Some(None),
        }
    }

    /// What the change did to manifests and lock files.
    pub fn dependencies(&self) -> &Dependencies {
        self.dependencies.get_or_init(|| Dependencies::of(self))
    }

    /// Says that [`Facts::search`] may be asked for this, so that one pass over the tree answers all that is.
    pub fn will_search(&self, needle: Needle) {
        self.tree.announce(needle);
    }

    /// Where a text stands in all files after the change, and where it stood before. Reads the whole tree, once for all
    /// needles announced until then. What could not be searched is told in the answer and nowhere else.
    pub fn search(&self, needle: &Needle) -> Rc<Found> {
        self.tree.find(needle, self.set, self.contents)
    }

    /// What stands at a path of the (first) old state; `Some(None)` when nothing does, `None` when that cannot be told. Costs a
    /// read for each folder of the path, where [`Facts::leaves_before`] reads them all.
    pub fn side_before(&self, path: &RepoPath) -> Option<Option<Side>> {
        self.contents.side_in(self.set.base?, path)
    }

    /// Every file, link and submodule of the (first) old state, sorted by path; `None` when that cannot be told.
    pub fn leaves_before(&self) -> Option<Leaves> {
        self.tree.leaves(self.set, self.contents)
    }

    /// The paths of [`Facts::leaves_before`], to be looked up by name. Costs less than those.
    pub fn paths_before(&self) -> Option<&PathIndex> {
        let list = || match self.set.base {
            _ if self.set.engine == Engine::Patch => None,
            None => Some(PathIndex::default()),
            Some(tree) => self.contents.paths(tree).map(PathIndex::new),
        };
        self.paths.get_or_init(list).as_ref()
    }

    /// The target of a new symlink.
    pub fn link_target(&self, index: usize) -> Option<Bytes> {
        let change = &self.set.changes[index];
        change.new.filter(|side| !side.mode.is_regular()).and_then(|side| self.read_or_record(&change.path, &side))
    }

    /// The size of the new side in bytes. `None` for what is no regular file, and, recorded, when it cannot be had.
    pub fn new_size(&self, index: usize) -> Option<u64> {
        let change = &self.set.changes[index];
        self.size_or_record(&change.path, &change.new?)
    }

    /// The size of the old side in bytes; of the old path for a rename.
    pub fn old_size(&self, index: usize) -> Option<u64> {
        let (path, side) = self.old_side(index)?;
        self.size_or_record(path, &side)
    }

    /// Lines added and deleted over the whole change. Binary files have none.
    pub fn line_totals(&self) -> (u64, u64) {
        let mut totals = (0, 0);
        for (index, _) in self.changes() {
            if let Some(diff) = self.lines(index) {
                totals.0 += diff.added.len() as u64;
                totals.1 += diff.deleted.len() as u64;
            }
        }
        totals
    }

    /// [`Facts::line_totals`] if every diff has been made already.
    pub fn known_line_totals(&self) -> Option<(u64, u64)> {
        self.lines.iter().all(|cell| cell.get().is_some()).then(|| self.line_totals())
    }

    /// Files changed, a rename counting once, as `git diff --shortstat` counts them.
    pub fn files_changed(&self) -> u64 {
        (self.set.changes.len() - self.renames().pairs.len()) as u64
    }

    /// Everything that could not be judged so far, the reader's own list included.
    pub fn incomplete(&self) -> Vec<Incomplete> {
        let mut all = self.set.incomplete.clone();
        all.extend(self.incomplete.borrow().iter().cloned());
        all.sort();
        all.dedup();
        all
    }

    fn old_side(&self, index: usize) -> Option<(&'a RepoPath, Side)> {
        let change = &self.set.changes[index];
        if let Some(old) = change.old {
            return Some((&change.path, old));
        }
        let from = &self.set.changes[self.renames().of_new(index)?.from];
        from.old.map(|old| (&from.path, old))
    }

    fn diff(&self, index: usize) -> Option<LineDiff> {
        let change = &self.set.changes[index];
        if !change.has_lines() {
            return None;
        }
        if let Some(ready) = self.contents.ready_lines(change) {
            return Some(ready);
        }
        if change.is_mode_only() {
            return Some(LineDiff::default());
        }
        if change.new.is_none() && self.renames().of_old(index).is_some() {
            return None;
        }
        let new = self.side_bytes(change.new.map(|side| (&change.path, side)))?;
        let old = self.side_bytes(self.old_side(index))?;
        if change.other_olds.is_empty() {
            return self.or_record(&change.path, linediff::diff(&old, &new, &self.effort));
        }
        let mut olds = vec![old];
        for side in &change.other_olds {
            olds.push(self.side_bytes(side.map(|side| (&change.path, side)))?);
        }
        self.or_record(&change.path, linediff::diff_merge(&olds, &new, &self.effort))
    }

    fn side_bytes(&self, side: Option<(&RepoPath, Side)>) -> Option<Bytes> {
        match side {
            Some((path, side)) if side.mode.is_regular() => self.read_or_record(path, &side),
            _ => Some(Arc::from([])),
        }
    }

    fn size_or_record(&self, path: &RepoPath, side: &Side) -> Option<u64> {
        if !side.mode.is_regular() {
            return None;
        }
        match self.contents.size(path, side) {
            Ok(size) => Some(size),
            Err(error) => {
                self.record(path, &error);
                None
            }
        }
    }

    fn read_or_record(&self, path: &RepoPath, side: &Side) -> Option<Bytes> {
        self.or_record(path, self.read(path, side))
    }

    fn or_record<T>(&self, path: &RepoPath, result: Result<T, Unreadable>) -> Option<T> {
        result.map_err(|error| self.record(path, &error)).ok()
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        let size = self.contents.size(path, side)?;
        if size > MAX_BLOB_BYTES {
            return Err(Unreadable::TooLarge { size, limit: MAX_BLOB_BYTES });
        }
        let total = self.bytes_read.borrow().saturating_add(size);
        if total > MAX_TOTAL_BYTES {
            return Err(Unreadable::Failed(format!(
                "the bound of {MAX_TOTAL_BYTES} bytes of content a check is reached"
            )));
        }
        *self.bytes_read.borrow_mut() = total;
        self.contents.read(path, side)
    }

    fn record(&self, path: &RepoPath, error: &Unreadable) {
        let entry = Incomplete { path: Some(path.clone()), reason: error.to_string() };
        let mut list = self.incomplete.borrow_mut();
        if !list.contains(&entry) {
            list.push(entry);
        }
    }
}
