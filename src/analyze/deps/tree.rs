//! One tree for JSON, TOML, YAML and XML, in which every key knows its line.
//!
//! Manifests are small and lock files are large and flat, so the text is read whole into owned nodes. Depth is bounded
//! by each parser or here; anchors of YAML are not followed, so a tree is never larger than its text.

use jsonc_parser::ast;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as XmlEvent};
use saphyr_parser::{Event, Parser};
use toml::de::{DeTable, DeValue};

/// The deepest nesting that is read. Real files stay below 20.
const MAX_DEPTH: usize = 64;

/// A value with the 1-based line it starts on.
#[derive(Clone, Debug)]
pub struct Node {
    pub line: u32,
    pub value: Value,
}

/// Numbers, booleans and null are scalars by their text.
#[derive(Clone, Debug)]
pub enum Value {
    Scalar(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// One key of a table. Keys may repeat in JSON and XML.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub line: u32,
    pub node: Node,
}

impl Node {
    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// A value some keys down.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The keys of a table; nothing for another value.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The keys of all tables behind a key, for a key may repeat.
    pub fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Entry> {
        self.children(key).flat_map(|entry| entry.node.entries())
    }

    /// Every entry of that key.
    pub fn children<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Entry> {
        self.entries().iter().filter(move |entry| entry.key == key)
    }

    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a key.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }

    pub fn is_true(&self, key: &str) -> bool {
        self.text_of(key) == Some("true")
    }
}

/// Turns byte offsets into 1-based lines.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    fn at(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|end| *end < offset)).map_or(u32::MAX, |before| before.saturating_add(1))
    }
}

/// JSON, with comments and trailing commas where a tool allows them: what npm would refuse is not ours to judge.
pub fn json(text: &str) -> Result<Node, String> {
    let text = text.trim_start_matches('\u{feff}');
    let parsed = jsonc_parser::parse_to_ast(
        text,
        &jsonc_parser::CollectOptions::default(),
        &jsonc_parser::ParseOptions::default(),
    );
    let value = parsed.map_err(|error| format!("not valid JSON: {error}"))?.value;
    from_json(&value.ok_or("not valid JSON: empty")?, &Lines::of(text), 0)
}

fn from_json(value: &ast::Value<'_>, lines: &Lines, depth: usize) -> Result<Node, String> {
    use jsonc_parser::common::Ranged as _;
    if depth > MAX_DEPTH {
        return Err("nested too deeply".to_owned());
    }
    let line = lines.at(value.range().start);
    let value = match value {
        ast::Value::StringLit(text) => Value::Scalar(text.value.to_string()),
        ast::Value::NumberLit(number) => Value::Scalar(number.value.to_owned()),
        ast::Value::BooleanLit(boolean) => Value::Scalar(boolean.value.to_string()),
        ast::Value::NullKeyword(_) => Value::Scalar("null".to_owned()),
        ast::Value::Array(array) => {
            let items = array.elements.iter().map(|item| from_json(item, lines, depth + 1));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        ast::Value::Object(object) => {
            let entries = object.properties.iter().map(|property| {
                Ok(Entry {
                    key: property.name.as_str().to_owned(),
                    line: lines.at(property.range.start),
                    node: from_json(&property.value, lines, depth + 1)?,
                })
            });
            Value::Table(entries.collect::<Result<_, String>>()?)
        }
    };
    Ok(Node { line, value })
}

pub fn toml(text: &str) -> Result<Node, String> {
    let text = text.trim_start_matches('\u{feff}');
    let table = DeTable::parse(text).map_err(|error| format!("not valid TOML: {}", error.message()))?;
    let lines = Lines::of(text);
    Ok(Node { line: 1, value: from_table(table.get_ref(), &lines) })
}

fn from_table(table: &DeTable<'_>, lines: &Lines) -> Value {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().to_string(),
        line: lines.at(key.span().start),
        node: from_toml(value, lines),
    });
    let mut entries: Vec<Entry> = entries.collect();
    entries.sort_by_key(|entry| entry.line);
    Value::Table(entries)
}

/// The parser bounds the depth.
fn from_toml(value: &toml::Spanned<DeValue<'_>>, lines: &Lines) -> Node {
    let line = lines.at(value.span().start);
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Scalar(text.to_string()),
        DeValue::Integer(number) => Value::Scalar(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Scalar(number.as_str().to_owned()),
        DeValue::Boolean(boolean) => Value::Scalar(boolean.to_string()),
        DeValue::Datetime(time) => Value::Scalar(time.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| from_toml(item, lines)).collect()),
        DeValue::Table(table) => from_table(table, lines),
    };
    Node { line, value }
}

/// An open list or table of YAML.
enum Open {
    List(u32, Vec<Node>),
    Table(u32, Vec<Entry>, Option<(String, u32)>),
}

/// All documents of a YAML file, one below the other in one table: pnpm writes more than one.
pub fn yaml(text: &str) -> Result<Node, String> {
    let mut stack: Vec<Open> = Vec::new();
    let mut documents = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| format!("not valid YAML: {}", error.info()))?;
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
        let done = match event {
            Event::SequenceStart(..) => {
                stack.push(Open::List(line, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                stack.push(Open::Table(line, Vec::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => stack.pop().map(close),
            Event::Scalar(text, ..) => Some(Node { line, value: Value::Scalar(text.into_owned()) }),
            Event::Alias(_) => return Err("YAML aliases are not read".to_owned()),
            _ => None,
        };
        if stack.len() > MAX_DEPTH {
            return Err("nested too deeply".to_owned());
        }
        let Some(node) = done else { continue };
        match stack.last_mut() {
            None => documents.push(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Table(_, entries, key)) => match key.take() {
                Some((key, line)) => entries.push(Entry { key, line, node }),
                None => *key = Some((node.text().unwrap_or_default().to_owned(), node.line)),
            },
        }
    }
    let entries = documents.into_iter().flat_map(|document| match document.value {
        Value::Table(entries) => entries,
        _ => Vec::new(),
    });
    Ok(Node { line: 1, value: Value::Table(entries.collect()) })
}

fn close(open: Open) -> Node {
    match open {
        Open::List(line, items) => Node { line, value: Value::List(items) },
        Open::Table(line, entries, _) => Node { line, value: Value::Table(entries) },
    }
}

/// XML: attributes are keys beside the elements; an element without either is its text.
pub fn xml(text: &str) -> Result<Node, String> {
    let lines = Lines::of(text);
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<(Entry, String)> = vec![(entry(String::new(), 1), String::new())];
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    loop {
        let line = lines.at(position(&reader).saturating_add(1));
        let event = reader.read_event().map_err(|error| format!("not valid XML: {error}"))?;
        match event {
            XmlEvent::Start(tag) => {
                stack.push((element(&tag, line), String::new()));
                if stack.len() > MAX_DEPTH {
                    return Err("nested too deeply".to_owned());
                }
            }
            XmlEvent::Empty(tag) => {
                let child = element(&tag, line);
                attach(&mut stack, child, "");
            }
            XmlEvent::End(_) if stack.len() > 1 => {
                if let Some((child, text)) = stack.pop() {
                    attach(&mut stack, child, &text);
                }
            }
            XmlEvent::Text(part) => {
                if let Some((_, text)) = stack.last_mut() {
                    text.push_str(&part.xml10_content());
                }
            }
            XmlEvent::CData(part) => {
                if let Some((_, text)) = stack.last_mut() {
                    text.push_str(&part.xml10_content());
                }
            }
            XmlEvent::GeneralRef(reference) => {
                if let Some((_, text)) = stack.last_mut() {
                    text.push('&');
                    text.push_str(&reference.xml10_content());
                    text.push(';');
                }
            }
            XmlEvent::Eof => break,
            _ => {}
        }
    }
    match stack.pop() {
        Some((root, _)) if stack.is_empty() => Ok(root.node),
        _ => Err("not valid XML: an element is not closed".to_owned()),
    }
}

fn entry(key: String, line: u32) -> Entry {
    Entry { key, line, node: Node { line, value: Value::Table(Vec::new()) } }
}

fn element(tag: &BytesStart<'_>, line: u32) -> Entry {
    let mut element = entry(tag.local_name().as_ref().to_owned(), line);
    let attributes = tag.attributes().flatten().map(|attribute| Entry {
        key: attribute.key.local_name().as_ref().to_owned(),
        line,
        node: Node { line, value: Value::Scalar(attribute.value.into_owned()) },
    });
    element.node.value = Value::Table(attributes.collect());
    element
}

fn attach(stack: &mut [(Entry, String)], mut child: Entry, text: &str) {
    if child.node.entries().is_empty() {
        child.node.value = Value::Scalar(text.trim().to_owned());
    }
    if let Some((Entry { node: Node { value: Value::Table(entries), .. }, .. }, _)) = stack.last_mut() {
        entries.push(child);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_knows_its_lines() {
        for (tree, form) in [
            (json("{\n  // c\n  \"a\": {\n    \"b\": \"1\",\n  },\n}"), "json"),
            (toml("\n\n[a]\nb = \"1\"\n"), "toml"),
            (yaml("---\n# c\na:\n  b: '1'\n"), "yaml"),
            (xml("<?xml version=\"1.0\"?>\n<!-- c -->\n<a>\n<b>1</b>\n</a>"), "xml"),
        ] {
            let tree = tree.expect(form);
            let entry = &tree.get("a").expect(form).entries()[0];
            assert_eq!((entry.key.as_str(), entry.line, entry.node.text()), ("b", 4, Some("1")), "{form}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(json(&format!("{}{}", "[".repeat(2000), "]".repeat(2000))).is_err());
        assert!(toml(&format!("a = {}{}", "[".repeat(2000), "]".repeat(2000))).is_err());
        assert!(yaml(&"[".repeat(2000)).is_err());
        assert!(xml(&"<a>".repeat(2000)).is_err());
    }

    #[test]
    fn broken_text_is_an_error() {
        assert!(json("{ \"a\": ").is_err() && json("").is_err());
        assert!(toml("a = ").is_err());
        assert!(yaml("a: [").is_err());
        assert!(xml("<a>").is_err() && xml("<a></b>").is_err());
    }
}
