//! Planning, waivers, exemption and decision, each at its own level.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, date};

use super::{Part, decide, plan, waive};
use crate::model::actor::{Actor, Evidence, EvidenceKind};
use crate::model::change::{ChangeSet, Engine, Incomplete, Subject};
use crate::model::finding::{Finding, Level, Location};
use crate::model::globs::Globs;
use crate::model::origin::{Origin, PolicySource};
use crate::model::outcome::{Decision, Outcome};
use crate::model::path::RepoPath;
use crate::model::policy::{Mode, Policy};
use crate::model::repository::NoRepository;
use crate::model::waiver::{Lifted, Review, Waiver};
use crate::policy::{self, Request};
use crate::rules::Needs;
use crate::source::memory::{self, File, Tree};

const TODAY: Date = date(2026, 6, 1);

fn origin() -> Origin {
    let source = PolicySource { name: "warrant.toml".to_owned(), text: String::new(), side: "HEAD".to_owned() };
    Origin { source: Arc::new(source), span: 0..0 }
}

fn finding(rule: &'static str, path: Option<&str>, level: Level) -> Finding {
    Finding {
        rule,
        level,
        message: "something".to_owned(),
        location: path.map_or(Location::Change, |path| Location::Path { path: RepoPath::from(path) }),
        notes: Vec::new(),
        help: None,
        origin: None,
        claim: None,
        fingerprint: String::new(),
        commit: None,
        waived: None,
    }
}

fn waiver(rule: &str, paths: &[&str], until: Date) -> Waiver {
    let paths = Globs::of(paths).expect("valid globs");
    Waiver {
        rule: rule.to_owned(),
        paths,
        fingerprints: BTreeSet::new(),
        reason: "a reason".to_owned(),
        until,
        owner: None,
        origin: origin(),
    }
}

fn load(text: &str) -> Policy {
    let explicit = Some(("warrant.toml".to_owned(), format!("schema = 1\n{text}").into_bytes()));
    policy::load(&Request { explicit, sides: Vec::new(), levels: &[] }).expect("the policy is sound").policy
}

fn agent() -> Actor {
    let sign = Evidence { agent: "codex", kind: EvidenceKind::Trailer, detail: "a trailer".to_owned() };
    Actor { evidence: vec![sign], ..Actor::default() }
}

fn judge(policy: &Policy, actor: Actor, part: Part, set: &ChangeSet, contents: &memory::Memory) -> Outcome {
    super::check(super::Input {
        set,
        contents,
        repository: &NoRepository,
        policy,
        actor,
        branch: None,
        hooks_directory: None,
        contract: None,
        session: None,
        push: None,
        commit: None,
        message: None,
        report: None,
        prose: Vec::new(),
        part,
        review: Review::Met,
        today: TODAY,
    })
}

fn one_file() -> (ChangeSet, memory::Memory) {
    memory::change_set(&Tree::new(), &Tree::from([(RepoPath::from("a.txt"), File::regular("one\n"))]))
}

#[test]
fn the_gravest_standing_finding_decides() {
    let of = |levels: &[Level], mode| {
        let findings: Vec<Finding> = levels.iter().map(|level| finding("scope/denied-path", None, *level)).collect();
        decide(&findings, &[], mode)
    };
    assert_eq!(of(&[], Mode::Enforce), Decision::Pass);
    assert_eq!(of(&[Level::Warn], Mode::Enforce), Decision::Warn);
    assert_eq!(of(&[Level::Warn, Level::Deny], Mode::Enforce), Decision::Block);
    assert_eq!(of(&[Level::Warn, Level::Deny], Mode::Report), Decision::Warn);
}

#[test]
fn what_could_not_be_judged_never_passes() {
    let gap = [Incomplete { path: None, reason: "a reason".to_owned() }];
    let denied = [finding("scope/denied-path", None, Level::Deny)];
    assert_eq!(decide(&[], &gap, Mode::Enforce), Decision::Incomplete);
    assert_eq!(decide(&[], &gap, Mode::Report), Decision::Incomplete);
    assert_eq!(decide(&denied, &gap, Mode::Enforce), Decision::Block);
    assert_eq!(decide(&denied, &gap, Mode::Report), Decision::Incomplete);
}

#[test]
fn a_waived_finding_does_not_block() {
    let mut denied = finding("scope/denied-path", None, Level::Deny);
    denied.waived = Some(Lifted { origin: origin(), reason: String::new(), until: None, owner: None });
    assert_eq!(decide(&[denied], &[], Mode::Enforce), Decision::Pass);
}

#[test]
fn a_waiver_lifts_its_rule_on_its_paths_until_its_day() {
    let lifts = |waiver: Waiver, finding: &Finding| {
        let mut finding = finding.clone();
        waive::Waivers::new(&[waiver], TODAY, &[]).lift(&mut finding);
        finding.waived.is_some()
    };
    let on_path = finding("tests/deleted", Some("tests/legacy/a.rs"), Level::Deny);
    let on_change = finding("tests/deleted", None, Level::Deny);
    let later = date(2026, 12, 31);
    assert!(lifts(waiver("tests/deleted", &["tests/legacy/**"], later), &on_path));
    assert!(lifts(waiver("tests/*", &[], later), &on_path));
    assert!(lifts(waiver("tests/*", &[], later), &on_change));
    assert!(lifts(waiver("tests/deleted", &[], TODAY), &on_path), "the last day counts");
    assert!(!lifts(waiver("tests/deleted", &[], date(2026, 5, 31)), &on_path), "the day after does not");
    assert!(!lifts(waiver("tests/deleted", &["src/**"], later), &on_path));
    assert!(!lifts(waiver("tests/deleted", &["tests/**"], later), &on_change), "a path waiver needs a path");
    assert!(!lifts(waiver("tests/skipped", &[], later), &on_path));
    assert!(!lifts(waiver("test/*", &[], later), &on_path));
}

#[test]
fn a_fingerprint_narrows_a_waiver_and_one_that_ended_is_noted() {
    let mut first = finding("content/secret", Some("a.env"), Level::Deny);
    first.fingerprint = "0".repeat(32);
    let mut other = first.clone();
    other.fingerprint = "1".repeat(32);
    let mut waivers = [waiver("content/*", &["*.env"], date(2026, 12, 31))];
    waivers[0].fingerprints.insert("0".repeat(32));
    let lifting = waive::Waivers::new(&waivers, TODAY, &[]);
    lifting.lift(&mut first);
    lifting.lift(&mut other);
    assert_eq!((first.waived.is_some(), other.waived.is_some()), (true, false));
    assert_eq!((lifting.uses()[0].lifted, lifting.uses()[0].missed), (1, 0));
    waivers[0].until = date(2026, 5, 31);
    let ended = waive::Waivers::new(&waivers, TODAY, &[]);
    first.waived = None;
    ended.lift(&mut first);
    assert!(first.waived.is_none());
    assert_eq!(first.notes, ["a waiver of this ended on 2026-05-31 (warrant.toml:1)"]);
    assert_eq!((ended.uses()[0].lifted, ended.uses()[0].missed), (0, 1));
}

#[test]
fn each_part_takes_the_rules_it_can_judge() {
    let policy = load("[rules]\n\"report/*\" = \"warn\"");
    let needs = |part| plan(&policy, part).map(|rule| rule.meta.needs).collect::<Vec<_>>();
    assert!(needs(Part::Change).iter().all(|needs| *needs <= Needs::Lines));
    assert!(needs(Part::Message).iter().all(|needs| *needs >= Needs::Message));
    let (change, message) = (needs(Part::Change).len(), needs(Part::Message).len());
    assert!(change > 0 && message > 0);
    assert_eq!(needs(Part::Whole).len(), change + message);
}

#[test]
fn an_allowed_rule_is_not_planned() {
    let planned = |text: &str| plan(&load(text), Part::Whole).any(|rule| rule.meta.id == "files/binary");
    assert!(planned(""));
    assert!(!planned("[rules]\n\"files/binary\" = \"allow\""));
    assert!(!planned("[rules]\n\"files/*\" = \"allow\""));
}

#[test]
fn a_human_is_exempt_where_the_policy_is_for_agents() {
    let (set, contents) = one_file();
    let deny = "[scope]\ndeny = [\"**\"]";
    let human = judge(&load(deny), Actor::default(), Part::Whole, &set, &contents);
    assert_eq!((human.decision, human.findings.len()), (Decision::Pass, 0));
    assert!(human.exempt.is_some());
    let by_agent = judge(&load(deny), agent(), Part::Whole, &set, &contents);
    assert_eq!((by_agent.decision, by_agent.exempt), (Decision::Block, None));
    let everyone = format!("applies-to = \"everyone\"\n{deny}");
    let human = judge(&load(&everyone), Actor::default(), Part::Whole, &set, &contents);
    assert_eq!((human.decision, human.exempt), (Decision::Block, None));
}

#[test]
fn a_reader_that_could_not_read_makes_the_check_incomplete() {
    let (mut set, contents) = one_file();
    assert_eq!(set.subject, Subject::Staged);
    assert_eq!(set.engine, Engine::Memory);
    set.incomplete.push(Incomplete { path: None, reason: "a shallow boundary".to_owned() });
    let outcome = judge(&load(""), agent(), Part::Whole, &set, &contents);
    assert_eq!(outcome.decision, Decision::Incomplete);
    assert_eq!(outcome.incomplete.len(), 1);
}

#[test]
fn contents_that_are_missing_are_incomplete_only_where_a_rule_needs_them() {
    let (set, _) = one_file();
    let nothing = memory::Memory::default();
    let all_off: String = crate::rules::RULES
        .iter()
        .filter(|rule| rule.meta.needs == Needs::Lines)
        .flat_map(|rule| ["\"", rule.meta.id, "\" = \"allow\"\n"])
        .collect();
    let paths_only = judge(&load(&format!("[rules]\n{all_off}")), agent(), Part::Change, &set, &nothing);
    assert_eq!(paths_only.decision, Decision::Pass);
    let with_lines = judge(&load("[bounds]\nadded-lines = 5"), agent(), Part::Change, &set, &nothing);
    assert_eq!(with_lines.decision, Decision::Incomplete);
}
