//! What surely is no documentation although no line of code shows it: source that moved, programs packed in a file, a check
//! that is silenced, a version the program tells.

use super::literal;
use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::analyze::markers::SUPPRESSIONS;
use crate::analyze::scan::{self, Table};
use crate::analyze::touch::{Touch, edited};
use crate::model::change::Change;

/// Extensions of archives and of built programs.
const PACKED: &[&[u8]] = &[
    b"gz", b"tgz", b"xz", b"bz2", b"zst", b"zip", b"7z", b"tar", b"jar", b"war", b"whl", b"deb", b"rpm", b"so", b"dll",
    b"dylib", b"exe", b"wasm", b"o", b"a", b"class",
];

/// What shows that the file is changed in something else than documentation. The caller sets documentation's own folders
/// aside.
pub(super) fn sign(facts: &Facts<'_>, index: usize, change: &Change, classes: Classes) -> Option<Touch> {
    let is_packed = change.path.extension().is_some_and(|extension| PACKED.contains(&extension));
    let moved = facts.renames().of_old(index).is_some() || facts.renames().of_new(index).is_some();
    let is_source = classes.code && facts.language(index).is_some() && !classes.generated && !classes.vendored;
    if is_packed || is_source && moved {
        return Some(Touch::Code(WHOLE));
    }
    if !is_source {
        return None;
    }
    silenced(facts, index).or_else(|| literal::told(facts, index)).map(Touch::Code)
}

/// The file as a whole, not a line of it.
pub(super) const WHOLE: u32 = 0;

/// Signs that a silenced check is one of documents or of layout: what a longer comment runs into.
const OF_TEXTS: &[&[u8]] =
    &[b"doc", b"spell", b"e501", b"w505", b"line-too-long", b"line_too_long", b"max-len", b"lll", b"godot", b"comment"];

fn is_of_texts(line: &[u8]) -> bool {
    let lower = line.to_ascii_lowercase();
    // `D103` and its like are pydocstyle's.
    let is_docstyle =
        |word: &[u8]| matches!(word, [b'd', digits @ ..] if digits.len() == 3 && digits.iter().all(u8::is_ascii_digit));
    OF_TEXTS.iter().any(|sign| memchr::memmem::find(&lower, sign).is_some())
        || lower.split(|byte| !byte.is_ascii_alphanumeric()).any(is_docstyle)
}

/// The first line of code that got a comment that silences a check, where no deleted line has one.
fn silenced(facts: &Facts<'_>, index: usize) -> Option<u32> {
    let diff = edited(facts, index)?;
    let language = facts.language(index)?;
    let is_comment = |line: &[u8]| [&b"#"[..], b"//", b"/*", b"*", b"--"].iter().any(|sign| line.starts_with(sign));
    let silences = |line: &[u8]| {
        !is_comment(line.trim_ascii_start())
            && !is_of_texts(line)
            && scan::entries_on(Table::Suppression, line).iter().filter_map(|hit| SUPPRESSIONS.get(hit.entry)).any(
                |marker| {
                    (marker.languages.is_empty() || marker.languages.contains(&language))
                        && marker.pattern.get().is_some_and(|pattern| pattern.is_match(line))
                },
            )
    };
    if diff.deleted.iter().any(|line| silences(line.text)) {
        return None;
    }
    diff.added.iter().find(|line| silences(line.text)).map(|line| line.number)
}
