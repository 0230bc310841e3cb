//! What came of a command: tests passed or failed, a linter is clean, a build succeeded, read from what was printed.
//!
//! Summary lines decide. An exit status counts only where it surely is the runner's own: half of the test runs that fail under
//! an agent end with status 0, because their output went through `tail`. A run is `failed` or `passed` only on a line that says so
//! or on such a status; whatever is cut, interrupted, contradictory or unknown is `unreadable`.
//!
//! One file a runner or a family of them: each finds its own summary lines ([`marks::Reader`]). [`tools`] says by which words a
//! runner is called, [`call`] what a command line did with it, [`verdict`] what follows from all of it. All of it is linear in the
//! output, of which at most 2 MiB are read.

mod builds;
mod call;
mod cargo;
mod checks;
mod dotnet;
mod go;
mod javascript;
mod jvm;
mod marks;
mod native;
mod others;
mod page;
mod php;
mod python;
mod ruby;
mod scan;
mod scripts;
mod subset;
mod tap;
#[cfg(test)]
mod tests;
mod tools;
mod verdict;

use std::cell::OnceCell;

use crate::analyze::shell::Script;
use crate::model::event::{Ended, Text};
use crate::model::receipt::{Counts, Run, RunKind, RunState};

use page::Page;

/// Reads one run of a command line. `exit` is the status of the whole line, where one is known.
pub fn read(command: &str, output: Option<&Text>, exit: Option<i32>) -> Run {
    read_script(&Script::of(command), command, output, exit, None)
}

/// As [`read`], of a shell command that an agent's hook or transcript tells of.
pub fn read_event(command: &str, ended: &Ended) -> Run {
    let note = match () {
        () if ended.interrupted => Some("it was interrupted"),
        () if ended.background => Some("it went on in the background"),
        () => None,
    };
    let told = ended.output.as_ref().and_then(status_told);
    // A client that only says "failed" means some status other than 0.
    let exit = ended.exit.or(told).or(match ended.failed {
        Some(false) => Some(0),
        Some(true) => Some(UNKNOWN_FAILURE),
        None => None,
    });
    read_script(&Script::of(command), command, ended.output.as_ref(), exit, note)
}

/// A status that is not 0, of which no more is known.
const UNKNOWN_FAILURE: i32 = 1;

/// `Exit code 101` in the first line, as some clients hand on a failure.
fn status_told(output: &Text) -> Option<i32> {
    let first = output.text.lines().next()?.trim();
    let number = first.strip_prefix("Exit code ").or_else(|| first.strip_prefix("Error: Exit code "))?;
    number.trim_end_matches(':').parse().ok()
}

fn read_script(
    script: &Script,
    command: &str,
    output: Option<&Text>,
    exit: Option<i32>,
    note: Option<&'static str>,
) -> Run {
    let page = output.map(Page::of);
    let calls = call::calls(script);
    let whole = verdict::Whole {
        script,
        page: page.as_ref(),
        exit,
        note,
        loops: loops(command),
        calls: &calls,
        scripts: OnceCell::new(),
    };
    let mut parts: Vec<Run> = Vec::new();
    for call in &calls {
        for run in verdict::of(call, &whole) {
            // The same runner again, with the same end: once is enough.
            if !parts.iter().any(|part| {
                part.kind == run.kind && part.tool == run.tool && part.state == run.state && part.subset == run.subset
            }) {
                parts.push(run);
            }
        }
    }
    let telling = parts.iter().min_by_key(|run| (run.kind, rank(run.state))).cloned();
    match telling {
        None => verdict::plain(&whole),
        Some(run) if parts.len() == 1 => run,
        Some(run) => Run { parts, ..run },
    }
}

/// What a reader wants to know first.
fn rank(state: RunState) -> u8 {
    match state {
        RunState::Failed => 0,
        RunState::Unreadable => 1,
        RunState::NothingRun => 2,
        RunState::Passed => 3,
    }
}

/// Does the line repeat something?
fn loops(command: &str) -> bool {
    command.split([' ', '\t', '\n', ';']).any(|word| word == "done")
}

fn run(kind: RunKind, tool: &str, state: RunState, reason: String) -> Run {
    Run { kind, tool: tool.to_owned(), state, counts: Counts::default(), subset: false, reason, parts: Vec::new() }
}
