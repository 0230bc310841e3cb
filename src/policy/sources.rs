//! The policy and everything it extends, farthest first.
//!
//! Files are read from the side the extending policy came from, never from elsewhere, and never outside the repository.
//! Depth, number and size are bounded.

use std::sync::Arc;

use super::Side;
use super::at::At;
use super::faults::{Faults, clean};
use super::layer::{self, Layer};
use super::{baseline, presets, suggest};
use crate::model::baseline::Baseline;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::origin::{EMBEDDED, Origin, PolicySource};
use crate::model::path::RepoPath;

/// The largest policy file, in bytes.
pub const MAX_BYTES: usize = 256 << 10;

/// How deep `extends` may go.
const MAX_DEPTH: usize = 8;

/// How many policies may come together.
const MAX_SOURCES: usize = 64;

/// Where a policy came from, for what it extends.
#[derive(Clone, Copy)]
enum Home<'a> {
    Embedded,
    /// `--policy` or a text in memory: there is nothing beside it.
    Nowhere,
    Side(&'a dyn Side),
}

/// Collects layers.
#[derive(Default)]
pub(super) struct Sources {
    /// Farthest first; the main policy is the last.
    pub(super) layers: Vec<Layer>,
    /// Binding policies, each with what it extends, farthest first.
    pub(super) floors: Vec<Vec<Layer>>,
    /// Policies from outside of the repository, each with what it extends.
    pub(super) outside: Vec<Vec<Layer>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// All texts read, in the order met: the main one first.
    pub(super) texts: Vec<Arc<PolicySource>>,
    /// Those of them that are files of the repository.
    pub(super) files: Vec<RepoPath>,
    /// What stood when the repository was adopted, with the line that names it.
    pub(super) baseline: Option<(Baseline, Origin)>,
    /// The names now being read, outermost first.
    stack: Vec<String>,
    /// How many texts were read in all.
    count: usize,
}

impl Sources {
    pub(super) fn add_text(&mut self, name: &str, bytes: &[u8]) {
        self.add(name, "--policy", bytes, Home::Nowhere);
    }

    /// A policy from outside of the repository. What it extends are presets, so none is binding.
    pub(super) fn add_outside(&mut self, name: &str, side: &str, bytes: &[u8]) {
        let mut inner = Self { count: self.count, ..Self::default() };
        inner.add(name, side, bytes, Home::Nowhere);
        let layers = std::mem::take(&mut inner.layers);
        self.take(inner);
        self.outside.push(layers);
    }

    pub(super) fn add_file(&mut self, side: &dyn Side, path: &str, bytes: &[u8]) {
        self.files.push(RepoPath::from(path));
        self.add(path, &side.name(), bytes, Home::Side(side));
    }

    pub(super) fn add_preset(&mut self, name: &str, text: &str) {
        self.add(&format!("preset:{name}"), EMBEDDED, text.as_bytes(), Home::Embedded);
    }

    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    fn add(&mut self, name: &str, side: &str, bytes: &[u8], home: Home<'_>) {
        let text = match text_of(name, bytes) {
            Ok(text) => text,
            Err(fault) => return self.diagnostics.push(clean(*fault)),
        };
        let source = Arc::new(PolicySource { name: name.to_owned(), text: text.to_owned(), side: side.to_owned() });
        self.texts.push(Arc::clone(&source));
        self.count += 1;
        let mut faults = Faults::new(source);
        let layer = layer::read(&Arc::clone(faults.source()), &mut faults);
        let is_binding = layer.as_ref().and_then(|layer| layer.binding.as_ref()).is_some_and(|binding| binding.value);
        if is_binding && !self.stack.is_empty() {
            // What a binding policy extends is part of it, even where another has brought the same already.
            let mut inner = Self { stack: std::mem::take(&mut self.stack), count: self.count, ..Self::default() };
            inner.finish(name, layer, faults, home);
            self.stack = std::mem::take(&mut inner.stack);
            let layers = std::mem::take(&mut inner.layers);
            self.take(inner);
            return self.floors.push(layers);
        }
        self.finish(name, layer, faults, home);
    }

    /// Reads what a policy extends, and puts the policy behind it.
    fn finish(&mut self, name: &str, layer: Option<Layer>, mut faults: Faults, home: Home<'_>) {
        self.stack.push(name.to_owned());
        let at = self.diagnostics.len();
        for extended in layer.iter().flat_map(|layer| &layer.extends) {
            self.extend(extended, home, &mut faults);
        }
        self.baseline(layer.as_ref(), home, &mut faults);
        self.stack.pop();
        // A policy's own faults come before those of what it extends.
        self.diagnostics.splice(at..at, faults.into_sorted());
        self.layers.extend(layer);
    }

    /// Only a repository's own policy can speak of what stood in that repository.
    fn baseline(&mut self, layer: Option<&Layer>, home: Home<'_>, faults: &mut Faults) {
        let Some(entry) = layer.and_then(|layer| layer.baseline.as_ref()) else { return };
        match home {
            Home::Side(side) if self.stack.len() == 1 => {
                let Some(baseline) = baseline::read(entry, side, faults) else { return };
                self.files.push(RepoPath::from(baseline.source.name.as_str()));
                self.baseline = Some((baseline, faults.origin(&entry.span)));
            }
            Home::Nowhere => {
                let fault = faults.warning(&entry.span, "this baseline is not read");
                faults.push(fault.note("a policy given by itself has no files beside it"));
            }
            Home::Side(_) | Home::Embedded => {
                let fault = faults.error(&entry.span, "a policy that is extended cannot name a baseline");
                faults.push(fault.help("name it in the policy of the repository"));
            }
        }
    }

    fn take(&mut self, inner: Self) {
        let Self { floors, diagnostics, texts, files, count, .. } = inner;
        self.floors.extend(floors);
        self.diagnostics.extend(diagnostics);
        for text in texts {
            if !self.texts.iter().any(|known| known.name == text.name) {
                self.texts.push(text);
            }
        }
        self.files.extend(files);
        self.count = count;
    }

    fn extend(&mut self, entry: &At<String>, home: Home<'_>, faults: &mut Faults) {
        if let Err(fault) = self.resolve(entry, home, faults) {
            faults.push(*fault);
        }
    }

    fn resolve(&mut self, entry: &At<String>, home: Home<'_>, faults: &Faults) -> Result<(), Box<Diagnostic>> {
        let error = |message: String| faults.error(&entry.span, message);
        let preset = entry.value.strip_prefix("preset:");
        let name = match (preset, home) {
            (Some(_), _) => entry.value.clone(),
            (None, Home::Side(_)) => beside(&faults.source().name, &entry.value).map_err(|reason| {
                error(format!("`{}` cannot be extended: {reason}", entry.value))
                    .help("name a preset (`preset:baseline`), or a file of this repository by its path from this one")
            })?,
            (None, Home::Embedded | Home::Nowhere) => {
                let fault = error(format!("`{}` cannot be extended from here", entry.value));
                return Err(Box::new(
                    fault.note("a policy given by itself has no files beside it; presets are at hand"),
                ));
            }
        };
        if self.stack.contains(&name) {
            let fault = error(format!("`{name}` extends itself"));
            return Err(Box::new(fault.note(format!("the way round: {} → {name}", self.stack.join(" → ")))));
        }
        if self.texts.iter().any(|text| text.name == name) {
            return Ok(());
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(Box::new(error(format!("`extends` goes deeper than {MAX_DEPTH} policies"))));
        }
        if self.count >= MAX_SOURCES {
            return Err(Box::new(error(format!("more than {MAX_SOURCES} policies are extended"))));
        }
        match (preset, home) {
            (Some(preset), _) => {
                let Some(text) = presets::find(preset) else {
                    let fault = error(format!("there is no preset `{preset}`"));
                    let known: Vec<&str> = presets::names().collect();
                    return Err(Box::new(match suggest::nearest(preset, known.iter().copied()) {
                        Some(near) => fault.help(format!("did you mean `preset:{near}`?")),
                        None => fault.note(format!("presets: {}", known.join(", "))),
                    }));
                };
                self.add_preset(preset, text);
            }
            (None, Home::Side(side)) => match side.read(&RepoPath::from(name.as_str())) {
                Ok(Some(bytes)) => self.add_file(side, &name, &bytes),
                Ok(None) => return Err(Box::new(error(format!("there is no file `{name}` in {}", side.name())))),
                Err(reason) => {
                    let message = format!("`{name}` cannot be read from {}: {reason}", side.name());
                    return Err(Box::new(error(message)));
                }
            },
            (None, Home::Embedded | Home::Nowhere) => {}
        }
        Ok(())
    }
}

fn text_of<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("`{name}` is too large for a policy: {} bytes, the bound is {MAX_BYTES}", bytes.len());
        return Err(Box::new(Diagnostic::error(message, None)));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("`{name}` is not UTF-8: the byte at offset {} starts no character", error.valid_up_to());
        Box::new(Diagnostic::error(message, None))
    })
}

/// The path of a file named in the policy at `from`, from the top of the repository.
pub(super) fn beside(from: &str, relative: &str) -> Result<String, &'static str> {
    if relative.is_empty() || relative.contains('\0') {
        return Err("this is no path");
    }
    if relative.starts_with('/') {
        return Err("the path is absolute");
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err("the path leaves the repository"),
            ".." => {}
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err("this is no path");
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_beside_the_policy_and_inside_the_repository() {
        assert_eq!(beside("warrant.toml", "team/base.toml").as_deref(), Ok("team/base.toml"));
        assert_eq!(beside(".config/warrant.toml", "../team.toml").as_deref(), Ok("team.toml"));
        assert_eq!(beside("a/b.toml", "./c.toml").as_deref(), Ok("a/c.toml"));
        assert!(beside("warrant.toml", "../team.toml").is_err());
        assert!(beside("a/b.toml", "../../x").is_err());
        assert!(beside("warrant.toml", "/etc/passwd").is_err());
        assert!(beside("warrant.toml", "").is_err());
        assert!(beside("warrant.toml", ".").is_err());
    }
}
