//! Code in pages: what stands between `<script>` and `</script>`.
//!
//! Text and markup around it may be changed without a line of code. The first tag that closes a script ends it, as a browser takes it
//! (HTML, "Restrictions for contents of script elements").

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::analyze::code_lines::{Class, Language, Regions};
use crate::analyze::facts::Facts;

const PAGES: &[&[u8]] = &[b"html", b"htm", b"vue", b"svelte"];

/// The first added line of a script that holds code which stood in no deleted line.
pub(super) fn code(facts: &Facts<'_>, index: usize) -> Option<u32> {
    let change = facts.set().changes.get(index)?;
    let is_page = change.path.extension().is_some_and(|extension| PAGES.contains(&extension));
    let classes = facts.classes(index);
    let moved = facts.renames().of_old(index).is_some() || facts.renames().of_new(index).is_some();
    let regular = [change.old, change.new].iter().flatten().all(|side| side.mode.is_regular());
    if !is_page || moved || !regular || classes.generated || classes.vendored || change.is_mode_only() {
        return None;
    }
    let diff = facts.lines(index).filter(|diff| !diff.binary)?;
    let text = facts.new_content(index)?;
    let scripts: Vec<(Range<usize>, Regions)> = scripts(&text)
        .into_iter()
        .filter_map(|span| Some((span.clone(), Regions::of(Language::JavaScript, text.get(span)?))))
        .collect();
    let gone: FxHashSet<&[u8]> = diff.deleted.iter().map(|line| line.text.trim_ascii()).collect();
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &text).map(|at| at + 1)).collect();
    let is_code = |number: u32, line: &[u8]| {
        let start = usize::try_from(number).ok().and_then(|number| starts.get(number.checked_sub(1)?)).copied();
        let place = start.and_then(|start| {
            let (span, regions) = scripts.iter().find(|(span, _)| span.contains(&start))?;
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

/// The most scripts of a page that are looked at.
const MAX_SCRIPTS: usize = 200;

/// What stands inside of each script of the page that is a program, and no data or template.
fn scripts(text: &[u8]) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let find = |needle: &[u8], from: usize| {
        lower.get(from..).and_then(|rest| memchr::memmem::find(rest, needle)).map(|at| from + at)
    };
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(open) = find(b"<script", at).filter(|_| spans.len() < MAX_SCRIPTS) {
        let Some(start) = find(b">", open).map(|end| end + 1) else { break };
        let tag = lower.get(open..start).unwrap_or_default();
        let has = |word: &[u8]| memchr::memmem::find(tag, word).is_some();
        let end = find(b"</script", start).unwrap_or(lower.len());
        if !has(b"type=") || has(b"javascript") || has(b"module") {
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
        let of =
            |text: &str| scripts(text.as_bytes()).into_iter().map(|span| text[span].to_owned()).collect::<Vec<_>>();
        assert_eq!(of("<p>a</p><SCRIPT defer>b()</Script><script type=\"module\">c()</script>"), ["b()", "c()"]);
        assert_eq!(of("<script type=\"application/json\">{}</script><script>open()"), ["open()"]);
        assert!(of("<script").is_empty() && of("text").is_empty());
    }
}
