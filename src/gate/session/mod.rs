//! What an agent's session made: the work tree of now against the one the session found, and the commits made on the way.
//!
//! Judged by the policy of the commit the session started on. Only what the agent can have made is charged to it: what
//! moving `HEAD` brought in, and what changed while none of its tools was at work, is left out and named.

mod commits;
mod evidence;
mod hidden;
mod watch;
mod witness;

use std::collections::BTreeSet;

use bstr::BString;

use self::commits::Moved;
pub(super) use self::evidence::recorded_on;
pub(super) use self::hidden::left_out;
pub use self::watch::{Present, guards, here, others, tampered};
pub use self::witness::{Witness, speaks_for_staged, witness};
use super::{Frame, GateError, Request, Sides, Subject, Target, contract_in_force, load_policy, own_message};
use crate::analyze::message::{self, Cleanup};
use crate::claims::declared;
use crate::engine::{self, Part};
use crate::model::actor::{Actor, Evidence, EvidenceKind};
use crate::model::change::{self, Change, ChangeSet, Incomplete, Side};
use crate::model::claim::Report;
use crate::model::contract::Contract;
use crate::model::finding::Finding;
use crate::model::message::MessageSource;
use crate::model::object::{Mode, ObjectId};
use crate::model::outcome::{Decision, Outcome};
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::model::receipt::SessionFacts;
use crate::policy::{Loaded, Nesting};
use crate::session::attribute::{self, Stamp, Whose};
use crate::session::entry::Start;
use crate::session::journal::Journal;
use crate::session::prompt;
use crate::session::store::Session;
use crate::source::agent;
use crate::source::git::{GitSource, Hidden, Snapshot};

/// The most paths that a note lists by name.
const MAX_NAMED: usize = 5;

/// What is known of a session when it is judged.
pub struct Case<'a> {
    pub session: &'a Session,
    pub journal: &'a Journal,
    /// Further sessions that are under way in this work tree.
    pub others: &'a [Journal],
    /// The last words, where the client told them.
    pub message: Option<&'a str>,
    /// A report that counts instead of the one handed in before.
    pub report: Option<&'a str>,
    /// What is wrong with what brings us into play, one sentence each.
    pub tampered: &'a [String],
}

/// What came of it.
#[derive(Debug)]
pub struct SessionJudgement {
    pub loaded: Loaded,
    /// That of the session, then those of its commits.
    pub outcomes: Vec<Outcome>,
    /// Nothing changed and nothing was committed.
    pub is_empty: bool,
}

impl SessionJudgement {
    pub fn decision(&self) -> Decision {
        self.outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass)
    }
}

/// Judges a session. One whose baseline is not known is `incomplete`.
pub fn judge(git: &dyn GitSource, case: &Case<'_>) -> Result<SessionJudgement, GateError> {
    let found = Found::of(git, case)?;
    let start = case.journal.start.as_ref();
    let head = start.and_then(|start| id(start.head.as_deref()?));
    let sides = Sides::at_start(git, head, found.tree)?;
    let loaded = load_policy(git, &sides, None, &[])?;
    let nesting = Nesting::new(&loaded, &sides.list());
    let (report, report_gap) = declared_report(case);
    let message = case.message.map(|text| message::parse(text.as_bytes(), MessageSource::Final, &Cleanup::verbatim()));
    let contract = prompt::tightened(contract_in_force(git, None)?, &case.journal.lines);
    let branch = git.head()?.branch;
    let mut set = found.set;
    set.incomplete.extend(report_gap);
    let as_committed = as_committed(git, head, &set);
    let is_empty = set.changes.is_empty() && set.incomplete.is_empty() && found.moved.made.is_empty();
    let facts = evidence::facts(git, case, &found.moved, found.now, (found.touched, found.touched_hidden));
    let request = Request { part: Part::Turn, ..Request::new(Target::Worktree) };
    // Of a commit only its words: what it changed may be a person's, or taken back since.
    let commits = Request { part: Part::Message, ..Request::new(Target::Worktree) };
    let frame = |request, report| Frame { report, ..Frame::new(git, &loaded, &nesting, request) };
    let turn = frame(&request, report.as_ref());
    let mut outcome = turn.run(Subject {
        set,
        contents: git,
        repository: git,
        contract: contract.as_ref(),
        push: None,
        session: Some(&facts),
        commit: None,
        branch: branch.as_ref().map(|name| name.as_slice()),
        message: message.as_ref(),
        actor: actor_of(start),
    })?;
    let is_guard = |finding: &Finding| finding.rule.starts_with("guard/");
    let is_back = |finding: &Finding| finding.location.path().is_some_and(|path| as_committed.contains(path));
    outcome.findings.retain(|finding| !(is_guard(finding) && is_back(finding)));
    outcome.decision = engine::decide(&outcome.findings, &outcome.incomplete, loaded.policy.mode);
    outcome.notes.extend(found.notes);
    hidden::tell(&mut outcome, &found.hidden, start);
    let mut outcomes = vec![outcome];
    let each = Frame::new(git, &loaded, &nesting, &commits);
    for id in found.moved.to_judge() {
        outcomes.push(each.committed(id, &facts, branch.as_ref(), start)?);
    }
    drop_repeated(&mut outcomes, &loaded.policy);
    Ok(SessionJudgement { loaded, outcomes, is_empty })
}

/// The files that are what the commit has that the session began on. What is trusted there is no guard undone, whatever lay there
/// when the session began: some clients write to their settings as they start.
fn as_committed(git: &dyn GitSource, head: Option<ObjectId>, set: &ChangeSet) -> BTreeSet<RepoPath> {
    let Some(tree) = head.and_then(|head| git.tree_of(head).ok()) else { return BTreeSet::new() };
    let is_back = |change: &&Change| change.new.is_some() && git.side_in(tree, &change.path) == Some(change.new);
    set.changes.iter().filter(is_back).map(|change| change.path.clone()).collect()
}

/// What a hook before a tool may refuse a command by: the policy where the session started, the contract with what `lines` of
/// prompts set besides, the branch.
pub fn bounds(
    git: &dyn GitSource,
    start: Option<&Start>,
    lines: &[(usize, String)],
) -> Result<(Loaded, Option<Contract>, Option<BString>), GateError> {
    let head = start.map_or_else(|| git.head().ok()?.commit, |start| id(start.head.as_deref()?));
    let tree = start.and_then(|start| id(start.tree.as_deref()?));
    let loaded = load_policy(git, &Sides::at_start(git, head, tree)?, None, &[])?;
    Ok((loaded, prompt::tightened(contract_in_force(git, None)?, lines), git.head()?.branch))
}

/// May a tool write these paths? Only rules that need no more than paths are asked. `None` where nothing is known to
/// stand against it.
pub fn judge_paths(
    git: &dyn GitSource,
    start: Option<&Start>,
    lines: &[(usize, String)],
    paths: Vec<RepoPath>,
) -> Result<(Loaded, Outcome), GateError> {
    let head = start.map_or_else(|| git.head().ok()?.commit, |start| id(start.head.as_deref()?));
    let tree = start.and_then(|start| id(start.tree.as_deref()?));
    let sides = Sides::at_start(git, head, tree)?;
    let loaded = load_policy(git, &sides, None, &[])?;
    let contract = prompt::tightened(contract_in_force(git, None)?, lines);
    let nesting = Nesting::new(&loaded, &sides.list());
    let request = Request { part: Part::Paths, ..Request::new(Target::Worktree) };
    let zero = ObjectId::from_bytes(&[0; 20]).map(|id| Side { mode: Mode::File, id });
    let mut changes: Vec<Change> =
        paths.into_iter().map(|path| Change { path, old: zero, new: zero, other_olds: Vec::new() }).collect();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes.dedup_by(|a, b| a.path == b.path);
    let set = ChangeSet {
        subject: change::Subject::Session,
        changes,
        base: None,
        merge: false,
        engine: change::Engine::Memory,
        incomplete: Vec::new(),
    };
    let branch = git.head()?.branch;
    let frame = Frame::new(git, &loaded, &nesting, &request);
    let outcome = frame.run(Subject {
        set,
        contents: git,
        repository: git,
        contract: contract.as_ref(),
        push: None,
        session: None,
        commit: None,
        branch: branch.as_ref().map(|name| name.as_slice()),
        message: None,
        actor: actor_of(start),
    })?;
    Ok((loaded, outcome))
}

/// The change a session is charged with, and what was left out.
struct Found {
    set: ChangeSet,
    moved: Moved,
    /// The baseline.
    tree: Option<ObjectId>,
    /// The work tree of now, as a tree.
    now: Option<ObjectId>,
    /// When one of the changed files was last written, whoever wrote it. Milliseconds since 1970.
    touched: Option<i64>,
    /// The same, of those that git was told not to look at.
    touched_hidden: Option<i64>,
    /// Files with a charged change that git was told not to look at.
    hidden: Vec<Hidden>,
    notes: Vec<String>,
}

impl Found {
    fn of(git: &dyn GitSource, case: &Case<'_>) -> Result<Self, GateError> {
        let start = case.journal.start.as_ref();
        let Some(baseline) = start.and_then(|start| baseline(case.session, start)) else {
            return Ok(Self::unknown(start));
        };
        let tree = baseline.tree;
        let mut set = git.worktree_since(tree)?;
        let hidden = git.hidden();
        // Of all files, those listed beside the baseline included: as a recorded run tells the state it saw.
        let now = hidden::tree_now(git, tree, &set, &hidden);
        baseline.correct(&mut set, git);
        let top = git.layout().work_tree.clone().unwrap_or_default();
        let since = case.journal.started;
        // What could not be told then and was not touched since is as it was.
        set.incomplete.retain(|gap| {
            gap.path.as_ref().is_none_or(|path| !matches!(attribute::stamp(&top, path), Stamp::There(at) if at < since))
        });
        let gaps = start.map(|start| start.incomplete.as_slice()).unwrap_or_default();
        set.incomplete.extend(gaps.iter().map(|reason| Incomplete { path: None, reason: reason.clone() }));
        let written = |change: &Change| attribute::stamp(&top, &change.path).time();
        let touched = set.changes.iter().filter_map(written).max();
        let is_hidden = |change: &&Change| hidden.iter().any(|one| one.differs && one.path == change.path);
        let touched_hidden = set.changes.iter().filter(is_hidden).filter_map(written).max();
        let moved = Moved::since(git, case.journal, case.others)?;
        let mut notes = Vec::new();
        let mut brought: Vec<RepoPath> = Vec::new();
        let mut foreign: Vec<RepoPath> = Vec::new();
        let mut unknown: Vec<RepoPath> = Vec::new();
        let mut lost: Vec<RepoPath> = Vec::new();
        set.changes.retain(|change| {
            let path = || change.path.clone();
            if moved.brought(change) {
                brought.push(path());
                return false;
            }
            let stamp = attribute::stamp(&top, &change.path);
            match attribute::whose(&change.path.to_wire(), stamp, case.journal, case.others) {
                Whose::Agent => true,
                Whose::Other => {
                    foreign.push(path());
                    false
                }
                Whose::Lost => {
                    lost.push(path());
                    false
                }
                // Nobody is charged by guesswork, except where the client gives nothing else to go by.
                Whose::Unknown => {
                    let is_blind = case.journal.is_blind();
                    if !is_blind {
                        unknown.push(path());
                    }
                    is_blind
                }
            }
        });
        let gap = |path, what: &str| Incomplete {
            path,
            reason: format!("{what} while the session could not be recorded, nobody knows by whom; it was not judged"),
        };
        set.incomplete.extend(lost.into_iter().map(|path| gap(Some(path), "it changed")));
        set.incomplete.extend(moved.is_lost.then(|| gap(None, "a commit was made or checked out")));
        notes.extend(note(&brought, "came with commits that were not made in this session, and were not judged"));
        notes.extend(note(&foreign, "changed while no tool of this agent was at work, and were not judged"));
        notes.extend(note(&unknown, "changed, and nothing recorded tells by whom; they were not judged"));
        if case.journal.is_blind() && !set.changes.is_empty() {
            notes.push(
                "this agent tells of no tools, so all that changed since the session began was judged".to_owned(),
            );
        }
        let is_charged = |one: &Hidden| one.differs && set.changes.iter().any(|change| change.path == one.path);
        let hidden = hidden.into_iter().filter(is_charged).collect();
        Ok(Self { set, moved, tree: Some(tree), now, touched, touched_hidden, hidden, notes })
    }

    fn unknown(start: Option<&Start>) -> Self {
        let why = start.and_then(|start| start.incomplete.first()).map(|why| format!(": {why}")).unwrap_or_default();
        let reason = format!("what the work tree was like when the session began is not known{why}");
        let set = ChangeSet {
            subject: change::Subject::Session,
            changes: Vec::new(),
            base: None,
            merge: false,
            engine: change::Engine::Libgit2,
            incomplete: vec![Incomplete { path: None, reason }],
        };
        Self {
            set,
            moved: Moved::default(),
            tree: None,
            now: None,
            touched: None,
            touched_hidden: None,
            hidden: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// The state a session found; `None` where it was not recorded or is lost.
pub fn baseline(session: &Session, start: &Start) -> Option<Snapshot> {
    let tree = id(start.tree.as_deref()?)?;
    let beside = match &start.beside {
        None => Vec::new(),
        Some(digest) => session.read_beside::<Beside>(digest)?.into_iter().map(Beside::read).collect::<Option<_>>()?,
    };
    Some(Snapshot { tree, beside, incomplete: Vec::new() })
}

/// An entry of the list beside a baseline, as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Beside {
    /// Bytes of the path: it need not be text.
    path: Vec<u8>,
    mode: u32,
    id: Option<String>,
}

impl Beside {
    pub fn new(path: &RepoPath, side: Option<Side>) -> Self {
        Self {
            path: path.as_bytes().to_vec(),
            mode: side.map_or(0, |side| side.mode.bits()),
            id: side.map(|side| side.id.to_string()),
        }
    }

    fn read(self) -> Option<(RepoPath, Option<Side>)> {
        let side = match self.id {
            None => None,
            Some(text) => Some(Side { mode: Mode::from_bits(self.mode)?, id: id(&text)? }),
        };
        Some((RepoPath::new(self.path), side))
    }
}

impl Frame<'_> {
    /// A commit of the session, with its own words.
    fn committed(
        &self,
        id: ObjectId,
        facts: &SessionFacts,
        branch: Option<&BString>,
        start: Option<&Start>,
    ) -> Result<Outcome, GateError> {
        let commit = self.git.commit_info(id)?;
        let own = own_message(&commit, MessageSource::Commit);
        self.run(Subject {
            set: self.git.commit(id)?,
            contents: self.git,
            repository: self.git,
            contract: None,
            push: None,
            session: Some(facts),
            commit: Some(commit),
            branch: branch.map(|name| name.as_slice()),
            message: Some(&own),
            actor: actor_of(start),
        })
    }
}

/// What is said of the session is not said again of its commits, and the report is asked for once: of the turn.
fn drop_repeated(outcomes: &mut [Outcome], policy: &Policy) {
    let Some((session, commits)) = outcomes.split_first_mut() else { return };
    for commit in commits {
        commit.findings.retain(|finding| {
            let of_turn = matches!(finding.rule, "report/missing" | "report/undisclosed" | "guard/session-tampered");
            !of_turn && session.findings.iter().all(|other| other.fingerprint != finding.fingerprint)
        });
        commit.decision = engine::decide(&commit.findings, &commit.incomplete, policy.mode);
    }
}

/// The report that counts, or what is wrong with it.
fn declared_report(case: &Case<'_>) -> (Option<Report>, Option<Incomplete>) {
    let Some(text) = case.report.or(case.journal.report.as_deref()) else { return (None, None) };
    // A block in the last words is the newer one.
    let in_message = case.message.is_some_and(|text| text.contains("```warrant")) && case.report.is_none();
    match declared::parse("report", text) {
        _ if in_message => (None, None),
        Ok(report) => (Some(report), None),
        Err(_) => {
            let reason = "the report that was handed in cannot be read again".to_owned();
            (None, Some(Incomplete { path: None, reason }))
        }
    }
}

fn actor_of(start: Option<&Start>) -> Actor {
    let name = start.map(|start| start.agent.as_str()).unwrap_or_default();
    let agent = agent::names().find(|known| *known == name).unwrap_or(agent::UNKNOWN);
    let detail = format!("its hooks, session {}", start.map(|start| start.session.as_str()).unwrap_or_default());
    Actor { evidence: vec![Evidence { agent, kind: EvidenceKind::Session, detail }], marks: Vec::new() }
}

fn id(text: &str) -> Option<ObjectId> {
    ObjectId::from_hex(text.as_bytes())
}

fn note(paths: &[RepoPath], what: &str) -> Option<String> {
    let shown: Vec<String> = paths.iter().take(MAX_NAMED).map(|path| format!("`{path}`")).collect();
    let more = match paths.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!shown.is_empty()).then(|| format!("{}{more} {what}", shown.join(", ")))
}
