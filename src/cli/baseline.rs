//! `git-warrant baseline`: write down the findings that stand, and take out what is gone.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Args;

use super::exit::Exit;
use super::term::Term;
use super::{person, replace};
use crate::gate::{self, GateError, Request, Sides, Target};
use crate::model::baseline::{self as file, Baseline, Entry};
use crate::model::escape;
use crate::model::outcome::Outcome;
use crate::model::policy::Policy;
use crate::model::waiver::Review;
use crate::policy::baseline::DEFAULT_NAME;
use crate::policy::{self, discover, edit};
use crate::render::text::plural;
use crate::rules::is_of_state;
use crate::source::git;
use crate::system;

/// The most entries that are told one by one.
const MAX_TOLD: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = "\
The first run writes down every finding of `git warrant check --all`, and names the file in the policy. Every later run only
takes out what is gone: what is new stays a finding. Like the policy, the baseline is read from the base of a change, so it
counts once it is committed.")]
pub(super) struct BaselineArgs {
    /// Take in what is new, too.
    #[arg(long, conflicts_with = "check")]
    grow: bool,

    /// Write nothing; the exit status is 1 when an entry is gone.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &BaselineArgs, term: &Term) -> anyhow::Result<Exit> {
    if !args.check {
        person::only("a baseline is written by a person")?;
    }
    let git = git::open(&system::current_dir()?).map_err(GateError::from)?;
    let Some(root) = git.layout().work_tree.clone() else {
        bail!("this repository has no work tree to write a baseline in");
    };
    let request = Request { review: Review::Tree, ..Request::new(Target::All("HEAD".to_owned())) };
    let judged = gate::judge(git.as_ref(), &request, &mut ())?;
    let standing = standing(&judged.outcomes)?;

    let sides = Sides::new(git.as_ref(), None).map_err(GateError::from)?;
    let found = discover::discover(&sides.list()).map_err(GateError::Policy)?;
    let Some(found) = found else { bail!("there is no policy here to name a baseline; `git-warrant init` writes one") };
    let here = policy::load_file(found.side, found.path, &[]).map_err(GateError::Policy)?.policy;
    let policy_text = std::str::from_utf8(&found.bytes).context("the policy is not UTF-8")?;
    let name = name(&here, found.path);
    let path = root.join(&name);
    let old = here.baseline.as_deref().filter(|_| path.symlink_metadata().is_ok());

    let next = Next::of(old, &standing, args.grow);
    if args.check {
        term.print(&next.told(&name, old.is_some()))?;
        return Ok(if next.gone.is_empty() { Exit::Clean } else { Exit::Blocked });
    }
    if old.is_none() && next.entries.is_empty() {
        term.print("nothing stands that a baseline could hold: none was written\n")?;
        return Ok(Exit::Clean);
    }
    let text = file::text(&next.entries);
    anyhow::ensure!(text.len() <= file::MAX_BYTES, "the baseline would be larger than {} bytes", file::MAX_BYTES);
    let named = if here.baseline.is_none() { Some(edit::name_baseline(policy_text, DEFAULT_NAME)) } else { None };
    let named = named.transpose().map_err(|reason| anyhow::anyhow!("{} cannot be edited: {reason}", found.path))?;
    let mut said = next.told(&name, old.is_some());
    let mut changed = Vec::new();
    if old.is_none_or(|old| old.source.text != text) {
        write(&path, &text, &name)?;
        changed.push(name.as_str());
    }
    if let Some(named) = named {
        replace::replace(&root.join(found.path), &named)
            .with_context(|| format!("{} cannot be written", found.path))?;
        let _ = writeln!(said, "{}: names it", found.path);
        changed.push(found.path);
    }
    if changed.is_empty() {
        term.print(&said)?;
        return Ok(Exit::Clean);
    }
    let changed = escape::visible(changed.join(" ").as_bytes());
    let _ = writeln!(
        said,
        "\nIt counts once it is on the base of a change: commit it (`git add {changed} && git commit`)."
    );
    term.print(&said)?;
    Ok(Exit::Clean)
}

fn write(path: &Path, text: &str, name: &str) -> anyhow::Result<()> {
    let is_link = path.symlink_metadata().is_ok_and(|meta| !meta.is_file());
    anyhow::ensure!(!is_link, "{name} is no regular file");
    let write = if path.exists() { replace::replace } else { replace::create };
    write(path, text).with_context(|| format!("{name} cannot be written"))
}

/// The path of the baseline from the top: as the policy names it, or beside the policy.
fn name(policy: &Policy, policy_path: &str) -> String {
    match (&policy.baseline, policy_path.rsplit_once('/')) {
        (Some(baseline), _) => baseline.source.name.clone(),
        (None, Some((folder, _))) => format!("{folder}/{DEFAULT_NAME}"),
        (None, None) => DEFAULT_NAME.to_owned(),
    }
}

/// What stands in the tree and no waiver lifts, whether the present baseline has it or not.
fn standing(outcomes: &[Outcome]) -> anyhow::Result<BTreeMap<String, Entry>> {
    let mut standing: BTreeMap<String, Entry> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(gap) = outcome.incomplete.first() {
            let place = gap.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
            bail!("not all of HEAD could be judged, so nothing can be said to be gone: {place}{}", gap.reason);
        }
        for finding in &outcome.findings {
            if !is_of_state(finding.rule) || finding.waived.as_ref().is_some_and(|by| by.until.is_some()) {
                continue;
            }
            let Some(path) = finding.location.path() else {
                bail!("{}: {}; a baseline cannot hold what is not named", finding.rule, finding.message);
            };
            let entry = Entry {
                rule: finding.rule.to_owned(),
                path: path.to_wire(),
                fingerprint: finding.fingerprint.clone(),
                count: 0,
            };
            standing.entry(finding.fingerprint.clone()).or_insert(entry).count += 1;
        }
    }
    Ok(standing)
}

/// What the baseline comes to be.
struct Next {
    entries: Vec<Entry>,
    /// What is gone, and what is new, with how often.
    gone: Vec<Entry>,
    new: Vec<Entry>,
    grow: bool,
}

impl Next {
    fn of(old: Option<&Baseline>, standing: &BTreeMap<String, Entry>, grow: bool) -> Self {
        let grow = grow || old.is_none();
        let held = |fingerprint: &str| old.and_then(|old| old.find(fingerprint)).map_or(0, |entry| entry.count);
        let with = |entry: &Entry, count: u64| Entry { count, ..entry.clone() };
        let mut next = Self { entries: Vec::new(), gone: Vec::new(), new: Vec::new(), grow };
        for entry in standing.values() {
            let held = held(&entry.fingerprint);
            let kept = if grow { entry.count } else { entry.count.min(held) };
            if kept > 0 {
                next.entries.push(with(entry, kept));
            }
            if entry.count > held {
                next.new.push(with(entry, entry.count - held));
            }
        }
        for entry in old.map(Baseline::entries).unwrap_or_default() {
            let stands = standing.get(&entry.fingerprint).map_or(0, |entry| entry.count);
            if entry.count > stands {
                next.gone.push(with(&entry, entry.count - stands));
            }
        }
        next.new.sort();
        next
    }

    fn told(&self, name: &str, existed: bool) -> String {
        let number = |entries: &[Entry]| entries.iter().map(|entry| entry.count).sum::<u64>();
        let findings = |entries: &[Entry]| plural(usize::try_from(number(entries)).unwrap_or(usize::MAX), "finding");
        let name = escape::visible(name.as_bytes());
        let mut said = String::new();
        if existed {
            list(&mut said, "gone", &self.gone);
            list(&mut said, "new", &self.new);
        }
        let _ = write!(said, "{name}: {} that stood", findings(&self.entries));
        if existed {
            let _ = write!(said, "; {} gone, {} new", number(&self.gone), number(&self.new));
            if self.grow && !self.new.is_empty() {
                said.push_str(" and taken in");
            } else if !self.new.is_empty() {
                said.push_str(" and not taken in (`--grow` does, `git warrant check --all` shows them)");
            }
        }
        said.push('\n');
        said
    }
}

fn list(said: &mut String, word: &str, entries: &[Entry]) {
    for entry in entries.iter().take(MAX_TOLD) {
        let path = escape::visible(entry.path.as_bytes());
        let times = if entry.count == 1 { String::new() } else { format!(" ({} times)", entry.count) };
        let _ = writeln!(said, "{word}: {path}: {}{times}", escape::visible(entry.rule.as_bytes()));
    }
    if entries.len() > MAX_TOLD {
        let _ = writeln!(said, "{word}: and {} more", entries.len() - MAX_TOLD);
    }
}
