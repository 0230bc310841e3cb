//! `git-warrant check`: the main job.

mod address;
mod levels;
mod output;
mod show;
mod timings;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::term::Term;
use crate::analyze::message::{self, Cleanup};
use crate::gate::{self, Request, Target};
use crate::model::message::{Message, MessageSource};
use crate::model::policy::AppliesTo;
use crate::model::waiver::Review;
use crate::source::ci::{self, Job};
use crate::source::git::{self, GitSource};
use crate::system;

use levels::Levels;
use output::{Format, Outputs};
use timings::Timings;

/// A report or message larger than this is refused; the parsers' own bounds are lower.
const MAX_INPUT: u64 = 128 << 20;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// Compare the index or the work tree with this commit instead of HEAD; with --commit, judge the two trees as one change;
    /// with --ci, where the change started.
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// Judge this message instead of the commit's own; with --range or --ci, against all of it (`-` reads standard input).
    #[arg(long, value_name = "FILE")]
    message: Option<PathBuf>,

    /// A declared report, `report.v1` in TOML or JSON (`-` reads standard input).
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Use this policy instead of the repository's.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Judge changes of agents only, or of everyone, whatever the policy says.
    #[arg(long, value_name = "WHOM")]
    applies_to: Option<Whom>,

    #[command(flatten)]
    levels: Levels,

    /// Output format (text by default).
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// Write to a file, too: in the format of --format, and text stays on the terminal; or in one of its own,
    /// `sarif=FILE`. May be repeated.
    #[arg(long, value_name = "[FORMAT=]FILE")]
    output_file: Vec<PathBuf>,

    /// Say who made the change, every claim's verdict, waived findings, and why something was not judged.
    #[arg(short, long)]
    verbose: bool,

    /// Say how long each part took, on standard error.
    #[arg(long)]
    timings: bool,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line, of which one can be given")]
struct TargetArgs {
    /// The staged change (the default).
    #[arg(long)]
    staged: bool,

    /// The work tree, untracked files included.
    #[arg(long)]
    worktree: bool,

    /// One commit.
    #[arg(long, value_name = "REV")]
    commit: Option<String>,

    /// Every commit of `A..B`, each on its own; --message and --report are held against the whole.
    #[arg(long, value_name = "A..B")]
    range: Option<String>,

    /// The change this CI job is about, with its description: a pull request or a push, by the variables of the service.
    #[arg(long)]
    ci: bool,

    /// Every file of HEAD as it stands, whoever put it there, by the rules that can judge a file and not only a change.
    #[arg(long)]
    all: bool,

    /// A patch file: `git diff`, `git format-patch` or a unified diff (`-` reads standard input).
    #[arg(long, value_name = "FILE")]
    patch: Option<PathBuf>,
}

impl TargetArgs {
    /// Was nothing asked for?
    fn is_default(&self) -> bool {
        let Self { staged, worktree, commit, range, ci, all, patch } = self;
        !(*staged || *worktree || *ci || *all || commit.is_some() || range.is_some() || patch.is_some())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whom {
    Agents,
    Everyone,
}

pub(super) fn run(args: &CheckArgs, term: &Term) -> anyhow::Result<Exit> {
    let timings = Timings::start();
    let here = std::env::current_dir().context("the current directory cannot be read")?;
    let git = git::open(&here).map_err(gate::GateError::from)?;
    timings.borrow_mut().end("opening");
    let out = Outputs::of(args);
    let report = args.report.as_deref().map(read_text).transpose()?;
    let report_name = args.report.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
    let change = match args.target.ci.then(|| job(git.as_ref(), args, term)).transpose()? {
        Some(Job::Nothing(reason)) => {
            term.eprint(&format!("git-warrant: nothing to judge: {reason}\n"));
            return Ok(Exit::Clean);
        }
        Some(Job::Change(change)) => Some(change),
        None => None,
    };
    let mut request = Request::new(target(args, change.as_ref())?);
    if let Some(change) = &change {
        request.policy_at = Some(change.target.as_deref().unwrap_or(&change.base));
        request.branch = change.branch.as_deref();
        request.message = change.said.as_deref().map(|text| parse_message(text.as_bytes()));
    } else {
        request.base = args.base.as_deref().filter(|_| args.target.commit.is_none());
    }
    request.report = report.as_deref().map(|text| (report_name.as_str(), text));
    if let Some(path) = &args.message {
        request.message = Some(parse_message(&read(path)?));
    }
    request.policy =
        args.policy.as_deref().map(|path| anyhow::Ok((path.display().to_string(), read(path)?))).transpose()?;
    request.levels = &args.levels.0;
    request.review = match request.target {
        Target::Range(_) => Review::Counting,
        Target::All(_) => Review::Tree,
        _ => Review::Ended,
    };
    request.applies_to = args.applies_to.map(|whom| match whom {
        Whom::Agents => AppliesTo::Agents,
        Whom::Everyone => AppliesTo::Everyone,
    });

    if args.target.is_default() {
        hint(term);
    }
    let judgement = out.judge(git.as_ref(), &request, args, term, &timings)?;
    timings.borrow_mut().end("judging");
    out.write_files(git.as_ref(), args, &judgement, &request.target)?;
    if args.timings {
        timings.borrow_mut().end("writing");
        term.eprint(&format!("{}\n", timings.borrow().line()));
    }
    Ok(judgement.decision().into())
}

/// Nothing is staged in most CI jobs, so that a check of it passes whatever the job is about.
fn hint(term: &Term) {
    if let Some(service) = ci::service(&system::env) {
        let note = term.err_style().bold("note");
        term.eprint(&format!(
            "{note}: this is a job of {service}, and what is staged is judged; `--ci` judges its change\n"
        ));
    }
}

/// What the CI service says this job is about.
fn job(git: &dyn GitSource, args: &CheckArgs, term: &Term) -> anyhow::Result<Job> {
    let mut job = ci::job(&system::env, args.base.as_deref())?;
    if let Job::Change(change) = &mut job {
        for note in &change.notes {
            term.eprint(&format!("{}: {note}\n", term.err_style().bold("note")));
        }
        // Once the change has been merged, the branch holds all of it, and nothing would be left to judge.
        let beyond =
            |branch: &str, end: &str| git.range(&format!("{branch}..{end}")).ok().map(|range| range.commits.len());
        let newer = change.base_branch.take().filter(|branch| {
            beyond(branch, &change.base) == Some(0) && beyond(branch, &change.head).is_some_and(|count| count > 0)
        });
        change.base = newer.unwrap_or_else(|| change.base.clone());
    }
    Ok(job)
}

fn target(args: &CheckArgs, change: Option<&ci::Change>) -> anyhow::Result<Target> {
    if let Some(change) = change {
        return Ok(Target::Range(format!("{}..{}", change.base, change.head)));
    }
    Ok(match (&args.target, &args.base) {
        (TargetArgs { commit: Some(new), .. }, Some(old)) => Target::Trees { old: old.clone(), new: new.clone() },
        (TargetArgs { commit: Some(revision), .. }, None) => Target::Commit(revision.clone()),
        (TargetArgs { range: Some(spec), .. }, _) => Target::Range(spec.clone()),
        (TargetArgs { worktree: true, .. }, _) => Target::Worktree,
        (TargetArgs { all: true, .. }, _) => Target::All("HEAD".to_owned()),
        (TargetArgs { patch: Some(path), .. }, _) => {
            Target::Patch { name: path.display().to_string(), text: read(path)? }
        }
        _ => Target::Staged,
    })
}

fn parse_message(text: &[u8]) -> Message {
    message::parse(text, MessageSource::File, &Cleanup::verbatim())
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| anyhow::anyhow!("{} is not UTF-8", path.display()))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(MAX_INPUT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_INPUT + 1).read_to_end(&mut bytes))
    };
    let size = read.with_context(|| format!("{} cannot be read", path.display()))?;
    anyhow::ensure!(size as u64 <= MAX_INPUT, "{} is larger than the bound of {MAX_INPUT} bytes", path.display());
    Ok(bytes)
}
