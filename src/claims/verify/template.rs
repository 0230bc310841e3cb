//! Code in templates of pages: what stands between `<%` and `%>`.
//!
//! Text and markup around it may be changed without a line of code. Only a tag that opens and ends on one line is read.

use rustc_hash::FxHashSet;

use crate::analyze::facts::Facts;
use crate::analyze::touch::edited;

/// Extensions of templates whose tags are written so.
const TEMPLATES: &[&[u8]] = &[b"erb", b"ejs"];

/// The first added line with a tag that, but for what its strings hold, stood in no deleted line.
pub(super) fn code(facts: &Facts<'_>, index: usize) -> Option<u32> {
    let change = facts.set().changes.get(index)?;
    if !change.path.extension().is_some_and(|extension| TEMPLATES.contains(&extension)) {
        return None;
    }
    let diff = edited(facts, index)?;
    let gone: FxHashSet<Vec<u8>> = diff.deleted.iter().flat_map(|line| tags(line.text)).collect();
    let is_new = |text: &[u8]| tags(text).iter().any(|tag| !gone.contains(tag));
    diff.added.iter().find(|line| is_new(line.text)).map(|line| line.number)
}

/// The code of every tag on the line, without white space and strings. A line with a sign of a comment has none.
fn tags(line: &[u8]) -> Vec<Vec<u8>> {
    let mut tags = Vec::new();
    let comments = [&b"<%#"[..], b"<!--", b"-->", b"<%%", b"#"];
    if comments.iter().any(|sign| memchr::memmem::find(line, sign).is_some()) {
        return tags;
    }
    let mut rest = line;
    while let Some(start) = memchr::memmem::find(rest, b"<%") {
        let inner = rest.get(start + 2..).unwrap_or_default();
        let Some(end) = memchr::memmem::find(inner, b"%>") else { break };
        let tag = without_strings(inner.get(..end).unwrap_or_default());
        if tag.iter().any(u8::is_ascii_alphanumeric) {
            tags.push(tag);
        }
        rest = inner.get(end + 2..).unwrap_or_default();
    }
    tags
}

fn without_strings(code: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut quote = None;
    for byte in code.iter().copied() {
        match quote {
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'' | b'`') => quote = Some(byte),
            None if byte.is_ascii_whitespace() || matches!(byte, b'(' | b')' | b'-' | b'=') => {}
            None => kept.push(byte),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_a_line() {
        let of = |line: &str| tags(line.as_bytes()).into_iter().map(|tag| String::from_utf8_lossy(&tag).into_owned());
        assert_eq!(of("<p><%= name %> <% if open? -%></p>").collect::<Vec<_>>(), ["name", "ifopen?"]);
        assert_eq!(of("<%= t(\"a b\") %>").collect::<Vec<_>>(), of("<%= t 'c' %>").collect::<Vec<_>>());
        for line in ["<p>name</p>", "<%# name %>", "<!-- <%= name %> -->", "<%= name", "<%= 'text' %>"] {
            assert_eq!(of(line).count(), 0, "{line}");
        }
    }
}
