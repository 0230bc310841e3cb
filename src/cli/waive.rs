//! `git-warrant waive`: a dated exception, written into the policy of the work tree.

use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use jiff::civil::Date;

use super::exit::Exit;
use super::term::Term;
use super::{person, replace};
use crate::gate::{GateError, Sides};
use crate::model::content::Bytes;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::escape;
use crate::model::globs::Globs;
use crate::model::path::RepoPath;
use crate::model::waiver::Waiver;
use crate::policy::edit::{self, NewWaiver};
use crate::policy::{self, Loaded, Side, discover, review};
use crate::source::git::{self, GitSource};
use crate::system;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  git warrant waive scope/denied-path --path 'migrations/0007.sql' \\
      --reason 'it never ran anywhere' --until 2026-12-31 --owner @data
  git warrant waive content/secret --fingerprint 0f1e2d3c4b5a69788796a5b4c3d2e1f0 \\
      --reason 'a made-up key in a test' --days 90

`check --verbose` shows fingerprints. A change is judged by the policy of its base, so a waiver counts from the commit after
the one that brings it.")]
pub(super) struct WaiveArgs {
    /// A rule's id, or `family/*`; `git warrant rules` lists them.
    rule: String,

    #[command(flatten)]
    covers: Covers,

    /// Why the exception is right.
    #[arg(long, value_name = "TEXT")]
    reason: String,

    #[command(flatten)]
    end: End,

    /// Who answers for it: a person or a team.
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Covers {
    /// A glob of the paths it covers, from the top of the repository; may be repeated.
    #[arg(long = "path", value_name = "GLOB")]
    paths: Vec<String>,

    /// The fingerprint of a finding it covers; may be repeated.
    #[arg(long = "fingerprint", value_name = "HEX")]
    fingerprints: Vec<String>,

    /// Every finding of the rule, also those about a change as a whole.
    #[arg(long, conflicts_with_all = ["paths", "fingerprints"])]
    everywhere: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct End {
    /// The last day it holds.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,

    /// It holds this many days from today.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    days: Option<u32>,
}

pub(super) fn run(args: &WaiveArgs, term: &Term) -> anyhow::Result<Exit> {
    person::only("a waiver is written by a person")?;
    let today = system::today();
    let git = git::open(&system::current_dir()?).map_err(GateError::from)?;
    let Some(root) = git.layout().work_tree.clone() else {
        bail!("this repository has no work tree to write a policy in");
    };
    let sides = Sides::new(git.as_ref(), None).map_err(GateError::from)?;
    let found = discover::discover(&sides.list()).map_err(GateError::Policy)?;
    let Some(found) = found else { bail!("there is no policy here to add to; `git-warrant init` writes one") };
    let before = policy::load_file(found.side, found.path, &[]).map_err(GateError::Policy)?;
    let text = std::str::from_utf8(&found.bytes).context("the policy is not UTF-8")?;

    let waiver = NewWaiver {
        rule: args.rule.clone(),
        paths: args.covers.paths.clone(),
        fingerprints: args.covers.fingerprints.clone(),
        reason: args.reason.trim().to_owned(),
        until: last_day(&args.end, today, &before)?,
        owner: args.owner.clone(),
    };
    let edited = edit::add_waiver(text, &waiver)
        .map_err(|reason| anyhow::anyhow!("{} cannot be edited: {reason}; add the waiver by hand", found.path))?;
    let overlay = Overlay { below: found.side, path: found.path, text: &edited };
    let after = policy::load_file(&overlay, found.path, &[]).map_err(|faults| GateError::Policy(refused(faults)))?;
    let written = added(&before, &after).context("the waiver cannot be found again in the edited policy")?;
    refuse_repeat(&before, written)?;

    replace::replace(&root.join(found.path), &edited).with_context(|| format!("{} cannot be written", found.path))?;
    term.faults(&new_remarks(&before, &after));
    for glob in unmatched(git.as_ref(), &waiver.paths) {
        let glob = escape::visible(glob.as_bytes());
        term.eprint(&format!("{}: `{glob}` matches no file of HEAD\n", term.err_style().warning("warning")));
    }
    let mut said = format!("{}:\n\n", written.origin);
    let block = edit::block(&waiver).map_err(anyhow::Error::msg)?;
    for line in escape::visible_lines(&block).lines() {
        let _ = writeln!(said, "    {line}");
    }
    let _ = writeln!(
        said,
        "\nIt counts once it is on the base of a change: commit it first, by itself (`git add {0} && git commit {0}`).",
        found.path
    );
    term.print(&said)?;
    Ok(Exit::Clean)
}

/// The day it ends, which is neither over nor later than the policy lets it be.
fn last_day(end: &End, today: Date, loaded: &Loaded) -> anyhow::Result<Date> {
    let until = match (end.until, end.days) {
        (Some(until), _) => until,
        (None, days) => today
            .checked_add(jiff::Span::new().days(i64::from(days.unwrap_or_default())))
            .context("so many days from now lie beyond the calendar")?,
    };
    ensure!(until >= today, "{until} is over: a waiver that has ended lifts nothing");
    let max = loaded.policy.waiver_max_days();
    if let Some(last) = review::last_day(today, max).filter(|last| until > *last) {
        let place = match &loaded.policy.waiver_max_days {
            Some(set) => format!("`max-days` at {}", set.origin),
            None => "the bound where `[waivers] max-days` sets no other".to_owned(),
        };
        bail!("{until} is more than {max} days from now ({place}); {last} is the last day a waiver can end on");
    }
    Ok(until)
}

/// The faults that the waiver would have, each with the way out where it is not told.
fn refused(faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let errors = faults.into_iter().filter(|fault| fault.severity == Severity::Error);
    errors.map(|fault| fault.note("this is what would be written; nothing was")).collect()
}

/// The waiver of the edited policy that the policy before did not have.
fn added<'a>(before: &Loaded, after: &'a Loaded) -> Option<&'a Waiver> {
    let number = |loaded: &Loaded, waiver: &Waiver| loaded.policy.waivers.iter().filter(|w| is_same(w, waiver)).count();
    let more = |waiver: &&Waiver| number(after, waiver) > number(before, waiver);
    after.policy.waivers.iter().rev().find(more)
}

/// Alike in everything, apart from the place.
fn is_same(one: &Waiver, other: &Waiver) -> bool {
    covers_the_same(one, other) && (one.until, &one.reason, &one.owner) == (other.until, &other.reason, &other.owner)
}

fn covers_the_same(one: &Waiver, other: &Waiver) -> bool {
    let paths = |waiver: &Waiver| {
        let mut paths: Vec<String> = waiver.paths.entries().iter().map(|entry| entry.pattern.clone()).collect();
        paths.sort();
        paths
    };
    one.rule == other.rule && one.fingerprints == other.fingerprints && paths(one) == paths(other)
}

fn refuse_repeat(before: &Loaded, new: &Waiver) -> anyhow::Result<()> {
    if let Some(old) = before.policy.waivers.iter().find(|old| covers_the_same(old, new)) {
        bail!(
            "{} waives this until {} already; to change that, set its `until` and say why in its `reason`",
            old.origin,
            old.until
        );
    }
    Ok(())
}

/// Remarks that the policy did not have before.
fn new_remarks(before: &Loaded, after: &Loaded) -> Vec<Diagnostic> {
    let is_old = |remark: &Diagnostic| before.warnings.iter().any(|old| old.message == remark.message);
    after.warnings.iter().filter(|remark| !is_old(remark)).cloned().collect()
}

fn unmatched<'p>(git: &dyn GitSource, globs: &'p [String]) -> Vec<&'p str> {
    let head = git.head().ok().and_then(|head| head.commit);
    let Some(files) = head.and_then(|commit| git.paths_at(commit).ok()) else { return Vec::new() };
    let matches = |glob: &str| Globs::of(&[glob]).is_ok_and(|globs| files.iter().any(|path| globs.is_match(path)));
    globs.iter().map(String::as_str).filter(|glob| !matches(glob)).collect()
}

/// A side with one file replaced.
struct Overlay<'a> {
    below: &'a dyn Side,
    path: &'a str,
    text: &'a str,
}

impl Side for Overlay<'_> {
    fn name(&self) -> String {
        self.below.name()
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String> {
        if *path == RepoPath::from(self.path) {
            return Ok(Some(Bytes::from(self.text.as_bytes())));
        }
        self.below.read(path)
    }
}
