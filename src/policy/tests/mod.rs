//! The language as a whole: faults, layers, trust.

mod faults;
mod hostile;
mod layers;
mod tighten;
mod trust;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::{Loaded, Request, Side, load};
use crate::model::content::Bytes;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::path::RepoPath;

/// A side in memory.
#[derive(Default)]
struct Files {
    name: &'static str,
    files: BTreeMap<&'static str, Vec<u8>>,
}

impl Files {
    fn new(name: &'static str, files: &[(&'static str, &str)]) -> Self {
        Self { name, files: files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect() }
    }
}

impl Side for Files {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String> {
        let path = std::str::from_utf8(path.as_bytes()).map_err(|error| error.to_string())?;
        Ok(self.files.get(path).map(|bytes| Arc::from(bytes.as_slice())))
    }
}

fn load_text(text: impl Into<Vec<u8>>) -> Result<Loaded, Vec<Diagnostic>> {
    load(&Request { explicit: Some(("warrant.toml".to_owned(), text.into())), sides: Vec::new(), levels: &[] })
}

fn load_sides(sides: &[&Files]) -> Result<Loaded, Vec<Diagnostic>> {
    load(&Request { explicit: None, sides: sides.iter().map(|side| *side as &dyn Side).collect(), levels: &[] })
}

/// One line a diagnostic: place, severity, message, the text of the span in `<>`, then label, notes and help.
fn told(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        if let Some(origin) = &diagnostic.origin {
            let text = origin.source.text.get(origin.span.clone()).expect("a span lies in its text");
            let _ = write!(out, "{origin} {severity}: {} <{text}>", diagnostic.message);
        } else {
            let _ = write!(out, "{severity}: {}", diagnostic.message);
        }
        if let Some((origin, label)) = &diagnostic.also {
            let text = origin.source.text.get(origin.span.clone()).expect("a span lies in its text");
            let _ = write!(out, " | {label}: {origin} <{text}>");
        }
        for (what, text) in diagnostic
            .label
            .iter()
            .map(|label| ("label", label))
            .chain(diagnostic.notes.iter().map(|note| ("note", note)))
            .chain(diagnostic.help.iter().map(|help| ("help", help)))
        {
            let _ = write!(out, " | {what}: {text}");
        }
        out.push('\n');
    }
    out
}

/// The faults of a text that must not load.
fn refused(text: &str) -> String {
    told(&load_text(text).expect_err("this policy must not load"))
}
