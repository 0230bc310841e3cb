//! A push: every ref that moves, and every commit that the other side does not have yet, each judged anew. Nothing that was
//! left by an earlier gate is believed.
//!
//! The policy is that of what stands: the ref's old commit; for a new ref the default branch. On a server, a branch that is there
//! is asked of every commit that neither it nor the default branch has, whoever had it before: another branch may have let
//! in what this one does not. A new ref is asked of what no branch or tag has.

use std::time::{Duration, Instant};

use bstr::ByteSlice as _;

use super::attested::Attested;
use super::frame::Judged;
use super::session::Present;
use super::whole::Sum;
use super::{Frame, GateError, InRange, Request, Sides, Subject, Target, actor, load_policy, own_message};
use crate::engine::{self, Input, Part};
use crate::model::actor::Actor;
use crate::model::attestation::NOTES;
use crate::model::change::{self, ChangeSet, Incomplete};
use crate::model::message::MessageSource;
use crate::model::object::ObjectId;
use crate::model::outcome::{Decision, Outcome, Stats};
use crate::model::policy::{AppliesTo, Policy};
use crate::model::push::{Push, RefUpdate};
use crate::model::receipt::SessionFacts;
use crate::model::waiver::Review;
use crate::policy::{Loaded, Nesting};
use crate::source::git::{GitSource, Known};
use crate::system;
use crate::system::crew;

/// Where the push is judged.
#[derive(Clone, Debug)]
pub enum At {
    /// Before it leaves: the remote's name, as git has it (a URL, where it has no name).
    Client { remote: String },
    /// Where it arrives.
    Server,
}

/// How much one push may cost. What is not judged by then is said, and holds the push up.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    pub commits: usize,
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { commits: 50_000, time: Duration::from_secs(300) }
    }
}

/// Told of each outcome, with the policy it came from and the ref it belongs to. Outcomes are not kept.
pub type Tell<'a> = dyn FnMut(&RefUpdate, &Policy, &Outcome) + 'a;

/// Judges all refs of one push. The gravest decision.
pub fn judge_push(
    git: &dyn GitSource,
    updates: &[RefUpdate],
    at: &At,
    budget: Budget,
    tell: &mut Tell<'_>,
) -> Result<Decision, GateError> {
    let mut spent = Spent { until: Instant::now() + budget.time, left: budget.commits, budget };
    let mut worst = Decision::Pass;
    let notes = notes(git, updates);
    for update in updates.iter().filter(|update| !is_of_tools(update)) {
        let scene = Scene::new(git, update, at, notes)?;
        let mut take = |policy: &Policy, outcome: &Outcome| {
            worst = worst.max(outcome.decision);
            tell(update, policy, outcome);
        };
        scene.judge(&mut spent, &mut take)?;
    }
    Ok(worst)
}

/// Notes and our own refs hold no code: their commits are lists of remarks.
fn is_of_tools(update: &RefUpdate) -> bool {
    [&b"refs/notes/"[..], b"refs/warrant/"].iter().any(|prefix| update.name.starts_with(prefix))
}

/// The notes that hold once the push is let in: those that come with it, or those that are here.
fn notes(git: &dyn GitSource, updates: &[RefUpdate]) -> Option<ObjectId> {
    let pushed = updates.iter().find(|update| update.name == NOTES).and_then(|update| update.new);
    pushed.and_then(|id| git.peel(id).ok().flatten()).or_else(|| git.commit_named(NOTES).flatten())
}

struct Spent {
    until: Instant,
    left: usize,
    budget: Budget,
}

impl Spent {
    /// Why nothing more is judged, where that is so.
    fn is_over(&self) -> Option<String> {
        if self.left == 0 {
            return Some(format!("the bound of {} commits a push is reached", self.budget.commits));
        }
        (Instant::now() >= self.until)
            .then(|| format!("the bound of {} seconds a push is reached", self.budget.time.as_secs()))
    }
}

/// One ref, its policy and its new commits.
struct Scene<'a> {
    git: &'a dyn GitSource,
    update: &'a RefUpdate,
    at: &'a At,
    /// Where the policy is read from.
    trusted: Option<ObjectId>,
    loaded: Loaded,
    rewrites: Option<bool>,
    /// Parents first.
    commits: Vec<ObjectId>,
    /// Why the commits are not known.
    unknown: Option<String>,
    /// The commit of the notes that hold once the push is let in.
    notes: Option<ObjectId>,
}

impl<'a> Scene<'a> {
    fn new(
        git: &'a dyn GitSource,
        update: &'a RefUpdate,
        at: &'a At,
        notes: Option<ObjectId>,
    ) -> Result<Self, GateError> {
        let old = update.old.and_then(|id| git.peel(id).ok()).flatten();
        let default = default_commit(git, at)?;
        let trusted = if update.is_tag() { default.or(old) } else { old.or(default) };
        let new = match update.new {
            None => None,
            // A tag of a tree or a file has no commits.
            Some(id) => git.peel(id)?,
        };
        let rewrites = match (update.old, old, new) {
            // A tag stands for one thing; to point it elsewhere is to take that back.
            (Some(was), ..) if update.is_tag() => Some(update.new != Some(was)),
            (Some(_), Some(old), Some(new)) => git.is_ancestor(old, new)?.map(|kept| !kept),
            (Some(_), None, _) => None,
            _ => Some(false),
        };
        let (commits, unknown) = match new {
            None => (Vec::new(), None),
            Some(new) => match git.new_commits(&[new], &known(update, at, old, default)) {
                Ok(commits) => (commits, None),
                Err(error) => (Vec::new(), Some(error.to_string())),
            },
        };
        // Before a first push there may be no side to trust but what the commits themselves come from.
        let trusted = match (trusted, commits.first()) {
            (None, Some(first)) => git.commit_info(*first)?.parents.first().copied(),
            (trusted, _) => trusted,
        };
        let loaded = load_policy(git, &Sides::new(git, trusted)?, None, &[])?;
        Ok(Self { git, update, at, trusted, loaded, rewrites, commits, unknown, notes })
    }

    fn judge(&self, spent: &mut Spent, take: &mut dyn FnMut(&Policy, &Outcome)) -> Result<(), GateError> {
        let sides = Sides::new(self.git, self.trusted)?;
        let nesting = Nesting::new(&self.loaded, &sides.list());
        let name = self.update.name.to_str_lossy().into_owned();
        // A target only says how what is found is told: as a range.
        let request = Request { review: Review::Counting, ..Request::new(Target::Range(name)) };
        let mut frame = Frame::new(self.git, &self.loaded, &nesting, &request);
        frame.look_at_notes(Attested::at(self.git, self.notes), &self.commits, spent.until);
        let policy = &self.loaded.policy;
        let mut pusher = match self.at {
            At::Client { .. } => actor::of_present(self.git, None, self.update.branch().map(|name| name.as_bytes())),
            At::Server => Actor::default(),
        };
        let mut makers = Sum::new(0);
        let mut gap = self.unknown.clone().map(|why| format!("the new commits are not known: {why}"));
        let count = self.commits.len();
        let mut index = 0;
        let judged = self.each(&frame, count.min(spent.left), &mut |judged| {
            if let Some(why) = spent.is_over() {
                return Err(Stop::Over(why));
            }
            (spent.left, index) = (spent.left - 1, index + 1);
            let Some(outcome) = judged?.map(|judged| frame.told(judged)) else { return Ok(()) };
            if pusher.agent().is_none() && outcome.actor.agent().is_some() {
                pusher = outcome.actor.clone();
            }
            makers.add(&outcome);
            take(policy, &outcome);
            Ok(())
        });
        let over = match judged {
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Over(why)) => Some(why),
            Ok(()) => spent.is_over().filter(|_| index < count),
        };
        if let Some(why) = over {
            gap = Some(format!("{} of {count} commits were not judged: {why}", count - index));
        }
        for noted in frame.noted.iter().filter(|_| gap.is_none()) {
            let branch = self.update.branch().map(|name| name.as_bytes());
            take(policy, &frame.noted(noted, branch, makers.makers.clone())?);
        }
        take(policy, &self.of_ref(pusher, gap));
        Ok(())
    }

    /// Judges the first of the commits, in order: many of them by several threads.
    fn each(
        &self,
        frame: &Frame<'_>,
        count: usize,
        take: &mut dyn FnMut(Result<Option<Judged>, GateError>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let commits = self.commits.get(..count).unwrap_or_default();
        let asked = Asked {
            update: self.update,
            trusted: self.trusted,
            policy: &self.loaded.policy,
            rewrites: self.rewrites,
            at_client: matches!(self.at, At::Client { .. }),
        };
        if count < crew::MIN_ITEMS {
            return commits.iter().try_for_each(|id| take(asked.commit(frame, *id)));
        }
        frame.in_parts(commits.len(), self.trusted, |frame, index| asked.commit(frame, commits[index]), take)
    }

    /// What is to be said of the ref itself, and of what could not be judged.
    fn of_ref(&self, pusher: Actor, gap: Option<String>) -> Outcome {
        let subject = change::Subject::Ref { name: self.update.name.clone() };
        let incomplete: Vec<Incomplete> = gap.map(|reason| Incomplete { path: None, reason }).into_iter().collect();
        let set = ChangeSet {
            subject,
            changes: Vec::new(),
            base: None,
            merge: false,
            engine: change::Engine::Plumbing,
            incomplete,
        };
        let push = Push { update: self.update.clone(), of_ref: true, rewrites: self.rewrites, passed: None };
        let policy = &self.loaded.policy;
        // Of the session under way, only whether our hooks still stand: what it ran says nothing of commits of before.
        let session = match self.at {
            At::Client { .. } if pusher.agent().is_some() => {
                Present::of(self.git, pusher.agent()).map(|session| session.facts(self.git))
            }
            _ => None,
        };
        let session =
            session.map(|facts| SessionFacts { id: facts.id, tampered: facts.tampered, ..Default::default() });
        let exempt = policy.applies_to == AppliesTo::Agents && pusher.agent().is_none();
        let mut outcome = engine::check(Input {
            set: &set,
            contents: self.git,
            repository: self.git,
            policy,
            actor: pusher,
            branch: self.update.branch().map(|name| name.as_bytes()),
            hooks_directory: None,
            contract: None,
            session: session.as_ref(),
            push: Some(&push),
            commit: None,
            message: None,
            report: None,
            prose: Vec::new(),
            part: Part::Ref,
            review: Review::Counting,
            today: system::today(),
        });
        // Whoever made them, commits that nobody looked at are not let in.
        if exempt && !set.incomplete.is_empty() {
            outcome.incomplete.extend(set.incomplete);
            outcome.decision = outcome.decision.max(Decision::Incomplete);
        }
        outcome.stats = Stats::default();
        outcome
    }
}

/// Why no more commits are judged.
enum Stop {
    Over(String),
    Failed(GateError),
}

impl From<GateError> for Stop {
    fn from(error: GateError) -> Self {
        Self::Failed(error)
    }
}

/// What is asked of each commit.
struct Asked<'a> {
    update: &'a RefUpdate,
    trusted: Option<ObjectId>,
    policy: &'a Policy,
    rewrites: Option<bool>,
    at_client: bool,
}

impl Asked<'_> {
    /// `None` for the commit of a person, where the policy is for agents.
    fn commit(&self, frame: &Frame<'_>, id: ObjectId) -> Result<Option<Judged>, GateError> {
        let git = frame.git;
        let commit = git.commit_info(id)?;
        let branch = self.update.branch().map(|name| name.as_bytes());
        let message = own_message(&commit, MessageSource::Commit);
        let actor = actor::of_past(Some(&commit), Some(&message), branch);
        if self.policy.exempts(&actor) {
            return Ok(None);
        }
        let set = git.commit(id)?;
        // A server says nothing of what passed at the clients: notes need not come along.
        let asks = self.at_client && actor.agent().is_some();
        let passed = frame.attested.as_ref().filter(|_| asks).and_then(|attested| attested.passed(id));
        let push = Push { update: self.update.clone(), of_ref: false, rewrites: self.rewrites, passed };
        let parent = commit.parents.first().copied().filter(|parent| Some(*parent) != self.trusted);
        let in_range = self.trusted.zip(parent).map(|(base, parent)| InRange::new(git, base, parent));
        let judged = frame.judge(Subject {
            set,
            contents: match &in_range {
                Some(contents) => contents,
                None => git,
            },
            repository: frame.repository(),
            contract: None,
            session: None,
            push: Some(&push),
            commit: Some(commit),
            branch,
            message: Some(&message),
            actor,
        })?;
        Ok(Some(judged))
    }
}

/// The commit whose policy holds for refs that are new: the default branch of the side pushed to, as far as it is known.
fn default_commit(git: &dyn GitSource, at: &At) -> Result<Option<ObjectId>, GateError> {
    match at {
        At::Server => Ok(git.head()?.commit),
        At::Client { remote } => {
            let named = |name: &str| git.commit_named(name).flatten();
            Ok(["HEAD", "main", "master"].iter().find_map(|name| named(&format!("refs/remotes/{remote}/{name}"))))
        }
    }
}

/// What the side pushed to has.
fn known(update: &RefUpdate, at: &At, old: Option<ObjectId>, default: Option<ObjectId>) -> Known {
    let old: Vec<ObjectId> = old.into_iter().collect();
    match at {
        At::Client { remote } => Known::Remote(remote.clone(), old),
        // Another branch may have had another policy, so what comes from one is judged by this one's.
        At::Server if update.branch().is_some() && !old.is_empty() => {
            Known::Only(old.into_iter().chain(default).collect())
        }
        At::Server => Known::BranchesAndTags(old),
    }
}
