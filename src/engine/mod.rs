//! Runs the planned rules and claims over one change and decides.

mod decide;
pub mod early;
mod stood;
mod waive;

pub use decide::decide;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use crate::analyze::facts::Facts;
use crate::claims::prose::{self, Reading};
use crate::claims::{coverage, verify};
use crate::model::actor::Actor;
use crate::model::change::{ChangeSet, CommitInfo};
use crate::model::claim::{Claim, ClaimKind, Judged, Report};
use crate::model::content::Contents;
use crate::model::contract::Contract;
use crate::model::finding::{Finding, Level};
use crate::model::message::Message;
use crate::model::outcome::{Outcome, Stats};
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::model::push::Push;
use crate::model::receipt::SessionFacts;
use crate::model::repository::RepoState;
use crate::model::waiver::{Review, Use};
use crate::rules::{self, Context, MAX_FINDINGS, Meta, Needs, RULES, RuleDef, Sink};

/// The most findings of one rule kept for a whole tree.
const MAX_OF_TREE: usize = 50_000;

/// Everything one check is made from. Nothing in here is read from disk by the engine.
pub struct Input<'a> {
    pub set: &'a ChangeSet,
    pub contents: &'a dyn Contents,
    pub repository: &'a dyn RepoState,
    pub policy: &'a Policy,
    pub actor: Actor,
    pub branch: Option<&'a [u8]>,
    /// The folder of the work tree that `core.hooksPath` names, where it names one.
    pub hooks_directory: Option<RepoPath>,
    /// The bounds of the task at hand; none for a change of the past.
    pub contract: Option<&'a Contract>,
    /// What is known of the session that made the change; none where no session was recorded.
    pub session: Option<&'a SessionFacts>,
    /// The push the change belongs to.
    pub push: Option<&'a Push>,
    pub commit: Option<CommitInfo>,
    pub message: Option<&'a Message>,
    pub report: Option<&'a Report>,
    /// Claims that someone else read from prose, beside those the engine reads from the message.
    pub prose: Vec<Claim>,
    pub part: Part,
    pub review: Review,
    pub today: Date,
}

/// Which rules a gate can and should judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `pre-commit`: there is no message yet.
    Change,
    /// `commit-msg` after a `pre-commit` that judged the same tree.
    Message,
    Whole,
    /// What an agent's session made, with the words it ends a turn with: they are no commit message.
    Turn,
    /// Paths that a tool is about to write: may they change at all?
    Paths,
    /// What was said of several commits as one change, each of which was judged by itself.
    Report,
    /// Whatever can be told of a tree that stands, not of a change: every file is taken for new.
    Tree,
    /// The policy itself, after the changes of a range.
    Policy,
    /// A ref that a push moves, not a change, and whether what calls us still stands.
    Ref,
}

impl Part {
    /// How many findings of one rule are kept. A tree is judged to be put right, or to be written down as it is.
    fn most_findings(self) -> usize {
        if self == Self::Tree { MAX_OF_TREE } else { MAX_FINDINGS }
    }

    /// Are claims judged?
    pub fn has_claims(self) -> bool {
        matches!(self, Self::Message | Self::Whole | Self::Turn | Self::Report)
    }

    fn takes(self, meta: &Meta) -> bool {
        match self {
            Self::Change => meta.needs.is_change(),
            Self::Message => !meta.needs.is_change(),
            Self::Whole => true,
            Self::Turn => rules::family(meta.id) != "message",
            Self::Paths => meta.needs == Needs::Paths && matches!(rules::family(meta.id), "guard" | "scope"),
            // Whether a report is there at all was asked of the commits.
            Self::Report => meta.needs == Needs::Report && meta.id != "report/missing",
            Self::Tree => rules::is_of_state(meta.id) || is_of_policy(meta.id),
            Self::Policy => is_of_policy(meta.id),
            Self::Ref => rules::family(meta.id) == "history" || meta.id == "guard/session-tampered",
        }
    }
}

/// Judges one change.
pub fn check(input: Input<'_>) -> Outcome {
    check_after(input, &[])
}

/// [`check`], where the waivers did something before this change; for [`Part::Policy`].
pub fn check_after(input: Input<'_>, waiver_uses: &[Use]) -> Outcome {
    let facts = Facts::new(input.set, input.contents);
    let exempt = exemption(&input);
    let waivers = waive::Waivers::new(&input.policy.waivers, input.today, waiver_uses);
    let baseline = stood::Stood::of(input.policy);
    let mut claims = Vec::new();
    let mut undisclosed = Vec::new();
    if input.part.has_claims() {
        // Who is exempt is not held to the words of a message.
        let message = input.message.filter(|_| exempt.is_none());
        let reading = message.map(|message| prose::read(&message.text, &facts)).unwrap_or_default();
        claims = judge_claims(&input, &reading, &facts);
        let by_words = message.is_some() && rules::report::undisclosed::reads_prose(input.policy);
        if input.report.is_some() || by_words {
            let asked = coverage::Asked {
                assertions_removed: input.policy.highest_level("tests/assertion-removed") > Level::Allow,
                tests_weakened: input.policy.highest_level("tests/weakened") > Level::Allow,
            };
            let told = coverage::Told { claims: &claims, report: input.report, message: input.message, asked };
            undisclosed = coverage::undisclosed(&told, &facts);
        }
    }
    let mut findings = Vec::new();
    let mut uses = Vec::new();
    if exempt.is_none() {
        let mut cx = Context {
            policy: input.policy,
            set: input.set,
            facts: &facts,
            actor: &input.actor,
            repository: input.repository,
            branch: input.branch,
            hooks_directory: input.hooks_directory.as_ref(),
            contract: input.contract,
            session: input.session,
            push: input.push,
            commit: input.commit.as_ref(),
            message: input.message,
            report: input.report,
            claims: &claims,
            undisclosed: &undisclosed,
            today: input.today,
            review: input.review,
            waiver_uses: &[],
        };
        run_rules(&cx, input.part, (&waivers, baseline.as_ref()), false, &mut findings);
        if matches!(input.review, Review::Counting | Review::Tree) {
            waivers.count_touched(&cx, input.part);
        }
        // What tells of the waivers comes last: only then is known what they did.
        uses = waivers.uses();
        cx.waiver_uses = &uses;
        run_rules(&cx, input.part, (&waivers, baseline.as_ref()), true, &mut findings);
    }
    findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    // The list of what could not be read is complete only after every rule has asked for what it needs.
    let incomplete = if exempt.is_some() { Vec::new() } else { facts.incomplete() };
    let lines = facts.known_line_totals();
    Outcome {
        subject: input.set.subject.clone(),
        engine: input.set.engine,
        decision: decide(&findings, &incomplete, input.policy.mode),
        stats: Stats {
            files: input.set.changes.len() as u64,
            added_lines: lines.map(|l| l.0),
            deleted_lines: lines.map(|l| l.1),
        },
        commit: input.commit,
        actor: input.actor,
        findings,
        claims,
        undisclosed,
        incomplete,
        exempt,
        notes: Vec::new(),
        waived: waivers.tally().into_iter().chain(baseline.as_ref().and_then(stood::Stood::tally)).collect(),
        waiver_uses: uses,
    }
}

/// The rules that would run, for `--verbose` and the planner's tests.
pub fn plan(policy: &Policy, part: Part) -> impl Iterator<Item = &'static RuleDef> {
    RULES.iter().filter(move |rule| is_planned(rule, policy, part))
}

fn is_planned(rule: &RuleDef, policy: &Policy, part: Part) -> bool {
    part.takes(&rule.meta) && policy.highest_level(rule.meta.id) > Level::Allow
}

fn is_of_policy(id: &str) -> bool {
    rules::family(id) == "policy"
}

fn run_rules(
    cx: &Context<'_>,
    part: Part,
    (waivers, stood): (&waive::Waivers<'_>, Option<&stood::Stood<'_>>),
    of_policy: bool,
    findings: &mut Vec<Finding>,
) {
    let lift = |finding: &mut Finding| {
        waivers.lift(finding);
        if let Some(stood) = stood.filter(|_| finding.waived.is_none()) {
            stood.lift(finding, cx.facts, part);
        }
    };
    let of_these = |rule: &&RuleDef| is_of_policy(rule.meta.id) == of_policy && is_planned(rule, cx.policy, part);
    for rule in RULES.iter().filter(of_these) {
        let missing_message = rule.meta.needs.is_message() && cx.message.is_none() && cx.report.is_none();
        let Some(config) = cx.policy.rule(rule.meta.id).filter(|_| !missing_message) else { continue };
        let mut sink = Sink::new(rule.meta.id, config, cx.commit, findings)
            .lifting(&lift)
            .keeping(part.most_findings())
            .with_nested(&cx.policy.nested);
        rule.run(cx, config.options.as_ref(), &mut sink);
        sink.finish();
    }
}

/// The declared claims, then those of the message. What is declared is not judged a second time where the message says
/// the same.
fn judge_claims(input: &Input<'_>, reading: &Reading, facts: &Facts<'_>) -> Vec<Judged> {
    let declared = input.report.map(|report| report.claims.clone()).unwrap_or_default();
    let claims: Vec<Claim> = declared.into_iter().chain(input.prose.iter().cloned()).collect();
    let evidence =
        verify::Evidence { facts, repository: input.repository, commit: input.commit.as_ref(), session: input.session };
    let mut judged = if claims.is_empty() { Vec::new() } else { verify::judge(claims, &evidence) };
    if !reading.claims.is_empty() {
        let said: FxHashSet<ClaimKind> = judged.iter().map(|one| one.claim.what.clone()).collect();
        judged.extend(prose::judge(reading, &evidence).into_iter().filter(|one| !said.contains(&one.claim.what)));
    }
    judged
}

/// A tree and a policy are nobody's change.
fn exemption(input: &Input<'_>) -> Option<String> {
    let is_change = !matches!(input.part, Part::Tree | Part::Policy);
    (is_change && input.policy.exempts(&input.actor))
        .then(|| "the policy applies to agents, and nothing here shows that an agent made this".to_owned())
}

fn sort_key(finding: &Finding) -> (bool, Option<&[u8]>, Option<u32>, &str, &str) {
    let path = finding.location.path().map(RepoPath::as_bytes);
    // Findings about the whole change come last: the places to mend come first.
    (path.is_none(), path, finding.location.line(), finding.rule, &finding.message)
}

#[cfg(test)]
mod tests;
