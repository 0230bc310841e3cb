//! `git-warrant check`: the main job.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};

use super::exit::Exit;
use super::term::Term;
use crate::gate::{self, Judgement, Request, Target};
use crate::model::finding::Level;
use crate::model::message::{Message, MessageSource};
use crate::model::outcome::{Decision, Outcome};
use crate::policy::LevelFlag;
use crate::render::json::{self, Asked};
use crate::render::text::{self, Detail};
use crate::source::git;

/// A report or message larger than this is refused; the parsers' own bounds are lower.
const MAX_INPUT: u64 = 128 << 20;

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
    let mut request = Request::new(target(args));
    request.base = args.base.as_deref().filter(|_| args.target.commit.is_none());
    request.report = report.as_deref().map(|text| (report_name.as_str(), text));
    request.message = args.message.as_deref().map(message).transpose()?;
    request.policy =
        args.policy.as_deref().map(|path| anyhow::Ok((path.display().to_string(), read(path)?))).transpose()?;
    request.levels = &args.levels.0;

    let here = std::env::current_dir().context("the current directory cannot be read")?;
    let git = git::open(&here).map_err(gate::GateError::from)?;
    let named = name(args);
    let judgement = gate::judge(git.as_ref(), &request, &mut |_| ())?;
    match args.format {
        Format::Json => print_json(&judgement, named, term)?,
        Format::Text => print_text(&judgement, args, term)?,
    }
    Ok(judgement.decision().into())
}

fn target(args: &CheckArgs) -> Target {
    match (&args.target, &args.base) {
        (TargetArgs { commit: Some(new), .. }, Some(old)) => Target::Trees { old: old.clone(), new: new.clone() },
        (TargetArgs { commit: Some(revision), .. }, None) => Target::Commit(revision.clone()),
        (TargetArgs { range: Some(spec), .. }, _) => Target::Range(spec.clone()),
        (TargetArgs { worktree: true, .. }, _) => Target::Worktree,
        _ => Target::Staged,
    }
}

/// Kind and name of the subject, for the wire.
fn name(args: &CheckArgs) -> (&'static str, Option<String>) {
    match target(args) {
        Target::Staged => ("staged", None),
        Target::Worktree => ("worktree", None),
        Target::Commit(revision) => ("commit", Some(revision)),
        Target::Range(spec) => ("range", Some(spec)),
        Target::Trees { old, new } => ("trees", Some(format!("{old}..{new}"))),
    }
}

fn message(path: &Path) -> anyhow::Result<Message> {
    Ok(Message {
        text: String::from_utf8_lossy(&read(path)?).into_owned(),
        trailers: Vec::new(),
        source: MessageSource::File,
    })
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

fn print_text(judgement: &Judgement, args: &CheckArgs, term: &Term) -> anyhow::Result<()> {
    let style = term.style();
    term.faults(&judgement.loaded.warnings);
    if args.verbose || judgement.loaded.is_default {
        let side = judgement.loaded.sources.first().map_or("embedded", |source| source.side.as_str());
        let why = if judgement.loaded.is_default { "; this repository has no warrant.toml" } else { "" };
        term.eprint(&format!("{}: {} ({side}){why}\n", term.err_style().bold("policy"), judgement.loaded.policy.name));
    }
    let range = args.target.range.is_some();
    let detail = Detail { verbose: args.verbose, silent_when_clean: range && !args.verbose };
    let mut shown = String::new();
    for outcome in &judgement.outcomes {
        shown.push_str(&text::outcome(outcome, detail, style));
    }
    if range {
        let _ = writeln!(shown, "{}", range_summary(&judgement.outcomes, args, term));
    }
    term.print(&shown)?;
    Ok(())
}

fn range_summary(outcomes: &[Outcome], args: &CheckArgs, term: &Term) -> String {
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
