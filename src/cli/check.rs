//! `git-warrant check`: the main job.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use indicatif::ProgressBar;

use super::exit::Exit;
use super::term::Term;
use crate::analyze::message::{self, Cleanup};
use crate::gate::{self, Judgement, Request, Target, Watch};
use crate::model::change::Subject;
use crate::model::finding::Level;
use crate::model::message::{Message, MessageSource};
use crate::model::outcome::{Decision, Outcome};
use crate::model::policy::AppliesTo;
use crate::model::waiver::Review;
use crate::policy::{LevelFlag, Loaded, review};
use crate::render::json::{self, Asked};
use crate::render::tally;
use crate::render::text::{self, Detail};
use crate::source::git;
use crate::system;

/// A report or message larger than this is refused; the parsers' own bounds are lower.
const MAX_INPUT: u64 = 128 << 20;

/// Ranges shorter than this are done before anybody wonders.
const MIN_PROGRESS: usize = 100;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    target: TargetArgs,

    /// Compare the index or the work tree with this commit instead of HEAD; with --commit, judge the two trees as one change.
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// Judge this message instead of the commit's own (`-` reads standard input).
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

    /// Output format.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Say who made the change, every claim's verdict, waived findings, and why something was not judged.
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
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

    /// Every commit of `A..B`, each on its own.
    #[arg(long, value_name = "A..B")]
    range: Option<String>,

    /// Every file of HEAD as it stands, whoever put it there, by the rules that can judge a file and not only a change.
    #[arg(long)]
    all: bool,

    /// A patch file: `git diff`, `git format-patch` or a unified diff (`-` reads standard input).
    #[arg(long, value_name = "FILE")]
    patch: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whom {
    Agents,
    Everyone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// `-D`, `-W` and `-A`, in the order typed: the last one for a rule counts.
#[derive(Clone, Debug, Default)]
struct Levels(Vec<LevelFlag>);

const LEVEL_FLAGS: [(&str, char, Level, &str); 3] = [
    ("deny", 'D', Level::Deny, "Set a rule or family (`content/*`) to deny"),
    ("warn", 'W', Level::Warn, "Set a rule or family to warn"),
    ("allow", 'A', Level::Allow, "Set a rule or family to allow"),
];

impl Args for Levels {
    fn augment_args(command: clap::Command) -> clap::Command {
        LEVEL_FLAGS.iter().fold(command, |command, (name, short, _, help)| {
            command.arg(
                clap::Arg::new(*name)
                    .short(*short)
                    .long(*name)
                    .value_name("RULE")
                    .help(*help)
                    .action(clap::ArgAction::Append),
            )
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Levels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Vec::new();
        for (name, _, level, _) in LEVEL_FLAGS {
            let indices = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<String>(name).into_iter().flatten();
            flags.extend(indices.zip(values).map(|(index, rule)| (index, LevelFlag { rule: rule.clone(), level })));
        }
        flags.sort_by_key(|(index, _)| *index);
        Ok(Self(flags.into_iter().map(|(_, flag)| flag).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

pub(super) fn run(args: &CheckArgs, term: &Term) -> anyhow::Result<Exit> {
    let report = args.report.as_deref().map(read_text).transpose()?;
    let report_name = args.report.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
    let mut request = Request::new(target(args)?);
    request.base = args.base.as_deref().filter(|_| args.target.commit.is_none());
    request.report = report.as_deref().map(|text| (report_name.as_str(), text));
    request.message = args.message.as_deref().map(read_message).transpose()?;
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

    let here = std::env::current_dir().context("the current directory cannot be read")?;
    let git = git::open(&here).map_err(gate::GateError::from)?;
    let named = name(&request.target);
    let judgement = match args.format {
        Format::Json => {
            let judgement = gate::judge(git.as_ref(), &request, &mut ())?;
            print_json(&judgement, named, term)?;
            judgement
        }
        Format::Text => {
            let mut show = Show::new(args, term);
            let judgement = gate::judge(git.as_ref(), &request, &mut show)?;
            show.end(&judgement)?;
            judgement
        }
    };
    Ok(judgement.decision().into())
}

/// Prints outcomes as they come, with a progress bar on stderr where a person watches a long range.
struct Show<'a> {
    args: &'a CheckArgs,
    term: &'a Term,
    detail: Detail,
    bar: Option<ProgressBar>,
    failed: Option<std::io::Error>,
}

impl<'a> Show<'a> {
    fn new(args: &'a CheckArgs, term: &'a Term) -> Self {
        let detail = Detail { verbose: args.verbose, silent_when_clean: args.target.range.is_some() && !args.verbose };
        Self { args, term, detail, bar: None, failed: None }
    }

    fn end(self, judgement: &Judgement) -> anyhow::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(error) = self.failed {
            return Err(error).context("the result cannot be written");
        }
        if self.args.target.range.is_some() {
            let waived = tally::line(&judgement.outcomes).map(|line| format!("{line}\n")).unwrap_or_default();
            self.term.print(&format!("{waived}{}\n", range_summary(&judgement.outcomes, self.args, self.term)))?;
        }
        Ok(())
    }
}

impl Watch for Show<'_> {
    fn begin(&mut self, loaded: &Loaded, total: usize) {
        self.term.faults(&loaded.warnings);
        self.term.faults(&review::far_waivers(loaded, system::today()));
        if self.args.verbose || loaded.is_default {
            let side = loaded.sources.first().map_or("embedded", |source| source.side.as_str());
            let why = if loaded.is_default { "; this repository has no warrant.toml" } else { "" };
            self.term.eprint(&format!(
                "{}: {} ({side}){why}\n",
                self.term.err_style().bold("policy"),
                loaded.policy.name
            ));
        }
        if total >= MIN_PROGRESS {
            // Draws nothing where stderr is no terminal.
            self.bar = Some(ProgressBar::new(total as u64));
        }
    }

    fn outcome(&mut self, outcome: &Outcome) {
        let text = text::outcome(outcome, self.detail, self.term.style());
        let print = || if text.is_empty() { Ok(()) } else { self.term.print(&text) };
        let printed = match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.suspend(print)
            }
            None => print(),
        };
        self.failed = self.failed.take().or(printed.err());
    }
}

fn target(args: &CheckArgs) -> anyhow::Result<Target> {
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

/// Kind and name of the subject, for the wire.
fn name(target: &Target) -> (&'static str, Option<String>) {
    match target {
        Target::Staged => ("staged", None),
        Target::Worktree => ("worktree", None),
        Target::Commit(revision) => ("commit", Some(revision.clone())),
        Target::Range(spec) => ("range", Some(spec.clone())),
        Target::Trees { old, new } => ("trees", Some(format!("{old}..{new}"))),
        Target::Patch { name, .. } => ("patch", Some(name.clone())),
        Target::All(revision) => ("tree", Some(revision.clone())),
    }
}

fn read_message(path: &Path) -> anyhow::Result<Message> {
    Ok(message::parse(&read(path)?, MessageSource::File, &Cleanup::verbatim()))
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

fn print_json(judgement: &Judgement, (kind, name): (&'static str, Option<String>), term: &Term) -> anyhow::Result<()> {
    let sources = judgement.loaded.sources.iter().map(|source| (source.name.clone(), source.side.clone())).collect();
    let asked = Asked { kind, name, policy: &judgement.loaded.policy, sources };
    let mut text = serde_json::to_vec_pretty(&json::output(asked, &judgement.outcomes))?;
    writeln!(text)?;
    term.print(&String::from_utf8(text)?)?;
    Ok(())
}

fn range_summary(outcomes: &[Outcome], args: &CheckArgs, term: &Term) -> String {
    let outcomes: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.subject != Subject::Policy).collect();
    let style = term.style();
    let count = |decision| outcomes.iter().filter(|outcome| outcome.decision == decision).count();
    let exempt = outcomes.iter().filter(|outcome| outcome.exempt.is_some()).count();
    let mut parts = vec![format!("{} judged", outcomes.len() - exempt)];
    if exempt > 0 {
        parts.push(format!("{exempt} without a sign of an agent"));
    }
    for (decision, word) in
        [(Decision::Block, "blocked"), (Decision::Incomplete, "incomplete"), (Decision::Warn, "with warnings")]
    {
        if count(decision) > 0 {
            parts.push(format!("{} {word}", count(decision)));
        }
    }
    let spec = crate::model::escape::visible(args.target.range.as_deref().unwrap_or_default().as_bytes());
    format!("{}: {spec} ({}): {}", style.bold("git-warrant"), text::plural(outcomes.len(), "commit"), parts.join(", "))
}
