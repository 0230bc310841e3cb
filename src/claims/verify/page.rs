//! Code in pages: what stands between `<script>` and `</script>`, and, for those who ask, between `<style>` and `</style>`.
//!
//! Text and markup around it may be changed without a line of code. The first tag that closes a script ends it, as a browser takes it
//! (HTML, "Restrictions for contents of script elements"), and in a comment there is none.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::analyze::code_lines::{Class, Language, Regions};
use crate::analyze::facts::Facts;
use crate::analyze::touch::edited;

const PAGES: &[&[u8]] = &[b"html", b"htm", b"vue", b"svelte"];

/// The first added line of a script that holds code which stood in no deleted line.
pub(super) fn code(facts: &Facts<'_>, index: usize) -> Option<u32> {
    within(facts, index, b"script", Language::JavaScript)
}

/// The first added line of a style sheet within the page that stood in no deleted line.
pub(super) fn style(facts: &Facts<'_>, index: usize) -> Option<u32> {
    within(facts, index, b"style", Language::Css)
}

fn within(facts: &Facts<'_>, index: usize, element: &[u8], language: Language) -> Option<u32> {
    let change = facts.set().changes.get(index)?;
    if !change.path.extension().is_some_and(|extension| PAGES.contains(&extension)) {
        return None;
    }
    let diff = edited(facts, index)?;
    let text = facts.new_content(index)?;
    let parts: Vec<(Range<usize>, Regions)> = elements(&text, element)
        .into_iter()
        .filter_map(|span| Some((span.clone(), Regions::of(language, text.get(span)?))))
        .collect();
    let gone: FxHashSet<&[u8]> = diff.deleted.iter().map(|line| line.text.trim_ascii()).collect();
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &text).map(|at| at + 1)).collect();
    let is_code = |number: u32, line: &[u8]| {
        let start = usize::try_from(number).ok().and_then(|number| starts.get(number.checked_sub(1)?)).copied();
        let place = start.and_then(|start| {
            let (span, regions) = parts.iter().find(|(span, _)| span.contains(&start))?;
            Some((start - span.start, regions))
        });
        place.is_some_and(|(start, regions)| {
            let in_code = |at: usize| regions.class_at(start + at) == Some(Class::Code);
            line.iter().enumerate().any(|(at, byte)| byte.is_ascii_alphanumeric() && in_code(at))
        })
    };
    let found =
        diff.added.iter().find(|line| is_code(line.number, line.text) && !gone.contains(&line.text.trim_ascii()));
    found.map(|line| line.number)
}

/// The most elements of a page that are looked at, comments among them.
const MAX_ELEMENTS: usize = 400;

/// What stands inside of each element of this name that is a program or its like, and no data or template.
fn elements(text: &[u8], name: &[u8]) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let find = |needle: &[u8], from: usize| {
        lower.get(from..).and_then(|rest| memchr::memmem::find(rest, needle)).map(|at| from + at)
    };
    let (opening, closing) = ([b"<", name].concat(), [b"</", name].concat());
    let mut spans = Vec::new();
    let mut at = 0;
    for _ in 0..MAX_ELEMENTS {
        let Some(open) = find(&opening, at) else { break };
        if let Some(comment) = find(b"<!--", at).filter(|comment| *comment < open) {
            let Some(end) = find(b"-->", comment + 4) else { break };
            at = end;
            continue;
        }
        let Some(start) = find(b">", open).map(|end| end + 1) else { break };
        let tag = lower.get(open..start).unwrap_or_default();
        let has = |word: &[u8]| memchr::memmem::find(tag, word).is_some();
        let end = find(&closing, start).unwrap_or(lower.len());
        if !has(b"type=") || has(b"javascript") || has(b"module") || has(b"css") {
            spans.push(start..end);
        }
        at = end;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_programs() {
        let of = |text: &str| {
            let spans = elements(text.as_bytes(), b"script");
            spans.into_iter().map(|span| text[span].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of("<p>a</p><SCRIPT defer>b()</Script><script type=\"module\">c()</script>"), ["b()", "c()"]);
        assert_eq!(of("<script type=\"application/json\">{}</script><script>open()"), ["open()"]);
        assert!(of("<script").is_empty() && of("text").is_empty());
        assert_eq!(of("<!-- <script>a()</script> --><script>b()</script><!--<script>c()"), ["b()"]);
        assert_eq!(of("<script>f('<!--')</script><script>b()</script>"), ["f('<!--')", "b()"]);
    }
}
