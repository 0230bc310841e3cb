//! TOML, INI and XML as settings.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Setting;

/// A list's items share the path of the list. Text that is no TOML has no settings.
pub(super) fn toml(text: &str) -> Vec<Setting> {
    let (table, _) = DeTable::parse_recoverable(text);
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
    let mut out = Vec::new();
    in_table(table.get_ref(), &mut Vec::new(), &mut out, &|at| {
        u32::try_from(starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX)
    });
    out.sort_by_key(|setting| setting.line);
    out
}

/// toml bounds how deep a document nests, and so this.
fn in_table(table: &DeTable<'_>, path: &mut Vec<String>, out: &mut Vec<Setting>, line: &dyn Fn(usize) -> u32) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        in_value(value, path, out, line);
        path.pop();
    }
}

fn in_value(value: &Spanned<DeValue<'_>>, path: &mut Vec<String>, out: &mut Vec<Setting>, line: &dyn Fn(usize) -> u32) {
    let text = match value.get_ref() {
        DeValue::Table(table) => return in_table(table, path, out, line),
        DeValue::Array(items) => return items.iter().for_each(|item| in_value(item, path, out, line)),
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(_) => return,
    };
    out.push(Setting { path: path.clone(), value: text, line: line(value.span().start) });
}

/// `[section]`, `key = value` or `key: value`, with indented lines that go on with the value.
pub(super) fn ini(text: &str) -> Vec<Setting> {
    let mut out: Vec<Setting> = Vec::new();
    let (mut section, mut key) = (String::new(), None::<String>);
    for (number, line) in (1..).zip(text.lines()) {
        let inner = line.trim();
        if inner.is_empty() || inner.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = inner.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            (section, key) = (name.to_owned(), None);
            continue;
        }
        let path = |key: &str| vec![section.clone(), key.to_owned()];
        if line.starts_with([' ', '\t']) {
            if let Some(key) = &key {
                out.push(Setting { path: path(key), value: inner.to_owned(), line: number });
                continue;
            }
        }
        let Some((name, value)) = inner.split_once(['=', ':']) else { continue };
        let name = name.trim();
        if !value.trim().is_empty() {
            out.push(Setting { path: path(name), value: value.trim().to_owned(), line: number });
        }
        key = Some(name.to_owned());
    }
    out
}

const MAX_DEPTH: usize = 64;

/// The texts between tags, by the tags around them, and the attributes as `@name`. No entities, no CDATA: what a gate is
/// made of has neither.
pub(super) fn xml(text: &str) -> Vec<Setting> {
    let mut out = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let (mut line, mut seen) = (1_u32, 0);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let start = text.len() - rest.len();
        let content = rest.get(..at).unwrap_or_default().trim();
        let between = text.as_bytes().get(seen..start + at).unwrap_or_default();
        let here = line.saturating_add(u32::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or(u32::MAX));
        if !content.is_empty() && !path.is_empty() {
            out.push(Setting { path: path.clone(), value: content.to_owned(), line: here });
        }
        (line, seen) = (here, start + at);
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").and_then(|end| comment.get(end + 3..)).unwrap_or_default();
            continue;
        }
        let Some(end) = rest.find('>') else { break };
        let tag = rest.get(..end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        if tag.starts_with(['!', '?']) {
            continue;
        }
        if tag.starts_with('/') {
            path.pop();
            continue;
        }
        let (name, attributes) = tag.trim_end_matches('/').split_once(char::is_whitespace).unwrap_or((tag, ""));
        if path.len() >= MAX_DEPTH {
            break;
        }
        path.push(name.trim_end_matches('/').to_owned());
        let mut parts = attributes.split('"');
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            let name = name.trim().trim_end_matches('=').trim();
            let mut path = path.clone();
            path.push(format!("@{name}"));
            out.push(Setting { path, value: value.to_owned(), line: here });
        }
        if tag.ends_with('/') {
            path.pop();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(settings: Vec<Setting>) -> Vec<String> {
        let row = |setting: Setting| format!("{} {}={}", setting.line, setting.path.join("."), setting.value);
        settings.into_iter().map(row).collect()
    }

    #[test]
    fn toml_values_with_their_lines() {
        assert_eq!(list(toml("[a.b]\nc = 1.5\n\nd = [\n 'x',\n 'y']\n")), ["2 a.b.c=1.5", "5 a.b.d=x", "6 a.b.d=y"]);
        assert_eq!(list(toml("[a]\nb = \n[c]\nd = 1\n")).last().map(String::as_str), Some("4 c.d=1"));
    }

    #[test]
    fn ini_values_go_on_when_indented() {
        let text = "[run]\nomit =\n    a/*\n    # why\n    b/*\n[report]\nfail_under: 80\n";
        assert_eq!(list(ini(text)), ["3 run.omit=a/*", "5 run.omit=b/*", "7 report.fail_under=80"]);
    }

    #[test]
    fn xml_texts_and_attributes() {
        let text = "<?xml?>\n<a>\n  <!-- <x>1</x> -->\n  <b k=\"v\" l=\"w\"/>\n  <c>0.8</c>\n</a>";
        assert_eq!(list(xml(text)), ["4 a.b.@k=v", "4 a.b.@l=w", "5 a.c=0.8"]);
        list(xml("<a <b></></></c><!--"));
    }
}
