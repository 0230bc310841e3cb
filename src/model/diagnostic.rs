//! A fault or remark about a policy or a report: about what people wrote, not about the change under judgement.

use super::origin::Origin;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// One phrase, lower case, no final stop.
    pub message: String,
    pub origin: Option<Origin>,
    /// Printed under the marked span.
    pub label: Option<String>,
    /// A second place that the fault is about, with what is to be said of it.
    pub also: Option<(Origin, String)>,
    pub notes: Vec<String>,
    pub help: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be judged with this.
    Error,
    Warning,
}

impl Diagnostic {
    pub fn error(message: impl Into<String>, origin: Option<Origin>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            origin,
            label: None,
            also: None,
            notes: Vec::new(),
            help: None,
        }
    }

    pub fn warning(message: impl Into<String>, origin: Option<Origin>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message, origin) }
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn also(mut self, origin: Origin, label: impl Into<String>) -> Self {
        self.also = Some((origin, label.into()));
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
