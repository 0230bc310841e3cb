//! What every outcome of one request shares, and one change taken from end to end: who made it, what it says, the policy for
//! its paths, the verdict.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;

use super::attested::{Attested, Noted};
use super::extractor::{Extracted, Extractor};
use super::proposed::{self, Proposed};
use super::range_base::InRange;
use super::{GateError, Request, Target, actor, contract_in_force, own_message, session, whole};
use crate::claims::declared;
use crate::engine::{self, Input, Part};
use crate::model::actor::Actor;
use crate::model::change::{self, ChangeSet, CommitInfo, Incomplete};
use crate::model::claim::Report;
use crate::model::content::Contents;
use crate::model::contract::Contract;
use crate::model::message::{Message, MessageSource};
use crate::model::object::ObjectId;
use crate::model::outcome::{Decision, Outcome};
use crate::model::path::RepoPath;
use crate::model::policy::Prose;
use crate::model::push::Push;
use crate::model::receipt::SessionFacts;
use crate::model::repository::{NoRepository, RepoState};
use crate::model::waiver::{Review, Use, Waiver};
use crate::policy::{Loaded, Nesting};
use crate::session::receipts::{Receipts, Recorded};
use crate::source::agent;
use crate::source::git::{GitSource, empty_tree};
use crate::source::patch::Patch;
use crate::system;

/// What every outcome of one request shares.
pub(super) struct Frame<'a> {
    pub(super) git: &'a dyn GitSource,
    pub(super) loaded: &'a Loaded,
    pub(super) nesting: &'a Nesting<'a>,
    pub(super) request: &'a Request<'a>,
    pub(super) report: Option<&'a Report>,
    pub(super) today: Date,
    pub(super) proposed: Proposed,
    pub(super) extractor: Extractor,
    /// The notes on commits, at a gate that looks at them.
    pub(super) attested: Option<Attested<'a>>,
    /// The reports that came with them.
    pub(super) noted: Arc<[Noted]>,
    /// Runs recorded by `git-warrant run`, read at first need.
    pub(super) recorded: OnceCell<Vec<Recorded>>,
}

/// One change with what is known of its making.
pub(super) struct Subject<'a> {
    pub(super) set: ChangeSet,
    pub(super) contents: &'a dyn Contents,
    pub(super) repository: &'a dyn RepoState,
    /// The task's bounds, for a change being made now.
    pub(super) contract: Option<&'a Contract>,
    /// The push it belongs to, at a gate that judges one.
    pub(super) push: Option<&'a Push>,
    /// What is known of the session it is made in.
    pub(super) session: Option<&'a SessionFacts>,
    pub(super) commit: Option<CommitInfo>,
    pub(super) branch: Option<&'a [u8]>,
    pub(super) message: Option<&'a Message>,
    pub(super) actor: Actor,
}

/// What came of one change on its own.
pub(super) struct Judged {
    outcome: Outcome,
    /// The waivers that come with it.
    proposed: Vec<Waiver>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        git: &'a dyn GitSource,
        loaded: &'a Loaded,
        nesting: &'a Nesting<'a>,
        request: &'a Request<'a>,
    ) -> Self {
        Self {
            git,
            loaded,
            nesting,
            request,
            report: None,
            today: system::today(),
            proposed: Proposed::default(),
            extractor: Extractor::default(),
            attested: None,
            noted: Arc::from([]),
            recorded: OnceCell::new(),
        }
    }

    /// What lies on the commits that are to be judged counts.
    pub(super) fn look_at_notes(&mut self, attested: Attested<'a>, commits: &[ObjectId], until: Instant) {
        self.noted = Arc::from(attested.reports(commits, until));
        self.attested = Some(attested);
    }

    pub(super) fn repository(&self) -> &dyn RepoState {
        match &self.attested {
            Some(attested) => attested,
            None => self.git,
        }
    }

    /// Does a report on more than this commit speak for it?
    pub(super) fn is_spoken_for(&self, commit: Option<&CommitInfo>) -> bool {
        let by_note = |commit: &CommitInfo| self.noted.iter().any(|noted| noted.covers.contains(&commit.id));
        self.request.is_spoken_for || commit.is_some_and(by_note)
    }
}

impl Frame<'_> {
    /// A change being made now: the environment tells who makes it.
    pub(super) fn live(&self, set: ChangeSet) -> Result<Outcome, GateError> {
        let head = self.git.head()?;
        let branch = head.branch.as_ref().map(|name| name.as_slice());
        let message = self.request.message.as_ref();
        let actor = actor::of_present(self.git, message, branch);
        let session = actor.agent().and_then(|agent| session::Present::of(self.git, Some(agent)));
        let contract = contract_in_force(self.git, session.as_ref())?;
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
    pub(super) fn past(
        &self,
        set: ChangeSet,
        commit: Option<CommitInfo>,
        branch: Option<&[u8]>,
    ) -> Result<Outcome, GateError> {
        self.past_in(self.git, set, commit, branch).map(|judged| self.told(judged))
    }

    /// One commit of a range that started at `base`.
    pub(super) fn in_range(
        &self,
        id: ObjectId,
        base: Option<ObjectId>,
        branch: Option<&[u8]>,
    ) -> Result<Judged, GateError> {
        let (set, commit) = (self.git.commit(id)?, self.git.commit_info(id)?);
        let parent = commit.parents.first().copied().filter(|parent| Some(*parent) != base);
        let Some((base, parent)) = base.zip(parent) else { return self.past_in(self.git, set, Some(commit), branch) };
        self.past_in(&InRange::new(self.git, base, parent), set, Some(commit), branch)
    }

    pub(super) fn past_in(
        &self,
        contents: &dyn Contents,
        set: ChangeSet,
        commit: Option<CommitInfo>,
        branch: Option<&[u8]>,
    ) -> Result<Judged, GateError> {
        let own = commit.as_ref().map(|commit| own_message(commit, MessageSource::Commit));
        let actor = actor::of_past(commit.as_ref(), own.as_ref(), branch);
        let message = self.request.message.as_ref().or(own.as_ref());
        let session = commit.as_ref().and_then(|commit| self.recorded_on(commit.id));
        self.judge(Subject {
            set,
            contents,
            repository: self.repository(),
            contract: None,
            push: None,
            session: session.as_ref(),
            commit,
            branch,
            message,
            actor,
        })
    }

    /// What `git-warrant run` recorded on the very files of a commit, as in a job of CI that checked it out.
    pub(super) fn recorded_on(&self, commit: ObjectId) -> Option<SessionFacts> {
        let recorded = self.recorded.get_or_init(|| Receipts::of(&self.git.layout().common_dir).load());
        session::recorded_on(self.git, recorded, commit)
    }

    /// A mail tells who made its change; a bare diff is taken for a change being made now.
    pub(super) fn patch(&self, patch: Patch) -> Result<Outcome, GateError> {
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

    pub(super) fn run(&self, subject: Subject<'_>) -> Result<Outcome, GateError> {
        self.judge(subject).map(|judged| self.told(judged))
    }

    /// An outcome after those before it.
    pub(super) fn told(&self, judged: Judged) -> Outcome {
        let Judged { mut outcome, proposed } = judged;
        self.proposed.note(proposed, &mut outcome.findings, self.today);
        outcome
    }

    /// Judges one change on its own.
    pub(super) fn judge(&self, mut subject: Subject<'_>) -> Result<Judged, GateError> {
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
            if self.is_spoken_for(subject.commit.as_ref()) { whole::spoken_for(policy) } else { policy }
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
        outcome.notes.extend(extracted.note);
        match failed {
            // What was not read might have blocked.
            Some(reason) if policy.report.prose == Prose::Enforce => {
                outcome.incomplete.push(Incomplete { path: None, reason });
                outcome.decision = outcome.decision.max(Decision::Incomplete);
            }
            failed => outcome.notes.extend(failed),
        }
        // What comes with this change is told of the later ones, too.
        let later = matches!(self.request.target, Target::Range(_));
        let proposed = if later || outcome.findings.iter().any(|finding| finding.waived.is_none()) {
            proposed::of(&policy, &subject.set, subject.contents)
        } else {
            Vec::new()
        };
        Ok(Judged { outcome, proposed })
    }

    /// Every file of a commit as if it were new, by the rules that can judge a tree.
    pub(super) fn tree(&self, revision: &str) -> Result<Outcome, GateError> {
        let commit = self.git.resolve(revision)?;
        let mut set = self.git.trees(&empty_tree(commit.as_bytes().len()).to_string(), &commit.to_string())?;
        set.subject = change::Subject::Tree { name: revision.to_owned() };
        let request = Request { part: Part::Tree, ..Request::new(Target::All(revision.to_owned())) };
        let request = Request { review: self.request.review, ..request };
        let frame = Frame::new(self.git, self.loaded, self.nesting, &request);
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
    pub(super) fn policy_itself(&self, engine: change::Engine, uses: &[Use]) -> Option<Outcome> {
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
    pub(super) fn range_branch(&self, spec: &str) -> Result<Option<Vec<u8>>, GateError> {
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
