//! From text to [`RawPolicy`], past as many faults as there are.
//!
//! serde stops at its first error. So the offending node is taken out of the spanned tree and the rest is read again,
//! until it fits; each round removes a node, and the number of rounds is bounded.

use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::faults::Faults;
use super::raw::RawPolicy;
use super::suggest;
use crate::model::diagnostic::Diagnostic;
use crate::rules::OptionFault;

/// The most faults of shape looked for in one table.
const MAX_ROUNDS: usize = 64;

/// The version of the language this program reads.
pub(super) const SCHEMA: i64 = 1;

/// A policy text, taken apart.
pub(super) struct Parsed<'t> {
    pub(super) raw: RawPolicy,
    /// `[rules]`, whose shape is each rule's own.
    pub(super) rules: Option<Spanned<DeTable<'t>>>,
    /// Where the text is no TOML.
    pub(super) broken: Vec<Range<usize>>,
    /// How many faults of syntax were reported.
    pub(super) syntax_faults: usize,
}

/// Parses a text. `None` when nothing of it can be used: it is in another version of the language.
pub(super) fn parse<'t>(text: &'t str, faults: &mut Faults) -> Option<Parsed<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut broken = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = format!("this is not valid TOML: {}", error.message());
        faults.push(faults.error(&span, message));
        broken.push(span);
    }
    let syntax_faults = faults.len();
    if !is_our_schema(table.get_ref(), broken.is_empty(), faults) {
        return None;
    }
    let rules = table.get_ref().get("rules").and_then(|value| match value.get_ref() {
        DeValue::Table(rules) => Some(Spanned::new(value.span(), rules.clone())),
        _ => None,
    });
    let read = |table| RawPolicy::deserialize(Deserializer::from(table)).map_err(OptionFault::Shape);
    let raw = recover(table, "", faults, read).unwrap_or_default();
    Some(Parsed { raw, rules, broken, syntax_faults })
}

fn is_our_schema(table: &DeTable<'_>, is_whole: bool, faults: &mut Faults) -> bool {
    let Some(schema) = table.get("schema") else {
        if is_whole {
            let fault = faults.error(&(0..0), "`schema` is missing");
            faults.push(fault.help(format!("put `schema = {SCHEMA}` at the top of the file")));
        }
        return true;
    };
    let number = schema.get_ref().as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
    match number {
        Some(SCHEMA) | None => true,
        Some(other) => {
            let fault = faults.error(&schema.span(), format!("schema {other} is not known to this version"));
            faults.push(fault.label(format!("this version reads schema {SCHEMA}")));
            false
        }
    }
}

/// Reads a table with `read`, reporting and removing one misfit after another. `None` when a fault is of the whole.
///
/// `inside` names the table for messages: `` in `rules."content/secret"` ``; empty for the whole file.
pub(super) fn recover<'t, T>(
    mut table: Spanned<DeTable<'t>>,
    inside: &str,
    faults: &mut Faults,
    read: impl Fn(Spanned<DeTable<'t>>) -> Result<T, OptionFault>,
) -> Option<T> {
    for _ in 0..MAX_ROUNDS {
        match read(table.clone()) {
            Ok(value) => return Some(value),
            Err(OptionFault::Value(reason)) => {
                faults.push(faults.error(&table.span(), reason));
                return None;
            }
            Err(OptionFault::Shape(error)) => {
                let span = error.span().unwrap_or_else(|| table.span());
                let path = locate(table.get_ref(), &span);
                let diagnostic = explain(error.message(), &span, path.as_deref().unwrap_or_default(), inside, faults);
                faults.push(diagnostic);
                let path = path?;
                note_misfit(&table, &path, faults);
                remove(table.get_mut(), &path);
            }
        }
    }
    None
}

/// One step down the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// The deepest node whose key or value has this span, else the smallest that contains it.
fn locate(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    let mut best: Option<(usize, usize, Vec<Step>)> = None;
    let mut path = Vec::new();
    visit_table(table, &mut path, &mut |path, node| {
        if node.start > span.start || node.end < span.end {
            return;
        }
        let excess = node.len() - span.len();
        let depth = path.len();
        let is_better =
            best.as_ref().is_none_or(|(best_excess, best_depth, _)| (excess, *best_depth) <= (*best_excess, depth));
        if is_better {
            best = Some((excess, depth, path.to_vec()));
        }
    });
    best.map(|(_, _, path)| path)
}

fn visit_table(table: &DeTable<'_>, path: &mut Vec<Step>, see: &mut impl FnMut(&[Step], Range<usize>)) {
    for (key, value) in table {
        path.push(Step::Key(key.get_ref().to_string()));
        see(path, key.span());
        visit_value(value, path, see);
        path.pop();
    }
}

fn visit_value(value: &Spanned<DeValue<'_>>, path: &mut Vec<Step>, see: &mut impl FnMut(&[Step], Range<usize>)) {
    see(path, value.span());
    match value.get_ref() {
        DeValue::Table(table) => visit_table(table, path, see),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                visit_value(item, path, see);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Remembers which key of which table was taken out, so that it is not called missing afterwards.
fn note_misfit(table: &Spanned<DeTable<'_>>, path: &[Step], faults: &mut Faults) {
    let Some((Step::Key(key), parent)) = path.split_last() else { return };
    let mut at: Option<&Spanned<DeValue<'_>>> = None;
    for step in parent {
        at = match (step, at.map(Spanned::get_ref)) {
            (Step::Key(key), None) => table.get_ref().get(key.as_str()),
            (Step::Key(key), Some(DeValue::Table(table))) => table.get(key.as_str()),
            (Step::Index(index), Some(DeValue::Array(items))) => items.get(*index),
            _ => return,
        };
        if at.is_none() {
            return;
        }
    }
    faults.add_misfit(at.map_or_else(|| table.span(), Spanned::span), key);
}

fn remove(table: &mut DeTable<'_>, path: &[Step]) {
    match path {
        [Step::Key(key)] => {
            table.remove(key.as_str());
        }
        [Step::Key(key), rest @ ..] => {
            if let Some(value) = table.get_mut(key.as_str()) {
                remove_below(value.get_mut(), rest);
            }
        }
        _ => {}
    }
}

fn remove_below(value: &mut DeValue<'_>, path: &[Step]) {
    match (value, path) {
        (DeValue::Table(table), path) => remove(table, path),
        (DeValue::Array(items), [Step::Index(index)]) => {
            let all = std::mem::replace(items, DeArray::new());
            *items = all.into_iter().enumerate().filter(|(at, _)| at != index).map(|(_, item)| item).collect();
        }
        (DeValue::Array(items), [Step::Index(index), rest @ ..]) => {
            if let Some(item) = items.get_mut(*index) {
                remove_below(item.get_mut(), rest);
            }
        }
        _ => {}
    }
}

/// serde's message in the words of the policy.
fn explain(message: &str, span: &Range<usize>, path: &[Step], inside: &str, faults: &Faults) -> Diagnostic {
    let parent = path.split_last().map_or(&[][..], |(_, parent)| parent);
    if let Some((name, expected)) = quoted(message, "unknown field `") {
        let place = match (place_name(parent), inside) {
            (None, "") => "at the top of a policy".to_owned(),
            (None, inside) => format!("in {inside}"),
            (Some(place), _) => format!("in {place}"),
        };
        let fault = faults.error(span, format!("unknown key `{name}` {place}"));
        if name == "extractor" && last_key(parent) == "report" {
            return fault
                .note("a policy may not name a program")
                .help("name it in your own configuration: `git config --global warrant.extractor …`");
        }
        return with_names(fault, &name, &expected, "keys");
    }
    if let Some((name, expected)) = quoted(message, "unknown variant `") {
        let key = last_key(path);
        let fault = faults.error(span, format!("`{name}` is not a value of `{key}`"));
        return with_names(fault, &name, &expected, "values");
    }
    if let Some((found, expected)) = mismatch(message) {
        let key = last_key(path);
        let element = matches!(path.last(), Some(Step::Index(_)));
        let what = if element { format!("an entry of `{key}`") } else { format!("`{key}`") };
        return faults.error(span, format!("{what} has to be {expected}, not {found}"));
    }
    if message.starts_with("wanted string") {
        return faults.error(span, format!("`{}` has to be a string", last_key(path)));
    }
    faults.error(span, message.to_owned())
}

fn with_names(fault: Diagnostic, name: &str, expected: &[String], what: &str) -> Diagnostic {
    match suggest::nearest(name, expected.iter().map(String::as_str)) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if expected.is_empty() => fault.note("nothing can be set here"),
        None => fault.note(format!("{what} known here: {}", expected.join(", "))),
    }
}

fn last_key(path: &[Step]) -> &str {
    path.iter()
        .rev()
        .find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .unwrap_or("this")
}

/// `` `[scope]` `` or `` `[[scope.when]]` ``; `None` for the top.
fn place_name(path: &[Step]) -> Option<String> {
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
        .collect();
    let is_list = matches!(path.last(), Some(Step::Index(_)));
    (!keys.is_empty())
        .then(|| if is_list { format!("`[[{}]]`", keys.join(".")) } else { format!("`[{}]`", keys.join(".")) })
}

/// Takes serde's ``unknown … `name`, expected one of `a`, `b` `` apart.
fn quoted(message: &str, start: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix(start)?;
    let (name, expected) = match rest.rsplit_once("`, expected ") {
        Some((name, expected)) => (name, expected),
        None => (rest.rsplit_once("`, there are no ")?.0, ""),
    };
    let expected = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((name.to_owned(), expected))
}

/// Takes serde's `invalid type: found, expected something` apart, in plain words.
fn mismatch(message: &str) -> Option<(String, String)> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let found = match found {
        "sequence" => "a list".to_owned(),
        "map" => "a table".to_owned(),
        found => match found.split_once(' ') {
            Some(("string", text)) => format!("the string {text}"),
            Some(("integer", number)) => format!("the number {}", number.trim_matches('`')),
            Some(("floating", _)) => "a number with a fraction".to_owned(),
            Some(("boolean", value)) => value.trim_matches('`').to_owned(),
            _ => found.to_owned(),
        },
    };
    let expected = match expected {
        "a sequence" => "a list",
        "i64" => "a whole number",
        "a TOML datetime" => "a date like `2026-12-31`",
        expected if expected.starts_with("struct ") || expected == "a map" => "a table",
        expected => expected,
    };
    Some((found, expected.to_owned()))
}
