//! The terms of a contract: as written down, as read, and those of several hands together.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use crate::model::command::{CommandPattern, Commands, RequiredCommand};
use crate::model::contract::Contract;
use crate::model::diagnostic::Diagnostic;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::hex;
use crate::model::origin::{Origin, PolicySource, Sourced};
use crate::model::policy::Limits;

/// A contract as it is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    pub title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_lines: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_lines: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_files: Option<u64>,
    pub read_only: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_commit: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny_commands: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<RequiredTerms>,
}

/// A command that has to have run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RequiredTerms {
    pub name: String,
    pub run: Vec<String>,
}

impl RequiredTerms {
    /// A command line, or the name of a command that the policy requires.
    pub fn of(command: &str) -> Self {
        Self { name: command.to_owned(), run: vec![command.to_owned()] }
    }
}

impl Terms {
    /// Nothing is bounded.
    pub fn is_empty(&self) -> bool {
        *self == Self { title: self.title.clone(), ..Self::default() }
    }

    /// The file that says it.
    pub fn to_text(&self) -> Result<String, String> {
        let body = toml::to_string(self).map_err(|error| error.to_string())?;
        let head = "# The bounds of this task, set by the developer. `git warrant task end` lifts them.";
        Ok(format!("{head}\nschema = 1\n{body}"))
    }
}

/// [`Terms`] as read: every value with its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    schema: Spanned<u32>,
    title: String,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
    #[serde(default)]
    deny: Vec<Spanned<String>>,
    files: Option<Spanned<u64>>,
    added_lines: Option<Spanned<u64>>,
    deleted_lines: Option<Spanned<u64>>,
    new_files: Option<Spanned<u64>>,
    read_only: Option<Spanned<bool>>,
    no_commit: Option<Spanned<bool>>,
    #[serde(default)]
    deny_commands: Vec<Spanned<String>>,
    #[serde(default)]
    require: Vec<RawRequired>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRequired {
    name: Spanned<String>,
    run: Vec<Spanned<String>>,
}

/// Reads the contract of a task. `tampered` is passed on.
pub fn parse(text: &str, tampered: Option<String>) -> Result<Contract, Vec<Diagnostic>> {
    parse_of("the task's contract", text, tampered)
}

/// Reads a contract whose text goes by `name`.
pub fn parse_of(name: &str, text: &str, tampered: Option<String>) -> Result<Contract, Vec<Diagnostic>> {
    let source = PolicySource { name: name.to_owned(), text: text.to_owned(), side: "task".to_owned() };
    let reader = Reader { source: Arc::new(source) };
    let raw: Raw = toml::from_str(text)
        .map_err(|error| vec![Diagnostic::error(error.message().trim_end(), error.span().map(|at| reader.at(at)))])?;
    if *raw.schema.get_ref() != 1 {
        let place = Some(reader.at(raw.schema.span()));
        return Err(vec![Diagnostic::error("this version reads contracts of schema 1", place)]);
    }
    let mut faults = Vec::new();
    let allow = reader.globs(raw.allow, &mut faults);
    let number = |value: Option<Spanned<u64>>| {
        value.map(|value| Sourced { origin: reader.at(value.span()), value: value.into_inner() })
    };
    let switch = |value: Option<Spanned<bool>>| {
        value.filter(|setting| *setting.get_ref()).map(|setting| reader.at(setting.span()))
    };
    let require = raw.require.into_iter().map(|one| RequiredCommand {
        origin: reader.at(one.name.span()),
        name: one.name.into_inner(),
        run: reader.patterns(one.run, &mut faults),
        paths: Globs::default(),
    });
    let require = require.collect();
    let contract = Contract {
        title: raw.title,
        allow: if allow.is_empty() { Vec::new() } else { vec![allow] },
        deny: reader.globs(raw.deny, &mut faults),
        limits: Limits {
            files: number(raw.files),
            added_lines: number(raw.added_lines),
            deleted_lines: number(raw.deleted_lines),
            new_files: number(raw.new_files),
            ..Limits::default()
        },
        read_only: switch(raw.read_only),
        no_commit: switch(raw.no_commit),
        commands: Commands { deny: reader.patterns(raw.deny_commands, &mut faults), require },
        id: hex(text.as_bytes()),
        tampered,
    };
    if faults.is_empty() { Ok(contract) } else { Err(faults) }
}

struct Reader {
    source: Arc<PolicySource>,
}

impl Reader {
    fn at(&self, span: Range<usize>) -> Origin {
        Origin { source: Arc::clone(&self.source), span }
    }

    fn globs(&self, list: Vec<Spanned<String>>, faults: &mut Vec<Diagnostic>) -> Globs {
        let entry =
            |glob: Spanned<String>| GlobEntry { origin: Some(self.at(glob.span())), pattern: glob.into_inner() };
        let entries: Vec<GlobEntry> = list.into_iter().map(entry).collect();
        let places: Vec<Option<Origin>> = entries.iter().map(|entry| entry.origin.clone()).collect();
        Globs::new(entries).unwrap_or_else(|error| {
            faults.push(Diagnostic::error(error.to_string(), places.get(error.index).cloned().flatten()));
            Globs::default()
        })
    }

    fn patterns(&self, list: Vec<Spanned<String>>, faults: &mut Vec<Diagnostic>) -> Vec<CommandPattern> {
        let mut good = Vec::new();
        for text in list {
            let origin = self.at(text.span());
            match CommandPattern::new(text.get_ref(), Some(origin.clone())) {
                Ok(pattern) => good.push(pattern),
                Err(error) => faults.push(Diagnostic::error(error.to_string(), Some(origin))),
            }
        }
        good
    }
}

/// Two contracts that both hold: whatever one of them forbids is forbidden. The first gives the title.
#[must_use]
pub fn merge(first: Contract, second: Contract) -> Contract {
    let entries = first.deny.entries().iter().chain(second.deny.entries()).cloned().collect();
    // Each list is good by itself; where both are too much together, the paths of one are denied as everything.
    let deny = Globs::new(entries).or_else(|_| Globs::of(&["**"])).unwrap_or_default();
    let id = hex(format!("{} {}", first.id, second.id).as_bytes());
    let mut commands = first.commands;
    commands.deny.extend(second.commands.deny);
    commands.require.extend(second.commands.require);
    let (one, other) = (first.limits, second.limits);
    Contract {
        title: first.title,
        allow: first.allow.into_iter().chain(second.allow).collect(),
        deny,
        limits: Limits {
            files: lower(one.files, other.files),
            added_lines: lower(one.added_lines, other.added_lines),
            deleted_lines: lower(one.deleted_lines, other.deleted_lines),
            new_files: lower(one.new_files, other.new_files),
            ..Limits::default()
        },
        read_only: first.read_only.or(second.read_only),
        no_commit: first.no_commit.or(second.no_commit),
        commands,
        id,
        tampered: first.tampered.or(second.tampered),
    }
}

fn lower(one: Option<Sourced<u64>>, other: Option<Sourced<u64>>) -> Option<Sourced<u64>> {
    one.into_iter().chain(other).min_by_key(|bound| bound.value)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    hex::of(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::path::RepoPath;

    fn whole() -> Terms {
        Terms {
            title: "t \"x\"".into(),
            allow: vec!["src/**".into()],
            deny: vec!["src/core/**".into()],
            files: Some(3),
            added_lines: Some(100),
            deleted_lines: Some(4),
            new_files: Some(0),
            read_only: true,
            no_commit: true,
            deny_commands: vec!["cargo publish".into()],
            require: vec![RequiredTerms::of("cargo test")],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let contract = parse(&whole().to_text().expect("text"), None).expect("no fault");
        assert_eq!(contract.limit("added-lines").map(|bound| bound.value), Some(100));
        assert_eq!(contract.limit("new-files").map(|bound| bound.value), Some(0));
        assert!(contract.read_only.is_some() && contract.no_commit.is_some());
        assert_eq!((contract.commands.deny.len(), contract.commands.require.len()), (1, 1));
        assert!(!whole().is_empty() && Terms { title: "x".into(), ..Terms::default() }.is_empty());
    }

    #[test]
    fn faults_are_told_and_never_no_contract() {
        for text in [
            "schema = 2\ntitle = 'x'\n",
            "schema = 1\ntitle = 'x'\nalow = []\n",
            "schema = 1\ntitle = 'x'\nallow = ['[']\n",
            "schema = 1\ntitle = 'x'\ndeny-commands = ['a | b']\n",
            "schema = 1\ntitle = 'x'\n[[require]]\nname = 'a'\nrun = ['']\n",
            "x",
        ] {
            assert_eq!(parse(text, None).expect_err("a fault").len(), 1, "{text}");
        }
    }

    #[test]
    fn two_contracts_hold_both() {
        let text = |terms: Terms| parse(&terms.to_text().expect("text"), None).expect("no fault");
        let second = Terms { allow: vec!["**/*.rs".into()], files: Some(1), new_files: Some(9), ..Terms::default() };
        let both = merge(text(whole()), text(second));
        let allowed = |path: &str| both.refusing(|globs| globs.is_match(&RepoPath::from(path))).is_none();
        assert!(allowed("src/a.rs") && !allowed("src/a.md") && !allowed("docs/a.rs"));
        assert_eq!(both.limit("files").map(|bound| bound.value), Some(1));
        assert_eq!(both.limit("new-files").map(|bound| bound.value), Some(0));
        assert!(both.no_commit.is_some() && both.title == "t \"x\"");
    }
}
