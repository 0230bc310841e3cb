//! `git-warrant report [-|FILE]`: an agent declares what it did, and sees at once what that is worth.
//!
//! In a session the report is kept for the end of the turn, whatever its verdicts: the last one counts. Outside of one, the
//! staged change is what it is held against, or the work tree where nothing is staged.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use super::exit::Exit;
use super::term::Term;
use crate::claims::declared;
use crate::gate::session::{self, Case};
use crate::gate::{self, GateError, Request, Target};
use crate::model::claim::Verdict;
use crate::model::escape;
use crate::model::finding::{Finding, Level};
use crate::model::outcome::{Decision, Outcome};
use crate::render::text;
use crate::rules;
use crate::session::entry::Entry;
use crate::session::journal::Journal;
use crate::session::store::Current;
use crate::source::git::{self, GitSource};
use crate::system;

/// A report larger than this is refused; the parser's own bounds are lower.
const MAX_BYTES: u64 = 4 << 20;

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// A file with the report, `report.v1` in TOML or JSON; `-` reads standard input.
    #[arg(default_value = "-", value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &ReportArgs, term: &Term) -> anyhow::Result<Exit> {
    let (name, report) = read(args)?;
    declared::parse(&name, &report).map_err(GateError::Report)?;
    let git = git::open(&system::current_dir()?).map_err(GateError::from)?;
    let session = match session::here(git.as_ref()).1 {
        Current::Is(session) => session,
        Current::None => {
            let outcome = outside(git.as_ref(), &name, &report)?;
            return say(term, &outcome, "");
        }
        Current::Several => bail!(
            "several sessions are under way in this work tree, and which of them reports is not told; put the report into a fenced \
             block opened by ```warrant in your final message instead"
        ),
    };
    if session.ledger.append(system::now_ms(), Entry::Report { text: report.clone() }).is_err() {
        bail!(
            "the session's ledger cannot be written from here (a sandbox?); put the report into a fenced block opened by \
             ```warrant in your final message instead"
        );
    }
    let journal = Journal::of(session.read()?.unwrap_or_default());
    let others = session::others(git.as_ref(), &session.id, journal.started);
    let case = Case {
        session: &session,
        journal: &journal,
        others: &others,
        message: None,
        report: Some(&report),
        tampered: &[],
    };
    let judged = session::judge(git.as_ref(), &case)?;
    match judged.outcomes.first() {
        Some(outcome) => {
            say(term, outcome, "The report is kept for the end of this turn; a later one takes its place.\n")
        }
        None => Ok(Exit::Clean),
    }
}

fn read(args: &ReportArgs) -> anyhow::Result<(String, String)> {
    let name = args.file.display().to_string();
    let mut bytes = Vec::new();
    let most = MAX_BYTES + 1;
    if name == "-" {
        io::stdin().take(most).read_to_end(&mut bytes).context("standard input")?;
    } else {
        File::open(&args.file)
            .and_then(|file| file.take(most).read_to_end(&mut bytes))
            .with_context(|| name.clone())?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        bail!("{name}: larger than the bound of {MAX_BYTES} bytes");
    }
    let shown = if name == "-" { "the report".to_owned() } else { name };
    Ok((shown, String::from_utf8(bytes).context("the report is not UTF-8")?))
}

fn outside(git: &dyn GitSource, name: &str, report: &str) -> anyhow::Result<Outcome> {
    let staged = git.staged(None).map_err(GateError::from)?;
    let target = if staged.changes.is_empty() { Target::Worktree } else { Target::Staged };
    let request = Request { report: Some((name, report)), ..Request::new(target) };
    let mut judged = gate::judge(git, &request, &mut ())?;
    judged.outcomes.pop().context("nothing was judged")
}

/// The verdicts, what no claim covers, and what of that would block. Other findings are not this command's.
fn say(term: &Term, outcome: &Outcome, kept: &str) -> anyhow::Result<Exit> {
    let mut out = String::new();
    let mut of_report: Vec<&Finding> = outcome.findings.iter().filter(|finding| finding.waived.is_none()).collect();
    of_report.retain(|finding| rules::family(finding.rule) == "report");
    for judged in &outcome.claims {
        let style = term.style();
        let verdict = match judged.verdict {
            Verdict::Supported => style.good("supported"),
            Verdict::Contradicted => style.error("contradicted"),
            Verdict::Unsupported => style.warning("unsupported"),
            Verdict::Uncheckable => style.dimmed("uncheckable"),
        };
        let words = escape::visible(judged.claim.text.as_bytes());
        let _ = writeln!(out, "{verdict}: {words}: {}", escape::visible_lines(&judged.reason));
    }
    for finding in of_report.iter().filter(|finding| finding.rule != "report/contradicted") {
        let _ = writeln!(out, "{}\n", text::finding(finding, &outcome.claims, term.style()));
    }
    for gap in &outcome.incomplete {
        let place = gap.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
        let _ = writeln!(out, "not judged: {place}{}", escape::visible_lines(&gap.reason));
    }
    out.push_str(kept);
    term.print(&out)?;
    let blocks = of_report.iter().any(|finding| finding.level == Level::Deny) && outcome.decision == Decision::Block;
    Ok(if blocks { Exit::Blocked } else { Exit::Clean })
}
