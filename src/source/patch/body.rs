//! The files of a diff and their hunks.

use std::ops::Range;

use super::header::Header;
use super::{Line, Lines, PatchError, binary, mail, name};
use crate::model::lines::Hunk;
use crate::model::object::Mode;
use crate::model::path::RepoPath;

/// The most added and deleted lines of one patch: some 40 bytes of memory go with each.
const MAX_CHANGED_LINES: usize = 8_000_000;

/// Where a diff ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    End,
    NextMail,
}

/// One file of a diff.
#[derive(Debug)]
pub(super) struct File {
    /// Of its first line.
    pub(super) line: usize,
    pub(super) old: Option<(RepoPath, Mode)>,
    pub(super) new: Option<(RepoPath, Mode)>,
    /// Percent of content kept, for a rename.
    pub(super) renamed: Option<u8>,
    pub(super) body: Body,
}

/// What changes in a file.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one diff, not a state")]
pub(super) struct Body {
    /// 1-based numbers, with byte ranges into the patch.
    pub(super) deleted: Vec<(u32, Range<usize>)>,
    pub(super) added: Vec<(u32, Range<usize>)>,
    pub(super) hunks: Vec<Hunk>,
    pub(super) context: bool,
    /// The last line of a side has no line feed; nothing can follow it.
    pub(super) old_ended: bool,
    pub(super) new_ended: bool,
    pub(super) binary: Option<binary::Sizes>,
    /// The one hunk says `-0,0` (or `+0,0`): that side is empty or does not exist.
    no_old: bool,
    no_new: bool,
}

/// Reads all files up to the end.
pub(super) fn files(lines: &mut Lines<'_>, until: Until) -> Result<Vec<File>, PatchError> {
    let mut files: Vec<File> = Vec::new();
    let mut changed = 0;
    while let Some(line) = lines.peek() {
        if until == Until::NextMail && mail::starts_here(lines) {
            break;
        }
        let text = line.trimmed();
        let file = if text.starts_with(b"diff --git ") {
            git_file(lines)?
        } else if text.starts_with(b"diff --cc ") || text.starts_with(b"diff --combined ") {
            return Err(line.error("the combined diff of a merge; make a patch against one parent"));
        } else if at_markers(lines) {
            plain_file(lines)?
        } else if text.starts_with(b"@@ -") || text == b"GIT binary patch" {
            return Err(line.error("a hunk without a file"));
        } else if until == Until::End && is_unnamed_change(text) {
            return Err(line.error(format!("a change that the patch does not carry: {}", line.shown())));
        } else {
            lines.next();
            continue;
        };
        changed += file.body.added.len() + file.body.deleted.len();
        if changed > MAX_CHANGED_LINES {
            return Err(line.error(format!("more than {MAX_CHANGED_LINES} changed lines")));
        }
        files.push(file);
    }
    Ok(files)
}

/// `--- NAME` and `+++ NAME` follow.
fn at_markers(lines: &Lines<'_>) -> bool {
    lines.peek().is_some_and(|line| line.text.starts_with(b"--- "))
        && lines.peek_second().is_some_and(|line| line.text.starts_with(b"+++ "))
}

/// Lines by which `diff -r` and `git diff --submodule=log` stand for changes they leave out.
fn is_unnamed_change(text: &[u8]) -> bool {
    let differs = text.ends_with(b" differ") && (text.starts_with(b"Binary files ") || text.starts_with(b"Files "));
    let submodule = text.strip_prefix(b"Submodule ").is_some_and(|rest| {
        rest.split(|byte| *byte == b' ').nth(1).is_some_and(|ids| {
            memchr::memmem::find(ids, b"..").is_some_and(|at| at >= 7 && ids[..at].iter().all(u8::is_ascii_hexdigit))
        })
    });
    differs || submodule || (text.starts_with(b"Only in ") && memchr::memmem::find(text, b": ").is_some())
}

fn git_file(lines: &mut Lines<'_>) -> Result<File, PatchError> {
    let Some(first) = lines.next() else { return Err(ended(lines)) };
    let crlf = first.text.ends_with(b"\r");
    let mut header = Header::default();
    while let Some(line) = lines.peek() {
        if !header.read(line)? {
            break;
        }
        lines.next();
    }
    let mut body = Body::default();
    let mut markers = None;
    if at_markers(lines) {
        markers = Some(read_markers(lines)?);
        body = hunks(lines, crlf)?;
    } else if let Some(line) = lines.peek() {
        let text = line.trimmed();
        if text == b"GIT binary patch" {
            body.binary = Some(binary::read(lines)?);
        } else if text.starts_with(b"Binary files ") && text.ends_with(b" differ") {
            lines.next();
            body.binary = Some(binary::Sizes::default());
        } else if text.starts_with(b"@@ -") || text.starts_with(b"--- ") {
            return Err(line.error("a file whose `---` and `+++` lines are not there"));
        }
    }
    let same = || name::of_git_line(first.trimmed().strip_prefix(b"diff --git ").unwrap_or_default());
    let (old_marker, new_marker) = markers.map_or((None, None), |markers| (Some(markers.old), Some(markers.new)));
    let absent = |marker: &Option<name::Raw>| matches!(marker, Some(None));
    if (absent(&old_marker) && absent(&new_marker)) || (header.new_file && header.deleted_file) {
        return Err(first.error("a file that exists on no side"));
    }
    if let (Some(from), Some(to)) = (&header.rename_from, &header.rename_to) {
        let fits = |marker: &Option<name::Raw>, name: &[u8]| match marker {
            None => true,
            Some(None) => false,
            Some(Some(marker)) => marker.as_slice() == name || marker.ends_with(&[b"/", name].concat()),
        };
        if !fits(&old_marker, from) || !fits(&new_marker, to) || from == to {
            return Err(first.error("a rename whose names do not agree"));
        }
        let old = Some((checked(first, from)?, header.old_mode.unwrap_or(Mode::File)));
        let new = Some((checked(first, to)?, header.new_mode.or(header.old_mode).unwrap_or(Mode::File)));
        let kept = header.similarity.unwrap_or(if body.hunks.is_empty() { 100 } else { 0 });
        return Ok(File { line: first.number, old, new, renamed: Some(kept), body });
    }
    if header.rename_from.is_some() || header.rename_to.is_some() {
        return Err(first.error("half a rename"));
    }
    let found = match (old_marker.clone().flatten(), new_marker.clone().flatten()) {
        (Some(old), Some(new)) => name::common(&old, &new).map(<[u8]>::to_vec),
        (Some(old), None) => same().or_else(|| Some(name::single(&old, b"a/").to_vec())),
        (None, Some(new)) => same().or_else(|| Some(name::single(&new, b"b/").to_vec())),
        (None, None) => same(),
    };
    let Some(found) = found else {
        return Err(first.error("two different names, and no rename that says so"));
    };
    let path = checked(first, &found)?;
    let new_file = header.new_file || absent(&old_marker);
    let deleted_file = header.deleted_file || absent(&new_marker);
    let contradicts = (header.new_file && old_marker.is_some_and(|marker| marker.is_some()))
        || (header.deleted_file && new_marker.is_some_and(|marker| marker.is_some()));
    if contradicts {
        return Err(first.error("a header and names that do not agree on what existed"));
    }
    let old_mode = header.old_mode.or(header.new_mode).unwrap_or(Mode::File);
    let new_mode = header.new_mode.or(header.old_mode).unwrap_or(Mode::File);
    finish(first, (!new_file).then(|| (path.clone(), old_mode)), (!deleted_file).then_some((path, new_mode)), body)
}

fn plain_file(lines: &mut Lines<'_>) -> Result<File, PatchError> {
    let Some(first) = lines.peek() else { return Err(ended(lines)) };
    let crlf = first.text.ends_with(b"\r");
    let markers = read_markers(lines)?;
    let body = hunks(lines, crlf)?;
    let found = match (&markers.old, &markers.new) {
        (Some(old), Some(new)) => name::common(old, new),
        (Some(old), None) => Some(name::single(old, b"a/")),
        (None, Some(new)) => Some(name::single(new, b"b/")),
        (None, None) => return Err(first.error("a file that exists on no side")),
    };
    let Some(found) = found else {
        return Err(first.error("two different names, so it cannot be told which file this changes"));
    };
    let path = checked(first, found)?;
    let old = markers.old.is_some() && !markers.old_epoch && !body.no_old;
    let new = markers.new.is_some() && !markers.new_epoch && !body.no_new;
    finish(first, old.then(|| (path.clone(), Mode::File)), new.then_some((path, Mode::File)), body)
}

/// The last checks that need the body.
fn finish(
    first: Line<'_>,
    old: Option<(RepoPath, Mode)>,
    new: Option<(RepoPath, Mode)>,
    body: Body,
) -> Result<File, PatchError> {
    if old.is_none() && (body.context || !body.deleted.is_empty()) {
        return Err(first.error("a new file with lines it had before"));
    }
    if new.is_none() && (body.context || !body.added.is_empty()) {
        return Err(first.error("a deleted file with lines that stay"));
    }
    Ok(File { line: first.number, old, new, renamed: None, body })
}

fn checked(line: Line<'_>, name: &[u8]) -> Result<RepoPath, PatchError> {
    name::path(name).map_err(|reason| line.error(reason))
}

struct Markers {
    old: name::Raw,
    old_epoch: bool,
    new: name::Raw,
    new_epoch: bool,
}

fn read_markers(lines: &mut Lines<'_>) -> Result<Markers, PatchError> {
    let mut marker = |prefix: &[u8]| {
        let Some(line) = lines.next() else { return Err(ended(lines)) };
        let name = line.trimmed().strip_prefix(prefix).and_then(name::of_marker);
        name.ok_or_else(|| line.error("a name whose quotes do not close"))
    };
    let (old, old_epoch) = marker(b"--- ")?;
    let (new, new_epoch) = marker(b"+++ ")?;
    Ok(Markers { old, old_epoch, new, new_epoch })
}

fn ended(lines: &Lines<'_>) -> PatchError {
    PatchError { line: lines.taken, reason: "the patch ends within a file".to_owned() }
}

/// Reads the hunks of one file, at least one.
fn hunks(lines: &mut Lines<'_>, crlf: bool) -> Result<Body, PatchError> {
    let mut body = Body::default();
    let mut count = 0;
    let mut last = Hunk { old: 0..0, new: 0..0 };
    while let Some(line) = lines.peek().filter(|line| line.text.starts_with(b"@@ ")) {
        lines.next();
        let range = parse_range(line.trimmed()).ok_or_else(|| line.error("a hunk header that cannot be read"))?;
        count += 1;
        let gaps = (range.old.start.checked_sub(last.old.end), range.new.start.checked_sub(last.new.end));
        if gaps.0.is_none() || gaps.0 != gaps.1 {
            return Err(line.error("a hunk that does not start where the hunks before it leave it"));
        }
        body.no_old = count == 1 && range.old == (0..0);
        body.no_new = count == 1 && range.new == (0..0);
        hunk(lines, line, &range, crlf, &mut body)?;
        last = range;
        if let Some(extra) = lines.peek() {
            let signature = matches!(extra.trimmed(), b"-- " | b"--");
            if matches!(extra.text.first(), Some(b' ' | b'+' | b'-')) && !signature && !at_markers(lines) {
                return Err(extra.error("a line beyond the counts of its hunk"));
            }
        }
    }
    if count == 0 {
        let line = lines.taken;
        return Err(PatchError { line, reason: "a file without hunks: the patch leaves out what changes".to_owned() });
    }
    Ok(body)
}

/// `@@ -a,b +c,d @@`, as 0-based half-open ranges.
fn parse_range(text: &[u8]) -> Option<Hunk> {
    let text = text.strip_prefix(b"@@ -")?;
    let end = memchr::memmem::find(text, b" @@")?;
    let mut sides = text[..end].split(|byte| *byte == b' ');
    let (old, new) = (sides.next()?, sides.next()?.strip_prefix(b"+")?);
    let hunk = Hunk { old: side_range(old)?, new: side_range(new)? };
    (sides.next().is_none() && !(hunk.old.is_empty() && hunk.new.is_empty())).then_some(hunk)
}

fn side_range(text: &[u8]) -> Option<Range<u32>> {
    let text = std::str::from_utf8(text).ok().filter(|text| !text.contains('+'))?;
    let (start, count) = match text.split_once(',') {
        Some((start, count)) => (start.parse::<u32>().ok()?, count.parse::<u32>().ok()?),
        None => (text.parse::<u32>().ok()?, 1),
    };
    // Without lines the number is that of the line before.
    let start = if count == 0 { start } else { start.checked_sub(1)? };
    Some(start..start.checked_add(count)?)
}

/// Reads the lines of one hunk.
fn hunk(lines: &mut Lines<'_>, header: Line<'_>, range: &Hunk, crlf: bool, body: &mut Body) -> Result<(), PatchError> {
    let (mut old, mut new) = (range.old.start, range.new.start);
    let mut run: Option<Hunk> = None;
    let mut last = b' ';
    while old < range.old.end || new < range.new.end {
        let Some(line) = lines.next() else {
            return Err(header.error("a hunk that is shorter than its counts"));
        };
        let content =
            line.start + 1..line.start + line.text.len().max(1) - usize::from(crlf && line.text.ends_with(b"\r"));
        let kind = match line.text {
            // Some tools drop the blank of an empty line.
            b"" | b"\r" => b' ',
            text => text[0],
        };
        let (takes_old, takes_new) = (matches!(kind, b' ' | b'-'), matches!(kind, b' ' | b'+'));
        if kind == b'\\' {
            end_of_file(body, last);
            continue;
        }
        if !takes_old && !takes_new {
            return Err(line.error("a line that belongs to no hunk, where the counts say one goes on"));
        }
        if (takes_old && old == range.old.end) || (takes_new && new == range.new.end) {
            return Err(line.error("a hunk that is longer than its counts"));
        }
        if (takes_old && body.old_ended) || (takes_new && body.new_ended) {
            return Err(line.error("a line after the end of the file"));
        }
        run.get_or_insert(Hunk { old: old..old, new: new..new });
        old += u32::from(takes_old);
        new += u32::from(takes_new);
        match kind {
            b'-' => body.deleted.push((old, content)),
            b'+' => body.added.push((new, content)),
            _ => {
                body.context = true;
                close(body, run.take());
            }
        }
        if let Some(here) = run.as_mut() {
            here.old.end = old;
            here.new.end = new;
        }
        last = kind;
    }
    close(body, run);
    if lines.peek().is_some_and(|line| line.text.starts_with(b"\\ ")) {
        lines.next();
        end_of_file(body, last);
    }
    Ok(())
}

fn close(body: &mut Body, run: Option<Hunk>) {
    body.hunks.extend(run.filter(|run| !run.old.is_empty() || !run.new.is_empty()));
}

/// `\ No newline at end of file` is about the line before it.
fn end_of_file(body: &mut Body, last: u8) {
    body.old_ended |= matches!(last, b' ' | b'-');
    body.new_ended |= matches!(last, b' ' | b'+');
}
