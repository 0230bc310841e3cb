//! Many recorded expectations were rewritten at once.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::snapshots::{self, Rewritten};
use crate::model::change::{Change, Engine};
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct SnapshotBulk;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// So many snapshots may be rewritten: files, their named parts, and snapshots inside test code.
    pub snapshots: usize,
    /// So many recorded lines may be replaced in all.
    pub lines: usize,
    /// Globs of paths the rule leaves alone.
    pub exclude: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { snapshots: 20, lines: 400, exclude: Vec::new() }
    }
}

/// [`Options`], compiled.
pub struct Prepared {
    snapshots: usize,
    lines: usize,
    exclude: Globs,
}

impl Check for SnapshotBulk {
    const META: Meta = Meta {
        id: "tests/snapshot-bulk",
        summary: "many snapshots or golden files are rewritten at once",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/snapshot-bulk.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        let exclude = Globs::of(&options.exclude).map_err(|error| error.to_string())?;
        Ok(Prepared { snapshots: options.snapshots, lines: options.lines, exclude })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let mut found: Vec<(Rewritten, &Change)> = Vec::new();
        for (index, change) in cx.changes().filter(|(_, change)| !prepared.exclude.is_match(&change.path)) {
            let rewritten = rewritten(cx, index, change);
            if rewritten.snapshots > 0 {
                found.push((rewritten, change));
            }
        }
        let count: usize = found.iter().map(|(rewritten, _)| rewritten.snapshots).sum();
        let lines: usize = found.iter().map(|(rewritten, _)| rewritten.lines).sum();
        if count <= prepared.snapshots && lines <= prepared.lines {
            return;
        }
        found.sort_by(|a, b| (b.0.lines, &a.1.path).cmp(&(a.0.lines, &b.1.path)));
        let most = found.iter().take(3).map(|(part, change)| format!("{} lines of `{}`", part.lines, change.path));
        let noun = if count == 1 { "snapshot is" } else { "snapshots are" };
        let rows = if lines == 1 { "line" } else { "lines" };
        let limits = format!("more than the {} snapshots or {} lines allowed", prepared.snapshots, prepared.lines);
        let mut finding = out
            .change(format!("{count} {noun} rewritten, {lines} recorded {rows} in all"))
            .note(limits)
            .note(format!("most: {}", most.collect::<Vec<_>>().join(", ")));
        if is_alone(cx) {
            finding = finding.note("nothing that could account for it is changed: no source, no test, no dependency");
        }
        finding
            .help("read what the snapshots say now, and rewrite those alone that the change is meant to alter")
            .emit();
    }
}

fn rewritten(cx: &Context<'_>, index: usize, change: &Change) -> Rewritten {
    let both = change.new.is_some_and(|side| side.mode.is_regular())
        && (change.old.is_some() || cx.facts.renames().of_new(index).is_some())
        && !change.is_mode_only();
    let snapshot = snapshots::is_snapshot(&change.path);
    // The hunks of a combined diff are not aligned with its lines, and a patch does not show where a literal starts.
    let inline = cx.facts.classes(index).code && !cx.set.merge && cx.set.engine != Engine::Patch;
    if !both || !snapshot && !inline {
        return Rewritten::default();
    }
    match cx.facts.lines(index) {
        Some(diff) if snapshot => snapshots::in_file(diff),
        Some(diff) if !diff.deleted.is_empty() && !diff.binary => snapshots::inline(diff),
        Some(_) | None => Rewritten::default(),
    }
}

/// Do snapshots and documents alone change?
fn is_alone(cx: &Context<'_>) -> bool {
    cx.changes().all(|(index, change)| snapshots::is_snapshot(&change.path) || cx.facts.classes(index).document)
}
