//! `git-warrant claims`: what a text is read to claim, what not, and why.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::exit::Exit;
use super::format::Format;
use super::term::Term;
use crate::analyze::message::{self, Cleanup};
use crate::claims::prose::clause::{Clause, Place, Standing};
use crate::claims::prose::stance::{Clauses, clauses};
use crate::gate::{self, GateError, Request, Target};
use crate::model::claim::{ClaimSource, Judged};
use crate::model::escape;
use crate::model::message::{Message, MessageSource};
use crate::model::outcome::Outcome;
use crate::model::policy::AppliesTo;
use crate::render::json::Tool;
use crate::render::reading::{self, ChangeReadV1, ClaimReadV1, PassedV1, ReadingV1};
use crate::source::git::{self, GitSource};
use crate::system;

/// A text larger than this is refused; what is read of it has a bound of its own.
const MAX_INPUT: u64 = 16 << 20;

#[derive(Debug, Args)]
pub(super) struct ClaimsArgs {
    /// The text to read (`-` reads standard input); without one, the message of the commit.
    #[arg(value_name = "FILE")]
    text: Option<PathBuf>,

    /// Hold the claims against this commit, not against the staged change. Without FILE, HEAD is the default.
    #[arg(long, value_name = "REV")]
    commit: Option<String>,

    /// Output format.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &ClaimsArgs, term: &Term) -> anyhow::Result<Exit> {
    let here = system::current_dir()?;
    let (message, judged, change) = match (&args.text, git::open(&here)) {
        (None, git) => {
            let git = git.map_err(GateError::from)?;
            let revision = args.commit.as_deref().unwrap_or("HEAD");
            let message = message_of(git.as_ref(), revision)?;
            let (judged, change) = judge(git.as_ref(), &message, Some(revision))?;
            (message, judged, change)
        }
        (Some(path), Ok(git)) => {
            let message = read(path)?;
            let (judged, change) = judge(git.as_ref(), &message, args.commit.as_deref())?;
            (message, judged, change)
        }
        (Some(_), Err(error)) if args.commit.is_some() => return Err(GateError::from(error).into()),
        // A text can be read anywhere; outside of a repository nothing it names can be looked up.
        (Some(path), Err(_)) => (read(path)?, Vec::new(), None),
    };
    let reading = reading(&message.text, &clauses(&message.text), &judged, change);
    match args.format {
        Format::Text => term.print(&reading::text(&reading, term.style()))?,
        Format::Json => {
            let mut text = serde_json::to_vec_pretty(&reading)?;
            writeln!(text)?;
            term.print(&escape::visible_json(&String::from_utf8(text)?))?;
        }
    }
    Ok(if reading.unread.is_some() { Exit::Unjudged } else { Exit::Clean })
}

fn message_of(git: &dyn GitSource, revision: &str) -> anyhow::Result<Message> {
    let id = git.resolve(revision).map_err(GateError::from)?;
    let info = git.commit_info(id).map_err(GateError::from)?;
    Ok(message::parse(&info.message, MessageSource::Commit, &Cleanup::verbatim()))
}

fn read(path: &Path) -> anyhow::Result<Message> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(MAX_INPUT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_INPUT + 1).read_to_end(&mut bytes))
    };
    let size = read.with_context(|| format!("{} cannot be read", path.display()))?;
    anyhow::ensure!(size as u64 <= MAX_INPUT, "{} is larger than the bound of {MAX_INPUT} bytes", path.display());
    Ok(message::parse(&bytes, MessageSource::File, &Cleanup::verbatim()))
}

/// The claims of a message with their verdicts, and the change they were held against. Where nothing is staged there is
/// no change, and a verdict would be about nothing.
fn judge(
    git: &dyn GitSource,
    message: &Message,
    commit: Option<&str>,
) -> anyhow::Result<(Vec<Judged>, Option<ChangeReadV1>)> {
    let target = commit.map_or(Target::Staged, |revision| Target::Commit(revision.to_owned()));
    let request =
        Request { message: Some(message.clone()), applies_to: Some(AppliesTo::Everyone), ..Request::new(target) };
    let outcome = gate::judge(git, &request, &mut ())?.outcomes.into_iter().next();
    let is_empty = |outcome: &Outcome| outcome.stats.files == 0;
    Ok(match outcome {
        Some(outcome) if commit.is_some() || !is_empty(&outcome) => {
            let kind = if commit.is_some() { "commit" } else { "staged" };
            (outcome.claims, Some(ChangeReadV1 { kind, name: commit.map(str::to_owned) }))
        }
        _ => (Vec::new(), None),
    })
}

fn reading(text: &str, clauses: &Clauses, judged: &[Judged], change: Option<ChangeReadV1>) -> ReadingV1 {
    let lines = Lines::of(text);
    let claims = judged.iter().map(|judged| ClaimReadV1 {
        line: judged.claim.span.map_or(1, |span| lines.line(span.0)),
        span: judged.claim.span,
        text: judged.claim.text.clone(),
        kind: judged.claim.kind,
        source: match judged.claim.source {
            ClaimSource::Declared => "declared",
            ClaimSource::Prose => "prose",
            ClaimSource::Extracted => "extracted",
        },
        verdict: judged.verdict,
        reason: judged.reason.clone(),
        evidence: judged.evidence.clone(),
    });
    let mut claimed: Vec<(usize, usize)> = judged.iter().filter_map(|judged| judged.claim.span).collect();
    claimed.sort_unstable();
    let is_claimed = |clause: &Clause| {
        let before = claimed.partition_point(|span| span.0 < clause.span.end);
        // Spans of claims hardly nest, so those that end behind the clause's start are among the last few.
        claimed
            .get(before.saturating_sub(8)..before)
            .is_some_and(|near| near.iter().any(|span| span.1 > clause.span.start))
    };
    let passed = clauses
        .list
        .iter()
        .filter(|clause| clause.standing != Standing::Label && clause.place != Place::Heading && !is_claimed(clause))
        .filter_map(|clause| {
            Some(PassedV1 {
                line: lines.line(clause.span.start),
                span: (clause.span.start, clause.span.end),
                text: text.get(clause.span.clone())?.to_owned(),
                stance: clause.stance.name(),
                why: if clause.stance.can_claim() { NOTHING_TO_CHECK } else { clause.stance.why() },
            })
        });
    ReadingV1 {
        schema: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        change,
        claims: claims.collect(),
        passed: passed.collect(),
        unread: clauses.document.unread,
    }
}

const NOTHING_TO_CHECK: &str = "names nothing that can be looked for in a change, or not what was done to it";

/// Offsets of line starts.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self(std::iter::once(0).chain(starts).collect())
    }

    /// 1-based.
    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    }
}
