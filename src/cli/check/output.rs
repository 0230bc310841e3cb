//! Where the result goes: one format on standard output, any in files.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;

use super::show::{self, Show};
use super::timings::{Timed, Timings};
use super::{CheckArgs, Term, address};
use crate::cli::replace;
use crate::gate::{self, Judgement, Request, Target, Watch};
use crate::model::escape;
use crate::model::outcome::Outcome;
use crate::policy::Loaded;
use crate::render::{Asked, RuleText, github, gitlab, json, jsonl, junit, markdown, sarif};
use crate::rules::RULES;
use crate::source::git::GitSource;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One document, version 1 (schema/output.schema.json).
    Json,
    /// One object a line, as it is judged (schema/jsonl.schema.json).
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reports.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// A comment on a pull request.
    Markdown,
}

/// What to write where.
pub(super) struct Outputs {
    stdout: Format,
    files: Vec<(Format, PathBuf)>,
}

impl Outputs {
    /// A file without a format of its own takes that of `--format`; the terminal keeps the text then.
    pub(super) fn of(args: &CheckArgs) -> Self {
        let mut stdout = args.format.unwrap_or(Format::Text);
        let mut files = Vec::new();
        for given in &args.output_file {
            let own = given.to_str().and_then(|text| text.split_once('='));
            let own = own.and_then(|(name, file)| Some((Format::from_str(name, false).ok()?, PathBuf::from(file))));
            files.push(own.unwrap_or_else(|| {
                stdout = Format::Text;
                (args.format.unwrap_or(Format::Text), given.clone())
            }));
        }
        Self { stdout, files }
    }

    /// Judges, and prints: text and lines of JSON while it is being judged.
    pub(super) fn judge(
        &self,
        git: &dyn GitSource,
        request: &Request<'_>,
        args: &CheckArgs,
        term: &Term,
        timings: &RefCell<Timings>,
    ) -> anyhow::Result<Judgement> {
        match self.stdout {
            Format::Text => {
                let mut show = Show::new(args, spec(&request.target), term);
                let judgement = gate::judge(git, request, &mut Timed { inner: &mut show, timings })?;
                show.end(&judgement)?;
                Ok(judgement)
            }
            Format::Jsonl => {
                let mut lines = Lines { target: &request.target, term, stream: jsonl::Stream::default(), failed: None };
                let judgement = gate::judge(git, request, &mut Timed { inner: &mut lines, timings })?;
                lines.print(&jsonl::Stream::end(&judgement.outcomes));
                lines.failed.map_or(Ok(judgement), |error| Err(error).context("the result cannot be written"))
            }
            format => {
                let judgement = gate::judge(git, request, &mut Timed { inner: &mut (), timings })?;
                term.print(&document(format, git, args, &judgement, &request.target))?;
                Ok(judgement)
            }
        }
    }

    /// Each file whole or not at all.
    pub(super) fn write_files(
        &self,
        git: &dyn GitSource,
        args: &CheckArgs,
        judgement: &Judgement,
        target: &Target,
    ) -> anyhow::Result<()> {
        for (format, path) in &self.files {
            let text = document(*format, git, args, judgement, target);
            replace::put(path, &text).with_context(|| format!("{} cannot be written", name_of(path)))?;
        }
        Ok(())
    }
}

fn name_of(path: &Path) -> String {
    escape::visible(path.as_os_str().as_encoded_bytes())
}

fn document(format: Format, git: &dyn GitSource, args: &CheckArgs, judgement: &Judgement, target: &Target) -> String {
    let outcomes = &judgement.outcomes;
    let mut asked = asked(&judgement.loaded, target);
    match format {
        Format::Text => return show::document(args, spec(target), judgement),
        Format::Sarif => {
            asked.base = judgement.base.map(|id| id.to_string());
            let commits = outcomes.iter().rev().filter_map(|outcome| outcome.commit.as_ref());
            asked.head = commits.map(|commit| commit.id).find(|id| !id.is_zero()).map(|id| id.to_string());
            asked.repository = git.config("remote.origin.url").ok().flatten().and_then(|url| address::public(&url));
            asked.rules = RULES
                .iter()
                .map(|rule| RuleText { id: rule.meta.id, summary: rule.meta.summary, docs: rule.meta.docs })
                .collect();
        }
        _ => {}
    }
    match format {
        Format::Text => String::new(),
        Format::Json => json::document(&asked, outcomes),
        Format::Jsonl => jsonl::document(&asked, outcomes),
        Format::Sarif => sarif::document(&asked, outcomes),
        Format::Junit => junit::document(&asked, outcomes),
        Format::Github => github::document(&asked, outcomes),
        Format::Gitlab => gitlab::document(&asked, outcomes),
        Format::Markdown => markdown::document(&asked, outcomes),
    }
}

fn asked<'a>(loaded: &'a Loaded, target: &Target) -> Asked<'a> {
    let (kind, name) = name(target);
    let sources = loaded.sources.iter().map(|source| (source.name.clone(), source.side.clone())).collect();
    Asked { name, sources, ..Asked::new(kind, &loaded.policy) }
}

fn spec(target: &Target) -> Option<&str> {
    if let Target::Range(spec) = target { Some(spec) } else { None }
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

/// Prints lines of JSON as outcomes come.
struct Lines<'a> {
    target: &'a Target,
    term: &'a Term,
    stream: jsonl::Stream,
    failed: Option<std::io::Error>,
}

impl Lines<'_> {
    fn print(&mut self, lines: &str) {
        let printed = self.term.print(lines);
        self.failed = self.failed.take().or(printed.err());
    }
}

impl Watch for Lines<'_> {
    fn begin(&mut self, loaded: &Loaded, _: usize) {
        self.print(&jsonl::Stream::start(&asked(loaded, self.target)));
    }

    fn outcome(&mut self, outcome: &Outcome) {
        let lines = self.stream.outcome(outcome);
        self.print(&lines);
    }
}
