//! Changes and contents from the files of a patch. Whole files are known where the patch shows all of them: new and deleted
//! files and links.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::PatchError;
use super::body::{Body, File};
use crate::model::change::{Change, Side};
use crate::model::content::{
    BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit, read_in_turn,
};
use crate::model::lines::{Hunk, LineDiff, Lines};
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;
use crate::model::paths::PathList;

/// What one change set of a patch shows of its files.
#[derive(Debug, Default)]
pub struct PatchContents {
    text: Option<Bytes>,
    files: BTreeMap<RepoPath, Shown>,
    renames: Vec<KnownRename>,
}

/// One path.
#[derive(Debug, Default)]
struct Shown {
    line: usize,
    old: Option<State>,
    new: Option<State>,
    lines: LineDiff,
    renamed: bool,
}

/// One side of a path.
#[derive(Debug)]
struct State {
    side: Side,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Unknown,
    /// The size of binary content.
    Size(u64),
    /// All lines, and whether the last one has a line feed.
    Whole {
        rows: Vec<Range<usize>>,
        feed: bool,
    },
}

/// Puts the files of one patch together, in path order.
pub(super) fn assemble(text: &Bytes, files: Vec<File>) -> Result<(Vec<Change>, PatchContents), PatchError> {
    let mut contents = PatchContents { text: Some(Arc::clone(text)), ..PatchContents::default() };
    for file in files {
        contents.add(text, file)?;
    }
    contents.renames.sort_by(|a, b| a.to.cmp(&b.to));
    contents.files.retain(|_, shown| shown.is_change());
    let changes = contents.files.iter().map(|(path, shown)| Change {
        path: path.clone(),
        old: shown.old.as_ref().map(|state| state.side),
        new: shown.new.as_ref().map(|state| state.side),
        other_olds: Vec::new(),
    });
    Ok((changes.collect(), contents))
}

impl PatchContents {
    fn add(&mut self, text: &Bytes, file: File) -> Result<(), PatchError> {
        let File { line, old, new, renamed, body } = file;
        let lines = line_diff(text, &body);
        let error = |reason: &str| PatchError { line, reason: reason.to_owned() };
        let side = |mode: Mode, rows: &[(u32, Range<usize>)]| {
            let id = if mode == Mode::Gitlink { commit(text, rows) } else { ObjectId::from_bytes(&[0; 20]) };
            id.map(|id| Side { mode, id }).ok_or_else(|| error("a submodule without its commit"))
        };
        let old_state = match &old {
            Some((_, mode)) => {
                let known = new.is_none() || *mode == Mode::Symlink;
                Some(State {
                    side: side(*mode, &body.deleted)?,
                    content: old_content(&body, known && renamed.is_none()),
                })
            }
            None => None,
        };
        let new_state = match &new {
            Some((_, mode)) => {
                let known = old.is_none() || *mode == Mode::Symlink;
                Some(State { side: side(*mode, &body.added)?, content: new_content(&body, known && renamed.is_none()) })
            }
            None => None,
        };
        match (renamed, old, new) {
            (Some(similarity), Some((from, _)), Some((to, _))) => {
                self.renames.push(KnownRename { from: from.clone(), to: to.clone(), similarity });
                let gone = Shown { line, old: old_state, renamed: true, ..Shown::default() };
                self.insert(from, gone)?;
                self.insert(to, Shown { line, old: None, new: new_state, lines, renamed: true })
            }
            (_, Some((path, _)), _) | (_, None, Some((path, _))) => {
                self.insert(path, Shown { line, old: old_state, new: new_state, lines, renamed: false })
            }
            (_, None, None) => Err(error("a file that exists on no side")),
        }
    }

    /// A path comes once, or twice where git splits a change of type in a deletion and a creation.
    fn insert(&mut self, path: RepoPath, shown: Shown) -> Result<(), PatchError> {
        let Some(mut first) = self.files.remove(&path) else {
            self.files.insert(path, shown);
            return Ok(());
        };
        let line = shown.line;
        let twice = || PatchError { line, reason: format!("`{path}` is changed twice") };
        let (Some(old), None, None, Some(new)) = (&first.old, &first.new, &shown.old, &shown.new) else {
            return Err(twice());
        };
        let retyped = old.side.mode.is_regular() != new.side.mode.is_regular()
            || !old.side.mode.is_regular() && old.side.mode != new.side.mode;
        if !retyped || first.renamed || shown.renamed {
            return Err(twice());
        }
        first.lines.added = shown.lines.added;
        first.lines.binary |= shown.lines.binary;
        let count = |lines: &Lines| u32::try_from(lines.len()).unwrap_or(u32::MAX);
        first.lines.hunks = vec![Hunk { old: 0..count(&first.lines.deleted), new: 0..count(&first.lines.added) }];
        first.new = shown.new;
        first.drop_lines_of_links();
        self.files.insert(path, first);
        Ok(())
    }

    fn find(&self, path: &RepoPath, side: &Side) -> Result<&Content, Unreadable> {
        let shown = self.files.get(path).ok_or(Unreadable::Missing)?;
        let state = [&shown.new, &shown.old].into_iter().flatten().find(|state| state.side == *side);
        Ok(&state.ok_or(Unreadable::Missing)?.content)
    }
}

impl Shown {
    /// Only a submodule can be listed without a change, when there is dirt inside it.
    fn is_change(&self) -> bool {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => old.side.mode != Mode::Gitlink || old.side != new.side,
            _ => true,
        }
    }

    /// Where a link or submodule became a file or the reverse, only the file has lines.
    fn drop_lines_of_links(&mut self) {
        let no_lines = |state: &Option<State>| state.as_ref().is_none_or(|state| !state.side.mode.is_regular());
        let Some(hunk) = self.lines.hunks.first_mut() else { return };
        if no_lines(&self.old) {
            self.lines.deleted = Lines::default();
            hunk.old = 0..0;
        }
        if no_lines(&self.new) {
            self.lines.added = Lines::default();
            hunk.new = 0..0;
        }
        self.lines.hunks.retain(|hunk| !hunk.old.is_empty() || !hunk.new.is_empty());
    }
}

impl Contents for PatchContents {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        match self.find(path, side)? {
            Content::Unknown => Err(Unreadable::NotInPatch),
            Content::Size(size) => Ok(*size),
            Content::Whole { rows, feed } => {
                let feeds = rows.len() as u64 - u64::from(!feed && !rows.is_empty());
                Ok(rows.iter().map(|row| row.len() as u64).sum::<u64>() + feeds)
            }
        }
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        let Content::Whole { rows, feed } = self.find(path, side)? else { return Err(Unreadable::NotInPatch) };
        let text = self.text.as_deref().unwrap_or_default();
        let mut content = Vec::new();
        for row in rows {
            content.extend_from_slice(text.get(row.clone()).unwrap_or_default());
            content.push(b'\n');
        }
        if !feed {
            content.pop();
        }
        Ok(Arc::from(content))
    }

    fn side_in(&self, _: ObjectId, _: &RepoPath) -> Option<Option<Side>> {
        None
    }

    fn leaves(&self, _: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        None
    }

    fn paths(&self, _: ObjectId) -> Option<PathList> {
        None
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        read_in_turn(self, sides, bounds, || None, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        None
    }

    fn base(&self) -> Option<&dyn BaseFiles> {
        None
    }

    fn ready_lines(&self, change: &Change) -> Option<LineDiff> {
        let shown = self.files.get(&change.path)?;
        // The old side of a rename has its lines at the new path.
        (!shown.renamed || shown.new.is_some()).then(|| shown.lines.clone())
    }

    fn ready_renames(&self) -> &[KnownRename] {
        &self.renames
    }
}

fn line_diff(text: &Bytes, body: &Body) -> LineDiff {
    LineDiff {
        added: Lines::new(Arc::clone(text), body.added.clone()),
        deleted: Lines::new(Arc::clone(text), body.deleted.clone()),
        hunks: body.hunks.clone(),
        binary: body.binary.is_some(),
    }
}

fn old_content(body: &Body, known: bool) -> Content {
    content(body, &body.deleted, body.binary.and_then(|sizes| sizes.old), known, !body.old_ended)
}

fn new_content(body: &Body, known: bool) -> Content {
    content(body, &body.added, body.binary.and_then(|sizes| sizes.new), known, !body.new_ended)
}

fn content(body: &Body, rows: &[(u32, Range<usize>)], size: Option<u64>, known: bool, feed: bool) -> Content {
    match size {
        Some(size) => Content::Size(size),
        None if known && body.binary.is_none() && !body.context => {
            Content::Whole { rows: rows.iter().map(|row| row.1.clone()).collect(), feed }
        }
        None => Content::Unknown,
    }
}

/// `Subproject commit ID`, perhaps with `-dirty`.
fn commit(text: &[u8], rows: &[(u32, Range<usize>)]) -> Option<ObjectId> {
    let [(_, row)] = rows else { return None };
    let id = text.get(row.clone())?.trim_ascii().strip_prefix(b"Subproject commit ")?;
    ObjectId::from_hex(id.strip_suffix(b"-dirty").unwrap_or(id))
}
