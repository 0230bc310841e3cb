//! Gates: what a repository's configuration asks of tests, linters, type checks and builds before a change may pass.
//!
//! [`read`] gives the gates of one file in one state; [`compare()`] says which of them let more pass after a change. A file is
//! known by its name. Values are compared by their keys and commands by what they run, so that what moved is no finding.

mod commands;
mod compare;
mod limits;
mod lines;
mod plain;
mod runners;
mod script;
mod steps;
mod yaml;

use crate::analyze::classify;
use crate::analyze::syntax::{Grammar, Unparsed};
use crate::model::lines::{LineDiff, Lines};
use crate::model::path::RepoPath;

pub use commands::{Kind, State};
pub use compare::{Lowered, Pair, compare};

/// A larger configuration file is not read.
pub const MAX_BYTES: usize = 1 << 20;

/// A scalar of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    /// The keys from the outermost inwards.
    path: Vec<String>,
    value: String,
    /// 1-based.
    line: u32,
}

impl Setting {
    fn last(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn has(&self, key: &str) -> bool {
        self.path.iter().any(|part| part == key)
    }
}

/// The gates of one file.
#[derive(Debug, Default)]
pub struct Gates {
    limits: Vec<Limit>,
    leaves: Vec<Leave>,
    runs: Vec<Run>,
    /// Every command of the file, those that check nothing included, as normalised text.
    others: Vec<String>,
    /// Commands stand in it, so one may be missing.
    has_steps: bool,
}

/// A number (or a switch, 1 or 0) that something has to reach.
#[derive(Clone, Debug)]
struct Limit {
    /// What makes it the same limit in both states of a file.
    key: String,
    /// What makes it the same limit in another file.
    name: String,
    /// `None` where it is no number: nothing can be told of it.
    value: Option<f64>,
    /// Else less is.
    more_is_stricter: bool,
    line: u32,
}

/// Something that is left out, or let pass.
#[derive(Clone, Debug)]
struct Leave {
    what: What,
    key: String,
    text: String,
    line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Code is not measured.
    Coverage,
    /// Tests do not run.
    Tests,
    /// A failure, or having no tests at all, is no failure.
    Failure,
}

/// A command that checks something.
#[derive(Clone, Debug)]
struct Run {
    kind: Kind,
    runner: String,
    state: State,
    leaves: Vec<String>,
    /// 1-based line of what decides on the state, or of the command.
    line: u32,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Toml,
    Ini,
    Xml,
    Json,
    Script(Grammar),
    /// Coverage services and tools that are set up in YAML.
    Yaml,
    /// YAML with steps.
    Ci,
    Gradle,
    /// Ruby and Python files that set up tests.
    Setup,
    /// One command a line.
    Commands,
    /// One command a line, `-` before it lets it fail.
    Make,
    Nox,
}

fn form(path: &RepoPath) -> Option<Form> {
    let lower = path.as_bytes().to_ascii_lowercase();
    let whole = RepoPath::new(lower);
    let name = std::str::from_utf8(whole.file_name()).ok()?;
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    let starts = |list: &[&str]| list.iter().any(|start| name.starts_with(start));
    let by_name = match name {
        "pyproject.toml" | "tarpaulin.toml" | ".tarpaulin.toml" | "pytest.toml" | "nextest.toml" => Form::Toml,
        "setup.cfg" | "tox.ini" | "pytest.ini" | ".coveragerc" | ".pylintrc" | "sonar-project.properties" => Form::Ini,
        "pom.xml" | "phpunit.xml" | "phpunit.xml.dist" | "phpunit.dist.xml" | "directory.build.props" => Form::Xml,
        "package.json" | "composer.json" | ".nycrc" | ".nycrc.json" | ".c8rc" | ".c8rc.json" => Form::Json,
        "codecov.yml" | ".codecov.yml" | "codecov.yaml" | ".codecov.yaml" | ".testcoverage.yml" | ".nycrc.yml" => {
            Form::Yaml
        }
        "spec_helper.rb" | "rails_helper.rb" | "test_helper.rb" | ".simplecov" | "conftest.py" => Form::Setup,
        "noxfile.py" => Form::Nox,
        "makefile" | "gnumakefile" | "justfile" | ".justfile" => Form::Make,
        "jenkinsfile" => Form::Commands,
        _ if extension == "csproj" => Form::Xml,
        _ if extension == "gradle" || name.ends_with(".gradle.kts") => Form::Gradle,
        _ if extension == "mk" => Form::Make,
        _ if starts(&[
            "jest.config.",
            "vitest.config.",
            "vitest.workspace.",
            "vite.config.",
            "karma.conf.",
            "stryker.conf",
        ]) || starts(&["infection.json", "jest.json"]) =>
        {
            match extension {
                "ts" | "mts" | "cts" => Form::Script(Grammar::TypeScript),
                "js" | "mjs" | "cjs" => Form::Script(Grammar::JavaScript),
                "json" | "json5" | "dist" => Form::Json,
                _ => return None,
            }
        }
        _ if matches!(extension, "yml" | "yaml") && classify::classify(path).ci => Form::Ci,
        _ => return None,
    };
    Some(by_name)
}

/// May the file hold gates? By its name alone.
pub fn is_config(path: &RepoPath) -> bool {
    form(path).is_some()
}

/// Do its changed lines surely leave all of its gates as they were? Of a Makefile that is told without reading it: what is not
/// indented, and goes on from no line before it or to one behind it, is no recipe.
pub fn surely_keeps(path: &RepoPath, diff: &LineDiff) -> bool {
    let is_apart = |lines: &Lines| {
        (0..lines.len()).all(|row| {
            let Some((line, start)) = lines.at(row) else { return false };
            let before = lines.source().get(..start).unwrap_or_default().trim_ascii_end();
            !line.text.starts_with(b" ")
                && !line.text.starts_with(b"\t")
                && !line.text.trim_ascii_end().ends_with(b"\\")
                && !before.ends_with(b"\\")
        })
    };
    !diff.binary && form(path) == Some(Form::Make) && is_apart(&diff.added) && is_apart(&diff.deleted)
}

/// The gates of a file; `None` where its name is that of no file that holds gates.
///
/// # Errors
/// When the text is over a bound.
pub fn read(path: &RepoPath, text: &[u8]) -> Option<Result<Gates, Unparsed>> {
    let form = form(path)?;
    if text.len() > MAX_BYTES {
        return Some(Err(Unparsed::TooLarge));
    }
    let name = String::from_utf8_lossy(path.file_name()).to_ascii_lowercase();
    let utf8 = String::from_utf8_lossy(text);
    let mut gates = Gates::default();
    let settings = match form {
        Form::Toml => plain::toml(&utf8),
        Form::Ini => plain::ini(&utf8),
        Form::Xml => plain::xml(&utf8),
        Form::Json => match script::json(text) {
            Ok(settings) => settings,
            Err(error) => return Some(Err(error)),
        },
        Form::Script(grammar) => match script::settings(grammar, text) {
            Ok(settings) => settings,
            Err(error) => return Some(Err(error)),
        },
        Form::Yaml | Form::Ci => yaml::settings(&utf8),
        Form::Gradle | Form::Setup => {
            lines::read(&mut gates, &utf8, form == Form::Gradle);
            return Some(Ok(gates));
        }
        Form::Commands | Form::Make | Form::Nox => {
            steps::lines(&mut gates, &utf8, form);
            return Some(Ok(gates));
        }
    };
    if form == Form::Ci {
        steps::ci(&mut gates, &settings);
    } else {
        limits::read(&mut gates, &name, &settings);
        steps::scripts(&mut gates, &name, &settings);
    }
    Some(Ok(gates))
}

/// `80`, `80%`, `0.8`, `80.0`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches(['"', '\'']).trim_end_matches('%').trim();
    text.replace('_', "").parse::<f64>().ok().filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests;
