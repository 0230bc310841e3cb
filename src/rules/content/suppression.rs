//! A checker was told to be silent.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::markers::{Marker, Purpose, SUPPRESSIONS, purpose};
use crate::analyze::scan::{self, Table};
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{Deleted, Mark, foreign, marks, match_at, with_added};

pub struct Suppression;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Forms (`noqa`) and codes (`E501`, `clippy::too_many_lines`) that may be suppressed; `*` at the end stands for any
    /// rest.
    pub allow: Vec<String>,
    /// A suppression that gives a reason on its line is no finding.
    pub reason_suffices: bool,
    /// Globs of paths the rule leaves alone.
    pub exclude: Vec<String>,
}

/// [`Options`], compiled.
pub struct Prepared {
    allow: Vec<String>,
    reason_suffices: bool,
    exclude: Globs,
}

impl Check for Suppression {
    const META: Meta = Meta {
        id: "content/suppression",
        summary: "an added line silences a linter, a type checker or a coverage tool",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/suppression.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        Ok(Prepared {
            allow: options.allow,
            reason_suffices: options.reason_suffices,
            exclude: Globs::of(&options.exclude).map_err(|error| error.to_string())?,
        })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let deleted = Deleted::default();
        let mut gone: Option<Tally> = None;
        for (index, change, diff) in with_added(cx) {
            if prepared.exclude.is_match(&change.path) || foreign(cx.facts.classes(index)) {
                continue;
            }
            let found = marks(cx, index, diff, Table::Suppression, &SUPPRESSIONS);
            if found.is_empty() {
                continue;
            }
            let gone = gone.get_or_insert_with(|| suppressions_gone(cx));
            // An edited line keeps the suppression it had; a moved one is not new.
            let mut fresh = Vec::new();
            for mark in found {
                let codes = codes(mark.codes);
                match gone.get_mut(&(mark.entry, codes.clone())).filter(|count| **count > 0) {
                    Some(count) => *count -= 1,
                    None => fresh.push((mark, codes)),
                }
            }
            // What is left of this file's old ones was put into other words by as many of the new.
            let mut lost = gone_from(cx, index, &fresh);
            for (mark, codes) in fresh {
                if lost.covers(mark.marker, codes.len()) {
                    continue;
                }
                if deleted.holds(cx, mark.line.text) || prepared.allows(mark.marker, &codes) {
                    continue;
                }
                let reasoned = has_reason(&mark);
                if prepared.reason_suffices && reasoned {
                    continue;
                }
                let message = match codes.as_slice() {
                    [] => format!("a check is silenced by `{}`", mark.marker.id),
                    codes => format!("`{}` silences {}", mark.marker.id, escaped(codes)),
                };
                let help = if reasoned {
                    "mend what the check complains of, or allow this code in the policy"
                } else {
                    "mend what the check complains of, or say on the line why it is wrong here"
                };
                out.added_line(&change.path, mark.line, Some((mark.start, mark.end)), message).help(help).emit();
            }
        }
    }
}

impl Prepared {
    /// Is the form allowed, or every code it names?
    fn allows(&self, marker: &Marker, codes: &[String]) -> bool {
        let listed = |name: &str| {
            self.allow.iter().any(|entry| match entry.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == entry,
            })
        };
        listed(marker.id) || !codes.is_empty() && codes.iter().all(|code| listed(code))
    }
}

/// Suppressions by form and codes, with how often each stands.
type Tally = FxHashMap<(usize, Vec<String>), usize>;

/// The codes in a suppression, sorted; without a reason that follows them.
fn codes(list: Option<&[u8]>) -> Vec<String> {
    let text = String::from_utf8_lossy(list.unwrap_or_default()).into_owned();
    let text = without_reason(text.split("--").next().unwrap_or_default());
    let separators = |c: char| c == ',' || c.is_whitespace() || c == '"';
    let mut codes: Vec<String> = text
        .split(separators)
        .map(|code| code.trim_matches('*').trim())
        .filter(|code| !code.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Rust gives the reason inside the list: `allow(dead_code, reason = "…")`.
fn without_reason(list: &str) -> &str {
    let at = list.match_indices("reason").map(|(at, word)| (at, at + word.len()));
    let mut at = at.filter(|(_, end)| list.get(*end..).is_some_and(|rest| rest.trim_start().starts_with('=')));
    at.next().and_then(|(start, _)| list.get(..start)).unwrap_or(list)
}

fn escaped(codes: &[String]) -> String {
    let shown: Vec<String> =
        codes.iter().take(5).map(|code| format!("`{}`", crate::model::escape::visible(code.as_bytes()))).collect();
    let more = if codes.len() > 5 { ", …" } else { "" };
    shown.join(", ") + more
}

/// The suppressions on the deleted lines of the change, with how often each was there. Of the whole change, because code
/// that moves to another file is often edited on the way.
fn suppressions_gone(cx: &Context<'_>) -> Tally {
    let mut gone = FxHashMap::default();
    let deleted = cx.changes().filter_map(|(index, _)| cx.facts.text_lines(index)).flat_map(|diff| diff.deleted.iter());
    tally(deleted.map(|line| line.text), &mut gone);
    gone
}

/// Counts the suppressions on some lines by form and codes.
fn tally<'a>(lines: impl Iterator<Item = &'a [u8]>, into: &mut Tally) {
    for line in lines {
        for hit in scan::entries_on(Table::Suppression, line) {
            let Some(marker) = SUPPRESSIONS.get(hit.entry) else { continue };
            if let Some((.., list)) = match_at(marker, &hit, line) {
                *into.entry((hit.entry, codes(list))).or_insert(0) += 1;
            }
        }
    }
}

/// What a file lost of one purpose: codes that were silenced by name, and suppressions that silenced everything.
#[derive(Clone, Copy, Default)]
struct Sum {
    codes: usize,
    blanket: usize,
}

/// What a file lost, by purpose: a type checker's suppression does not make room for a linter's.
#[derive(Default)]
struct Lost {
    sums: FxHashMap<Purpose, Sum>,
}

impl Lost {
    /// Takes what a new suppression needs; `false` where it silences more than was lost.
    fn covers(&mut self, marker: &Marker, codes: usize) -> bool {
        if marker.id == "ts-expect-error" {
            // It fails where there is nothing to silence, so that it never silences more than one code of another tool.
            return self.take(Purpose::Types, 1) || self.take(Purpose::Lint, 1);
        }
        self.take(purpose(marker.id), codes)
    }

    fn take(&mut self, purpose: Purpose, codes: usize) -> bool {
        let Some(sum) = self.sums.get_mut(&purpose) else { return false };
        if codes > 0 && sum.codes >= codes {
            sum.codes -= codes;
            return true;
        }
        let covered = sum.blanket > 0;
        sum.blanket -= usize::from(covered);
        covered
    }
}

/// The suppressions that a file lost, beside those that stand unchanged elsewhere in it.
fn gone_from(cx: &Context<'_>, index: usize, fresh: &[(Mark<'_>, Vec<String>)]) -> Lost {
    let mut lost = Lost::default();
    let Some(diff) = cx.facts.text_lines(index).filter(|_| !fresh.is_empty()) else { return lost };
    let (mut old, mut new) = (Tally::default(), Tally::default());
    tally(diff.deleted.iter().map(|line| line.text), &mut old);
    tally(diff.added.iter().map(|line| line.text), &mut new);
    #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
    for (key, count) in old {
        let gone = count.saturating_sub(new.get(&key).copied().unwrap_or(0));
        let Some(marker) = SUPPRESSIONS.get(key.0) else { continue };
        let sum = lost.sums.entry(purpose(marker.id)).or_default();
        match key.1.len() {
            0 => sum.blanket += gone,
            codes => sum.codes += gone * codes,
        }
    }
    lost
}

/// Does the line say why? Two words behind the suppression, or Rust's `reason = "…"`.
fn has_reason(mark: &Mark<'_>) -> bool {
    let after = mark.line.text.get(mark.end..).unwrap_or_default();
    let inside = mark.line.text.get(mark.start..mark.end).unwrap_or_default();
    if memchr::memmem::find(inside, b"reason").is_some() {
        return true;
    }
    let dashes = memchr::memmem::find(inside, b"--").and_then(|at| inside.get(at..)).unwrap_or_default();
    let words = |text: &[u8]| {
        text.split(|byte| !byte.is_ascii_alphanumeric())
            .filter(|word| word.len() > 1 && word.iter().any(u8::is_ascii_alphabetic))
            .count()
    };
    words(dashes) >= 2 || words(after) >= 2 && mark.marker.place == crate::analyze::markers::Place::Comment
}
