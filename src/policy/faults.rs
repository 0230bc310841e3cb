//! Collects what is wrong with one policy text, so that all of it is said at once.
//!
//! Whatever a text contributes to a diagnostic is escaped and cut here, once.

use std::ops::Range;
use std::sync::Arc;

use crate::model::diagnostic::Diagnostic;
use crate::model::escape;
use crate::model::origin::{Origin, PolicySource};

/// The most diagnostics kept for one text. A text with more faults is not read by anyone.
const MAX_FAULTS: usize = 100;

/// The longest part of a diagnostic, in characters.
const MAX_CHARS: usize = 400;

#[derive(Debug)]
pub(super) struct Faults {
    source: Arc<PolicySource>,
    list: Vec<Diagnostic>,
    misfits: Vec<(Range<usize>, String)>,
    more: usize,
}

impl Faults {
    pub(super) fn new(source: Arc<PolicySource>) -> Self {
        Self { source, list: Vec::new(), misfits: Vec::new(), more: 0 }
    }

    pub(super) fn source(&self) -> &Arc<PolicySource> {
        &self.source
    }

    pub(super) fn origin(&self, span: &Range<usize>) -> Origin {
        Origin { source: Arc::clone(&self.source), span: span.clone() }
    }

    pub(super) fn error(&self, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(message, Some(self.origin(span)))
    }

    pub(super) fn warning(&self, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(message, Some(self.origin(span)))
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() == MAX_FAULTS {
            self.more += 1;
        } else {
            self.list.push(clean(diagnostic));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The key of the table with this span was of the wrong shape, which is reported already.
    pub(super) fn add_misfit(&mut self, table: Range<usize>, key: &str) {
        self.misfits.push((table, key.to_owned()));
    }

    pub(super) fn is_misfit(&self, table: &Range<usize>, key: &str) -> bool {
        self.misfits.iter().any(|(span, name)| span == table && name == key)
    }

    /// Drops what was found after the first `keep` on the lines of these spans: where the syntax is broken, the rest
    /// is guesswork.
    pub(super) fn drop_on_lines_of(&mut self, spans: &[Range<usize>], keep: usize) {
        let lines: Vec<usize> = spans.iter().map(|span| self.origin(span).line()).collect();
        let mut at = 0;
        self.list.retain(|diagnostic| {
            at += 1;
            at <= keep || diagnostic.origin.as_ref().is_none_or(|origin| !lines.contains(&origin.line()))
        });
    }

    /// Everything found, in the order of the text.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| diagnostic.origin.as_ref().map_or((0, 0), |o| (o.span.start, o.span.end)));
        self.list.dedup();
        if self.more > 0 {
            let note = format!("{} more faults in {} are not shown", self.more, self.source.name);
            self.list.push(Diagnostic::error(note, None));
        }
        self.list
    }
}

/// Makes a diagnostic safe to print.
pub(super) fn clean(mut diagnostic: Diagnostic) -> Diagnostic {
    let tidy = |text: &str| {
        let shown = escape::visible(text.as_bytes());
        match shown.char_indices().nth(MAX_CHARS) {
            Some((at, _)) => format!("{}…", shown.get(..at).unwrap_or_default()),
            None => shown,
        }
    };
    diagnostic.message = tidy(&diagnostic.message);
    diagnostic.label = diagnostic.label.as_deref().map(tidy);
    diagnostic.help = diagnostic.help.as_deref().map(tidy);
    if let Some((_, label)) = &mut diagnostic.also {
        *label = tidy(label);
    }
    for note in &mut diagnostic.notes {
        *note = tidy(note);
    }
    diagnostic
}
