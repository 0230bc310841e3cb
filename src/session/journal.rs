//! What a ledger comes to: when tools ran, which files they named, what was asked, answered and reported.

use std::collections::BTreeMap;

use super::entry::{Did, Entry, Given, How, Start};
use super::ledger::Told;

/// Agents that tell of the end of their turns only.
const WITHOUT_TOOLS: &[&str] = &["aider"];

/// A stretch of time in which a tool of the agent's was at work. Milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: i64,
    /// `None` while it may still be at work.
    pub to: Option<i64>,
    pub tool: Did,
}

/// A shell command, in the order of starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Names it in this session.
    pub id: String,
    pub command: String,
    pub is_cut: bool,
    pub directory: Option<String>,
    pub from: i64,
    pub to: Option<i64>,
    pub ended: Option<How>,
    pub refused: bool,
}

/// What we answered at a stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub at: i64,
    pub turn: String,
    pub findings: String,
    pub given: Given,
}

/// A session, as its ledger tells it.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    pub started: i64,
    pub start: Option<Start>,
    /// Prompts of a person.
    pub prompts: usize,
    /// The lines of prompts that set bounds, with the prompt each is of.
    pub lines: Vec<(usize, String)>,
    pub windows: Vec<Window>,
    /// Files that edits named, with the times. Paths outside of the work tree start with a slash.
    pub edits: BTreeMap<String, Vec<i64>>,
    /// When a file of the work tree was last edited by a tool that did not fail.
    pub edited: Option<i64>,
    pub ran: Vec<Ran>,
    /// The last report handed in.
    pub report: Option<String>,
    pub answers: Vec<Answered>,
    pub ended: bool,
    pub tampered: Vec<String>,
    /// Something may have happened that is not in here.
    pub has_gaps: bool,
    /// From when to when what happened could not be written down.
    pub lost: Option<(i64, i64)>,
    /// The agent's name for the present turn.
    pub(super) agent_turn: Option<String>,
}

/// A call whose end has not been told yet.
struct Open {
    id: Option<String>,
    helper: Option<String>,
    tool: Did,
    window: usize,
    ran: Option<usize>,
}

impl Journal {
    pub fn of(told: Told) -> Self {
        let lost = lost(&told);
        let has_gaps = told.is_full || lost.is_some();
        let mut journal = Self { tampered: told.tampered, has_gaps, lost, ..Self::default() };
        let mut open: Vec<Open> = Vec::new();
        for (at, entry) in told.entries {
            journal.take(at, entry, &mut open);
        }
        journal
    }

    fn take(&mut self, at: i64, entry: Entry, open: &mut Vec<Open>) {
        match entry {
            Entry::Start(start) if self.start.is_none() => {
                self.started = at;
                self.has_gaps |= start.late;
                self.start = Some(*start);
            }
            Entry::Start(_) | Entry::Resumed { .. } => self.ended = false,
            Entry::Prompt { turn, lines, ours, .. } => {
                if !ours {
                    self.close(at, open);
                    self.prompts += 1;
                    self.agent_turn = turn;
                    self.lines.extend(lines.into_iter().map(|line| (self.prompts, line)));
                }
            }
            Entry::Call { id, helper, tool } => {
                let (window, ran) = self.begin(at, id.as_deref(), &tool);
                open.push(Open { id, helper, tool, window, ran });
            }
            Entry::Result { id, helper, tool, ended } => self.finish(at, (id, helper, tool), ended, open),
            Entry::Refused { id, tool, .. } => {
                if let Did::Shell { command, cut, directory } = tool {
                    let id = id.unwrap_or_else(|| format!("command-{}", self.ran.len() + 1));
                    let (to, ended) = (Some(at), None);
                    self.ran.push(Ran { id, command, is_cut: cut, directory, from: at, to, ended, refused: true });
                }
            }
            Entry::Report { text } => self.report = Some(text),
            Entry::Stop { turn, background, .. } => {
                if self.agent_turn.is_none() {
                    self.agent_turn = turn;
                }
                if !background {
                    self.close(at, open);
                }
            }
            Entry::Answer { turn, findings, given, .. } => self.answers.push(Answered { at, turn, findings, given }),
            Entry::Ended { .. } => {
                self.close(at, open);
                self.ended = true;
            }
        }
    }

    fn begin(&mut self, at: i64, id: Option<&str>, tool: &Did) -> (usize, Option<usize>) {
        self.windows.push(Window { from: at, to: None, tool: tool.clone() });
        self.name(at, tool);
        let ran = match tool {
            Did::Shell { command, cut, directory } => {
                let id = id.map_or_else(|| format!("command-{}", self.ran.len() + 1), str::to_owned);
                let (command, directory) = (command.clone(), directory.clone());
                self.ran.push(Ran {
                    id,
                    command,
                    is_cut: *cut,
                    directory,
                    from: at,
                    to: None,
                    ended: None,
                    refused: false,
                });
                Some(self.ran.len() - 1)
            }
            Did::Edit { .. } | Did::Other { .. } => None,
        };
        (self.windows.len() - 1, ran)
    }

    fn name(&mut self, at: i64, tool: &Did) {
        if let Did::Edit { files, cut } = tool {
            self.has_gaps |= cut;
            for file in files {
                self.edits.entry(file.clone()).or_default().push(at);
            }
        }
    }

    fn finish(
        &mut self,
        at: i64,
        (id, helper, tool): (Option<String>, Option<String>, Did),
        ended: How,
        open: &mut Vec<Open>,
    ) {
        let same = |one: &Open| match (&one.id, &id) {
            (Some(a), Some(b)) => a == b,
            // Some clients name neither, or each event by itself.
            _ => one.tool == tool && one.helper == helper,
        };
        let found = open.iter().position(same).or_else(|| open.iter().position(|one| one.tool == tool));
        let (window, ran) = if let Some(found) = found {
            let one = open.remove(found);
            // What it named may be told only now.
            self.name(at, &tool);
            (one.window, one.ran)
        } else {
            // The call was missed: when it began is not known.
            self.has_gaps = true;
            let before = self.windows.last().and_then(|window| window.to).unwrap_or(self.started);
            let (window, ran) = self.begin(at, id.as_deref(), &tool);
            self.windows[window].from = before.min(at);
            (window, ran)
        };
        let is_over = !ended.background;
        if ended.refused {
            if let Some(window) = self.windows.get_mut(window) {
                // What never ran changed nothing.
                window.to = Some(window.from);
            }
            if let Some(ran) = ran.and_then(|ran| self.ran.get_mut(ran)) {
                ran.refused = true;
                ran.to = Some(at);
            }
            return;
        }
        if ended.failed != Some(true) {
            self.wrote(at, &tool);
        }
        if let Some(window) = self.windows.get_mut(window) {
            window.to = is_over.then_some(at);
        }
        if let Some(ran) = ran.and_then(|ran| self.ran.get_mut(ran)) {
            ran.to = is_over.then_some(at);
            ran.ended = Some(ended);
        }
    }

    fn wrote(&mut self, at: i64, tool: &Did) {
        if matches!(tool, Did::Edit { files, cut } if *cut || files.iter().any(|file| !file.starts_with('/'))) {
            self.edited = self.edited.max(Some(at));
        }
    }

    /// The turn is over: what was called and not heard of again has ended somehow.
    fn close(&mut self, at: i64, open: &mut Vec<Open>) {
        for one in open.drain(..) {
            // Its end was not heard of: the beginning is what is known.
            self.wrote(self.windows.get(one.window).map_or(at, |window| window.from), &one.tool);
            if let Some(window) = self.windows.get_mut(one.window) {
                window.to = Some(at);
            }
            if let Some(ran) = one.ran.and_then(|ran| self.ran.get_mut(ran)) {
                ran.to = Some(at);
            }
        }
    }

    /// Names the present turn: what is counted is counted anew in the next one.
    pub fn turn(&self) -> String {
        match (self.prompts, &self.agent_turn) {
            (0, Some(turn)) => format!("turn {turn}"),
            (prompts, _) => format!("prompt {prompts}"),
        }
    }

    /// How often this turn was blocked, over this set of findings and in all.
    pub fn blocks(&self, findings: &str) -> (usize, usize) {
        let turn = self.turn();
        let blocked = self.answers.iter().filter(|one| one.turn == turn && one.given == Given::Blocked);
        (blocked.clone().filter(|one| one.findings == findings).count(), blocked.count())
    }

    /// Is a moment one of those that could not be written down?
    pub fn is_lost(&self, at: i64, slack: i64) -> bool {
        self.lost.is_some_and(|(first, last)| (first - slack..=last.saturating_add(slack)).contains(&at))
    }

    /// Does the client tell of no tools, so that nothing can be told from their silence?
    pub fn is_blind(&self) -> bool {
        let agent = self.start.as_ref().map(|start| start.agent.as_str()).unwrap_or_default();
        self.windows.is_empty() && WITHOUT_TOOLS.contains(&agent)
    }

    /// All that the agent did in the session is in here.
    pub fn is_whole(&self) -> bool {
        self.start.is_some() && !self.has_gaps && self.tampered.is_empty()
    }
}

/// Up to the next thing that was written; what is lost is the work of tools, and it may go on after its beginning was told.
fn lost(told: &Told) -> Option<(i64, i64)> {
    let is_work = |entry: &Entry| matches!(entry, Entry::Call { .. } | Entry::Result { .. } | Entry::Prompt { .. });
    // A full ledger takes no more work of tools.
    let full = told.entries.iter().filter(|(_, entry)| told.is_full && is_work(entry)).map(|(at, _)| *at).max();
    let (first, last) = match (told.lost, full) {
        (Some((first, _)), Some(full)) => (first.min(full), i64::MAX),
        (Some((first, last)), None) => (first, last),
        (None, Some(full)) => (full, i64::MAX),
        (None, None) => return None,
    };
    let next = told.entries.iter().map(|(at, _)| *at).filter(|at| *at > last).min();
    Some((first, next.unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(command: &str) -> Did {
        Did::Shell { command: command.to_owned(), cut: false, directory: None }
    }

    fn call(id: Option<&str>, command: &str) -> Entry {
        Entry::Call { id: id.map(str::to_owned), helper: None, tool: shell(command) }
    }

    fn result(id: Option<&str>, command: &str, ended: How) -> Entry {
        Entry::Result { id: id.map(str::to_owned), helper: None, tool: shell(command), ended }
    }

    fn prompt(ours: bool) -> Entry {
        Entry::Prompt { digest: String::new(), turn: None, lines: Vec::new(), ours, offered: Vec::new() }
    }

    fn journal(entries: Vec<Entry>) -> Journal {
        let entries = (0..).step_by(10).zip(entries).collect();
        Journal::of(Told { entries, ..Told::default() })
    }

    #[test]
    fn calls_and_results_are_paired() {
        let told = journal(vec![
            call(Some("1"), "a"),
            call(Some("2"), "b"),
            result(Some("2"), "b", How::default()),
            result(Some("1"), "a", How { background: true, ..How::default() }),
            call(None, "c"),
            result(None, "c", How { exit: Some(1), ..How::default() }),
            call(Some("lost"), "d"),
            prompt(false),
        ]);
        let times: Vec<_> = told.windows.iter().map(|window| (window.from, window.to)).collect();
        assert_eq!(times, [(0, None), (10, Some(20)), (40, Some(50)), (60, Some(70))]);
        assert_eq!(told.ran[2].ended.as_ref().and_then(|ended| ended.exit), Some(1));
        assert!(told.ran[3].ended.is_none() && !told.has_gaps);
    }

    #[test]
    fn a_result_whose_call_was_missed_began_after_the_one_before() {
        let told = journal(vec![call(None, "a"), result(None, "a", How::default()), result(None, "b", How::default())]);
        assert_eq!((told.windows[1].from, told.windows[1].to), (10, Some(20)));
        assert!(told.has_gaps);
    }

    #[test]
    fn what_a_full_ledger_does_not_take_is_lost() {
        let entries =
            || vec![(10, call(Some("1"), "a")), (20, result(Some("1"), "a", How::default())), (90, prompt(true))];
        let lost = |told| Journal::of(Told { entries: entries(), ..told }).lost;
        assert_eq!(lost(Told::default()), None);
        assert_eq!(lost(Told { lost: Some((12, 15)), ..Told::default() }), Some((12, 20)));
        assert_eq!(lost(Told { is_full: true, ..Told::default() }), Some((90, i64::MAX)));
    }

    #[test]
    fn what_we_fed_back_is_no_new_turn() {
        let blocked = |turn: &str| Entry::Answer {
            turn: turn.to_owned(),
            findings: "f".into(),
            given: Given::Blocked,
            rules: Vec::new(),
        };
        let mut told = journal(vec![prompt(false), blocked("prompt 1"), prompt(true), blocked("prompt 1")]);
        assert_eq!((told.turn().as_str(), told.blocks("f"), told.blocks("g")), ("prompt 1", (2, 2), (0, 2)));
        told.prompts += 1;
        assert_eq!(told.blocks("f"), (0, 0));
    }
}
