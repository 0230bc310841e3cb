//! What an agent said it did, and how that was judged.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::path::RepoPath;

/// The agent's self-report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub summary: String,
    pub claims: Vec<Claim>,
}

/// One checkable statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Kebab-case kind, as in `docs/claims/<kind>.md`.
    pub kind: &'static str,
    pub what: ClaimKind,
    pub source: ClaimSource,
    /// The words of the claim, as written.
    pub text: String,
    /// Byte range in the report or message the claim was read from.
    pub span: Option<(usize, usize)>,
}

/// The kinds of claim this version can judge, with their fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClaimKind {
    Created {
        path: RepoPath,
    },
    Deleted {
        path: RepoPath,
    },
    Modified {
        path: RepoPath,
    },
    Renamed {
        from: RepoPath,
        to: RepoPath,
    },
    /// None of these globs matches a changed path.
    Untouched {
        paths: Vec<String>,
    },
    /// Every changed path is matched by one of these globs.
    Only {
        paths: Vec<String>,
    },
    FilesChanged {
        count: u64,
    },
    LinesAdded {
        count: u64,
    },
    LinesDeleted {
        count: u64,
    },
    NoCodeChange,
    DocsOnly,
    TestsOnly,
    /// Every changed line holds the tokens it held before.
    FormattingOnly,
    /// The text stood somewhere before, and stands nowhere now.
    TextRemovedEverywhere {
        text: String,
        paths: Option<Vec<String>>,
    },
    TextReplacedEverywhere {
        from: String,
        to: String,
        paths: Option<Vec<String>>,
    },
    /// The change gave a key of a file this value.
    ValueSet {
        path: RepoPath,
        key: String,
        value: String,
    },
    DependencyAdded {
        package: Package,
        to: Option<String>,
    },
    DependencyRemoved {
        package: Package,
        from: Option<String>,
    },
    DependencyUpdated {
        package: Package,
        from: Option<String>,
        to: Option<String>,
    },
    NoNewDependencies,
    SymbolAdded {
        name: String,
        path: Option<RepoPath>,
        /// `function`, `type`, …
        symbol: Option<String>,
    },
    SymbolRemoved {
        name: String,
        path: Option<RepoPath>,
        symbol: Option<String>,
    },
    SymbolRenamed {
        from: String,
        to: String,
    },
    /// Within these globs; everywhere when there are none.
    PublicApiUnchanged {
        paths: Vec<String>,
    },
    /// In that file; everywhere when there is none.
    TestsAdded {
        count: u64,
        path: Option<RepoPath>,
        /// `functions`, `cases` or `files`.
        unit: Option<String>,
    },
    /// Tests ran on what stands here, and passed; so many of them where the agent said so.
    TestsPassed {
        run: Ran,
        count: Option<u64>,
    },
    /// A linter, a type checker or a formatter found nothing.
    LintPassed {
        run: Ran,
    },
    BuildPassed {
        run: Ran,
    },
    /// Any command that ended well.
    CommandPassed {
        run: Ran,
    },
    /// The work is committed; `commit` names it where the agent said which.
    Committed {
        commit: Option<String>,
    },
    Pushed {
        remote: Option<String>,
        branch: Option<String>,
    },
}

/// A run as a claim names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ran {
    /// The command line, a part of it, or the name of the tool.
    pub command: Option<String>,
    /// The id or the name of a receipt.
    pub receipt: Option<String>,
}

/// A package as a claim names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Package {
    pub name: String,
    /// By its name in policies: `cargo`, `npm`.
    pub ecosystem: Option<String>,
    pub manifest: Option<RepoPath>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimSource {
    /// Structured: `--report FILE` or a fenced `warrant` block.
    Declared,
    /// Read from free text.
    Prose,
    /// Read from free text by a program of the user's; judged as prose is.
    Extracted,
}

/// The four answers. Only `Contradicted` accuses, and only on positive evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Supported,
    Contradicted,
    /// Checkable in principle, no evidence found.
    Unsupported,
    /// Nothing here can tell.
    Uncheckable,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::Unsupported => "unsupported",
            Self::Uncheckable => "uncheckable",
        })
    }
}

/// A claim with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub claim: Claim,
    pub verdict: Verdict,
    /// One sentence a person can check.
    pub reason: String,
    /// The paths, counts or ids that decided.
    pub evidence: Vec<String>,
}

/// A changed unit that nothing said covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undisclosed {
    pub path: RepoPath,
    pub unit: Unit,
    /// The test, package, symbol, key or step, where the unit has a name.
    pub name: Option<String>,
    /// How many more of the same kind the file holds.
    pub more: usize,
    pub materiality: Materiality,
}

/// What a part of a change is, from the most material to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    TestDeleted,
    TestSkipped,
    TestWeakened,
    /// A coverage limit or another check lets more pass.
    GateLowered,
    /// A workflow may write more than before, or runs for strangers.
    CiPermission,
    /// A step may fail unseen, or runs an action that is no longer pinned.
    CiStep,
    Ci,
    Guard,
    Migration,
    DependencyAdded,
    DependencyRemoved,
    DependencySource,
    Manifest,
    SymbolRemoved,
    SymbolChanged,
    SymbolAdded,
    DependencyUpdated,
    ConfigKey,
    File,
}

impl Unit {
    /// Kebab-case, as on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::TestDeleted => "test-deleted",
            Self::TestSkipped => "test-skipped",
            Self::TestWeakened => "test-weakened",
            Self::GateLowered => "gate-lowered",
            Self::CiPermission => "ci-permission",
            Self::CiStep => "ci-step",
            Self::Ci => "ci",
            Self::Guard => "guard",
            Self::Migration => "migration",
            Self::DependencyAdded => "dependency-added",
            Self::DependencyRemoved => "dependency-removed",
            Self::DependencySource => "dependency-source",
            Self::Manifest => "manifest",
            Self::SymbolRemoved => "symbol-removed",
            Self::SymbolChanged => "symbol-changed",
            Self::SymbolAdded => "symbol-added",
            Self::DependencyUpdated => "dependency-updated",
            Self::ConfigKey => "config-key",
            Self::File => "file",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Materiality {
    /// Tests removed, weakened or skipped, dependencies, CI, guards, migrations, public symbols removed.
    High,
    /// Source and configuration.
    Medium,
    /// Lock files, snapshots, generated and vendored files, documents.
    Low,
}

impl fmt::Display for Materiality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        })
    }
}
