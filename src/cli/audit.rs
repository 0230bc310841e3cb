//! `git-warrant audit`: what commits and recorded sessions of the past hold.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{ArgGroup, Args, ValueEnum};
use indicatif::ProgressBar;

use super::exit::Exit;
use super::term::Term;
use crate::audit::{self, Asked, Sessions};
use crate::gate::{self, GateError, Request, Target, Watch};
use crate::model::audit::SessionRecord;
use crate::model::outcome::Outcome;
use crate::model::policy::AppliesTo;
use crate::model::waiver::Review;
use crate::policy::Loaded;
use crate::render::audit::{CommitSums, lines, text};
use crate::source::git::{self, GitSource};
use crate::system;

/// Less than this is done before anybody wonders.
const MIN_PROGRESS: usize = 50;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").args(["range", "sessions"]).required(true).multiple(true)))]
pub(super) struct AuditArgs {
    /// Judge every commit of `A..B`, and sum up; with --sessions, link sessions to these commits only.
    #[arg(value_name = "A..B")]
    range: Option<String>,

    /// Read recorded sessions: these files and folders, or what the repository itself holds (Entire's checkpoints,
    /// `.specstory/history`, notes of git-ai).
    #[arg(long, value_name = "PATH", num_args = 0..)]
    sessions: Option<Vec<PathBuf>>,

    /// Only sessions of this agent, by its name or that of its format.
    #[arg(long, value_name = "NAME", requires = "sessions")]
    agent: Option<String>,

    /// Judge commits of everyone, not only those that agents made, whatever the policy says.
    #[arg(long, requires = "range")]
    everyone: bool,

    /// Output format.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    /// One JSON object a line.
    Jsonl,
}

pub(super) fn run(args: &AuditArgs, term: &Term) -> anyhow::Result<Exit> {
    let here = system::current_dir()?;
    let git = git::open(&here);
    let mut sums = CommitSums::default();
    let mut outcomes = Vec::new();
    if let Some(range) = &args.range {
        let git = git.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        outcomes = judge(git.as_ref(), range, args, term)?;
        for outcome in &outcomes {
            sums.add(outcome);
        }
        if args.format == Format::Text {
            term.print(&text::commits(range, &sums, &outcomes, term.style()))?;
        }
    }
    let mut sessions = Sessions::default();
    if let Some(paths) = &args.sessions {
        // Sessions can be read anywhere; outside of a repository they are linked to nothing.
        let git = match &git {
            Ok(git) => Some(git.as_ref()),
            Err(_) if !paths.is_empty() => None,
            Err(error) => anyhow::bail!("{error}; name the files or folders to read"),
        };
        let commits = match (&args.range, git) {
            (Some(range), Some(git)) => Some(git.range(range).map_err(GateError::from)?.commits),
            _ => None,
        };
        let asked = Asked { paths, agent: args.agent.as_deref(), commits };
        let mut show = Show { args, term, bar: None, failed: None };
        sessions = audit::sessions(git, &asked, &mut show)?;
        show.end()?;
    }
    print(args, term, &sums, &sessions)?;
    Ok(exit(&outcomes, &sessions))
}

/// An audit looks back and blocks nothing: only what could not be judged or read is told by the status.
fn exit(outcomes: &[Outcome], sessions: &Sessions) -> Exit {
    let unjudged = outcomes.iter().any(|outcome| !outcome.incomplete.is_empty());
    let unread = sessions.records.iter().any(|record| record.fault.is_some());
    if unjudged || unread { Exit::Unjudged } else { Exit::Clean }
}

fn judge(git: &dyn GitSource, range: &str, args: &AuditArgs, term: &Term) -> anyhow::Result<Vec<Outcome>> {
    let mut request = Request::new(Target::Range(range.to_owned()));
    request.review = Review::Counting;
    request.applies_to = args.everyone.then_some(AppliesTo::Everyone);
    let mut show = Show { args, term, bar: None, failed: None };
    let judgement = gate::judge(git, &request, &mut show)?;
    show.end()?;
    Ok(judgement.outcomes)
}

fn print(args: &AuditArgs, term: &Term, sums: &CommitSums, sessions: &Sessions) -> anyhow::Result<()> {
    let style = term.style();
    let mut out = String::new();
    match args.format {
        Format::Text if args.sessions.is_some() => {
            if args.range.is_some() {
                out.push('\n');
            }
            out.push_str(&text::sessions(&sessions.records, sessions.repeated, style));
            let links = text::links(&sessions.links, style);
            if !links.is_empty() {
                out.push('\n');
                out.push_str(&links);
            }
            let notes: Vec<_> = sessions.attributions.iter().map(|one| (one.files, &one.lines)).collect();
            out.push_str(&text::attributions(&notes, style));
        }
        Format::Text => {}
        Format::Jsonl => {
            for record in &sessions.records {
                out.push_str(&lines::session(record));
            }
            for link in &sessions.links {
                out.push_str(&lines::link(link));
            }
            for one in &sessions.attributions {
                out.push_str(&lines::attribution(&one.commit.to_string(), one.files, &one.lines));
            }
            out.push_str(&lines::summary(sums, &sessions.records, sessions.repeated, &sessions.links));
        }
    }
    term.print(&out).context("the result cannot be written")
}

/// Shows how far it is, where a person watches; prints commits as they come where a machine does.
struct Show<'a> {
    args: &'a AuditArgs,
    term: &'a Term,
    bar: Option<ProgressBar>,
    failed: Option<std::io::Error>,
}

impl Show<'_> {
    fn expect(&mut self, total: usize) {
        if total >= MIN_PROGRESS {
            // Draws nothing where stderr is no terminal.
            self.bar = Some(ProgressBar::new(total as u64));
        }
    }

    fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    fn end(self) -> anyhow::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.failed.map_or(Ok(()), |error| Err(error).context("the result cannot be written"))
    }
}

impl Watch for Show<'_> {
    fn begin(&mut self, loaded: &Loaded, total: usize) {
        self.term.faults(&loaded.warnings);
        self.expect(total);
    }

    fn outcome(&mut self, outcome: &Outcome) {
        if let Some(line) = lines::commit(outcome).filter(|_| self.args.format == Format::Jsonl) {
            self.failed = self.failed.take().or(self.term.print(&line).err());
        }
        self.step();
    }
}

impl audit::Watch for Show<'_> {
    fn begin(&mut self, total: usize) {
        self.expect(total);
    }

    fn session(&mut self, _record: &SessionRecord) {
        self.step();
    }
}
