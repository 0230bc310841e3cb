//! What added lines may hold. Lines that were there before, or only moved, are never judged.

pub mod bidi;
pub mod conflict_marker;
pub mod debug_leftover;
mod hollow;
pub mod invisible_unicode;
pub mod pattern;
pub mod placeholder;
pub mod secret;
pub mod suppression;

use std::cell::OnceCell;

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Context;
use crate::analyze::classify::Classes;
use crate::analyze::code_lines::Class;
use crate::analyze::markers::{Marker, Place};
use crate::analyze::scan::{self, Hit, Table};
use crate::model::change::Change;
use crate::model::globs::Globs;
use crate::model::lines::{Line, LineDiff};
use crate::model::path::RepoPath;

/// For rules whose only option is where not to look.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExcludeOptions {
    /// Globs of paths the rule leaves alone.
    #[serde(default)]
    pub exclude: Vec<String>,
}

impl ExcludeOptions {
    fn prepare(&self) -> Result<Globs, String> {
        Globs::of(&self.exclude).map_err(|error| error.to_string())
    }
}

/// The changes with added lines of text.
fn with_added<'a>(cx: &Context<'a>) -> impl Iterator<Item = (usize, &'a Change, &'a LineDiff)> {
    let facts = cx.facts;
    cx.changes().filter(|(_, change)| change.new.is_some_and(|side| side.mode.is_regular())).filter_map(
        move |(index, change)| {
            let diff = facts.text_lines(index).filter(|diff| !diff.added.is_empty())?;
            Some((index, change, diff))
        },
    )
}

/// Code nobody here wrote line by line.
fn foreign(classes: Classes) -> bool {
    classes.generated || classes.vendored || classes.lock_file || classes.snapshot
}

/// The text of every deleted line of the change, white space at both ends aside: what is among them was moved, not added.
#[derive(Default)]
struct Deleted<'a> {
    lines: OnceCell<FxHashSet<&'a [u8]>>,
}

impl<'a> Deleted<'a> {
    fn holds(&self, cx: &Context<'a>, line: &[u8]) -> bool {
        let facts = cx.facts;
        let collect = || {
            let deleted = cx.changes().filter_map(|(index, _)| facts.text_lines(index));
            deleted.flat_map(|diff| diff.deleted.iter().map(|line| line.text.trim_ascii())).collect()
        };
        self.lines.get_or_init(collect).contains(line.trim_ascii())
    }
}

/// A marker's pattern on an added line, in the place it needs.
struct Mark<'a> {
    marker: &'static Marker,
    entry: usize,
    row: usize,
    line: Line<'a>,
    start: usize,
    end: usize,
    /// What its first group matched.
    codes: Option<&'a [u8]>,
}

/// The marks of one table in one file.
fn marks<'a>(
    cx: &Context<'a>,
    index: usize,
    diff: &'a LineDiff,
    table: Table,
    markers: &'static [Marker],
) -> Vec<Mark<'a>> {
    let facts = cx.facts;
    let Some(hits) = facts.hits(index) else { return Vec::new() };
    let language = facts.language(index);
    let mut found: Vec<Mark<'a>> = Vec::new();
    for hit in hits.in_table(table) {
        let Some(marker) = markers.get(hit.entry) else { continue };
        let known = language.is_some_and(|language| marker.languages.contains(&language));
        if !marker.languages.is_empty() && !known {
            continue;
        }
        let Some((line, _)) = diff.added.at(hit.row) else { continue };
        let Some((start, end, codes)) = match_at(marker, hit, line.text) else { continue };
        if in_place(marker, facts.class_at(index, hit.row, first_word(line.text, start)), line.text, language.is_some())
        {
            found.push(Mark { marker, entry: hit.entry, row: hit.row, line, start, end, codes });
        }
    }
    found
}

/// Where the first match lies in the line.
fn match_at<'a>(marker: &Marker, hit: &Hit, line: &'a [u8]) -> Option<(usize, usize, Option<&'a [u8]>)> {
    let (part, offset) = scan::window(line, &hit.range);
    let captures = marker.pattern.get()?.captures(part)?;
    let whole = captures.get(0)?;
    let codes = captures.get(1).map(|group| group.as_bytes());
    Some((offset + whole.start(), offset + whole.end(), codes))
}

/// The first letter or digit from `start` on: the signs before it may be code around a comment (`{/* … */}`).
fn first_word(line: &[u8], start: usize) -> usize {
    let rest = line.get(start..).unwrap_or_default();
    start + rest.iter().position(u8::is_ascii_alphanumeric).unwrap_or(0)
}

/// Does the mark stand where it means something? In doubt a mark in code does not count, and one in a comment counts if
/// the line looks like one.
fn in_place(marker: &Marker, class: Option<Class>, line: &[u8], known_language: bool) -> bool {
    match (marker.place, class) {
        (Place::Code, class) => class == Some(Class::Code),
        (Place::Comment, Some(class)) => class == Class::Comment,
        (Place::Comment, None) => {
            let signs: &[&[u8]] =
                if known_language { &[b"//", b"/*", b"{/*", b"#", b"<!--"] } else { &[b"//", b"/*", b"<!--"] };
            signs.iter().any(|sign| line.trim_ascii_start().starts_with(sign))
        }
    }
}

/// Where a Rust file's `#[cfg(test)]` module starts, worked out when first asked for. Test modules close their files.
#[derive(Default)]
struct TestModule {
    start: OnceCell<Option<usize>>,
}

impl TestModule {
    fn holds(&self, diff: &LineDiff, row: usize) -> bool {
        let start = *self.start.get_or_init(|| test_module(diff.added.source()));
        start.zip(diff.added.at(row)).is_some_and(|(start, (_, line))| line > start)
    }
}

/// Where a Rust text's test module starts.
pub(in crate::rules) fn test_module(text: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(text, b"#[cfg(test)]").take(100).find(|at| {
        let after = text.get(at + 12..).unwrap_or_default();
        let mut lines = after.split(|byte| *byte == b'\n').take(20).map(<[u8]>::trim_ascii);
        let next = lines.find(|line| !line.is_empty() && !line.starts_with(b"#[") && !line.starts_with(b"//"));
        let head = next.map(|line| line.strip_prefix(b"pub ").or(line.strip_prefix(b"pub(crate) ")).unwrap_or(line));
        head.is_some_and(|line| line.starts_with(b"mod ") && line.ends_with(b"{"))
    })
}

/// A path that came to be with this change: added, or the new name of a moved file.
fn is_new(change: &Change) -> bool {
    change.old.is_none() && change.new.is_some()
}

/// A directory or the file's stem is one of these words.
pub(in crate::rules) fn has_component(path: &RepoPath, words: &[&str]) -> bool {
    path.components().any(|part| {
        let stem = part.split(|byte| *byte == b'.').next().unwrap_or_default();
        words.iter().any(|word| stem.eq_ignore_ascii_case(word.as_bytes()))
    })
}
