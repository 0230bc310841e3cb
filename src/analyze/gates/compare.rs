//! Which gates let more pass after a change than before it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Gates, Kind, Leave, Limit, Run, State, What};

/// A gate that lets more pass.
#[derive(Clone, Debug, PartialEq)]
pub enum Lowered {
    /// In the new state of the file `file`, at `line`.
    Limit {
        file: usize,
        line: u32,
        name: String,
        old: f64,
        new: f64,
        more_is_stricter: bool,
    },
    /// In the old state.
    LimitGone {
        file: usize,
        line: u32,
        name: String,
        old: f64,
    },
    /// In the new state.
    LeftOut {
        file: usize,
        line: u32,
        what: What,
        text: String,
    },
    RunLeavesOut {
        file: usize,
        line: u32,
        runner: String,
        text: String,
    },
    Tolerated {
        file: usize,
        line: u32,
        runner: String,
        off: bool,
    },
    /// In the old state.
    RunGone {
        file: usize,
        line: u32,
        runner: String,
    },
}

/// The two states of a changed file; a state that is not there has no gates.
pub struct Pair {
    pub old: Option<Gates>,
    pub new: Option<Gates>,
}

/// Compares all changed files at once: what moved from one to another is not gone.
pub fn compare(pairs: &[Pair]) -> Vec<Lowered> {
    let mut found = limits(pairs);
    found.extend(leaves(pairs));
    found.extend(tolerated(pairs));
    found.extend(narrowed(pairs));
    found.extend(gone(pairs));
    found
}

/// Unpaired limits of both states, by what they are called.
type ByName<'g> = FxHashMap<&'g str, (Vec<(usize, &'g Limit)>, Vec<(usize, &'g Limit)>)>;

fn limits(pairs: &[Pair]) -> Vec<Lowered> {
    let mut found = Vec::new();
    let mut left: ByName<'_> = FxHashMap::default();
    for (file, pair) in pairs.iter().enumerate() {
        let mut by_key: FxHashMap<&str, (Vec<&Limit>, Vec<&Limit>)> = FxHashMap::default();
        for limit in pair.old.iter().flat_map(|gates| &gates.limits) {
            by_key.entry(&limit.key).or_default().0.push(limit);
        }
        for limit in pair.new.iter().flat_map(|gates| &gates.limits) {
            by_key.entry(&limit.key).or_default().1.push(limit);
        }
        for (_, (mut old, mut new)) in sorted(by_key) {
            without_equal(&mut old, &mut new, |limit| limit.value);
            // Of many under one key, nobody can say which became which.
            if let ([before], [after]) = (old.as_slice(), new.as_slice()) {
                found.extend(lowered(file, before, after));
            } else if old.is_empty() != new.is_empty() {
                for limit in old.iter().chain(&new) {
                    let entry = left.entry(&limit.name).or_default();
                    if new.is_empty() { &mut entry.0 } else { &mut entry.1 }.push((file, limit));
                }
            }
        }
    }
    for (_, (mut old, mut new)) in sorted(left) {
        without_equal(&mut old, &mut new, |(_, limit)| limit.value);
        match (old.as_slice(), new.as_slice()) {
            ([(_, before)], [(file, after)]) => found.extend(lowered(*file, before, after)),
            (_, []) => {
                // A tool that came in its place may well set its own limit elsewhere.
                let kept = |file: usize| pairs.get(file).is_some_and(|pair| pair.new.is_some());
                let gone = old.iter().filter(|(file, limit)| kept(*file) && limit.more_is_stricter);
                found.extend(gone.filter_map(|(file, limit)| {
                    let old = limit.value.filter(|value| *value > 0.0)?;
                    Some(Lowered::LimitGone { file: *file, line: limit.line, name: limit.name.clone(), old })
                }));
            }
            _ => {}
        }
    }
    found
}

fn sorted<T>(map: FxHashMap<&str, T>) -> Vec<(&str, T)> {
    let mut list: Vec<_> = map.into_iter().collect();
    list.sort_by_key(|(key, _)| *key);
    list
}

/// Takes out of both lists what is in both.
fn without_equal<T, V: PartialEq>(old: &mut Vec<T>, new: &mut Vec<T>, value: impl Fn(&T) -> V) {
    old.retain(|before| match new.iter().position(|after| value(before) == value(after)) {
        Some(at) => {
            new.remove(at);
            false
        }
        None => true,
    });
}

fn lowered(file: usize, old: &Limit, new: &Limit) -> Option<Lowered> {
    let (before, after) = (old.value?, new.value?);
    let weaker = if new.more_is_stricter { after < before } else { after > before };
    // A negative limit counts what may be missing; it cannot be held against a share.
    let comparable = before.is_sign_negative() == after.is_sign_negative() || before == 0.0 || after == 0.0;
    // 0.8 and 80 may be one share.
    let is_share = |value: f64| value > 0.0 && value < 1.0;
    let same_unit = !(is_share(before) && after > 1.0 || is_share(after) && before > 1.0);
    (weaker && comparable && same_unit).then(|| Lowered::Limit {
        file,
        line: new.line,
        name: new.name.clone(),
        old: before,
        new: after,
        more_is_stricter: new.more_is_stricter,
    })
}

fn leaves(pairs: &[Pair]) -> Vec<Lowered> {
    let known: FxHashSet<&str> = pairs
        .iter()
        .filter_map(|pair| pair.old.as_ref())
        .flat_map(|gates| gates.leaves.iter().map(|leave| leave.text.as_str()))
        .collect();
    let mut found = Vec::new();
    for (file, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.old.is_some()) {
        for leave in pair.new.iter().flat_map(|gates| &gates.leaves) {
            let switched = leave.what == What::Failure && !had(pair, leave);
            if switched || leave.what != What::Failure && !known.contains(leave.text.as_str()) && !is_usual(leave) {
                found.push(Lowered::LeftOut {
                    file,
                    line: leave.line,
                    what: leave.what,
                    text: if switched { leave.key.clone() } else { leave.text.clone() },
                });
            }
        }
    }
    found
}

fn had(pair: &Pair, leave: &Leave) -> bool {
    pair.old.iter().flat_map(|gates| &gates.leaves).any(|old| old.what == leave.what && old.key == leave.key)
}

/// What tools and others wrote, and what is run apart: nobody means to measure it, or to run it with the rest.
const NEVER_RUN: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "dist",
    "build",
    "e2e",
    "fixture",
    "_files",
    "snapshot",
    "venv",
    "site-packages",
    "worktree",
    ".git",
    ".claude",
    "playwright",
    "cypress",
    "example",
    "bench",
    "target",
    "generated",
];

/// What nobody means to measure, beside that.
const NEVER_MEASURED: &[&str] = &[
    "test",
    "spec",
    "mock",
    "migration",
    ".d.ts",
    "stories",
    "storybook",
    "__main__",
    "__init__",
    "_pb2",
    ".pb.",
    "proto",
    "config",
    "setup.py",
    "type_checking",
    "abstractmethod",
    "notimplemented",
    "__repr__",
    "pragma",
    "overload",
    "coverage",
    "docs",
    "scripts",
    "tools",
    "types.ts",
    "index.ts",
    "index.js",
    "version",
    "demo",
    "sample",
];

fn is_usual(leave: &Leave) -> bool {
    let lower = leave.text.to_ascii_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| lower.contains(word));
    has(NEVER_RUN) || leave.what == What::Coverage && has(NEVER_MEASURED)
}

/// What one runner does over all changed files.
#[derive(Default)]
struct Total<'g> {
    old: Vec<(usize, &'g Run)>,
    new: Vec<(usize, &'g Run)>,
}

fn totals(pairs: &[Pair]) -> Vec<(&str, Total<'_>)> {
    let mut all: FxHashMap<&str, Total<'_>> = FxHashMap::default();
    for (file, pair) in pairs.iter().enumerate() {
        for run in pair.old.iter().flat_map(|gates| &gates.runs) {
            all.entry(&run.runner).or_default().old.push((file, run));
        }
        for run in pair.new.iter().flat_map(|gates| &gates.runs) {
            all.entry(&run.runner).or_default().new.push((file, run));
        }
    }
    sorted(all)
}

fn count(list: &[(usize, &Run)], wanted: impl Fn(&Run) -> bool) -> usize {
    list.iter().filter(|(_, run)| wanted(run)).count()
}

/// A runner that failed the run, and whose failure, in as many places, no longer does.
fn tolerated(pairs: &[Pair]) -> Vec<Lowered> {
    let mut found = Vec::new();
    for (runner, total) in totals(pairs) {
        let enforced = |run: &Run| run.state == State::Enforced;
        let fell = count(&total.old, enforced).saturating_sub(count(&total.new, enforced));
        for state in [State::Tolerated, State::Off] {
            let more =
                count(&total.new, |run| run.state == state).saturating_sub(count(&total.old, |run| run.state == state));
            let candidates = total.new.iter().filter(|(file, run)| {
                let here = |gates: &Option<Gates>, state| {
                    gates
                        .iter()
                        .flat_map(|gates| &gates.runs)
                        .filter(|r| r.runner == runner && r.state == state)
                        .count()
                };
                run.state == state
                    && pairs.get(*file).is_some_and(|pair| here(&pair.new, state) > here(&pair.old, state))
            });
            // Which of several is the new one is told by the last: people add below.
            let candidates: Vec<_> = candidates.collect();
            let take = fell.min(more);
            for (file, run) in candidates.into_iter().rev().take(take) {
                found.push(Lowered::Tolerated {
                    file: *file,
                    line: run.line,
                    runner: runner.to_owned(),
                    off: state == State::Off,
                });
            }
        }
    }
    found
}

/// A runner of which fewer runs are whole, and that leaves out what it did not.
fn narrowed(pairs: &[Pair]) -> Vec<Lowered> {
    let mut found = Vec::new();
    for (runner, total) in totals(pairs) {
        let known: FxHashSet<&str> =
            total.old.iter().flat_map(|(_, run)| run.leaves.iter().map(String::as_str)).collect();
        let whole = |list: &[(usize, &Run)]| count(list, |run| run.state == State::Enforced && run.leaves.is_empty());
        let runs = |list: &[(usize, &Run)]| count(list, |run| run.state == State::Enforced);
        // A run split in two leaves out in one what it runs in the other.
        let split = runs(&total.new) > runs(&total.old);
        let had_any = !total.old.is_empty();
        let fewer = whole(&total.new) < whole(&total.old) || whole(&total.old) == 0;
        if split || !had_any || !fewer {
            continue;
        }
        for (file, run) in &total.new {
            let new = run.leaves.iter().filter(|leave| !known.contains(leave.as_str()));
            found.extend(new.map(|leave| Lowered::RunLeavesOut {
                file: *file,
                line: run.line,
                runner: runner.to_owned(),
                text: leave.clone(),
            }));
        }
    }
    found
}

/// A file of steps that ran tests and runs none any more, where nothing came that could run them instead.
fn gone(pairs: &[Pair]) -> Vec<Lowered> {
    let tests = |gates: &Gates| gates.runs.iter().filter(|run| run.kind == Kind::Test).count();
    // Somewhere tests came: they moved.
    let came = pairs.iter().any(|pair| pair.new.as_ref().map_or(0, tests) > pair.old.as_ref().map_or(0, tests));
    if came {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (file, pair) in pairs.iter().enumerate() {
        let (Some(old), Some(new)) = (&pair.old, &pair.new) else { continue };
        if !new.has_steps || tests(old) == 0 || tests(new) > 0 {
            continue;
        }
        let before: FxHashSet<&str> = old.others.iter().map(String::as_str).collect();
        if new.others.iter().any(|command| !before.contains(command.as_str())) {
            continue;
        }
        let enforced = old.runs.iter().filter(|run| run.kind == Kind::Test && run.state == State::Enforced);
        found.extend(enforced.take(1).map(|run| Lowered::RunGone { file, line: run.line, runner: run.runner.clone() }));
    }
    found
}
