//! A gate: opens the repository, loads the policy from the trusted side, finds out who made the change, and has the
//! engine judge it. The command line, the git hooks and (later) agents and servers all come through here, so that one
//! policy means the same at each.

mod actor;
mod attested;
mod extractor;
mod frame;
mod live;
mod outside;
mod proposed;
pub mod push;
mod range;
mod range_base;
mod reach;
pub mod session;
mod sides;
mod whole;

use std::time::{Duration, Instant};

use crate::analyze::message::{self, Cleanup};
use crate::claims::declared;
use crate::engine::Part;
use crate::model::change::{CommitInfo, Incomplete};
use crate::model::contract::Contract;
use crate::model::diagnostic::Diagnostic;
use crate::model::message::{Message, MessageSource};
use crate::model::object::ObjectId;
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::AppliesTo;
use crate::model::waiver::Review;
use crate::policy::{self, LevelFlag, Loaded, Nesting};
use crate::session::{contract, prompt};
use crate::source::git::{GitError, GitSource};
use crate::source::patch::{self, PatchError};

use attested::Attested;
use frame::{Frame, Subject};
use range_base::InRange;

pub use live::{Live, is_by_agent};
pub use sides::Sides;

/// How long a range's notes are looked through for reports.
const TIME_FOR_NOTES: Duration = Duration::from_secs(60);

/// What to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Staged,
    Worktree,
    /// A revision.
    Commit(String),
    /// `A..B`, commit by commit.
    Range(String),
    /// Every file of a revision, as far as a tree can be judged.
    All(String),
    /// `OLD..NEW` as one change between two trees.
    Trees {
        old: String,
        new: String,
    },
    /// A patch file, by the name it was given and its text; each mail of it on its own.
    Patch {
        name: String,
        text: Vec<u8>,
    },
}

/// How to judge it.
#[derive(Debug)]
pub struct Request<'a> {
    pub target: Target,
    /// Compare the index or the work tree with this revision instead of `HEAD`.
    pub base: Option<&'a str>,
    pub part: Part,
    pub review: Review,
    /// Judge this message instead of the commit's own. For a range: what was said of the whole, as in a pull request.
    pub message: Option<Message>,
    /// Name and text of a declared report; for a range, on the whole of it.
    pub report: Option<(&'a str, &'a str)>,
    /// `--policy FILE`: name and bytes.
    pub policy: Option<(String, Vec<u8>)>,
    pub levels: &'a [LevelFlag],
    /// Read the policy from this revision instead of the base of the change: the tip of the branch it is to go to.
    pub policy_at: Option<&'a str>,
    /// The branch the change was made on, where it is not the one checked out.
    pub branch: Option<&'a str>,
    /// A declared report on the whole of a range speaks for its commits. [`judge`] finds that out.
    pub is_spoken_for: bool,
    /// `--applies-to`, over the policy's own word.
    pub applies_to: Option<AppliesTo>,
}

impl Request<'_> {
    pub fn new(target: Target) -> Self {
        Self {
            target,
            base: None,
            part: Part::Whole,
            review: Review::Met,
            message: None,
            report: None,
            policy: None,
            levels: &[],
            policy_at: None,
            branch: None,
            is_spoken_for: false,
            applies_to: None,
        }
    }
}

/// What came of it: one outcome, or one a commit of a range, oldest first; then one on the whole of a range where something
/// was said of that, and one on the policy where that is to be told.
#[derive(Debug)]
pub struct Judgement {
    pub loaded: Loaded,
    /// The commit the change started from, where it did.
    pub base: Option<ObjectId>,
    pub outcomes: Vec<Outcome>,
}

impl Judgement {
    /// The gravest decision; `pass` for an empty range.
    pub fn decision(&self) -> Decision {
        self.outcomes.iter().map(|outcome| outcome.decision).max().unwrap_or(Decision::Pass)
    }
}

/// Why nothing was judged.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    #[error("the policy has faults")]
    Policy(Vec<Diagnostic>),
    #[error("the report has faults")]
    Report(Vec<Diagnostic>),
    #[error("the contract of the task has faults")]
    Contract(Vec<Diagnostic>),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{name}: {error}")]
    Patch { name: String, error: PatchError },
}

/// Told what happens while it happens: long ranges show their findings as they come.
pub trait Watch {
    /// The policy is loaded; so many outcomes will follow.
    fn begin(&mut self, _loaded: &Loaded, _total: usize) {}

    fn outcome(&mut self, _outcome: &Outcome) {}
}

/// Nobody watches.
impl Watch for () {}

/// Judges a change of a repository.
pub fn judge(git: &dyn GitSource, request: &Request<'_>, watch: &mut dyn Watch) -> Result<Judgement, GateError> {
    let report = match request.report {
        Some((name, text)) => Some(declared::parse(name, text).map_err(GateError::Report)?),
        None => None,
    };
    let base = base_commits(git, request)?;
    let sides = Sides::new(git, base.trusted.or(base.commit))?;
    let mut loaded = load_policy(git, &sides, request.policy.clone(), request.levels)?;
    if let Some(applies_to) = request.applies_to {
        loaded.policy.applies_to = applies_to;
    }
    // What is said of a range is no commit's own: it is held against the whole.
    let is_range = matches!(request.target, Target::Range(_));
    let said = whole::Said::of(request, report.as_ref()).filter(|_| is_range);
    let of_commits = is_range.then(|| request.of_commits(said.as_ref(), &mut loaded.policy));
    let nesting = Nesting::new(&loaded, &sides.list());
    let mut frame = Frame::new(git, &loaded, &nesting, of_commits.as_ref().unwrap_or(request));
    frame.report = report.as_ref().filter(|_| !is_range);
    if is_range {
        frame.look_at_notes(Attested::here(git), &base.range, Instant::now() + TIME_FOR_NOTES);
    }
    let mut outcomes = Vec::new();
    watch.begin(&loaded, if is_range { base.range.len() } else { 1 });
    let mut take = |outcome: Outcome| {
        watch.outcome(&outcome);
        outcomes.push(outcome);
    };
    match &request.target {
        Target::Staged => take(frame.live(git.staged(base.explicit)?)?),
        Target::Worktree => {
            let set = git.worktree(base.explicit)?;
            let left_out = session::left_out(&git.hidden());
            let mut outcome = frame.live(set)?;
            outcome.notes.extend(left_out);
            take(outcome);
        }
        Target::Trees { old, new } => {
            let info = git.resolve(new).ok().and_then(|id| git.commit_info(id).ok());
            take(frame.past(git.trees(old, new)?, info, None)?);
        }
        Target::Commit(revision) => {
            let id = git.resolve(revision)?;
            take(frame.past(git.commit(id)?, Some(git.commit_info(id)?), None)?);
        }
        Target::Range(spec) => {
            if let Some(gap) = base.gap.clone() {
                take(reach::unreached(git, spec, gap));
            }
            let branch = frame.range_branch(spec)?;
            let mut sum = whole::Sum::new(loaded.policy.waivers.len());
            frame.commits(&base, branch.as_deref(), &mut |outcome| {
                sum.add(&outcome);
                take(outcome);
            })?;
            for noted in frame.noted.iter() {
                let outcome = frame.noted(noted, branch.as_deref(), sum.makers.clone())?;
                sum.add(&outcome);
                take(outcome);
            }
            if let Some(said) = said.filter(|_| sum.engine.is_some()) {
                let outcome = frame.whole(&said, spec, base.commit, branch.as_deref(), sum.makers.clone())?;
                sum.add(&outcome);
                take(outcome);
            }
            if let Some(outcome) = sum.engine.and_then(|engine| frame.policy_itself(engine, &sum.uses)) {
                take(outcome);
            }
        }
        Target::All(revision) => take(frame.tree(revision)?),
        Target::Patch { name, text } => {
            let parsed = patch::parse(name, text).map_err(|error| GateError::Patch { name: name.clone(), error });
            for patch in parsed? {
                take(frame.patch(patch)?);
            }
        }
    }
    Ok(Judgement { loaded, base: base.commit, outcomes })
}

/// The contract of the work tree's task, with what prompts of the session set besides.
fn contract_in_force(git: &dyn GitSource, session: Option<&session::Present>) -> Result<Option<Contract>, GateError> {
    let contract = contract::Place::of(&git.layout().git_dir).load().map_err(GateError::Contract)?;
    Ok(match session {
        Some(session) => prompt::tightened(contract, &session.journal.lines),
        None => contract,
    })
}

/// What git stored is already clean.
fn own_message(commit: &CommitInfo, source: MessageSource) -> Message {
    message::parse(&commit.message, source, &Cleanup::verbatim())
}

/// The trusted side of a request, and the commits of a range.
#[derive(Debug, Default)]
struct Base {
    /// Where the policy is read from.
    commit: Option<ObjectId>,
    /// `--base`, resolved.
    explicit: Option<ObjectId>,
    range: Vec<ObjectId>,
    /// Where the policy is read from instead, where that was asked for.
    trusted: Option<ObjectId>,
    /// Why the commits of the range cannot be told.
    gap: Option<Incomplete>,
}

fn base_commits(git: &dyn GitSource, request: &Request<'_>) -> Result<Base, GateError> {
    let explicit = request.base.map(|revision| git.resolve(revision)).transpose()?;
    let mut base = Base { explicit, ..Base::default() };
    match request.policy_at.map(|revision| git.resolve(revision)).transpose() {
        Ok(trusted) => base.trusted = trusted,
        // By the policy of another commit it might pass.
        Err(GitError::UnknownRevision(name)) if matches!(request.target, Target::Range(_)) => {
            base.gap = Some(reach::without_target(git, &name)?);
        }
        Err(error) => return Err(error.into()),
    }
    base.commit = match &request.target {
        Target::Staged | Target::Worktree | Target::Patch { .. } => match explicit {
            Some(id) => Some(id),
            None => git.head()?.commit,
        },
        // The parent of a shallow clone's last commit is not there to be trusted; the reader says what that leaves open.
        Target::Commit(revision) => {
            let parents = git.commit_info(git.resolve(revision)?)?.parents;
            parents.first().copied().filter(|parent| git.commit_info(*parent).is_ok())
        }
        Target::Trees { old, .. } => git.resolve(old).ok(),
        Target::All(revision) => Some(git.resolve(revision)?),
        Target::Range(spec) => match reach::range(git, spec)? {
            _ if base.gap.is_some() => None,
            Ok(range) => {
                base.range = range.commits;
                range.base
            }
            Err(gap) => {
                base.gap = Some(gap);
                None
            }
        },
    };
    Ok(base)
}

/// The policy of a repository, under those that stand above it. `explicit` is `--policy FILE`, name and bytes.
pub fn load_policy(
    git: &dyn GitSource,
    sides: &Sides<'_>,
    explicit: Option<(String, Vec<u8>)>,
    levels: &[LevelFlag],
) -> Result<Loaded, GateError> {
    let outside = outside::policies(git)?;
    let request = policy::Request { explicit, sides: sides.list(), levels };
    policy::load_below(&request, &outside).map_err(GateError::Policy)
}
