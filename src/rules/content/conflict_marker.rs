//! A merge conflict was committed unresolved.

use crate::analyze::code_lines::Class;
use crate::analyze::fences;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::lines::{Line, LineDiff};
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{ExcludeOptions, with_added};

pub struct ConflictMarker;

impl Check for ConflictMarker {
    const META: Meta = Meta {
        id: "content/conflict-marker",
        summary: "a merge conflict was left unresolved",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/conflict-marker.md"),
    };

    type Options = ExcludeOptions;
    type Prepared = Globs;

    fn prepare(options: ExcludeOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, exclude: &Globs, out: &mut Sink<'_>) {
        for (index, change, diff) in with_added(cx) {
            if exclude.is_match(&change.path) {
                continue;
            }
            let classes = cx.facts.classes(index);
            let conflicts = conflicts(diff, classes.document || classes.test);
            let examples = if conflicts.is_empty() || !fences::is_markdown(&change.path) {
                Vec::new()
            } else {
                fences::code_blocks(diff.added.source())
            };
            for conflict in conflicts {
                let Some((line, start)) = diff.added.at(conflict.row) else { continue };
                if examples.iter().any(|block| block.contains(&start)) {
                    continue;
                }
                let in_string = cx.facts.class_at(index, conflict.row, 0) == Some(Class::String);
                if classes.test && in_string {
                    continue;
                }
                let message = match conflict.kind {
                    Kind::Whole { end } => format!("an unresolved merge conflict, up to line {end}"),
                    Kind::Opening => "the start of a merge conflict".to_owned(),
                    Kind::Closing => "the end of a merge conflict".to_owned(),
                };
                let mut draft = out
                    .added_line(&change.path, line, Some((0, line.text.len())), message)
                    .help("resolve the conflict and take the markers out")
                    .key(b"conflict");
                // An example in a document or a test's data looks just the same.
                if classes.document || classes.test || in_string {
                    draft = draft.at_most(Level::Warn);
                }
                draft.emit();
            }
        }
    }
}

struct Conflict {
    row: usize,
    kind: Kind,
}

enum Kind {
    /// All three markers; `end` is the closing one's line number.
    Whole {
        end: u32,
    },
    Opening,
    Closing,
}

/// The sign a line consists of or starts with, seven times and no more, as git writes it.
fn marker(line: Line<'_>) -> Option<(u8, bool)> {
    let text = line.text.strip_suffix(b"\r").unwrap_or(line.text);
    let sign = *text.first().filter(|byte| b"<|=>".contains(byte))?;
    let count = text.iter().take_while(|byte| **byte == sign).count();
    let label = text.get(7..).unwrap_or_default();
    let labelled = label.first() == Some(&b' ') && label.get(1).is_some_and(|byte| !byte.is_ascii_whitespace());
    (count == 7 && (label.is_empty() || labelled)).then_some((sign, labelled))
}

/// The conflicts among the added lines. `only_whole`: a marker alone proves nothing here.
fn conflicts(diff: &LineDiff, only_whole: bool) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut divided = false;
    for (row, line) in diff.added.iter().enumerate() {
        match marker(line) {
            // Git always names the side.
            Some((b'<', true)) => {
                if let Some(row) = open.filter(|_| !only_whole) {
                    found.push(Conflict { row, kind: Kind::Opening });
                }
                open = Some(row);
                divided = false;
            }
            Some((b'=', false)) => divided = true,
            Some((b'>', true)) => {
                match open.take() {
                    Some(row) if divided => found.push(Conflict { row, kind: Kind::Whole { end: line.number } }),
                    None if divided && !only_whole => found.push(Conflict { row, kind: Kind::Closing }),
                    _ => {}
                }
                divided = false;
            }
            _ => {}
        }
    }
    if let Some(row) = open.filter(|_| !only_whole) {
        found.push(Conflict { row, kind: Kind::Opening });
    }
    found
}
