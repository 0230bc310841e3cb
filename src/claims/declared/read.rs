//! From a tree to a report, with every fault told at its place.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::node::{Entry, Node, Value};
use super::{MAX_CLAIMS, MAX_FAULTS, MAX_PATTERNS, MAX_SYMBOLS, MAX_WHOLE, paths};
use crate::analyze::deps::Ecosystem;
use crate::claims::cover;
use crate::claims::kinds::{self, Field, FieldType, FieldValue, Fields, KINDS, Kind, MAX_TEXT};
use crate::claims::text;
use crate::model::claim::{Claim, ClaimKind, ClaimSource, Report};
use crate::model::diagnostic::Diagnostic;
use crate::model::escape;
use crate::model::origin::{Origin, PolicySource};

/// How offsets in the parsed text lead to the text a person sees.
pub(super) struct Place {
    source: Arc<PolicySource>,
    /// (offset in the parsed text, offset in the source), ascending; empty when they are the same.
    pieces: Vec<(usize, usize)>,
}

impl Place {
    pub(super) fn whole(source: Arc<PolicySource>) -> Self {
        Self { source, pieces: Vec::new() }
    }

    pub(super) fn part(source: Arc<PolicySource>, pieces: Vec<(usize, usize)>) -> Self {
        Self { source, pieces }
    }

    /// The origin of a range of the parsed text.
    pub(super) fn origin(&self, span: Range<usize>) -> Origin {
        self.in_source(self.map(span.start)..self.map(span.end))
    }

    pub(super) fn in_source(&self, span: Range<usize>) -> Origin {
        let end = span.end.clamp(span.start, self.source.text.len().max(span.start));
        Origin { source: Arc::clone(&self.source), span: span.start..end }
    }

    fn map(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|(from, _)| *from <= offset);
        match after.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some((from, to)) => to + (offset - from),
            None => offset,
        }
    }
}

struct Reader<'a> {
    place: &'a Place,
    faults: Vec<Diagnostic>,
    patterns: usize,
    whole: usize,
    symbols: usize,
    seen: FxHashMap<ClaimKind, usize>,
}

/// Reads the tree. `whole` says that the text was parsed without a fault: only then is something missing surely missing.
pub(super) fn report(tree: &Node, place: &Place, whole: bool) -> (Report, Vec<Diagnostic>) {
    let mut reader =
        Reader { place, faults: Vec::new(), patterns: 0, whole: 0, symbols: 0, seen: FxHashMap::default() };
    let mut report = Report::default();
    let Value::Table(entries) = &tree.value else {
        reader.fault(&tree.span, format!("a report is a table, here is {}", tree.type_name()));
        return (report, reader.faults);
    };
    reader.repeats(entries);
    for Entry { key, key_span, node } in entries {
        match key.as_str() {
            "schema" => reader.schema(node),
            "summary" => match &node.value {
                Value::Text(summary) => report.summary.clone_from(summary),
                _ => reader.wrong_type(node, "summary", "text", None),
            },
            "claim" => report.claims = reader.claims(node),
            unknown => {
                let help = nearest(unknown, ["schema", "summary", "claim"])
                    .map_or_else(|| "a report has `schema`, `summary` and `[[claim]]`".to_owned(), did_you_mean);
                reader.fault_with(key_span, format!("`{}` is no field of a report", shown(unknown)), help);
            }
        }
    }
    if whole && !entries.iter().any(|entry| entry.key == "schema") {
        let start = tree.span.start;
        reader.fault_with(
            &(start..start),
            "the report does not say its `schema`".to_owned(),
            "add `schema = 1`".to_owned(),
        );
    }
    (report, reader.faults)
}

impl Reader<'_> {
    fn schema(&mut self, node: &Node) {
        match &node.value {
            Value::Number(Some(1)) => {}
            Value::Number(_) => self.fault_with(
                &node.span,
                "this schema is not known".to_owned(),
                "this version reads `schema = 1`".to_owned(),
            ),
            _ => self.wrong_type(node, "schema", "the number 1", None),
        }
    }

    fn claims(&mut self, node: &Node) -> Vec<Claim> {
        let Value::Array(items) = &node.value else {
            self.wrong_type(node, "claim", "an array of tables", Some("write each claim as a `[[claim]]` table"));
            return Vec::new();
        };
        if items.len() > MAX_CLAIMS {
            self.fault_with(
                &node.span,
                format!("{} claims are more than the bound of {MAX_CLAIMS}", items.len()),
                "claim folders or patterns in place of single files".to_owned(),
            );
            return Vec::new();
        }
        items.iter().filter_map(|item| self.claim(item)).collect()
    }

    fn claim(&mut self, item: &Node) -> Option<Claim> {
        let Value::Table(entries) = &item.value else {
            self.wrong_type(item, "claim", "a table", None);
            return None;
        };
        self.repeats(entries);
        let kind = self.kind(item, entries)?;
        let mut fields = Fields::default();
        let mut given = Vec::new();
        for Entry { key, key_span, node } in entries.iter().filter(|entry| entry.key != "kind") {
            let Some(field) = kind.field(key) else {
                self.unknown_field(kind, key, key_span);
                continue;
            };
            given.push(field.name);
            if let Some(value) = self.value(field, node) {
                fields.set(field.name, value);
            }
        }
        for field in kind.fields.iter().filter(|field| field.required && !given.contains(&field.name)) {
            self.fault(&item.extent(), format!("a `{}` claim needs `{}`", kind.name, field.name));
        }
        let what = kind.build(fields)?;
        let extent = item.extent();
        if kind.fields.iter().any(|field| field.value == FieldType::Symbol) {
            self.symbols += 1;
            if self.symbols == MAX_SYMBOLS + 1 {
                let message = format!("the report makes more than {MAX_SYMBOLS} claims about symbols");
                self.fault_with(&extent, message, "claim those that matter to others".to_owned());
            }
        } else if !kind.fields.iter().any(|field| field.value == FieldType::Path) {
            self.whole += 1;
            if self.whole == MAX_WHOLE + 1 {
                self.fault_with(
                    &extent,
                    format!("the report makes more than {MAX_WHOLE} claims about the change as a whole"),
                    "put the paths of several `only` or `untouched` claims into one".to_owned(),
                );
            }
        }
        if let Some(first) = self.seen.insert(what.clone(), extent.start) {
            // Lines are counted from the start of the text, so only where one is to be shown.
            let help = if self.faults.len() < MAX_FAULTS {
                format!("the same claim is in line {}; remove one", self.place.origin(first..first).line())
            } else {
                "remove one".to_owned()
            };
            self.fault_with(&extent, "this claim is made twice".to_owned(), help);
        }
        let span = self.place.origin(extent).span;
        Some(Claim {
            kind: kind.name,
            text: text::one_line(&what),
            what,
            source: ClaimSource::Declared,
            span: Some((span.start, span.end)),
        })
    }

    fn kind(&mut self, item: &Node, entries: &[Entry]) -> Option<&'static Kind> {
        let Some(entry) = entries.iter().find(|entry| entry.key == "kind") else {
            self.fault_with(&item.extent(), "the claim has no `kind`".to_owned(), all_kinds());
            return None;
        };
        let Value::Text(name) = &entry.node.value else {
            self.wrong_type(&entry.node, "kind", "text", None);
            return None;
        };
        let kind = kinds::find(name);
        if kind.is_none() {
            let help = nearest(name, KINDS.iter().map(|kind| kind.name)).map_or_else(all_kinds, did_you_mean);
            self.fault_with(&entry.node.span, format!("`{}` is no kind of claim", shown(name)), help);
        }
        kind
    }

    fn unknown_field(&mut self, kind: &Kind, key: &str, span: &Range<usize>) {
        let names: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
        let help = match nearest(key, names.iter().copied().chain(["kind"])) {
            Some(name) => did_you_mean(name),
            None if names.is_empty() => "it has no fields besides `kind`".to_owned(),
            None => format!("its fields are `{}`", names.join("`, `")),
        };
        self.fault_with(span, format!("a `{}` claim has no field `{}`", kind.name, shown(key)), help);
    }

    fn value(&mut self, field: &Field, node: &Node) -> Option<FieldValue> {
        match (field.value, &node.value) {
            (FieldType::Path, Value::Text(text)) => match paths::file(text) {
                Ok(path) => Some(FieldValue::Path(path)),
                Err(reason) => {
                    self.fault(&node.span, reason);
                    None
                }
            },
            (FieldType::Path, Value::Array(_)) => {
                self.wrong_type(node, field.name, "text", Some("make one claim for each file"));
                None
            }
            (FieldType::Paths, Value::Array(items)) => self.patterns(field, node, items),
            (FieldType::Paths, Value::Text(_)) => {
                self.wrong_type(node, field.name, "an array", Some("put the path in brackets: `paths = [\"…\"]`"));
                None
            }
            (FieldType::Count, Value::Number(Some(count))) => Some(FieldValue::Count(*count)),
            (FieldType::Count, Value::Number(None)) => {
                self.fault(&node.span, format!("`{}` is a whole number from 0", field.name));
                None
            }
            (FieldType::Commit, Value::Text(text)) => {
                if (4..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Some(FieldValue::Text(text.to_ascii_lowercase()));
                }
                self.fault(&node.span, format!("`{}` is no commit id (4 to 64 hexadecimal digits)", shown(text)));
                None
            }
            (FieldType::Name, Value::Text(text)) => {
                if !text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control) {
                    return Some(FieldValue::Text(text.clone()));
                }
                self.fault(&node.span, format!("`{}` cannot be the name of a {}", shown(text), field.name));
                None
            }
            (FieldType::Text, Value::Text(text)) => {
                if (1..=MAX_TEXT).contains(&text.len()) {
                    return Some(FieldValue::Text(text.clone()));
                }
                self.fault(&node.span, format!("`{}` is a text of 1 to {MAX_TEXT} bytes", field.name));
                None
            }
            (FieldType::Line, Value::Text(text)) => {
                if (1..=MAX_TEXT).contains(&text.len()) && !text.chars().any(char::is_control) {
                    return Some(FieldValue::Text(text.clone()));
                }
                self.fault(&node.span, format!("`{}` is one line of 1 to {MAX_TEXT} bytes", field.name));
                None
            }
            (FieldType::Line, Value::Number(Some(number))) => Some(FieldValue::Text(number.to_string())),
            (FieldType::Line, _) => {
                self.wrong_type(node, field.name, "text", Some("write the value in quotes"));
                None
            }
            (FieldType::Ecosystem, Value::Text(text)) => {
                let known = Ecosystem::ALL.map(Ecosystem::as_str);
                if known.contains(&text.as_str()) {
                    return Some(FieldValue::Text(text.clone()));
                }
                let help = format!("the ecosystems are `{}`", known.join("`, `"));
                self.fault_with(&node.span, format!("`{}` is no ecosystem known here", shown(text)), help);
                None
            }
            (FieldType::Symbol, Value::Text(text)) => {
                if !text.trim().is_empty() && text.len() <= 255 && !text.chars().any(char::is_control) {
                    return Some(FieldValue::Text(text.trim().to_owned()));
                }
                self.fault(&node.span, format!("`{}` cannot be the name of a symbol", shown(text)));
                None
            }
            (FieldType::Choice(words), Value::Text(text)) => {
                if words.contains(&text.as_str()) {
                    return Some(FieldValue::Text(text.clone()));
                }
                let help = nearest(text, words.iter().copied())
                    .map_or_else(|| format!("it is one of `{}`", words.join("`, `")), did_you_mean);
                self.fault_with(&node.span, format!("`{}` is no {}", shown(text), field.name), help);
                None
            }
            (FieldType::Count, _) => {
                self.wrong_type(node, field.name, "a number", None);
                None
            }
            (_, _) => {
                let wanted = if field.value == FieldType::Paths { "an array" } else { "text" };
                self.wrong_type(node, field.name, wanted, None);
                None
            }
        }
    }

    fn patterns(&mut self, field: &Field, node: &Node, items: &[Node]) -> Option<FieldValue> {
        if items.is_empty() {
            self.fault(&node.span, format!("`{}` names nothing", field.name));
            return None;
        }
        let before = self.faults.len();
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let Value::Text(text) = &item.value else {
                self.wrong_type(item, field.name, "text in each entry", None);
                continue;
            };
            match paths::pattern(text) {
                Ok(entry) => {
                    self.patterns += usize::from(cover::has_wildcard(&entry));
                    entries.push(entry);
                }
                Err(reason) => self.fault(&item.span, reason),
            }
        }
        if self.patterns > MAX_PATTERNS {
            self.fault(&node.span, format!("the report holds more than {MAX_PATTERNS} patterns with wildcards"));
        }
        (self.faults.len() == before).then_some(FieldValue::Paths(entries))
    }

    fn repeats(&mut self, entries: &[Entry]) {
        let mut seen = FxHashSet::default();
        for entry in entries {
            if !seen.insert(entry.key.as_str()) {
                self.fault(&entry.key_span, format!("`{}` is given twice", shown(&entry.key)));
            }
        }
    }

    fn wrong_type(&mut self, node: &Node, name: &str, wanted: &str, help: Option<&str>) {
        let message = format!("`{name}` wants {wanted}, here is {}", node.type_name());
        let fault = Diagnostic::error(message, Some(self.place.origin(node.span.clone())));
        self.faults.push(match help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    fn fault(&mut self, span: &Range<usize>, message: String) {
        self.faults.push(Diagnostic::error(message, Some(self.place.origin(span.clone()))));
    }

    fn fault_with(&mut self, span: &Range<usize>, message: String, help: String) {
        self.faults.push(Diagnostic::error(message, Some(self.place.origin(span.clone()))).help(help));
    }
}

fn all_kinds() -> String {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    format!("the kinds are `{}`", names.join("`, `"))
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// The name a typing mistake away, if there is one.
fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > 64 {
        return None;
    }
    let lower = typed.to_lowercase().replace('_', "-");
    let close = names.into_iter().map(|name| (strsim::damerau_levenshtein(&lower, name), name));
    close.filter(|(distance, name)| *distance <= (name.len() / 3).max(1)).min().map(|(_, name)| name)
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(100).collect();
    escape::visible(cut.as_bytes())
}
