//! Functions without work in them, for `content/placeholder`: emptied by the change, or added so.

use crate::analyze::symbols::diff::{At, FileDiff};
use crate::analyze::symbols::{Symbol, SymbolKind};
use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::lines::Line;
use crate::rules::{Context, Sink};

/// Words of names that say that nothing is to be done.
const IDLE: &[&str] =
    &["noop", "no_op", "nop", "nothing", "ignore", "empty", "dummy", "default", "stub", "mock", "fake"];

pub(super) fn check(cx: &Context<'_>, exclude: &Globs, level: Level, out: &mut Sink<'_>) {
    let symbols = cx.facts.symbols();
    let judged = |file: &FileDiff, symbol: &Symbol| {
        let classes = cx.facts.classes(file.index);
        symbol.hollow && !symbol.test && !classes.test && !classes.document && !exclude.is_match(&file.path)
    };
    let mut found: Vec<(At, &str)> = Vec::new();
    let pairs = [&symbols.kept, &symbols.changed, &symbols.moved, &symbols.renamed];
    for (old, new) in pairs.into_iter().flatten() {
        let emptied = symbols.before(*old).is_some_and(|(_, symbol)| !symbol.hollow)
            && symbols.after(*new).is_some_and(|(file, symbol)| judged(file, symbol));
        if emptied {
            found.push((*new, "was emptied"));
        }
    }
    for new in &symbols.added {
        // A method may be one its type has to have.
        let is_new = symbols.after(*new).is_some_and(|(file, symbol)| {
            judged(file, symbol)
                && symbol.kind == SymbolKind::Function
                && symbol.container.is_empty()
                && !is_idle(symbol)
        });
        if is_new {
            found.push((*new, "is added without a body's work"));
        }
    }
    found.sort_unstable_by_key(|(at, _)| *at);
    for (at, what) in found {
        let Some((file, symbol)) = symbols.after(at) else { continue };
        let Some(text) = file.new.as_ref() else { continue };
        let number = symbol.lines.start;
        let line = text.bytes.split(|byte| *byte == b'\n').nth(number.saturating_sub(1) as usize).unwrap_or_default();
        out.added_line(&file.path, Line { number, text: line }, None, format!("`{}` {what}", visible(&symbol.name)))
            .note("kind: empty body")
            .help("write the body, or say in a comment in it why nothing is to be done")
            .at_most(level)
            .emit();
    }
}

fn is_idle(symbol: &Symbol) -> bool {
    let lower = symbol.name.to_ascii_lowercase();
    IDLE.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
}
