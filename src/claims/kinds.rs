//! The kinds of claim: one line each with its fields, documentation and constructor. The reader, the JSON Schema, the
//! documentation and the drift test all follow this table.

use crate::model::claim::{ClaimKind, Package, Ran};
use crate::model::path::RepoPath;

/// A kind a report may use.
#[derive(Debug)]
pub struct Kind {
    /// Kebab-case, as written in a report.
    pub name: &'static str,
    /// One line, lower case, no final stop.
    pub summary: &'static str,
    pub fields: &'static [Field],
    /// `docs/claims/<name>.md`, embedded.
    pub docs: &'static str,
    build: fn(&mut Fields) -> Option<ClaimKind>,
}

/// A field of a claim, besides `kind`.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub value: FieldType,
    pub required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A file, relative to the top of the repository.
    Path,
    /// Files, folders and globs; at least one.
    Paths,
    /// A whole number from 0.
    Count,
    /// A commit id in 4 to 64 hexadecimal digits.
    Commit,
    /// The name of a remote or a branch.
    Name,
    /// A text of 1 to [`MAX_TEXT`] bytes, line ends and all.
    Text,
    /// One line of 1 to [`MAX_TEXT`] bytes: a key, a value, a package, a version. A whole number counts as its digits.
    Line,
    /// One of [`crate::analyze::deps::Ecosystem::ALL`].
    Ecosystem,
    /// The name of a symbol, as the language or people write it.
    Symbol,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// The longest text of a field, in bytes.
pub const MAX_TEXT: usize = 1000;

/// A checked value of a field.
#[derive(Clone, Debug)]
pub enum FieldValue {
    Path(RepoPath),
    Paths(Vec<String>),
    Count(u64),
    Text(String),
}

/// The values given for one claim, by field.
#[derive(Debug, Default)]
pub struct Fields(Vec<(&'static str, FieldValue)>);

impl Fields {
    pub fn set(&mut self, name: &'static str, value: FieldValue) {
        self.0.push((name, value));
    }

    fn take(&mut self, name: &str) -> Option<FieldValue> {
        let at = self.0.iter().position(|(field, _)| *field == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn path(&mut self, name: &str) -> Option<RepoPath> {
        match self.take(name)? {
            FieldValue::Path(path) => Some(path),
            _ => None,
        }
    }

    fn paths(&mut self) -> Option<Vec<String>> {
        match self.take("paths")? {
            FieldValue::Paths(paths) => Some(paths),
            _ => None,
        }
    }

    fn count(&mut self) -> Option<u64> {
        match self.take("count")? {
            FieldValue::Count(count) => Some(count),
            _ => None,
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }

    fn run(&mut self) -> Ran {
        Ran { command: self.text("command"), receipt: self.text("receipt") }
    }

    fn package(&mut self) -> Option<Package> {
        Some(Package { name: self.text("name")?, ecosystem: self.text("ecosystem"), manifest: self.path("manifest") })
    }
}

impl Kind {
    /// The claim these fields make; `None` when a required one is missing.
    pub fn build(&self, mut fields: Fields) -> Option<ClaimKind> {
        (self.build)(&mut fields)
    }

    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

const PATH: &[Field] = &[Field { name: "path", value: FieldType::Path, required: true }];
const PATHS: &[Field] = &[Field { name: "paths", value: FieldType::Paths, required: true }];
const COUNT: &[Field] = &[Field { name: "count", value: FieldType::Count, required: true }];
const FROM_TO: &[Field] = &[
    Field { name: "from", value: FieldType::Path, required: true },
    Field { name: "to", value: FieldType::Path, required: true },
];
const COMMIT: &[Field] = &[Field { name: "commit", value: FieldType::Commit, required: false }];
const REMOTE: &[Field] = &[
    Field { name: "remote", value: FieldType::Name, required: false },
    Field { name: "branch", value: FieldType::Name, required: false },
];
const TEXT: &[Field] = &[
    Field { name: "text", value: FieldType::Text, required: true },
    Field { name: "paths", value: FieldType::Paths, required: false },
];
const TEXTS: &[Field] = &[
    Field { name: "from", value: FieldType::Text, required: true },
    Field { name: "to", value: FieldType::Text, required: true },
    Field { name: "paths", value: FieldType::Paths, required: false },
];
const SETTING: &[Field] = &[
    Field { name: "path", value: FieldType::Path, required: true },
    Field { name: "key", value: FieldType::Line, required: true },
    Field { name: "value", value: FieldType::Line, required: true },
];
const NAME: Field = Field { name: "name", value: FieldType::Line, required: true };
const FROM: Field = Field { name: "from", value: FieldType::Line, required: false };
const TO: Field = Field { name: "to", value: FieldType::Line, required: false };
const ECOSYSTEM: Field = Field { name: "ecosystem", value: FieldType::Ecosystem, required: false };
const MANIFEST: Field = Field { name: "manifest", value: FieldType::Path, required: false };
const SYMBOL: &[Field] = &[
    Field { name: "name", value: FieldType::Symbol, required: true },
    Field { name: "path", value: FieldType::Path, required: false },
    Field { name: "symbol", value: FieldType::Choice(SYMBOLS), required: false },
];
const SYMBOL_FROM_TO: &[Field] = &[
    Field { name: "from", value: FieldType::Symbol, required: true },
    Field { name: "to", value: FieldType::Symbol, required: true },
];
const SOME_PATHS: &[Field] = &[Field { name: "paths", value: FieldType::Paths, required: false }];
const RUN: &[Field] = &[
    Field { name: "command", value: FieldType::Line, required: false },
    Field { name: "receipt", value: FieldType::Name, required: false },
];
const COMMAND: &[Field] = &[
    Field { name: "command", value: FieldType::Line, required: true },
    Field { name: "receipt", value: FieldType::Name, required: false },
];
const TEST_RUN: &[Field] = &[
    Field { name: "command", value: FieldType::Line, required: false },
    Field { name: "receipt", value: FieldType::Name, required: false },
    Field { name: "count", value: FieldType::Count, required: false },
];
const TESTS: &[Field] = &[
    Field { name: "count", value: FieldType::Count, required: true },
    Field { name: "path", value: FieldType::Path, required: false },
    Field { name: "unit", value: FieldType::Choice(&["cases", "files", "functions"]), required: false },
];

/// The kinds of symbol that a report may name.
const SYMBOLS: &[&str] = &[
    "constant",
    "enum",
    "export",
    "field",
    "function",
    "interface",
    "macro",
    "method",
    "module",
    "property",
    "trait",
    "type",
    "variant",
];

macro_rules! docs {
    ($name:literal) => {
        include_str!(concat!("../../docs/claims/", $name, ".md"))
    };
}

/// Every kind, sorted by name.
pub static KINDS: &[Kind] = &[
    Kind {
        name: "build-passed",
        summary: "a build of what stands here succeeded",
        fields: RUN,
        docs: docs!("build-passed"),
        build: |f| Some(ClaimKind::BuildPassed { run: f.run() }),
    },
    Kind {
        name: "command-passed",
        summary: "a command ran on what stands here, and ended well",
        fields: COMMAND,
        docs: docs!("command-passed"),
        build: |f| Some(ClaimKind::CommandPassed { run: f.run() }),
    },
    Kind {
        name: "committed",
        summary: "the work is committed",
        fields: COMMIT,
        docs: docs!("committed"),
        build: |f| Some(ClaimKind::Committed { commit: f.text("commit") }),
    },
    Kind {
        name: "created",
        summary: "a file is new",
        fields: PATH,
        docs: docs!("created"),
        build: |f| Some(ClaimKind::Created { path: f.path("path")? }),
    },
    Kind {
        name: "deleted",
        summary: "a file is gone",
        fields: PATH,
        docs: docs!("deleted"),
        build: |f| Some(ClaimKind::Deleted { path: f.path("path")? }),
    },
    Kind {
        name: "dependency-added",
        summary: "a package is asked for that was not",
        fields: &[NAME, TO, ECOSYSTEM, MANIFEST],
        docs: docs!("dependency-added"),
        build: |f| Some(ClaimKind::DependencyAdded { package: f.package()?, to: f.text("to") }),
    },
    Kind {
        name: "dependency-removed",
        summary: "a package is asked for no more",
        fields: &[NAME, FROM, ECOSYSTEM, MANIFEST],
        docs: docs!("dependency-removed"),
        build: |f| Some(ClaimKind::DependencyRemoved { package: f.package()?, from: f.text("from") }),
    },
    Kind {
        name: "dependency-updated",
        summary: "a package is asked for, or locked, at another version",
        fields: &[NAME, FROM, TO, ECOSYSTEM, MANIFEST],
        docs: docs!("dependency-updated"),
        build: |f| Some(ClaimKind::DependencyUpdated { package: f.package()?, from: f.text("from"), to: f.text("to") }),
    },
    Kind {
        name: "docs-only",
        summary: "only documents and comments changed",
        fields: &[],
        docs: docs!("docs-only"),
        build: |_| Some(ClaimKind::DocsOnly),
    },
    Kind {
        name: "files-changed",
        summary: "so many files changed",
        fields: COUNT,
        docs: docs!("files-changed"),
        build: |f| Some(ClaimKind::FilesChanged { count: f.count()? }),
    },
    Kind {
        name: "formatting-only",
        summary: "only layout changed",
        fields: &[],
        docs: docs!("formatting-only"),
        build: |_| Some(ClaimKind::FormattingOnly),
    },
    Kind {
        name: "lines-added",
        summary: "so many lines were added",
        fields: COUNT,
        docs: docs!("lines-added"),
        build: |f| Some(ClaimKind::LinesAdded { count: f.count()? }),
    },
    Kind {
        name: "lines-deleted",
        summary: "so many lines were deleted",
        fields: COUNT,
        docs: docs!("lines-deleted"),
        build: |f| Some(ClaimKind::LinesDeleted { count: f.count()? }),
    },
    Kind {
        name: "lint-passed",
        summary: "a linter, type checker or formatter found nothing in what stands here",
        fields: RUN,
        docs: docs!("lint-passed"),
        build: |f| Some(ClaimKind::LintPassed { run: f.run() }),
    },
    Kind {
        name: "modified",
        summary: "a file that existed before is changed",
        fields: PATH,
        docs: docs!("modified"),
        build: |f| Some(ClaimKind::Modified { path: f.path("path")? }),
    },
    Kind {
        name: "no-code-change",
        summary: "no line of program code changed",
        fields: &[],
        docs: docs!("no-code-change"),
        build: |_| Some(ClaimKind::NoCodeChange),
    },
    Kind {
        name: "no-new-dependencies",
        summary: "no manifest asks for a package that was not asked for",
        fields: &[],
        docs: docs!("no-new-dependencies"),
        build: |_| Some(ClaimKind::NoNewDependencies),
    },
    Kind {
        name: "only",
        summary: "nothing outside these paths changed",
        fields: PATHS,
        docs: docs!("only"),
        build: |f| Some(ClaimKind::Only { paths: f.paths()? }),
    },
    Kind {
        name: "public-api-unchanged",
        summary: "no name that others can use is new, gone or has another signature",
        fields: SOME_PATHS,
        docs: docs!("public-api-unchanged"),
        build: |f| Some(ClaimKind::PublicApiUnchanged { paths: f.paths().unwrap_or_default() }),
    },
    Kind {
        name: "pushed",
        summary: "the commit is on a remote",
        fields: REMOTE,
        docs: docs!("pushed"),
        build: |f| Some(ClaimKind::Pushed { remote: f.text("remote"), branch: f.text("branch") }),
    },
    Kind {
        name: "renamed",
        summary: "a file moved",
        fields: FROM_TO,
        docs: docs!("renamed"),
        build: |f| Some(ClaimKind::Renamed { from: f.path("from")?, to: f.path("to")? }),
    },
    Kind {
        name: "symbol-added",
        summary: "a function, type or other name is new",
        fields: SYMBOL,
        docs: docs!("symbol-added"),
        build: |f| {
            Some(ClaimKind::SymbolAdded { name: f.text("name")?, path: f.path("path"), symbol: f.text("symbol") })
        },
    },
    Kind {
        name: "symbol-removed",
        summary: "a function, type or other name is gone",
        fields: SYMBOL,
        docs: docs!("symbol-removed"),
        build: |f| {
            Some(ClaimKind::SymbolRemoved { name: f.text("name")?, path: f.path("path"), symbol: f.text("symbol") })
        },
    },
    Kind {
        name: "symbol-renamed",
        summary: "a function, type or other name has another name",
        fields: SYMBOL_FROM_TO,
        docs: docs!("symbol-renamed"),
        build: |f| Some(ClaimKind::SymbolRenamed { from: f.text("from")?, to: f.text("to")? }),
    },
    Kind {
        name: "tests-added",
        summary: "so many tests are new",
        fields: TESTS,
        docs: docs!("tests-added"),
        build: |f| Some(ClaimKind::TestsAdded { count: f.count()?, path: f.path("path"), unit: f.text("unit") }),
    },
    Kind {
        name: "tests-only",
        summary: "only tests changed",
        fields: &[],
        docs: docs!("tests-only"),
        build: |_| Some(ClaimKind::TestsOnly),
    },
    Kind {
        name: "tests-passed",
        summary: "the tests ran on what stands here, and passed",
        fields: TEST_RUN,
        docs: docs!("tests-passed"),
        build: |f| Some(ClaimKind::TestsPassed { run: f.run(), count: f.count() }),
    },
    Kind {
        name: "text-removed-everywhere",
        summary: "a text stands in no file any more",
        fields: TEXT,
        docs: docs!("text-removed-everywhere"),
        build: |f| Some(ClaimKind::TextRemovedEverywhere { text: f.text("text")?, paths: f.paths() }),
    },
    Kind {
        name: "text-replaced-everywhere",
        summary: "a text stands in no file any more, and another in its place",
        fields: TEXTS,
        docs: docs!("text-replaced-everywhere"),
        build: |f| {
            Some(ClaimKind::TextReplacedEverywhere { from: f.text("from")?, to: f.text("to")?, paths: f.paths() })
        },
    },
    Kind {
        name: "untouched",
        summary: "none of these paths changed",
        fields: PATHS,
        docs: docs!("untouched"),
        build: |f| Some(ClaimKind::Untouched { paths: f.paths()? }),
    },
    Kind {
        name: "value-set",
        summary: "a key of a file has this value now",
        fields: SETTING,
        docs: docs!("value-set"),
        build: |f| Some(ClaimKind::ValueSet { path: f.path("path")?, key: f.text("key")?, value: f.text("value")? }),
    },
];

pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::symbols::SymbolKind;

    #[test]
    fn the_kinds_of_symbol_are_those_that_are_read() {
        let read: Vec<&str> = SymbolKind::NAMES.iter().map(|(name, _)| *name).collect();
        assert_eq!(SYMBOLS, read);
    }

    #[test]
    fn kinds_are_sorted_and_documented() {
        assert!(KINDS.windows(2).all(|pair| pair[0].name < pair[1].name), "KINDS must be sorted, without repeats");
        for kind in KINDS {
            assert!(kind.docs.starts_with(&format!("# {}\n", kind.name)), "{}", kind.name);
            for section in ["## Fields", "## Meaning", "## Verdicts", "## Examples"] {
                assert!(kind.docs.contains(section), "{} lacks {section}", kind.name);
            }
            for field in kind.fields {
                assert!(kind.docs.contains(&format!("`{}`", field.name)), "{} does not tell {}", kind.name, field.name);
            }
        }
    }
}
