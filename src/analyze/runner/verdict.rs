//! What follows for a runner from its marks, from what is left of the output, and from the exit status.

use std::cell::OnceCell;

use crate::analyze::shell::{Script, Word};
use crate::model::receipt::{Counts, Run, RunKind, RunState};

use super::call::{self, Call};
use super::marks::{Mark, Marks, Reach, Reader};
use super::page::{Loss, Page};
use super::tools::ALL;
use super::{run, scan, scripts};

/// A command line and what is known of its end.
pub(super) struct Whole<'a> {
    pub(super) script: &'a Script,
    pub(super) page: Option<&'a Page>,
    pub(super) exit: Option<i32>,
    /// Why nothing can be said, where the client tells so.
    pub(super) note: Option<&'static str>,
    pub(super) loops: bool,
    pub(super) calls: &'a [Call],
    /// What all readers find, once it was asked for.
    pub(super) scripts: OnceCell<Marks>,
}

/// The longest line quoted as a reason, in characters.
const MAX_QUOTE: usize = 160;

/// A command that is no runner.
pub(super) fn plain(whole: &Whole<'_>) -> Run {
    let last = whole.script.commands.len().checked_sub(1);
    let (state, reason) = match (unread(whole, None), last.and_then(|at| ended(whole, at)), whole.exit) {
        (Some(why), _, _) => (RunState::Unreadable, why),
        (_, Some(true), _) => (RunState::Passed, "it ended with status 0".to_owned()),
        (_, Some(false), Some(exit)) => (RunState::Failed, format!("it ended with status {exit}")),
        (_, _, None) => (RunState::Unreadable, "how it ended is not known".to_owned()),
        _ => (RunState::Unreadable, "its exit status is hidden by the command line".to_owned()),
    };
    run(RunKind::Other, "", state, reason)
}

/// The runs of one call: one, or for a script one a kind of check that it ran.
pub(super) fn of(call: &Call, whole: &Whole<'_>) -> Vec<Run> {
    if let Some(why) = unread(whole, Some(call)) {
        if call.is_commit {
            return Vec::new();
        }
        return vec![Run { subset: call.subset, ..run(call.kind, &call.name, RunState::Unreadable, why) }];
    }
    let loss = whole.page.map_or(Loss::Lines, |page| call::loss(whole.script, call, page));
    let own;
    let marks = if call.is_script {
        // All scripts of a line are read alike.
        whole.scripts.get_or_init(|| read(ALL, whole.page))
    } else {
        own = read(call.read, whole.page);
        &own
    };
    let ok = ended(whole, call.at);
    if call.kind != RunKind::Other {
        // A build that a test runner tells of is not its tests; a compiler speaks for whatever was asked of it.
        let strict = call.is_script || call.kind == RunKind::Tests;
        let own = |mark: &&Mark| !strict || mark.kind == call.kind;
        let found: Vec<&Mark> = marks.list.iter().filter(own).collect();
        return vec![Case { call, whole, marks, found, loss, ok, kind: call.kind }.judge()];
    }
    // One run a kind that the output tells of.
    let mut runs = Vec::new();
    for kind in [RunKind::Tests, RunKind::Lint, RunKind::Types, RunKind::Format, RunKind::Build] {
        let found: Vec<&Mark> = marks.list.iter().filter(|mark| mark.kind == kind).collect();
        if !found.is_empty() {
            // A status other than 0 may be that of any of them.
            let ok = ok.filter(|ok| *ok);
            runs.push(Case { call, whole, marks, found, loss, ok, kind }.judge());
        }
    }
    if runs.is_empty() && !call.is_commit {
        runs.push(Case { call, whole, marks, found: Vec::new(), loss, ok, kind: call.kind }.judge());
    }
    runs
}

fn read(readers: &[Reader], page: Option<&Page>) -> Marks {
    let mut marks = Marks::default();
    if let Some(page) = page {
        for reader in readers {
            reader(page, &mut marks);
        }
    }
    // The test runner of node prints its sum below its TAP: counted once.
    if marks.list.iter().any(|mark| mark.tool == "node-test") {
        marks.list.retain(|mark| mark.tool != "tap");
    }
    marks
}

/// Why nothing can be read of it at all.
fn unread(whole: &Whole<'_>, call: Option<&Call>) -> Option<String> {
    let note = whole.note.or_else(|| whole.page.and_then(|page| page.note));
    if let Some(note) = note {
        return Some(note.to_owned());
    }
    if let Some(call) = call {
        if whole.script.commands.get(call.at).is_some_and(|command| command.is_background) {
            return Some("it went on in the background".to_owned());
        }
        if let Some(why) = call::elsewhere(whole.script, call.at) {
            return Some(why.to_owned());
        }
    }
    match whole.exit? {
        124 => Some("it ran out of time".to_owned()),
        126 | 127 => Some("a command could not be started".to_owned()),
        exit @ 129..=192 => Some(format!("it was ended by signal {}", exit - 128)),
        exit if exit < 0 => Some("it was ended by a signal".to_owned()),
        _ => None,
    }
}

/// Did the command at this place end well, where its status is surely known?
fn ended(whole: &Whole<'_>, at: usize) -> Option<bool> {
    let command = whole.script.commands.get(at)?;
    if whole.script.is_cut || whole.script.is_broken {
        return None;
    }
    if let Some(printed) = &command.printed {
        if let Some(number) = whole.page.and_then(|page| status_printed(page, &printed.before)) {
            if number == 0 && printed.tells.success {
                return Some(true);
            }
            if number != 0 && printed.tells.failure {
                return Some(false);
            }
        }
    }
    match whole.exit? {
        0 if command.tells.success => Some(true),
        0 => None,
        _ if command.tells.failure => Some(false),
        _ => None,
    }
}

/// The number behind the words that `echo "exit: $?"` prints before it.
fn status_printed(page: &Page, before: &str) -> Option<u64> {
    let before = before.trim();
    let found = page.texts().rev().find_map(|(_, text)| {
        let rest = text.strip_prefix(before)?.trim_start();
        let number = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        // Without words before it, any number would do.
        let is_whole = !before.is_empty() || number.len() == rest.len();
        if is_whole { scan::digits(number) } else { None }
    });
    found.filter(|number| *number < 256)
}

/// One kind of check of one call.
struct Case<'a> {
    call: &'a Call,
    whole: &'a Whole<'a>,
    marks: &'a Marks,
    found: Vec<&'a Mark>,
    loss: Loss,
    ok: Option<bool>,
    kind: RunKind,
}

impl Case<'_> {
    fn judge(mut self) -> Run {
        if self.marks.watches {
            // It ran again and again: the last time counts.
            let last = self.found.iter().rposition(|mark| mark.reach != Reach::Part);
            self.found = last.and_then(|at| self.found.get(at)).map(|mark| vec![*mark]).unwrap_or_default();
        }
        let (state, reason) = self.state();
        let tool = match self.found.last() {
            // What a script ran is what its output shows, where that is one tool.
            Some(last) if self.call.is_script && self.found.iter().all(|mark| mark.tool == last.tool) => last.tool,
            _ => &self.call.name,
        };
        Run {
            counts: self.counts(state),
            subset: self.call.subset || self.found.iter().any(|mark| mark.subset),
            ..run(self.kind, tool, state, reason)
        }
    }

    fn state(&self) -> (RunState, String) {
        let any = |state: RunState| self.found.iter().any(|mark| mark.state == state);
        match () {
            () if self.found.is_empty() => self.silent(),
            () if any(RunState::Failed) => self.failed(),
            () if any(RunState::Passed) => self.passed(),
            () => (RunState::NothingRun, self.quote(self.found.last().map(|mark| mark.line), "nothing was run")),
        }
    }

    fn failed(&self) -> (RunState, String) {
        let bad = |reach: Reach| self.found.iter().find(|mark| mark.state == RunState::Failed && mark.reach == reach);
        let line =
            bad(Reach::Whole).or_else(|| bad(Reach::End)).or_else(|| bad(Reach::Part)).or_else(|| bad(Reach::Each));
        let quote = self.quote(line.map(|mark| mark.line), "a failure");
        // What `gofmt -l` lists does not change its status.
        if self.ok == Some(true) && self.call.name != "gofmt" {
            return unreadable(format!("{quote}, yet it ended with status 0"));
        }
        if self.repeats() && self.found.iter().any(|mark| mark.state == RunState::Passed) {
            return unreadable(format!("it ran several times in one command, not always to the same end: {quote}"));
        }
        (RunState::Failed, quote)
    }

    fn passed(&self) -> (RunState, String) {
        let good: Vec<&&Mark> = self.found.iter().filter(|mark| mark.state == RunState::Passed).collect();
        let quote = self.quote(good.last().map(|mark| mark.line), "a success");
        if let Some(line) = self.marks.broken.first() {
            return unreadable(self.quote(Some(*line), "it did not come to its end"));
        }
        if let Some(blemish) = &self.marks.blemish {
            return unreadable(format!("{quote}; {}", cut(blemish)));
        }
        if self.ok == Some(false) {
            return unreadable(format!("{quote}, yet it ended with a status other than 0"));
        }
        if self.ok == Some(true) {
            return (RunState::Passed, quote);
        }
        // What the task runner says of a failure is about this only if nothing else ran.
        let failure = if self.call.is_script { self.whole.page.and_then(scripts::failure) } else { None };
        if let Some(line) = failure.filter(|_| self.whole.calls.len() == 1 && self.kind == self.call.kind) {
            return unreadable(format!("{quote}, and below: {}", self.quote(Some(line), "a failure")));
        }
        let has = |reach: Reach| good.iter().any(|mark| mark.reach == reach);
        let is_enough = match self.loss {
            Loss::Nothing => true,
            Loss::Beginning => !has(Reach::Each),
            Loss::End | Loss::Lines => good.iter().all(|mark| mark.reach == Reach::Whole) || self.picks_all(),
        };
        if is_enough {
            return (RunState::Passed, quote);
        }
        let lost = match self.loss {
            Loss::End => "the end of the output is missing",
            Loss::Lines => "only picked lines of the output are there",
            _ => "only a part of the output is there",
        };
        unreadable(format!("{quote}; {lost}"))
    }

    /// `cargo test | grep "test result"`, `go test | grep -E "ok|FAIL"`: every line that sums something up, good or bad.
    fn picks_all(&self) -> bool {
        let filters = self.whole.script.filters(self.call.at);
        let has = |words: &[&str], part: &str| words.iter().any(|word| word.contains(part));
        let picks = |words: &[&str]| match self.call.name.as_str() {
            "cargo-test" => has(words, "test result") && !has(words, "ok"),
            "go-test" => has(words, "FAIL") && has(words, "ok"),
            _ => false,
        };
        self.loss == Loss::Lines
            && filters.iter().all(|filter| {
                let words: Vec<&str> = filter.argv().iter().skip(1).map(Word::known_start).collect();
                match filter.program() {
                    Some("grep" | "rg" | "egrep") => picks(&words) && !words.contains(&"-v") && !words.contains(&"-m"),
                    Some("tail") => true,
                    _ => false,
                }
            })
    }

    /// No line of the output says how it ended.
    fn silent(&self) -> (RunState, String) {
        if let Some(page) = self.whole.page {
            if let Some(why) = not_started(page) {
                return unreadable(format!("it could not be started: {}", cut(why)));
            }
            if let Some(line) = self.marks.broken.first() {
                return unreadable(self.quote(Some(*line), "it did not come to its end"));
            }
            let failure = if self.call.is_script && self.ok != Some(true) { scripts::failure(page) } else { None };
            if let Some(line) = failure.filter(|_| self.whole.calls.len() == 1) {
                return (RunState::Failed, self.quote(Some(line), "a failure"));
            }
        }
        match (self.ok, self.whole.exit) {
            (Some(true), _) => (RunState::Passed, "it ended with status 0, without a summary that is known".to_owned()),
            // What a script is for is only told by its name.
            (Some(false), _) if self.call.is_script => {
                unreadable("it ended with a status other than 0, and no line says of what".to_owned())
            }
            (Some(false), Some(5)) if self.call.name == "pytest" => {
                (RunState::NothingRun, "it ended with status 5: no tests were collected".to_owned())
            }
            (Some(false), Some(exit @ 2..=4)) if self.call.name == "pytest" => {
                unreadable(format!("it ended with status {exit}: it did not run to its end"))
            }
            // A wrong option, a missing file or a broken configuration end so, too.
            (Some(false), _)
                if self.kind == RunKind::Tests && self.call.name != "pytest" && self.whole.page.is_some() =>
            {
                unreadable("it ended with a status other than 0, and no line says that a test failed".to_owned())
            }
            (Some(false), Some(exit @ 2..)) if self.kind != RunKind::Build => {
                unreadable(format!("it ended with status {exit}, and no line says of what"))
            }
            (Some(false), Some(exit)) if exit != 0 => (RunState::Failed, format!("it ended with status {exit}")),
            (Some(false), _) => (RunState::Failed, "it ended with a status other than 0".to_owned()),
            (None, None) if self.whole.page.is_none() => {
                unreadable("its output and its exit status are not known".to_owned())
            }
            _ => unreadable("no line of the output says how it ended".to_owned()),
        }
    }

    /// May it have run more than once in this command line?
    fn repeats(&self) -> bool {
        let alike = self.whole.calls.iter().filter(|call| call.kind == self.call.kind && !call.is_commit).count();
        self.whole.loops || alike > 1
    }

    fn counts(&self, state: RunState) -> Counts {
        let partly = self.found.iter().any(|mark| mark.reach == Reach::Part || mark.reach == Reach::Each);
        if self.repeats() || partly && self.loss != Loss::Nothing || state == RunState::Unreadable {
            return Counts::default();
        }
        let sum = |of: fn(&Counts) -> Option<u64>| {
            let mut found = self.found.iter().filter_map(|mark| of(&mark.counts)).peekable();
            found.peek()?;
            Some(found.fold(0, u64::saturating_add))
        };
        Counts {
            passed: sum(|counts| counts.passed),
            failed: sum(|counts| counts.failed),
            skipped: sum(|counts| counts.skipped),
        }
    }

    fn quote(&self, line: Option<usize>, otherwise: &str) -> String {
        let text = line.and_then(|line| self.whole.page?.lines.get(line)).map(super::page::Line::text);
        text.filter(|text| !text.is_empty()).map_or_else(|| otherwise.to_owned(), |text| format!("`{}`", cut(text)))
    }
}

fn unreadable(reason: String) -> (RunState, String) {
    (RunState::Unreadable, reason)
}

/// The line by which a shell or a package manager says that there is no such program, script or module.
fn not_started(page: &Page) -> Option<&str> {
    page.texts().take(200).map(|(_, text)| text).find(|text| {
        text.contains(": command not found")
            || text.ends_with(": not found") && text.contains("sh: ")
            || text.contains("No module named ") && text.contains("/python")
            || text.contains("Missing script: ")
            || text.starts_with("ERR_PNPM_NO_SCRIPT")
            || text.starts_with("error: Script not found ")
            || text.starts_with("error: no such command: ")
            || text.starts_with("error: Justfile does not contain recipe")
            || text.contains("*** No rule to make target")
            || text.contains("no task ") && text.contains(" found")
    })
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
