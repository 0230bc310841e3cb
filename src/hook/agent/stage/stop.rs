//! The turn is over, unless something has to be put right.
//!
//! No client can be relied on to end a loop, so this counts itself: a set of findings blocks twice, a turn [`MOST`] times;
//! after that what stands is said and let go. What the agent cannot put right (something could not be judged) blocks once.

use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::open::Opened;
use super::{StageError, reason};
use crate::engine;
use crate::gate::session::{Case, SessionJudgement, judge, others, tampered};
use crate::hook::agent::Answer;
use crate::model::event::Stop;
use crate::model::finding::{Finding, Level};
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::Mode;
use crate::session::entry::{Entry, Given, digest};
use crate::session::journal::{Answered, Journal};
use crate::session::ledger::Told;
use crate::session::store::{self, Session};
use crate::source::git::{self, GitSource};
use crate::source::transcript;
use crate::system;

/// How often one set of findings blocks a turn.
const SAME: usize = 2;

/// How often a turn is blocked in all.
const MOST: usize = 6;

/// How long a transcript is asked for the last words: clients write them down at about the time they call us.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Rules about what is still to come, which do not hold while helpers are at work.
const OF_THE_END: &[&str] = &["report/empty-change", "report/missing", "report/undisclosed", "report/unsupported"];

pub(super) fn run(opened: &Opened<'_>, stop: &Stop) -> Result<Answer, StageError> {
    if !opened.ensure_started()? {
        // This is the first we hear: what went before is not known.
        return Ok(Answer::Silent);
    }
    let mut told = opened.session.read()?.unwrap_or_default();
    let (words, read) = match &stop.message {
        Some(text) => (Some(text.text.clone()), None),
        None => last_words(opened.call.transcript.as_deref(), read_before(&told)),
    };
    let message = words.as_deref();
    let entry = Entry::Stop {
        turn: opened.call.event.turn.clone(),
        message: message.map(|text| digest(text.as_bytes())),
        background: stop.background,
        read,
    };
    opened.write(entry.clone())?;
    told.entries.push((opened.heard, entry));
    let journal = Journal::of(told);
    let mut judged = judged(opened.git, &opened.session, &journal, message)?;
    // The agent may have gone on in another work tree of the repository; its last words are judged once.
    let layout = opened.git.layout();
    for (session, start) in store::siblings(opened.call.agent, &opened.call.session, &layout.common_dir) {
        if session.id == opened.session.id {
            continue;
        }
        // A work tree that is gone holds nothing any more.
        let Ok(git) = git::open(Path::new(&start.top)) else { continue };
        let journal = Journal::of(session.read()?.unwrap_or_default());
        judged.outcomes.extend(self::judged(git.as_ref(), &session, &journal, None)?.outcomes);
    }
    if stop.background {
        provisional(&mut judged);
    }
    answer(opened, &journal, &judged)
}

/// How much of the transcript was there at the end of the turn before this one, or when this one was blocked: the last words
/// come behind it.
fn read_before(told: &Told) -> u64 {
    let read = told.entries.iter().rev().find_map(|(_, entry)| match entry {
        Entry::Stop { read, .. } => *read,
        _ => None,
    });
    read.unwrap_or_default()
}

/// The last words where the client writes them into its transcript and does not hand them over, and how long the transcript
/// is by now. What cannot be read says nothing.
fn last_words(transcript: Option<&Path>, before: u64) -> (Option<String>, Option<u64>) {
    let Some(path) = transcript.filter(|path| path.is_absolute()) else { return (None, None) };
    let length = || path.metadata().ok().map(|found| found.len());
    // Shorter than before: another file by now.
    let from = if length().is_some_and(|length| length < before) { 0 } else { before };
    let found = transcript::wait_for_end(path, from, Instant::now() + PATIENCE).ok().flatten();
    // What was said between two tools is not what the turn ends with.
    let found = found.filter(|found| found.is_final);
    (found.map(|found| found.text.text), length())
}

fn judged(
    git: &dyn GitSource,
    session: &Session,
    journal: &Journal,
    message: Option<&str>,
) -> Result<SessionJudgement, StageError> {
    let others = others(git, &session.id, journal.started);
    let tampered = tampered(git, journal);
    Ok(judge(git, &Case { session, journal, others: &others, message, report: None, tampered: &tampered })?)
}

/// While helpers are at work, only what can be told already is.
fn provisional(judged: &mut SessionJudgement) {
    let mode = judged.loaded.policy.mode;
    for outcome in &mut judged.outcomes {
        outcome.findings.retain(|finding| !OF_THE_END.contains(&finding.rule));
        outcome.decision = engine::decide(&outcome.findings, &outcome.incomplete, mode);
    }
}

fn answer(opened: &Opened<'_>, journal: &Journal, judged: &SessionJudgement) -> Result<Answer, StageError> {
    let decision = judged.decision();
    if decision < Decision::Incomplete {
        // A turn in which nothing was ever wrong needs no line of its own.
        if !journal.answers.is_empty() {
            write(opened, journal, String::new(), Given::Passed, Vec::new())?;
        }
        return Ok(Answer::Silent);
    }
    let standing: Vec<(&Finding, &Outcome)> = standing(&judged.outcomes);
    let mut rules: Vec<String> = standing.iter().map(|(finding, _)| finding.rule.to_owned()).collect();
    rules.sort();
    rules.dedup();
    let findings = name(&judged.outcomes, &standing);
    if judged.loaded.policy.mode == Mode::Report {
        write(opened, journal, findings, Given::Observed, rules)?;
        return Ok(Answer::Silent);
    }
    let words = reason::of(&judged.outcomes, &standing);
    // Told twice of one event, by two configurations: the same answer, counted once.
    let now = opened.journal()?;
    let is_twin = |one: &&Answered| one.at > opened.heard && one.findings == findings;
    if let Some(twin) = now.answers.iter().find(is_twin) {
        return Ok(if twin.given == Given::Blocked { Answer::Block(words) } else { Answer::Silent });
    }
    let (same, all) = now.blocks(&findings);
    let most = if decision == Decision::Incomplete { 1 } else { SAME };
    if same >= most || all >= MOST {
        write(opened, journal, findings, Given::LetGo, rules)?;
        return Ok(Answer::Context(reason::let_go(&judged.outcomes, &standing)));
    }
    write(opened, journal, findings, Given::Blocked, rules)?;
    Ok(Answer::Block(words))
}

fn write(
    opened: &Opened<'_>,
    journal: &Journal,
    findings: String,
    given: Given,
    rules: Vec<String>,
) -> Result<(), StageError> {
    let entry = Entry::Answer { turn: journal.turn(), findings, given, rules };
    Ok(opened.session.ledger.append(system::now_ms(), entry)?)
}

/// Findings that block, each with the outcome it is of; one is said once, however many commits repeat it.
fn standing(outcomes: &[Outcome]) -> Vec<(&Finding, &Outcome)> {
    let all = outcomes.iter().flat_map(|outcome| outcome.findings.iter().map(move |finding| (finding, outcome)));
    let mut found: Vec<_> =
        all.filter(|(finding, _)| finding.level == Level::Deny && finding.waived.is_none()).collect();
    found.sort_by_key(|(finding, _)| reason::rank(finding.rule));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|(finding, _)| seen.insert((finding.fingerprint.clone(), finding.message.clone())));
    found
}

/// Names the set of findings: the same words about the same places.
fn name(outcomes: &[Outcome], standing: &[(&Finding, &Outcome)]) -> String {
    let mut parts: Vec<String> =
        standing.iter().map(|(finding, _)| format!("{} {}", finding.fingerprint, finding.message)).collect();
    parts.extend(outcomes.iter().flat_map(|outcome| &outcome.incomplete).map(|gap| format!("{gap:?}")));
    parts.sort();
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    digest(&hash.finalize())
}
