//! Counting lines against a bound: those people write, with generated and vendored files apart.

use crate::analyze::derived::Derived;
use crate::analyze::layout::{Nature, Natures};
use crate::model::finding::Level;
use crate::model::lines::LineDiff;
use crate::rules::{Context, Draft, Sink};

use super::Bound;

/// Options of the bounds on lines.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LineOptions {
    /// `apart`: lines of generated, vendored and lock files are told of and not counted. `count`: all lines count.
    pub(super) generated: Generated,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Generated {
    #[default]
    Apart,
    Count,
}

/// Which lines a rule counts.
pub(super) struct Side {
    pub(super) lines: fn(&LineDiff) -> usize,
    pub(super) natures: fn(&Natures) -> &[Nature],
    /// `added`, `deleted`.
    pub(super) verb: &'static str,
    pub(super) help: &'static str,
}

/// One file with lines of the side.
struct Counted<'a> {
    lines: u64,
    index: usize,
    path: String,
    derived: Option<&'a Derived>,
}

pub(super) fn check(cx: &Context<'_>, bound: &Bound<'_>, options: &LineOptions, side: &Side, out: &mut Sink<'_>) {
    let limit = bound.limit.value;
    let mut files = count(cx, bound, side);
    // What is generated is looked for only where it can make a difference.
    if total(&files, |_| true) <= limit {
        return;
    }
    if options.generated == Generated::Apart {
        for file in &mut files {
            file.derived = cx.facts.derived(file.index);
        }
    }
    let counted = total(&files, |file| file.derived.is_none());
    let apart = note_apart(&files);
    if let Some(draft) = bound.passed(out, counted, ("line", "lines", side.verb)) {
        let mut draft = draft.note(most(&files, |file| file.derived.is_none()));
        for note in moved(cx, &files, side).into_iter().chain(apart).chain(doubt(cx, options)) {
            draft = draft.note(note);
        }
        draft.help(side.help).emit();
        return;
    }
    // A file that is excused must not carry a change of any size past the reader. A lock file is long by nature.
    let long = total(&files, |file| file.derived.is_some_and(|derived| *derived != Derived::LockFile));
    if let Some(draft) = bound.passed(out, long, ("line", "lines", side.verb)) {
        let draft = draft.note("they are in generated or vendored files, which the bound does not count");
        let draft = apart.into_iter().fold(draft, Draft::note);
        let help = "look at who made them: a generator's output is no place for code written by hand";
        draft.at_most(Level::Warn).help(help).emit();
    }
}

fn count<'a>(cx: &Context<'a>, bound: &Bound<'a>, side: &Side) -> Vec<Counted<'a>> {
    let covered = cx.changes().filter(|(index, _)| bound.covers(cx, *index));
    let counted = covered.filter_map(|(index, change)| {
        let lines = (side.lines)(cx.facts.lines(index)?) as u64;
        Some(Counted { lines, index, path: change.path.to_string(), derived: None })
    });
    let mut files: Vec<_> = counted.filter(|file| file.lines > 0).collect();
    files.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.path.cmp(&b.path)));
    files
}

fn total(files: &[Counted<'_>], which: impl Fn(&Counted<'_>) -> bool) -> u64 {
    files.iter().filter(|file| which(file)).map(|file| file.lines).sum()
}

fn most(files: &[Counted<'_>], which: impl Fn(&Counted<'_>) -> bool) -> String {
    let first = files.iter().filter(|file| which(file)).take(3);
    let most: Vec<String> = first.map(|file| format!("{} in `{}`", file.lines, file.path)).collect();
    format!("most: {}", most.join(", "))
}

/// What was not counted, and why the largest of it was not.
fn note_apart(files: &[Counted<'_>]) -> Option<String> {
    let apart: Vec<_> = files.iter().filter_map(|file| Some((file, file.derived?))).collect();
    let (first, why) = apart.first()?;
    let lines: u64 = apart.iter().map(|(file, _)| file.lines).sum();
    let (noun, files) = if apart.len() == 1 { ("file", 1) } else { ("files", apart.len()) };
    Some(format!(
        "not counted: {lines} in {files} generated, vendored or lock {noun}; most, {}, in `{}` ({why})",
        first.lines, first.path
    ))
}

/// Lines that only moved still count: they have to be read. But they are read faster.
fn moved(cx: &Context<'_>, files: &[Counted<'_>], side: &Side) -> Option<String> {
    let natures = files.iter().filter(|file| file.derived.is_none()).filter_map(|file| cx.facts.natures(file.index));
    let moved = natures.flat_map(|natures| (side.natures)(natures)).filter(|nature| **nature == Nature::Moved).count();
    (moved > 0).then(|| format!("{moved} of them belong to blocks that moved as they were"))
}

fn doubt(cx: &Context<'_>, options: &LineOptions) -> Option<String> {
    let unknown = options.generated == Generated::Apart && cx.facts.attributes().is_partly_unknown();
    unknown.then(|| "what `.gitattributes` said of generated files before the change could not be read".to_owned())
}
