//! What was said of a range as a whole, as the description of a pull request does: it is held against all that the range
//! changed, and never against one commit of it. Each commit answers for its own message.

use std::borrow::Cow;

use crate::claims::declared;
use crate::engine::Part;
use crate::model::actor::Actor;
use crate::model::change::{Engine, Incomplete, Subject as Judged};
use crate::model::claim::Report;
use crate::model::diagnostic::Diagnostic;
use crate::model::message::Message;
use crate::model::object::ObjectId;
use crate::model::outcome::Outcome;
use crate::model::policy::{Policy, Require};
use crate::model::waiver::Use;
use crate::source::git::empty_tree;

use super::attested::Noted;
use super::{Frame, GateError, Request, Subject, actor};

/// A message or a report on a range.
pub(super) struct Said<'a> {
    message: Option<&'a Message>,
    report: Option<&'a Report>,
}

impl<'a> Said<'a> {
    pub(super) fn of(request: &'a Request<'_>, report: Option<&'a Report>) -> Option<Self> {
        let message = request.message.as_ref().filter(|message| !message.is_blank());
        (message.is_some() || report.is_some()).then_some(Self { message, report })
    }

    /// Is it a report that can be judged, and not only words?
    fn is_declared(&self) -> bool {
        self.report.is_some() || self.message.and_then(declared::from_message).is_some_and(|report| report.is_ok())
    }
}

/// Whoever reports on all of a range need not do so in each commit. A commit still says something.
fn speak_for_commits(policy: &mut Policy) {
    if policy.report.require == Require::Declared {
        policy.report.require = Require::Message;
    }
}

/// [`speak_for_commits`] for the policies of folders.
pub(super) fn spoken_for(policy: Cow<'_, Policy>) -> Cow<'_, Policy> {
    if policy.report.require != Require::Declared {
        return policy;
    }
    let mut policy = policy.into_owned();
    speak_for_commits(&mut policy);
    Cow::Owned(policy)
}

/// A report in a message that cannot be read is not the same as none: the check says so.
pub(super) fn report_gap(faults: &[Diagnostic]) -> Incomplete {
    let first = faults.first().map(|fault| match &fault.origin {
        Some(origin) => format!("{} (line {} of the block)", fault.message, origin.line()),
        None => fault.message.clone(),
    });
    let more = faults.len().saturating_sub(1);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    Incomplete {
        path: None,
        reason: format!("the declared report in the message has faults: {}{more}", first.unwrap_or_default()),
    }
}

/// What the outcomes of a range come to.
pub(super) struct Sum {
    pub(super) uses: Vec<Use>,
    /// `None` while nothing was judged.
    pub(super) engine: Option<Engine>,
    /// Everybody who shows, each agent once.
    pub(super) makers: Actor,
}

impl Sum {
    pub(super) fn new(waivers: usize) -> Self {
        Self { uses: vec![Use::default(); waivers], engine: None, makers: Actor::default() }
    }

    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.uses.iter_mut().zip(&outcome.waiver_uses).for_each(|(sum, one)| *sum += *one);
        self.engine = Some(outcome.engine);
        for sign in &outcome.actor.evidence {
            if !self.makers.evidence.iter().any(|known| known.agent == sign.agent) {
                self.makers.evidence.push(sign.clone());
            }
        }
    }
}

impl<'a> Request<'a> {
    /// What is asked of each commit of a range. Nothing that was said of the whole counts for it, but that it was said.
    pub(super) fn of_commits(&self, said: Option<&Said<'_>>, policy: &mut Policy) -> Request<'a> {
        let is_spoken_for = said.is_some_and(Said::is_declared);
        if is_spoken_for {
            speak_for_commits(policy);
        }
        Request { is_spoken_for, ..self.without_words() }
    }

    fn without_words(&self) -> Request<'a> {
        let (base, part, review, levels, branch) = (self.base, self.part, self.review, self.levels, self.branch);
        Request { base, part, review, levels, branch, ..Request::new(self.target.clone()) }
    }
}

impl Frame<'_> {
    /// The range as one change, with what was said of it. Whoever made a commit of it is held to that.
    pub(super) fn whole(
        &self,
        said: &Said<'_>,
        spec: &str,
        base: Option<ObjectId>,
        branch: Option<&[u8]>,
        makers: Actor,
    ) -> Result<Outcome, GateError> {
        let tip = spec.rsplit("..").next().filter(|tip| !tip.is_empty()).unwrap_or("HEAD");
        let tip = self.git.resolve(tip)?;
        let old = base.unwrap_or_else(|| empty_tree(tip.as_bytes().len()));
        self.between((old, tip), said, spec, branch, makers)
    }

    /// What a note's report is about, with that report.
    pub(super) fn noted(&self, noted: &Noted, branch: Option<&[u8]>, makers: Actor) -> Result<Outcome, GateError> {
        let said = Said { message: None, report: Some(&noted.report) };
        let name = format!("{}..{}", noted.since.short(), noted.tip.short());
        self.between((noted.since, noted.tip), &said, &name, branch, makers)
    }

    fn between(
        &self,
        (old, tip): (ObjectId, ObjectId),
        said: &Said<'_>,
        name: &str,
        branch: Option<&[u8]>,
        makers: Actor,
    ) -> Result<Outcome, GateError> {
        let mut set = self.git.trees(&old.to_string(), &tip.to_string())?;
        set.subject = Judged::Range { name: name.to_owned() };
        let mut actor = actor::of_past(None, said.message, branch);
        actor.evidence.extend(makers.evidence);
        let request = Request { part: Part::Report, ..self.request.without_words() };
        let frame = Frame { report: said.report, ..Frame::new(self.git, self.loaded, self.nesting, &request) };
        let session = self.recorded_on(tip);
        let mut outcome = frame.run(Subject {
            set,
            contents: self.git,
            repository: self.git,
            contract: None,
            push: None,
            session: session.as_ref(),
            // `committed` and `pushed` are asked of the tip.
            commit: Some(self.git.commit_info(tip)?),
            branch,
            message: said.message,
            actor,
        })?;
        // What was found is not the tip's alone.
        outcome.commit = None;
        outcome.findings.iter_mut().for_each(|finding| finding.commit = None);
        Ok(outcome)
    }
}
