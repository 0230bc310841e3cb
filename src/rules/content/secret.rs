//! A secret was added. Values are never shown: the message holds four characters at most, the line is redacted.

use std::cell::Cell;
use std::collections::BTreeMap;

use regex::bytes::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::scan::Table;
use crate::analyze::secrets::{self, Confidence, KINDS, Kind, Search, Secret as Found, private_key};
use crate::model::change::Change;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::lines::{Line, LineDiff};
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{foreign, with_added};

pub struct Secret;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Regular expressions; a value one of them matches is no finding.
    pub allow: Vec<String>,
    /// Kinds that are no finding, by id.
    pub allow_kinds: Vec<String>,
    /// Globs of paths the rule leaves alone.
    pub exclude: Vec<String>,
    /// Also look for values that are named as secrets and look random.
    pub entropy: bool,
    /// The level of what rests on name and randomness, not on an issuer's form. At most the rule's own.
    pub generic: Level,
}

impl Default for Options {
    fn default() -> Self {
        Self { allow: Vec::new(), allow_kinds: Vec::new(), exclude: Vec::new(), entropy: true, generic: Level::Warn }
    }
}

/// [`Options`], compiled.
pub struct Prepared {
    allow: Vec<Regex>,
    allow_kinds: Vec<String>,
    exclude: Globs,
    search: Search,
    generic: Level,
}

impl Prepared {
    fn allows(&self, kind: &Kind, value: &[u8]) -> bool {
        self.allow_kinds.iter().any(|id| id == kind.id) || self.allow.iter().any(|regex| regex.is_match(value))
    }
}

impl Check for Secret {
    const META: Meta = Meta {
        id: "content/secret",
        summary: "an added line holds a key, a token or a password",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/secret.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        if let Some(unknown) = options.allow_kinds.iter().find(|id| KINDS.iter().all(|kind| kind.id != **id)) {
            return Err(format!("`{unknown}` is no kind of secret known here"));
        }
        let compile = |source: &String| {
            RegexBuilder::new(source).size_limit(1 << 20).build().map_err(|error| format!("`{source}`: {error}"))
        };
        Ok(Prepared {
            allow: options.allow.iter().map(compile).collect::<Result<_, _>>()?,
            allow_kinds: options.allow_kinds,
            exclude: Globs::of(&options.exclude).map_err(|error| error.to_string())?,
            search: Search { entropy: options.entropy },
            generic: options.generic,
        })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let moved = Moved::default();
        for (index, change, diff) in with_added(cx) {
            if prepared.exclude.is_match(&change.path) {
                continue;
            }
            let Some(hits) = cx.facts.hits(index) else { continue };
            let classes = cx.facts.classes(index);
            let generic_counts = !(foreign(classes) || classes.test || classes.document);
            let mut rows: BTreeMap<usize, Vec<Found>> = BTreeMap::new();
            for hit in hits.in_table(Table::Secret) {
                let Some((line, _)) = diff.added.at(hit.row) else { continue };
                rows.entry(hit.row).or_default().extend(secrets::at_hit(line.text, hit, prepared.search));
                if let Some(header) = key_header(diff, hit.row, hit.entry) {
                    // Documents show what a key looks like.
                    let place = Place { change, line, test: classes.test || classes.document };
                    let body = diff.added.at(hit.row + 1).map(|(line, _)| longest_run(line.text)).unwrap_or_default();
                    if !prepared.allows(header, line.text) && !moved.holds(cx, body) {
                        report(out, &place, header, None);
                    }
                }
            }
            for (row, found) in rows {
                let Some((line, _)) = diff.added.at(row) else { continue };
                for secret in secrets::merged(found) {
                    let value = line.text.get(secret.range()).unwrap_or_default();
                    let generic = secret.kind.confidence == Confidence::Generic;
                    if prepared.allows(secret.kind, value) || generic && !generic_counts || moved.holds(cx, value) {
                        continue;
                    }
                    let place = Place { change, line, test: classes.test };
                    report(
                        out,
                        &place,
                        secret.kind,
                        Some((&secret, if generic { prepared.generic } else { Level::Deny })),
                    );
                }
            }
        }
    }
}

/// Values that a deleted line of the same change holds: they were there, and only their place is new.
#[derive(Default)]
struct Moved {
    asked: Cell<usize>,
}

impl Moved {
    /// Deleted lines are looked through so often for one change; what is found after that counts as added.
    const MOST: usize = 200;

    fn holds(&self, cx: &Context<'_>, value: &[u8]) -> bool {
        self.asked.set(self.asked.get() + 1);
        if value.is_empty() || self.asked.get() > Self::MOST {
            return false;
        }
        let finder = memchr::memmem::Finder::new(value);
        let mut diffs = cx.changes().filter_map(|(index, _)| cx.facts.text_lines(index));
        diffs.any(|diff| diff.deleted.iter().any(|line| finder.find(line.text).is_some()))
    }
}

/// The longest part of a key's line that is base64: without the quotes and margins of the language around it.
fn longest_run(line: &[u8]) -> &[u8] {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let runs = line.split(|byte| !is_base64(byte));
    runs.max_by_key(|run| run.len()).filter(|run| run.len() >= 16).unwrap_or_default()
}

struct Place<'a> {
    change: &'a Change,
    line: Line<'a>,
    /// Where keys are examples.
    test: bool,
}

/// The kind of a private key whose header is this line and whose body are the next.
fn key_header(diff: &LineDiff, row: usize, entry: usize) -> Option<&'static Kind> {
    let kind = KINDS.get(entry).filter(|kind| kind.id == "private-key")?;
    let (line, _) = diff.added.at(row)?;
    let next = (row + 1..).map_while(|row| diff.added.at(row)).map(|(line, _)| line);
    let contiguous = next.zip(line.number + 1..).take_while(|(line, number)| line.number == *number);
    let has_header = memchr::memmem::find(line.text, b"-----BEGIN ").is_some();
    (has_header && private_key::body_follows(contiguous.map(|(line, _)| line.text))).then_some(kind)
}

/// One finding. Without a `secret` the value is on the lines below.
fn report(out: &mut Sink<'_>, place: &Place<'_>, kind: &'static Kind, secret: Option<(&Found, Level)>) {
    let value = secret.map(|(secret, _)| place.line.text.get(secret.range()).unwrap_or_default());
    let message = match value {
        Some(value) => format!(
            "{} is added: `{}`, {} characters",
            kind.name,
            crate::model::escape::visible(secrets::hidden(value).as_bytes()),
            value.len()
        ),
        None => format!("{} is added", kind.name),
    };
    let mark = secret.map(|(secret, _)| (secret.range().start, secret.range().end));
    let most = secret.map_or(Level::Deny, |(_, level)| level);
    let mut draft = out
        .added_line(&place.change.path, place.line, mark, message)
        .note(format!("kind: {}", kind.id))
        .help("read it from the environment or a secret store; if it was ever pushed, revoke it")
        .at_most(most);
    if let Some(value) = value {
        draft = draft.key(&[kind.id.as_bytes(), b"\0", value].concat());
    }
    if place.test {
        // Tests are where made-up keys live.
        draft = draft.at_most(Level::Warn);
    }
    draft.emit();
}
