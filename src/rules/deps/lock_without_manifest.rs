//! A lock file says what no tool would write: another package behind the same version.
//!
//! Newer versions of what is required are the daily bread of lock files, and no finding. Nor is a requirement that only the
//! lock file states: in practice that makes up for an earlier change that forgot it.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::deps::gather::LockChange;
use crate::analyze::deps::lock::{Swap, swaps};
use crate::analyze::deps::{Reader, format_of};
use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{NarrowOptions, Prepared, line_of, shown, tell_gaps};

pub struct LockWithoutManifest;

/// The most names in one finding.
const MAX_NAMES: usize = 5;

impl Check for LockWithoutManifest {
    const META: Meta = Meta {
        id: "deps/lock-without-manifest",
        summary: "a lock file was changed in a way that no manifest accounts for",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/deps/lock-without-manifest.md"),
    };

    type Options = NarrowOptions;
    type Prepared = Prepared;

    fn prepare(options: NarrowOptions) -> Result<Prepared, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        tell_gaps(cx, prepared);
        let all = cx.facts.dependencies();
        for lock in &all.locks {
            let Some(change) = cx.set.changes.get(lock.index) else { continue };
            // A new lock file has nothing to differ from.
            if change.new.is_none() || change.old.is_none() || !prepared.takes_file(&change.path, lock.ecosystem) {
                continue;
            }
            let accounted = cx.changes().any(|(_, other)| {
                format_of(&other.path).is_some_and(|format| {
                    matches!(format.reader, Reader::Manifest(_)) && format.ecosystem.shares_names_with(lock.ecosystem)
                })
            });
            swapped(prepared, &change.path, lock, accounted, out);
        }
    }
}

/// Packages that keep their version and are not the same any more; for a merge, as against every parent.
fn swapped(prepared: &Prepared, path: &RepoPath, lock: &LockChange, accounted: bool, out: &mut Sink<'_>) {
    let mut olds = lock.olds.iter().map(|old| swaps(old, &lock.new));
    let mut found = olds.next().unwrap_or_default();
    for others in olds {
        let others: BTreeSet<_> = others.iter().map(key).collect();
        found.retain(|swap| others.contains(&key(swap)));
    }
    let mut moved: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut lines: BTreeMap<(String, String), u32> = BTreeMap::new();
    for swap in found {
        match swap {
            Swap::Hash { old, new, package } if !prepared.allows(lock.ecosystem, &package.name) => {
                let what = if new.algorithm == "commit" { "commit" } else { "checksum" };
                let message = format!(
                    "{} {} keeps its version and has another {what}",
                    shown(&package.name),
                    shown(&package.version)
                );
                let (line, mark) = line_of(&lock.new_text, package.line, &package.name);
                out.added_line(path, line, mark, message)
                    .key(format!("{}\0{}", package.name, package.version).as_bytes())
                    .note(format!("before {}, now {}", shown(&old.value), shown(&new.value)))
                    .help("let the tool write the lock file; if it insists, find out what was published anew, and why")
                    .emit();
            }
            // A manifest that sends packages elsewhere is `deps/source-changed`.
            Swap::Origin { old, package } if !accounted && !prepared.allows(lock.ecosystem, &package.name) => {
                let Some(origin) = &package.origin else { continue };
                let key = (old, origin.clone());
                lines.entry(key.clone()).or_insert(package.line);
                moved.entry(key).or_default().push(package.name);
            }
            _ => {}
        }
    }
    for ((old, new), names) in moved {
        if prepared.allows(lock.ecosystem, &new) {
            continue;
        }
        let message = format!("{} now from {} instead of {}", list(&names), shown(&new), shown(&old));
        let line = lines.get(&(old, new)).copied().unwrap_or(1);
        let (line, mark) = line_of(&lock.new_text, line, names.first().map(String::as_str).unwrap_or_default());
        out.added_line(path, line, mark, message)
            .help("let the tool write the lock file, or say in the manifest where packages come from")
            .emit();
    }
}

fn key(swap: &Swap) -> (String, String) {
    let (Swap::Hash { package, .. } | Swap::Origin { package, .. }) = swap;
    (package.name.clone(), package.version.clone())
}

fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_NAMES).map(|name| shown(name)).collect();
    let verb = if names.len() == 1 { "comes" } else { "come" };
    match names.len().saturating_sub(MAX_NAMES) {
        0 => format!("{} {verb}", shown.join(", ")),
        more => format!("{} and {more} more {verb}", shown.join(", ")),
    }
}
