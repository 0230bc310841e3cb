//! One pass over the files of both states.

use memchr::memmem::Finder;
use rustc_hash::FxHashSet;

use crate::analyze::facts::MAX_BLOB_BYTES;
use crate::model::change::{ChangeSet, Side};
use crate::model::content::{Contents, Notes, ReadBounds, Unreadable};
use crate::model::object::Mode;
use crate::model::path::RepoPath;

use super::scan::{self, Content};
use super::{Found, MAX_PLACES, Needle, Place, Places};

/// The states a file belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Before,
    After,
    Both,
}

/// One needle under way.
struct Search<'n> {
    needle: &'n Needle,
    finder: Finder<'n>,
    found: Found,
}

impl Search<'_> {
    /// The state after is what people are told of; of the one before it is enough that it held the text.
    fn is_done(&self) -> bool {
        if self.needle.is_once() {
            return !self.found.after.whole.is_empty();
        }
        self.found.after.whole.len() >= MAX_PLACES && !self.found.before.whole.is_empty()
    }

    fn look(&mut self, path: &RepoPath, text: &[u8], state: In) {
        let Some(spot) = scan::first(text, self.needle, &self.finder) else { return };
        let note = |places: &mut Places| {
            let list = if spot.whole { &mut places.whole } else { &mut places.within };
            if list.len() < MAX_PLACES {
                list.push(Place { path: path.clone(), line: spot.line });
            }
        };
        if state != In::After {
            note(&mut self.found.before);
        }
        if state != In::Before {
            note(&mut self.found.after);
        }
    }

    fn lacks(&mut self, path: &RepoPath, error: &Unreadable) {
        self.found.gap.get_or_insert_with(|| format!("`{path}` was not searched: {error}"));
    }
}

/// Searches the state before (`leaves`) and the one the change makes of it. An answer for each needle, and the bytes read.
pub(super) fn run(
    needles: &[Needle],
    set: &ChangeSet,
    leaves: &[(RepoPath, Side)],
    contents: &dyn Contents,
    bytes: u64,
) -> (Vec<Found>, u64) {
    let entries: Vec<_> = entries(set, leaves).collect();
    let bounds = ReadBounds { file: MAX_BLOB_BYTES, total: bytes };
    let notes = contents.notes();
    let (found, read, ended) = pass(needles, &entries, contents, bounds, notes);
    if notes.is_none() || read <= bytes && ended != Some(bounds.reached()) {
        return (found, read);
    }
    // Where the bound is met must not depend on what was read before.
    let (found, read, _) = pass(needles, &entries, contents, bounds, None);
    (found, read)
}

/// A text that is known not to hold what is searched for is not read, and its bytes are counted as if it was. Told with it is what
/// was wrong with the last one.
fn pass(
    needles: &[Needle],
    entries: &[(&RepoPath, Side, In)],
    contents: &dyn Contents,
    bounds: ReadBounds,
    notes: Option<&dyn Notes>,
) -> (Vec<Found>, u64, Option<Unreadable>) {
    let search = |needle| Search { needle, finder: Finder::new(needle.text()), found: Found::default() };
    let mut searches: Vec<Search<'_>> = needles.iter().map(search).collect();
    let mut files: Vec<(&RepoPath, Side)> = Vec::new();
    let mut states = Vec::new();
    // What is passed over: before which of the files, and its bytes.
    let mut passed: Vec<(usize, u64)> = Vec::new();
    for (path, side, state) in entries {
        let mut takers = searches.iter_mut().filter(|search| search.needle.takes(path)).peekable();
        if takers.peek().is_none() {
            continue;
        }
        match side.mode {
            Mode::File | Mode::Executable => {
                if let Some(grams) = notes.and_then(|notes| notes.grams(side.id))
                    && !takers.any(|search| grams.may_hold(search.needle.text()))
                {
                    passed.push((files.len(), grams.size()));
                    continue;
                }
                files.push((path, *side));
                states.push(state);
            }
            Mode::Gitlink if *state != In::Before => takers.for_each(|search| search.found.skipped.submodules += 1),
            Mode::Gitlink | Mode::Symlink => {}
        }
    }
    let mut seen = 0;
    let mut last = None;
    let mut visit = |index: usize, content: Result<&[u8], Unreadable>| {
        let (Some((path, side)), Some(state)) = (files.get(index), states.get(index)) else { return false };
        (seen, last) = (index + 1, content.as_ref().err().cloned());
        let size = content.as_ref().map_or(0, |content| content.len() as u64);
        let content = content.map(Content::of);
        if let (Some(notes), Ok(Content::Text(text))) = (notes, &content) {
            notes.note(side.id, text, size);
        }
        let mut more = false;
        for search in searches.iter_mut().filter(|search| !search.is_done()) {
            more = true;
            if !search.needle.takes(path) {
                continue;
            }
            match &content {
                Ok(Content::Text(text)) => search.look(path, text, **state),
                Ok(Content::Binary) => search.found.skipped.binary += usize::from(**state != In::Before),
                Ok(Content::LfsPointer) => search.found.skipped.lfs_pointers += usize::from(**state != In::Before),
                Err(error) => search.lacks(path, error),
            }
        }
        more
    };
    let read = contents.read_each(&files, bounds, &mut visit);
    // Ended by a bound: that concerns more than the file it was told of.
    if let (Some((path, _)), Some(error)) = (files.get(seen), &last) {
        searches.iter_mut().filter(|search| !search.is_done()).for_each(|search| search.lacks(path, error));
    }
    let is_whole = seen == files.len();
    let passed: u64 = passed.iter().filter(|(before, _)| is_whole || *before < seen).map(|(_, size)| size).sum();
    (searches.into_iter().map(|search| search.found).collect(), read.saturating_add(passed), last)
}

/// What the change left behind, what it took away, and then all it did not touch.
fn entries<'a>(
    set: &'a ChangeSet,
    leaves: &'a [(RepoPath, Side)],
) -> impl Iterator<Item = (&'a RepoPath, Side, In)> + use<'a> {
    let touched: FxHashSet<&RepoPath> = set.changes.iter().map(|change| &change.path).collect();
    let after = set.changes.iter().filter_map(|change| Some((&change.path, change.new?, In::After)));
    let before = set.changes.iter().filter_map(|change| Some((&change.path, change.old?, In::Before)));
    let kept = leaves.iter().filter(move |(path, _)| !touched.contains(path));
    after.chain(before).chain(kept.map(|(path, side)| (path, *side, In::Both)))
}
