//! Verdicts: one file a claim family.
//!
//! A verdict accuses (`contradicted`) only on positive evidence from the change. Where the change is not wholly known (an
//! unreadable object, a merge that lists only what differs from every parent, a rename search cut short), a claim that
//! would need the rest is `unsupported`, with the reason.

mod commands;
mod content;
mod counts;
mod dependencies;
mod files;
mod formatting;
mod git;
mod inherited;
mod literal;
mod nature;
mod page;
mod paths;
mod picture;
mod script;
mod symbols;
mod template;
mod tests_added;
mod undocumented;
mod values;
mod versions;

use crate::analyze::facts::Facts;
use crate::model::change::CommitInfo;
use crate::model::claim::{Claim, ClaimKind, Judged, Verdict};
use crate::model::receipt::SessionFacts;
use crate::model::repository::RepoState;

use picture::Picture;

/// What claims are judged against.
pub struct Evidence<'a> {
    pub facts: &'a Facts<'a>,
    pub repository: &'a dyn RepoState,
    /// The commit judged, when one is.
    pub commit: Option<&'a CommitInfo>,
    /// The commands that were run, where a session was recorded.
    pub session: Option<&'a SessionFacts>,
}

/// The most pieces of evidence a verdict lists.
const MAX_EVIDENCE: usize = 10;

/// A verdict with its grounds, before it is tied to the claim.
struct Ruling {
    verdict: Verdict,
    reason: String,
    evidence: Vec<String>,
}

impl Ruling {
    fn supported(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Supported, reason)
    }

    fn contradicted(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Contradicted, reason)
    }

    fn unsupported(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Unsupported, reason)
    }

    fn uncheckable(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Uncheckable, reason)
    }

    fn is_supported(&self) -> bool {
        self.verdict == Verdict::Supported
    }

    fn is_contradicted(&self) -> bool {
        self.verdict == Verdict::Contradicted
    }

    fn new(verdict: Verdict, reason: impl Into<String>) -> Self {
        Self { verdict, reason: reason.into(), evidence: Vec::new() }
    }

    /// Paths in wire form, counts or ids; cut to the bound.
    fn with<S: Into<String>>(mut self, evidence: impl IntoIterator<Item = S>) -> Self {
        self.evidence.extend(evidence.into_iter().take(MAX_EVIDENCE).map(Into::into));
        self
    }
}

/// Judges every claim, in the order given.
pub fn judge(claims: Vec<Claim>, evidence: &Evidence<'_>) -> Vec<Judged> {
    for claim in &claims {
        content::announce(&claim.what, evidence.facts);
    }
    let picture = Picture::new(evidence.facts, symbols::Names::of(&claims));
    claims
        .into_iter()
        .map(|claim| {
            let Ruling { verdict, reason, evidence } = rule(&claim.what, &picture, evidence);
            Judged { claim, verdict, reason, evidence }
        })
        .collect()
}

fn rule(what: &ClaimKind, picture: &Picture<'_>, evidence: &Evidence<'_>) -> Ruling {
    match what {
        ClaimKind::Created { path } => files::created(path, picture),
        ClaimKind::Deleted { path } => files::deleted(path, picture),
        ClaimKind::Modified { path } => files::modified(path, picture),
        ClaimKind::Renamed { from, to } => files::renamed(from, to, picture),
        ClaimKind::Untouched { paths } => paths::untouched(paths, picture),
        ClaimKind::Only { paths } => paths::only(paths, picture),
        ClaimKind::FilesChanged { count } => counts::files_changed(*count, picture),
        ClaimKind::LinesAdded { count } => counts::lines(*count, counts::Side::Added, picture),
        ClaimKind::LinesDeleted { count } => counts::lines(*count, counts::Side::Deleted, picture),
        ClaimKind::NoCodeChange => nature::no_code_change(picture),
        ClaimKind::DocsOnly => nature::docs_only(picture),
        ClaimKind::TestsOnly => nature::tests_only(picture),
        ClaimKind::FormattingOnly => formatting::formatting_only(picture),
        ClaimKind::TextRemovedEverywhere { text, paths } => content::removed(text, paths.as_deref(), picture),
        ClaimKind::TextReplacedEverywhere { from, to, paths } => content::replaced(from, to, paths.as_deref(), picture),
        ClaimKind::ValueSet { path, key, value } => values::value_set(path, key, value, picture),
        ClaimKind::DependencyAdded { package, to } => dependencies::added(package, to.as_deref(), picture),
        ClaimKind::DependencyRemoved { package, from } => dependencies::removed(package, from.as_deref(), picture),
        ClaimKind::DependencyUpdated { package, from, to } => {
            dependencies::updated(package, from.as_deref(), to.as_deref(), picture)
        }
        ClaimKind::NoNewDependencies => dependencies::no_new(picture),
        ClaimKind::SymbolAdded { name, path, symbol } => {
            symbols::added(name, path.as_ref(), symbol.as_deref(), picture)
        }
        ClaimKind::SymbolRemoved { name, path, symbol } => {
            symbols::removed(name, path.as_ref(), symbol.as_deref(), picture)
        }
        ClaimKind::SymbolRenamed { from, to } => symbols::renamed(from, to, picture),
        ClaimKind::PublicApiUnchanged { paths } => symbols::api_unchanged(paths, picture),
        ClaimKind::TestsAdded { count, path, unit } => {
            tests_added::judge(*count, path.as_ref(), unit.as_deref(), picture)
        }
        ClaimKind::TestsPassed { run, count } => commands::tests_passed(run, *count, evidence.session),
        ClaimKind::LintPassed { run } => commands::lint_passed(run, evidence.session),
        ClaimKind::BuildPassed { run } => commands::build_passed(run, evidence.session),
        ClaimKind::CommandPassed { run } => commands::command_passed(run, evidence.session),
        ClaimKind::Committed { commit } => git::committed(commit.as_deref(), evidence),
        ClaimKind::Pushed { remote, branch } => git::pushed(remote.as_deref(), branch.as_deref(), evidence),
    }
}
