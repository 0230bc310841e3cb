//! The policy file: reading, layers, validation.
//!
//! The way of a policy: bytes → [`discover`] → [`sources`] (what it extends) → [`parse`] (spanned TOML to [`raw`]) →
//! [`layer`] (validated) → [`word`] (what one hand says) → [`tighten`] (what stands above) → [`merge`]. The policies of
//! folders come in later, by [`Nesting`], when the change is known. All faults are collected on the way and reported at
//! once. docs/policy.md is the reference of the language.

pub mod baseline;
pub mod discover;
pub mod draft;
pub mod edit;
pub mod examples;
pub mod init;
pub mod presets;
pub mod review;
pub mod schema;
pub mod show;
pub mod suggest;

mod at;
mod commands;
mod faults;
mod layer;
mod levels;
mod lists;
mod merge;
mod nested;
mod overlay;
mod parse;
mod raw;
mod sources;
mod tighten;
mod waivers;
mod word;

pub use sources::MAX_BYTES;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::content::Bytes;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::finding::Level;
use crate::model::origin::{Origin, PolicySource, Sourced};
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::model::waiver::Waiver;

pub use nested::Nesting;

/// One side a policy may be read from: a commit's tree, the work tree.
pub trait Side {
    /// What a person calls it: `HEAD`, `the work tree`, `main`.
    fn name(&self) -> String;

    /// The file at this path, `None` when there is none.
    fn read(&self, path: &RepoPath) -> Result<Option<Bytes>, String>;

    /// Those of these folders (sorted) that may hold a file of this name; for sides that can tell without reading each.
    fn holding(&self, _name: &str, folders: Vec<RepoPath>) -> Result<Vec<RepoPath>, String> {
        Ok(folders)
    }
}

/// A level set on the command line: `-D content/secret`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelFlag {
    /// A rule id or `family/*`.
    pub rule: String,
    pub level: Level,
}

/// What to load.
pub struct Request<'a> {
    /// `--policy FILE`: its name and text. Trusted as it is; the sides are not asked.
    pub explicit: Option<(String, Vec<u8>)>,
    /// In order of trust; the first that holds a policy decides.
    pub sides: Vec<&'a dyn Side>,
    pub levels: &'a [LevelFlag],
}

/// A policy in force.
#[derive(Debug)]
pub struct Loaded {
    pub policy: Policy,
    /// The main source first, then what it extends. Empty text for none.
    pub sources: Vec<Arc<PolicySource>>,
    /// Remarks that do not keep the policy from being used.
    pub warnings: Vec<Diagnostic>,
    /// No repository policy was found; the preset `baseline` is in force.
    pub is_default: bool,
    /// Rule options as written, by rule id, for [`Policy::rules`] holds them compiled.
    pub options: BTreeMap<&'static str, WrittenOptions>,
    /// What the policies of folders are held to.
    ground: Ground,
    /// Which of the sides asked the policy came from; `None` for a text of its own.
    side: Option<usize>,
}

/// What the policies of folders are held to, beside what [`Policy`] holds.
#[derive(Clone, Debug, Default)]
struct Ground {
    /// Levels by rule as the policies say them, without the command line.
    levels: BTreeMap<&'static str, Sourced<Level>>,
    /// Rules that the policies of folders may waive.
    waivable: BTreeSet<&'static str>,
}

/// A policy that stands above those of all repositories, and can only tighten: its path, where it was named, its bytes.
#[derive(Clone, Debug)]
pub struct Floor {
    pub name: String,
    pub side: String,
    pub bytes: Vec<u8>,
}

/// The options table of one rule, without `level`.
#[derive(Clone, Debug)]
pub struct WrittenOptions {
    pub table: toml::Table,
    pub origin: Origin,
}

/// Loads, layers and validates. On failure every fault is reported at once.
pub fn load(request: &Request<'_>) -> Result<Loaded, Vec<Diagnostic>> {
    load_below(request, &[])
}

/// [`load`], where the policy may only tighten what other policies say.
pub fn load_below(request: &Request<'_>, floors: &[Floor]) -> Result<Loaded, Vec<Diagnostic>> {
    let mut sources = sources::Sources::default();
    let mut is_default = false;
    let mut side = None;
    if let Some((name, bytes)) = &request.explicit {
        sources.add_text(name, bytes);
    } else if let Some(found) = discover::discover(&request.sides)? {
        sources.add_file(found.side, found.path, &found.bytes);
        side = Some(found.index);
    } else {
        is_default = true;
        side = (!request.sides.is_empty()).then_some(0);
        sources.add_preset(presets::BASELINE, presets::find(presets::BASELINE).unwrap_or_default());
    }
    for floor in floors {
        sources.add_outside(&floor.name, &floor.side, &floor.bytes);
    }
    let mut loaded = finish(sources, request.levels, is_default)?;
    loaded.side = side;
    Ok(loaded)
}

/// The waivers that one policy text holds, whatever else is right or wrong about it, and without what it extends.
pub fn waivers_in(name: &str, bytes: &[u8]) -> Vec<Waiver> {
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_BYTES) else { return Vec::new() };
    let source = PolicySource { name: name.to_owned(), text: text.to_owned(), side: "the change".to_owned() };
    let mut faults = faults::Faults::new(Arc::new(source));
    layer::read(&Arc::clone(faults.source()), &mut faults).map(|layer| layer.waivers).unwrap_or_default()
}

/// Loads the policy at `path` of one side, whatever its name, with what it extends on the same side.
pub fn load_file(side: &dyn Side, path: &str, levels: &[LevelFlag]) -> Result<Loaded, Vec<Diagnostic>> {
    let fault = |message: String| vec![faults::clean(Diagnostic::error(message, None))];
    let mut sources = sources::Sources::default();
    match side.read(&RepoPath::from(path)) {
        Ok(Some(bytes)) => sources.add_file(side, path, &bytes),
        Ok(None) => return Err(fault(format!("there is no file `{path}` in {}", side.name()))),
        Err(reason) => return Err(fault(format!("`{path}` cannot be read from {}: {reason}", side.name()))),
    }
    let mut loaded = finish(sources, levels, false)?;
    loaded.side = discover::NAMES.contains(&path).then_some(0);
    Ok(loaded)
}

fn finish(sources: sources::Sources, levels: &[LevelFlag], is_default: bool) -> Result<Loaded, Vec<Diagnostic>> {
    let has_errors = sources.has_errors();
    let sources::Sources { layers, floors, outside, mut diagnostics, texts, files, baseline, .. } = sources;
    let name = texts.first().map(|text| text.name.clone()).unwrap_or_default();
    let reduce = |words: Vec<word::Word>| words.into_iter().reduce(|above, next| tighten::onto(&above, next, None));
    let mut word = word::Word::of(layers);
    let outside = outside.into_iter().map(word::Word::of).map(|word| tighten::only_tightens(word, &mut diagnostics));
    let outside: Vec<_> = outside.collect();
    let binding = floors.into_iter().map(word::Word::of).collect();
    let mut set_above = BTreeSet::new();
    for above in [reduce(binding), reduce(outside)].iter().flatten() {
        let rules = crate::rules::RULES.iter().map(|rule| rule.meta.id);
        set_above.extend(rules.filter(|id| !above.waivable.contains(id) && above.governs(id).is_some()));
        word = tighten::onto(above, word, Some(&mut diagnostics));
    }
    let merged = merge::merge(word, levels, name, &texts, &mut diagnostics);
    if has_errors || diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(diagnostics);
    }
    let merge::Merged { mut policy, options, ground } = merged;
    policy.files = files;
    policy.set_above = set_above;
    if let Some((baseline, origin)) = baseline {
        policy.id = merge::with_baseline(&policy.id, &baseline.source);
        policy.baseline = Some(Arc::new(baseline));
        policy.baseline_origin = Some(origin);
    }
    Ok(Loaded { policy, sources: texts, warnings: diagnostics, is_default, options, ground, side: None })
}

#[cfg(test)]
mod tests;
