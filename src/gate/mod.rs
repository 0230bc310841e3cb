//! A gate: opens the repository, loads the policy from the trusted side, finds out who made the change, and has the
//! engine judge it. The command line, the git hooks and (later) agents and servers all come through here, so that one
//! policy means the same at each.

mod actor;
mod extractor;
mod live;
mod outside;
mod proposed;
pub mod push;
mod range_base;
mod reach;
pub mod session;
mod sides;
mod whole;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::analyze::message::{self, Cleanup};
use crate::claims::declared;
use crate::engine::{self, Input, Part};
use crate::model::actor::Actor;
use crate::model::change::{self, ChangeSet, CommitInfo, Incomplete};
use crate::model::claim::Report;
use crate::model::content::Contents;
use crate::model::contract::Contract;
use crate::model::diagnostic::Diagnostic;
use crate::model::message::{Message, MessageSource};
use crate::model::object::ObjectId;
use crate::model::outcome::{Decision, Outcome};
use crate::model::path::RepoPath;
use crate::model::policy::{AppliesTo, Prose};
use crate::model::push::Push;
use crate::model::receipt::SessionFacts;
use crate::model::repository::{NoRepository, RepoState};
use crate::model::waiver::{Review, Use};
use crate::policy::{self, LevelFlag, Loaded, Nesting};
use crate::session::contract;
use crate::source::agent;
use crate::source::git::{GitError, GitSource, empty_tree};
use crate::source::patch::{self, Patch, PatchError};
use crate::system;

use extractor::{Extracted, Extractor};
use proposed::Proposed;

use range_base::InRange;

pub use live::{Live, is_by_agent};
pub use sides::Sides;

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
    let today = system::today();
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
    let frame = Frame {
        git,
        loaded: &loaded,
        nesting: &nesting,
        request: of_commits.as_ref().unwrap_or(request),
        report: report.as_ref().filter(|_| !is_range),
        today,
        proposed: Proposed::default(),
        extractor: Extractor::default(),
    };
    let mut outcomes = Vec::new();
    watch.begin(&loaded, if is_range { base.range.len() } else { 1 });
    let mut take = |outcome: Outcome| {
        watch.outcome(&outcome);
        outcomes.push(outcome);
    };
    match &request.target {
        Target::Staged => take(frame.live(git.staged(base.explicit)?)?),
        Target::Worktree => take(frame.live(git.worktree(base.explicit)?)?),
        Target::Trees { old, new } => {
            let info = git.resolve(new).ok().and_then(|id| git.commit_info(id).ok());
            take(frame.past(git.trees(old, new)?, info, None)?);
        }
        Target::Commit(revision) => {
            let id = git.resolve(revision)?;
            take(frame.past(git.commit(id)?, Some(git.commit_info(id)?), None)?);
        }
        Target::Range(spec) => {
            if let Some(gap) = base.gap {
                take(reach::unreached(git, spec, gap));
            }
            let branch = frame.range_branch(spec)?;
            let mut sum = whole::Sum::new(loaded.policy.waivers.len());
            for id in base.range {
                let outcome = frame.in_range(id, base.commit, branch.as_deref())?;
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

/// What every outcome of one request shares.
struct Frame<'a> {
    git: &'a dyn GitSource,
    loaded: &'a Loaded,
    nesting: &'a Nesting<'a>,
    request: &'a Request<'a>,
    report: Option<&'a Report>,
    today: Date,
    proposed: Proposed,
    extractor: Extractor,
}

/// One change with what is known of its making.
struct Subject<'a> {
    set: ChangeSet,
    contents: &'a dyn Contents,
    repository: &'a dyn RepoState,
    /// The task's bounds, for a change being made now.
    contract: Option<&'a Contract>,
    /// The push it belongs to, at a gate that judges one.
    push: Option<&'a Push>,
    /// What is known of the session it is made in.
    session: Option<&'a SessionFacts>,
    commit: Option<CommitInfo>,
    branch: Option<&'a [u8]>,
    message: Option<&'a Message>,
    actor: Actor,
}

impl Frame<'_> {
    /// A change being made now: the environment tells who makes it.
    fn live(&self, set: ChangeSet) -> Result<Outcome, GateError> {
        let head = self.git.head()?;
        let branch = head.branch.as_ref().map(|name| name.as_slice());
        let message = self.request.message.as_ref();
        let actor = actor::of_present(self.git, message, branch);
        let contract = contract_in_force(self.git)?;
        let contract = contract.as_ref();
        self.run(Subject {
            set,
            contents: self.git,
            repository: self.git,
            contract,
            push: None,
            session: None,
            commit: None,
            branch,
            message,
            actor,
        })
    }

    /// A change made before: only its own words and makers tell who made it.
    fn past(&self, set: ChangeSet, commit: Option<CommitInfo>, branch: Option<&[u8]>) -> Result<Outcome, GateError> {
        self.past_in(self.git, set, commit, branch)
    }

    /// One commit of a range that started at `base`.
    fn in_range(&self, id: ObjectId, base: Option<ObjectId>, branch: Option<&[u8]>) -> Result<Outcome, GateError> {
        let (set, commit) = (self.git.commit(id)?, self.git.commit_info(id)?);
        let parent = commit.parents.first().copied().filter(|parent| Some(*parent) != base);
        let Some((base, parent)) = base.zip(parent) else { return self.past(set, Some(commit), branch) };
        self.past_in(&InRange::new(self.git, base, parent), set, Some(commit), branch)
    }

    fn past_in(
        &self,
        contents: &dyn Contents,
        set: ChangeSet,
        commit: Option<CommitInfo>,
        branch: Option<&[u8]>,
    ) -> Result<Outcome, GateError> {
        let own = commit.as_ref().map(|commit| own_message(commit, MessageSource::Commit));
        let actor = actor::of_past(commit.as_ref(), own.as_ref(), branch);
        let message = self.request.message.as_ref().or(own.as_ref());
        self.run(Subject {
            set,
            contents,
            repository: self.git,
            contract: None,
            push: None,
            session: None,
            commit,
            branch,
            message,
            actor,
        })
    }

    /// A mail tells who made its change; a bare diff is taken for a change being made now.
    fn patch(&self, patch: Patch) -> Result<Outcome, GateError> {
        let Patch { set, contents, commit } = patch;
        let head = self.git.head()?;
        let own = commit.as_ref().map(|commit| own_message(commit, MessageSource::Patch));
        let message = self.request.message.as_ref().or(own.as_ref());
        let branch = head.branch.as_ref().map(|name| name.as_slice()).filter(|_| commit.is_none());
        let actor = match &commit {
            Some(_) => actor::of_past(commit.as_ref(), own.as_ref(), None),
            None => actor::of_present(self.git, message, branch),
        };
        let repository = &NoRepository;
        self.run(Subject {
            set,
            contents: &contents,
            repository,
            contract: None,
            push: None,
            session: None,
            commit,
            branch,
            message,
            actor,
        })
    }

    fn run(&self, mut subject: Subject<'_>) -> Result<Outcome, GateError> {
        // Of the message judged, which need not be the one that told who made the change.
        subject.actor.marks = subject.message.map(agent::marks).unwrap_or_default();
        let declared = match self.report {
            Some(_) => None,
            None => subject.message.and_then(declared::from_message),
        };
        let declared = match declared {
            Some(Ok(report)) => Some(report),
            Some(Err(faults)) => {
                subject.set.incomplete.push(whole::report_gap(&faults));
                None
            }
            None => None,
        };
        // Who is exempt is held to no folder's policy either, and can mend a broken one.
        let is_exempt = self.loaded.policy.exempts(&subject.actor) && self.request.part != Part::Tree;
        let policy = if is_exempt {
            Cow::Borrowed(&self.loaded.policy)
        } else {
            let paths = subject.set.changes.iter().map(|change| &change.path);
            let policy = self.nesting.policy_for(paths).map_err(GateError::Policy)?;
            if self.request.is_spoken_for { whole::spoken_for(policy) } else { policy }
        };
        let extracted = match subject.message.filter(|_| !is_exempt && self.request.part.has_claims()) {
            Some(message) => self.extractor.read(self.git, message),
            None => Ok(Extracted::default()),
        };
        let (extracted, failed) = match extracted {
            Ok(extracted) => (extracted, None),
            Err(reason) => (Extracted::default(), Some(reason)),
        };
        let mut outcome = engine::check(Input {
            set: &subject.set,
            contents: subject.contents,
            repository: subject.repository,
            policy: &policy,
            actor: subject.actor,
            branch: subject.branch,
            hooks_directory: hooks_directory(self.git),
            contract: subject.contract,
            session: subject.session,
            push: subject.push,
            commit: subject.commit,
            message: subject.message,
            report: self.report.or(declared.as_ref()),
            prose: extracted.claims,
            part: self.request.part,
            review: self.request.review,
            today: self.today,
        });
        let later = matches!(self.request.target, Target::Range(_));
        let when = (self.today, later);
        outcome.notes.extend(extracted.note);
        match failed {
            // What was not read might have blocked.
            Some(reason) if policy.report.prose == Prose::Enforce => {
                outcome.incomplete.push(Incomplete { path: None, reason });
                outcome.decision = outcome.decision.max(Decision::Incomplete);
            }
            failed => outcome.notes.extend(failed),
        }
        self.proposed.note(&policy, &subject.set, subject.contents, &mut outcome.findings, when);
        Ok(outcome)
    }

    /// Every file of a commit as if it were new, by the rules that can judge a tree.
    fn tree(&self, revision: &str) -> Result<Outcome, GateError> {
        let commit = self.git.resolve(revision)?;
        let mut set = self.git.trees(&empty_tree(commit.as_bytes().len()).to_string(), &commit.to_string())?;
        set.subject = change::Subject::Tree { name: revision.to_owned() };
        let request = Request { part: Part::Tree, ..Request::new(Target::All(revision.to_owned())) };
        let request = Request { review: self.request.review, ..request };
        let (git, loaded, nesting, today) = (self.git, self.loaded, self.nesting, self.today);
        let frame = Frame {
            git,
            loaded,
            nesting,
            request: &request,
            report: None,
            today,
            proposed: Proposed::default(),
            extractor: Extractor::default(),
        };
        frame.run(Subject {
            set,
            contents: self.git,
            repository: self.git,
            contract: None,
            push: None,
            session: None,
            commit: None,
            branch: None,
            message: None,
            actor: Actor::default(),
        })
    }

    /// What is to be said of the policy after all commits of a range were judged by it.
    fn policy_itself(&self, engine: change::Engine, uses: &[Use]) -> Option<Outcome> {
        let set = ChangeSet {
            subject: change::Subject::Policy,
            changes: Vec::new(),
            base: None,
            merge: false,
            engine,
            incomplete: Vec::new(),
        };
        let input = Input {
            set: &set,
            contents: self.git,
            repository: self.git,
            policy: &self.loaded.policy,
            actor: Actor::default(),
            branch: None,
            hooks_directory: None,
            contract: None,
            session: None,
            push: None,
            commit: None,
            message: None,
            report: None,
            prose: Vec::new(),
            part: Part::Policy,
            review: Review::Commits,
            today: self.today,
        };
        let outcome = engine::check_after(input, uses);
        (!outcome.findings.is_empty()).then_some(outcome)
    }

    /// The branch a range ends at, where it names one.
    fn range_branch(&self, spec: &str) -> Result<Option<Vec<u8>>, GateError> {
        if let Some(branch) = self.request.branch {
            return Ok(Some(branch.as_bytes().to_vec()));
        }
        let tip = spec.rsplit("..").next().unwrap_or_default();
        if tip.is_empty() || tip == "HEAD" {
            return Ok(self.git.head()?.branch.map(Vec::from));
        }
        let short = tip.strip_prefix("refs/heads/").unwrap_or(tip);
        let exists = self.git.commit_named(&format!("refs/heads/{short}")).flatten().is_some();
        Ok(exists.then(|| short.as_bytes().to_vec()))
    }
}

/// The contract of the work tree's task.
fn contract_in_force(git: &dyn GitSource) -> Result<Option<Contract>, GateError> {
    contract::Place::of(&git.layout().git_dir).load().map_err(GateError::Contract)
}

/// Where `core.hooksPath` lies inside the work tree (git-config: a relative path counts from its top).
fn hooks_directory(git: &dyn GitSource) -> Option<RepoPath> {
    let value = git.config("core.hooksPath").ok().flatten()?;
    let mut path = value.as_slice();
    if let Some(top) = git.layout().work_tree.as_ref().filter(|_| path.starts_with(b"/")) {
        path = path.strip_prefix(top.as_os_str().as_encoded_bytes())?.strip_prefix(b"/")?;
    }
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".").collect();
    let leaves = path.starts_with(b"~") || parts.is_empty() || parts.contains(&&b".."[..]);
    (!leaves).then(|| RepoPath::new(parts.join(&b'/')))
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
